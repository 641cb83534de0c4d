#pragma once
// Kernels in C, one body compiled once per processor level and chosen at run time.
//
// Letters: x [rows, inner] times weights [outer, inner] gives out [rows, outer]. Weights are packed
// into panels of SP_PANEL columns: panels [ceil(outer / SP_PANEL)][inner][SP_PANEL], the last one
// padded with zeros. Strides count floats. Every output is one chain of multiply-adds whose inner
// index ascends and which begins at what `out` holds; no output is ever -0.

#include <stdint.h>

#pragma clang assume_nonnull begin

enum { SP_PANEL = 32, SP_INNER_BLOCK = 512, SP_TILE_ROWS = 112, SP_LIST_SLACK = 16 };

typedef enum { SP_PORTABLE = 0, SP_AVX2 = 1, SP_AVX512 = 2, SP_NEON = 3 } sp_level;

/// What one level of processor offers.
typedef struct {
  /// out [rows, outer] += x·Wᵀ. Element (r, k) of x is x[r * row_stride + k * inner_stride], rows at
  /// most SP_TILE_ROWS. `panel_stride` separates panels. `scratch` holds rows *
  /// min(inner, SP_INNER_BLOCK) floats.
  void (*dense)(const float *x, long row_stride, long inner_stride, long rows, long inner,
                const float *panels, long panel_stride, long outer, float *out, long out_stride,
                float *scratch);
  /// out [rows, outer] += x·Wᵀ, row r of x given by its non-zeros starts[r]..<starts[r + 1]:
  /// `offsets` are inner indices times SP_PANEL, ascending.
  void (*sparse)(const long *starts, const uint32_t *offsets, const float *values, long rows,
                 const float *panels, long panel_stride, long outer, float *out, long out_stride);
  /// How many of x [count] are not zero (NaN is not zero).
  long (*count_nonzeros)(const float *x, long count);
  /// Lists the non-zeros of every row of x [rows, inner] (stride row_stride): starts [rows + 1],
  /// offsets and values as `sparse` takes them, with room for SP_LIST_SLACK more than there are.
  void (*list_nonzeros)(const float *x, long row_stride, long rows, long inner, long *starts,
                        uint32_t *offsets, float *values);
  /// m [rows, columns] in place, thresholds [columns].
  void (*relu)(float *m, long rows, long columns, const float *thresholds);
  void (*shrink)(float *m, long rows, long columns, const float *thresholds);
  void (*tanh)(float *m, long rows, long columns, const float *thresholds);
  /// y [count] += a·x [count].
  void (*add_scaled)(float a, const float *x, float *y, long count);
  /// x·y: 32 chains, chain l over the elements l, l + 32, …; then added pairwise by halves.
  float (*dot)(const float *x, const float *y, long count);
} sp_kernels;

/// The kernels of a level, or null where this build or this processor has none.
const sp_kernels *_Nullable sp_kernels_at(sp_level level);

/// W [outer, inner] row-major into panels.
void sp_pack_weights(const float *weights, long outer, long inner, float *panels);
/// b [inner, outer] row-major into panels: the panels of its transpose.
void sp_pack_transposed(const float *b, long inner, long outer, float *panels);
/// Lists of the rows of a [rows, columns] into lists of its columns, rows ascending:
/// column_starts [columns + 1].
void sp_transpose_lists(const long *starts, const uint32_t *offsets, const float *values, long rows,
                        long columns, long *column_starts, uint32_t *column_offsets,
                        float *column_values);

// In double; no multiply-add is fused, so every level and machine gives the same bits.

/// x·y with exact products: 16 sums, sum l over the elements l, l + 16, …; then pairwise by halves.
double sp_dot_float_in_double(const float *x, const float *y, long count);
/// x·y, 16 sums as above.
double sp_dot_double(const double *x, const double *y, long count);
/// out [rows] = a [rows, columns] · v [columns], each a dot product as above.
void sp_apply_double(const float *a, long rows, long columns, const double *v, double *out);
/// y [count] += a·x [count].
void sp_add_scaled_double(double a, const double *x, double *y, long count);
/// row [count] -= a·x [count] + b·y [count].
void sp_subtract_two_double(double a, const double *x, double b, const double *y, double *row,
                            long count);
/// (x, y) <- (c·x − s·y, s·x + c·y), both [count].
void sp_rotate_double(double c, double s, double *x, double *y, long count);
/// sum [count] += x [count].
void sp_accumulate(const float *x, double *sum, long count);

/// The processors this process may run on, at least 1.
int sp_processors(void);

#pragma clang assume_nonnull end
