/* SPDX-License-Identifier: MIT */
/*
 * Flows into connections. Flows belong together when they have the same protocol, endpoints (either way round),
 * VLAN and VRF where given, and overlap in time or follow each other within a tolerance. Both directions make a
 * paired connection; a record with counters of both directions makes one by itself. ICMP flows pair by type:
 * an echo request with its reply, not two requests.
 *
 * Where more is said than times, that counts: a SYN after FIN or RST, or a firewall's creation after its teardown, begins
 * another connection, however soon (lives.c); a flow that ended at the active timeout, or TCP that nothing ended, goes on
 * after a pause of up to ten tolerances (bridge.c). One that was seen in two VLANs or VRFs is one (twins.c).
 *
 * Flows of the same direction and time from another observation point (exporter, or the other interface side),
 * records that came again and totals that repeat what was counted are duplicates: listed, but not counted (duplicates.c).
 *
 *     struct pairs *pairs = pairs_new(NULL);
 *     candidates_make(candidates, pairs, columns);         // of all rows of a block, by any thread
 *     pairs_enter(pairs, candidates, from, first_row);     // those from `from` on, in store order
 *     pairs_finish(pairs, store);                          // once, at the end
 *     pairs_order(pairs);                                  // and once before they are listed
 *     for (uint32_t i = 0; i < pairs_count(pairs); i++)
 *         pairs_get(pairs, store, i, &connection);         // in order of start time
 *
 * Owner: the session.
 */
#ifndef PAIR_PAIR_H
#define PAIR_PAIR_H

#include <stdbool.h>
#include <stdint.h>

#include "base/addr.h"
#include "flow/store.h"
#include "nfdec/columns.h"

#define PAIR_NONE UINT32_MAX

struct pairs_config {
    int64_t tolerance; /* ns between the end of one flow and the start of the next; 0: 30 s */
    /* of the table of connections seen lately, a power of two; 0: enough to be fast. What comes out is the same */
    uint32_t recent_lines;
    unsigned threads; /* of pairs_finish(); 0 is 1. What comes out is the same */
    /* nfdec_session.family of a session, asked for by pairs_finish(); NULL: each is of its own */
    uint32_t (*family)(void *user, uint32_t session);
    void *user;
};

/* Why flows are a connection, or why one stayed single. */
enum pair_reason {
    PAIR_BOTH_DIRECTIONS, /* flows of both directions overlap within the tolerance */
    PAIR_BIFLOW,          /* one record carries both directions */
    PAIR_VLAN_DIFFERS,    /* both directions, but in different VLANs or VRFs, or ICMP of unknown type */
    PAIR_NO_REVERSE,      /* single: no flow of the other direction was exported */
    PAIR_APART,           /* single: the other direction was exported, but too far off in time */
    PAIR_MULTICAST,       /* single: to a multicast or broadcast address, which cannot answer */
    PAIR_ICMP_ONE_WAY,    /* single: an ICMP type that has no answer */
    PAIR_DENIED,          /* single: a firewall's event, which says so */
    PAIR_EVENTS,          /* single: other events of a firewall or NAT, without counters */
    PAIR_FRAGMENTS,       /* single: TCP or UDP without ports */
    PAIR_NO_ADDRESSES,    /* single: the record has no addresses */
    PAIR_REASONS
};

/* How the client was told from the server, best evidence first. */
enum pair_evidence {
    PAIR_BY_RECORD,  /* initiator counters, biflowDirection, reverse elements or an event say so */
    PAIR_BY_SYN,     /* SYN without ACK from one side only */
    PAIR_BY_ICMP,    /* request and reply types */
    PAIR_BY_START,   /* the client's flow started earlier */
    PAIR_BY_PORT,    /* the server's port is a service port */
    PAIR_BY_ORDER,   /* nothing tells: the source of the first flow */
    PAIR_BY_NOTHING, /* ... and both began at once: the higher port, of equal ones the lower address */
};

enum pair_side { PAIR_CLIENT, PAIR_SERVER };

struct connection {
    int64_t start, end;
    struct addr ip[2]; /* by enum pair_side */
    uint16_t port[2];
    uint64_t packets[2]; /* sent by that side, duplicates not counted */
    uint64_t bytes[2];
    uint16_t tcp_flags[2];
    uint32_t flows[2]; /* flow records per direction, duplicates included */
    uint32_t duplicates;
    uint32_t vlan, vrf;
    uint16_t icmp; /* of the first flow: type * 256 + code */
    uint8_t proto;
    uint8_t events; /* 1 << firewallEvent of those it has */
    bool paired;
    bool reused;  /* another one used the same ends within the tolerance */
    bool twin;    /* was seen in several VLANs or VRFs */
    bool bridged; /* has a pause longer than the tolerance, in which nothing ended */
    enum pair_reason reason;
    enum pair_evidence evidence;
};

