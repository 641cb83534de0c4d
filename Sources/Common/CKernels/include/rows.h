#pragma once
// Kernels over a few rows of a matrix that stays in cache: what following a path of sparse codes
// takes. A part of the table of every level of ckernels.h; levels with fused multiply-adds agree.

#include <stdint.h>

#pragma clang assume_nonnull begin

typedef struct {
  /// out [columns] = Σ weights[i] · row members[i], i < count: one chain per column, i ascending.
  void (*combine)(const float *rows, long row_stride, const int32_t *members, const float *weights,
                  long count, long columns, float *out);
  /// Enlarges `inverse` [count, count], the inverse of the rows and columns `members` of a symmetric
  /// matrix, by a member k = members[count], whose row of that matrix is `row`. Returns 0 and leaves
  /// it as it is where the new pivot is not above `least`. Rows of `inverse` are `stride` floats, a
  /// multiple of 16 and more than `count`; `scratch` holds 2 · stride.
  int (*enlarge)(float *inverse, long stride, long count, const float *row, const int32_t *members,
                 float least, float *scratch);
  /// Takes the last of `count` members out of such an inverse again. `scratch` holds `stride`.
  void (*reduce)(float *inverse, long stride, long count, float *scratch);
  /// The first of q [count] that reaches the falling `level` (or, for `both` signs, rises to it from
  /// below its negative) as q - t·slope and level - t with t from 0: its index, with t in `step`, or
  /// -1 where none does before t = `limit`. What `barred` (0 or -1 each) names is left out.
  long (*first_crossing)(const float *q, const float *slope, const int32_t *barred, long count,
                         float level, float limit, int both, float *step);
  /// The index of the largest of q [count], |q| for `both` signs; the first of several.
  long (*largest)(const float *q, long count, int both);
  /// With z the shrinkage (for `both` signs, else the relu) of drive [count] by thresholds [count]:
  /// the first index of the largest |z - code|, with its z in `value`, or -1 where all are 0. What
  /// `barred` (0 or -1 each) names is left out.
  long (*steepest)(const float *drive, const float *code, const float *thresholds,
                   const int32_t *barred, long count, int both, float *value);
} sp_row_kernels;

#pragma clang assume_nonnull end
