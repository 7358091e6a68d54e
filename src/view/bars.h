/* SPDX-License-Identifier: MIT */
/* Bars of block characters, in eighths of a cell. */
#ifndef VIEW_BARS_H
#define VIEW_BARS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/strbuf.h"

/*
 * Adds a bar that is value / most of `width` cells long, padded with blanks to `width`. What is more than nothing shows
 * at least an eighth. ascii: in whole cells of `#`, rounded up.
 */
void bar_put(struct strbuf *out, uint64_t value, uint64_t most, unsigned width, bool ascii);

#endif
