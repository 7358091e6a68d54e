/* SPDX-License-Identifier: MIT */
#include "decode/sets.h"

#include <string.h>

#include "base/be.h"
#include "decode/fixed.h"
#include "decode/header.h"
#include "decode/learn.h"
#include "decode/malformed.h"
#include "decode/plan.h"
#include "decode/probe.h"
#include "decode/walk.h"

#define FIELDS_MAX (1u << 18) /* of a set, where most have no octets */

static bool all_zero(const uint8_t *p, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (p[i])
            return false;
    return true;
}

/* Whole records of variable length in a set; *used: the octets they take. */
static APART uint32_t count_variable(const struct nfdec_template *t, const uint8_t *data, uint32_t length,
                                     uint32_t *used)
{
    uint32_t count = 0;
    const uint8_t *p = data, *next;
    *used = 0;
    for (size_t left = length; left >= t->record_length; left = length - *used, count++) {
        /* up to three zeros are padding, even where they could be records of empty fields */
        if (left < 4 && all_zero(p, left))
            break;
        next = walk_variable_record(t, p, left);
        if (!next)
            break;
        *used += (uint32_t)(next - p);
        p = next;
    }
    return count;
}

/* Whole records in a set; *used: the octets they take. */
static uint32_t count_records(const struct nfdec_template *t, const uint8_t *data, uint32_t length,
                              uint32_t *used)
{
    if (t->variable)
        return count_variable(t, data, length, used);
    uint32_t count = t->record_length ? length / t->record_length : 0;
    *used = count * t->record_length;
    return count;
}

/* About a set, which may be a late one: its own packet is named. */
static RARE void tell_set(struct nfdec *dec, const struct nfdec_set *set, enum nfdec_code code, uint64_t a,
                          uint64_t b)
{
    struct nfdec_diagnostic d = { .packet = set->message->packet,
                                  .a = a,
                                  .b = b,
                                  .session = set->message->session,
                                  .offset = set->offset,
                                  .id = set->id,
                                  .code = (uint16_t)code };
    state_diagnose(dec, &d);
}

/* What is behind the last record, unless it is padding. */
static APART void look_at_rest(struct nfdec *dec, const struct nfdec_set *set, uint32_t used)
{
    uint32_t rest = set->length - used;
    if (set->cut || all_zero(set->data + used, rest) || !set->template->record_length)
        return;
    struct nfdec_diagnostic d = { .packet = set->message->packet,
                                  .a = rest,
                                  .b = set->records,
                                  .session = set->message->session,
                                  .offset = set->data_offset + used,
                                  .id = set->id,
                                  .code = rest < 4 ? NFDEC_DIAG_SET_PADDING : NFDEC_DIAG_SET_PARTIAL_RECORD };
    state_diagnose(dec, &d);
}

static void tell_list(void *decoder, const struct nfdec_record *record, const struct nfdec_field *list)
{
    const struct nfdec_set *set = record->set;
    struct nfdec_diagnostic d = { .packet = set->message->packet,
                                  .a = record->index + 1,
                                  .b = list->length,
                                  .session = set->message->session,
                                  .offset = set->data_offset + (uint32_t)(list->data - set->data),
                                  .id = set->id,
                                  .code = NFDEC_DIAG_LIST_MALFORMED };
    state_diagnose(decoder, &d);
}

/* The running numbers of a template and its session. */
static void count_decoded(struct nfdec *dec, struct exporter *exporter, const struct nfdec_set *set)
{
    *templates_records(&dec->templates, set->template) += set->records;
    if (set->kind == NFDEC_SET_OPTIONS)
        exporter->public.options += set->records;
    else
        exporter->public.records += set->records;
}

/* Fields without octets cost a sender nothing and a reader time: a set may have so many only with a few records. */
static void limit_fields(struct nfdec *dec, struct nfdec_set *set, const struct nfdec_template *t)
{
    uint64_t fields = (uint64_t)set->records * t->field_count;
    if (fields <= FIELDS_MAX || fields <= (uint64_t)set->length * 4)
        return;
    uint32_t kept = FIELDS_MAX / t->field_count;
    tell_set(dec, set, NFDEC_DIAG_FIELDS_LIMIT, kept, set->records);
    set->records = kept;
}

