#pragma once
// Kernels in C, one body compiled once per processor level and chosen at run time.
//
// Letters: x [rows, inner] times weights [outer, inner] gives out [rows, outer]. Weights are packed
// into panels of SP_PANEL columns: panels [ceil(outer / SP_PANEL)][inner][SP_PANEL], the last one
// padded with zeros. Strides count floats. Every output is one chain of multiply-adds whose inner
// index ascends and which begins at what `out` holds; no output is ever -0.

#include <stdint.h>

#include "rows.h"

#pragma clang assume_nonnull begin

enum {
  SP_PANEL = 32,
  SP_INNER_BLOCK = 1024,
  SP_TILE_ROWS = 112,
  SP_GRANULE = 64,
  SP_LIST_SLACK = 16
};

typedef enum { SP_PORTABLE = 0, SP_AVX2 = 1, SP_AVX512 = 2, SP_NEON = 3 } sp_level;

/// The nonlinearity of a unit with threshold t: v; max(0, v − t); sign(v)·max(0, |v| − t); tanh(v − t);
/// sign(v)·(log(e^βt + e^β|v| − 1)/β − t), t < 0 counting as 0, β the sharpness; v − t.
typedef enum {
  SP_IDENTITY = 0,
  SP_RELU = 1,
  SP_SHRINK = 2,
  SP_TANH = 3,
  SP_SMOOTH_SHRINK = 4,
  SP_LINEAR = 5
} sp_nonlinearity;

/// The left factor of a dense product: inner index i * run + j of row r is at
/// pointer[r * row_stride + i * run_stride + j * inner_stride], where the stride of inner indices or that of rows is 1. Of
/// a matrix a row is one run; of windows of an image it has a run for each row of pixels.
typedef struct {
  const float *pointer;
  long row_stride, inner_stride, runs, run, run_stride;
} sp_left;

/// What the sums of a product begin with: row r at rows + r * stride, so a stride of 0 is one row for
/// all; null is zero.
typedef struct {
  const float *_Nullable rows;
  long stride;
} sp_start;

/// What becomes of the sums of a product, in the same pass: gain · f(sum).
typedef struct {
  sp_nonlinearity nonlinearity;
  /// [outer]; null where `nonlinearity` is the identity.
  const float *_Nullable thresholds;
  /// [outer]; null is one.
  const float *_Nullable gains;
  /// β of SP_SMOOTH_SHRINK, above 0.
  float sharpness;
} sp_epilogue;

/// The non-zeros of a left factor. Every row is cut into `granules` of SP_GRANULE inner indices (one
/// granule: of any length); granule g of row r has the entries starts[i]..<starts[i + 1],
/// i = r * granules + g. Offsets are inner indices times SP_PANEL, ascending.
typedef struct {
  long rows, granules;
  const long *starts;
  const uint32_t *offsets;
  const float *values;
} sp_lists;

/// What one level of processor offers.
typedef struct {
  /// out [rows, outer] = epilogue(start + x·Wᵀ), rows at most SP_TILE_ROWS. `panel_stride` separates panels. The start
  /// may be `out`.
  void (*dense)(const sp_left *x, long rows, const float *panels, long panel_stride, long outer,
                sp_start start, const sp_epilogue *epilogue, float *out, long out_stride);
  /// The same for listed non-zeros of x, any number of rows.
  void (*sparse)(const sp_lists *x, const float *panels, long panel_stride, long outer,
                 sp_start start, const sp_epilogue *epilogue, float *out, long out_stride);
  /// How many of x [count] are not zero (NaN is not zero).
  long (*count_nonzeros)(const float *x, long count);
  /// Lists the non-zeros of every row of x [rows, inner] (stride row_stride) in granules of
  /// SP_GRANULE, with room for SP_LIST_SLACK more entries than there are.
  void (*list_nonzeros)(const float *x, long row_stride, long rows, long inner, long *starts,
                        uint32_t *offsets, float *values);
  /// m [rows, columns] becomes gains · f(m), as if m were sums.
  void (*apply)(const sp_epilogue *epilogue, float *m, long rows, long columns);
  /// Backwards through f from its outputs z [rows, columns], no identity: with d what `delta` held,
  /// delta = d · ∂f/∂v and sums [columns] += d · ∂f/∂t, one chain per column, rows ascending.
  void (*backpropagate)(const sp_epilogue *epilogue, const float *z, long rows, long columns,
                        float *delta, float *sums);
  /// y [count] += a·x [count].
  void (*add_scaled)(float a, const float *x, float *y, long count);
  /// x·y: 32 chains, chain l over the elements l, l + 32, …; then added pairwise by halves.
  float (*dot)(const float *x, const float *y, long count);
  /// x·y in double, where products are exact, so that all levels give the same bits: 16 sums, sum l
  /// over the elements l, l + 16, …; then pairwise by halves.
  double (*dot_in_double)(const float *x, const float *y, long count);
  /// Those over a few rows of a matrix.
  const sp_row_kernels *rows;
} sp_kernels;

/// The kernels of a level, or null where this build or this processor has none.
const sp_kernels *_Nullable sp_kernels_at(sp_level level);

