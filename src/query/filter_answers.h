/* SPDX-License-Identifier: MIT */
/*
 * What flows answer to parts of a filter, a block of rows at a time, and not before somebody wants to know of one of the
 * block: so the first items can be told of before all flows were asked.
 *
 *     struct filter_answers *answers = filter_answers_new(filter, data);
 *     unsigned question = filter_answers_add(answers, node);          // one that asks for nothing of connections
 *     if (filter_answers_row(answers, worker, question, row))         // by up to SPREAD_MOST workers at once
 *
 * Private to src/query/filter*.c.
 */
#ifndef QUERY_FILTER_ANSWERS_H
#define QUERY_FILTER_ANSWERS_H

#include "query/filter_rows.h"
#include "query/spread.h"

struct filter_question {
    const struct filter_node *node;
    uint64_t *bits; /* by row; as `made` by atomic access */
};

struct filter_answers {
    const struct filter *filter;
    const struct query_data *data;
    struct samplings *samplings;
    uint32_t every;
    uint8_t *made; /* by block: all questions are answered */
    struct filter_question *questions;
    size_t count, capacity;
    struct filter_rows *worker[SPREAD_MOST]; /* each thread's own, made when it begins */
};

struct filter_answers *filter_answers_new(const struct filter *filter, const struct query_data *data);
void filter_answers_free(struct filter_answers *answers);

/* Before the first answer; returns its number. The node is borrowed. */
unsigned filter_answers_add(struct filter_answers *answers, const struct filter_node *node);

/* How many threads may ask: octets that are read through a single source are one thread's. */
unsigned filter_answers_threads(const struct filter_answers *answers, unsigned threads);

/* Answers all questions for a block. Two workers may do so at once: they find the same. */
void filter_answers_make(struct filter_answers *answers, unsigned worker, uint64_t block);

static inline void filter_answers_want(struct filter_answers *answers, unsigned worker, uint64_t block)
{
    if (!__atomic_load_n(&answers->made[block], __ATOMIC_ACQUIRE))
        filter_answers_make(answers, worker, block);
}

/* Of rows 64 * word ..., a bit each. */
static inline uint64_t filter_answers_word(struct filter_answers *answers, unsigned worker, unsigned question,
                                           uint64_t word)
{
    filter_answers_want(answers, worker, word / TEST_WORDS);
    return __atomic_load_n(&answers->questions[question].bits[word], __ATOMIC_RELAXED);
}

static inline bool filter_answers_row(struct filter_answers *answers, unsigned worker, unsigned question,
                                      uint64_t row)
{
    return filter_answers_word(answers, worker, question, row / 64) >> row % 64 & 1;
}

#endif
