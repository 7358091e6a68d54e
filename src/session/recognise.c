/* SPDX-License-Identifier: MIT */
#include "session/recognise.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "base/be.h"
#include "nfdec/decoder.h"

#define KNOWN_SIZE 4096 /* senders remembered; a sender that falls out is recognised by content again */

struct known {
    struct addr src;
    uint16_t dport;
};

struct recogniser {
    struct known known[KNOWN_SIZE];
};

struct recogniser *recogniser_new(void)
{
    return alloc_new(sizeof(struct recogniser));
}

void recogniser_free(struct recogniser *r)
{
    free(r);
}

static bool collector_port(uint16_t port)
{
    return port == 2055 || port == 2056 || port == 4739 || port == 4740 || port == 9555 || port == 9025 ||
           (port >= 9990 && port <= 9999);
}

static bool known_version(const struct datagram *d)
{
    uint16_t version = d->length >= 2 ? be16(d->data) : 0;
    return version == 1 || version == 5 || version == 7 || version == 9 || version == 10;
}

bool recognise(struct recogniser *r, const struct datagram *d, bool collector, bool *elsewhere)
{
    if (!known_version(d))
        return false;
    *elsewhere = false;
    if (collector_port(d->dport)) /* whoever sent it */
        return true;
    *elsewhere = !collector;
    struct known *place = &r->known[(addr_hash(&d->src) ^ d->dport * 40503u) % KNOWN_SIZE];
    if (place->dport == d->dport && addr_equal(&place->src, &d->src))
        return true;
    if (nfdec_probe(d->data, d->length, d->wire_length) == NFDEC_PROBE_STRONG) {
        *place = (struct known) { .src = d->src, .dport = d->dport };
        return true;
    }
    return !*elsewhere;
}

bool recognise_alone(const struct datagram *d)
{
    return known_version(d) && (collector_port(d->dport) ||
                                nfdec_probe(d->data, d->length, d->wire_length) == NFDEC_PROBE_STRONG);
}
