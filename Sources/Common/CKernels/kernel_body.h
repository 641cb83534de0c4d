// The kernels of one level. The including file has set the processor's target and defined:
//   FUSED           whether a multiplication and an addition are rounded once, 1 or 0
//   ROWS, VECTORS   rows and 16-float vectors of accumulators in the dense kernel
//   LISTED_ROWS, LISTED_VECTORS   the same in the sparse kernel, at most 2 and 4
//   KERNELS         the name of the table of kernels

#include "kernel_vectors.h"

/// w·x + a, on vectors and on scalars.
#if FUSED
#define CHAIN(w, x, a) __builtin_elementwise_fma(w, x, a)
#define CHAIN1(w, x, a) __builtin_fmaf(w, x, a)
#else
#define CHAIN(w, x, a) ((w) * (x) + (a))
#define CHAIN1(w, x, a) ((w) * (x) + (a))
#endif

#define STRIP_COLUMNS (LANES * (VECTORS > LISTED_VECTORS ? VECTORS : LISTED_VECTORS))
#define LANE_NUMBERS ((integers){0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15})
/// Nothing changes but -0, which becomes +0: then leaving out zeros changes no bit.
#define UNSIGN_ZERO(v) ((v) + (lanes)(0.0f))

#include "kernel_functions.h"
#include "kernel_epilogue.h"
#include "kernel_dense.h"
#include "kernel_sparse.h"
#include "kernel_elements.h"
#include "kernel_backward.h"
#include "kernel_rows.h"

const sp_kernels KERNELS = {
    .dense = dense,
    .sparse = sparse,
    .count_nonzeros = count_nonzeros,
    .list_nonzeros = list_nonzeros,
    .apply = apply,
    .backpropagate = backpropagate,
    .add_scaled = add_scaled,
    .dot = dot,
    .dot_in_double = dot_in_double,
    .rows = &row_kernels,
};
