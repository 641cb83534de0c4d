#include "kernel_vectors.h"

// Over matrices of many rows, a column a unit; written so that compilers see the lanes.

void sp_scale_columns(float *m, long rows, long columns, const float *factors) {
  for (long r = 0; r < rows; r++, m += columns)
    for (long c = 0; c < columns; c++) m[c] = m[c] * factors[c] + 0.0f;
}

void sp_column_dots(const float *a, const float *b, long rows, long columns, float *sums) {
  for (long r = 0; r < rows; r++, a += columns, b += columns)
    for (long c = 0; c < columns; c++) sums[c] += a[c] * b[c];
}

long sp_column_sizes(const float *m, long rows, long columns, float *largest) {
  long nonzeros = 0;
  for (long r = 0; r < rows; r++, m += columns) {
    int32_t zeros = 0;
    for (long c = 0; c < columns; c++) {
      const float size = __builtin_fabsf(m[c]);
      zeros += size == 0.0f;
      largest[c] = size > largest[c] ? size : largest[c];
    }
    nonzeros += columns - zeros;
  }
  return nonzeros;
}

void sp_add_signs(const float *x, long count, float scale, float *y) {
  for (long i = 0; i < count; i++) y[i] += x[i] > 0.0f ? scale : x[i] < 0.0f ? -scale : 0.0f;
}
