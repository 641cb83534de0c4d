#include "kernel_vectors.h"

// Each operation is rounded by itself, and sums have an order of their own, so every level and machine gives the same
// bits.

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

/// A run of a window, which is often too short for a call: its ends overlap.
static inline void copy_run(const float *from, long count, float *to) {
  if (count >= LANES) {
    for (long i = 0; i + LANES <= count; i += LANES) STORE(to + i, LOAD(from + i));
    STORE(to + count - LANES, LOAD(from + count - LANES));
  } else if (count >= 4) {
    for (long i = 0; i + 4 <= count; i += 4) STORE_AS(four, to + i, LOAD_AS(four, from + i));
    STORE_AS(four, to + count - 4, LOAD_AS(four, from + count - 4));
  } else {
    for (long i = 0; i < count; i++) to[i] = from[i];
  }
}

void sp_take_windows(const sp_left *x, long rows, float *out) {
  for (long r = 0; r < rows; r++)
    for (long i = 0; i < x->runs; i++, out += x->run)
      copy_run(x->pointer + r * x->row_stride + i * x->run_stride, x->run, out);
}

void sp_add_windows(const float *windows, long stride, long run_stride, long count, long runs,
                    long run, float *image, long place_stride, long image_stride) {
  for (long c = 0; c < count; c++, windows += stride, image += place_stride)
    for (long i = 0; i < runs; i++) {
      const float *from = windows + i * run_stride;
      float *to = image + i * image_stride;
      long k = 0;
      for (; k + 4 <= run; k += 4) STORE_AS(four, to + k, LOAD_AS(four, to + k) + LOAD_AS(four, from + k));
      for (; k < run; k++) to[k] += from[k];
    }
}
