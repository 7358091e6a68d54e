/* SPDX-License-Identifier: MIT */
/* The clock by which the program itself works. Nothing of libnfdec asks for it. */
#ifndef BASE_NOW_H
#define BASE_NOW_H

#include <stdint.h>

/* From some moment on, whatever the time of day is set to. */
int64_t now_monotonic(void);    /* ns */
int64_t now_milliseconds(void); /* the same clock */

#endif
