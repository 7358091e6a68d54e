/* SPDX-License-Identifier: MIT */
/* What reading the values of a field needs. Private to src/query/order*.c; see order_keys.h. */
#ifndef QUERY_ORDER_READER_H
#define QUERY_ORDER_READER_H

#include "base/arena.h"
#include "flow/sampling.h"
#include "query/order_request.h"

#define ORDER_BLOCK NFDEC_ROWS

enum order_state {
    ORDER_PLAIN,   /* `key` orders it */
    ORDER_WIDE,    /* behind all plain ones: `key`, then `low` */
    ORDER_MISSING, /* behind all others */
};

struct order_keys {
    struct samplings *samplings; /* for the sampling interval only */
    const struct order_request *request;
    enum field_symbol symbol;
    uint64_t count; /* items there are, wanted or not */
    uint32_t needs; /* columns that a flow must have */
    bool needs_start, needs_end;
    bool all_there; /* every flow has them */
    uint32_t *
        place; /* of rows in the order of the capture, where sets came before their template; NULL: as they are */
    uint32_t *sessions; /* by index: the rank of its address */
    uint32_t session_count;
    uint64_t *sums;      /* of connections, by slot: a sum of their flows that the field needs; NULL: none */
    struct arena memory; /* of the sums, in large pages */
    uint32_t *services;  /* by protocol and port: the rank of the name; UINT32_MAX: it has none */
};

#define ORDER_ENDS     64u /* that are read at a time */
#define ORDER_PORTS    65536u
#define ORDER_SERVICES 4u /* protocols whose ports have names: TCP, UDP, SCTP, DCCP */

/* What decides between items of equal values. */
static inline uint32_t order_place(const struct order_keys *keys, uint32_t item)
{
    return keys->place ? keys->place[item] : item;
}

struct order_reader {
    const struct order_keys *keys;
    uint32_t count; /* of items that were read */
    bool plain;     /* all of them are */
    uint64_t key[ORDER_BLOCK], low[ORDER_BLOCK];
    uint8_t state[ORDER_BLOCK];
    uint32_t set; /* private: of the ledger, where it looked last */
    union {
        uint64_t column[4][ORDER_BLOCK];
        struct pair_summary summary[ORDER_BLOCK];
        struct pair_end ends[ORDER_ENDS];
    };
};

/* Item `at` of the block has no value. */
void order_miss(struct order_reader *r, uint32_t at);

/* It has a rate, or no value where there is no unit. */
void order_put_rate(struct order_reader *r, uint32_t at, double amount, double unit);

/* The set of a row: mostly the last one, or one of those behind it. NULL: there is none. */
const struct ledger_set *order_set_of_row(struct order_reader *r, uint64_t row);

/* Whether flows of a template have what the field needs. no_base: of a set without a base for its times. */
bool order_has_values(const struct order_keys *keys, const struct nfdec_template *template, bool no_base);

#endif
