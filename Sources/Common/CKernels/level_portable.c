// Any processor: a multiplication and an addition, each rounded. Its results are its own.
#define FUSED 0
#define ROWS 2
#define VECTORS 1
#define LISTED_ROWS 1
#define LISTED_VECTORS 2
#define KERNELS sp_kernels_portable

#include "kernel_body.h"
