/* SPDX-License-Identifier: MIT */
/*
 * The state of pairing: connections under construction, and how they are found. Private to src/pair.
 *
 * While rows come in, only connections seen lately are looked for, in a table that stays in the cache. A row whose
 * connection was forgotten begins another one: in the end all that have the same key are brought together and
 * joined where they are near in time (fold.c). So what is found does not depend on what was remembered.
 */
#ifndef PAIR_PAIRS_H
#define PAIR_PAIRS_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/chunks.h"
#include "base/split.h"
#include "pair/key.h"
#include "pair/pair.h"

enum conn_bits {
    CONN_BIFLOW = 1, /* a record carries both directions */
    CONN_POINTS = 2, /* flows of several observation points: duplicates are possible */
    CONN_APART = 4,  /* the other direction is there, but in a connection out of the tolerance's reach */
    CONN_JOINED = 8, /* was joined from different VLANs or VRFs */
    CONN_GONE = 16,  /* was joined into another one */
    CONN_MULTICAST = 32,
    CONN_ICMP_UNKNOWN = 64,
    CONN_BEGAN_HI = 128, /* of a single record that carries both directions: the higher endpoint began */
    CONN_NO_ASKER = 256, /* ICMP of unknown type both ways: nobody is known to have asked */
    CONN_AGAIN = 512,    /* several flows of one direction */
    CONN_EVENT = 1024,   /* a flow has a firewall's or NAT's event */
    CONN_TWIN = 2048,    /* was seen in several VLANs or VRFs */
    CONN_LIFE = 4096,    /* its ports were used again by another one within the tolerance */
    CONN_BRIDGED = 8192, /* has a pause longer than the tolerance, in which nothing ended */
    CONN_LOOK = CONN_POINTS | CONN_AGAIN | CONN_EVENT,               /* has to be looked at closely */
    CONN_ADDED = CONN_LOOK | CONN_BIFLOW | CONN_TWIN | CONN_BRIDGED, /* what a part has, the whole has */
    /* what its parts have, too, when it is taken apart */
    CONN_NATURE = CONN_APART | CONN_JOINED | CONN_MULTICAST | CONN_ICMP_UNKNOWN | CONN_NO_ASKER | CONN_TWIN |
                  CONN_LIFE | CONN_BRIDGED,
};

enum conn_sides {
    CONN_FLOWS_LO = 1, /* the lower endpoint sent a flow */
    CONN_FLOWS_HI = 2,
    CONN_FIRST_LO = 4, /* a flow of its is the earliest one; both: they start together */
    CONN_FIRST_HI = 8,
    CONN_SYN_LO = 16, /* some flow of its has SYN, ... */
    CONN_SYN_HI = 32,
    CONN_ACK_LO = 64, /* ... ACK */
    CONN_ACK_HI = 128,
    CONN_FLOWS = CONN_FLOWS_LO | CONN_FLOWS_HI,
    CONN_FLAGS = CONN_SYN_LO | CONN_SYN_HI | CONN_ACK_LO | CONN_ACK_HI,
    CONN_FIRST = CONN_FIRST_LO | CONN_FIRST_HI,
};

/*
 * What pairing needs and lists sort by, in one line of the cache; all else about a connection is in its flows.
 * Sides: 0 is the lower endpoint, 1 the higher.
 */
struct conn {
    uint64_t ends;      /* as in struct keys */
    uint64_t rest;      /* as in struct keys */
    int64_t start, end; /* of the earliest and the latest flow */
    uint64_t bytes[2];  /* sent by each side, duplicates taken out at the end */
    uint32_t first_row; /* rows are in store order */
    uint32_t last_row;
    uint32_t session;  /* of the first flow */
    uint16_t bits;     /* enum conn_bits */
    uint8_t direction; /* flowDirection of the first flow */
    uint8_t sides;     /* enum conn_sides */
};

_Static_assert(sizeof(struct conn) == 64, "a connection is one line of the cache");

#define CONN_SHIFT  14u
#define NEXT_SHIFT  18u
#define RECENT_WAYS 4u

/*
 * Connections seen lately whose hashes have the same lower bits, newest first; half a line of the cache. Marks are
 * 16 bits of their hashes each, the newest one's lowest, by which they are found at once, 0: free; `more` are the 16
 * bits below these.
 */
struct recent {
    uint64_t marks, more;
    uint32_t conn[RECENT_WAYS];
};

/* A table of these. */
struct lately {
    struct recent *line;
    uint32_t mask;  /* lines - 1 */
    uint32_t asked; /* rows that were looked for since lately_look() looked, ... */
    uint32_t found; /* ... and whose connection was there */
    struct arena memory;
};

enum { LATELY_MOST, LATELY_SCOUTS, LATELYS };

#define SCOUTS 64u /* one key in so many is one, see lately.c */

