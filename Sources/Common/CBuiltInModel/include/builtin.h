#pragma once
#include <stddef.h>

/// The bytes of the built-in model, a file as `sparse-model(5)` describes it.
const unsigned char *_Nonnull sparsepipe_builtin_model(void);
size_t sparsepipe_builtin_model_size(void);
