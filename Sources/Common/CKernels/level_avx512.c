#if defined(__x86_64__)
#include <immintrin.h>

#include "kernel_vectors.h"

#pragma clang attribute push( \
    __attribute__((target("avx512f,avx512vl,avx512dq,avx512bw,fma"))), apply_to = function)

#define FUSED 1
#define ROWS 14
#define VECTORS 2
#define LISTED_ROWS 2
#define LISTED_VECTORS 4
#define KERNELS sp_kernels_avx512
#define LIST_SIXTEEN list_sixteen

/// Lists the non-zeros among 16 numbers, the first of which has inner index k.
INLINE long list_sixteen(const float *x, long k, uint32_t *offsets, float *values) {
  const __m512i steps = _mm512_mullo_epi32(
      _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15),
      _mm512_set1_epi32(SP_PANEL));
  const __m512 v = _mm512_loadu_ps(x);
  const __mmask16 some = _mm512_cmp_ps_mask(v, _mm512_setzero_ps(), _CMP_NEQ_UQ);
  const __m512i at = _mm512_add_epi32(steps, _mm512_set1_epi32((int)(k * SP_PANEL)));
  _mm512_storeu_ps(values, _mm512_maskz_compress_ps(some, v));
  _mm512_storeu_si512(offsets, _mm512_maskz_compress_epi32(some, at));
  return __builtin_popcount(some);
}

#include "kernel_body.h"

#pragma clang attribute pop
#endif
