/* SPDX-License-Identifier: MIT */
/* Octets in hex, 16 a line: offset, octets, and what of them is printable ASCII. */
#ifndef VIEW_BATCH_HEXDUMP_H
#define VIEW_BATCH_HEXDUMP_H

#include <stddef.h>
#include <stdint.h>

#include "base/strbuf.h"

void hexdump(struct strbuf *out, const uint8_t *octets, size_t length);

#endif
