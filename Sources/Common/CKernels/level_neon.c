#if defined(__aarch64__)
// Fused multiply-adds are part of the baseline.
#define ROWS 6
#define VECTORS 1
#define LISTED_ROWS 1
#define LISTED_VECTORS 4
#define CHAIN(w, x, a) __builtin_elementwise_fma(w, x, a)
#define CHAIN1(w, x, a) __builtin_fmaf(w, x, a)
#define KERNELS sp_kernels_neon

#include "kernel_body.h"
#endif
