#include "ckernels.h"

#pragma clang fp contract(off)

/// 16 sums side by side, then pairwise by halves. `X` and `Y` give the element at i as a double.
#define DOT_IN_DOUBLE(X, Y, count)                              \
  double sum[16] = {0};                                         \
  long i = 0;                                                   \
  for (; i + 16 <= count; i += 16)                              \
    for (long l = 0; l < 16; l++) sum[l] += X(i + l) * Y(i + l); \
  for (long l = 0; i + l < count; l++) sum[l] += X(i + l) * Y(i + l); \
  for (long half = 8; half > 0; half /= 2)                      \
    for (long l = 0; l < half; l++) sum[l] += sum[l + half];    \
  return sum[0];

#define X_AT(i) ((double)x[i])
#define Y_AT(i) ((double)y[i])
#define SIZE_AT(i) ((double)__builtin_fabsf(x[i]))
#define ONE_AT(i) 1.0

double sp_sum_in_double(const float *x, long count) { DOT_IN_DOUBLE(X_AT, ONE_AT, count) }

double sp_sum_of_sizes(const float *x, long count) { DOT_IN_DOUBLE(SIZE_AT, ONE_AT, count) }

double sp_dot_double(const double *x, const double *y, long count) {
  DOT_IN_DOUBLE(X_AT, Y_AT, count)
}

static double dot_mixed(const float *x, const double *y, long count) {
  DOT_IN_DOUBLE(X_AT, Y_AT, count)
}

void sp_apply_double(const float *a, long rows, long columns, const double *v, double *out) {
  for (long r = 0; r < rows; r++) out[r] = dot_mixed(a + r * columns, v, columns);
}

void sp_add_scaled_double(double a, const double *x, double *y, long count) {
  for (long i = 0; i < count; i++) y[i] += a * x[i];
}

void sp_add_scaled_mixed(double a, const float *x, double *y, long count) {
  for (long i = 0; i < count; i++) y[i] += a * (double)x[i];
}

void sp_add_clipped_double(const double *x, double own, const double *y, double bound, double *sums,
                           double *counts, long count) {
  for (long i = 0; i < count; i++) {
    const double v = x[i] + own + y[i];
    const double least = v > 0 ? v : 0;
    sums[i] += least < bound ? least : bound;
    counts[i] += ((v > 0) & (v < bound)) ? 1 : 0;
  }
}

void sp_subtract_two_double(double a, const double *x, double b, const double *y, double *row,
                            long count) {
  for (long i = 0; i < count; i++) row[i] -= a * x[i] + b * y[i];
}

void sp_rotate_double(double c, double s, double *x, double *y, long count) {
  for (long i = 0; i < count; i++) {
    const double first = x[i], second = y[i];
    x[i] = c * first - s * second;
    y[i] = s * first + c * second;
  }
}

void sp_accumulate(const float *x, double *sum, long count) {
  for (long i = 0; i < count; i++) sum[i] += (double)x[i];
}

void sp_shift(float a, float *x, long count) {
  for (long i = 0; i < count; i++) x[i] += a;
}

void sp_scale(double a, float *x, long count) {
  for (long i = 0; i < count; i++) x[i] = (float)(a * (double)x[i]);
}
