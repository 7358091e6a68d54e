/* SPDX-License-Identifier: MIT */
/*
 * Each export packet as a tree (-V), its octets in hex (-x), while the run goes on: the frame, the header, the
 * sets, and what they hold down to the last field.
 */
#include "view/batch/run.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "nfdec/announced.h"
#include "nfdec/record.h"
#include "view/batch/diagnostics.h"
#include "view/batch/fields.h"
#include "view/batch/hexdump.h"
#include "view/batch/templates.h"
#include "view/format.h"

#define KEY_DIAGNOSTICS  UINT32_MAX /* the place of a packet's diagnostics in the queue; sets count from 0 */
#define KEY_GATE         (UINT32_MAX - 1) /* in front of a packet of which is not known yet whether it matches */
#define NO_PACKET        UINT64_MAX
#define TCP_CONTROL_BITS 6 /* element */

struct tree {
    uint64_t packet;   /* the one that is written; NO_PACKET between two */
    uint64_t seen;     /* its records up to now */
    size_t diagnostic; /* the ledger's next one that was not written yet */
    size_t scanned;    /* up to here they were looked through for those of late sets, ... */
    size_t *early;     /* ... which are written already: in order, from the first that is not passed yet */
    size_t early_count, early_capacity;
    uint32_t matches, waiting; /* of the packet that is written: matching records, sets that wait */
    struct doubt *doubts;      /* packets that match if one of their waiting sets does */
    size_t doubt_count, doubt_capacity;
};

struct doubt {
    uint64_t packet;
    uint32_t waiting;
};

static void begin(struct batch *b)
{
    struct tree *state = alloc_new(sizeof *state);
    state->packet = NO_PACKET;
    b->state = state;
}

static void release(struct batch *b)
{
    struct tree *state = b->state;
    free(state->early);
    free(state->doubts);
    free(state);
}

static void indent(struct strbuf *out, unsigned depth)
{
    for (unsigned i = 0; i < depth; i++)
        strbuf_text(out, "  ");
}

/* --- frame and message header --- */

static void frame_lines(const struct batch *b, struct strbuf *out, const struct session_packet *packet)
{
    const struct datagram *dg = packet->datagram;
    if (packet->frame) {
        strbuf_text(out, "Frame ");
        place_text(b, out, packet->number);
        strbuf_text(out, ": ");
        format_count(out, packet->frame->wire_length, "octet");
        if (packet->frame->length < packet->frame->wire_length)
            strbuf_format(out, ", %u captured", packet->frame->length);
        strbuf_text(out, ", ");
        format_utc_time(out, packet->frame->time);
        strbuf_text(out, "\n  UDP ");
        format_endpoint(out, &dg->src, dg->sport);
        strbuf_text(out, " -> ");
        format_endpoint(out, &dg->dst, dg->dport);
        strbuf_text(out, ", ");
    } else {
        strbuf_text(out, "Packet given in hex\n  ");
    }
    strbuf_text(out, "payload of ");
    format_count(out, dg->wire_length, "octet");
    if (dg->length < dg->wire_length)
        strbuf_format(out, ", %u captured", dg->length);
    if (dg->vlan != 0)
        strbuf_format(out, ", VLAN %u", dg->vlan);
    if (dg->reassembled)
        strbuf_text(out, ", reassembled from fragments");
    strbuf_char(out, '\n');
}

static void header_number(struct strbuf *out, const char *name, uint64_t value)
{
    strbuf_text(out, "    ");
    strbuf_text(out, name);
    strbuf_text(out, ": ");
    strbuf_unsigned(out, value);
    strbuf_char(out, '\n');
}

static void header_time(struct strbuf *out, const char *name, int64_t ns)
{
    strbuf_text(out, "    ");
    strbuf_text(out, name);
    strbuf_text(out, ": ");
    format_utc_time(out, ns);
    strbuf_char(out, '\n');
}

