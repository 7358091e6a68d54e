/* SPDX-License-Identifier: MIT */
/*
 * Values of a field as numbers that order it, a thousand rows or connections at a time. Private to src/query/order*.c.
 *
 *     struct order_keys keys;
 *     order_keys_init(&keys, &request);                               // shared by all threads
 *     struct order_reader *reader = order_reader_new(&keys);          // of one thread, to be freed
 *     order_read(reader, block);                                      // items block * ORDER_BLOCK ...
 *     ...reader->key[i], reader->low[i], reader->state[i]...
 */
#ifndef QUERY_ORDER_KEYS_H
#define QUERY_ORDER_KEYS_H

#include "query/order.h"

#define ORDER_BLOCK NFDEC_ROWS

enum order_state {
    ORDER_PLAIN,   /* `key` orders it */
    ORDER_WIDE,    /* behind all plain ones: `key`, then `low` */
    ORDER_MISSING, /* behind all others */
};

struct order_keys {
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
    uint32_t *services; /* by protocol and port: the rank of the name; UINT32_MAX: it has none */
};

void order_keys_init(struct order_keys *keys, const struct order_request *request);
void order_keys_release(struct order_keys *keys);

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
    uint64_t column[4][ORDER_BLOCK];
};

struct order_reader *order_reader_new(const struct order_keys *keys);
void order_read(struct order_reader *reader, uint64_t block);

#endif
