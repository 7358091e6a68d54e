/* SPDX-License-Identifier: MIT */
/*
 * Whether the domains of one exporter process - an address, a port and a version - count each for itself, as the
 * standards have it, or all with one counter, found out by evidence.
 *
 * Steps from a message to the next one of another domain tell: what the number should be is foretold by the last message
 * of its own domain, or by the last one of any. Only where the first fails and the second comes out ahead the messages are
 * kept, until one of the two leads, and are then judged by it. Once one is far ahead nothing is weighed any more.
 *
 * Owner: whoever has the struct; domains_release() when done. Zeroed memory has no domains.
 */
#ifndef FLOW_DOMAINS_H
#define FLOW_DOMAINS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "flow/counting.h"

#define DOMAINS_KEPT 16u /* messages of a doubt */

struct domains_doubt {
    struct counting_message before; /* the last one before those kept, of any domain */
    struct counting_message message[DOMAINS_KEPT];
    uint32_t count;
};

enum domains_verdict { DOMAINS_OPEN, DOMAINS_APART, DOMAINS_TOGETHER };

struct domains {
    uint32_t *session; /* nfdec_session.index of each */
    size_t count, capacity;
    struct counting_message last;            /* of any domain */
    uint32_t apart;                          /* steps between domains foretold by a counter for each ... */
    uint32_t together[NFDEC_COUNTING_COUNT]; /* ... and by one for all */
    enum domains_verdict verdict;
    struct domains_doubt *doubt; /* NULL: none */
    struct counting counting;    /* of all, with DOMAINS_TOGETHER */
};

void domains_add(struct domains *d, uint32_t session);
void domains_release(struct domains *d);

/*
 * As long as the verdict is open: weighs a message; `own` is the counting of its domain, `doubts` runs: open ones of all.
 * True: it is kept in the doubt.
 */
bool domains_hold(struct domains *d, const struct counting *own, const struct counting_message *m,
                  uint32_t *doubts);

/* Whether the doubt is over, with the verdict; `ending`: it must be. Its messages are the caller's to judge then. */
bool domains_decide(struct domains *d, bool ending);

/* The best way of counting of one counter for all. */
enum nfdec_counting domains_way(const struct domains *d, uint16_t version);

#endif
