// What the sums of a product begin with and what becomes of them; a part of kernel_body.h.

// MARK: functions of a unit

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

/// e^y for 0 <= y <= 20, after Cephes' expf: y = n ln 2 + f, a polynomial in f, n into the exponent.
INLINE void exponential(lanes *y) {
  const integers n =
      __builtin_convertvector(CHAIN(*y, ALL(1.44269504088896341f), ALL(0.5f)), integers);
  const lanes whole = __builtin_convertvector(n, lanes);
  const lanes f = CHAIN(whole, ALL(2.12194440e-4f), CHAIN(whole, ALL(-0.693359375f), *y));
  lanes p = CHAIN(ALL(1.9875691500e-4f), f, ALL(1.3981999507e-3f));
  p = CHAIN(p, f, ALL(8.3334519073e-3f));
  p = CHAIN(p, f, ALL(4.1665795894e-2f));
  p = CHAIN(p, f, ALL(1.6666665459e-1f));
  p = CHAIN(p, f, ALL(5.0000001201e-1f));
  p = CHAIN(p, f * f, f + ALL(1.0f));
  *y = p * __builtin_bit_cast(lanes, (n + 127) << 23);
}

/// tanh after Cephes' tanhf: an odd polynomial below 0.625, 1 − 2 / (e^2|v| + 1) above.
INLINE void tanh_of(lanes *value, const float *threshold) {
  const lanes v = *value - LOAD(threshold), size = __builtin_elementwise_abs(v), z = v * v;
  lanes p = CHAIN(ALL(-5.70498872745e-3f), z, ALL(2.06390887954e-2f));
  p = CHAIN(p, z, ALL(-5.37397155531e-2f));
  p = CHAIN(p, z, ALL(1.33314422036e-1f));
  p = CHAIN(p, z, ALL(-3.33332819422e-1f));
  const lanes near = CHAIN(p * z, v, v);
  lanes power = size < ALL(10.0f) ? size + size : ALL(20.0f);
  exponential(&power);
  const lanes sized = ALL(1.0f) - ALL(2.0f) / (power + ALL(1.0f));
  const lanes far = v < ALL(0.0f) ? -sized : sized;
  *value = v != v ? v : UNSIGN_ZERO(size < ALL(0.625f) ? near : far);
}
#undef ALL

// MARK: ends

/// What an `sp_ends` says of the columns of one strip.
typedef struct {
  const float *start;
  long start_stride;
  sp_function function;
  const float *thresholds, *gains;
} strip_ends;

/// Turns the complete sums of columns from..<from + 16 of a strip into results. Not tanh: a call here
/// would put all sums into memory, so it goes over the results in a pass of its own.
INLINE void finish(lanes *sum, const strip_ends ends, long from) {
  *sum = UNSIGN_ZERO(*sum);
  if (ends.function == SP_RELU) relu_of(sum, ends.thresholds + from);
  if (ends.function == SP_SHRINK) shrink_of(sum, ends.thresholds + from);
  if (ends.gains) *sum = UNSIGN_ZERO(*sum * LOAD(ends.gains + from));
}

/// A strip's ends and where its results go. A strip that is wider than what is left of `out` works on
/// columns of its own.
typedef struct {
  strip_ends ends;
  float *out;
  long out_stride;
  float columns[SP_TILE_ROWS * STRIP_COLUMNS] __attribute__((aligned(64)));
  float thresholds[STRIP_COLUMNS], gains[STRIP_COLUMNS];
} strip;

static const float no_start[STRIP_COLUMNS] = {0};

INLINE void copy_columns(const float *from, long from_stride, float *to, long to_stride, long rows,
                         long columns) {
  for (long r = 0; r < rows; r++)
    for (long c = 0; c < columns; c++) to[r * to_stride + c] = from[r * from_stride + c];
}

