#pragma once
// What every file of kernels writes: vectors, their places in memory, and loops that are written out.

#include "ckernels.h"

// Nothing is fused but what CHAIN fuses.
#pragma clang fp contract(off)

#define INLINE static inline __attribute__((always_inline))
#define UNROLL _Pragma("clang loop unroll(full)")

enum { LANES = 16 };

typedef float lanes __attribute__((ext_vector_type(16)));
typedef int32_t integers __attribute__((ext_vector_type(16)));
typedef double wide __attribute__((ext_vector_type(16)));
typedef float four __attribute__((ext_vector_type(4)));

// The same where they lie in memory, at any address of an element.
typedef float lanes_in_memory __attribute__((ext_vector_type(16), aligned(4)));
typedef int32_t integers_in_memory __attribute__((ext_vector_type(16), aligned(4)));
typedef float four_in_memory __attribute__((ext_vector_type(4), aligned(4)));

#define LOAD_AS(vector, p) (*(const vector##_in_memory *)(p))
#define STORE_AS(vector, p, v) (*(vector##_in_memory *)(p) = (v))
#define LOAD(p) LOAD_AS(lanes, p)
#define STORE(p, v) STORE_AS(lanes, p, v)

/// Hides from the compiler where a pointer comes from, so that it keeps it in a register.
#define KEEP(pointer) __asm__("" : "+r"(pointer))

INLINE long smaller(long a, long b) { return a < b ? a : b; }
