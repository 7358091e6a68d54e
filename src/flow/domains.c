/* SPDX-License-Identifier: MIT */
#include "flow/domains.h"

#include <stdlib.h>

#include "base/alloc.h"

#define LEAD      3u    /* steps by which one must be ahead before a doubt is over */
#define FAR_AHEAD 16u   /* steps by which counters for each must be ahead to be believed for good */
#define DOUBTS    4096u /* at a time */
#define SMALL     64u   /* the first number of a domain that is lower follows another one's by chance */

void domains_add(struct domains *d, uint32_t session)
{
    d->session = alloc_grow(d->session, d->count, &d->capacity, sizeof *d->session);
    d->session[d->count++] = session;
}

void domains_release(struct domains *d)
{
    counting_release(&d->counting);
    free(d->session);
    free(d->doubt);
    d->session = NULL;
    d->doubt = NULL;
}

/* The message before in the same domain; NULL: there is none. */
static const struct counting_message *before_of(const struct domains *d, const struct counting *own,
                                                const struct counting_message *m)
{
    for (uint32_t i = d->doubt ? d->doubt->count : 0; i > 0; i--)
        if (d->doubt->message[i - 1].session == m->session)
            return &d->doubt->message[i - 1];
    return own->tracker.seen || own->doubt ? &own->last : NULL;
}

static bool is_same(const struct counting_message *a, const struct counting_message *b)
{
    return a->number == b->number && a->stamp == b->stamp;
}

/* Ways that explain nearly everything are no evidence. */
static bool is_evidence(unsigned way)
{
    return way != NFDEC_COUNTS_BIFLOWS && way != NFDEC_COUNTS_NOTHING;
}

static uint32_t most_together(const struct domains *d)
{
    uint32_t most = 0;
    for (unsigned way = 0; way < NFDEC_COUNTING_COUNT; way++)
        if (d->together[way] > most)
            most = d->together[way];
    return most;
}

/* A step between domains. True: a counter of its own for each does not explain it. */
static bool weigh(struct domains *d, const struct counting *own, const struct counting_message *m)
{
    const struct counting_message *before = before_of(d, own, m);
    bool first = !before && m->number >= SMALL, known = before && !before->unknown;
    if (d->last.session == m->session || d->last.unknown || m->unknown || (!known && !first) ||
        (known && is_same(before, m)))
        return false;
    bool apart = known && counting_foretells(own->way, before, m);
    d->apart += apart;
    for (unsigned way = 0; way < NFDEC_COUNTING_COUNT; way++)
        if (is_evidence(way) && m->number != d->last.number && counting_foretells(way, &d->last, m))
            d->together[way]++;
    return known && !apart;
}

bool domains_hold(struct domains *d, const struct counting *own, const struct counting_message *m,
                  uint32_t *doubts)
{
    bool unexplained = weigh(d, own, m);
    uint32_t together = most_together(d);
    if (!d->doubt && unexplained && together >= d->apart && *doubts < DOUBTS) {
        d->doubt = alloc_new(sizeof *d->doubt);
        d->doubt->before = d->last;
        ++*doubts;
    }
    if (d->doubt)
        d->doubt->message[d->doubt->count++] = *m;
    else if (d->apart >= together + FAR_AHEAD)
        d->verdict = DOMAINS_APART;
    d->last = *m;
    return d->doubt != NULL;
}

bool domains_decide(struct domains *d, bool ending)
{
    uint32_t together = most_together(d);
    ending |= d->doubt->count == DOMAINS_KEPT;
    if (together >= d->apart + LEAD - ending)
        d->verdict = DOMAINS_TOGETHER;
    return ending || d->verdict == DOMAINS_TOGETHER || d->apart >= together + LEAD;
}

enum nfdec_counting domains_way(const struct domains *d, uint16_t version)
{
    unsigned best = nfdec_counting_standard(version);
    for (unsigned way = 0; way < NFDEC_COUNTING_COUNT; way++)
        if (d->together[way] > d->together[best])
            best = way;
    return (enum nfdec_counting)best;
}
