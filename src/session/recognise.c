/* SPDX-License-Identifier: MIT */
#include "session/recognise.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "base/be.h"
#include "nfdec/decoder.h"

#define VERSION_SIZE 2    /* octets that every message begins with */
#define KNOWN_SIZE   4096 /* senders remembered; a sender that falls out is recognised by content again */

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
    uint16_t version = d->length >= VERSION_SIZE ? be16(d->data) : 0;
    return version == 1 || version == 5 || version == 7 || version == 9 || version == 10;
}

static struct known *place_of(struct recogniser *r, const struct datagram *d)
{
    return &r->known[(addr_hash(&d->src) ^ d->dport * 40503u) % KNOWN_SIZE];
}

static bool is_of(const struct known *place, const struct datagram *d)
{
    return place->dport == d->dport && addr_equal(&place->src, &d->src);
}

static bool learn(struct known *place, const struct datagram *d)
{
    if (nfdec_probe(d->data, d->length, d->wire_length) != NFDEC_PROBE_STRONG)
        return false;
    *place = (struct known) { .src = d->src, .dport = d->dport };
    return true;
}

bool recognise(struct recogniser *r, const struct datagram *d, bool collector, bool *elsewhere)
{
    if (!known_version(d))
        return false;
    struct known *place = place_of(r, d);
    *elsewhere = false;
    if (collector_port(d->dport)) { /* whoever sent it */
        if (place->dport == 0)
            (void)learn(place, d);
        return true;
    }
    *elsewhere = !collector;
    return is_of(place, d) || learn(place, d) || collector;
}

bool recognise_damage(struct recogniser *r, const struct datagram *d, uint64_t packet,
                      struct nfdec_diagnostic *diagnostic)
{
    if (!is_of(place_of(r, d), d))
        return false;
    bool version = d->length >= VERSION_SIZE;
    *diagnostic =
        (struct nfdec_diagnostic) { .packet = packet,
                                    .a = version ? d->wire_length : VERSION_SIZE,
                                    .b = version ? be16(d->data) : d->length,
                                    .code = version ? NFDEC_DIAG_NOT_EXPORT : NFDEC_DIAG_SHORT_HEADER };
    return true;
}

bool recognise_alone(const struct datagram *d)
{
    return known_version(d) && (collector_port(d->dport) ||
                                nfdec_probe(d->data, d->length, d->wire_length) == NFDEC_PROBE_STRONG);
}
