#include "shortage.h"

#if defined(__linux__)

#define _GNU_SOURCE
#include <errno.h>
#include <stdatomic.h>
#include <stdio.h>
#include <unistd.h>

/// Ends the program with one line, whatever its other threads do. Takes no memory.
static _Noreturn void end(const char *problem, unsigned long bytes) {
  static atomic_flag ended = ATOMIC_FLAG_INIT;
  // Of several threads that fail at once, one speaks; it takes the others with it.
  while (atomic_flag_test_and_set(&ended)) pause();
  char line[256];
  const char *detail = bytes > 0 ? ", %lu more bytes were wanted" : "";
  int length = snprintf(line, sizeof line, "%.100s: %s", program_invocation_short_name, problem);
  length += snprintf(line + length, sizeof line - (size_t)length, detail, bytes);
  length += snprintf(line + length, sizeof line - (size_t)length, "\n");
  // That it fails is nobody's to know.
  if (write(STDERR_FILENO, line, (size_t)length) < 0) _exit(1);
  _exit(1);
}

/// In place of `swift::swift_abortAllocationFailure(size_t, size_t)`.
_Noreturn void __wrap__ZN5swift28swift_abortAllocationFailureEmm(size_t bytes, size_t alignment) {
  (void)alignment;
  end("out of memory", bytes);
}

/// In place of `sleep`, which libdispatch alone calls: for a second before it tries again to start a
/// thread or to get memory, without end. A shortage may pass, so it gets its second.
unsigned __wrap_sleep(unsigned seconds) {
  static atomic_int tries = 0;
  if (atomic_fetch_add(&tries, 1) >= 10) end("no thread can be started; try -j 1", 0);
  usleep(100000);
  (void)seconds;
  return 0;
}

#endif
