/* SPDX-License-Identifier: MIT */
/* Export packets: one line a message, with its header, its sets and what is wrong in it. */
#include "view/batch/run.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "nfdec/announced.h"
#include "view/batch/diagnostics.h"
#include "view/batch/json.h"
#include "view/format.h"

/* A template, or a withdrawal: of an id below 256 that of all of a kind. */
struct announcement {
    uint16_t id;
    bool withdrawal;
};

/* The ledger counts the templates of a set; their ids are noted while the run goes on, set by set. */
struct packets {
    struct announcement *announced;
    size_t announced_count, announced_capacity;
    uint32_t *count; /* announcements by template set, in order of the ledger */
    size_t set_count, set_capacity;
    size_t announced_at, set_at; /* while writing: of the next template set */
};

/* What a template set announces. */
struct announcements {
    const struct announcement *at;
    uint32_t count;
};

/* The diagnostics of a message: from ... to - 1 of the ledger's. */
struct span {
    size_t from, to;
};

static bool announces(uint8_t kind)
{
    return kind == NFDEC_SET_TEMPLATES || kind == NFDEC_SET_OPTIONS_TEMPLATES;
}

static void begin(struct batch *b)
{
    b->state = alloc_new(sizeof(struct packets));
}

static void release(struct batch *b)
{
    struct packets *state = b->state;
    free(state->announced);
    free(state->count);
    free(state);
}

static bool take_set(void *user, const struct session_packet *packet, const struct nfdec_set *set)
{
    (void)packet;
    struct batch *b = user;
    struct packets *state = b->state;
    if (!announces(set->kind))
        return true;
    state->count = alloc_grow(state->count, state->set_count, &state->set_capacity, sizeof *state->count);
    uint32_t *count = &state->count[state->set_count++];
    *count = 0;
    struct nfdec_announced announced;
    nfdec_announced_begin(&announced, set);
    while (nfdec_announced_next(&announced)) {
        state->announced = alloc_grow(state->announced, state->announced_count, &state->announced_capacity,
                                      sizeof *state->announced);
        state->announced[state->announced_count++] =
            (struct announcement) { .id = announced.id, .withdrawal = announced.withdrawal };
        (*count)++;
    }
    return true;
}

