/* SPDX-License-Identifier: MIT */
/* Flows: one per data record, in the order of the capture. */
#include "view/batch/run.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "view/batch/json.h"
#include "view/batch/line.h"
#include "view/batch/pick.h"
#include "view/batch/pieces.h"
#include "view/format.h"

static bool is_icmp(const struct origin *origin, const struct flow_row *row)
{
    return origin_is_icmp(origin, row->value[NFDEC_COL_PROTO]);
}

/* "192.0.2.1:80"; for ICMP and where there are no ports the address alone. */
static void endpoint(struct strbuf *out, const struct origin *origin, const struct flow_row *row, bool source)
{
    const struct addr *address = source ? &row->src : &row->dst;
    uint32_t bit = source ? NFDEC_BIT(SPORT) : NFDEC_BIT(DPORT);
    uint64_t port = row->value[source ? NFDEC_COL_SPORT : NFDEC_COL_DPORT];
    uint64_t proto = row->value[NFDEC_COL_PROTO];
    bool ports = origin->columns & bit && !is_icmp(origin, row);
    if (ports && port == 0 && proto != 6 && proto != 17)
        ports = false;
    if (address->family == 0)
        strbuf_char(out, '-');
    else if (ports)
        format_endpoint(out, address, (uint16_t)port);
    else
        format_address(out, address);
}

static void duration_cell(const struct batch *b, struct strbuf *out, const struct origin *origin,
                          const struct flow_row *row)
{
    (void)b;
    if (origin->start && origin->end)
        format_span(out, (int64_t)row->value[NFDEC_COL_START], (int64_t)row->value[NFDEC_COL_END]);
    else
        strbuf_char(out, '-');
}

static void proto_cell(const struct batch *b, struct strbuf *out, const struct origin *origin,
                       const struct flow_row *row)
{
    (void)b;
    if (origin->columns & NFDEC_BIT(PROTO))
        format_protocol(out, (uint8_t)row->value[NFDEC_COL_PROTO]);
    else if (is_icmp(origin, row))
        format_protocol(out, row->src.family == 6 ? 58 : 1);
    else
        strbuf_char(out, '-');
}

static void source_cell(const struct batch *b, struct strbuf *out, const struct origin *origin,
                        const struct flow_row *row)
{
    (void)b;
    endpoint(out, origin, row, true);
}

static void destination_cell(const struct batch *b, struct strbuf *out, const struct origin *origin,
                             const struct flow_row *row)
{
    (void)b;
    endpoint(out, origin, row, false);
}

static void packets_cell(const struct batch *b, struct strbuf *out, const struct origin *origin,
                         const struct flow_row *row)
{
    (void)b;
    if (origin->columns & (NFDEC_BIT(PACKETS) | NFDEC_BIT(REVERSE_PACKETS)))
        strbuf_unsigned(out, row->value[NFDEC_COL_PACKETS] + row->value[NFDEC_COL_REVERSE_PACKETS]);
    else
        strbuf_char(out, '-');
}

static void size_cell(const struct batch *b, struct strbuf *out, const struct origin *origin,
                      const struct flow_row *row)
{
    (void)b;
    if (origin->columns & (NFDEC_BIT(BYTES) | NFDEC_BIT(REVERSE_BYTES)))
        format_size(out, row->value[NFDEC_COL_BYTES] + row->value[NFDEC_COL_REVERSE_BYTES]);
    else
        strbuf_char(out, '-');
}

/* Of ICMP its type and code. */
static void flags_cell(const struct batch *b, struct strbuf *out, const struct origin *origin,
                       const struct flow_row *row)
{
    (void)b;
    const struct query_icmp values = { .proto = row->value[NFDEC_COL_PROTO],
                                       .sport = row->value[NFDEC_COL_SPORT],
                                       .dport = row->value[NFDEC_COL_DPORT],
                                       .icmp = row->value[NFDEC_COL_ICMP] };
    uint64_t icmp;
    if (is_icmp(origin, row) && origin_icmp(origin, &values, &icmp))
        strbuf_format(out, "%u/%u", (unsigned)(icmp >> 8 & 0xFF), (unsigned)(icmp & 0xFF));
    else if (row->value[NFDEC_COL_PROTO] == 6 && origin->columns & NFDEC_BIT(TCP_FLAGS))
        format_tcp_flags(out, (uint16_t)row->value[NFDEC_COL_TCP_FLAGS]);
}

