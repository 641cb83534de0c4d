#include "kernel_vectors.h"

#define MIX(a, b, ...) __builtin_shufflevector(a, b, __VA_ARGS__)

/// Puts four rows of `from`, `stride` apart, into four columns of a panel.
static inline void turn_four(const float *from, long stride, float *panel) {
  const four a = LOAD_AS(four, from), b = LOAD_AS(four, from + stride),
             c = LOAD_AS(four, from + 2 * stride), d = LOAD_AS(four, from + 3 * stride);
  const four ab = MIX(a, b, 0, 4, 1, 5), cd = MIX(c, d, 0, 4, 1, 5);
  const four ab2 = MIX(a, b, 2, 6, 3, 7), cd2 = MIX(c, d, 2, 6, 3, 7);
  STORE_AS(four, panel, MIX(ab, cd, 0, 1, 4, 5));
  STORE_AS(four, panel + SP_PANEL, MIX(ab, cd, 2, 3, 6, 7));
  STORE_AS(four, panel + 2 * SP_PANEL, MIX(ab2, cd2, 0, 1, 4, 5));
  STORE_AS(four, panel + 3 * SP_PANEL, MIX(ab2, cd2, 2, 3, 6, 7));
}

void sp_pack_weights(const float *weights, long outer, long inner, float *panels) {
  for (long c = 0; c < outer; c += SP_PANEL, panels += inner * SP_PANEL) {
    const long columns = smaller(SP_PANEL, outer - c);
    const float *rows = weights + c * inner;
    // In squares of four, and one by one what is left below and on the right.
    const long whole_columns = columns - columns % 4, whole_inner = inner - inner % 4;
    for (long k = 0; k < inner; k++) {
      if (k % 4 == 0 && k < whole_inner)
        for (long i = 0; i < whole_columns; i += 4)
          turn_four(rows + i * inner + k, inner, panels + k * SP_PANEL + i);
      for (long i = k < whole_inner ? whole_columns : 0; i < SP_PANEL; i++)
        panels[k * SP_PANEL + i] = i < columns ? rows[i * inner + k] : 0.0f;
    }
  }
}

void sp_pack_transposed(const float *b, long stride, long inner, long outer, float *panels) {
  for (long c = 0; c < outer; c += SP_PANEL, panels += inner * SP_PANEL) {
    const long columns = smaller(SP_PANEL, outer - c);
    for (long k = 0; k < inner; k++) {
      for (long i = 0; i < columns; i++) panels[k * SP_PANEL + i] = b[k * stride + c + i];
      for (long i = columns; i < SP_PANEL; i++) panels[k * SP_PANEL + i] = 0.0f;
    }
  }
}
