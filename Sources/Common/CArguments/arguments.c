#include "arguments.h"

#include <stdlib.h>
#include <unistd.h>

#if defined(__linux__)

// Where a program that holds the Swift runtime starts without /proc, the runtime, which looks there for
// its own path, ends it before main; this name of a path keeps it from looking. Of that the path serves
// nothing but reports of crashes. Before the runtime's constructors, which have no priority.
__attribute__((constructor(101))) static void name_runtime_path(void) {
  if (access("/proc/self/exe", F_OK) != 0) setenv("SWIFT_ROOT", "/", 0);
}

#endif

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
