#include "cpng_message.h"

#include <stdio.h>

#include "cpng.h"

void cpng_fail(png_structp png, png_const_charp message) {
  snprintf(png_get_error_ptr(png), CPNG_MESSAGE_SIZE, "%s", message);
  png_longjmp(png, 1);
}

void cpng_ignore_warning(png_structp png, png_const_charp message) {
  (void)png;
  (void)message;
}
