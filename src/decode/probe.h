/* SPDX-License-Identifier: MIT */
/* The probe of one message, where others may follow in the same datagram. */
#ifndef DECODE_PROBE_H
#define DECODE_PROBE_H

#include <stddef.h>
#include <stdint.h>

#include "nfdec/decoder.h"

/*
 * As nfdec_probe(), of the message at `data` alone; *used: where it ends, as far as can be told (of v9: where
 * its sets do), which may be behind `length` where the capture is cut.
 */
enum nfdec_probe probe_message(const uint8_t *data, size_t length, size_t wire_length, size_t *used);

#endif
