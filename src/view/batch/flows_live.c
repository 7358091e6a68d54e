/* SPDX-License-Identifier: MIT */
/*
 * Flows of live input, one line each as they come, with the memory of one block: what exporters announce later about
 * them (names, sampling) is not waited for.
 */
#include "view/batch/run.h"

#include <stdlib.h>

#include "base/addr.h"
#include "base/alloc.h"
#include "query/origin.h"
#include "view/batch/flow_table.h"
#include "view/batch/json.h"
#include "view/batch/stream.h"
#include "view/batch/line.h"
#include "view/format.h"

struct flows_live {
    struct lines *lines;
    struct flow_table table;
    struct stream stream;
    uint64_t flows;       /* of all packets */
    uint64_t written;     /* of these */
    struct strbuf before; /* what stands in front of the record's number */
};

static void begin(struct batch *b)
{
    struct flows_live *state = alloc_new(sizeof *state);
    b->samplings = samplings_new(session_decoder(b->run));
    const struct lines_config config = { .labels = session_labels(b->run),
                                         .samplings = b->samplings,
                                         .scaled = b->config->scaled };
    state->stream.packet = UINT64_MAX;
    state->lines = lines_new(&config);
    flow_table_init(&state->table, b);
    flow_table_fix(&state->table);
    b->state = state;
}

static void release(struct batch *b)
{
    struct flows_live *state = b->state;
    lines_free(state->lines);
    flow_table_release(&state->table);
    strbuf_release(&state->before);
    free(state);
}

/* The heading, in front of the first flow: no line of --limit. */
static void write_heading(struct batch *b, struct flows_live *state)
{
    if (b->config->json || state->written > 0)
        return;
    state->table.clock = b->clock;
    if (b->config->quiet)
        return;
    struct strbuf heading = { 0 }, none = { 0 };
    flow_table_line(&state->table, &heading, NULL, NULL);
    b->counted = false;
    batch_write(b, &none);
    batch_write(b, &heading);
    b->counted = true;
    strbuf_release(&heading);
}

static struct addr address_of(const struct nfdec_columns *columns, enum nfdec_column column, uint32_t row)
{
    bool source = column == NFDEC_COL_SRC;
    uint64_t family = columns->column[NFDEC_COL_FAMILY][row], value = columns->column[column][row];
    if (family & (source ? NFDEC_SRC_IP4 : NFDEC_DST_IP4))
        return addr_v4((uint32_t)value);
    if (family & (source ? NFDEC_SRC_IP6 : NFDEC_DST_IP6))
        return addr_v6(columns->ip6[value]);
    return (struct addr) { .family = 0 };
}

static void write_text(const struct flows_live *state, struct flow_table *table, struct strbuf *out,
                       const struct origin *origin, uint32_t at)
{
    const struct nfdec_columns *columns = lines_columns(state->lines);
    struct flow_row row = { .src = address_of(columns, NFDEC_COL_SRC, at),
                            .dst = address_of(columns, NFDEC_COL_DST, at) };
    for (unsigned c = 0; c < NFDEC_COLUMN_COUNT; c++)
        row.value[c] = columns->column[c][at];
    flow_table_line(table, out, origin, &row);
}

/* A record that the filter does not let through counts all the same; the table has no numbers. */
static void skip(const struct batch *b, struct strbuf *out, uint64_t *number)
{
    if (*number)
        ++*number;
    else if (b->config->json)
        strbuf_char(out, HOLD_SKIP);
}

/* number 0: the record numbers are not known yet. */
static void write_rows(struct batch *b, struct strbuf *out, const struct origin *origin, uint32_t first,
                       uint32_t count, uint64_t *number)
{
    struct flows_live *state = b->state;
    for (uint32_t i = 0; i < count && !batch_ended(b); i++) {
        if (!match_record(b->match, first + i)) {
            skip(b, out, number);
            continue;
        }
        write_heading(b, state);
        if (b->config->json)
            lines_add_decoded(state->lines, out, origin, &state->before, *number, i, 1);
        else
            write_text(state, &state->table, out, origin, i);
        *number += *number > 0;
        state->written++;
        if (out == &b->out)
            batch_line(b);
    }
}

static void write_set(struct batch *b, struct strbuf *out, const struct nfdec_set *set, uint64_t number)
{
    struct flows_live *state = b->state;
    struct query_origin from;
    if (set->kind != NFDEC_SET_DATA || !query_origin_of_set(set, &from))
        return;
    const struct ledger_message message = { .packet = from.packet,
                                            .time = from.time,
                                            .sampling = from.header };
    const struct ledger_set entry = { .records = set->records, .id = set->id, .late = set->late };
    const struct origin origin = { .message = &message,
                                   .set = &entry,
                                   .session = from.session,
                                   .template = from.template,
                                   .columns = from.columns,
                                   .start = from.start,
                                   .end = from.end };
    strbuf_clear(&state->before);
    json_open(&state->before, '{');
    place_json(b, &state->before, from.packet);
    json_key(&state->before, "record");
    match_set(b->match, set);
    uint32_t place = 0;
    for (uint32_t done = 0, count; done < set->records && !batch_ended(b); done += count) {
        count = lines_decode(state->lines, set, done, &place);
        if (count == 0)
            break;
        write_rows(b, out, &origin, done, count, &number);
    }
    state->flows += set->records;
}

static bool take_message(void *user, const struct session_packet *packet, const struct nfdec_message *message)
{
    struct batch *b = user;
    (void)packet;
    if (!b->clock.zero_known)
        batch_begin_clock(b, message->time);
    return true;
}

/* What exporters announce holds for flows from here on. */
static void note_options(struct batch *b, const struct nfdec_session *session)
{
    struct flows_live *state = b->state;
    samplings_add(b->samplings, session);
    lines_renew(state->lines);
}

static bool take_set(void *user, const struct session_packet *session_packet, const struct nfdec_set *set)
{
    (void)session_packet;
    struct batch *b = user;
    struct flows_live *state = b->state;
    if (set->kind != NFDEC_SET_DATA && set->kind != NFDEC_SET_OPTIONS)
        return true;
    if (set->kind == NFDEC_SET_OPTIONS)
        note_options(b, set->message->session);
    return stream_take(b, &state->stream, set, write_set);
}

static void end(struct batch *b)
{
    const struct flows_live *state = b->state;
    hold_flush(b->hold);
    if (!batch_talks(b) || batch_ended(b))
        return;
    struct strbuf none = { 0 };
    batch_write(b, &none);
    b->counted = false;
    strbuf_text(&b->out, state->written > 0 ? "\n" : "");
    batch_count(b, state->written, state->flows, "flow");
    strbuf_text(&b->out, " in ");
    format_count(&b->out, session_counts(b->run)->exports, "export packet");
    strbuf_char(&b->out, '\n');
}

static const struct session_tap tap = { .message = take_message, .set = take_set };

const struct show show_flows_live = {
    .brief = true,
    .check_flows = true,
    .hold = true,
    .lines = true,
    .match = MATCH_RECORDS,
    .tap = &tap,
    .begin = begin,
    .end = end,
    .release = release,
};