struct pairs;

struct pairs *pairs_new(const struct pairs_config *config);
void pairs_free(struct pairs *pairs);

/*
 * What is known of the rows of a block before others are looked at: two thirds of the work, to be done by whoever has the
 * block in its cache. Borrows the columns until the rows are entered. Owner: whoever made room by candidates_new().
 */
struct candidates;

struct candidates *candidates_new(void);
void candidates_free(struct candidates *candidates);
void candidates_make(struct candidates *candidates, const struct pairs *pairs,
                     const struct nfdec_columns *columns);

/* Rows `from` ... of a block, of which the first is number `first_row` of the store. */
void pairs_enter(struct pairs *pairs, const struct candidates *candidates, uint32_t from, uint64_t first_row);
void pairs_finish(struct pairs *pairs, const struct flow_store *store);
void pairs_order(struct pairs *pairs); /* by start; of equals by appearance */

/*
 * After pairs_order() in order of start; before it those made so far, in order of appearance. Some of these may turn
 * out to be one in the end: between pairs_finish() and pairs_order() they can be counted, but not read.
 */
uint32_t pairs_count(const struct pairs *pairs);
void pairs_get(const struct pairs *pairs, const struct flow_store *store, uint32_t index,
               struct connection *out);
/* What is known of a connection without a look at its flows. */
struct pair_summary {
    int64_t start, end;
    uint64_t bytes; /* of both sides, duplicates not counted */
    uint8_t proto;
    bool paired;
};
void pairs_summary(const struct pairs *pairs, uint32_t index, struct pair_summary *out);
void pairs_summaries(const struct pairs *pairs, uint32_t index, uint32_t count,
                     struct pair_summary *out); /* from index on */

/*
 * An end of connections, from index on, as pairs_get() has it; a look at flows is taken only where records tell who
 * began, and for addresses of IPv6.
 */
struct pair_end {
    uint64_t ip[2]; /* as numbers, the upper half before the lower; of IPv4 the upper one is all */
    uint64_t bytes;
    uint16_t port, other_port; /* of this end and of the other one */
    uint8_t family;            /* 4, 6; 0: no address */
    uint8_t proto;
};
void pairs_ends(const struct pairs *pairs, const struct flow_store *store, uint32_t index, uint32_t count,
                enum pair_side side, bool addresses,
                struct pair_end *out); /* without `addresses` those of IPv6 may be left out */

/*
 * Sums of flows, quickly where they are of all connections: by slots, in which connections stand in the order of their
 * first rows, so that flows are read nearly as they are stored. Slots of connections that became part of another one have
 * no meaning.
 */
enum pair_sum {
    PAIR_SUM_PACKETS, /* as in struct connection: duplicates not counted */
    PAIR_SUM_CLIENT_PACKETS,
    PAIR_SUM_SERVER_PACKETS,
    PAIR_SUM_FLOWS, /* duplicates included */
    PAIR_SUM_DUPLICATES,
};
uint32_t pairs_slots(const struct pairs *pairs); /* how many there are */
void pairs_slots_of(const struct pairs *pairs, uint32_t index, uint32_t count,
                    uint32_t *slot); /* from index on */
void pairs_sums(const struct pairs *pairs, const struct flow_store *store, enum pair_sum sum, uint32_t slot,
                uint32_t count, uint64_t *out);

size_t pairs_memory(const struct pairs *pairs);
size_t pairs_used(const struct pairs *pairs); /* the same without room for more */

/* The flows of a connection in store order: rows until PAIR_NONE. */
uint32_t pairs_first_row(const struct pairs *pairs, uint32_t index);
uint32_t pairs_next_row(const struct pairs *pairs, uint32_t row);
bool pairs_have_duplicates(const struct pairs *pairs);
bool pairs_row_duplicate(const struct pairs *pairs, uint32_t row);

/*
 * The index of the connection a row belongs to, after pairs_order(); PAIR_NONE before it, and for a row that is not
 * there. The first call takes a walk over all flows and four octets for each; those that follow look it up. Threads may
 * ask at the same time.
 */
uint32_t pairs_connection_of_row(const struct pairs *pairs, uint32_t row);

/* One sentence: why it is one, who is the client and why; cut to size, returns its length. */
size_t connection_why(const struct connection *connection, char *buffer, size_t size);
const char *pair_reason_text(enum pair_reason reason);
const char *pair_evidence_text(enum pair_evidence evidence);

#endif
