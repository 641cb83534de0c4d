// Nonlinearities of 16 units at a time; a part of kernel_body.h.

// Vectors go by pointer: by value their calls would depend on the level.

INLINE void relu_of(lanes *v, const float *threshold) {
  const lanes above = *v - LOAD(threshold);
  *v = above <= (lanes)(0.0f) ? (lanes)(0.0f) : above;  // NaN is not below.
}

INLINE void shrink_of(lanes *v, const float *threshold) {
  const integers sign = __builtin_bit_cast(integers, *v) & (integers)(1u << 31);
  const lanes above = __builtin_elementwise_abs(*v) - LOAD(threshold);
  const integers cut = (above <= (lanes)(0.0f)) | (*v == (lanes)(0.0f));
  *v = __builtin_bit_cast(lanes, ~cut & (__builtin_bit_cast(integers, above) | sign));
}

#define ALL(number) (lanes)(number)

/// e^y for -87 <= y <= 20 in parts, after Cephes' expf: y = n ln 2 + f, e^f = 1 + f + p·f², scale 2ⁿ.
typedef struct {
  lanes f, p, scale;
} power;

INLINE void split(const lanes *y, power *e) {
  const lanes half = *y < ALL(0.0f) ? ALL(-0.5f) : ALL(0.5f);
  const integers n =
      __builtin_convertvector(CHAIN(*y, ALL(1.44269504088896341f), half), integers);
  const lanes whole = __builtin_convertvector(n, lanes);
  e->scale = __builtin_bit_cast(lanes, (n + 127) << 23);
  e->f = CHAIN(whole, ALL(2.12194440e-4f), CHAIN(whole, ALL(-0.693359375f), *y));
  lanes p = CHAIN(ALL(1.9875691500e-4f), e->f, ALL(1.3981999507e-3f));
  p = CHAIN(p, e->f, ALL(8.3334519073e-3f));
  p = CHAIN(p, e->f, ALL(4.1665795894e-2f));
  p = CHAIN(p, e->f, ALL(1.6666665459e-1f));
  e->p = CHAIN(p, e->f, ALL(5.0000001201e-1f));
}

/// e^y for -87 <= y <= 20.
INLINE void exponential(lanes *y) {
  power e;
  split(y, &e);
  *y = CHAIN(e.p, e.f * e.f, e.f + ALL(1.0f)) * e.scale;
}

/// e^−s for s >= 0: 0 where it is no normal number any more.
INLINE void falling(lanes *s) {
  lanes y = *s < ALL(87.0f) ? -*s : ALL(-87.0f);
  exponential(&y);
  *s = *s < ALL(87.0f) ? y : ALL(0.0f);
}

/// 1 − e^−s for s >= 0, near 0 as accurate as elsewhere.
INLINE void rising(lanes *s) {
  const lanes y = *s < ALL(20.0f) ? -*s : ALL(-20.0f);
  power e;
  split(&y, &e);
  *s = (ALL(1.0f) - e.scale) - CHAIN(e.p, e.f * e.f, e.f) * e.scale;
}

/// log(1 + a) for 0 <= a <= 1, after Cephes' logf: halved above √2, then a polynomial.
INLINE void logarithm(lanes *a) {
  const integers halved = *a > ALL(0.41421356f);
  const lanes f = halved ? (*a - ALL(1.0f)) * ALL(0.5f) : *a, z = f * f;
  lanes p = CHAIN(ALL(7.0376836292e-2f), f, ALL(-1.1514610310e-1f));
  p = CHAIN(p, f, ALL(1.1676998740e-1f));
  p = CHAIN(p, f, ALL(-1.2420140846e-1f));
  p = CHAIN(p, f, ALL(1.4249322787e-1f));
  p = CHAIN(p, f, ALL(-1.6668057665e-1f));
  p = CHAIN(p, f, ALL(2.0000714765e-1f));
  p = CHAIN(p, f, ALL(-2.4999993993e-1f));
  p = CHAIN(p, f, ALL(3.3333331174e-1f));
  const lanes whole = halved ? ALL(0.693359375f) : ALL(0.0f);
  const lanes rest = halved ? ALL(-2.12194440e-4f) : ALL(0.0f);
  *a = CHAIN(ALL(-0.5f), z, CHAIN(p, f * z, rest)) + f + whole;
}

/// tanh after Cephes' tanhf: an odd polynomial below 0.625, 1 − 2 / (e^2|v| + 1) above.
INLINE void tanh_of(lanes *value, const float *threshold) {
  const lanes v = *value - LOAD(threshold), size = __builtin_elementwise_abs(v), z = v * v;
  lanes p = CHAIN(ALL(-5.70498872745e-3f), z, ALL(2.06390887954e-2f));
  p = CHAIN(p, z, ALL(-5.37397155531e-2f));
  p = CHAIN(p, z, ALL(1.33314422036e-1f));
  p = CHAIN(p, z, ALL(-3.33332819422e-1f));
  const lanes near = CHAIN(p * z, v, v);
  lanes squared = size < ALL(10.0f) ? size + size : ALL(20.0f);
  exponential(&squared);
  const lanes sized = ALL(1.0f) - ALL(2.0f) / (squared + ALL(1.0f));
  const lanes far = v < ALL(0.0f) ? -sized : sized;
  *value = v != v ? v : UNSIGN_ZERO(size < ALL(0.625f) ? near : far);
}

/// A threshold of the smooth shrinkage: none is below 0.
INLINE void load_level(const float *threshold, lanes *level) {
  const lanes t = LOAD(threshold);
  *level = t < ALL(0.0f) ? ALL(0.0f) : t;
}

/// sign(v)·(log(e^βt + e^β|v| − 1)/β − t), written without a difference of powers:
/// sign(v)·((|v| − t)₊ + log(1 + e^(−β||v| − t|)·(1 − e^(−β min(|v|, t))))/β).
INLINE void smooth_shrink_of(lanes *value, const float *threshold, float sharpness) {
  const lanes v = *value, size = __builtin_elementwise_abs(v);
  lanes level;
  load_level(threshold, &level);
  const lanes above = size - level;
  lanes distance = ALL(sharpness) * __builtin_elementwise_abs(above);
  lanes lesser = ALL(sharpness) * (size < level ? size : level);
  falling(&distance);
  rising(&lesser);
  lanes curve = distance * lesser;
  logarithm(&curve);
  const lanes sized = (above > ALL(0.0f) ? above : ALL(0.0f)) + curve / ALL(sharpness);
  *value = above != above ? above : UNSIGN_ZERO(v < ALL(0.0f) ? -sized : sized);
}
