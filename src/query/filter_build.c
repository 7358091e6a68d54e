/* SPDX-License-Identifier: MIT */
/* A filter from its text: reading, names of hosts, the order in which questions are asked. */
#include "query/filter.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "query/filter_parser.h"
#include "query/filter_value.h"

/* How dear a question is: where it is answered. */
enum { COST_FACT = 1, COST_COLUMN = 2, COST_MADE = 4, COST_RECORD = 32, COST_MOST = 250 };

static uint8_t cost_of_leaf(const struct filter_leaf *leaf)
{
    if (leaf->record)
        return leaf->has ? COST_FACT : COST_RECORD;
    const struct field_info *info = &field_table[leaf->field.symbol];
    if (info->where == FIELD_OF_EITHER)
        return 2 * COST_COLUMN;
    if (info->where == FIELD_OF_CONNECTIONS)
        return 2 * COST_MADE;
    return info->column < NFDEC_COLUMN_COUNT ? COST_COLUMN : COST_MADE;
}

/* Children in order of what they cost; those that cost the same as they were typed. */
static void order_children(struct filter_node *node)
{
    struct filter_node *sorted = NULL, *next;
    for (struct filter_node *child = node->child; child; child = next) {
        next = child->next;
        struct filter_node **at = &sorted;
        while (*at && (*at)->cost <= child->cost)
            at = &(*at)->next;
        child->next = *at;
        *at = child;
    }
    node->child = sorted;
}

static void settle(struct filter_node *node)
{
    unsigned cost = 0;
    if (node->kind == NODE_LEAF) {
        struct filter_leaf *leaf = node->leaf;
        leaf->record = leaf->field.symbol == FIELD_ELEMENT;
        node->cost = cost_of_leaf(leaf);
        return;
    }
    for (struct filter_node *child = node->child; child; child = child->next) {
        settle(child);
        cost += child->cost;
    }
    node->cost = (uint8_t)(cost < COST_MOST ? cost : COST_MOST);
    if (node->kind == NODE_AND || node->kind == NODE_OR)
        order_children(node);
}

/* Fresh names first asked of what is known, then of DNS. */
static void ask_hosts(struct filter *filter)
{
    for (struct filter_host *host = filter->hosts; host; host = host->next)
        if (filter->options.names)
            names_ask(filter->options.names, host->name);
}

static bool check_hosts(struct filter *filter, struct filter_error *error)
{
    struct filter_host *host = filter->hosts;
    if (!host || filter->options.names)
        return true;
    *error = (struct filter_error) { .state = FILTER_WRONG, .at = host->at, .length = host->length };
    snprintf(error->reason, sizeof error->reason,
             "'%.60s' is no address, and names of hosts are not looked up here", host->name);
    return false;
}

struct filter *filter_parse(const char *text, const struct filter_options *options,
                            struct filter_error *error)
{
    struct filter *filter = alloc_new(sizeof *filter);
    struct filter_parser p = { .filter = filter, .text = text, .error = error };
    *error = (struct filter_error) { .state = FILTER_VALID };
    if (options)
        filter->options = *options;
    filter->root = filter_parser_run(&p);
    if (!filter->root || !check_hosts(filter, error)) {
        filter_free(filter);
        return NULL;
    }
    settle(filter->root);
    ask_hosts(filter);
    return filter;
}

void filter_free(struct filter *filter)
{
    if (!filter)
        return;
    for (size_t i = 0; i < filter->regex_count; i++) {
        regfree(filter->regexes[i]);
        free(filter->regexes[i]);
    }
    free(filter->regexes);
    arena_release(&filter->memory);
    free(filter);
}

size_t filter_unresolved(const struct filter *filter)
{
    size_t count = 0;
    for (const struct filter_host *host = filter->hosts; host; host = host->next)
        count += !host->found;
    return count;
}

struct resolving {
    struct filter *filter;
    struct filter_host *host;
};

