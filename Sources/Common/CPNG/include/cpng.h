// libpng and zlib as Swift can use them: errors come back as values, never as a jump, and nothing
// is ever printed.
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <zlib.h>

/// Room for a message of libpng, its final zero included.
#define CPNG_MESSAGE_SIZE 256

/// Fills `bytes` with up to `count` bytes and returns how many there were; fewer at the end of the
/// file, -1 when reading failed.
typedef ptrdiff_t (*cpng_read_bytes)(void *_Nonnull context, uint8_t *_Nonnull bytes, size_t count);

/// Takes `count` bytes of the encoded file.
typedef void (*cpng_write_bytes)(void *_Nonnull context, const uint8_t *_Nonnull bytes,
                                 size_t count);

/// What stands before the pixels.
typedef struct {
  uint32_t width;
  /// Bits a sample as stored: 1, 2, 4, 8 or 16.
  int depth;
  /// PNG's colour type: 0 grey, 2 RGB, 3 palette, 4 grey and alpha, 6 RGBA.
  int color_type;
  /// Bytes of a row as `cpng_read_row` gives it: a byte a sample, two (high first) of 16 bit.
  size_t row_bytes;
  int palette_count;
  /// Red, green, blue of every palette entry.
  uint8_t palette[256 * 3];
  /// Opacity of every palette entry, 255 where the file does not say.
  uint8_t alpha[256];
  /// Whether grey or RGB pixels of one colour, `key`, are transparent.
  int has_key;
  uint16_t key[3];
} cpng_header;

typedef struct cpng_reader cpng_reader;

/// A reader of one PNG, or null where there is no memory for one.
cpng_reader *_Nullable cpng_reader_create(cpng_read_bytes _Nonnull read, void *_Nonnull context,
                                          uint32_t size_limit);

/// Reads up to the pixels. Returns 0, or -1 with a message.
int cpng_read_header(cpng_reader *_Nonnull reader, cpng_header *_Nonnull header);

/// Reads the next row, `row_bytes` bytes, from the top. Samples of less than 8 bits are unpacked to
/// a byte each and not scaled. An interlaced file is held whole. Returns 0, or -1 with a message.
int cpng_read_row(cpng_reader *_Nonnull reader, uint8_t *_Nonnull row);

/// Reads what follows the pixels, up to IEND and no further. Returns 0, or -1 with a message.
int cpng_read_end(cpng_reader *_Nonnull reader);

/// libpng's words for the last failure.
const char *_Nonnull cpng_reader_message(const cpng_reader *_Nonnull reader);

/// Whether the last failure was the end of the file.
int cpng_reader_truncated(const cpng_reader *_Nonnull reader);

void cpng_reader_destroy(cpng_reader *_Nonnull reader);

/// Writes `pixels`, `[height, width, channels]` with 1 (grey) or 3 (RGB) channels of 8 bits.
/// Returns 0, or -1 with libpng's words in `message`.
int cpng_write(const uint8_t *_Nonnull pixels, uint32_t height, uint32_t width, int channels,
               cpng_write_bytes _Nonnull write, void *_Nonnull context,
               char message[_Nonnull CPNG_MESSAGE_SIZE]);

/// Makes `stream` ready for gzip data, header and check sum included. (zlib's own is a macro.)
static inline int cpng_gunzip_init(z_stream *_Nonnull stream) {
  return inflateInit2(stream, 16 + MAX_WBITS);
}