static uint32_t sampling_of(const struct batch *b, const struct origin *origin, const struct flow_row *row)
{
    const struct sampling_flow says = { .interval = row->value[NFDEC_COL_SAMPLING],
                                        .sampler = row->value[NFDEC_COL_SAMPLER],
                                        .has_sampler = origin->columns & NFDEC_BIT(SAMPLER),
                                        .header = origin->message->sampling & 0x3FFFu };
    return samplings_of(b->samplings, origin->session, &says).interval;
}

static void scaled_packets_cell(const struct batch *b, struct strbuf *out, const struct origin *origin,
                                const struct flow_row *row)
{
    uint32_t interval = sampling_of(b, origin, row);
    if (interval && origin->columns & (NFDEC_BIT(PACKETS) | NFDEC_BIT(REVERSE_PACKETS)))
        strbuf_unsigned(
            out,
            sampling_scale(row->value[NFDEC_COL_PACKETS] + row->value[NFDEC_COL_REVERSE_PACKETS], interval));
    else
        strbuf_char(out, '-');
}

static void scaled_size_cell(const struct batch *b, struct strbuf *out, const struct origin *origin,
                             const struct flow_row *row)
{
    uint32_t interval = sampling_of(b, origin, row);
    if (interval && origin->columns & (NFDEC_BIT(BYTES) | NFDEC_BIT(REVERSE_BYTES)))
        format_size(
            out, sampling_scale(row->value[NFDEC_COL_BYTES] + row->value[NFDEC_COL_REVERSE_BYTES], interval));
    else
        strbuf_char(out, '-');
}

static void exporter_cell(const struct batch *b, struct strbuf *out, const struct origin *origin,
                          const struct flow_row *row)
{
    (void)b;
    (void)row;
    struct addr exporter = exporter_address(origin->session);
    format_address(out, &exporter);
}

/* The columns of the table: at least so wide, and wider where a flow needs it. */
static const struct column {
    const char *title;
    void (*cell)(const struct batch *b, struct strbuf *out, const struct origin *origin,
                 const struct flow_row *row);
    size_t width;
    bool right;
    bool arrow;  /* in front of it */
    bool scaled; /* only with --scaled */
} columns[] = {
    { .title = "Start" }, /* as -t wants it */
    { .title = "Duration", .cell = duration_cell, .width = 13 },
    { .title = "Proto", .cell = proto_cell, .width = 6 },
    { .title = "Source", .cell = source_cell, .width = 6 },
    { .title = "Destination", .cell = destination_cell, .width = 11, .arrow = true },
    { .title = "Packets", .cell = packets_cell, .width = 8, .right = true },
    { .title = "Size", .cell = size_cell, .width = 8, .right = true },
    { .title = "Scaled packets", .cell = scaled_packets_cell, .width = 14, .right = true, .scaled = true },
    { .title = "Scaled size", .cell = scaled_size_cell, .width = 11, .right = true, .scaled = true },
    { .title = "Flags", .cell = flags_cell, .width = 9 },
    { .title = "Exporter", .cell = exporter_cell },
};

enum { COLUMNS = sizeof columns / sizeof *columns };

struct widths {
    size_t of[COLUMNS];
};