static void header_ipfix(struct strbuf *out, const struct nfdec_message *m)
{
    header_number(out, "length", m->count);
    header_time(out, "export time", m->export_time);
    header_number(out, "sequence number", m->sequence);
    header_number(out, "observation domain id", m->session->domain);
}

/* v1, v5, v7 and v9 share the front; the rest differs. */
static void header_netflow(struct strbuf *out, const struct nfdec_message *m)
{
    header_number(out, "count", m->count);
    header_number(out, "system uptime in ms", m->uptime);
    header_time(out, "export time", m->export_time);
    if (m->version != 1)
        header_number(out, m->version == 9 ? "sequence number" : "flow sequence", m->sequence);
    if (m->version == 9)
        header_number(out, "source id", m->session->domain);
    if (m->version != 5)
        return;
    header_number(out, "engine type", m->engine_type);
    header_number(out, "engine id", m->engine_id);
    header_number(out, "sampling mode", m->sampling_mode);
    header_number(out, "sampling interval", m->sampling_interval);
}

static void message_lines(struct strbuf *out, const struct nfdec_message *m)
{
    strbuf_format(out, "  %s%s message at offset %u, ", m->version == 10 ? "" : "NetFlow ",
                  format_version(m->version), m->offset);
    format_count(out, m->length, "octet");
    strbuf_char(out, '\n');
    header_number(out, "version", m->version);
    if (m->version == 10)
        header_ipfix(out, m);
    else
        header_netflow(out, m);
}

/* --- records --- */

/* What a number stands for: a code point's name, or the letters of TCP flags. */
static void meaning(struct strbuf *out, const struct nfdec_field_spec *spec, const struct nfdec_value *value)
{
    if (!spec->element || value->kind != NFDEC_VALUE_UNSIGNED)
        return;
    if (spec->element->pen == 0 && spec->element->id == TCP_CONTROL_BITS && value->u <= 0xFFFF) {
        strbuf_text(out, " (");
        format_tcp_flags(out, (uint16_t)value->u);
        strbuf_char(out, ')');
        return;
    }
    const char *name = nfdec_code_name(spec->element, value->u);
    if (name)
        strbuf_format(out, " (%s)", name);
}

static void put_field_name(struct strbuf *out, const struct nfdec_template *template,
                           const struct nfdec_field_spec *spec)
{
    const char *v9 = spec_v9_name(template, spec);
    if (spec->scope)
        strbuf_text(out, "scope ");
    strbuf_text(out, spec->name);
    strbuf_text(out, " (");
    spec_id_text(out, spec);
    if (v9)
        strbuf_format(out, ", %s", v9);
    strbuf_text(out, "): ");
}

static void record_fields(struct strbuf *out, const struct nfdec_record *record, unsigned depth,
                          unsigned nesting);

/* A list and what it holds; its name has been written. */
static void list_lines(struct strbuf *out, struct nfdec_list *list, const struct nfdec_field *field,
                       unsigned depth, unsigned nesting)
{
    strbuf_format(out, "%s, %s\n", nfdec_type_name((enum nfdec_type)field->spec->type),
                  nfdec_list_semantic_name(list->semantic));
    while (nfdec_list_next(list)) {
        indent(out, depth + 1);
        if (list->template) {
            strbuf_format(out, "record of template %u\n", list->template_id);
            record_fields(out, &list->record, depth + 2, nesting + 1);
        } else if (list->template_id != 0) {
            strbuf_format(out, "template %u is not known: 0x", list->template_id);
            strbuf_hex(out, list->record.data, list->record.length);
            strbuf_char(out, '\n');
        } else {
            struct nfdec_value value = nfdec_field_value(&list->value);
            if (list->spec.name)
                strbuf_text(out, list->spec.name);
            else
                strbuf_format(out, "%u.%u", list->spec.pen, list->spec.id);
            strbuf_text(out, ": ");
            field_text(out, &list->value);
            meaning(out, &list->spec, &value);
            strbuf_char(out, '\n');
        }
    }
    if (list->malformed) {
        indent(out, depth + 1);
        strbuf_text(out, "the list does not fit its field\n");
    }
}