static void take_address(void *user, const struct addr *address)
{
    struct resolving *r = user;
    struct filter_parser p = { .filter = r->filter };
    struct filter_test *test = r->host->test;
    r->host->found = true;
    if (address->family == 4) {
        const uint8_t *o = address->octets;
        uint32_t number = (uint32_t)o[0] << 24 | (uint32_t)o[1] << 16 | (uint32_t)o[2] << 8 | o[3];
        test->spans4 = filter_value_grow(&p, test->spans4, test->span4_count, sizeof *test->spans4);
        test->spans4[test->span4_count++] = (struct filter_span4) { number, number };
    } else if (address->family == 6) {
        test->spans6 = filter_value_grow(&p, test->spans6, test->span6_count, sizeof *test->spans6);
        memcpy(test->spans6[test->span6_count].low, address->octets, 16);
        memcpy(test->spans6[test->span6_count++].high, address->octets, 16);
    }
}

bool filter_resolve(struct filter *filter, struct filter_error *error)
{
    const struct filter_host *wrong = NULL;
    for (struct filter_host *host = filter->hosts; host; host = host->next) {
        struct resolving r = { .filter = filter, .host = host };
        if (!host->found)
            names_addresses(filter->options.names, host->name, take_address, &r);
        if (!host->found)
            wrong = host;
    }
    if (!wrong)
        return true;
    *error = (struct filter_error) { .state = FILTER_WRONG, .at = wrong->at, .length = wrong->length };
    snprintf(error->reason, sizeof error->reason, "no address of a host '%.60s' is known", wrong->name);
    return false;
}

bool filter_needs_records(const struct filter *filter)
{
    for (const struct filter_leaf *leaf = filter->leaves; leaf; leaf = leaf->next)
        if (leaf->record && !leaf->has)
            return true;
    return false;
}

bool filter_needs_labels(const struct filter *filter)
{
    for (const struct filter_leaf *leaf = filter->leaves; leaf; leaf = leaf->next)
        if (leaf->test.kind == TEST_LABEL)
            return true;
    return false;
}

static bool is_of_connections(const struct filter_leaf *leaf)
{
    return leaf->field.symbol < FIELD_COUNT && field_table[leaf->field.symbol].where == FIELD_OF_CONNECTIONS;
}

bool filter_needs_pairs(const struct filter *filter)
{
    for (const struct filter_leaf *leaf = filter->leaves; leaf; leaf = leaf->next)
        if (is_of_connections(leaf))
            return true;
    return false;
}

static const struct filter_leaf *end_leaf(const struct filter *filter)
{
    const struct filter_leaf *found = NULL;
    for (const struct filter_leaf *leaf = filter->leaves; leaf; leaf = leaf->next)
        if (is_of_connections(leaf) || leaf->field.symbol == FIELD_RECORD)
            found = leaf;
    return found;
}

bool filter_needs_end(const struct filter *filter)
{
    return end_leaf(filter) != NULL;
}

void filter_end_place(const struct filter *filter, size_t *at, size_t *length)
{
    const struct filter_leaf *leaf = end_leaf(filter);
    *at = leaf ? leaf->at : 0;
    *length = leaf ? leaf->length : 0;
}

uint64_t filter_count(const uint64_t *bits, uint64_t count)
{
    uint64_t ones = 0;
    for (uint64_t i = 0; i < count / 64; i++)
        ones += (uint64_t)__builtin_popcountll(bits[i]);
    if (count % 64)
        ones += (uint64_t)__builtin_popcountll(bits[count / 64] & ((UINT64_C(1) << count % 64) - 1));
    return ones;
}

uint64_t filter_ones(const uint64_t *bits, uint64_t from, uint64_t end, uint32_t *count)
{
    *count = bits ? 0 : (uint32_t)(end - from);
    while (bits && from < end && !filter_bit(bits, from)) {
        uint64_t rest = bits[from / 64] >> from % 64;
        from += rest ? (uint64_t)__builtin_ctzll(rest) : 64 - from % 64;
    }
    if (from >= end)
        return end;
    while (bits && from + *count < end && filter_bit(bits, from + *count))
        ++*count;
    return from;
}
