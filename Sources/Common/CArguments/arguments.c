#include "arguments.h"

#include <stdlib.h>

#if defined(__GLIBC__) || defined(__APPLE__)

static int count;
static char **arguments;

__attribute__((constructor)) static void keep(int argc, char **argv) {
  count = argc;
  arguments = argv;
}

int sp_argument_count(void) { return count; }
const char *sp_argument(int index) { return arguments[index]; }

#else

int sp_argument_count(void) { return -1; }
const char *sp_argument(int index) {
  (void)index;
  return NULL;
}

#endif
