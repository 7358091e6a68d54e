/* SPDX-License-Identifier: MIT */
/* Frames of export packets, read again where octets.h says they are. Each reader has windows of its own (lens.h). */
#ifndef SESSION_FRAMES_H
#define SESSION_FRAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "capture/capture.h"
#include "session/octets.h"

#define FRAMES_CHANGED  "the file was changed or cut short since it was read"
#define FRAMES_NOT_KEPT "the octets of this packet were not kept"

struct frames;

struct frames *frames_new(const struct capture *capture, const struct octets *octets); /* both borrowed */
void frames_free(struct frames *frames);

/*
 * The frame of packet `packet` (ledger_packet_number) at a place, all but its time; valid until the next call.
 * False: it is not to be had, and frames_reason() says why.
 */
bool frames_at(struct frames *frames, const struct octets_place *place, uint64_t packet, struct frame *out);

/* The frame of a fragment by its mark, with its time; `before` messages came before it. */
bool frames_fragment(struct frames *frames, uint64_t mark, struct frame *out, uint32_t *before);

/* Octets of the spool. NULL: they are not there. */
const uint8_t *frames_spooled(struct frames *frames, uint64_t at, size_t length);

const char *frames_reason(const struct frames *frames);

#endif
