#include "builtin.h"

// `make default-model` trains the file that is embedded here.
#pragma clang diagnostic ignored "-Wc23-extensions"
static const unsigned char model[] = {
#embed "default.bin"
};

const unsigned char *sparsepipe_builtin_model(void) { return model; }
size_t sparsepipe_builtin_model_size(void) { return sizeof model; }
