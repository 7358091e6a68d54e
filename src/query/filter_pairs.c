/* SPDX-License-Identifier: MIT */
/*
 * A filter over connections, and over flows by what their connections are. What asks flows alone is answered for all
 * rows first; then each connection is asked for its own values, and its flows one by one for the whole.
 */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "query/connection.h"
#include "query/filter_flows.h"

#define PIECE 4096u /* connections that a thread takes at once; whole words of bits */

struct worker;

struct by_pairs {
    const struct filter *filter;
    const struct query_data *data;
    bool connections;  /* they are asked, not flows */
    uint8_t *asks;     /* by node: enum filter_asks */
    uint64_t **answer; /* by node: of rows, where it asks flows alone and its parent does not; else NULL */
    uint64_t *likely;  /* rows with which a connection may match; NULL: all */
    uint32_t every;    /* columns that all rows have */
    uint64_t *out;
    struct query_job *job;
    struct worker *worker[SPREAD_MOST]; /* each thread's own, made when it begins */
};

struct worker {
    struct by_pairs *work;
    struct query_sets sets;
    struct query_connection connection;
    struct pair_summary summary;
    uint32_t index;
    bool got, summed; /* `connection` and `summary` are of the one in hand */
    uint8_t *answer;  /* by leaf: 0 not asked yet, 1 no, 2 yes */
};

/* A value of a connection. */
struct value {
    bool known;
    uint64_t number;
    const struct addr *address;
    const char *text;
};

static bool is_own(const struct by_pairs *work, const struct filter_leaf *leaf)
{
    if (leaf->record)
        return false;
    enum field_where where = (enum field_where)field_table[leaf->field.symbol].where;
    if (where == FIELD_OF_CONNECTIONS)
        return true;
    if (!work->connections)
        return false;
    enum field_symbol sides[2];
    if (where != FIELD_OF_EITHER)
        return where == FIELD_OF_BOTH;
    field_sides((enum field_symbol)leaf->field.symbol, true, sides);
    return field_table[sides[0]].where == FIELD_OF_CONNECTIONS;
}

static unsigned classify(struct by_pairs *work, const struct filter_node *node)
{
    unsigned asks = 0;
    if (node->kind == NODE_LEAF)
        asks = is_own(work, node->leaf) ? ASKS_CONNECTION : ASKS_FLOW;
    for (const struct filter_node *child = node->child; child; child = child->next)
        asks |= classify(work, child);
    return work->asks[node->number] = (uint8_t)asks;
}

/* Asks flows, as far as a part of the filter asks nothing else. */
static bool answer_flows(struct by_pairs *work, const struct filter_node *node, unsigned threads,
                         struct query_job *job)
{
    if (work->asks[node->number] == ASKS_FLOW) {
        uint64_t **answer = &work->answer[node->number];
        *answer = alloc_array(filter_words(flow_store_rows(work->data->store)) + 1, sizeof **answer);
        return filter_flows_node(work->filter, node, work->data, threads, job, *answer);
    }
    bool going_on = true;
    for (const struct filter_node *child = node->child; child && going_on; child = child->next)
        going_on = answer_flows(work, child, threads, job);
    return going_on;
}

/* Whole connections that cannot match are passed over. */
static bool ask_likely(struct by_pairs *work, unsigned threads, struct query_job *job)
{
    struct arena memory = { .blocks = NULL };
    const struct filter_node *root = work->filter->root;
    struct filter_node *weak =
        work->asks[root->number] & ASKS_CONNECTION ? filter_weaken(&memory, root, work->asks) : NULL;
    bool going_on = true;
    if (weak) {
        work->likely =
            alloc_array(filter_words(flow_store_rows(work->data->store)) + 1, sizeof *work->likely);
        going_on = filter_flows_node(work->filter, weak, work->data, threads, job, work->likely);
    }
    arena_release(&memory);
    return going_on;
}

static const struct query_connection *connection_of(struct worker *w)
{
    if (!w->got)
        query_connection_get(w->work->data, &w->sets, w->index, &w->connection);
    w->got = true;
    return &w->connection;
}

