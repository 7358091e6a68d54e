/* SPDX-License-Identifier: MIT */
/*
 * Datagrams to one decoder with small limits. The input: an octet of limits, then datagrams of
 * source 8 | seconds since the last, signed 8 | octets missing from the capture 8 | length 16 | octets.
 * Everything the decoder gives out is read to its end and held against what the headers promise.
 */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/cursor.h"
#include "nfdec/nfdec.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define FIELDS_MAX 50000u /* read per input: a template of empty fields makes many of few octets */

struct world {
    struct nfdec *dec;
    struct nfdec_columns *columns;
    const uint8_t *octets; /* of the datagram under way, or NULL */
    size_t length;
    uint32_t behind;  /* where the last set of it ended */
    uint64_t waiting; /* sets that wait */
    uint64_t records, options;
    uint32_t fields; /* read so far */
};

/* assert() is not there in release builds */
static void require(bool condition)
{
    if (!condition)
        abort();
}

static void touch(const uint8_t *octets, size_t length)
{
    static volatile uint8_t sink;
    for (size_t i = 0; i < length; i++)
        sink = (uint8_t)(sink + octets[i]);
}

static void walk_record(struct world *w, const struct nfdec_record *record, unsigned depth);

static void walk_list(struct world *w, const struct nfdec_field *field, unsigned depth)
{
    struct nfdec_list list;
    if (depth >= NFDEC_LIST_DEPTH || !nfdec_list_begin(&list, field))
        return;
    uint32_t index = UINT32_MAX;
    while (w->fields < FIELDS_MAX && nfdec_list_next(&list)) {
        require(list.index == ++index);
        require(nfdec_list_semantic_name(list.semantic) != NULL);
        w->fields++;
        if (list.template && list.record.data) {
            require(list.record.data >= field->data);
            require(list.record.data + list.record.length <= field->data + field->length);
            walk_record(w, &list.record, depth + 1);
        } else if (list.template_id == 0 && field->spec->type == NFDEC_BASIC_LIST) {
            require(list.value.data + list.value.length <= field->data + field->length);
            touch(list.value.data, list.value.length);
            walk_list(w, &list.value, depth + 1);
        }
    }
}

static void walk_field(struct world *w, const struct nfdec_field *field, unsigned depth)
{
    char text[300];
    size_t room = 1 + field->index % sizeof text;
    touch(field->data, field->length);
    struct nfdec_value value = nfdec_field_value(field);
    require(value.length <= field->length);
    if (depth == 0)
        require(nfdec_field_text(field, text, room) < room);
    if (value.kind == NFDEC_VALUE_LIST)
        walk_list(w, field, depth);
}

static void walk_record(struct world *w, const struct nfdec_record *record, unsigned depth)
{
    struct nfdec_field field;
    const uint8_t *end = record->data;
    uint32_t count = 0;
    nfdec_field_begin(&field, record);
    while (w->fields < FIELDS_MAX && nfdec_field_next(&field)) {
        w->fields++;
        require(field.data >= end && field.index == count);
        end = field.data + field.length;
        require(end <= record->data + record->length);
        walk_field(w, &field, depth);
        count++;
    }
    if (w->fields < FIELDS_MAX)
        require(count == record->template->field_count && end == record->data + record->length);
}

static uint64_t sum(const struct nfdec_columns *c, enum nfdec_column column, uint32_t from)
{
    uint64_t total = 0;
    for (uint32_t row = from; row < c->rows && c->used >> column & 1; row++)
        total += c->column[column][row];
    return total;
}

