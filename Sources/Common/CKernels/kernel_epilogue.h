// What the sums of a product begin with and what becomes of them; a part of kernel_body.h.

/// Whether a nonlinearity has a call where it stands in ``finish``: that would put all sums into memory,
/// so it goes over the results in a pass of its own.
INLINE int needs_pass(sp_nonlinearity nonlinearity) {
  return nonlinearity == SP_TANH || nonlinearity == SP_SMOOTH_SHRINK;
}

/// Turns the complete sums of columns from..<from + 16 of a strip into results, but for nonlinearities
/// that need a pass.
INLINE void finish(lanes *sum, const sp_epilogue epilogue, long from) {
  *sum = UNSIGN_ZERO(*sum);
  if (epilogue.nonlinearity == SP_RELU) relu_of(sum, epilogue.thresholds + from);
  if (epilogue.nonlinearity == SP_SHRINK) shrink_of(sum, epilogue.thresholds + from);
  if (epilogue.nonlinearity == SP_LINEAR)
    *sum = UNSIGN_ZERO(*sum - LOAD(epilogue.thresholds + from));
  if (epilogue.gains) *sum = UNSIGN_ZERO(*sum * LOAD(epilogue.gains + from));
}

/// Start and epilogue of the columns of a strip, and where its results go. A strip that is wider than
/// what is left of `out` works on columns of its own.
typedef struct {
  sp_start start;
  sp_epilogue epilogue;
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
static void open_strip(strip *s, sp_start start, const sp_epilogue *epilogue, int is_first,
                       int is_last, long rows, long c, long width, long outer, float *out,
                       long out_stride) {
  if (!is_first)
    s->start = (sp_start){out + c, out_stride};
  else if (start.rows)
    s->start = (sp_start){start.rows + c, start.stride};
  else
    s->start = (sp_start){no_start, 0};
  s->epilogue = (sp_epilogue){
      .nonlinearity = is_last ? epilogue->nonlinearity : SP_IDENTITY,
      .thresholds = epilogue->thresholds ? epilogue->thresholds + c : 0,
      .gains = is_last && epilogue->gains ? epilogue->gains + c : 0,
  };
  s->out = out + c;
  s->out_stride = out_stride;
  const long columns = outer - c;
  if (columns >= width) return;
  for (long r = 0; r < rows; r++)
    for (long i = columns; i < width; i++) s->columns[r * width + i] = 0;
  copy_columns(s->start.rows, s->start.stride, s->columns, width, rows, columns);
  s->start = (sp_start){s->columns, width};
  s->out = s->columns;
  s->out_stride = width;
  if (s->epilogue.nonlinearity != SP_IDENTITY) {
    copy_columns(s->epilogue.thresholds, 0, s->thresholds, 0, 1, columns);
    for (long i = columns; i < width; i++) s->thresholds[i] = 0;
    s->epilogue.thresholds = s->thresholds;
  }
  if (s->epilogue.gains) {
    copy_columns(s->epilogue.gains, 0, s->gains, 0, 1, columns);
    for (long i = columns; i < width; i++) s->gains[i] = 0;
    s->epilogue.gains = s->gains;
  }
}

/// Puts columns of the strip's own where they belong.
static void close_strip(const strip *s, long rows, long c, long outer, float *out,
                        long out_stride) {
  if (s->out == s->columns)
    copy_columns(s->columns, s->out_stride, out + c, out_stride, rows, outer - c);
}

INLINE void apply_to_sixteen(const sp_epilogue epilogue, float *m, long c) {
  lanes v = LOAD(m);
  if (epilogue.nonlinearity == SP_TANH) tanh_of(&v, epilogue.thresholds + c);
  if (epilogue.nonlinearity == SP_SMOOTH_SHRINK)
    smooth_shrink_of(&v, epilogue.thresholds + c, epilogue.sharpness);
  if (!needs_pass(epilogue.nonlinearity))
    finish(&v, epilogue, c);
  else if (epilogue.gains)
    v = UNSIGN_ZERO(v * LOAD(epilogue.gains + c));
  STORE(m, v);
}

/// m [rows, columns] = gains · f(m), as if m were sums.
static void apply(const sp_epilogue *of, float *m, long rows, long columns) {
  const sp_epilogue epilogue = *of;
  const long whole = columns - columns % LANES;
  // The last columns of a row, fewer than a vector, padded to one.
  float last[LANES] = {0}, last_thresholds[LANES] = {0}, last_gains[LANES] = {0};
  sp_epilogue last_epilogue = epilogue;
  last_epilogue.thresholds = last_thresholds;
  for (long i = whole; i < columns; i++) {
    if (epilogue.thresholds) last_thresholds[i - whole] = epilogue.thresholds[i];
    if (epilogue.gains) last_gains[i - whole] = epilogue.gains[i];
  }
  if (epilogue.gains) last_epilogue.gains = last_gains;
  for (long r = 0; r < rows; r++, m += columns) {
    for (long c = 0; c < whole; c += LANES) apply_to_sixteen(epilogue, m + c, c);
    if (whole == columns) continue;
    copy_columns(m + whole, 0, last, 0, 1, columns - whole);
    apply_to_sixteen(last_epilogue, last, 0);
    copy_columns(last, 0, m + whole, 0, 1, columns - whole);
  }
}

/// The epilogue of a product before a pass over its results, where there is one.
INLINE sp_epilogue without_pass(const sp_epilogue *epilogue) {
  sp_epilogue result = *epilogue;
  if (needs_pass(epilogue->nonlinearity)) {
    result.nonlinearity = SP_IDENTITY;
    result.gains = 0;
  }
  return result;
}

/// The pass over the results of a product that ``without_pass`` puts off.
INLINE void run_pass(const sp_epilogue *epilogue, float *out, long rows, long outer,
                     long out_stride) {
  if (!needs_pass(epilogue->nonlinearity)) return;
  for (long r = 0; r < rows; r++) apply(epilogue, out + r * out_stride, 1, outer);
}
