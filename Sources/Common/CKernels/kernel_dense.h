// The dense kernel of one level; a part of kernel_body.h.

/// out [rows, 16 vectors] = epilogue(start + x · w), w one panel [inner][SP_PANEL].
/// `rows` and `vectors` are constants where this is inlined.
INLINE void dense_block(const long rows, const long vectors, const sp_left x, const float *w,
                        const sp_start start, const sp_epilogue epilogue, float *out,
                        long out_stride) {
  lanes sum[ROWS][VECTORS];
  UNROLL for (long r = 0; r < rows; r++)
    UNROLL for (long v = 0; v < vectors; v++)
      sum[r][v] = LOAD(start.rows + r * start.stride + LANES * v);
  // Rows in fours, each four from a pointer of its own, so that addresses stay in registers.
  const float *four[(ROWS + 3) / 4];
  UNROLL for (long f = 0; 4 * f < rows; f++) four[f] = x.pointer + 4 * f * x.row_stride;
#define STEPS(steps)                                                                            \
  UNROLL for (long i = 0; i < steps; i++) {                                                     \
    lanes weight[VECTORS];                                                                      \
    UNROLL for (long v = 0; v < vectors; v++) weight[v] = LOAD(w + i * SP_PANEL + LANES * v);   \
    UNROLL for (long r = 0; r < rows; r++) {                                                    \
      const lanes value = (lanes)(four[r / 4][(r % 4) * x.row_stride + i * x.inner_stride]);    \
      UNROLL for (long v = 0; v < vectors; v++) sum[r][v] = CHAIN(weight[v], value, sum[r][v]); \
    }                                                                                           \
  }                                                                                             \
  w += steps * SP_PANEL;                                                                        \
  UNROLL for (long f = 0; 4 * f < rows; f++) {                                                  \
    four[f] += steps * x.inner_stride;                                                          \
    KEEP(four[f]);                                                                              \
  }
  for (long run = 0; run < x.runs; run++) {
    long k = 0;
    for (; k + 4 <= x.run; k += 4) {
      STEPS(4)
    }
    for (; k < x.run; k++) {
      STEPS(1)
    }
    UNROLL for (long f = 0; 4 * f < rows; f++) four[f] += x.run_stride - x.run * x.inner_stride;
  }
#undef STEPS
  UNROLL for (long r = 0; r < rows; r++)
    UNROLL for (long v = 0; v < vectors; v++) {
      lanes result = sum[r][v];
      finish(&result, epilogue, LANES * v);
      STORE(out + r * out_stride + LANES * v, result);
    }
}

/// How many of the rows that are left the next block takes. A block of fewer than four rows takes as long as one of
/// four, so none is left for the end where that can be helped.
INLINE long block_rows(long left) {
#if ROWS > 8
  static const long sizes[] = {ROWS, 7, 5, 4};
  for (long i = 0; i < 4; i++) {
    const long rest = left - sizes[i];
    if (rest == 0 || rest >= 4) return sizes[i];
  }
#else
  if (left >= ROWS) return ROWS;
#endif
  if (ROWS > 4 && left >= 4) return 4;
  return left >= 2 ? 2 : 1;
}

INLINE void dense_rows(long rows, const long vectors, const sp_left x, const float *w,
                       const sp_start start, const sp_epilogue epilogue, float *out, long out_stride) {
#define BLOCK_OF(count) \
  if (rows == count) return dense_block(count, vectors, x, w, start, epilogue, out, out_stride)
  BLOCK_OF(ROWS);
#if ROWS > 8
  BLOCK_OF(7);
  BLOCK_OF(5);
#endif
#if ROWS > 4
  BLOCK_OF(4);
#endif
  BLOCK_OF(2);
  BLOCK_OF(1);
#undef BLOCK_OF
}

/// One whole strip of 16 VECTORS columns, or one vector's, for all blocks of rows of the tile.
INLINE void dense_strip(const long vectors, sp_left x, long rows, const float *w, sp_start start, const sp_epilogue epilogue, float *out, long out_stride) {
  while (rows > 0) {
    const long block = block_rows(rows);
    dense_rows(block, vectors, x, w, start, epilogue, out, out_stride);
    x.pointer += block * x.row_stride;
    start.rows += block * start.stride;
    out += block * out_stride;
    rows -= block;
  }
}

/// A part of the inner indices from k on that stays in cache: of runs some whole ones, or of a single one some elements.
INLINE sp_left inner_block(const sp_left x, long k) {
  sp_left block = x;
  if (x.runs > 1) {
    const long run = k / x.run, most = SP_INNER_BLOCK / x.run;
    block.pointer += run * x.run_stride;
    block.runs = smaller(most > 1 ? most : 1, x.runs - run);
  } else {
    block.pointer += k * x.inner_stride;
    block.run = smaller(SP_INNER_BLOCK, x.run - k);
  }
  return block;
}

/// The dense kernel where x lies by rows (inner stride 1) or by columns (row stride 1): the other
/// stride is a constant where this is inlined.
INLINE void dense_form(const sp_left x, long rows, const float *panels, long panel_stride,
                       long outer, sp_start start, const sp_epilogue *epilogue, float *out,
                       long out_stride) {
  const long inner = x.runs * x.run;
  for (long k = 0, depth; k == 0 || k < inner; k += depth) {
    const sp_left block = inner_block(x, k);
    depth = block.runs * block.run;
    for (long c = 0; c < outer; c += LANES * VECTORS) {
      const float *w = panels + (c / SP_PANEL) * panel_stride + k * SP_PANEL + c % SP_PANEL;
      const long vectors = smaller((outer - c + LANES - 1) / LANES, VECTORS);
      strip s;
      open_strip(&s, start, epilogue, k == 0, k + depth == inner, rows, c, LANES * vectors, outer,
                 out, out_stride);
      if (VECTORS > 1 && vectors == 1)
        dense_strip(1, block, rows, w, s.start, s.epilogue, s.out, s.out_stride);
      else
        dense_strip(VECTORS, block, rows, w, s.start, s.epilogue, s.out, s.out_stride);
      close_strip(&s, rows, c, outer, out, out_stride);
    }
    if (depth == 0) break;
  }
}

static void dense(const sp_left *x, long rows, const float *panels, long panel_stride, long outer,
                  sp_start start, const sp_epilogue *epilogue, float *out, long out_stride) {
  const sp_epilogue fused = without_pass(epilogue);
  sp_left left = *x;
  if (left.inner_stride == 1) {
    left.inner_stride = 1;
    dense_form(left, rows, panels, panel_stride, outer, start, &fused, out, out_stride);
  } else {
    left.row_stride = 1;
    dense_form(left, rows, panels, panel_stride, outer, start, &fused, out, out_stride);
  }
  run_pass(epilogue, out, rows, outer, out_stride);
}
