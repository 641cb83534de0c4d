// What libpng calls instead of printing.
#pragma once

#include <png.h>

/// Keeps `message` in the buffer that libpng was given and goes back to the last `setjmp`.
PNG_NORETURN void cpng_fail(png_structp png, png_const_charp message);

void cpng_ignore_warning(png_structp png, png_const_charp message);
