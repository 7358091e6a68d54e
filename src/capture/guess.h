/* SPDX-License-Identifier: MIT */
/* What a file is that is no capture. */
#ifndef CAPTURE_GUESS_H
#define CAPTURE_GUESS_H

#include <stddef.h>
#include <stdint.h>

/* By its first octets, in half a sentence: "it looks like text"; "unknown format" where it cannot be told. */
const char *guess_format(const uint8_t *head, size_t length);

#endif
