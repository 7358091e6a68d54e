/* SPDX-License-Identifier: MIT */
/*
 * What a template set announces, template by template, for whoever shows the set itself:
 *
 *     struct nfdec_announced announced;
 *     nfdec_announced_begin(&announced, &item->set);
 *     while (nfdec_announced_next(&announced))
 *         ...announced.id, announced.field_count, announced.template...
 *
 * Nothing here allocates; it reads the octets of the set again. What the decoder could not read ends the walk.
 */
#ifndef NFDEC_ANNOUNCED_H
#define NFDEC_ANNOUNCED_H

#include <stdbool.h>
#include <stdint.h>

#include "nfdec/decoder.h"
#include "nfdec/status.h"

struct nfdec_announced {
    const struct nfdec_set *set;
    const struct nfdec_template
        *template;        /* what it means from this packet on; NULL: withdrawn, or not kept */
    uint32_t offset;      /* of its header in the datagram */
    uint32_t length;      /* octets */
    uint16_t id;          /* of a withdrawal of all templates: the id of the set */
    uint16_t field_count; /* scope fields included */
    uint16_t scope_count;
    bool withdrawal; /* RFC 7011 section 8.1 */
    uint32_t next;   /* private: where in set->data the next one begins */
};

NFDEC_API void nfdec_announced_begin(struct nfdec_announced *announced, const struct nfdec_set *set);
NFDEC_API bool nfdec_announced_next(struct nfdec_announced *announced); /* false: no more */

#endif
