/* SPDX-License-Identifier: MIT */
/* Message headers of all versions, and what they say of the message's extent. */
#ifndef DECODE_HEADER_H
#define DECODE_HEADER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/cursor.h"
#include "nfdec/decoder.h"

/* What is fixed for a version. */
struct version_format {
    uint16_t version;
    uint16_t header_length;
    uint16_t record_length; /* v1, v5, v7; 0: sets */
};

/* NULL where the number is no version we decode. */
const struct version_format *header_format(uint16_t version);

/*
 * Reads a header; *domain is the observation domain, source id or engine. The cursor stands behind it after.
 * False: it is not wholly there. message->length is set by the caller.
 */
bool header_read(struct cursor *c, struct nfdec_message *message, uint32_t *domain);

#endif
