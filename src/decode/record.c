/* SPDX-License-Identifier: MIT */
#include "nfdec/record.h"

#include "base/cursor.h"
#include "decode/walk.h"

void nfdec_record_begin(struct nfdec_record *record, const struct nfdec_set *set)
{
    *record = (struct nfdec_record) { .set = set,
                                      .template = set->template,
                                      .next = set->data,
                                      .end = set->data ? set->data + set->length : NULL };
}

bool nfdec_record_next(struct nfdec_record *record)
{
    if (!record->template || record->next >= record->end)
        return false;
    uint32_t index = record->data ? record->index + 1 : 0;
    if (index >= record->set->records)
        return false;
    struct cursor c = cursor_of(record->next, (size_t)(record->end - record->next));
    if (!walk_record(record->template, &c))
        return false;
    record->data = record->next;
    record->length = (uint32_t)c.at;
    record->next += c.at;
    record->index = index;
    return true;
}

void nfdec_field_begin(struct nfdec_field *field, const struct nfdec_record *record)
{
    *field = (struct nfdec_field) { .record = record, .next = record->data };
}

bool nfdec_field_next(struct nfdec_field *field)
{
    const struct nfdec_record *record = field->record;
    uint16_t index = field->spec ? (uint16_t)(field->index + 1) : 0;
    if (!record->template || index >= record->template->field_count)
        return false;
    const struct nfdec_field_spec *spec = &record->template->fields[index];
    struct cursor c = cursor_of(field->next, (size_t)(record->data + record->length - field->next));
    size_t length = spec->length == NFDEC_VARIABLE ? walk_variable_length(&c) : spec->length;
    const uint8_t *data = cursor_take(&c, length);
    if (!data)
        return false;
    field->spec = spec;
    field->data = data;
    field->length = (uint32_t)length;
    field->index = index;
    field->next += c.at;
    return true;
}
