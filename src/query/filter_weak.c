/* SPDX-License-Identifier: MIT */
/*
 * A question to flows that every flow answers with yes for which a connection would: cheap to ask of all of them, so that
 * few connections need to be looked at. A connection's addresses, ports and protocol are those of each of its flows; what
 * else is its own may be anything.
 */
#include "query/filter_pairs.h"

/* Values that flows without such a field stand for: there it cannot be told. */
static bool may_be_zero(const struct filter_test *test)
{
    return filter_test_number(test, 0);
}

static uint8_t side_of(enum field_symbol symbol)
{
    switch (symbol) {
    case FIELD_IP:
    case FIELD_CLIENT_IP:
    case FIELD_SERVER_IP:
        return FIELD_IP;
    case FIELD_PORT:
    case FIELD_CLIENT_PORT:
    case FIELD_SERVER_PORT:
        return FIELD_PORT;
    case FIELD_PROTO:
        return FIELD_PROTO;
    default:
        return FIELD_COUNT;
    }
}

static struct filter_node *new_node(struct arena *memory, enum filter_node_kind kind)
{
    struct filter_node *node = arena_take(memory, sizeof *node);
    node->kind = (uint8_t)kind;
    return node;
}

/* NULL: it may be anything. */
static struct filter_node *weaken_own(struct arena *memory, const struct filter_leaf *leaf)
{
    uint8_t symbol = side_of((enum field_symbol)leaf->field.symbol);
    if (symbol == FIELD_COUNT || leaf->has || leaf->negate || leaf->every ||
        (symbol != FIELD_IP && may_be_zero(&leaf->test)))
        return NULL;
    struct filter_node *node = new_node(memory, NODE_LEAF);
    node->leaf = arena_take(memory, sizeof *node->leaf);
    *node->leaf = *leaf;
    node->leaf->field.symbol = symbol;
    return node;
}

static struct filter_node *copy(struct arena *memory, const struct filter_node *node)
{
    struct filter_node *made = new_node(memory, NODE_ALL);
    *made = *node;
    made->next = NULL;
    return made;
}

struct filter_node *filter_weaken(struct arena *memory, const struct filter_node *node, const uint8_t *asks)
{
    struct filter_node *made = NULL, **last;
    if (asks[node->number] == ASKS_FLOW)
        return copy(memory, node);
    if (node->kind == NODE_LEAF)
        return weaken_own(memory, node->leaf);
    if (node->kind != NODE_AND && node->kind != NODE_OR)
        return NULL;
    last = &made;
    for (const struct filter_node *child = node->child; child; child = child->next) {
        struct filter_node *weak = filter_weaken(memory, child, asks);
        if (!weak && node->kind == NODE_OR)
            return NULL;
        if (!weak)
            continue;
        *last = weak;
        last = &weak->next;
    }
    if (!made || !made->next)
        return made;
    struct filter_node *joined = new_node(memory, (enum filter_node_kind)node->kind);
    joined->child = made;
    return joined;
}
