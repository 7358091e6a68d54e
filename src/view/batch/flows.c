/* SPDX-License-Identifier: MIT */
/* Flows: one per data record, in the order of the capture. */
#include "view/batch/run.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "view/batch/flow_table.h"
#include "view/batch/json.h"
#include "view/batch/line.h"
#include "view/batch/pick.h"
#include "view/batch/pieces.h"
#include "view/format.h"

/* What a thread needs to write lines of JSON or CSV, or of the table. */
struct worker {
    const struct batch *b;
    const uint32_t *numbers; /* record_numbers() */
    struct lines *lines;
    const uint64_t *chosen;     /* rows that were picked; NULL: all */
    struct flow_reader *reader; /* NULL: rows are far from each other */
    struct flow_row row;
    struct shape *shape; /* of lines of JSON where that is possible here */
    struct strbuf text;  /* of lines what stands in front of the record's number */
    struct strbuf json;  /* lines that are to be shaped */
    struct flow_table table;
};

/* Those that were picked, behind what stands in worker->text. */
static void add_lines(struct worker *worker, struct strbuf *out, const struct piece_rows *rows)
{
    uint64_t base = rows->origin.set->first_row, end = base + rows->first + rows->count;
    uint32_t count;
    for (uint64_t row = base + rows->first; (row = filter_ones(worker->chosen, row, end, &count)) < end;
         row += count) {
        uint32_t first = (uint32_t)(row - base);
        lines_add(worker->lines, out, &rows->origin, &worker->text,
                  (uint64_t)worker->numbers[rows->set] + first + 1, first, count);
    }
}

void flow_before(const struct batch *b, struct strbuf *before, const struct origin *origin)
{
    strbuf_clear(before);
    json_open(before, '{');
    place_json(b, before, origin->message->packet);
    json_key(before, "record");
}

static void take_json(void *user, struct strbuf *out, const struct piece_rows *rows)
{
    struct worker *worker = user;
    struct strbuf *lines = worker->shape ? &worker->json : out;
    flow_before(worker->b, &worker->text, &rows->origin);
    add_lines(worker, lines, rows);
    if (!worker->shape)
        return;
    shape_lines(worker->shape, lines->data, lines->length, out);
    strbuf_clear(lines);
}

static void take_csv(void *user, struct strbuf *out, const struct piece_rows *rows)
{
    struct worker *worker = user;
    strbuf_clear(&worker->text);
    place_csv(worker->b, &worker->text, rows->origin.message->packet);
    strbuf_char(&worker->text, ',');
    add_lines(worker, out, rows);
}

static const struct flow_row *row_of(struct worker *worker, const struct piece_rows *rows, uint32_t index)
{
    uint64_t row = rows->origin.set->first_row + rows->first + index;
    if (worker->reader)
        return flow_reader_row(worker->reader, row);
    flow_store_row(session_store(worker->b->run), row, &worker->row);
    return &worker->row;
}

static bool picked(const struct worker *worker, const struct piece_rows *rows, uint32_t index)
{
    return !worker->chosen || filter_bit(worker->chosen, rows->origin.set->first_row + rows->first + index);
}

static void take_widths(void *user, struct strbuf *out, const struct piece_rows *rows)
{
    struct worker *worker = user;
    (void)out;
    for (uint32_t i = 0; i < rows->count; i++)
        if (picked(worker, rows, i))
            flow_table_measure(&worker->table, &rows->origin, row_of(worker, rows, i));
}

static void take_table(void *user, struct strbuf *out, const struct piece_rows *rows)
{
    struct worker *worker = user;
    for (uint32_t i = 0; i < rows->count; i++)
        if (picked(worker, rows, i))
            flow_table_line(&worker->table, out, &rows->origin, row_of(worker, rows, i));
}

/* The workers: an array, and pointers to them behind it. */
struct hands {
    unsigned count;
    struct worker *worker;
    void **each;
    struct pick pick;
};

/* Every column: that needs no way through JSON. */
static bool all_csv(const struct batch *b)
{
    return b->config->csv && !(b->config->choice && b->config->choice->count > 0);
}

static struct lines *new_lines(const struct batch *b)
{
    const struct lines_config config = { .store = session_store(b->run),
                                         .labels = session_labels(b->run),
                                         .samplings = b->samplings,
                                         .csv = all_csv(b),
                                         .scaled = b->config->scaled };
    return lines_new(&config);
}

