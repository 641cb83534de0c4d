#pragma once
// What a program does when the system has no memory or no thread left for it: one line on standard
// error and exit status 1, where the Swift runtime would print a trace of its stack and abort, and
// libdispatch would wait for ever.
//
// These functions stand in for those of the runtimes, at their places of failure alone. The linker
// puts them there, told by `--wrap` in the Makefile, where the runtimes are part of the program; so
// there is nothing to call, and programs that `swift build` made end as the runtimes have it.