static const struct pair_summary *summary_of(struct worker *w)
{
    if (!w->summed)
        pairs_summary(w->work->data->pairs, w->index, &w->summary);
    w->summed = true;
    return &w->summary;
}

static uint64_t ratio(uint64_t value, uint64_t factor, uint64_t by)
{
    unsigned __int128 product = (unsigned __int128)value * factor / by;
    return product > UINT64_MAX ? UINT64_MAX : (uint64_t)product;
}

static struct value rate_of(const struct query_connection *q, enum field_symbol symbol)
{
    uint64_t packets = q->c.packets[0] + q->c.packets[1], bytes = q->c.bytes[0] + q->c.bytes[1];
    uint64_t lasts =
        q->start && q->end && q->c.end > q->c.start ? (uint64_t)q->c.end - (uint64_t)q->c.start : 0;
    if (symbol == FIELD_BPP)
        return (struct value) { .known = q->packets && q->bytes && packets,
                                .number = packets ? bytes / packets : 0 };
    if (!lasts)
        return (struct value) { .known = false };
    if (symbol == FIELD_PPS)
        return (struct value) { .known = q->packets, .number = ratio(packets, UINT64_C(1000000000), lasts) };
    return (struct value) { .known = q->bytes, .number = ratio(bytes, UINT64_C(8000000000), lasts) };
}

static struct value host_of(const struct worker *w, const struct addr *address)
{
    struct names *names = w->work->filter->options.names;
    const char *name = names && address->family ? names_host(names, address) : NULL;
    return (struct value) { .known = name, .text = name };
}

static struct value text_value(const char *text)
{
    return (struct value) { .known = text, .text = text };
}

static struct value number_value(bool known, uint64_t number)
{
    return (struct value) { .known = known, .number = number };
}

static struct value address_value(const struct addr *address)
{
    return (struct value) { .known = address->family, .address = address };
}

/* Where every flow has such a value there is no need to look at those of this connection. */
static bool value_of_summary(struct worker *w, enum field_symbol symbol, struct value *value)
{
    uint32_t every = w->work->every;
    if (symbol == FIELD_PAIRED)
        *value = number_value(true, summary_of(w)->paired);
    else if (symbol == FIELD_BYTES && every & NFDEC_BIT(BYTES))
        *value = number_value(true, summary_of(w)->bytes);
    else if (symbol == FIELD_START && every & NFDEC_BIT(START))
        *value = number_value(true, (uint64_t)summary_of(w)->start);
    else if (symbol == FIELD_END && every & NFDEC_BIT(END))
        *value = number_value(true, (uint64_t)summary_of(w)->end);
    else if (symbol == FIELD_PROTO && every & NFDEC_BIT(PROTO))
        *value = number_value(true, summary_of(w)->proto);
    else
        return false;
    return true;
}

