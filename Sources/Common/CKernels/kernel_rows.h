// The kernels of one level over a few rows that stay in cache; a part of kernel_body.h.

/// out [16 vectors] = Σ weights[i] · row members[i]; `vectors` is a constant where this is inlined.
INLINE void combine_strip(const long vectors, const float *rows, long row_stride,
                                 const int32_t *members, const float *weights, long count,
                                 float *out) {
  lanes sum[8];
  UNROLL for (long v = 0; v < vectors; v++) sum[v] = (lanes)(0.0f);
  for (long i = 0; i < count; i++) {
    const float *row = rows + members[i] * row_stride;
    const lanes weight = (lanes)(weights[i]);
    UNROLL for (long v = 0; v < vectors; v++) sum[v] = CHAIN(weight, LOAD(row + LANES * v), sum[v]);
  }
  UNROLL for (long v = 0; v < vectors; v++) STORE(out + LANES * v, sum[v]);
}

static void combine(const float *rows, long row_stride, const int32_t *members,
                           const float *weights, long count, long columns, float *out) {
  long c = 0;
  for (; c + 8 * LANES <= columns; c += 8 * LANES)
    combine_strip(8, rows + c, row_stride, members, weights, count, out + c);
  for (; c + 2 * LANES <= columns; c += 2 * LANES)
    combine_strip(2, rows + c, row_stride, members, weights, count, out + c);
  for (; c + LANES <= columns; c += LANES)
    combine_strip(1, rows + c, row_stride, members, weights, count, out + c);
  for (; c < columns; c++) {
    float sum = 0.0f;
    for (long i = 0; i < count; i++)
      sum = CHAIN1(weights[i], rows[members[i] * row_stride + c], sum);
    out[c] = sum;
  }
}

/// inverse += factor · u uᵀ, [count, count]; what lies beyond the last column is scratch.
INLINE void add_outer(float factor, const float *u, long count, long stride,
                             float *inverse) {
  for (long i = 0; i < count; i++) {
    const lanes weight = (lanes)(factor * u[i]);
    float *row = inverse + i * stride;
    for (long c = 0; c < count; c += LANES)
      STORE(row + c, CHAIN(weight, LOAD(u + c), LOAD(row + c)));
  }
}

/// The inverse of [[M, g], [gᵀ, m]] from M⁻¹: with u = M⁻¹g and the pivot p = m − gᵀu it is
/// [[M⁻¹ + uuᵀ/p, −u/p], [−uᵀ/p, 1/p]].
static int enlarge(float *inverse, long stride, long count, const float *row,
                          const int32_t *members, float least, float *scratch) {
  float *u = scratch, *g = scratch + stride;
  const long padded = (count + LANES - 1) / LANES * LANES;
  for (long i = 0; i < count; i++) g[i] = row[members[i]];
  for (long c = 0; c < padded; c += LANES) {
    lanes sum = (lanes)(0.0f);
    for (long i = 0; i < count; i++)
      sum = CHAIN((lanes)(g[i]), LOAD(inverse + i * stride + c), sum);
    STORE(u + c, sum);
  }
  float explained[4] = {0};
  for (long i = 0; i < count; i++) explained[i % 4] = CHAIN1(g[i], u[i], explained[i % 4]);
  const float pivot =
      row[members[count]] - ((explained[0] + explained[1]) + (explained[2] + explained[3]));
  if (!(pivot > least)) return 0;
  const float factor = 1.0f / pivot;
  add_outer(factor, u, count, stride, inverse);
  float *last = inverse + count * stride;
  for (long i = 0; i < count; i++) last[i] = inverse[i * stride + count] = -factor * u[i];
  last[count] = factor;
  return 1;
}

static void reduce(float *inverse, long stride, long count, float *scratch) {
  const float *last = inverse + (count - 1) * stride;
  for (long i = 0; i < count - 1; i++) scratch[i] = last[i];
  add_outer(-1.0f / last[count - 1], scratch, count - 1, stride, inverse);
}

/// The smallest step of every lane so far, as a fraction, and the index that takes it.
typedef struct {
  lanes distance, speed;
  integers index;
} crossing;

/// `distance` and `speed` of units `index`, those that are `open`, against what was found before;
/// fractions are compared without a division.
INLINE void meet(crossing *first, const lanes *distance, const lanes *speed,
                        const integers *index, const integers *open) {
  const lanes left = __builtin_elementwise_max(*distance, (lanes)(0.0f));
  const integers sooner = (left * first->speed < first->distance * *speed) & *open;
  first->distance = sooner ? left : first->distance;
  first->speed = sooner ? *speed : first->speed;
  first->index = sooner ? *index : first->index;
}

