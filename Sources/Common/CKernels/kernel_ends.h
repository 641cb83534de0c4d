// What the sums of a product begin with and what becomes of them; a part of kernel_body.h.

/// What an `sp_ends` says of the columns of one strip.
typedef struct {
  const float *start;
  long start_stride;
  sp_function function;
  const float *thresholds, *gains;
  float sharpness;
} strip_ends;

/// Whether a function has a call where it stands in ``finish``: that would put all sums into memory,
/// so it goes over the results in a pass of its own.
INLINE int needs_pass(sp_function function) {
  return function == SP_TANH || function == SP_SMOOTH_SHRINK;
}

/// Turns the complete sums of columns from..<from + 16 of a strip into results, but for functions that
/// need a pass.
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
  if (ends.function == SP_TANH) tanh_of(&v, ends.thresholds + c);
  if (ends.function == SP_SMOOTH_SHRINK) smooth_shrink_of(&v, ends.thresholds + c, ends.sharpness);
  if (!needs_pass(ends.function))
    finish(&v, ends, c);
  else if (ends.gains)
    v = UNSIGN_ZERO(v * LOAD(ends.gains + c));
  STORE(m, v);
}

/// m [rows, columns] = gains · f(m), as if m were sums.
static void activate(float *m, long rows, long columns, const sp_ends *of) {
  const strip_ends ends = {.function = of->function,
                           .thresholds = of->thresholds,
                           .gains = of->gains,
                           .sharpness = of->sharpness};
  const long whole = columns - columns % LANES;
  // The last columns of a row, fewer than a vector, padded to one.
  float last[LANES] = {0}, last_thresholds[LANES] = {0}, last_gains[LANES] = {0};
  strip_ends last_ends = ends;
  last_ends.thresholds = last_thresholds;
  for (long i = whole; i < columns; i++) {
    if (ends.thresholds) last_thresholds[i - whole] = ends.thresholds[i];
    if (ends.gains) last_gains[i - whole] = ends.gains[i];
  }
  if (ends.gains) last_ends.gains = last_gains;
  for (long r = 0; r < rows; r++, m += columns) {
    for (long c = 0; c < whole; c += LANES) activate_sixteen(m + c, ends, c);
    if (whole == columns) continue;
    copy_columns(m + whole, 0, last, 0, 1, columns - whole);
    activate_sixteen(last, last_ends, 0);
    copy_columns(last, 0, m + whole, 0, 1, columns - whole);
  }
}

/// The ends of a product before a pass over its results, where there is one.
INLINE sp_ends without_pass(const sp_ends *ends) {
  sp_ends result = *ends;
  if (needs_pass(ends->function)) {
    result.function = SP_IDENTITY;
    result.gains = 0;
  }
  return result;
}

/// The pass over the results of a product that ``without_pass`` puts off.
INLINE void run_pass(const sp_ends *ends, float *out, long rows, long outer, long out_stride) {
  if (!needs_pass(ends->function)) return;
  for (long r = 0; r < rows; r++) activate(out + r * out_stride, 1, outer, ends);
}