/* By bits that neither the line nor the mark is made of. */
static inline bool is_scout(uint64_t hash)
{
    return (hash >> 20) % SCOUTS == 0;
}

#define PART_LINES                                                                                           \
    32u /* lines of the smallest table with recent ones that follow each other are of one part */
#define PARTS      256u
#define PART_SLOTS 64u

/*
 * Connections that were forgotten, for pairs_fold(), by which all of one key are found: those of a part have bits of
 * their hashes in common. Each is an entry, tag << 32 | number, in pieces of PART_SLOTS whose first slot is the piece
 * before. A tag is made of its mark and the bits below that.
 */
struct part {
    union part_slot {
        uint64_t entry;
        union part_slot *before; /* NULL: this piece is the first */
    } * piece;                   /* the newest */
    size_t slots;                /* that are taken, of all pieces */
};

/* Made when it is asked for, by any thread that reads. */
struct by_row {
    uint32_t *_Atomic owner; /* by row: index of its connection in the order; NULL: not asked for */
};

struct pairs {
    uint32_t (*family)(void *user, uint32_t session);
    void *user;
    int64_t tolerance;
    struct key_secret secret;
    struct chunks conns; /* struct conn */
    struct chunks next;  /* uint32_t by row: the connection's next flow + 1; 0: none */
    struct chunks
        look; /* _Atomic uint64_t, a bit by connection: has several flows, and CONN_LOOK; until pairs_finish() */
    struct part part[PARTS];
    struct arena part_memory; /* until pairs_finish() */
    struct key_scopes scopes;
    struct lately lately[LATELYS]; /* until pairs_finish() */
    uint32_t lately_most;          /* lines that of most keys grows to */
    int64_t earliest, latest;      /* between which all connections start */
    _Atomic uint32_t gone;         /* connections that were joined into others */
    unsigned threads;
    uint8_t *duplicate; /* bit per row; NULL: none */
    uint32_t *order;    /* by start, gone ones left out; after pairs_order() */
    struct by_row *by_row;
};

static inline struct conn *pairs_conn(const struct pairs *pairs, uint32_t index)
{
    return (struct conn *)(void *)pairs->conns.chunk[index >> CONN_SHIFT] +
           (index & ((1u << CONN_SHIFT) - 1));
}

static inline uint32_t *pairs_next(const struct pairs *pairs, uint32_t row)
{
    return (uint32_t *)(void *)pairs->next.chunk[row >> NEXT_SHIFT] + (row & ((1u << NEXT_SHIFT) - 1));
}

/* Of a connection of several flows, whose bits have changed. By any thread; each has to have its place. */
static inline void pairs_note_look(struct pairs *pairs, const struct conn *conn, uint32_t number)
{
    if (conn->bits & CONN_LOOK)
        atomic_fetch_or_explicit((_Atomic uint64_t *)chunks_at(&pairs->look, number / 64),
                                 UINT64_C(1) << number % 64, memory_order_relaxed);
}

/*
 * Whether `to` is later than `from` by more than the tolerance. Times from the wire may be anything. Without a branch:
 * which one is later is as good as random.
 */
static inline bool pairs_apart(const struct pairs *pairs, int64_t from, int64_t to)
{
    return (to > from) & ((uint64_t)to - (uint64_t)from > (uint64_t)pairs->tolerance);
}

/* Whether a connection and a span of time overlap or follow each other within the tolerance. */
static inline bool conn_near(const struct pairs *pairs, const struct conn *conn, int64_t start, int64_t end)
{
    bool behind = pairs_apart(pairs, conn->end, start), before = pairs_apart(pairs, end, conn->start);
    return !(behind | before);
}

static inline bool conn_both_sent(const struct conn *conn)
{
    return (conn->sides & CONN_FLOWS) == CONN_FLOWS;
}

/*
 * Whether the higher endpoint began, by biflowDirection of a record whose source is it or is not: 2, reverseInitiator,
 * says that the record's source answered (RFC 5103 section 6.3).
 */
static inline bool conn_began_hi(uint64_t biflow, bool source_hi)
{
    return source_hi != (biflow == 2);
}

/* Bits of enum conn_sides by the TCP flags of each side. */
static inline uint8_t conn_flags(uint64_t lo, uint64_t hi)
{
    return (uint8_t)((lo >> 1 & 1) * CONN_SYN_LO | (hi >> 1 & 1) * CONN_SYN_HI | (lo >> 4 & 1) * CONN_ACK_LO |
                     (hi >> 4 & 1) * CONN_ACK_HI);
}

