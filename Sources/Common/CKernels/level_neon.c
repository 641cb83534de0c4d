#if defined(__aarch64__)
// Fused multiply-adds are part of the baseline.
#define FUSED 1
#define ROWS 6
#define VECTORS 1
#define LISTED_ROWS 1
#define LISTED_VECTORS 4
#define KERNELS sp_kernels_neon

#include "kernel_body.h"
#endif
