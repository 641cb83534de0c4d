#include <png.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

#include "cpng.h"
#include "cpng_message.h"

// No chunk but the palette and the transparency is kept; a longer one than this is no photograph's.
enum { CHUNK_BYTES_LIMIT = 64 * 1024 * 1024, CHUNK_COUNT_LIMIT = 1000 };

struct cpng_reader {
  png_structp png;
  png_infop info;
  cpng_read_bytes read;
  void *context;
  /// The whole image of an interlaced file, and where in it the next row is.
  uint8_t *interlaced;
  size_t next_row;
  int passes;
  int truncated;
  char message[CPNG_MESSAGE_SIZE];
};

static void read_data(png_structp png, png_bytep bytes, size_t count) {
  cpng_reader *reader = png_get_io_ptr(png);
  ptrdiff_t found = reader->read(reader->context, bytes, count);
  if (found < 0) png_error(png, "cannot read");
  if ((size_t)found < count) {
    reader->truncated = 1;
    png_error(png, "truncated");
  }
}

cpng_reader *cpng_reader_create(cpng_read_bytes read, void *context, uint32_t size_limit) {
  cpng_reader *reader = calloc(1, sizeof *reader);
  if (reader == NULL) return NULL;
  reader->read = read;
  reader->context = context;
  reader->png = png_create_read_struct(PNG_LIBPNG_VER_STRING, reader->message, cpng_fail,
                                       cpng_ignore_warning);
  if (reader->png != NULL) reader->info = png_create_info_struct(reader->png);
  if (reader->info == NULL) {
    cpng_reader_destroy(reader);
    return NULL;
  }
  if (setjmp(png_jmpbuf(reader->png))) {
    cpng_reader_destroy(reader);
    return NULL;
  }
  png_set_read_fn(reader->png, reader, read_data);
  png_set_user_limits(reader->png, size_limit, size_limit);
  png_set_chunk_malloc_max(reader->png, CHUNK_BYTES_LIMIT);
  png_set_chunk_cache_max(reader->png, CHUNK_COUNT_LIMIT);
  // Damage is an error also where libpng could go on.
  png_set_crc_action(reader->png, PNG_CRC_ERROR_QUIT, PNG_CRC_ERROR_QUIT);
  png_set_benign_errors(reader->png, 0);
  // Everything but IHDR, PLTE, tRNS, IDAT and IEND is stepped over.
  png_set_keep_unknown_chunks(reader->png, PNG_HANDLE_CHUNK_NEVER, NULL, -1);
  return reader;
}

void cpng_reader_destroy(cpng_reader *reader) {
  png_destroy_read_struct(&reader->png, &reader->info, NULL);
  free(reader->interlaced);
  free(reader);
}

const char *cpng_reader_message(const cpng_reader *reader) { return reader->message; }

int cpng_reader_truncated(const cpng_reader *reader) { return reader->truncated; }

static void copy_palette(cpng_reader *reader, cpng_header *header) {
  png_colorp colors = NULL;
  int count = 0;
  if (png_get_PLTE(reader->png, reader->info, &colors, &count) == 0) return;
  header->palette_count = count;
  for (int i = 0; i < count; i++) {
    header->palette[3 * i] = colors[i].red;
    header->palette[3 * i + 1] = colors[i].green;
    header->palette[3 * i + 2] = colors[i].blue;
  }
}

static void copy_transparency(cpng_reader *reader, cpng_header *header) {
  png_bytep alpha = NULL;
  png_color_16p key = NULL;
  int count = 0;
  memset(header->alpha, 255, sizeof header->alpha);
  if (png_get_tRNS(reader->png, reader->info, &alpha, &count, &key) == 0) return;
  if (header->color_type == PNG_COLOR_TYPE_PALETTE) {
    if (alpha != NULL) memcpy(header->alpha, alpha, (size_t)count);
  } else if (key != NULL) {
    int is_grey = header->color_type == PNG_COLOR_TYPE_GRAY;
    header->has_key = 1;
    header->key[0] = is_grey ? key->gray : key->red;
    header->key[1] = key->green;
    header->key[2] = key->blue;
  }
}

int cpng_read_header(cpng_reader *reader, cpng_header *header) {
  memset(header, 0, sizeof *header);
  if (setjmp(png_jmpbuf(reader->png))) return -1;
  png_read_info(reader->png, reader->info);
  header->width = png_get_image_width(reader->png, reader->info);
  header->depth = png_get_bit_depth(reader->png, reader->info);
  header->color_type = png_get_color_type(reader->png, reader->info);
  copy_palette(reader, header);
  copy_transparency(reader, header);
  png_set_packing(reader->png);
  reader->passes = png_set_interlace_handling(reader->png);
  png_read_update_info(reader->png, reader->info);
  header->row_bytes = png_get_rowbytes(reader->png, reader->info);
  return 0;
}

/// Reads all passes of an interlaced file; its pages are touched only as the pixels arrive.
static void read_interlaced(cpng_reader *reader, size_t row_bytes) {
  size_t height = png_get_image_height(reader->png, reader->info);
  reader->interlaced = calloc(height, row_bytes);
  if (reader->interlaced == NULL) png_error(reader->png, "out of memory");
  for (int pass = 0; pass < reader->passes; pass++)
    for (size_t row = 0; row < height; row++)
      png_read_row(reader->png, reader->interlaced + row * row_bytes, NULL);
}

int cpng_read_row(cpng_reader *reader, uint8_t *row) {
  if (setjmp(png_jmpbuf(reader->png))) return -1;
  if (reader->passes == 1) {
    png_read_row(reader->png, row, NULL);
    return 0;
  }
  size_t row_bytes = png_get_rowbytes(reader->png, reader->info);
  if (reader->interlaced == NULL) read_interlaced(reader, row_bytes);
  memcpy(row, reader->interlaced + reader->next_row++ * row_bytes, row_bytes);
  return 0;
}

int cpng_read_end(cpng_reader *reader) {
  if (setjmp(png_jmpbuf(reader->png))) return -1;
  png_read_end(reader->png, NULL);
  return 0;
}
