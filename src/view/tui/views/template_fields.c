/* SPDX-License-Identifier: MIT */
#include "view/tui/views/template_fields.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "nfdec/decoder.h"

enum column { MARK, NUMBER, OFFSET, LENGTH, ID, NAME, TYPE, SEMANTICS, V9_NAME };
enum side { SIDE_MARK, BEFORE_LENGTH, BEFORE, AFTER_LENGTH, AFTER };

const struct list_column template_field_columns[] = {
    [MARK] = { .title = "", .narrow = 1, .wide = 1, .field = -1 },
    [NUMBER] = { .title = "#", .narrow = 3, .wide = 3, .right = true, .field = -1 },
    [OFFSET] = { .title = "Off", .full = "Offset", .narrow = 4, .wide = 6, .right = true, .field = -1 },
    [LENGTH] = { .title = "Len", .full = "Length", .narrow = 4, .wide = 6, .right = true, .field = -1 },
    [ID] = { .title = "Id", .narrow = 9, .wide = 11, .whole = true, .field = -1 },
    [NAME] = { .title = "Name", .narrow = 26, .wide = 30, .most = 44, .field = -1 },
    [TYPE] = { .title = "Type", .narrow = 13, .wide = 20, .most = 20, .field = -1 },
    [SEMANTICS] = { .title = "Semantics", .narrow = 12, .wide = 14, .field = -1 },
    [V9_NAME] = { .title = "NetFlow v9", .narrow = 0, .wide = 24, .most = 34, .field = -1 },
};
const unsigned template_field_column_count = sizeof template_field_columns / sizeof *template_field_columns;

const struct list_column template_side_columns[] = {
    [SIDE_MARK] = { .title = "", .narrow = 1, .wide = 1, .field = -1 },
    [BEFORE_LENGTH] = { .title = "Len", .narrow = 4, .wide = 6, .right = true, .field = -1 },
    [BEFORE] = { .title = "Before", .narrow = 31, .wide = 44, .most = 56, .field = -1 },
    [AFTER_LENGTH] = { .title = "Len", .narrow = 4, .wide = 6, .right = true, .field = -1 },
    [AFTER] = { .title = "After", .narrow = 31, .wide = 44, .most = 56, .field = -1 },
};
const unsigned template_side_column_count = sizeof template_side_columns / sizeof *template_side_columns;

void template_fields_release(struct template_fields *fields)
{
    free(fields->diff.row);
    free(fields->offset);
    *fields = (struct template_fields) { 0 };
}

void template_fields_of(struct template_fields *fields, const struct nfdec_template *after)
{
    uint32_t offset = 0;
    if (fields->after == after)
        return;
    fields->after = after;
    fields->before = after->previous;
    template_diff_make(&fields->diff, fields->before, after);
    fields->offset = alloc_resize(fields->offset, after->field_count + 1u, sizeof *fields->offset);
    for (uint16_t i = 0; i < after->field_count; i++) {
        fields->offset[i] = offset;
        if (after->fields[i].length == NFDEC_VARIABLE)
            offset = TEMPLATE_NO_OFFSET;
        else if (offset != TEMPLATE_NO_OFFSET)
            offset += after->fields[i].length;
    }
}

unsigned template_full_length(uint8_t type)
{
    switch ((enum nfdec_type)type) {
    case NFDEC_UNSIGNED8:
    case NFDEC_SIGNED8:
    case NFDEC_BOOLEAN:
        return 1;
    case NFDEC_UNSIGNED16:
    case NFDEC_SIGNED16:
        return 2;
    case NFDEC_UNSIGNED32:
    case NFDEC_SIGNED32:
    case NFDEC_FLOAT32:
    case NFDEC_SECONDS:
    case NFDEC_IPV4_ADDRESS:
        return 4;
    case NFDEC_UNSIGNED64:
    case NFDEC_SIGNED64:
    case NFDEC_FLOAT64:
    case NFDEC_MILLISECONDS:
    case NFDEC_MICROSECONDS:
    case NFDEC_NANOSECONDS:
        return 8;
    case NFDEC_MAC_ADDRESS:
        return 6;
    case NFDEC_IPV6_ADDRESS:
        return 16;
    default:
        return 0;
    }
}

static void length_cell(const struct nfdec_field_spec *spec, struct strbuf *out)
{
    if (spec->length == NFDEC_VARIABLE) {
        strbuf_text(out, "var ");
        return;
    }
    strbuf_unsigned(out, spec->length);
    strbuf_char(out, spec->length < template_full_length(spec->type) ? '*' : ' ');
}

