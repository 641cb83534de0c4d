#include "ckernels.h"

static long smaller(long a, long b) { return a < b ? a : b; }

void sp_pack_weights(const float *weights, long outer, long inner, float *panels) {
  for (long c = 0; c < outer; c += SP_PANEL, panels += inner * SP_PANEL) {
    const long columns = smaller(SP_PANEL, outer - c);
    for (long k = 0; k < inner; k++)
      for (long i = 0; i < SP_PANEL; i++)
        panels[k * SP_PANEL + i] = i < columns ? weights[(c + i) * inner + k] : 0.0f;
  }
}

void sp_pack_transposed(const float *b, long inner, long outer, float *panels) {
  for (long c = 0; c < outer; c += SP_PANEL, panels += inner * SP_PANEL) {
    const long columns = smaller(SP_PANEL, outer - c);
    for (long k = 0; k < inner; k++) {
      for (long i = 0; i < columns; i++) panels[k * SP_PANEL + i] = b[k * outer + c + i];
      for (long i = columns; i < SP_PANEL; i++) panels[k * SP_PANEL + i] = 0.0f;
    }
  }
}

void sp_transpose_lists(const long *starts, const uint32_t *offsets, const float *values, long rows,
                        long columns, long *column_starts, uint32_t *column_offsets,
                        float *column_values) {
  for (long c = 0; c <= columns; c++) column_starts[c] = 0;
  for (long i = 0; i < starts[rows]; i++) column_starts[offsets[i] / SP_PANEL + 1]++;
  for (long c = 0; c < columns; c++) column_starts[c + 1] += column_starts[c];
  // Each start moves to its column's end while the column fills, and is put back afterwards.
  for (long r = 0; r < rows; r++)
    for (long i = starts[r]; i < starts[r + 1]; i++) {
      const long to = column_starts[offsets[i] / SP_PANEL]++;
      column_offsets[to] = (uint32_t)r * SP_PANEL;
      column_values[to] = values[i];
    }
  for (long c = columns; c > 0; c--) column_starts[c] = column_starts[c - 1];
  column_starts[0] = 0;
}
