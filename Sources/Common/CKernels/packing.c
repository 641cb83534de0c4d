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
