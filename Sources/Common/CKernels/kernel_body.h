// The kernels of one level. The including file has set the processor's target and defined:
//   ROWS, VECTORS   rows and 16-float vectors of accumulators in the dense kernel
//   LISTED_ROWS, LISTED_VECTORS   the same in the sparse kernel, at most 2 and 4
//   CHAIN(w, x, a)  w·x + a on vectors, fused where the level is
//   CHAIN1(w, x, a) the same on scalars
//   KERNELS         the name of the table of kernels

#include "ckernels.h"

#pragma clang fp contract(off)

#define INLINE static inline __attribute__((always_inline))
#define UNROLL _Pragma("clang loop unroll(full)")
enum { LANES = 16 };
#define STRIP_COLUMNS (LANES * (VECTORS > LISTED_VECTORS ? VECTORS : LISTED_VECTORS))

typedef float lanes __attribute__((ext_vector_type(16)));
typedef float lanes_in_memory __attribute__((ext_vector_type(16), aligned(4)));
typedef double wide __attribute__((ext_vector_type(16)));
typedef int32_t integers __attribute__((ext_vector_type(16)));

#define LOAD(p) (*(const lanes_in_memory *)(p))
#define STORE(p, v) (*(lanes_in_memory *)(p) = (v))
/// Nothing changes but -0, which becomes +0: then leaving out zeros changes no bit.
#define UNSIGN_ZERO(v) ((v) + (lanes)(0.0f))

/// Hides from the compiler where a pointer comes from, so that it keeps it in a register.
#define KEEP(pointer) __asm__("" : "+r"(pointer))

INLINE long smaller(long a, long b) { return a < b ? a : b; }

#include "kernel_functions.h"
#include "kernel_ends.h"
#include "kernel_dense.h"
#include "kernel_sparse.h"
#include "kernel_elements.h"
#include "kernel_backward.h"

const sp_kernels KERNELS = {
    .dense = dense,
    .sparse = sparse,
    .count_nonzeros = count_nonzeros,
    .list_nonzeros = list_nonzeros,
    .activate = activate,
    .backpropagate = backpropagate,
    .add_scaled = add_scaled,
    .dot = dot,
    .dot_in_double = dot_in_double,
};

