// Backwards through a nonlinearity, from its output; a part of kernel_body.h.

/// What the slopes of a smooth shrinkage take of its thresholds: e^−βt and 1 − e^−βt.
typedef struct {
  lanes kept, lost;
} shrink_levels;

/// The slopes of a nonlinearity at outputs z: by its argument and by its threshold.
/// `nonlinearity` is a constant where this is inlined.
INLINE void slopes_of(const sp_nonlinearity nonlinearity, const lanes *z, const shrink_levels *levels,
                      float sharpness, lanes *by_argument, lanes *by_threshold) {
  const lanes none = (lanes)(0.0f), one = (lanes)(1.0f);
  const lanes sign = *z < none ? -one : one;
  switch (nonlinearity) {
    case SP_RELU:
      *by_argument = *z > none ? one : none;
      *by_threshold = -*by_argument;
      break;
    case SP_LINEAR:
      *by_argument = one;
      *by_threshold = -one;
      break;
    case SP_TANH:
      *by_argument = CHAIN(-*z, *z, one);
      *by_threshold = -*by_argument;
      break;
    case SP_SMOOTH_SHRINK: {
      lanes risen = (lanes)(sharpness) * __builtin_elementwise_abs(*z);
      rising(&risen);
      *by_argument = CHAIN(levels->lost, risen, levels->kept);
      *by_threshold = -sign * risen;
      break;
    }
    default:
      *by_argument = *z != none ? one : none;
      *by_threshold = -sign * *by_argument;
  }
}

INLINE void load_first(const float *from, long count, lanes *v) {
  if (count == LANES) {
    *v = LOAD(from);
    return;
  }
  float some[LANES] = {0};
  for (long i = 0; i < count; i++) some[i] = from[i];
  *v = LOAD(some);
}

INLINE void store_first(const lanes *v, long count, float *to) {
  if (count == LANES) {
    STORE(to, *v);
    return;
  }
  float some[LANES];
  STORE(some, *v);
  for (long i = 0; i < count; i++) to[i] = some[i];
}

/// `count` columns, at most 16; `nonlinearity` is a constant where this is inlined.
INLINE void backpropagate_strip(const sp_nonlinearity nonlinearity, const float *z, long rows,
                                long stride, long count, const lanes *thresholds, float sharpness,
                                float *delta, float *sums) {
  shrink_levels levels;
  if (nonlinearity == SP_SMOOTH_SHRINK) {
    levels.kept = levels.lost =
        (lanes)(sharpness) * (*thresholds < (lanes)(0.0f) ? (lanes)(0.0f) : *thresholds);
    falling(&levels.kept);
    rising(&levels.lost);
  }
  lanes sum;
  load_first(sums, count, &sum);
  for (long r = 0; r < rows; r++) {
    lanes output, change, by_argument, by_threshold;
    load_first(z + r * stride, count, &output);
    load_first(delta + r * stride, count, &change);
    slopes_of(nonlinearity, &output, &levels, sharpness, &by_argument, &by_threshold);
    sum = CHAIN(by_threshold, change, sum);
    change = UNSIGN_ZERO(by_argument * change);
    store_first(&change, count, delta + r * stride);
  }
  store_first(&sum, count, sums);
}

static void backpropagate(const sp_epilogue *epilogue, const float *z, long rows, long columns,
                          float *delta, float *sums) {
  for (long c = 0; c < columns; c += LANES) {
    const long count = smaller(LANES, columns - c);
    lanes thresholds;
    load_first(epilogue->thresholds + c, count, &thresholds);
#define STRIP(nonlinearity, count)                                                              \
  backpropagate_strip(nonlinearity, z + c, rows, columns, count, &thresholds, epilogue->sharpness, \
                      delta + c, sums + c)
#define STRIP_OF(nonlinearity) \
  count == LANES ? STRIP(nonlinearity, LANES) : STRIP(nonlinearity, count)
    switch (epilogue->nonlinearity) {
      case SP_RELU: STRIP_OF(SP_RELU); break;
      case SP_TANH: STRIP_OF(SP_TANH); break;
      case SP_LINEAR: STRIP_OF(SP_LINEAR); break;
      case SP_SMOOTH_SHRINK: STRIP_OF(SP_SMOOTH_SHRINK); break;
      default: STRIP_OF(SP_SHRINK);
    }
#undef STRIP_OF
#undef STRIP
  }
}
