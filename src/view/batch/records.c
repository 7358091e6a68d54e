/* SPDX-License-Identifier: MIT */
/* Every record with every field, one line each, while the run goes on. */
#include "view/batch/run.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "nfdec/record.h"
#include "view/batch/fields.h"
#include "view/batch/json.h"
#include "view/batch/stream.h"

struct records {
    struct stream stream;
    uint64_t written;     /* of all packets */
    struct strbuf before; /* what lines of a set have in common, in front of the record's number ... */
    struct strbuf after;  /* ... and behind it */
};

static void begin(struct batch *b)
{
    struct records *state = alloc_new(sizeof *state);
    state->stream.packet = UINT64_MAX;
    b->state = state;
}

static void release(struct batch *b)
{
    struct records *state = b->state;
    strbuf_release(&state->before);
    strbuf_release(&state->after);
    free(state);
}

static void prepare_json(const struct batch *b, struct records *state, const struct nfdec_set *set)
{
    const struct nfdec_message *message = set->message;
    struct strbuf *before = &state->before, *after = &state->after;
    json_open(before, '{');
    place_json(b, before, message->packet);
    if (message->time != 0)
        json_time(before, "time", message->time);
    exporter_json(before, message->session, true);
    if (set->template->kind != NFDEC_TEMPLATE_FIXED)
        json_number(before, "template", set->id);
    json_key(before, "record");
    strbuf_text(after, set->kind == NFDEC_SET_OPTIONS ? ",\"kind\":\"options\"" : ",\"kind\":\"data\"");
    if (set->late)
        json_bool(after, "late", true);
    if (set->borrowed)
        json_bool(after, "borrowed", true);
}

static void prepare_text(const struct batch *b, struct records *state, const struct nfdec_set *set)
{
    struct strbuf *before = &state->before, *after = &state->after;
    place_text(b, before, set->message->packet);
    strbuf_char(before, '/');
    strbuf_char(after, ' ');
    exporter_text(after, set->message->session);
    if (set->template->kind == NFDEC_TEMPLATE_FIXED)
        strbuf_format(after, " v%u", set->message->version);
    else
        strbuf_format(after, "%s template %u", set->kind == NFDEC_SET_OPTIONS ? " options" : "", set->id);
    if (set->late)
        strbuf_text(after, " late");
    strbuf_char(after, ':');
}

/* A record that the filter does not let through counts all the same. */
static void skip(struct strbuf *out, uint64_t *number)
{
    if (*number)
        ++*number;
    else
        strbuf_char(out, HOLD_SKIP);
}

/* The lines of a set; number 0: the record numbers are not known yet. */
static void write_set(struct batch *b, struct strbuf *out, const struct nfdec_set *set, uint64_t number)
{
    struct records *state = b->state;
    bool json = b->config->json;
    strbuf_clear(&state->before);
    strbuf_clear(&state->after);
    if (json)
        prepare_json(b, state, set);
    else
        prepare_text(b, state, set);
    struct nfdec_record record;
    nfdec_record_begin(&record, set);
    match_set(b->match, set);
    while (!batch_ended(b) && nfdec_record_next(&record)) {
        if (!match_record(b->match, record.index)) {
            skip(out, &number);
            continue;
        }
        strbuf_add(out, state->before.data, state->before.length);
        if (number)
            strbuf_unsigned(out, number++);
        else
            strbuf_char(out, HOLD_NUMBER);
        strbuf_add(out, state->after.data, state->after.length);
        if (json)
            fields_json(out, &record);
        else
            fields_text(out, &record);
        strbuf_text(out, json ? "}\n" : "\n");
        state->written++;
        if (out == &b->out)
            batch_line(b);
    }
}

static bool take_set(void *user, const struct session_packet *session_packet, const struct nfdec_set *set)
{
    (void)session_packet;
    struct batch *b = user;
    struct records *state = b->state;
    if (set->kind != NFDEC_SET_DATA && set->kind != NFDEC_SET_OPTIONS)
        return true;
    return stream_take(b, &state->stream, set, write_set);
}

static void end(struct batch *b)
{
    const struct records *state = b->state;
    hold_flush(b->hold);
    if (!batch_talks(b))
        return;
    if (b->match)
        strbuf_format(&b->out, "%s%llu of %llu record%s match%s the filter\n", state->written > 0 ? "\n" : "",
                      (unsigned long long)match_count(b->match), (unsigned long long)match_seen(b->match),
                      match_seen(b->match) == 1 ? "" : "s", match_count(b->match) == 1 ? "es" : "");
    else if (state->written == 0)
        strbuf_text(&b->out, "no records in the export packets\n");
}

static const struct session_tap tap = { .set = take_set };

const struct show show_records = {
    .brief = true,
    .hold = true,
    .lines = true,
    .match = MATCH_RECORDS,
    .tap = &tap,
    .begin = begin,
    .end = end,
    .release = release,
};