static struct value value_of(struct worker *w, enum field_symbol symbol)
{
    struct value value;
    if (value_of_summary(w, symbol, &value))
        return value;
    const struct query_connection *q = connection_of(w);
    const struct connection *c = &q->c;
    switch (symbol) {
    case FIELD_START:
        return number_value(q->start, (uint64_t)c->start);
    case FIELD_END:
        return number_value(q->end, (uint64_t)c->end);
    case FIELD_DURATION:
        return number_value(q->start && q->end, (uint64_t)c->end - (uint64_t)c->start);
    case FIELD_PROTO:
        return number_value(q->proto, c->proto);
    case FIELD_ICMP_TYPE:
        return number_value(q->icmp, c->icmp >> 8);
    case FIELD_ICMP_CODE:
        return number_value(q->icmp, c->icmp & 0xFFu);
    case FIELD_PACKETS:
        return number_value(q->packets, c->packets[0] + c->packets[1]);
    case FIELD_BYTES:
        return number_value(q->bytes, c->bytes[0] + c->bytes[1]);
    case FIELD_CLIENT_IP:
        return address_value(&c->ip[PAIR_CLIENT]);
    case FIELD_SERVER_IP:
        return address_value(&c->ip[PAIR_SERVER]);
    case FIELD_CLIENT_PORT:
        return number_value(q->ports, c->port[PAIR_CLIENT]);
    case FIELD_SERVER_PORT:
        return number_value(q->ports, c->port[PAIR_SERVER]);
    case FIELD_CLIENT_NAME:
        return host_of(w, &c->ip[PAIR_CLIENT]);
    case FIELD_SERVER_NAME:
        return host_of(w, &c->ip[PAIR_SERVER]);
    case FIELD_SERVICE:
        return text_value(query_connection_service(q, w->work->filter->options.names));
    case FIELD_CLIENT_PACKETS:
        return number_value(q->packets, c->packets[PAIR_CLIENT]);
    case FIELD_SERVER_PACKETS:
        return number_value(q->packets, c->packets[PAIR_SERVER]);
    case FIELD_CLIENT_BYTES:
        return number_value(q->bytes, c->bytes[PAIR_CLIENT]);
    case FIELD_SERVER_BYTES:
        return number_value(q->bytes, c->bytes[PAIR_SERVER]);
    case FIELD_FLOWS:
        return number_value(true, c->flows[0] + c->flows[1] - c->duplicates);
    case FIELD_DUPLICATES:
        return number_value(true, c->duplicates);
    case FIELD_PAIRED:
        return number_value(true, c->paired);
    case FIELD_REASON:
        return text_value(query_reason_word(c->reason));
    default:
        return rate_of(q, symbol);
    }
}

static bool passes(const struct filter_test *test, const struct value *value)
{
    switch (test->kind) {
    case TEST_ADDRESS:
        return filter_test_address(test, value->address);
    case TEST_TEXT:
        return filter_test_text(test, value->text, strlen(value->text));
    default:
        return filter_test_number(test, value->number);
    }
}

static bool ask_own(struct worker *w, const struct filter_leaf *leaf)
{
    enum field_symbol sides[2] = { (enum field_symbol)leaf->field.symbol, FIELD_COUNT };
    unsigned there = 0, pass = 0, count = 1;
    if (field_table[leaf->field.symbol].where == FIELD_OF_EITHER) {
        field_sides(sides[0], true, sides);
        count = 2;
    }
    for (unsigned i = 0; i < count; i++) {
        struct value value = value_of(w, sides[i]);
        there += value.known;
        pass += value.known && !leaf->has && passes(&leaf->test, &value);
    }
    if (leaf->has)
        return leaf->every ? there == count : there > 0;
    if (leaf->every)
        return there == count && (leaf->negate ? pass == 0 : pass == count);
    return leaf->negate ? there > 0 && pass == 0 : pass > 0;
}

/* The whole question; `row` is a flow of the connection, or none where no flow is asked. */
static bool ask(struct worker *w, const struct filter_node *node, uint64_t row)
{
    const uint64_t *answer = w->work->answer[node->number];
    if (answer)
        return filter_bit(answer, row);
    switch (node->kind) {
    case NODE_ALL:
        return true;
    case NODE_NOT:
        return !ask(w, node->child, row);
    case NODE_AND:
        for (const struct filter_node *child = node->child; child; child = child->next)
            if (!ask(w, child, row))
                return false;
        return true;
    case NODE_OR:
        for (const struct filter_node *child = node->child; child; child = child->next)
            if (ask(w, child, row))
                return true;
        return false;
    default:
        break;
    }
    uint8_t *known = &w->answer[node->leaf->number];
    if (!*known)
        *known = ask_own(w, node->leaf) ? 2 : 1;
    return *known == 2;
}

static struct worker *begin(struct by_pairs *work)
{
    struct worker *w = alloc_new(sizeof *w);
    w->work = work;
    w->answer = alloc_array(w->work->filter->leaf_count + 1u, sizeof *w->answer);
    return w;
}

static void end(struct worker *w)
{
    if (!w)
        return;
    free(w->answer);
    free(w);
}