/* First of the ledger's diagnostics, which are in order of packets, that is not of a packet before this one. */
static size_t diagnostics_from(const struct ledger *ledger, uint64_t packet)
{
    size_t low = 0, high = ledger_diagnostic_count(ledger);
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (ledger_diagnostic(ledger, middle)->packet < packet)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* Of several messages in a datagram each has what is located from its header up to the next one's. */
static bool belongs(const struct ledger *ledger, uint32_t index, const struct nfdec_diagnostic *diagnostic)
{
    const struct ledger_message *message = ledger_message(ledger, index);
    bool first = index == 0 || ledger_message(ledger, index - 1)->packet != message->packet;
    bool last = index + 1 == ledger_message_count(ledger) ||
                ledger_message(ledger, index + 1)->packet != message->packet;
    if (!first && diagnostic->offset < message->offset)
        return false;
    return last || diagnostic->offset < ledger_message(ledger, index + 1)->offset;
}

static struct span diagnostics_of(const struct ledger *ledger, uint64_t packet)
{
    struct span span = { .from = diagnostics_from(ledger, packet) };
    span.to = span.from;
    while (span.to < ledger_diagnostic_count(ledger) && ledger_diagnostic(ledger, span.to)->packet == packet)
        span.to++;
    return span;
}

/* Why a set was not decoded, as a diagnostic's stable word; NULL: no diagnostic says so. */
static const char *trouble_of(const struct ledger *ledger, const struct ledger_set *set,
                              const struct span *span)
{
    for (size_t i = span->from; i < span->to; i++) {
        const struct nfdec_diagnostic *diagnostic = ledger_diagnostic(ledger, i);
        enum nfdec_code code = (enum nfdec_code)diagnostic->code;
        if (diagnostic->offset >= set->offset && diagnostic->offset - set->offset < set->length &&
            nfdec_code_severity(code) != NFDEC_INFO)
            return nfdec_code_word(code);
    }
    return NULL;
}

static void header_json(struct strbuf *out, const struct ledger_message *m)
{
    json_time(out, "export_time", m->export_time);
    if (m->version != 1)
        json_number(out, "sequence", m->sequence);
    if (m->version != 10) {
        json_number(out, "uptime", m->uptime);
        json_number(out, "count", m->count);
    }
    if (m->version == 5) {
        json_number(out, "engine_type", m->engine_type);
        json_number(out, "engine_id", m->engine_id);
        json_number(out, "sampling_mode", m->sampling >> 14);
        json_number(out, "sampling_interval", m->sampling & 0x3FFFu);
    }
    json_number(out, "dport", m->dport);
    json_number(out, "offset", m->offset);
    json_number(out, "length", m->length);
}

/* Of the next template set. */
static struct announcements next_announcements(struct packets *state)
{
    struct announcements a = { .count = 0 };
    if (state->set_at < state->set_count)
        a.count = state->count[state->set_at++];
    if (a.count)
        a.at = &state->announced[state->announced_at];
    state->announced_at += a.count;
    return a;
}

/* The ids of templates, or of those that are withdrawn one by one. */
static void ids_json(struct strbuf *out, const char *key, const struct announcements *a, bool withdrawn)
{
    json_key(out, key);
    json_open(out, '[');
    for (uint32_t i = 0; i < a->count; i++) {
        if (a->at[i].withdrawal != withdrawn || a->at[i].id < 256)
            continue;
        json_item(out);
        strbuf_unsigned(out, a->at[i].id);
    }
    json_close(out, ']');
}

static void announced_json(struct strbuf *out, struct packets *state)
{
    struct announcements a = next_announcements(state);
    bool withdrawn = false, all = false;
    for (uint32_t i = 0; i < a.count; i++) {
        withdrawn |= a.at[i].withdrawal;
        all |= a.at[i].id < 256;
    }
    ids_json(out, "templates", &a, false);
    if (withdrawn)
        ids_json(out, "withdrawn", &a, true);
    if (all)
        json_bool(out, "withdrawn_all", true);
}

static void set_json(struct batch *b, const struct ledger_set *set, uint16_t version, const struct span *span)
{
    struct strbuf *out = &b->out;
    const char *trouble = NULL;
    json_open(out, '{');
    if (version >= 9)
        json_number(out, "id", set->id);
    json_word(out, "kind", set_kind_name(set->kind));
    json_number(out, "offset", set->offset);
    json_number(out, "length", set->length);
    json_word(out, "state", set_state_name(set->state));
    if (announces(set->kind))
        announced_json(out, b->state);
    else if (set->state == NFDEC_SET_DECODED)
        json_number(out, "records", set->records);
    else
        trouble = trouble_of(session_ledger(b->run), set, span);
    if (trouble)
        json_word(out, "reason", trouble);
    if (set->late)
        json_bool(out, "late", true);
    if (set->borrowed)
        json_bool(out, "borrowed", true);
    json_close(out, '}');
}

/* Ids of template sets stand in the order of all of them. */
static void pass_over(struct batch *b, const struct ledger_message *m)
{
    for (uint32_t i = 0; i < m->set_count; i++)
        if (announces(ledger_set(session_ledger(b->run), m->first_set + i)->kind))
            next_announcements(b->state);
}

static void message_json(struct batch *b, uint32_t index)
{
    const struct ledger *ledger = session_ledger(b->run);
    const struct ledger_message *m = ledger_message(ledger, index);
    struct strbuf *out = &b->out;
    struct span span = diagnostics_of(ledger, m->packet);
    uint64_t records = 0;
    json_open(out, '{');
    place_json(b, out, m->packet);
    if (m->time != 0)
        json_time(out, "time", m->time);
    exporter_json(out, nfdec_session_at(session_decoder(b->run), m->session), true);
    header_json(out, m);
    json_key(out, "sets");
    json_open(out, '[');
    for (uint32_t i = 0; i < m->set_count; i++) {
        const struct ledger_set *set = ledger_set(ledger, m->first_set + i);
        set_json(b, set, m->version, &span);
        if (!announces(set->kind))
            records += set->records;
    }
    json_close(out, ']');
    json_number(out, "records", records);
    json_key(out, "diagnostics");
    json_open(out, '[');
    for (size_t i = span.from; i < span.to; i++) {
        const struct nfdec_diagnostic *diagnostic = ledger_diagnostic(ledger, i);
        if (!belongs(ledger, index, diagnostic))
            continue;
        json_open(out, '{');
        diagnostic_json(out, diagnostic);
        diagnostic_sentence_json(out, diagnostic);
        json_close(out, '}');
    }
    strbuf_text(out, "]}\n");
}

/* "T256,257 W258", "OT260", "W all": templates, and what is withdrawn, in the order of the set. */
static void announced_text(struct strbuf *out, uint8_t kind, struct packets *state)
{
    struct announcements a = next_announcements(state);
    const char *options = kind == NFDEC_SET_OPTIONS_TEMPLATES ? "O" : "";
    if (a.count == 0)
        strbuf_format(out, "%sT", options);
    for (uint32_t i = 0; i < a.count; i++) {
        bool withdrawal = a.at[i].withdrawal;
        if (i > 0 && withdrawal == a.at[i - 1].withdrawal)
            strbuf_char(out, ',');
        else
            strbuf_format(out, "%s%s%c", i > 0 ? " " : "", options, withdrawal ? 'W' : 'T');
        if (a.at[i].id < 256)
            strbuf_text(out, " all");
        else
            strbuf_unsigned(out, a.at[i].id);
    }
}

static void set_text(struct batch *b, const struct ledger_set *set, uint16_t version, const struct span *span)
{
    static const char *const letter[] = {
        [NFDEC_SET_DATA] = "D",
        [NFDEC_SET_OPTIONS] = "OD",
        [NFDEC_SET_UNKNOWN] = "?",
    };
    struct strbuf *out = &b->out;
    if (announces(set->kind)) {
        announced_text(out, set->kind, b->state);
        return;
    }
    strbuf_text(out, letter[set->kind]);
    if (version >= 9)
        strbuf_unsigned(out, set->id);
    if (set->state == NFDEC_SET_DECODED) {
        strbuf_text(out, "×");
        strbuf_unsigned(out, set->records);
    } else {
        const char *trouble = trouble_of(session_ledger(b->run), set, span);
        strbuf_format(out, "(%s)", trouble ? trouble : "not decoded");
    }
}

static void trouble_text(struct batch *b, uint32_t index, const struct span *span)
{
    const struct ledger *ledger = session_ledger(b->run);
    uint64_t errors = 0, warnings = 0;
    for (size_t i = span->from; i < span->to; i++) {
        const struct nfdec_diagnostic *diagnostic = ledger_diagnostic(ledger, i);
        enum nfdec_severity severity = nfdec_code_severity((enum nfdec_code)diagnostic->code);
        if (severity == NFDEC_INFO || !belongs(ledger, index, diagnostic))
            continue;
        if (severity == NFDEC_ERROR)
            errors++;
        else
            warnings++;
    }
    if (errors > 0) {
        strbuf_text(&b->out, "  ! ");
        format_count(&b->out, errors, "error");
    }
    if (warnings > 0) {
        strbuf_text(&b->out, "  ! ");
        format_count(&b->out, warnings, "warning");
    }
}

/* Of the first column: with several inputs the file's name stands in front of the number. */
static size_t frame_width(const struct batch *b)
{
    size_t width = 0;
    for (size_t i = 0; b->many && i < b->config->file_count; i++) {
        size_t length = strlen(b->config->files[i]) + 1;
        width = length > width ? length : width;
    }
    return width + 6;
}

static void message_text(struct batch *b, uint32_t index)
{
    const struct ledger *ledger = session_ledger(b->run);
    const struct ledger_message *m = ledger_message(ledger, index);
    const struct nfdec_session *session = nfdec_session_at(session_decoder(b->run), m->session);
    struct span span = diagnostics_of(ledger, m->packet);
    struct addr address = exporter_address(session);
    struct strbuf *out = &b->out;
    size_t at = out->length;
    place_text(b, out, m->packet);
    format_right(out, at, frame_width(b));
    strbuf_text(out, "  ");
    at = out->length;
    if (m->time != 0)
        batch_time(b, out, m->time);
    else
        strbuf_char(out, '-');
    format_pad(out, at, clock_width(b->config->clock) + 2);
    at = out->length;
    format_endpoint(out, &address, session->port);
    format_pad(out, at, 22);
    at = out->length;
    strbuf_text(out, format_version(m->version));
    format_pad(out, at, 6);
    at = out->length;
    if (version_has_domain(m->version))
        strbuf_unsigned(out, session->domain);
    format_right(out, at, 10);
    at = out->length;
    if (m->version != 1)
        strbuf_unsigned(out, m->sequence);
    format_right(out, at, 12);
    strbuf_char(out, ' ');
    for (uint32_t i = 0; i < m->set_count; i++) {
        strbuf_char(out, ' ');
        set_text(b, ledger_set(ledger, m->first_set + i), m->version, &span);
    }
    trouble_text(b, index, &span);
    strbuf_char(out, '\n');
}

static void end(struct batch *b)
{
    const struct ledger *ledger = session_ledger(b->run);
    uint32_t count = ledger_message_count(ledger), shown = 0;
    if (batch_talks(b) && count > 0)
        strbuf_format(&b->out, "%*s  %-*s  %-21s %-6s%10s%12s  %s\n", (int)frame_width(b), "Frame",
                      (int)clock_width(b->config->clock), "Time", "Exporter", "Kind", "Domain", "Sequence",
                      "Sets (T templates, W withdrawn, D data×records, OT, OW and OD of options)");
    for (uint32_t i = 0; i < count && batch_line(b); i++) {
        const struct ledger_message *message = ledger_message(ledger, i);
        if (!match_packet(b->match, message->packet)) {
            pass_over(b, message);
            continue;
        }
        if (!batch_more(b))
            break;
        shown++;
        if (b->config->json)
            message_json(b, i);
        else
            message_text(b, i);
    }
    if (!batch_talks(b))
        return;
    strbuf_text(&b->out, count > 0 ? "\n" : "");
    batch_count(b, shown, count, "export packet");
    strbuf_text(&b->out, " in ");
    format_count(&b->out, session_counts(b->run)->frames, "frame");
    strbuf_char(&b->out, '\n');
}

static const struct session_tap tap = { .set = take_set };

const struct show show_packets = {
    .check_flows = true, .tap = &tap, .begin = begin, .end = end, .release = release
};
