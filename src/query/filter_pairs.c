/* SPDX-License-Identifier: MIT */
/*
 * A filter over connections, and over flows by what their connections are. Each connection is asked for its own values,
 * and its flows one by one for the whole; what asks flows alone is answered for blocks of them, when it is needed.
 */
#include "query/filter_pairs.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "query/filter_own.h"

#define PIECE  4096u /* connections that a thread takes at once; whole words of bits */
#define NOBODY UINT32_MAX

/* One thread's. */
struct worker {
    unsigned number;
    struct filter_own *own;
    uint8_t *answer; /* by leaf: 0 not asked yet, 1 no, 2 yes */
};

struct filter_pairs {
    const struct filter *filter;
    const struct query_data *data;
    unsigned threads;
    uint8_t *asks; /* by node: enum filter_asks */
    uint32_t
        *question; /* by node: of `answers`, where it asks flows alone and its parent does not; else NOBODY */
    struct filter_answers *answers;
    struct arena weak;                  /* of the question whether a connection is likely to match */
    uint32_t likely;                    /* that question; NOBODY: they all are */
    bool connections;                   /* they are asked, not flows */
    struct worker *worker[SPREAD_MOST]; /* each thread's own, made when it begins */
};

/* A part of them. */
struct part {
    struct filter_pairs *pairs;
    uint32_t first;
    const uint32_t *numbers; /* NULL: those that follow each other from `first` on */
    uint64_t *out;
    struct query_job *job;
};

static bool is_own(const struct filter_pairs *pairs, const struct filter_leaf *leaf)
{
    if (leaf->record)
        return false;
    enum field_where where = (enum field_where)field_table[leaf->field.symbol].where;
    if (where == FIELD_OF_CONNECTIONS)
        return true;
    if (!pairs->connections)
        return false;
    enum field_symbol sides[2];
    if (where != FIELD_OF_EITHER)
        return where == FIELD_OF_BOTH;
    field_sides((enum field_symbol)leaf->field.symbol, true, sides);
    return field_table[sides[0]].where == FIELD_OF_CONNECTIONS;
}

static unsigned classify(struct filter_pairs *pairs, const struct filter_node *node)
{
    unsigned asks = 0;
    if (node->kind == NODE_LEAF)
        asks = is_own(pairs, node->leaf) ? ASKS_CONNECTION : ASKS_FLOW;
    for (const struct filter_node *child = node->child; child; child = child->next)
        asks |= classify(pairs, child);
    return pairs->asks[node->number] = (uint8_t)asks;
}

/* Finds what to ask flows, as far as a part of the filter asks nothing else. */
static void find_questions(struct filter_pairs *pairs, const struct filter_node *node)
{
    bool flows = pairs->asks[node->number] == ASKS_FLOW;
    pairs->question[node->number] = flows ? filter_answers_add(pairs->answers, node) : NOBODY;
    for (const struct filter_node *child = node->child; child && !flows; child = child->next)
        find_questions(pairs, child);
}

static bool all_quick(const struct filter_pairs *pairs, const struct filter_node *node)
{
    if (node->kind == NODE_LEAF && pairs->asks[node->number] == ASKS_CONNECTION)
        return filter_own_quick(pairs->answers->every, node->leaf);
    for (const struct filter_node *child = node->child; child; child = child->next)
        if (!all_quick(pairs, child))
            return false;
    return true;
}

/* Where they are not quick to ask, whole connections that cannot match are passed over. */
static void find_likely(struct filter_pairs *pairs)
{
    const struct filter_node *root = pairs->filter->root;
    pairs->likely = NOBODY;
    if (!(pairs->asks[root->number] & ASKS_CONNECTION) || all_quick(pairs, root))
        return;
    const struct filter_node *weak = filter_weaken(&pairs->weak, root, pairs->asks);
    if (weak)
        pairs->likely = filter_answers_add(pairs->answers, weak);
}

static bool asks_flow(const struct filter_pairs *pairs, const struct worker *w, uint32_t question,
                      uint64_t row)
{
    return filter_answers_row(pairs->answers, w->number, question, row);
}

/* The whole question; `row` is a flow of the connection, or none where no flow is asked. */
static bool ask(const struct filter_pairs *pairs, struct worker *w, const struct filter_node *node,
                uint64_t row)
{
    uint32_t question = pairs->question[node->number];
    if (pairs->asks[node->number] == ASKS_FLOW)
        return asks_flow(pairs, w, question, row);
    switch (node->kind) {
    case NODE_ALL:
        return true;
    case NODE_NOT:
        return !ask(pairs, w, node->child, row);
    case NODE_AND:
        for (const struct filter_node *child = node->child; child; child = child->next)
            if (!ask(pairs, w, child, row))
                return false;
        return true;
    case NODE_OR:
        for (const struct filter_node *child = node->child; child; child = child->next)
            if (ask(pairs, w, child, row))
                return true;
        return false;
    default:
        break;
    }
    uint8_t *known = &w->answer[node->leaf->number];
    if (!*known)
        *known = filter_own_ask(w->own, node->leaf) ? 2 : 1;
    return *known == 2;
}

