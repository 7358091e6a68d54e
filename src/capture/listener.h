/* SPDX-License-Identifier: MIT */
/* Inputs that are UDP sockets: export packets sent to us, as to any collector. */
#ifndef CAPTURE_LISTENER_H
#define CAPTURE_LISTENER_H

#include <stdbool.h>
#include <stddef.h>

#include "capture/input.h"

/*
 * `where` is [HOST:]PORT, HOST an address or a name, an IPv6 address in brackets; without one all addresses of this
 * machine. `buffer` octets are asked of the kernel and held by ourselves. False and one line in `error`, and *bad_word
 * where the words are wrong rather than the machine unwilling; input_release() either way. Nothing is taken from the
 * socket before listener_start(), which makes a thread (clock: capture_config.test_clock).
 */
bool listener_open(struct input *input, const char *where, size_t buffer, bool *bad_word,
                   char error[TROUBLE_LINE]);
bool listener_start(struct input *input, int64_t clock, char error[TROUBLE_LINE]);

#endif
