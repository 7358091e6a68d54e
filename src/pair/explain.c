/* SPDX-License-Identifier: MIT */
/* What a connection is when it is shown: what its flows say together, why it is one, why a flow stayed single. */
#include <stdio.h>

#include "pair/pieces.h"

#define TCP 6
#define UDP 17

/* What the flows of a connection say together, by side: 0 is the lower endpoint. */
struct totals {
    struct addr ip[2];
    uint64_t bytes[2], packets[2];
    uint32_t flows[2], duplicates;
    uint16_t flags[2], icmp;
    int64_t end;
    uint8_t events; /* 1 << event, of those that have a meaning */
    bool both;      /* some record carries both directions */
    struct conn_told told;
};

static bool counts_nothing(const struct totals *t)
{
    return !(t->bytes[0] | t->bytes[1] | t->packets[0] | t->packets[1]);
}

/* Fragments but the first carry no ports. */
static bool is_fragments(const struct conn *conn)
{
    uint8_t proto = key_proto(conn->rest);
    return (proto == TCP || proto == UDP) && !key_port(conn->rest, 0) && !key_port(conn->rest, 1);
}

static enum pair_reason conn_reason(const struct conn *conn, const struct totals *t)
{
    if (conn_both_sent(conn))
        return conn->bits & CONN_JOINED ? PAIR_VLAN_DIFFERS : PAIR_BOTH_DIRECTIONS;
    if (conn->bits & CONN_BIFLOW)
        return PAIR_BIFLOW;
    if (key_kind(conn->rest) == KEY_ALONE)
        return PAIR_NO_ADDRESSES;
    if (t->events && counts_nothing(t))
        return t->events == 1u << PIECE_DENIED ? PAIR_DENIED : PAIR_EVENTS;
    if (conn->bits & CONN_MULTICAST)
        return PAIR_MULTICAST;
    if (key_icmp(conn->rest) >= KEY_ICMP_ONE_WAY_LO)
        return PAIR_ICMP_ONE_WAY;
    if (is_fragments(conn))
        return PAIR_FRAGMENTS;
    return conn->bits & CONN_APART ? PAIR_APART : PAIR_NO_REVERSE;
}

uint32_t pairs_count(const struct pairs *pairs)
{
    return (uint32_t)pairs->conns.count - pairs->gone;
}

/* Of the first record that carries both directions: who began. */
static void add_initiator(struct totals *t, const uint64_t *value, bool source_hi)
{
    t->both = value[NFDEC_COL_REVERSE_BYTES] || value[NFDEC_COL_REVERSE_PACKETS];
    t->told.initiator_hi = conn_began_hi(value[NFDEC_COL_BIFLOW], source_hi);
}

static void add_flow(struct totals *t, const struct flow_row *row, bool icmp, bool duplicate)
{
    bool swapped, hi = key_row_reversed(row, &swapped);
    int source = hi != swapped;
    const uint64_t *v = row->value;
    int64_t end = (int64_t)v[NFDEC_COL_END], start = (int64_t)v[NFDEC_COL_START];
    if (t->flows[0] + t->flows[1] == 0) {
        t->ip[source] = row->src;
        t->ip[!source] = row->dst;
        t->icmp = (uint16_t)(v[NFDEC_COL_ICMP] || !icmp ? v[NFDEC_COL_ICMP] : v[NFDEC_COL_DPORT]);
        t->end = end;
    }
    if (!t->both && !swapped)
        add_initiator(t, v, source);
    if (v[NFDEC_COL_EVENT]) {
        bool nothing = !v[NFDEC_COL_BYTES] && !v[NFDEC_COL_PACKETS];
        t->events |= (uint8_t)(v[NFDEC_COL_EVENT] < 8 ? 1u << v[NFDEC_COL_EVENT] : 1u);
        t->told.event_hi = t->told.event ? t->told.event_hi : source;
        t->told.event |= nothing && !swapped;
    }
    t->flows[hi]++;
    t->duplicates += duplicate;
    if (start > end)
        end = start;
    if (end > t->end)
        t->end = end;
    t->flags[source] |= (uint16_t)v[NFDEC_COL_TCP_FLAGS];
    t->flags[!source] |= (uint16_t)v[NFDEC_COL_REVERSE_FLAGS];
    if (duplicate)
        return;
    t->bytes[source] += v[NFDEC_COL_BYTES];
    t->packets[source] += v[NFDEC_COL_PACKETS];
    t->bytes[!source] += v[NFDEC_COL_REVERSE_BYTES];
    t->packets[!source] += v[NFDEC_COL_REVERSE_PACKETS];
}

static void sum_flows(struct totals *t, const struct pairs *pairs, const struct flow_store *store,
                      const struct conn *conn)
{
    struct flow_row row;
    *t = (struct totals) { .end = INT64_MIN };
    for (uint32_t r = conn->first_row; r != PAIR_NONE; r = pairs_next_row(pairs, r)) {
        flow_store_row(store, r, &row);
        add_flow(t, &row, key_icmp(conn->rest) != KEY_ICMP_NONE, pairs_row_duplicate(pairs, r));
    }
}

void pairs_get(const struct pairs *pairs, const struct flow_store *store, uint32_t index,
               struct connection *out)
{
    conn_get(pairs, store, pairs_listed(pairs, index), out);
}

