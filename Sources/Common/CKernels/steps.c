#include "ckernels.h"

// Each operation is rounded by itself, so every level and machine gives the same bits; vectors as wide
// as a level's would gain nothing where divisions and memory are the limit.
#pragma clang fp contract(off)

// What has decayed below the normal numbers is 0: processors take a hundred times as long for it, and a
// unit that died, or a pixel that is always 0, would leave little else. Weights decay where a bound on
// their row takes its share of them at every step.
static inline float normal_or_zero(float x) { return __builtin_fabsf(x) < 0x1p-126f ? 0.0f : x; }

void sp_adam_step(float *parameter, const float *gradient, float *first, float *second, long count,
                  const sp_adam *adam) {
  const sp_adam a = *adam;
  const float rest1 = 1.0f - a.decay1, rest2 = 1.0f - a.decay2;
  for (long i = 0; i < count; i++) {
    const float g = a.scale * gradient[i];
    const float m = normal_or_zero(a.decay1 * first[i] + rest1 * g);
    const float v = normal_or_zero(a.decay2 * second[i] + rest2 * (g * g));
    first[i] = m;
    second[i] = v;
    const float change = a.rate * m / (__builtin_elementwise_sqrt(a.correction * v) + a.epsilon);
    parameter[i] = normal_or_zero(parameter[i] - change);
  }
}

void sp_momentum_step(float *velocity, float *parameter, const float *gradient, long count,
                      float scale, float rate, float momentum) {
  for (long i = 0; i < count; i++) {
    const float v = normal_or_zero(momentum * velocity[i] + scale * gradient[i]);
    velocity[i] = v;
    parameter[i] = normal_or_zero(parameter[i] - rate * v);
  }
}
