/* SPDX-License-Identifier: MIT */
#include "view/batch/fields.h"

#include <math.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "view/batch/json.h"
#include "view/format.h"

static void object(struct strbuf *out, const struct nfdec_record *record, bool scope, unsigned depth);

/* Values of bounded length through the decoder's own text. */
static void short_text(struct strbuf *out, const struct nfdec_value *value)
{
    char text[64];
    strbuf_add(out, text, nfdec_value_text(value, text, sizeof text));
}

static void value_json(struct strbuf *out, const struct nfdec_value *value)
{
    switch (value->kind) {
    case NFDEC_VALUE_UNSIGNED:
        strbuf_unsigned(out, value->u);
        return;
    case NFDEC_VALUE_SIGNED:
        strbuf_signed(out, value->i);
        return;
    case NFDEC_VALUE_BOOLEAN:
        strbuf_text(out, value->u ? "true" : "false");
        return;
    case NFDEC_VALUE_STRING:
        strbuf_json(out, (const char *)value->octets, value->length);
        return;
    case NFDEC_VALUE_FLOAT:
        if (isfinite(value->f)) {
            short_text(out, value);
            return;
        }
        break;
    default:
        break;
    }
    strbuf_char(out, '"');
    if (value->kind == NFDEC_VALUE_TIME)
        format_utc_time(out, value->i);
    else if (value->kind == NFDEC_VALUE_OCTETS || value->kind == NFDEC_VALUE_LIST)
        strbuf_hex(out, value->octets, value->length);
    else
        short_text(out, value);
    strbuf_char(out, '"');
}

static void field_json(struct strbuf *out, const struct nfdec_field *field, unsigned depth);

static void list_record(struct strbuf *out, const struct nfdec_list *list, unsigned depth)
{
    json_open(out, '{');
    object(out, &list->record, true, depth + 1);
    object(out, &list->record, false, depth + 1);
    json_close(out, '}');
}

static void list_head(struct strbuf *out, const struct nfdec_list *list)
{
    json_open(out, '{');
    json_word(out, "semantic", nfdec_list_semantic_name(list->semantic));
}

static void list_tail(struct strbuf *out, const struct nfdec_list *list)
{
    json_close(out, ']');
    if (list->malformed)
        json_bool(out, "malformed", true);
    json_close(out, '}');
}

/* An element that nobody knows has its number for a name. */
static void element_number(struct strbuf *out, const struct nfdec_field_spec *spec)
{
    json_key(out, "element");
    strbuf_char(out, '"');
    strbuf_unsigned(out, spec->pen);
    strbuf_char(out, '.');
    strbuf_unsigned(out, spec->id);
    strbuf_char(out, '"');
}

static void basic_list(struct strbuf *out, struct nfdec_list *list, unsigned depth)
{
    list_head(out, list);
    if (list->spec.name)
        json_word(out, "element", list->spec.name);
    else
        element_number(out, &list->spec);
    json_key(out, "values");
    json_open(out, '[');
    while (nfdec_list_next(list)) {
        json_item(out);
        field_json(out, &list->value, depth + 1);
    }
    list_tail(out, list);
}

/* template_id 0: not known. */
static void group_begin(struct strbuf *out, const struct nfdec_list *list, uint16_t template_id)
{
    list_head(out, list);
    if (template_id != 0)
        json_number(out, "template", template_id);
    json_key(out, "records");
    json_open(out, '[');
}

/* Records of a template that nobody knows: all octets of the group. */
static void group_octets(struct strbuf *out, const struct nfdec_list *list)
{
    list_head(out, list);
    json_number(out, "template", list->template_id);
    json_key(out, "octets");
    strbuf_char(out, '"');
    strbuf_hex(out, list->record.data, list->record.length);
    strbuf_text(out, "\"}");
}

/*
 * Records that follow each other under one template are a group. A subTemplateList is one group, even where it is
 * empty; a subTemplateMultiList is an array of them.
 */
static void record_lists(struct strbuf *out, struct nfdec_list *list, bool multi, unsigned depth)
{
    uint16_t group = 0; /* the template of the group that is open */
    bool any = multi;
    if (multi)
        json_open(out, '[');
    while (nfdec_list_next(list)) {
        any = true;
        if (group != 0 && (group != list->template_id || !list->template)) {
            strbuf_text(out, "]}");
            group = 0;
        }
        if (!list->template) {
            group_octets(out, list);
            continue;
        }
        if (group == 0)
            group_begin(out, list, list->template_id);
        group = list->template_id;
        list_record(out, list, depth);
    }
    if (group == 0 && (!any || list->malformed))
        group_begin(out, list, multi ? 0 : list->template_id);
    if (group != 0 || !any || list->malformed)
        list_tail(out, list);
    if (multi)
        json_close(out, ']');
}

static void field_json(struct strbuf *out, const struct nfdec_field *field, unsigned depth)
{
    struct nfdec_value value = nfdec_field_value(field);
    struct nfdec_list list;
    if (value.kind != NFDEC_VALUE_LIST || depth >= NFDEC_LIST_DEPTH || !nfdec_list_begin(&list, field))
        value_json(out, &value);
    else if (field->spec->type == NFDEC_BASIC_LIST)
        basic_list(out, &list, depth);
    else
        record_lists(out, &list, field->spec->type == NFDEC_SUB_TEMPLATE_MULTI_LIST, depth);
}