static struct hands hands_new(const struct batch *b, const uint32_t *numbers)
{
    bool one = !b->config->json && clock_depends(b->config->clock); /* each time on the one before */
    unsigned workers = one ? 1 : pieces_workers(b);
    struct hands hands = { .count = workers, .pick = pick_flows(b) };
    hands.worker = alloc_array(hands.count, sizeof *hands.worker);
    hands.each = alloc_array(hands.count, sizeof *hands.each);
    for (unsigned i = 0; i < hands.count; i++) {
        struct worker *worker = &hands.worker[i];
        hands.each[i] = worker;
        *worker = (struct worker) { .b = b, .numbers = numbers, .chosen = hands.pick.chosen };
        flow_table_init(&worker->table, b);
        if (b->config->json)
            worker->lines = new_lines(b);
        else if (hands.pick.all)
            worker->reader = flow_reader_new(session_store(b->run));
        if (worker->lines && !hands.pick.all)
            lines_scatter(worker->lines);
    }
    return hands;
}

static void run(struct batch *b, const struct hands *hands,
                void (*take)(void *worker, struct strbuf *out, const struct piece_rows *rows))
{
    if (hands->pick.all)
        pieces_run(b, hands->each, hands->count, take);
    else
        pieces_run_rows(b, hands->each, hands->count, hands->pick.item, hands->pick.count, take);
}

static void hands_release(struct hands *hands)
{
    pick_release(&hands->pick);
    for (unsigned i = 0; i < hands->count; i++) {
        lines_free(hands->worker[i].lines);
        flow_reader_free(hands->worker[i].reader);
        shape_free(hands->worker[i].shape);
        flow_table_release(&hands->worker[i].table);
        strbuf_release(&hands->worker[i].text);
        strbuf_release(&hands->worker[i].json);
    }
    free(hands->worker);
    free(hands->each);
}

/* The widths that all columns need, for every worker. */
static void measure(struct batch *b, struct hands *hands)
{
    run(b, hands, take_widths);
    for (unsigned i = 1; i < hands->count; i++)
        flow_table_widen(&hands->worker[0].table, &hands->worker[i].table);
    for (unsigned i = 1; i < hands->count; i++)
        flow_table_widen(&hands->worker[i].table, &hands->worker[0].table);
}

static void closing(struct batch *b, const struct pick *pick)
{
    uint64_t flows = flow_store_rows(session_store(b->run));
    strbuf_text(&b->out, pick->count ? "\n" : "");
    if (b->match)
        strbuf_format(&b->out, "%llu of ", (unsigned long long)(flows - pick->unmatched));
    format_count(&b->out, flows, "flow");
    strbuf_text(&b->out, " in ");
    format_count(&b->out, session_counts(b->run)->exports, "export packet");
    strbuf_char(&b->out, '\n');
}

static void all_text(struct batch *b)
{
    struct hands hands = hands_new(b, NULL);
    measure(b, &hands);
    if (!b->config->quiet && hands.pick.count > 0)
        flow_table_line(&hands.worker[0].table, &b->out, NULL, NULL);
    struct strbuf none = { 0 };
    batch_write(b, &none);
    b->counted = true;
    run(b, &hands, take_table);
    b->counted = false;
    if (batch_talks(b))
        closing(b, &hands.pick);
    hands_release(&hands);
}

static void all_json(struct batch *b)
{
    uint32_t *numbers = record_numbers(session_ledger(b->run));
    struct hands hands = hands_new(b, numbers);
    if (b->shape && !b->table) { /* a table is as wide as its first lines */
        batch_write(b, &b->out); /* the names of the columns */
        b->shaped = true;
    }
    for (unsigned i = 0; i < hands.count && b->shaped && !all_csv(b); i++)
        hands.worker[i].shape = batch_shape(b, false);
    run(b, &hands, all_csv(b) ? take_csv : take_json);
    hands_release(&hands);
    free(numbers);
}

static void end(struct batch *b)
{
    if (b->config->json)
        all_json(b);
    else
        all_text(b);
}

const struct show show_flows = { .keep_flows = true, .match = MATCH_ROWS, .end = end };
