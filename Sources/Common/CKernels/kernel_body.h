// The kernels of one level. The including file has set the processor's target and defined:
//   ROWS, VECTORS   rows and 16-float vectors of accumulators in the dense kernel
//   LISTED_VECTORS  16-float vectors of accumulators in the sparse kernel, even
//   CHAIN(w, x, a)  w·x + a on vectors, fused where the level is
//   CHAIN1(w, x, a) the same on scalars
//   KERNELS         the name of the table of kernels

#include "ckernels.h"

#pragma clang fp contract(off)

#define INLINE static inline __attribute__((always_inline))
#define UNROLL _Pragma("clang loop unroll(full)")
enum { LANES = 16 };

typedef float lanes __attribute__((ext_vector_type(16)));
typedef float lanes_in_memory __attribute__((ext_vector_type(16), aligned(4)));

typedef float four __attribute__((ext_vector_type(4)));
typedef float four_in_memory __attribute__((ext_vector_type(4), aligned(4)));

#define LOAD4(p) (*(const four_in_memory *)(p))
#define STORE4(p, v) (*(four_in_memory *)(p) = (v))
#define LOAD(p) (*(const lanes_in_memory *)(p))
#define STORE(p, v) (*(lanes_in_memory *)(p) = (v))
/// Nothing changes but -0, which becomes +0: then leaving out zeros changes no bit.
#define UNSIGN_ZERO(v) ((v) + (lanes)(0.0f))

INLINE long smaller(long a, long b) { return a < b ? a : b; }

/// The columns of a strip that is wider than what is left of `out`, copied in and out of `edge`.
INLINE void copy_columns(const float *from, long from_stride, float *to, long to_stride, long rows,
                         long columns) {
  for (long r = 0; r < rows; r++)
    for (long c = 0; c < columns; c++) to[r * to_stride + c] = from[r * from_stride + c];
}

// MARK: dense

/// out [rows, 16 vectors] += a · w, a packed [inner][rows], w one panel [inner][SP_PANEL].
/// `rows` and `vectors` are constants where this is inlined.
INLINE void dense_block(const long rows, const long vectors, const float *a, const float *w,
                        long inner, float *out, long out_stride) {
  lanes sum[ROWS][VECTORS];
  UNROLL for (long r = 0; r < rows; r++)
    UNROLL for (long v = 0; v < vectors; v++) sum[r][v] = LOAD(out + r * out_stride + LANES * v);
  for (long k = 0; k < inner; k++) {
    lanes weight[VECTORS];
    UNROLL for (long v = 0; v < vectors; v++) weight[v] = LOAD(w + LANES * v);
    UNROLL for (long r = 0; r < rows; r++) {
      const lanes x = (lanes)(a[r]);
      UNROLL for (long v = 0; v < vectors; v++) sum[r][v] = CHAIN(weight[v], x, sum[r][v]);
    }
    a += rows;
    w += SP_PANEL;
  }
  UNROLL for (long r = 0; r < rows; r++)
    UNROLL for (long v = 0; v < vectors; v++)
      STORE(out + r * out_stride + LANES * v, UNSIGN_ZERO(sum[r][v]));
}

/// How many of the rows that are left the next block takes.
INLINE long block_rows(long left) {
  if (left >= ROWS) return ROWS;
  if (ROWS > 8 && left >= 8) return 8;
  if (ROWS > 4 && left >= 4) return 4;
  return left >= 2 ? 2 : 1;
}

INLINE void dense_rows(long rows, const long vectors, const float *a, const float *w, long inner,
                       float *out, long out_stride) {
  if (rows == ROWS) return dense_block(ROWS, vectors, a, w, inner, out, out_stride);
#if ROWS > 8
  if (rows == 8) return dense_block(8, vectors, a, w, inner, out, out_stride);
#endif
#if ROWS > 4
  if (rows == 4) return dense_block(4, vectors, a, w, inner, out, out_stride);
#endif
  if (rows == 2) return dense_block(2, vectors, a, w, inner, out, out_stride);
  dense_block(1, vectors, a, w, inner, out, out_stride);
}

/// One strip of at most 16 VECTORS columns for all blocks of rows of the tile.
INLINE void dense_strip(const long vectors, const float *a, long rows, const float *w, long inner,
                        long columns, float *out, long out_stride) {
  float edge[ROWS * LANES * VECTORS] __attribute__((aligned(64))) = {0};
  const long width = LANES * vectors;
  for (long r = 0; r < rows;) {
    const long block = block_rows(rows - r);
    if (columns >= width) {
      dense_rows(block, vectors, a, w, inner, out + r * out_stride, out_stride);
    } else {
      copy_columns(out + r * out_stride, out_stride, edge, width, block, columns);
      dense_rows(block, vectors, a, w, inner, edge, width);
      copy_columns(edge, width, out + r * out_stride, out_stride, block, columns);
    }
    a += block * inner;
    r += block;
  }
}

