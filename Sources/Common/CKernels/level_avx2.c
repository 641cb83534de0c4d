#if defined(__x86_64__)
#include "ckernels.h"

#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)

#define ROWS 6
#define VECTORS 1
#define LISTED_ROWS 1
#define LISTED_VECTORS 4
#define CHAIN(w, x, a) __builtin_elementwise_fma(w, x, a)
#define CHAIN1(w, x, a) __builtin_fmaf(w, x, a)
#define KERNELS sp_kernels_avx2

#include "kernel_body.h"

#pragma clang attribute pop
#endif