/* Words of rows are shared with other threads, those of connections are not. */
static void set_bit(struct by_pairs *work, uint64_t number)
{
    uint64_t *word = &work->out[number / 64], bit = UINT64_C(1) << number % 64;
    if (work->connections)
        *word |= bit;
    else
        __atomic_fetch_or(word, bit, __ATOMIC_RELAXED);
}

static bool is_likely(const struct by_pairs *work, uint32_t index)
{
    const struct pairs *pairs = work->data->pairs;
    if (!work->likely)
        return true;
    for (uint32_t row = pairs_first_row(pairs, index); row != PAIR_NONE; row = pairs_next_row(pairs, row))
        if (filter_bit(work->likely, row))
            return true;
    return false;
}

static void take(void *user, unsigned worker, uint64_t from, uint64_t to)
{
    struct by_pairs *work = user;
    struct worker *w = work->worker[worker];
    const struct filter_node *root = work->filter->root;
    const struct pairs *pairs = work->data->pairs;
    if (!w)
        w = work->worker[worker] = begin(work);
    for (uint64_t index = from; index < to; index++) {
        bool each = work->asks[root->number] & ASKS_FLOW, yes = false;
        w->index = (uint32_t)index;
        w->got = w->summed = false;
        if (!is_likely(work, w->index))
            continue;
        memset(w->answer, 0, work->filter->leaf_count);
        if (!each)
            yes = ask(w, root, 0);
        if (!each && work->connections) {
            if (yes)
                set_bit(work, index);
            continue;
        }
        for (uint32_t row = pairs_first_row(pairs, w->index); row != PAIR_NONE;
             row = pairs_next_row(pairs, row)) {
            if (each ? !ask(w, root, row) : !yes)
                continue;
            set_bit(work, work->connections ? index : row);
            if (work->connections)
                break;
        }
    }
    query_job_step(work->job, to - from);
}

static bool asks_names(const struct filter *filter)
{
    for (const struct filter_leaf *leaf = filter->leaves; leaf; leaf = leaf->next)
        if (leaf->field.symbol == FIELD_CLIENT_NAME || leaf->field.symbol == FIELD_SERVER_NAME)
            return true;
    return false;
}

bool filter_needs_names(const struct filter *filter)
{
    return asks_names(filter);
}

static bool run(struct by_pairs *work, unsigned threads, struct query_job *job)
{
    const struct filter *filter = work->filter;
    work->job = job;
    work->asks = alloc_array(filter->node_count, sizeof *work->asks);
    work->answer = alloc_array(filter->node_count, sizeof *work->answer);
    work->every = filter_every_column(work->data->decoder);
    classify(work, filter->root);
    bool done =
        ask_likely(work, threads, job) && answer_flows(work, filter->root, threads, job) &&
        spread(asks_names(filter) ? 1 : threads, pairs_count(work->data->pairs), PIECE, take, work, job);
    for (unsigned i = 0; i < SPREAD_MOST; i++)
        end(work->worker[i]);
    for (unsigned i = 0; i < filter->node_count; i++)
        free(work->answer[i]);
    free(work->likely);
    free(work->answer);
    free(work->asks);
    return done;
}

bool filter_connections(const struct filter *filter, const struct query_data *data, unsigned threads,
                        struct query_job *job, uint64_t *connections)
{
    struct by_pairs work = { .filter = filter, .data = data, .connections = true, .out = connections };
    uint32_t count = pairs_count(data->pairs);
    query_job_begin(job, flow_store_rows(data->store) + count);
    memset(connections, 0, filter_words(count) * sizeof *connections);
    return run(&work, threads, job);
}

bool filter_rows_by_pairs(const struct filter *filter, const struct query_data *data, unsigned threads,
                          struct query_job *job, uint64_t *rows)
{
    struct by_pairs work = { .filter = filter, .data = data, .out = rows };
    memset(rows, 0, filter_words(flow_store_rows(data->store)) * sizeof *rows);
    return run(&work, threads, job);
}
