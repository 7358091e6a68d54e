/* SPDX-License-Identifier: MIT */
/* The decoder's state: where it stands in the datagram, and all it knows of exporters. */
#ifndef DECODE_STATE_H
#define DECODE_STATE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/apart.h"
#include "base/cursor.h"
#include "decode/exporters.h"
#include "decode/memory.h"
#include "decode/templates.h"
#include "decode/waiting.h"
#include "nfdec/decoder.h"

enum phase {
    PHASE_IDLE,    /* nothing left of the datagram */
    PHASE_MESSAGE, /* at the header of a message */
    PHASE_SETS,    /* within a message */
};

struct nfdec {
    struct nfdec_config config;
    struct memory mem;
    struct exporters exporters;
    struct templates templates;
    struct waiting_room waiting;

    enum phase phase;
    struct nfdec_packet packet;
    struct exporter_key sender; /* of the packet; version and domain are the message's */
    struct cursor payload;      /* of the datagram; stands behind what was read of it */
    struct nfdec_message message;
    struct exporter *exporter;
    struct cursor sets;   /* content of the message behind its header */
    uint32_t sets_offset; /* of that in the datagram */
    uint32_t set_number;
    uint32_t counted; /* records and templates of this message, as v9 headers count them */
    bool uncountable; /* a set could not be decoded yet, so that the header's count cannot be checked */

    struct nfdec_item item;
    struct waiting *given; /* late set in `item`, freed with the next call */
};

RARE void state_diagnose(struct nfdec *dec, const struct nfdec_diagnostic *diagnostic);

/* About the message under way. `offset` is one in the datagram. */
RARE void state_tell(struct nfdec *dec, enum nfdec_code code, uint32_t offset, uint16_t id, uint64_t a,
                     uint64_t b);

#endif