/* Decodes a data set with a template: kind, state, number of records. */
static void decode_set(struct nfdec *dec, struct exporter *exporter, struct nfdec_set *set,
                       struct nfdec_template *t)
{
    uint32_t used;
    bool options = t->kind == NFDEC_TEMPLATE_OPTIONS;
    set->template = t;
    set->kind = options ? NFDEC_SET_OPTIONS : NFDEC_SET_DATA;
    set->state = NFDEC_SET_DECODED;
    set->records = count_records(t, set->data, set->length, &used);
    if (used < set->length)
        look_at_rest(dec, set, used);
    limit_fields(dec, set, t);
    if (t->lists)
        malformed_lists(set, tell_list, dec);
    count_decoded(dec, exporter, set);
    if (options)
        learn_options(&dec->mem, exporter, set);
    set->init_time = exporter->public.init_time;
    set->no_time_base = t->plan->needs_init && !set->init_time;
    if (set->no_time_base && *t->records == set->records && set->records) /* once a template */
        tell_set(dec, set, NFDEC_DIAG_TIME_NO_BASE, 0, 0);
}

/* A data set without a template that is in force. */
static RARE void keep_waiting(struct nfdec *dec, struct nfdec_set *set)
{
    struct exporter *e = dec->exporter;
    struct slot *slot = slots_find(&e->slots, set->id);
    dec->uncountable = true;
    if (slot && slot->latest) {
        set->state = NFDEC_SET_UNDECODED;
        state_tell(dec, NFDEC_DIAG_SET_WITHDRAWN, set->offset, set->id, set->length, slot->withdrawn);
        return;
    }
    slot = slots_make(&e->slots, &dec->mem, set->id);
    set->state = NFDEC_SET_WAITING;
    if (!slot || !waiting_add(&dec->waiting, e, slot, set))
        set->state = NFDEC_SET_UNDECODED;
    sets_limit(dec);
}

static void read_data(struct nfdec *dec, struct nfdec_set *set)
{
    struct nfdec_template *t = exporter_template(dec->exporter, set->id);
    set->kind = NFDEC_SET_DATA;
    if (!t) {
        keep_waiting(dec, set);
        return;
    }
    decode_set(dec, dec->exporter, set, t);
    dec->counted += set->records;
}

static void tell_from_reader(void *decoder, const struct nfdec_diagnostic *diagnostic)
{
    state_diagnose(decoder, diagnostic);
}

static void learned(void *decoder, struct slot *slot)
{
    struct nfdec *dec = decoder;
    waiting_wake(&dec->waiting, slot);
}

static void read_templates(struct nfdec *dec, struct nfdec_set *set, bool options)
{
    struct template_reader reader = { .templates = &dec->templates,
                                      .exporter = dec->exporter,
                                      .message = &dec->message,
                                      .offset = set->data_offset,
                                      .options = options,
                                      .ipfix = dec->message.version == 10,
                                      .decoder = dec,
                                      .diagnose = tell_from_reader,
                                      .learned = learned };
    struct cursor c = cursor_of(set->data, set->length);
    set->kind = options ? NFDEC_SET_OPTIONS_TEMPLATES : NFDEC_SET_TEMPLATES;
    set->state = NFDEC_SET_DECODED;
    templates_read(&reader, &c);
    set->records = reader.read;
    set->withdrawn = reader.withdrawn;
    dec->counted += reader.read;
}

/* A set that is not of data. */
static APART void read_other(struct nfdec *dec, struct nfdec_set *set)
{
    bool ipfix = dec->message.version == 10;
    if (ipfix && set->id <= 1) /* some exporters keep v9's numbers when they move to IPFIX */
        state_tell(dec, NFDEC_DIAG_V9_SET_IN_IPFIX, set->offset, set->id, 0, 0);
    if (set->id <= 1 || (ipfix && set->id <= 3)) {
        read_templates(dec, set, set->id == 1 || set->id == 3);
        return;
    }
    set->kind = NFDEC_SET_UNKNOWN;
    set->state = NFDEC_SET_UNDECODED;
    dec->uncountable = true;
    state_tell(dec, NFDEC_DIAG_RESERVED_SET, set->offset, set->id, set->length, 0);
}

/* Whether a set header at p can be one; `left` octets, at least 4. */
static bool plausible_set(const uint8_t *p, size_t left)
{
    uint16_t id = be16(p), length = be16(p + 2);
    return (id <= 3 || id >= 256) && length >= 4 && length <= left;
}

static bool plausible_set_here(const struct cursor *c)
{
    size_t left = cursor_left(c);
    return left >= 4 && plausible_set(c->data + c->at, left);
}

