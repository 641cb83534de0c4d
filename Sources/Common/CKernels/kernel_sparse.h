// The sparse kernel of one level; a part of kernel_body.h.

/// Non-zeros of one row: inner indices times SP_PANEL, ascending, and their values.
typedef struct {
  const uint32_t *offsets;
  const float *values;
  long count;
} row_list;

/// sum [vectors] += one listed value times its row of the two panels.
#define ADD_LISTED(sum, list, i)                                                        \
  do {                                                                                  \
    const float *at = w + (list).offsets[i], *beyond = at + panel_stride;               \
    KEEP(at);                                                                           \
    if (vectors > 2) KEEP(beyond);                                                      \
    const lanes value = (lanes)((list).values[i]);                                      \
    UNROLL for (long v = 0; v < vectors; v++)                                           \
      (sum)[v] = CHAIN(LOAD((v < 2 ? at : beyond) + LANES * (v % 2)), value, (sum)[v]); \
  } while (0)

/// `rows` (one or two) rows of a strip of `vectors` (at most 4) vectors, both constants where this is
/// inlined: out = epilogue(start + the weighted rows of the panel at w that the lists name). Two rows
/// at a time keep twice as many chains in flight.
INLINE void listed_rows(const long rows, const long vectors, const row_list *lists, const float *w,
                        long panel_stride, const sp_start start, const sp_epilogue epilogue,
                        float *out, long out_stride) {
  lanes sum[2][4];
  UNROLL for (long r = 0; r < rows; r++)
    UNROLL for (long v = 0; v < vectors; v++)
      sum[r][v] = LOAD(start.rows + r * start.stride + LANES * v);
  const long common = rows == 1 ? 0 : smaller(lists[0].count, lists[1].count);
  if (rows == 2)
    for (long i = 0; i < common; i++) {
      ADD_LISTED(sum[0], lists[0], i);
      ADD_LISTED(sum[1], lists[1], i);
    }
  UNROLL for (long r = 0; r < rows; r++)
    for (long i = common; i < lists[r].count; i++) ADD_LISTED(sum[r], lists[r], i);
  UNROLL for (long r = 0; r < rows; r++)
    UNROLL for (long v = 0; v < vectors; v++) {
      lanes result = sum[r][v];
      finish(&result, epilogue, LANES * v);
      STORE(out + r * out_stride + LANES * v, result);
    }
}
#undef ADD_LISTED

/// Granules first..<end of row r.
INLINE row_list part_of_row(const sp_lists *lists, long r, long first, long end) {
  const long *starts = lists->starts + r * lists->granules;
  return (row_list){lists->offsets + starts[first], lists->values + starts[first],
                    starts[end] - starts[first]};
}

INLINE void listed_strip(const long vectors, const sp_lists *lists, long row, long rows, long first,
                         long end, const float *w, long panel_stride, sp_start start,
                         const sp_epilogue epilogue, float *out, long out_stride) {
  for (long r = 0; r < rows;) {
    const long together = LISTED_ROWS == 2 && rows - r >= 2 ? 2 : 1;
    const row_list both[2] = {part_of_row(lists, row + r, first, end),
                              together == 2 ? part_of_row(lists, row + r + 1, first, end)
                                            : (row_list){0}};
    if (together == 2)
      listed_rows(2, vectors, both, w, panel_stride, start, epilogue, out, out_stride);
    else
      listed_rows(1, vectors, both, w, panel_stride, start, epilogue, out, out_stride);
    start.rows += together * start.stride;
    out += together * out_stride;
    r += together;
  }
}

/// How many granules to go over at once. A block of weights that stays in the first-level cache is
/// short; one that keeps a row's sums in registers for long has some 20 non-zeros a row.
INLINE long granules_at_once(const sp_lists *lists) {
  const long granules = lists->rows * lists->granules;
  const long entries = lists->starts[granules] - lists->starts[0];
  return entries == 0 ? lists->granules : 1 + 20 * granules / entries;
}

/// Rows row..<row + rows of the lists, at most SP_TILE_ROWS.
static void listed_tile(const sp_lists *lists, long row, long rows, const float *panels,
                        long panel_stride, long outer, sp_start start,
                        const sp_epilogue *epilogue, float *out, long out_stride) {
  const long step = granules_at_once(lists);
  for (long c = 0, width; c < outer; c += width) {
    const long vectors = smaller((outer - c + LANES - 1) / LANES, LISTED_VECTORS);
    width = LANES * vectors;
    for (long first = 0; first < lists->granules; first += step) {
      const long end = smaller(first + step, lists->granules);
      strip s;
      open_strip(&s, start, epilogue, first == 0, end == lists->granules, rows, c, width, outer, out,
                 out_stride);
      const float *w = panels + c / SP_PANEL * panel_stride + c % SP_PANEL;
#define STRIP(vectors)                                                                           \
  listed_strip(vectors, lists, row, rows, first, end, w, panel_stride, s.start, s.epilogue, s.out, \
               s.out_stride)
      if (vectors == 1) STRIP(1);
      else if (vectors == 2) STRIP(2);
      else if (vectors == 3) STRIP(3);
      else STRIP(4);
#undef STRIP
      close_strip(&s, rows, c, outer, out, out_stride);
    }
  }
}

static void sparse(const sp_lists *lists, const float *panels, long panel_stride, long outer,
                   sp_start start, const sp_epilogue *epilogue, float *out, long out_stride) {
  const sp_epilogue fused = without_pass(epilogue);
  for (long row = 0; row < lists->rows; row += SP_TILE_ROWS) {
    const long rows = smaller(SP_TILE_ROWS, lists->rows - row);
    const sp_start here = {start.rows ? start.rows + row * start.stride : 0, start.stride};
    listed_tile(lists, row, rows, panels, panel_stride, outer, here, &fused, out + row * out_stride,
                out_stride);
    run_pass(epilogue, out + row * out_stride, rows, outer, out_stride);
  }
}
