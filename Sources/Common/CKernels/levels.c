#include <stddef.h>

#include "ckernels.h"

extern const sp_kernels sp_kernels_avx512, sp_kernels_avx2, sp_kernels_neon, sp_kernels_portable;

const sp_kernels *_Nullable sp_kernels_at(sp_level level) {
  switch (level) {
    case SP_PORTABLE:
      return &sp_kernels_portable;
#if defined(__aarch64__)
    case SP_NEON:
      return &sp_kernels_neon;
#endif
#if defined(__x86_64__)
    case SP_AVX2:
      __builtin_cpu_init();
      return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") ? &sp_kernels_avx2
                                                                             : NULL;
    case SP_AVX512:
      __builtin_cpu_init();
      return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
                     __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512bw") &&
                     __builtin_cpu_supports("fma")
                 ? &sp_kernels_avx512
                 : NULL;
#endif
    default:
      return NULL;
  }
}
