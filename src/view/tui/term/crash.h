/* SPDX-License-Identifier: MIT */
/*
 * Leaving the terminal as it was however the program ends: what that takes is prepared at the start, so that a handler
 * of a fatal signal only has to write it. Also at exit(3), as when memory runs out.
 */
#ifndef VIEW_TUI_TERM_CRASH_H
#define VIEW_TUI_TERM_CRASH_H

#include <stddef.h>
#include <termios.h>

#define CRASH_BYTES 256

/* From now on; `bytes` (at most CRASH_BYTES) and `mode` are what brings terminal `fd` back. */
void crash_guard(int fd, const char *bytes, size_t length, const struct termios *mode);

/* No more: the terminal is as it was. */
void crash_relax(void);

#endif