static void record_fields(struct strbuf *out, const struct nfdec_record *record, unsigned depth,
                          unsigned nesting)
{
    struct nfdec_field field;
    nfdec_field_begin(&field, record);
    while (nfdec_field_next(&field)) {
        struct nfdec_value value = nfdec_field_value(&field);
        struct nfdec_list list;
        indent(out, depth);
        put_field_name(out, record->template, field.spec);
        if (value.kind == NFDEC_VALUE_LIST && nesting < NFDEC_LIST_DEPTH && nfdec_list_begin(&list, &field)) {
            list_lines(out, &list, &field, depth, nesting);
            continue;
        }
        value_text(out, &value);
        meaning(out, field.spec, &value);
        strbuf_char(out, '\n');
    }
}

/* number 0: not known yet. */
static void records_lines(struct strbuf *out, const struct nfdec_set *set, uint64_t number)
{
    struct nfdec_record record;
    nfdec_record_begin(&record, set);
    while (nfdec_record_next(&record)) {
        strbuf_text(out, "      Record ");
        if (number)
            strbuf_unsigned(out, number++);
        else
            strbuf_char(out, HOLD_NUMBER);
        strbuf_format(out, " at offset %u, ", set->data_offset + (uint32_t)(record.data - set->data));
        format_count(out, record.length, "octet");
        strbuf_char(out, '\n');
        record_fields(out, &record, 4, 0);
    }
}

/* --- sets --- */

static void set_line(struct strbuf *out, const struct nfdec_set *set)
{
    bool headed = set->message->version >= 9; /* by an id and a length */
    uint32_t length = set->length + (set->data_offset - set->offset);
    strbuf_format(out, "    Set %u: ", set->number + 1);
    if (headed)
        strbuf_format(out, "id %u, ", set->id);
    strbuf_format(out, "%s, ", set_kind_name(set->kind));
    format_count(out, length, "octet");
    strbuf_format(out, " at offset %u", set->offset);
}

static void templates_lines(struct strbuf *out, const struct nfdec_set *set)
{
    struct nfdec_announced announced;
    strbuf_char(out, '\n');
    nfdec_announced_begin(&announced, set);
    while (nfdec_announced_next(&announced)) {
        if (announced.withdrawal && announced.id < 256) {
            strbuf_format(out, "      Withdrawal of all templates of this kind at offset %u\n",
                          announced.offset);
            continue;
        }
        strbuf_format(out, "      %s %u at offset %u",
                      announced.withdrawal ? "Withdrawal of template" : "Template", announced.id,
                      announced.offset);
        if (!announced.withdrawal) {
            strbuf_text(out, ": ");
            format_count(out, announced.field_count, "field");
        }
        if (announced.scope_count > 0)
            strbuf_format(out, ", %u of them scope", announced.scope_count);
        strbuf_char(out, '\n');
        if (announced.template)
            template_fields_text(out, announced.template, 6);
    }
}

static void records_of_set(const struct batch *b, struct strbuf *out, const struct nfdec_set *set,
                           uint64_t number)
{
    const struct nfdec_template *template = set->template;
    strbuf_text(out, ", ");
    format_count(out, set->records, "record");
    if (template->kind != NFDEC_TEMPLATE_FIXED) {
        strbuf_format(out, " of template %u, announced in frame ", template->id);
        place_text(b, out, template->first_packet);
        if (set->late)
            strbuf_text(out, " after this set");
        if (set->borrowed)
            strbuf_format(out, " from port %u", template->session->port);
    }
    strbuf_char(out, '\n');
    records_lines(out, set, number);
}

static void set_lines(const struct batch *b, struct strbuf *out, const struct nfdec_set *set, uint64_t number)
{
    set_line(out, set);
    if (set->kind == NFDEC_SET_TEMPLATES || set->kind == NFDEC_SET_OPTIONS_TEMPLATES)
        templates_lines(out, set);
    else if (set->state == NFDEC_SET_DECODED && set->template)
        records_of_set(b, out, set, number);
    else if (set->state == NFDEC_SET_WAITING)
        strbuf_format(out, ", not decoded: template %u was not announced before\n", set->id);
    else
        strbuf_text(out, ", not decoded\n");
}