static void id_cell(const struct nfdec_field_spec *spec, struct strbuf *out)
{
    if (spec->pen)
        strbuf_format(out, "%u/", spec->pen);
    strbuf_unsigned(out, spec->id);
}

static void name_cell(const struct nfdec_field_spec *spec, struct strbuf *out)
{
    const char *holder = spec->element ? NULL : nfdec_pen_name(spec->pen);
    strbuf_text(out, spec->scope ? "scope " : "");
    if (spec->element || spec->scope) /* scopes of NetFlow v9 have names of their own */
        strbuf_text(out, spec->name);
    else if (spec->pen)
        strbuf_format(out, "not known, of %s", holder ? holder : "another vendor");
    else
        strbuf_text(out, "not known");
}

static void side_cell(const struct template_fields *f, const struct diff_row *row, unsigned column,
                      struct strbuf *out)
{
    const struct nfdec_field_spec *before = row->before == DIFF_NONE ? NULL : &f->before->fields[row->before];
    const struct nfdec_field_spec *after = row->after == DIFF_NONE ? NULL : &f->after->fields[row->after];
    const struct nfdec_field_spec *spec = column == BEFORE || column == BEFORE_LENGTH ? before : after;
    if (!spec)
        return;
    if (column == BEFORE_LENGTH || column == AFTER_LENGTH) {
        length_cell(spec, out);
        return;
    }
    name_cell(spec, out);
    strbuf_text(out, " (");
    id_cell(spec, out);
    strbuf_char(out, ')');
}

static void number_cell(const struct template_fields *f, const struct diff_row *row, unsigned column,
                        struct strbuf *out)
{
    if (row->after == DIFF_NONE) {
        strbuf_char(out, '-');
    } else if (column == NUMBER) {
        strbuf_unsigned(out, row->after + 1u);
    } else if (f->offset[row->after] == TEMPLATE_NO_OFFSET) {
        strbuf_char(out, '-');
    } else {
        strbuf_unsigned(out, f->offset[row->after]);
    }
}

/* "Milliseconds" for dateTimeMilliseconds where there is little room. */
static void type_cell(const struct nfdec_field_spec *spec, bool wide, struct strbuf *out)
{
    const char *name = nfdec_type_name((enum nfdec_type)spec->type);
    bool time = spec->type >= NFDEC_SECONDS && spec->type <= NFDEC_NANOSECONDS;
    strbuf_text(out, time && !wide ? name + strlen("dateTime") : name);
}

static void field_cell(const struct template_fields *f, const struct diff_row *row, unsigned column,
                       bool wide, struct strbuf *out)
{
    bool gone = row->after == DIFF_NONE;
    const struct nfdec_template *template = gone ? f->before : f->after;
    const struct nfdec_field_spec *spec = &template->fields[gone ? row->before : row->after];
    const char *v9 = template->session->version == 9 && !spec->scope ? nfdec_v9_name(spec->id) : NULL;
    switch ((enum column)column) {
    case NUMBER:
    case OFFSET:
        number_cell(f, row, column, out);
        break;
    case LENGTH:
        length_cell(spec, out);
        break;
    case ID:
        id_cell(spec, out);
        break;
    case NAME:
        name_cell(spec, out);
        break;
    case TYPE:
        type_cell(spec, wide, out);
        break;
    case SEMANTICS:
        if (spec->element && spec->element->semantics != NFDEC_DEFAULT)
            strbuf_text(out, nfdec_semantics_name((enum nfdec_semantics)spec->element->semantics));
        break;
    case V9_NAME:
        strbuf_text(out, v9 ? v9 : "");
        break;
    default:
        break;
    }
}

static uint64_t count(void *user)
{
    return ((const struct template_fields *)user)->diff.count;
}

static void cell(void *user, uint64_t index, unsigned column, bool wide, struct strbuf *out, enum role *role)
{
    const struct template_fields *f = user;
    const struct diff_row *row = &f->diff.row[index];
    char mark = template_diff_mark(row, f->before, f->after);
    *role = mark == '-' ? ROLE_DIM : mark != ' ' ? ROLE_VALUE : ROLE_NORMAL;
    if (column == MARK)
        strbuf_char(out, mark);
    else if (f->sides)
        side_cell(f, row, column, out);
    else
        field_cell(f, row, column, wide, out);
}

const struct list_ops template_field_ops = { .count = count, .cell = cell };