void conn_get(const struct pairs *pairs, const struct flow_store *store, const struct conn *conn,
              struct connection *out)
{
    enum pair_evidence evidence;
    struct totals t;
    sum_flows(&t, pairs, store, conn);
    int client = conn_client(conn, &t.told, &evidence);
    uint16_t scope = key_scope(conn->rest);
    *out = (struct connection) { .start = conn->start,
                                 .end = t.end,
                                 .vlan = key_scope_vlan(&pairs->scopes, scope),
                                 .vrf = key_scope_vrf(&pairs->scopes, scope),
                                 .icmp = t.icmp,
                                 .proto = key_proto(conn->rest),
                                 .paired = conn_paired(conn),
                                 .reason = conn_reason(conn, &t),
                                 .evidence = evidence,
                                 .duplicates = t.duplicates,
                                 .events = t.events,
                                 .reused = conn->bits & CONN_LIFE,
                                 .twin = conn->bits & CONN_TWIN,
                                 .bridged = conn->bits & CONN_BRIDGED };
    for (int side = 0; side < 2; side++) {
        int from = side == PAIR_CLIENT ? client : !client;
        out->ip[side] = t.ip[from];
        out->port[side] = key_icmp(conn->rest) == KEY_ICMP_NONE ? key_port(conn->rest, from) : 0;
        out->bytes[side] = t.bytes[from];
        out->packets[side] = t.packets[from];
        out->tcp_flags[side] = t.flags[from];
        out->flows[side] = t.flows[from];
    }
}

const char *pair_reason_text(enum pair_reason reason)
{
    static const char *const texts[] = {
        [PAIR_BOTH_DIRECTIONS] = "flows of both directions overlap in time",
        [PAIR_BIFLOW] = "one record carries both directions",
        [PAIR_VLAN_DIFFERS] =
            "flows of both directions overlap in time, in different VLANs or VRFs or of unknown ICMP type",
        [PAIR_NO_REVERSE] = "no flow of the other direction was exported",
        [PAIR_APART] = "the other direction was exported, but too far off in time",
        [PAIR_MULTICAST] = "sent to a multicast or broadcast address",
        [PAIR_ICMP_ONE_WAY] = "an ICMP type that has no answer",
        [PAIR_DENIED] = "a firewall denied it",
        [PAIR_EVENTS] = "only events were exported, without counters",
        [PAIR_FRAGMENTS] = "without ports, as of a later fragment, and nothing of the other side",
        [PAIR_NO_ADDRESSES] = "the record has no addresses",
    };
    return texts[reason];
}

const char *pair_evidence_text(enum pair_evidence evidence)
{
    static const char *const texts[] = {
        [PAIR_BY_RECORD] = "the record says who began",
        [PAIR_BY_SYN] = "it sent SYN without ACK",
        [PAIR_BY_ICMP] = "it sent the request",
        [PAIR_BY_START] = "its flow started earlier",
        [PAIR_BY_PORT] = "the other port is a service port",
        [PAIR_BY_ORDER] = "nothing tells: it sent the first flow",
        [PAIR_BY_NOTHING] = "nothing tells: taken for it by the higher port, else by the lower address",
    };
    return texts[evidence];
}

/* Text of a bounded size. */
struct text {
    char *buffer;
    size_t size, length;
};

static void say(struct text *text, const char *before, const char *what)
{
    int n = snprintf(text->buffer + text->length, text->size - text->length, "%s%s", before, what);
    size_t room = text->size - text->length - 1;
    text->length += n < 0 ? 0 : (size_t)n < room ? (size_t)n : room;
}

/* Of a firewall that counts: what it told of. Events of address translation have numbers of their own, but no counters. */
static void say_events(struct text *text, uint8_t events)
{
    static const char *const names[] = {
        [PIECE_CREATED] = "creation", [PIECE_UPDATED] = "updates",  [PIECE_ALERT] = "alert",
        [PIECE_DENIED] = "denial",    [PIECE_DELETED] = "teardown",
    };
    static const uint8_t order[] = { PIECE_CREATED, PIECE_UPDATED, PIECE_ALERT, PIECE_DENIED, PIECE_DELETED };
    const char *before = "; a firewall told of ";
    for (size_t i = 0; i < sizeof order; i++)
        if (events >> order[i] & 1) {
            say(text, before, names[order[i]]);
            before = ", ";
        }
}

size_t connection_why(const struct connection *connection, char *buffer, size_t size)
{
    const struct connection *c = connection;
    struct text text = { .buffer = buffer, .size = size };
    if (size == 0)
        return 0;
    buffer[0] = '\0';
    say(&text, "", pair_reason_text(c->reason));
    if (c->bridged)
        say(&text, "; ", "joined over a pause in which nothing ended it");
    if (c->reused)
        say(&text, "; ", "another connection of the same ports is right before or after it");
    if (c->twin)
        say(&text, "; ", "seen in several VLANs or VRFs");
    if (c->packets[0] || c->packets[1] || c->bytes[0] || c->bytes[1])
        say_events(&text, c->events);
    say(&text, "; client: ", pair_evidence_text(c->evidence));
    return text.length;
}
