#pragma once
// The command line as the system passed it, byte by byte. The Swift runtime for Linux reads it from
// /proc/self/cmdline: without a free descriptor it then has no arguments, and without /proc it aborts.
// The C library hands them to every constructor.

/// How many there are, the program's name among them; -1 where this C library does not tell.
int sp_argument_count(void);

/// One of them, ended by a zero byte.
const char *sp_argument(int index);
