#include "ckernels.h"

// Each operation is rounded by itself, and sums have an order of their own, so every level and machine gives the same
// bits.
#pragma clang fp contract(off)

enum { SUMS = 8 };
typedef float sums __attribute__((ext_vector_type(SUMS)));
typedef float sums_in_memory __attribute__((ext_vector_type(SUMS), aligned(4)));

static inline float total(const sums *sum, float rest) {
  const float *s = (const float *)sum;
  return (((s[0] + s[4]) + (s[2] + s[6])) + ((s[1] + s[5]) + (s[3] + s[7]))) + rest;
}

float sp_window_dot(const float *image, long image_stride, const float *window, long window_stride,
                    long rows, long run) {
  sums sum = (sums)(0.0f);
  float rest = 0.0f;
  for (long r = 0; r < rows; r++, image += image_stride, window += window_stride) {
    long i = 0;
    for (; i + SUMS <= run; i += SUMS)
      sum += *(const sums_in_memory *)(image + i) * *(const sums_in_memory *)(window + i);
    for (; i < run; i++) rest += image[i] * window[i];
  }
  return total(&sum, rest);
}

float sp_window_square(const float *window, long window_stride, const float *mask, long image_stride,
                       long rows, long run) {
  sums sum = (sums)(0.0f);
  float rest = 0.0f;
  for (long r = 0; r < rows; r++, window += window_stride) {
    const float *kept = mask ? mask + r * image_stride : 0;
    long i = 0;
    for (; i + SUMS <= run; i += SUMS) {
      const sums w = *(const sums_in_memory *)(window + i);
      sum += kept ? w * w * *(const sums_in_memory *)(kept + i) : w * w;
    }
    for (; i < run; i++) rest += kept ? window[i] * window[i] * kept[i] : window[i] * window[i];
  }
  return total(&sum, rest);
}

void sp_window_add(float a, const float *window, long window_stride, const float *mask, float *image,
                   long image_stride, long rows, long run) {
  for (long r = 0; r < rows; r++, image += image_stride, window += window_stride) {
    const float *kept = mask ? mask + r * image_stride : 0;
    if (kept)
      for (long i = 0; i < run; i++) image[i] += a * window[i] * kept[i];
    else
      for (long i = 0; i < run; i++) image[i] += a * window[i];
  }
}