/// W [outer, inner] row-major into panels.
void sp_pack_weights(const float *weights, long outer, long inner, float *panels);
/// b [inner, outer], rows `stride` apart, into panels: the panels of its transpose.
void sp_pack_transposed(const float *b, long stride, long inner, long outer, float *panels);
/// The share of non-zeros of x [rows, inner], rows `row_stride` apart, from a sample of them.
double sp_density(const sp_kernels *kernels, const float *x, long row_stride, long rows, long inner);
/// Lists of the columns of a [rows, columns] whose rows are listed, rows ascending:
/// column_starts [columns + 1], one granule.
void sp_transpose_lists(const sp_lists *rows, long columns, long *column_starts,
                        uint32_t *column_offsets, float *column_values);

// In double; no multiply-add is fused, so every level and machine gives the same bits.

/// Σ x [count]: 16 sums, sum l over the elements l, l + 16, …; then pairwise by halves.
double sp_sum_in_double(const float *x, long count);
/// Σ|x| [count], 16 sums likewise.
double sp_sum_of_sizes(const float *x, long count);
/// x·y, 16 sums likewise.
double sp_dot_double(const double *x, const double *y, long count);
/// out [rows] = a [rows, columns] · v [columns], each a dot product likewise.
void sp_apply_double(const float *a, long rows, long columns, const double *v, double *out);
/// y [count] += a·x [count].
void sp_add_scaled_double(double a, const double *x, double *y, long count);
/// The same with x in float.
void sp_add_scaled_mixed(double a, const float *x, double *y, long count);
/// With v = x + own + y, all [count]: sums += min(bound, max(0, v)), and counts += 1 where v is between 0 and bound.
void sp_add_clipped_double(const double *x, double own, const double *y, double bound, double *sums,
                           double *counts, long count);
/// row [count] -= a·x [count] + b·y [count].
void sp_subtract_two_double(double a, const double *x, double b, const double *y, double *row,
                            long count);
/// (x, y) <- (c·x − s·y, s·x + c·y), both [count].
void sp_rotate_double(double c, double s, double *x, double *y, long count);
/// sum [count] += x [count].
void sp_accumulate(const float *x, double *sum, long count);
/// x [count] += a, in float.
void sp_shift(float a, float *x, long count);
/// x [count] = a·x, rounded once more, to float.
void sp_scale(double a, float *x, long count);

// Steps of an optimiser, elementwise over [count]; no multiply-add is fused here either. Sums and
// parameters below the normal numbers become 0.

/// Adam with the corrections of step t taken out of the loop: `rate` is α/(1 − β₁ᵗ), `correction`
/// 1/(1 − β₂ᵗ).
typedef struct {
  float scale, rate, correction, decay1, decay2, epsilon;
} sp_adam;

/// With g = scale·gradient: first m = β₁m + (1 − β₁)g, second v = β₂v + (1 − β₂)(g·g),
/// parameter −= (rate·m) / (√(correction·v) + ε).
void sp_adam_step(float *parameter, const float *gradient, float *first, float *second, long count,
                  const sp_adam *adam);
/// velocity v = momentum·v + scale·gradient, parameter −= rate·v.
void sp_momentum_step(float *velocity, float *parameter, const float *gradient, long count,
                      float scale, float rate, float momentum);

// A unit's window of an image: `rows` runs of `run` elements each, apart by a stride in the image and by another in the
// weights; 8 sums, sum l over the elements l, l + 8, … of a run, and one of what is left over; no multiply-add is fused.

/// Σ image·window.
float sp_window_dot(const float *image, long image_stride, const float *window, long window_stride,
                    long rows, long run);
/// Σ window²·mask; the mask, which lies like the image, is 0 or 1, or null where all is 1.
float sp_window_square(const float *window, long window_stride, const float *_Nullable mask,
                       long image_stride, long rows, long run);
/// image += a·window·mask.
void sp_window_add(float a, const float *window, long window_stride, const float *_Nullable mask,
                   float *image, long image_stride, long rows, long run);

// Over m [rows, columns], no multiply-add fused.

/// Each column times its factor; what is -0 becomes +0.
void sp_scale_columns(float *m, long rows, long columns, const float *factors);
/// sums [columns] += a·b column by column, rows ascending.
void sp_column_dots(const float *a, const float *b, long rows, long columns, float *sums);
/// Raises largest [columns] to the largest |m| of each column; returns how many of m are not zero.
long sp_column_sizes(const float *m, long rows, long columns, float *largest);
/// y [count] += scale·sign(x).
void sp_add_signs(const float *x, long count, float scale, float *y);

/// Windows of an image as rows without gaps, out [rows, runs·run].
void sp_take_windows(const sp_left *x, long rows, float *out);
/// Adds windows to an image, one after another: `count` of them, `stride` apart, each of `runs` runs of `run` elements,
/// apart by `run_stride` in the window and by `image_stride` in the image, where windows are `place_stride` apart.
void sp_add_windows(const float *windows, long stride, long run_stride, long count, long runs,
                    long run, float *image, long place_stride, long image_stride);

/// The processors this process may run on, at least 1.
int sp_processors(void);
/// Tells the processor that a loop waits for another one.
static inline void sp_pause(void) {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ volatile("yield");
#endif
}

#pragma clang assume_nonnull end