/* What the decoder said of a late set, right below it. */
static void late_diagnostics(struct batch *b, struct strbuf *out, const struct nfdec_set *set)
{
    const struct ledger *ledger = session_ledger(b->run);
    struct tree *state = b->state;
    size_t i = state->scanned > state->diagnostic ? state->scanned : state->diagnostic;
    for (; i < ledger_diagnostic_count(ledger); i++) {
        const struct nfdec_diagnostic *diagnostic = ledger_diagnostic(ledger, i);
        uint32_t end = set->data_offset + set->length;
        if (diagnostic->packet != set->message->packet || diagnostic->offset < set->offset ||
            diagnostic->offset >= end)
            continue;
        strbuf_text(out, "      ");
        diagnostic_text(out, diagnostic, false);
        strbuf_char(out, '\n');
        state->early =
            alloc_grow(state->early, state->early_count, &state->early_capacity, sizeof *state->early);
        state->early[state->early_count++] = i;
    }
    state->scanned = i;
}

static void late_set(struct batch *b, const struct nfdec_set *set)
{
    struct tree *state = b->state;
    uint64_t packet = set->message->packet;
    struct strbuf *out = hold_find(b->hold, packet, set->number);
    if (out) {
        strbuf_clear(out);
        set_lines(b, out, set, 0);
        if (packet != state->packet)
            late_diagnostics(b, out, set);
        hold_close(b->hold, packet, set->number);
        return;
    }
    out = hold_text(b->hold, state->packet);
    strbuf_text(out, "    Late, of frame ");
    place_text(b, out, packet);
    strbuf_text(out, ":\n");
    set_lines(b, out, set, 1);
}

/* --- the filter --- */

/* A packet is let out, or taken back, when it is known that it matches, or does not. */
static void judge(struct batch *b)
{
    struct tree *state = b->state;
    if (!b->match)
        return;
    if (state->matches > 0) {
        hold_close(b->hold, state->packet, KEY_GATE);
    } else if (state->waiting == 0) {
        hold_drop(b->hold, state->packet, KEY_GATE);
    } else {
        state->doubts =
            alloc_grow(state->doubts, state->doubt_count, &state->doubt_capacity, sizeof *state->doubts);
        state->doubts[state->doubt_count++] =
            (struct doubt) { .packet = state->packet, .waiting = state->waiting };
    }
}

/* A set that waited is there, with so many matches. */
static void judge_late(struct batch *b, uint64_t packet, uint32_t matches)
{
    struct tree *state = b->state;
    size_t i = 0;
    while (i < state->doubt_count && state->doubts[i].packet != packet)
        i++;
    if (i == state->doubt_count) { /* of this packet itself, or decided already */
        state->matches += packet == state->packet ? matches : 0;
        return;
    }
    if (matches == 0 && --state->doubts[i].waiting > 0)
        return;
    if (matches > 0)
        hold_close(b->hold, packet, KEY_GATE);
    else
        hold_drop(b->hold, packet, KEY_GATE);
    state->doubts[i] = state->doubts[--state->doubt_count];
}

static void match_set_of(struct batch *b, const struct nfdec_set *set)
{
    struct tree *state = b->state;
    uint32_t matches = match_set(b->match, set);
    if (set->late)
        judge_late(b, set->message->packet, matches);
    else
        state->matches += matches;
    if (!set->late && set->state == NFDEC_SET_WAITING)
        state->waiting++;
}

/* --- the tap --- */