static struct worker *begin(const struct filter_pairs *pairs, unsigned number)
{
    struct worker *w = alloc_new(sizeof *w);
    w->number = number;
    w->own = filter_own_new(pairs->filter, pairs->data, pairs->answers->every);
    w->answer = alloc_array(pairs->filter->leaf_count + 1u, sizeof *w->answer);
    return w;
}

static void end(struct worker *w)
{
    if (!w)
        return;
    free(w->own);
    free(w->answer);
    free(w);
}

/* Words of rows are shared with other threads, those of connections are not. */
static void set_bit(const struct part *part, uint64_t number)
{
    uint64_t *word = &part->out[number / 64], bit = UINT64_C(1) << number % 64;
    if (part->pairs->connections)
        *word |= bit;
    else
        __atomic_fetch_or(word, bit, __ATOMIC_RELAXED);
}

static bool is_likely(const struct filter_pairs *pairs, const struct worker *w, uint32_t index)
{
    const struct pairs *all = pairs->data->pairs;
    if (pairs->likely == NOBODY)
        return true;
    for (uint32_t row = pairs_first_row(all, index); row != PAIR_NONE; row = pairs_next_row(all, row))
        if (asks_flow(pairs, w, pairs->likely, row))
            return true;
    return false;
}

/* Of a connection, the `at`th of the part. */
static void take_one(const struct part *part, struct worker *w, uint32_t index, uint64_t at)
{
    const struct filter_pairs *pairs = part->pairs;
    const struct pairs *all = pairs->data->pairs;
    const struct filter_node *root = pairs->filter->root;
    bool each = pairs->asks[root->number] & ASKS_FLOW;
    if (!is_likely(pairs, w, index))
        return;
    filter_own_move(w->own, index);
    memset(w->answer, 0, pairs->filter->leaf_count);
    if (!each && !ask(pairs, w, root, 0))
        return;
    if (!each && pairs->connections) {
        set_bit(part, at);
        return;
    }
    for (uint32_t row = pairs_first_row(all, index); row != PAIR_NONE; row = pairs_next_row(all, row)) {
        if (each && !ask(pairs, w, root, row))
            continue;
        set_bit(part, pairs->connections ? at : row);
        if (pairs->connections)
            break;
    }
}

static void take(void *user, unsigned worker, uint64_t from, uint64_t to)
{
    const struct part *part = user;
    struct filter_pairs *pairs = part->pairs;
    struct worker *w = pairs->worker[worker];
    if (!w)
        w = pairs->worker[worker] = begin(pairs, worker);
    w->own->near = part->numbers || pairs->likely != NOBODY ? 1 : OWN_MOST;
    for (uint64_t at = from; at < to; at++)
        take_one(part, w, part->numbers ? part->numbers[at] : (uint32_t)(part->first + at), at);
    query_job_step(part->job, to - from);
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

struct filter_pairs *filter_pairs_new(const struct filter *filter, const struct query_data *data,
                                      bool connections, unsigned threads)
{
    struct filter_pairs *pairs = alloc_new(sizeof *pairs);
    pairs->filter = filter;
    pairs->data = data;
    pairs->connections = connections;
    pairs->answers = filter_answers_new(filter, data);
    pairs->threads = asks_names(filter) ? 1 : filter_answers_threads(pairs->answers, threads);
    pairs->asks = alloc_array(filter->node_count, sizeof *pairs->asks);
    pairs->question = alloc_array(filter->node_count, sizeof *pairs->question);
    classify(pairs, filter->root);
    find_questions(pairs, filter->root);
    find_likely(pairs);
    return pairs;
}

void filter_pairs_free(struct filter_pairs *pairs)
{
    if (!pairs)
        return;
    for (unsigned i = 0; i < SPREAD_MOST; i++)
        end(pairs->worker[i]);
    filter_answers_free(pairs->answers);
    arena_release(&pairs->weak);
    free(pairs->question);
    free(pairs->asks);
    free(pairs);
}

static bool ask_part(struct part *part, uint64_t count)
{
    return spread(part->pairs->threads, count, PIECE, take, part, part->job);
}

bool filter_pairs_ask(struct filter_pairs *pairs, uint32_t from, uint32_t to, struct query_job *job,
                      uint64_t *connections)
{
    struct part part = { .pairs = pairs, .first = from, .out = connections + from / 64, .job = job };
    memset(part.out, 0, filter_words(to - from) * sizeof *part.out);
    return ask_part(&part, to - from);
}

bool filter_pairs_pick(struct filter_pairs *pairs, const uint32_t *numbers, uint32_t count,
                       struct query_job *job, uint64_t *out)
{
    struct part part = { .pairs = pairs, .numbers = numbers, .out = out, .job = job };
    memset(out, 0, filter_words(count) * sizeof *out);
    return ask_part(&part, count);
}

bool filter_pairs_rows(struct filter_pairs *pairs, struct query_job *job, uint64_t *rows)
{
    struct part part = { .pairs = pairs, .out = rows, .job = job };
    memset(rows, 0, filter_words(flow_store_rows(pairs->data->store)) * sizeof *rows);
    return ask_part(&part, pairs_count(pairs->data->pairs));
}