/* All fields of a record that repeats some, and for each the next one of its name; 0: none. */
struct copies {
    struct nfdec_field *field;
    uint16_t *next;
    uint32_t count;
};

static struct copies copies_of(const struct nfdec_record *record)
{
    uint32_t most = record->template->field_count;
    struct copies copies = {
        .field = alloc_array(most, sizeof *copies.field),
        .next = alloc_array(most, sizeof *copies.next),
    };
    uint16_t *last = alloc_array(most, sizeof *last); /* by the first field of a name */
    struct nfdec_field field;
    nfdec_field_begin(&field, record);
    while (copies.count < most && nfdec_field_next(&field)) {
        uint16_t index = (uint16_t)copies.count;
        uint16_t first = field.spec->repeat_of;
        copies.field[copies.count++] = field;
        if (first != index)
            copies.next[last[first]] = index;
        last[first] = index;
    }
    free(last);
    return copies;
}

static void copies_release(struct copies *copies)
{
    free(copies->field);
    free(copies->next);
}

static void copies_json(struct strbuf *out, const struct copies *copies, uint16_t first, unsigned depth)
{
    uint32_t at = first;
    json_open(out, '[');
    do {
        json_item(out);
        field_json(out, &copies->field[at], depth);
        at = copies->next[at];
    } while (at != 0);
    json_close(out, ']');
}

/* The members of an object: scope fields, or all others. Repeated names become arrays. */
static void object(struct strbuf *out, const struct nfdec_record *record, bool scope, unsigned depth)
{
    struct copies copies = { 0 };
    struct nfdec_field field;
    nfdec_field_begin(&field, record);
    while (nfdec_field_next(&field)) {
        const struct nfdec_field_spec *spec = field.spec;
        if (spec->scope != scope || spec->repeat_of != field.index)
            continue;
        json_key(out, spec->name);
        if (!spec->repeated) {
            field_json(out, &field, depth);
            continue;
        }
        if (!copies.field)
            copies = copies_of(record);
        copies_json(out, &copies, field.index, depth);
    }
    copies_release(&copies);
}

void fields_json(struct strbuf *out, const struct nfdec_record *record)
{
    if (record->template->scope_count > 0) {
        json_key(out, "scope");
        json_open(out, '{');
        object(out, record, true, 0);
        json_close(out, '}');
    }
    json_key(out, "fields");
    json_open(out, '{');
    object(out, record, false, 0);
    json_close(out, '}');
}

void value_text(struct strbuf *out, const struct nfdec_value *value)
{
    switch (value->kind) {
    case NFDEC_VALUE_STRING:
        strbuf_char(out, '"');
        strbuf_clean(out, (const char *)value->octets, value->length);
        strbuf_char(out, '"');
        break;
    case NFDEC_VALUE_OCTETS:
    case NFDEC_VALUE_LIST:
        strbuf_text(out, "0x");
        strbuf_hex(out, value->octets, value->length);
        break;
    case NFDEC_VALUE_UNSIGNED:
        strbuf_unsigned(out, value->u);
        break;
    default:
        short_text(out, value);
        break;
    }
}

static void nested_text(struct strbuf *out, const struct nfdec_field *field, unsigned depth);

static void record_text(struct strbuf *out, const struct nfdec_record *record, unsigned depth)
{
    struct nfdec_field field;
    const char *between = "";
    strbuf_char(out, '{');
    nfdec_field_begin(&field, record);
    while (nfdec_field_next(&field)) {
        strbuf_text(out, between);
        strbuf_text(out, field.spec->name);
        strbuf_char(out, '=');
        nested_text(out, &field, depth);
        between = " ";
    }
    strbuf_char(out, '}');
}

static void list_text(struct strbuf *out, struct nfdec_list *list, unsigned depth)
{
    const char *between = "";
    strbuf_text(out, nfdec_list_semantic_name(list->semantic));
    strbuf_char(out, '[');
    while (nfdec_list_next(list)) {
        strbuf_text(out, between);
        between = " ";
        if (list->template) {
            record_text(out, &list->record, depth + 1);
        } else if (list->template_id != 0) {
            strbuf_format(out, "template %u not known: 0x", list->template_id);
            strbuf_hex(out, list->record.data, list->record.length);
        } else {
            nested_text(out, &list->value, depth + 1);
        }
    }
    strbuf_text(out, list->malformed ? " malformed]" : "]");
}

static void nested_text(struct strbuf *out, const struct nfdec_field *field, unsigned depth)
{
    struct nfdec_value value = nfdec_field_value(field);
    struct nfdec_list list;
    if (value.kind == NFDEC_VALUE_LIST && depth < NFDEC_LIST_DEPTH && nfdec_list_begin(&list, field))
        list_text(out, &list, depth);
    else
        value_text(out, &value);
}

void field_text(struct strbuf *out, const struct nfdec_field *field)
{
    nested_text(out, field, 0);
}

void fields_text(struct strbuf *out, const struct nfdec_record *record)
{
    struct nfdec_field field;
    nfdec_field_begin(&field, record);
    while (nfdec_field_next(&field)) {
        strbuf_text(out, field.spec->scope ? " scope:" : " ");
        strbuf_text(out, field.spec->name);
        strbuf_char(out, '=');
        field_text(out, &field);
    }
}
