#include <stddef.h>

#include "rows.h"

#pragma clang fp contract(off)

#define INLINE static inline __attribute__((always_inline))
#define UNROLL _Pragma("clang loop unroll(full)")
enum { LANES = 16 };

typedef float lanes __attribute__((ext_vector_type(16)));
typedef float lanes_in_memory __attribute__((ext_vector_type(16), aligned(4)));
typedef int32_t whole_lanes __attribute__((ext_vector_type(16)));
typedef int32_t whole_lanes_in_memory __attribute__((ext_vector_type(16), aligned(4)));

#define LOAD(p) (*(const lanes_in_memory *)(p))
#define STORE(p, v) (*(lanes_in_memory *)(p) = (v))
#define LOAD_WHOLE(p) (*(const whole_lanes_in_memory *)(p))
#define LANE_NUMBERS ((whole_lanes){0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15})

// Any processor: a multiplication and an addition, each rounded.
#define CHAIN(w, x, a) ((w) * (x) + (a))
#define CHAIN1(w, x, a) ((w) * (x) + (a))
#define LEVEL(name) name##_portable
#include "rows_body.h"
#undef LEVEL
#undef CHAIN
#undef CHAIN1

#define CHAIN(w, x, a) __builtin_elementwise_fma(w, x, a)
#define CHAIN1(w, x, a) __builtin_fmaf(w, x, a)

#if defined(__aarch64__)
#define LEVEL(name) name##_neon
#include "rows_body.h"
#endif

#if defined(__x86_64__)
#define LEVEL(name) name##_avx2
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#include "rows_body.h"
#pragma clang attribute pop
#undef LEVEL

#define LEVEL(name) name##_avx512
#pragma clang attribute push( \
    __attribute__((target("avx512f,avx512vl,avx512dq,avx512bw,fma"))), apply_to = function)
#include "rows_body.h"
#pragma clang attribute pop
#endif

const sp_row_kernels *_Nullable sp_row_kernels_at(sp_level level) {
  if (sp_kernels_at(level) == NULL) return NULL;
  switch (level) {
    case SP_PORTABLE:
      return &table_portable;
#if defined(__aarch64__)
    case SP_NEON:
      return &table_neon;
#endif
#if defined(__x86_64__)
    case SP_AVX2:
      return &table_avx2;
    case SP_AVX512:
      return &table_avx512;
#endif
    default:
      return NULL;
  }
}