/// Columns c..<c + width of the product, for inner indices that come first, last, or neither.
static void open_strip(strip *s, const sp_ends *ends, int is_first, int is_last, long rows, long c,
                       long width, long outer, float *out, long out_stride) {
  const float *start = !is_first ? out + c : ends->start ? ends->start + c : no_start;
  s->ends = (strip_ends){
      .start = start,
      .start_stride = !is_first ? out_stride : ends->start ? ends->start_stride : 0,
      .function = is_last ? ends->function : SP_IDENTITY,
      .thresholds = ends->thresholds ? ends->thresholds + c : 0,
      .gains = is_last && ends->gains ? ends->gains + c : 0,
  };
  s->out = out + c;
  s->out_stride = out_stride;
  const long columns = outer - c;
  if (columns >= width) return;
  for (long r = 0; r < rows; r++)
    for (long i = columns; i < width; i++) s->columns[r * width + i] = 0;
  copy_columns(start, s->ends.start_stride, s->columns, width, rows, columns);
  s->ends.start = s->out = s->columns;
  s->ends.start_stride = s->out_stride = width;
  if (s->ends.function != SP_IDENTITY) {
    copy_columns(s->ends.thresholds, 0, s->thresholds, 0, 1, columns);
    for (long i = columns; i < width; i++) s->thresholds[i] = 0;
    s->ends.thresholds = s->thresholds;
  }
  if (s->ends.gains) {
    copy_columns(s->ends.gains, 0, s->gains, 0, 1, columns);
    for (long i = columns; i < width; i++) s->gains[i] = 0;
    s->ends.gains = s->gains;
  }
}

/// Puts columns of the strip's own where they belong.
static void close_strip(const strip *s, long rows, long c, long outer, float *out,
                        long out_stride) {
  if (s->out == s->columns)
    copy_columns(s->columns, s->out_stride, out + c, out_stride, rows, outer - c);
}

INLINE void activate_sixteen(float *m, const strip_ends ends, long c) {
  lanes v = LOAD(m);
  if (ends.function == SP_TANH) {
    tanh_of(&v, ends.thresholds + c);
    if (ends.gains) v = UNSIGN_ZERO(v * LOAD(ends.gains + c));
  } else {
    finish(&v, ends, c);
  }
  STORE(m, v);
}

/// The ends of a product before a pass of tanh, where there is one.
INLINE sp_ends without_tanh(const sp_ends *ends) {
  sp_ends result = *ends;
  if (ends->function == SP_TANH) {
    result.function = SP_IDENTITY;
    result.gains = 0;
  }
  return result;
}

/// m [rows, columns] = gains · f(m), as if m were sums.
static void activate(float *m, long rows, long columns, sp_function function,
                     const float *thresholds, const float *gains) {
  const strip_ends ends = {.function = function, .thresholds = thresholds, .gains = gains};
  const long whole = columns - columns % LANES;
  // The last columns of a row, fewer than a vector, padded to one.
  float last[LANES] = {0}, last_thresholds[LANES] = {0}, last_gains[LANES] = {0};
  strip_ends last_ends = {.function = function, .thresholds = last_thresholds};
  for (long i = whole; i < columns; i++) {
    if (thresholds) last_thresholds[i - whole] = thresholds[i];
    if (gains) last_gains[i - whole] = gains[i];
  }
  if (gains) last_ends.gains = last_gains;
  for (long r = 0; r < rows; r++, m += columns) {
    for (long c = 0; c < whole; c += LANES) activate_sixteen(m + c, ends, c);
    if (whole == columns) continue;
    copy_columns(m + whole, 0, last, 0, 1, columns - whole);
    activate_sixteen(last, last_ends, 0);
    copy_columns(last, 0, m + whole, 0, 1, columns - whole);
  }
}

/// The pass over the results of a product that ``without_tanh`` puts off.
INLINE void activate_tanh(const sp_ends *ends, float *out, long rows, long outer, long out_stride) {
  if (ends->function != SP_TANH) return;
  for (long r = 0; r < rows; r++)
    activate(out + r * out_stride, 1, outer, SP_TANH, ends->thresholds, ends->gains);
}