static void walk_columns(struct world *w, const struct nfdec_set *set)
{
    struct nfdec_sums left = nfdec_set_sums(set);
    uint32_t done = 0, place = 0;
    while (done < set->records) {
        uint32_t before = w->columns->rows, n = nfdec_columns_add(w->columns, set, done, &place);
        require(w->columns->rows == before + n && w->columns->rows <= NFDEC_ROWS);
        require(w->columns->ip6_count <= 2 * w->columns->rows && place <= set->length);
        require(n > 0 || before == NFDEC_ROWS);
        done += n;
        for (uint32_t row = before; row < before + n; row++)
            require(w->columns->column[NFDEC_COL_SESSION][row] == set->message->session->index);
        left.packets -= sum(w->columns, NFDEC_COL_PACKETS, before);
        left.bytes -= sum(w->columns, NFDEC_COL_BYTES, before);
        left.reverse_packets -= sum(w->columns, NFDEC_COL_REVERSE_PACKETS, before);
        left.reverse_bytes -= sum(w->columns, NFDEC_COL_REVERSE_BYTES, before);
        if (w->columns->rows == NFDEC_ROWS)
            nfdec_columns_clear(w->columns);
    }
    require(!left.packets && !left.bytes && !left.reverse_packets && !left.reverse_bytes);
}

static void walk_records(struct world *w, const struct nfdec_set *set)
{
    struct nfdec_record record;
    uint32_t count = 0;
    nfdec_record_begin(&record, set);
    while (nfdec_record_next(&record)) {
        require(record.index == count++ && record.length >= set->template->record_length);
        require(record.data + record.length <= set->data + set->length);
        if (w->fields < FIELDS_MAX)
            walk_record(w, &record, 0);
    }
    require(count == set->records);
}

static void walk_data(struct world *w, const struct nfdec_set *set)
{
    const struct nfdec_template *t = set->template;
    require((t->kind == NFDEC_TEMPLATE_OPTIONS) == (set->kind == NFDEC_SET_OPTIONS));
    require((uint64_t)set->records * t->record_length <= set->length);
    require(t->id == set->id && (set->borrowed ? t->session->family == set->message->session->family
                                               : t->session == set->message->session));
    walk_records(w, set);
    if (set->kind == NFDEC_SET_OPTIONS) {
        w->options += set->records;
        return;
    }
    w->records += set->records;
    walk_columns(w, set);
}

/* The template in force, looked up afterwards, is the one the set was decoded with. */
static void look_up(const struct nfdec_set *set)
{
    uint64_t packet = set->message->packet;
    const struct nfdec_template *t = nfdec_template_for(set->message->session, set->id, packet);
    require(t && (t == set->template || t->first_packet == packet));
}

static void walk_announced(const struct nfdec_set *set)
{
    struct nfdec_announced announced;
    uint32_t at = set->data_offset;
    nfdec_announced_begin(&announced, set);
    while (nfdec_announced_next(&announced)) {
        require(announced.offset == at && announced.scope_count <= announced.field_count);
        at += announced.length;
        require(at <= set->data_offset + set->length);
    }
}

static void walk_set(struct world *w, const struct nfdec_set *set)
{
    require((set->state == NFDEC_SET_DECODED) || !set->template);
    if (set->late) {
        require(w->waiting-- > 0 && set->state != NFDEC_SET_WAITING);
    } else {
        require(w->octets && set->data == w->octets + set->data_offset && set->offset >= w->behind);
        require((size_t)set->data_offset + set->length <= w->length);
        w->behind = set->data_offset + set->length;
        w->waiting += set->state == NFDEC_SET_WAITING;
    }
    touch(set->data, set->length);
    if (set->template)
        walk_data(w, set);
    if (set->template && !set->late)
        look_up(set);
    if (set->kind == NFDEC_SET_TEMPLATES || set->kind == NFDEC_SET_OPTIONS_TEMPLATES)
        walk_announced(set);
}

static void walk_items(struct world *w)
{
    const struct nfdec_item *item;
    bool open = false;
    uint32_t end = 0;
    while ((item = nfdec_next(w->dec)) != NULL) {
        const struct nfdec_message *m = item->message;
        if (item->kind == NFDEC_ITEM_SET) {
            require(open || item->set.late);
            walk_set(w, &item->set);
            continue;
        }
        require(open == (item->kind == NFDEC_ITEM_END) && m->offset >= end);
        open = !open;
        if (!open)
            end = m->offset + m->length;
        require((size_t)m->offset + m->length <= w->length);
    }
    require(!open);
}