/// Rows i..<i + 4 of a block from x, element k of each to to[k * block], in squares of four.
INLINE void pack_four_rows(const float *x, long row_stride, long inner, long block, float *to) {
  long k = 0;
  for (; k + 4 <= inner; k += 4) {
    const four a = LOAD4(x + k), b = LOAD4(x + row_stride + k);
    const four c = LOAD4(x + 2 * row_stride + k), d = LOAD4(x + 3 * row_stride + k);
    const four ab = __builtin_shufflevector(a, b, 0, 4, 1, 5);
    const four cd = __builtin_shufflevector(c, d, 0, 4, 1, 5);
    const four ab_high = __builtin_shufflevector(a, b, 2, 6, 3, 7);
    const four cd_high = __builtin_shufflevector(c, d, 2, 6, 3, 7);
    STORE4(to + k * block, __builtin_shufflevector(ab, cd, 0, 1, 4, 5));
    STORE4(to + (k + 1) * block, __builtin_shufflevector(ab, cd, 2, 3, 6, 7));
    STORE4(to + (k + 2) * block, __builtin_shufflevector(ab_high, cd_high, 0, 1, 4, 5));
    STORE4(to + (k + 3) * block, __builtin_shufflevector(ab_high, cd_high, 2, 3, 6, 7));
  }
  for (; k < inner; k++)
    for (long i = 0; i < 4; i++) to[k * block + i] = x[i * row_stride + k];
}

/// Rows of x into blocks [inner][block], one after another.
static void pack_rows(const float *x, long row_stride, long inner_stride, long rows, long inner,
                      float *to) {
  for (long r = 0; r < rows;) {
    const long block = block_rows(rows - r);
    const float *from = x + r * row_stride;
    if (inner_stride == 1) {
      long i = 0;
      for (; i + 4 <= block; i += 4)
        pack_four_rows(from + i * row_stride, row_stride, inner, block, to + i);
      for (; i < block; i++)
        for (long k = 0; k < inner; k++) to[k * block + i] = from[i * row_stride + k];
    } else {
      for (long k = 0; k < inner; k++)
        for (long i = 0; i < block; i++)
          to[k * block + i] = from[i * row_stride + k * inner_stride];
    }
    to += block * inner;
    r += block;
  }
}

static void dense(const float *x, long row_stride, long inner_stride, long rows, long inner,
                  const float *panels, long panel_stride, long outer, float *out, long out_stride,
                  float *scratch) {
  for (long k = 0; k < inner; k += SP_INNER_BLOCK) {
    const long depth = smaller(SP_INNER_BLOCK, inner - k);
    pack_rows(x + k * inner_stride, row_stride, inner_stride, rows, depth, scratch);
    for (long c = 0; c < outer; c += LANES * VECTORS) {
      const float *w = panels + (c / SP_PANEL) * panel_stride + k * SP_PANEL + c % SP_PANEL;
      const long columns = outer - c;
      if (VECTORS > 1 && columns <= LANES)
        dense_strip(1, scratch, rows, w, depth, columns, out + c, out_stride);
      else
        dense_strip(VECTORS, scratch, rows, w, depth, columns, out + c, out_stride);
    }
  }
}

// MARK: sparse

/// out [16 vectors] += the weighted rows of the panels at w, w + panel_stride, … that the lists name.
INLINE void sparse_row(const long vectors, const uint32_t *offsets, const float *values, long count,
                       const float *w, long panel_stride, float *out) {
  lanes sum[LISTED_VECTORS];
  UNROLL for (long v = 0; v < vectors; v++) sum[v] = LOAD(out + LANES * v);
  for (long i = 0; i < count; i++) {
    const float *at = w + offsets[i];
    const lanes x = (lanes)(values[i]);
    UNROLL for (long v = 0; v < vectors; v++)
      sum[v] = CHAIN(LOAD(at + (v / 2) * panel_stride + LANES * (v % 2)), x, sum[v]);
  }
  UNROLL for (long v = 0; v < vectors; v++) STORE(out + LANES * v, UNSIGN_ZERO(sum[v]));
}

INLINE void sparse_strip(const long vectors, const long *starts, const uint32_t *offsets,
                         const float *values, long rows, const float *w, long panel_stride,
                         long columns, float *out, long out_stride) {
  float edge[LANES * LISTED_VECTORS] __attribute__((aligned(64))) = {0};
  const long width = LANES * vectors;
  for (long r = 0; r < rows; r++, out += out_stride) {
    const long first = starts[r], count = starts[r + 1] - first;
    if (columns >= width) {
      sparse_row(vectors, offsets + first, values + first, count, w, panel_stride, out);
    } else {
      copy_columns(out, 0, edge, 0, 1, columns);
      sparse_row(vectors, offsets + first, values + first, count, w, panel_stride, edge);
      copy_columns(edge, 0, out, 0, 1, columns);
    }
  }
}

static void sparse(const long *starts, const uint32_t *offsets, const float *values, long rows,
                   const float *panels, long panel_stride, long outer, float *out,
                   long out_stride) {
#define STRIP(vectors) \
  sparse_strip(vectors, starts, offsets, values, rows, w, panel_stride, outer - c, out + c, \
               out_stride)
  for (long c = 0, width; c < outer; c += width) {
    // Strips begin where panels do, but for a last one of a single vector.
    const float *w = panels + (c / SP_PANEL) * panel_stride;
    const long left = (outer - c + LANES - 1) / LANES;
    const long vectors = left >= LISTED_VECTORS ? LISTED_VECTORS : left >= 4 ? 4 : smaller(left, 2);
    width = LANES * vectors;
    if (vectors == LISTED_VECTORS) STRIP(LISTED_VECTORS);
#if LISTED_VECTORS > 4
    else if (vectors == 4) STRIP(4);
#endif
#if LISTED_VECTORS > 2
    else if (vectors == 2) STRIP(2);
#endif
    else STRIP(1);
  }
#undef STRIP
}

#include "kernel_elements.h"

const sp_kernels KERNELS = {
    .dense = dense,
    .sparse = sparse,
    .count_nonzeros = count_nonzeros,
    .list_nonzeros = list_nonzeros,
    .relu = relu,
    .shrink = shrink,
    .tanh = hyperbolic_tangent,
    .add_scaled = add_scaled,
    .dot = dot,
};