static long first_crossing(const float *q, const float *slope, const int32_t *barred,
                                  long count, float level, float limit, int both, float *step) {
  // One for each sign: two chains that do not wait for each other.
  const crossing none = {(lanes)(limit), (lanes)(1.0f), (integers)(-1)};
  crossing falling = none, rising = none;
  for (long k = 0; k < count; k += LANES) {
    const float *values = q + k, *slopes = slope + k;
    const int32_t *bars = barred + k;
    float rest_values[LANES] = {0}, rest_slopes[LANES] = {0};
    int32_t rest_bars[LANES];
    if (k + LANES > count) {
      for (long l = 0; l < LANES; l++) rest_bars[l] = k + l < count ? bars[l] : -1;
      for (long l = 0; l < count - k; l++) {
        rest_values[l] = values[l];
        rest_slopes[l] = slopes[l];
      }
      values = rest_values;
      slopes = rest_slopes;
      bars = rest_bars;
    }
    const lanes value = LOAD(values), fall = LOAD(slopes);
    const integers open = ~LOAD_AS(integers, bars), index = LANE_NUMBERS + (int32_t)k;
    const lanes below = (lanes)(level) - value, slower = (lanes)(1.0f) - fall;
    meet(&falling, &below, &slower, &index, &open);
    if (!both) continue;
    const lanes above = (lanes)(level) + value, faster = (lanes)(1.0f) + fall;
    meet(&rising, &above, &faster, &index, &open);
  }
  const integers rises = rising.index >= 0;
  meet(&falling, &rising.distance, &rising.speed, &rising.index, &rises);
  const integers met = falling.index >= 0;
  const lanes steps = met ? falling.distance / falling.speed : (lanes)(limit);
  *step = __builtin_reduce_min(steps);
  const integers first = met & (steps == (lanes)(*step));
  const int32_t found = __builtin_reduce_min(first ? falling.index : (integers)(INT32_MAX));
  return found == INT32_MAX ? -1 : found;
}

static long largest(const float *q, long count, int both) {
  lanes best = (lanes)(-__builtin_inff());
  integers first = (integers)(0);
  long k = 0;
  for (; k + LANES <= count; k += LANES) {
    const lanes value = LOAD(q + k);
    const lanes size = both ? __builtin_elementwise_abs(value) : value;
    const integers larger = size > best;
    best = larger ? size : best;
    first = larger ? LANE_NUMBERS + (int32_t)k : first;
  }
  float most = -__builtin_inff();
  long found = 0;
  for (long l = 0; l < LANES; l++)
    if (best[l] > most || (best[l] == most && first[l] < found)) {
      most = best[l];
      found = first[l];
    }
  for (; k < count; k++) {
    const float size = both ? __builtin_fabsf(q[k]) : q[k];
    if (size > most) {
      most = size;
      found = k;
    }
  }
  return found;
}

/// The largest of every lane so far and the index that has it.
typedef struct {
  lanes size;
  integers index;
} summit;

/// z of 16 units, and against what was found before how far it is from their code.
INLINE void climb(summit *best, const float *drive, const float *code,
                         const float *thresholds, const int32_t *barred, long k, int both) {
  const lanes v = LOAD(drive), size = both ? __builtin_elementwise_abs(v) : v;
  const lanes above = size - LOAD(thresholds), cut = above > (lanes)(0.0f) ? above : (lanes)(0.0f);
  const lanes z = both ? (v < (lanes)(0.0f) ? -cut : cut) : cut;
  const lanes change = __builtin_elementwise_abs(z - LOAD(code));
  const integers larger = (change > best->size) & ~LOAD_AS(integers, barred);
  best->size = larger ? change : best->size;
  best->index = larger ? LANE_NUMBERS + (int32_t)k : best->index;
}

static long steepest(const float *drive, const float *code, const float *thresholds,
                            const int32_t *barred, long count, int both, float *value) {
  summit best = {(lanes)(0.0f), (integers)(INT32_MAX)};
  long k = 0;
  for (; k + LANES <= count; k += LANES)
    climb(&best, drive + k, code + k, thresholds + k, barred + k, k, both);
  if (k < count) {
    float rest_drive[LANES] = {0}, rest_code[LANES] = {0}, rest_thresholds[LANES] = {0};
    int32_t rest_barred[LANES] = {0};
    for (long l = 0; l < count - k; l++) {
      rest_drive[l] = drive[k + l];
      rest_code[l] = code[k + l];
      rest_thresholds[l] = thresholds[k + l];
      rest_barred[l] = barred[k + l];
    }
    climb(&best, rest_drive, rest_code, rest_thresholds, rest_barred, k, both);
  }
  // Lanes without a unit hold size 0 and an index above all others.
  const integers most = best.size == (lanes)(__builtin_reduce_max(best.size));
  const int32_t found = __builtin_reduce_min(most ? best.index : (integers)(INT32_MAX));
  if (found == INT32_MAX) return -1;
  const float v = drive[found];
  const float above = (both ? __builtin_fabsf(v) : v) - thresholds[found];
  const float cut = above > 0.0f ? above : 0.0f;
  *value = both && v < 0.0f && cut > 0.0f ? -cut : cut;
  return found;
}

static const sp_row_kernels row_kernels = {combine, enlarge,
                                            reduce,  first_crossing,
                                            largest, steepest};
