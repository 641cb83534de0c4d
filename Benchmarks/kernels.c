// How fast the kernels are beside what the processor can do: one thread, a tile of 112×400×400.
//
// The limit of a level is measured, not looked up: multiply-adds on registers alone, with the
// level's vectors (portable: a multiplication and an addition each). Limit and kernels take turns,
// so that both see the same clock; each figure is the best of its rounds, for a disturbed round is
// only ever slower. Prints rows of a Markdown table.
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "ckernels.h"

enum {
  ROWS = SP_TILE_ROWS,
  INNER = 400,
  OUTER = 400,
  PANELS = (OUTER + SP_PANEL - 1) / SP_PANEL,
  GRANULES = (INNER + SP_GRANULE - 1) / SP_GRANULE
};

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

// MARK: the limit

typedef float wide16 __attribute__((ext_vector_type(16)));
typedef float wide8 __attribute__((ext_vector_type(8)));
typedef float wide4 __attribute__((ext_vector_type(4)));

/// 12 chains are in flight, more than latency times units; `steps` rounds over all of them.
#define LIMIT(name, type, step)                                  \
  static float name(long steps) {                                \
    type sum[12], factor = (type)(0.999f), part = (type)(1e-3f); \
    for (int c = 0; c < 12; c++) sum[c] = (type)(0.1f * (float)c); \
    for (long i = 0; i < steps; i++) {                           \
      _Pragma("clang loop unroll(full)") for (int c = 0; c < 12; c++) sum[c] = step; \
      __asm__ volatile("" : "+v"(factor), "+v"(part));           \
    }                                                            \
    float total = 0;                                             \
    for (int c = 0; c < 12; c++) total += sum[c][0];             \
    return total;                                                \
  }

#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target("avx512f,fma"))), apply_to = function)
LIMIT(limit_avx512, wide16, __builtin_elementwise_fma(sum[c], factor, part))
#pragma clang attribute pop
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
LIMIT(limit_avx2, wide8, __builtin_elementwise_fma(sum[c], factor, part))
#pragma clang attribute pop
#endif
LIMIT(limit_portable, wide4, sum[c] * factor + part)

// MARK: the kernels

static float x[ROWS * INNER], weights[OUTER * INNER], out[ROWS * OUTER], expected[ROWS * OUTER];
static float values[ROWS * INNER + SP_LIST_SLACK];
static uint32_t offsets[ROWS * INNER + SP_LIST_SLACK];
static long starts[ROWS * GRANULES + 1];
static float thresholds[OUTER];
static float *panels;

static uint32_t state = 1;
static float uniform(void) { return (float)((state = state * 1664525u + 1013904223u) >> 8) / (1 << 24); }

static void fill(double density) {
  for (long i = 0; i < ROWS * INNER; i++) x[i] = uniform() < density ? uniform() - 0.5f : 0.0f;
}

static const sp_start start = {weights, OUTER};
static const sp_epilogue epilogue = {.nonlinearity = SP_SHRINK, .thresholds = thresholds};

static void run_dense(const sp_kernels *k) {
  const sp_left left = {x, INNER, 1, 1, INNER, 0};
  k->dense(&left, ROWS, panels, INNER * SP_PANEL, OUTER, start, &epilogue, out, OUTER);
}

/// All that a sparse tile costs: looking how dense it is, listing, multiplying.
static void run_sparse(const sp_kernels *k) {
  if (sp_density(k, x, INNER, ROWS, INNER) > 1) abort();
  k->list_nonzeros(x, INNER, ROWS, INNER, starts, offsets, values);
  const sp_lists lists = {ROWS, GRANULES, starts, offsets, values};
  k->sparse(&lists, panels, INNER * SP_PANEL, OUTER, start, &epilogue, out, OUTER);
}

static double least(double a, double b) { return a < b ? a : b; }

static double timed(void (*run)(const sp_kernels *), const sp_kernels *kernels) {
  const double begin = now();
  run(kernels);
  return now() - begin;
}

typedef struct {
  const char *name;
  sp_level level;
  float (*limit)(long);
  int lanes;
} level;

static const level levels[] = {
#if defined(__x86_64__)
    {"AVX-512", SP_AVX512, limit_avx512, 16},
    {"AVX2", SP_AVX2, limit_avx2, 8},
#endif
    {"portable", SP_PORTABLE, limit_portable, 4},
};

int main(void) {
  enum { ROUNDS = 400, STEPS = 4000 };
  const double densities[] = {0.02, 0.05, 0.1, 0.2, 0.4}, operations = 2.0 * ROWS * INNER * OUTER;
  panels = aligned_alloc(64, sizeof(float) * PANELS * INNER * SP_PANEL);
  for (long i = 0; i < OUTER * INNER; i++) weights[i] = uniform() - 0.5f;
  for (long c = 0; c < OUTER; c++) thresholds[c] = 0.01f;
  sp_pack_weights(weights, OUTER, INNER, panels);
  printf("| level | limit, GFLOP/s | dense | of the limit | sparse/dense: 2 %% | 5 %% | 10 %% | 20 %% | 40 %% |\n"
         "|---|--:|--:|--:|--:|--:|--:|--:|--:|\n");
  for (unsigned l = 0; l < sizeof levels / sizeof *levels; l++) {
    const sp_kernels *kernels = sp_kernels_at(levels[l].level);
    if (!kernels) continue;
    double limit = 1, dense = 1, ratios[5];
    volatile float sink = 0;
    for (int d = 0; d < 5; d++) {
      double sparse = 1, dense_here = 1;
      fill(densities[d]);
      run_dense(kernels);
      memcpy(expected, out, sizeof out);
      run_sparse(kernels);
      if (memcmp(expected, out, sizeof out) != 0) {
        fprintf(stderr, "kernels: %s: dense and sparse differ\n", levels[l].name);
        return 1;
      }
      for (int round = 0; round < ROUNDS; round++) {
        const double begin = now();
        sink += levels[l].limit(STEPS);
        limit = least(limit, now() - begin);
        dense_here = least(dense_here, timed(run_dense, kernels));
        sparse = least(sparse, timed(run_sparse, kernels));
      }
      ratios[d] = dense_here / sparse;
      dense = least(dense, dense_here);
    }
    const double peak = 2e-9 * 12 * STEPS * levels[l].lanes / limit, rate = 1e-9 * operations / dense;
    printf("| %s | %.0f | %.0f | %.0f %% | %.1f | %.1f | %.1f | %.1f | %.1f |\n", levels[l].name,
           peak, rate, 100 * rate / peak, ratios[0], ratios[1], ratios[2], ratios[3], ratios[4]);
  }
  free(panels);
}
