// The kernels of one level that go over elements; a part of kernel_body.h.

static long count_nonzeros(const float *x, long count) {
  long total = 0;
  // Counted in blocks of 32-bit sums, which are quick.
  for (long begin = 0; begin < count; begin += 1 << 20) {
    const long end = smaller(count, begin + (1 << 20));
    int32_t part = 0;
    for (long i = begin; i < end; i++) part += x[i] != 0;
    total += part;
  }
  return total;
}

/// Lists the non-zeros of one row behind `offsets` and `values`; returns how many.
INLINE long list_row(const float *x, long inner, uint32_t *offsets, float *values) {
  long found = 0, k = 0;
#ifdef LIST_SIXTEEN
  for (; k + LANES <= inner; k += LANES)
    found += LIST_SIXTEEN(x + k, k, offsets + found, values + found);
#endif
  for (; k < inner; k++) {
    offsets[found] = (uint32_t)k * SP_PANEL;
    values[found] = x[k];
    found += x[k] != 0;
  }
  return found;
}

static void list_nonzeros(const float *x, long row_stride, long rows, long inner, long *starts,
                          uint32_t *offsets, float *values) {
  starts[0] = 0;
  for (long r = 0; r < rows; r++)
    starts[r + 1] = starts[r] + list_row(x + r * row_stride, inner, offsets + starts[r],
                                         values + starts[r]);
}

// MARK: nonlinearities

static void relu(float *m, long rows, long columns, const float *thresholds) {
  for (long r = 0; r < rows; r++, m += columns)
    for (long c = 0; c < columns; c++) {
      const float above = m[c] - thresholds[c];
      m[c] = above > 0 || above != above ? above : 0.0f;
    }
}

static void shrink(float *m, long rows, long columns, const float *thresholds) {
  for (long r = 0; r < rows; r++, m += columns)
    for (long c = 0; c < columns; c++) {
      const float above = __builtin_fabsf(m[c]) - thresholds[c];
      const int kept = ((above > 0) & (m[c] != 0)) | (above != above);
      m[c] = kept ? __builtin_copysignf(above, m[c]) : 0.0f;
    }
}

/// e^y for 0 <= y <= 20, after Cephes' expf: y = n ln 2 + f, a polynomial in f, n into the exponent.
INLINE float exponential(float y) {
  const int n = (int)CHAIN1(y, 1.44269504088896341f, 0.5f);
  const float f = CHAIN1((float)n, 2.12194440e-4f, CHAIN1((float)n, -0.693359375f, y));
  float p = CHAIN1(1.9875691500e-4f, f, 1.3981999507e-3f);
  p = CHAIN1(p, f, 8.3334519073e-3f);
  p = CHAIN1(p, f, 4.1665795894e-2f);
  p = CHAIN1(p, f, 1.6666665459e-1f);
  p = CHAIN1(p, f, 5.0000001201e-1f);
  p = CHAIN1(p, f * f, f + 1.0f);
  const union { int32_t bits; float value; } power = {.bits = (n + 127) << 23};
  return p * power.value;
}

/// tanh after Cephes' tanhf: an odd polynomial below 0.625, 1 − 2 / (e^2|v| + 1) above.
INLINE float tanh_of(float v) {
  const float size = __builtin_fabsf(v), z = v * v;
  float p = CHAIN1(-5.70498872745e-3f, z, 2.06390887954e-2f);
  p = CHAIN1(p, z, -5.37397155531e-2f);
  p = CHAIN1(p, z, 1.33314422036e-1f);
  p = CHAIN1(p, z, -3.33332819422e-1f);
  const float near = CHAIN1(p * z, v, v);
  const float bounded = size < 10.0f ? size : 10.0f;
  const float far = __builtin_copysignf(1.0f - 2.0f / (exponential(bounded + bounded) + 1.0f), v);
  return v != v ? v : size < 0.625f ? near : far;
}

static void hyperbolic_tangent(float *m, long rows, long columns, const float *thresholds) {
  for (long r = 0; r < rows; r++, m += columns)
    for (long c = 0; c < columns; c++) m[c] = tanh_of(m[c] - thresholds[c]);
}

// MARK: vectors

static void add_scaled(float a, const float *x, float *y, long count) {
  for (long i = 0; i < count; i++) y[i] = CHAIN1(a, x[i], y[i]);
}

static float dot(const float *x, const float *y, long count) {
  lanes low = (lanes)(0.0f), high = (lanes)(0.0f);
  long i = 0;
  for (; i + 2 * LANES <= count; i += 2 * LANES) {
    low = CHAIN(LOAD(x + i), LOAD(y + i), low);
    high = CHAIN(LOAD(x + i + LANES), LOAD(y + i + LANES), high);
  }
  float a[2 * LANES] = {0}, b[2 * LANES] = {0}, sum[2 * LANES];
  for (long l = 0; l < count - i; l++) {
    a[l] = x[i + l];
    b[l] = y[i + l];
  }
  STORE(sum, CHAIN(LOAD(a), LOAD(b), low));
  STORE(sum + LANES, CHAIN(LOAD(a + LANES), LOAD(b + LANES), high));
  for (long half = LANES; half > 0; half /= 2)
    for (long l = 0; l < half; l++) sum[l] += sum[l + half];
  return sum[0] + 0.0f;
}