/* Adds flows and sums of `from`, which may be but a row, to those of `to`. */
static inline void conn_add(struct pairs *pairs, struct conn *to, const struct conn *from)
{
    unsigned earlier = from->start < to->start;
    unsigned later = to->start < from->start;
    bool again = from->sides & to->sides & CONN_FLOWS;
    /* no comparison of both, which gcc makes one of eight octets that have just been written one by one */
    bool other = (from->session ^ to->session) | (uint32_t)(from->direction ^ to->direction);
    *pairs_next(pairs, to->last_row) = from->first_row + 1;
    to->last_row = from->last_row;
    to->bytes[0] += from->bytes[0];
    to->bytes[1] += from->bytes[1];
    /* who was first: without branches, as one answers the other as often as not */
    to->sides = (uint8_t)((to->sides & (CONN_FLOWS | CONN_FLAGS | (earlier - 1))) |
                          (from->sides & (CONN_FLOWS | CONN_FLAGS | (later - 1))));
    to->start = earlier ? from->start : to->start;
    to->end = from->end > to->end ? from->end : to->end;
    to->bits |=
        (uint16_t)((from->bits & CONN_ADDED) | (other ? CONN_POINTS : 0u) | (again ? CONN_AGAIN : 0u));
}

#define PAIRS_ALONE 10000u /* so few connections are not worth other threads */

/* How many threads work on what has been entered. */
static inline unsigned pairs_workers(const struct pairs *pairs)
{
    return pairs->conns.count < PAIRS_ALONE ? 1 : split_workers(pairs->threads);
}

/* The entry of a connection that is remembered; 0: there is none. */
static inline uint64_t recent_entry(const struct recent *line, unsigned way)
{
    uint64_t mark = line->marks >> 16 * way & 0xffff, more = line->more >> 16 * way & 0xffff;
    return mark ? mark << 48 | more << 32 | line->conn[way] : 0;
}

/* Empty, of `lines` lines, a power of two. */
void lately_make(struct lately *lately, uint32_t lines);

/* Looks whether there should be more lines, and makes them. */
void lately_look(struct pairs *pairs);

/* Notes a connection of line `at`, for the end, when all of one key are brought together; 0 is none. */
void pairs_forget(struct pairs *pairs, uint64_t at, uint64_t entry);

/* Joins connections, given by number, into the lowest of them; changes the order in which they are given. */
struct conn *conn_join(struct pairs *pairs, uint32_t *conn, size_t count);

/* Joins all connections that are one. */
void pairs_fold(struct pairs *pairs, const struct flow_store *store);

/*
 * Joins, of connections that differ in nothing but scope and who asked, single ones whose other direction is in
 * another VLAN or VRF, or is ICMP of unknown type. Changes the order in which they are given.
 */
void leftover_join(struct pairs *pairs, uint32_t *conn, size_t count);

/* Sorts connections, given by number: as qsort_r(), but at once where they are in order. */
void pairs_sort(struct pairs *pairs, uint32_t *conn, size_t count,
                int (*compare)(const void *, const void *, void *));

/* Of numbers of connections: by start, then by number. For pairs_sort(). */
int pairs_compare_start(const void *a, const void *b, void *pairs);

/*
 * Looks at connections of several flows with CONN_LOOK closely: takes those apart that are several, finds what is told
 * twice and counts it out, and who was first by one clock.
 */
void pairs_look(struct pairs *pairs, const struct flow_store *store);

/* The exporter that a session is of: its ports may change. */
static inline uint32_t pairs_family(const struct pairs *pairs, uint32_t session)
{
    return pairs->family ? pairs->family(pairs->user, session) : session;
}

/* The connection that is listed as number `index`. */
static inline const struct conn *pairs_listed(const struct pairs *pairs, uint32_t index)
{
    return pairs_conn(pairs, pairs->order ? pairs->order[index] : index);
}

/* What pairs_connection_of_row() has made: the order changes. */
void rows_forget(struct pairs *pairs);

bool conn_paired(const struct conn *conn);

/* What the flows of a connection tell of who began, where some record carries both directions or tells of an event. */
struct conn_told {
    bool initiator_hi; /* the higher endpoint, by the first record of both directions */
    bool event;    /* some record tells of an event and counts nothing: it is about both directions, too */
    bool event_hi; /* of the first of these: its source is the higher endpoint */
};

/* Which side is the client, 0 or 1, and by what evidence. */
int conn_client(const struct conn *conn, const struct conn_told *told, enum pair_evidence *evidence);

#define CONN_RUN    64u /* connections whose clients are found at once */
#define CONN_UNTOLD 2u

/* The same of up to CONN_RUN of them, without a look at flows; CONN_UNTOLD: these have to be asked. */
void conn_clients(const struct conn *const *conn, uint32_t count, uint32_t client[CONN_RUN]);

/* As pairs_get(). */
void conn_get(const struct pairs *pairs, const struct flow_store *store, const struct conn *conn,
              struct connection *out);

#endif
