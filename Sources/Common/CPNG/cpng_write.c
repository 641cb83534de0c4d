#include <png.h>
#include <setjmp.h>
#include <stdio.h>

#include "cpng.h"
#include "cpng_message.h"

typedef struct {
  cpng_write_bytes write;
  void *context;
} destination;

static void write_data(png_structp png, png_bytep bytes, size_t count) {
  const destination *to = png_get_io_ptr(png);
  to->write(to->context, bytes, count);
}

static void flush_data(png_structp png) { (void)png; }

int cpng_write(const uint8_t *pixels, uint32_t height, uint32_t width, int channels,
               cpng_write_bytes write, void *context, char message[CPNG_MESSAGE_SIZE]) {
  destination to = {write, context};
  png_structp png =
      png_create_write_struct(PNG_LIBPNG_VER_STRING, message, cpng_fail, cpng_ignore_warning);
  png_infop info = png == NULL ? NULL : png_create_info_struct(png);
  if (info == NULL) {
    snprintf(message, CPNG_MESSAGE_SIZE, "out of memory");
    png_destroy_write_struct(&png, NULL);
    return -1;
  }
  if (setjmp(png_jmpbuf(png))) {
    png_destroy_write_struct(&png, &info);
    return -1;
  }
  png_set_write_fn(png, &to, write_data, flush_data);
  png_set_user_limits(png, PNG_UINT_31_MAX, PNG_UINT_31_MAX);
  png_set_IHDR(png, info, width, height, 8, channels == 1 ? PNG_COLOR_TYPE_GRAY : PNG_COLOR_TYPE_RGB,
               PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
  png_write_info(png, info);
  for (size_t row = 0; row < height; row++)
    png_write_row(png, pixels + row * width * (size_t)channels);
  png_write_end(png, NULL);
  png_destroy_write_struct(&png, &info);
  return 0;
}
