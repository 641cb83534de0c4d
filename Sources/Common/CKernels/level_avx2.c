#if defined(__x86_64__)
#include "kernel_vectors.h"

#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)

#define FUSED 1
#define ROWS 6
#define VECTORS 1
#define LISTED_ROWS 1
#define LISTED_VECTORS 4
#define KERNELS sp_kernels_avx2

#include "kernel_body.h"

#pragma clang attribute pop
#endif