/*
 * Exporters that pad to a 4-octet border without counting it in the set's length: zeros up to the border are
 * passed over where no set can begin here but one can begin there.
 */
static void skip_outer_padding(struct nfdec *dec)
{
    struct cursor *c = &dec->sets;
    size_t left = cursor_left(c), pad = (4 - c->at % 4) % 4;
    const uint8_t *p = c->data + c->at;
    if (pad && left >= pad + 4 && !plausible_set(p, left) && all_zero(p, pad) &&
        plausible_set(p + pad, left - pad))
        cursor_skip(c, pad);
}

/* v9 does not say how long a message is: where a set should begin, another message may. */
static bool next_message_here(const struct nfdec *dec)
{
    const struct cursor *c = &dec->sets;
    const uint8_t *p = c->data + c->at;
    size_t left = cursor_left(c), wire = left + dec->packet.wire_length - dec->packet.length;
    return dec->message.version == 9 && !plausible_set(p, left) && header_format(be16(p)) &&
           probe_message(p, left, wire) == NFDEC_PROBE_STRONG;
}

/* The end of a message's sets: what is left over is padding, another message, or a diagnostic. */
static APART bool at_end(struct nfdec *dec)
{
    struct cursor *c = &dec->sets;
    if (cursor_left(c) >= 4)
        skip_outer_padding(dec);
    size_t left = cursor_left(c);
    if (left == 0)
        return true;
    uint32_t offset = dec->sets_offset + (uint32_t)c->at;
    if (all_zero(c->data + c->at, left)) {
        cursor_skip(c, left);
        return true;
    }
    if (left < 4) {
        if (dec->packet.length == dec->packet.wire_length)
            state_tell(dec, NFDEC_DIAG_TRAILING_OCTETS, offset, 0, left, 0);
        cursor_skip(c, left);
        return true;
    }
    if (next_message_here(dec)) {
        dec->payload.at = offset;
        cursor_skip(c, left);
        return true;
    }
    return false;
}

/* The item under way as a set, which the caller fills in. */
static struct nfdec_set *begin_item(struct nfdec *dec, const struct nfdec_message *message)
{
    dec->item.message = message;
    dec->item.kind = NFDEC_ITEM_SET;
    return &dec->item.set;
}

/* Whether the capture ends before the message does, as far as can be told. */
static bool message_cut(const struct nfdec *dec)
{
    const struct nfdec_message *m = &dec->message;
    if (dec->packet.length == dec->packet.wire_length)
        return false;
    return m->version != 10 || m->count > m->length;
}

/* A length that is too small or too large; how many octets of the set are there. 0: no set can be read. */
static RARE uint32_t odd_length(struct nfdec *dec, uint32_t offset, uint16_t id, uint16_t length, bool *cut)
{
    size_t left = cursor_left(&dec->sets);
    if (length < 4) {
        state_tell(dec, NFDEC_DIAG_SET_TOO_SHORT, offset, id, length, 0);
        cursor_skip(&dec->sets, left);
        return 0;
    }
    *cut = length > left && message_cut(dec);
    if (length > left && !*cut)
        state_tell(dec, NFDEC_DIAG_SET_OVERRUN, offset, id, length, length - left);
    return length <= left ? length : (uint32_t)left;
}

/* What stands between sets is looked at only where there is no set as it should be. */
bool sets_next(struct nfdec *dec)
{
    struct cursor *c = &dec->sets;
    bool plausible = plausible_set_here(c), cut = false;
    if (!plausible && at_end(dec))
        return false;
    uint32_t offset = dec->sets_offset + (uint32_t)c->at;
    const uint8_t *header = c->data + c->at;
    uint16_t id = be16(header), length = be16(header + 2);
    uint32_t have = plausible ? length : odd_length(dec, offset, id, length, &cut);
    if (!have)
        return false;
    *begin_item(dec, &dec->message) = (struct nfdec_set) { .message = &dec->message,
                                                           .data = cursor_take(c, have) + 4,
                                                           .length = have - 4,
                                                           .offset = offset,
                                                           .data_offset = offset + 4,
                                                           .number = dec->set_number++,
                                                           .id = id,
                                                           .cut = cut };
    if (id >= 256)
        read_data(dec, &dec->item.set);
    else
        read_other(dec, &dec->item.set);
    return true;
}

