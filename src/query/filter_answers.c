/* SPDX-License-Identifier: MIT */
#include "query/filter_answers.h"

#include <stdlib.h>

#include "base/alloc.h"

struct filter_answers *filter_answers_new(const struct filter *filter, const struct query_data *data)
{
    struct filter_answers *answers = alloc_new(sizeof *answers);
    answers->filter = filter;
    answers->data = data;
    answers->samplings = samplings_new(data->decoder);
    answers->every = filter_every_column(data->decoder);
    answers->made = alloc_array(flow_store_rows(data->store) / NFDEC_ROWS + 1, sizeof *answers->made);
    return answers;
}

/* The rows that a worker looks at, through a source of its own. */
static struct filter_rows *begin(const struct filter_answers *answers)
{
    const struct query_source *source = &answers->data->source;
    struct filter_rows *rows = filter_rows_new(answers->filter, answers->data);
    rows->every = answers->every;
    rows->samplings = answers->samplings;
    rows->source_user = source->open ? source->open(source->user) : source->user;
    return rows;
}

static void end(const struct filter_answers *answers, struct filter_rows *rows)
{
    const struct query_source *source = &answers->data->source;
    if (!rows)
        return;
    if (source->close)
        source->close(rows->source_user);
    filter_rows_free(rows);
}

void filter_answers_free(struct filter_answers *answers)
{
    if (!answers)
        return;
    for (unsigned i = 0; i < SPREAD_MOST; i++)
        end(answers, answers->worker[i]);
    for (size_t i = 0; i < answers->count; i++)
        free(answers->questions[i].bits);
    free(answers->questions);
    free(answers->made);
    samplings_free(answers->samplings);
    free(answers);
}

unsigned filter_answers_add(struct filter_answers *answers, const struct filter_node *node)
{
    answers->questions =
        alloc_grow(answers->questions, answers->count, &answers->capacity, sizeof *answers->questions);
    struct filter_question *question = &answers->questions[answers->count];
    question->node = node;
    question->bits =
        alloc_array(filter_words(flow_store_rows(answers->data->store)) + 1, sizeof *question->bits);
    return (unsigned)answers->count++;
}

unsigned filter_answers_threads(const struct filter_answers *answers, unsigned threads)
{
    const struct query_source *source = &answers->data->source;
    bool alone = filter_needs_records(answers->filter) && source->set && !source->open;
    return alone ? 1 : threads;
}

void filter_answers_make(struct filter_answers *answers, unsigned worker, uint64_t block)
{
    struct filter_rows *rows = answers->worker[worker];
    uint64_t want[TEST_WORDS], out[TEST_WORDS];
    if (!rows)
        rows = answers->worker[worker] = begin(answers);
    filter_rows_block(rows, block);
    filter_all(rows, want);
    for (size_t i = 0; i < answers->count; i++) {
        uint64_t *bits = answers->questions[i].bits + block * TEST_WORDS;
        filter_rows_ask(rows, answers->questions[i].node, want, out);
        for (size_t word = 0; word < filter_words(rows->rows); word++)
            __atomic_store_n(&bits[word], out[word], __ATOMIC_RELAXED);
    }
    __atomic_store_n(&answers->made[block], 1, __ATOMIC_RELEASE);
}
