#include "ckernels.h"

double sp_density(const sp_kernels *kernels, const float *x, long row_stride, long rows, long inner) {
  // Every eighth row tells enough: reading all of them would cost as much as a third of listing.
  enum { STEP = 8 };
  long found = 0, looked_at = 0;
  for (long r = 0; r < rows; r += STEP, looked_at++)
    found += kernels->count_nonzeros(x + r * row_stride, inner);
  return inner > 0 && looked_at > 0 ? (double)found / (double)(looked_at * inner) : 0;
}

void sp_transpose_lists(const sp_lists *rows, long columns, long *column_starts,
                        uint32_t *column_offsets, float *column_values) {
  for (long c = 0; c <= columns; c++) column_starts[c] = 0;
  const long entries = rows->starts[rows->rows * rows->granules];
  for (long i = 0; i < entries; i++) column_starts[rows->offsets[i] / SP_PANEL + 1]++;
  for (long c = 0; c < columns; c++) column_starts[c + 1] += column_starts[c];
  // Each start moves to its column's end while the column fills, and is put back afterwards.
  for (long r = 0; r < rows->rows; r++)
    for (long i = rows->starts[r * rows->granules]; i < rows->starts[(r + 1) * rows->granules]; i++) {
      const long to = column_starts[rows->offsets[i] / SP_PANEL]++;
      column_offsets[to] = (uint32_t)r * SP_PANEL;
      column_values[to] = rows->values[i];
    }
  for (long c = columns; c > 0; c--) column_starts[c] = column_starts[c - 1];
  column_starts[0] = 0;
}