/* The shape of v1, v5 or v7, when it is needed first. NULL: no memory. */
static RARE struct nfdec_template *make_fixed(struct nfdec *dec)
{
    struct exporter *e = dec->exporter;
    struct slot *slot = slots_make(&e->slots, &dec->mem, dec->message.version);
    if (!slot)
        return NULL;
    struct shape shape = fixed_shape(dec->message.version);
    struct nfdec_template *t = templates_add(&dec->templates, &e->public, &shape);
    if (t)
        t->version = 1;
    slot->current = slot->latest = t;
    return t;
}

bool sets_fixed(struct nfdec *dec)
{
    struct cursor *c = &dec->sets;
    if (dec->counted || cursor_failed(c))
        return false;
    const struct version_format *format = header_format(dec->message.version);
    struct nfdec_template *t = exporter_template(dec->exporter, dec->message.version);
    if (!t)
        t = make_fixed(dec);
    uint32_t count = dec->message.count, whole = (uint32_t)(cursor_left(c) / format->record_length);
    if (count > whole) {
        bool cut = dec->packet.length < dec->packet.wire_length;
        if (!cut)
            state_tell(dec, NFDEC_DIAG_BAD_COUNT, dec->message.offset, 0, count, whole);
        count = whole;
    }
    uint32_t offset = dec->sets_offset + (uint32_t)c->at, length = count * format->record_length;
    dec->counted = 1;
    if (!count || !t)
        return false;
    struct nfdec_set *set = begin_item(dec, &dec->message);
    *set = (struct nfdec_set) { .message = &dec->message,
                                .data = cursor_take(c, length),
                                .length = length,
                                .offset = offset,
                                .data_offset = offset,
                                .number = dec->set_number++,
                                .id = dec->message.version };
    decode_set(dec, dec->exporter, set, t);
    return true;
}

bool sets_late(struct nfdec *dec)
{
    struct waiting *w = waiting_take(&dec->waiting);
    if (!w)
        return false;
    const struct nfdec_template *t = w->set.template;
    dec->given = w;
    w->set.template = NULL;
    struct nfdec_set *set = begin_item(dec, w->set.message);
    *set = w->set;
    if (!t) {
        set->state = NFDEC_SET_UNDECODED;
        tell_set(dec, set, NFDEC_DIAG_SET_NO_TEMPLATE, set->length, 0);
        return true;
    }
    set->borrowed = t->session != &w->exporter->public;
    if (set->borrowed)
        tell_set(dec, set, NFDEC_DIAG_SET_BORROWED, t->session->port, t->first_packet);
    else
        tell_set(dec, set, NFDEC_DIAG_SET_LATE, 0, t->first_packet);
    decode_set(dec, w->exporter, set, dec->templates.version[t->index]);
    return true;
}

static const struct nfdec_template *family_template(const struct waiting *w)
{
    const struct slot *slot = slots_find(&w->exporter->owner->latest, w->set.id);
    return slot ? slot->current : NULL;
}

void sets_limit(struct nfdec *dec)
{
    while (dec->waiting.octets > dec->waiting.limit && dec->waiting.oldest) {
        struct waiting *w = dec->waiting.oldest;
        tell_set(dec, &w->set, NFDEC_DIAG_WAITING_LIMIT, w->set.length, dec->waiting.limit);
        waiting_settle(&dec->waiting, w, family_template(w));
    }
}

/* With a set go those before it for which there was nothing to borrow when their time had come. */
static void borrow(struct nfdec *dec, struct waiting *w, const struct nfdec_template *t)
{
    const struct slot *slot = slots_find(&w->exporter->slots, w->set.id);
    while (slot->first != w)
        waiting_settle(&dec->waiting, slot->first, t);
    waiting_settle(&dec->waiting, w, t);
}

static bool is_due(const struct nfdec *dec, const struct waiting *w, int64_t now)
{
    return now > w->message.time &&
           (uint64_t)now - (uint64_t)w->message.time >= (uint64_t)dec->config.borrow_after;
}

void sets_borrow_due(struct nfdec *dec, int64_t now)
{
    while (dec->waiting.due && is_due(dec, dec->waiting.due, now)) {
        struct waiting *w = dec->waiting.due;
        const struct nfdec_template *t = family_template(w);
        dec->waiting.due = w->newer;
        if (t)
            borrow(dec, w, t);
    }
}

void sets_finish(struct nfdec *dec)
{
    while (dec->waiting.oldest)
        waiting_settle(&dec->waiting, dec->waiting.oldest, family_template(dec->waiting.oldest));
}