static bool take_message(void *user, const struct session_packet *packet, const struct nfdec_message *message)
{
    struct batch *b = user;
    struct tree *state = b->state;
    bool begins = state->packet != packet->number;
    if (begins && b->match)
        hold_open(b->hold, packet->number, KEY_GATE, 0);
    struct strbuf *out = hold_text(b->hold, packet->number);
    if (begins) {
        state->packet = packet->number;
        state->seen = state->matches = state->waiting = 0;
        frame_lines(b, out, packet);
    }
    if (b->config->tree)
        message_lines(out, message);
    return true;
}

static bool take_set(void *user, const struct session_packet *packet, const struct nfdec_set *set)
{
    (void)packet;
    struct batch *b = user;
    struct tree *state = b->state;
    uint64_t of = set->message->packet;
    if (b->match && !set->late)
        match_set_of(b, set);
    if (!b->config->tree) {
        if (b->match && set->late)
            match_set_of(b, set);
        return true;
    }
    bool waits = hold_waits(b->hold, of);
    if (set->late)
        late_set(b, set);
    else if (set->state == NFDEC_SET_WAITING)
        set_lines(b, hold_open(b->hold, of, set->number, state->seen), set, 0);
    else
        set_lines(b, hold_text(b->hold, of), set, waits ? 0 : state->seen + 1);
    if (of == state->packet && holds_records(set))
        state->seen += set->records;
    if (b->match && set->late)
        match_set_of(b, set);
    hold_bound(b->hold);
    return batch_line(b);
}

/* Where a diagnostic goes: to its packet if that can still be added to, else here, with its frame's number. */
static void diagnose(struct batch *b, const struct nfdec_diagnostic *diagnostic)
{
    struct tree *state = b->state;
    bool here = diagnostic->packet == state->packet;
    struct strbuf *out = here ? NULL : hold_find(b->hold, diagnostic->packet, KEY_DIAGNOSTICS);
    bool elsewhere = !here && !out;
    if (!out)
        out = hold_text(b->hold, state->packet);
    strbuf_text(out, "  ");
    if (elsewhere) {
        strbuf_text(out, "frame ");
        place_text(b, out, diagnostic->packet);
        strbuf_char(out, ' ');
    }
    diagnostic_text(out, diagnostic, elsewhere);
    strbuf_char(out, '\n');
}

static void diagnose_new(struct batch *b)
{
    const struct ledger *ledger = session_ledger(b->run);
    struct tree *state = b->state;
    size_t early = 0;
    for (; state->diagnostic < ledger_diagnostic_count(ledger); state->diagnostic++) {
        if (early < state->early_count && state->early[early] == state->diagnostic)
            early++;
        else
            diagnose(b, ledger_diagnostic(ledger, state->diagnostic));
    }
    state->early_count = 0;
}

static bool take_end(void *user, const struct session_packet *packet)
{
    struct batch *b = user;
    if (b->config->tree) {
        diagnose_new(b);
        hold_mark(b->hold, packet->number, KEY_DIAGNOSTICS); /* for those that come later */
    }
    if (b->config->octets)
        hexdump(hold_text(b->hold, packet->number), packet->datagram->data, packet->datagram->length);
    strbuf_char(hold_text(b->hold, packet->number), '\n');
    judge(b);
    ((struct tree *)b->state)->packet = NO_PACKET;
    hold_bound(b->hold);
    return batch_line(b);
}

static void take_finish(void *user)
{
    struct batch *b = user;
    if (b->config->tree)
        diagnose_new(b);
}

static void end(struct batch *b)
{
    struct tree *state = b->state;
    while (state->doubt_count > 0)
        hold_drop(b->hold, state->doubts[--state->doubt_count].packet, KEY_GATE);
    hold_flush(b->hold);
    if (b->match && match_count(b->match) == 0 && batch_talks(b))
        strbuf_text(&b->out, "no record matches the filter\n");
}

static const struct session_tap tap = {
    .message = take_message,
    .set = take_set,
    .packet_end = take_end,
    .finish = take_finish,
};

const struct show show_tree = {
    .check_flows = true, /* for diagnostics of times */
    .match = MATCH_RECORDS,
    .hold = true,
    .tap = &tap,
    .begin = begin,
    .end = end,
    .release = release,
};
