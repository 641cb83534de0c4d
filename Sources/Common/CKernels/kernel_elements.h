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

/// Lists the non-zeros of x [count], whose first inner index is k; returns how many.
INLINE long list_granule(const float *x, long k, long count, uint32_t *offsets, float *values) {
  long found = 0, i = 0;
#ifdef LIST_SIXTEEN
  for (; i + LANES <= count; i += LANES)
    found += LIST_SIXTEEN(x + i, k + i, offsets + found, values + found);
#else
  // Four at a time, so that runs of zeros cost one comparison.
  for (; i + 4 <= count; i += 4) {
    if ((x[i] == 0) & (x[i + 1] == 0) & (x[i + 2] == 0) & (x[i + 3] == 0)) continue;
    UNROLL for (long j = i; j < i + 4; j++) {
      offsets[found] = (uint32_t)(k + j) * SP_PANEL;
      values[found] = x[j];
      found += x[j] != 0;
    }
  }
#endif
  for (; i < count; i++) {
    offsets[found] = (uint32_t)(k + i) * SP_PANEL;
    values[found] = x[i];
    found += x[i] != 0;
  }
  return found;
}

static void list_nonzeros(const float *x, long row_stride, long rows, long inner, long *starts,
                          uint32_t *offsets, float *values) {
  long found = 0;
  for (long r = 0; r < rows; r++)
    for (long k = 0; k < inner; k += SP_GRANULE) {
      *starts++ = found;
      found += list_granule(x + r * row_stride + k, k, smaller(SP_GRANULE, inner - k),
                            offsets + found, values + found);
    }
  *starts = found;
}

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

static double dot_in_double(const float *x, const float *y, long count) {
  wide sums = (wide)(0.0);
  long i = 0;
  for (; i + LANES <= count; i += LANES)
    sums += __builtin_convertvector(LOAD(x + i), wide) * __builtin_convertvector(LOAD(y + i), wide);
  double sum[LANES];
  for (long l = 0; l < LANES; l++) sum[l] = sums[l];
  for (long l = 0; i + l < count; l++) sum[l] += (double)x[i + l] * (double)y[i + l];
  for (long half = LANES / 2; half > 0; half /= 2)
    for (long l = 0; l < half; l++) sum[l] += sum[l + half];
  return sum[0];
}