static void check_templates(const struct nfdec *dec)
{
    const struct nfdec_template *t;
    for (uint32_t i = 0; (t = nfdec_template_at(dec, i)) != NULL; i++) {
        require(t->index == i && t->plan && t->scope_count <= t->field_count);
        require(!t->previous || (t->previous->index < i && t->previous->end != NFDEC_TEMPLATE_LIVE));
        require(t->last_packet >= t->first_packet);
        for (uint16_t k = 0; k < t->field_count; k++) {
            const struct nfdec_field_spec *first = &t->fields[t->fields[k].repeat_of];
            require(t->fields[k].name && t->fields[k].repeat_of <= k && first->id == t->fields[k].id);
            require(first == &t->fields[k] || first->repeated);
        }
    }
}

static void check_sessions(const struct world *w)
{
    uint64_t records = 0, options = 0;
    const struct nfdec_session *s;
    for (uint32_t i = 0; (s = nfdec_session_at(w->dec, i)) != NULL; i++) {
        require(s->index == i);
        records += s->records;
        options += s->options;
    }
    require(records == w->records && options == w->options && w->waiting == 0);
}

static void diagnose(void *user, const struct nfdec_diagnostic *diagnostic)
{
    char text[NFDEC_DIAGNOSTIC_TEXT];
    (void)user;
    size_t length = nfdec_diagnostic_text(diagnostic, text, sizeof text);
    require(diagnostic->code < NFDEC_CODE_COUNT && length > 0 && length < sizeof text - 1);
}

static struct nfdec_config limits(uint8_t choice)
{
    static const size_t octets[] = { 0, 1024, 8192, 65536 };
    static const uint32_t sessions[] = { 0, 2, 8, 64 }, templates[] = { 0, 3, 40, 1000 };
    return (struct nfdec_config) { .waiting_octets = octets[choice & 3],
                                   .max_sessions = sessions[choice >> 2 & 3],
                                   .max_templates = templates[choice >> 4 & 3],
                                   .borrow_after = choice & 0x40 ? INT64_C(5000000000) : 0,
                                   .diagnose = diagnose };
}

/* One datagram, in memory of exactly its size that is gone afterwards, as a capture's would be. */
static void feed(struct world *w, struct nfdec_packet *packet, struct cursor *c)
{
    uint8_t source = cursor_u8(c);
    packet->time += (int8_t)cursor_u8(c) * INT64_C(1000000000);
    size_t missing = cursor_u8(c), length = cursor_u16(c);
    if (length > cursor_left(c))
        length = cursor_left(c);
    uint8_t *octets = malloc(length ? length : 1);
    require(octets != NULL);
    const uint8_t *from = cursor_take(c, length);
    if (length)
        memcpy(octets, from, length);
    packet->number++;
    packet->port = (uint16_t)(2000 + (source & 3));
    packet->address_length = source & 8 ? 16 : 4;
    packet->address[3] = source >> 2 & 1;
    packet->data = w->octets = octets;
    packet->length = w->length = length;
    packet->wire_length = length + missing;
    w->behind = 0;
    enum nfdec_probe probe = nfdec_probe(octets, length, length + missing);
    if (nfdec_feed(w->dec, packet) == NFDEC_OK)
        walk_items(w);
    else
        require(probe == NFDEC_PROBE_NO && !nfdec_next(w->dec));
    free(octets);
    w->octets = NULL;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct cursor c = cursor_of(data, size);
    struct nfdec_config config = limits(cursor_u8(&c));
    struct world w = { .dec = nfdec_new(&config), .columns = calloc(1, sizeof *w.columns) };
    struct nfdec_packet packet = { .time = INT64_C(1700000000000000000) };
    require(w.dec && w.columns);
    nfdec_columns_clear(w.columns);
    while (cursor_left(&c) >= 5)
        feed(&w, &packet, &c);
    nfdec_finish(w.dec);
    walk_items(&w);
    check_templates(w.dec);
    check_sessions(&w);
    require(!nfdec_out_of_memory(w.dec));
    nfdec_free(w.dec);
    free(w.columns);
    return 0;
}
