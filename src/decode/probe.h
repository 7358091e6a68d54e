/* SPDX-License-Identifier: MIT */
/* The probe of one message, where others may follow in the same datagram. */
#ifndef DECODE_PROBE_H
#define DECODE_PROBE_H

#include <stddef.h>
#include <stdint.h>

#include "nfdec/decoder.h"

/*
 * As nfdec_probe(), of the message at `data` alone. Looks at its first sets only, so that it can be asked at every
 * set of another message.
 */
enum nfdec_probe probe_message(const uint8_t *data, size_t length, size_t wire_length);

#endif