/* What a thread needs to write lines of JSON or CSV, or of the table. */
struct worker {
    const struct batch *b;
    const uint32_t *numbers; /* record_numbers() */
    struct lines *lines;
    const uint64_t *chosen;     /* rows that were picked; NULL: all */
    struct flow_reader *reader; /* NULL: rows are far from each other */
    struct flow_row row;
    struct shape *shape; /* of lines of JSON where that is possible here */
    struct strbuf text;  /* of lines what stands in front of the record's number, of the table a cell */
    struct strbuf json;  /* lines that are to be shaped */
    struct widths widths;
    struct clock clock;
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

static void take_json(void *user, struct strbuf *out, const struct piece_rows *rows)
{
    struct worker *worker = user;
    struct strbuf *before = &worker->text;
    struct strbuf *lines = worker->shape ? &worker->json : out;
    strbuf_clear(before);
    json_open(before, '{');
    place_json(worker->b, before, rows->origin.message->packet);
    json_key(before, "record");
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

/* Of all columns but the first, a time of one width, and the last, behind which nothing stands. */
static void take_widths(void *user, struct strbuf *out, const struct piece_rows *rows)
{
    struct worker *worker = user;
    struct strbuf *text = &worker->text;
    (void)out;
    for (uint32_t i = 0; i < rows->count; i++) {
        if (!picked(worker, rows, i))
            continue;
        const struct flow_row *row = row_of(worker, rows, i);
        for (size_t column = 1; column + 1 < COLUMNS; column++) {
            if (columns[column].scaled && !worker->b->config->scaled)
                continue;
            strbuf_clear(text);
            columns[column].cell(worker->b, text, &rows->origin, row);
            if (text->length > worker->widths.of[column])
                worker->widths.of[column] = text->length;
        }
    }
}

/* origin NULL: the heading. */
static void line_text(struct strbuf *out, struct worker *worker, const struct origin *origin,
                      const struct flow_row *row)
{
    for (size_t i = 0; i < COLUMNS; i++) {
        if (columns[i].scaled && !worker->b->config->scaled)
            continue;
        if (i > 0)
            strbuf_text(out, !columns[i].arrow ? " " : origin ? " -> " : "    ");
        size_t at = out->length;
        if (!origin)
            strbuf_text(out, columns[i].title);
        else if (columns[i].cell)
            columns[i].cell(worker->b, out, origin, row);
        else if (origin->start)
            clock_put(&worker->clock, out, (int64_t)row->value[NFDEC_COL_START]);
        else
            strbuf_char(out, '-');
        if (columns[i].right)
            format_right(out, at, worker->widths.of[i]);
        else
            format_pad(out, at, worker->widths.of[i]);
    }
    strbuf_char(out, '\n');
}

static void take_table(void *user, struct strbuf *out, const struct piece_rows *rows)
{
    struct worker *worker = user;
    for (uint32_t i = 0; i < rows->count; i++)
        if (picked(worker, rows, i))
            line_text(out, worker, &rows->origin, row_of(worker, rows, i));
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
        *worker =
            (struct worker) { .b = b, .numbers = numbers, .chosen = hands.pick.chosen, .clock = b->clock };
        if (b->config->json)
            worker->lines = new_lines(b);
        else if (hands.pick.all)
            worker->reader = flow_reader_new(session_store(b->run));
        if (worker->lines && !hands.pick.all)
            lines_scatter(worker->lines);
        for (size_t column = 0; column < COLUMNS; column++)
            worker->widths.of[column] = columns[column].width;
        worker->widths.of[0] = clock_width(b->config->clock);
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
        strbuf_release(&hands->worker[i].text);
        strbuf_release(&hands->worker[i].json);
    }
    free(hands->worker);
    free(hands->each);
}

/* The widths that all columns need, for every worker. */
static void measure(struct batch *b, struct hands *hands)
{
    struct widths widths = hands->worker[0].widths;
    run(b, hands, take_widths);
    for (unsigned i = 0; i < hands->count; i++)
        for (size_t column = 0; column < COLUMNS; column++)
            if (hands->worker[i].widths.of[column] > widths.of[column])
                widths.of[column] = hands->worker[i].widths.of[column];
    for (unsigned i = 0; i < hands->count; i++)
        hands->worker[i].widths = widths;
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
        line_text(&b->out, &hands.worker[0], NULL, NULL);
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
