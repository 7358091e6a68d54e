/* SPDX-License-Identifier: MIT */
/* Lists within records: RFC 6313. */
#include "nfdec/record.h"

#include "base/cursor.h"
#include "decode/shape.h"
#include "decode/walk.h"

static bool begin_basic(struct nfdec_list *list, struct cursor *c)
{
    /* section 4.5.1: semantic (8) | element id (16) | element length (16) | enterprise number (32, if E) */
    struct wire_field wire = shape_field(c, true);
    if (cursor_failed(c))
        return false;
    char name[SPEC_NAME_SIZE];
    spec_compile(&list->spec, &wire, 10, false, name);
    if (list->spec.name == name)
        list->spec.name = NULL;
    return true;
}

/* Makes list->set the records of one template, `content` all of them. */
static void begin_group(struct nfdec_list *list, uint16_t id, struct cursor content)
{
    const struct nfdec_record *outer = list->field->record;
    const struct nfdec_message *message = outer->set->message;
    list->template_id = id;
    list->template = nfdec_template_for(message->session, id, message->packet);
    list->set = (struct nfdec_set) { .message = message,
                                     .template = list->template,
                                     .data = content.data,
                                     .length = (uint32_t)content.length,
                                     .records = UINT32_MAX,
                                     .id = id,
                                     .kind = NFDEC_SET_DATA };
    list->group_end = content.data + content.length;
    nfdec_record_begin(&list->record, &list->set);
}

bool nfdec_list_begin(struct nfdec_list *list, const struct nfdec_field *field)
{
    *list = (struct nfdec_list) { .field = field, .end = field->data + field->length, .index = UINT32_MAX };
    struct cursor c = cursor_of(field->data, field->length);
    list->semantic = cursor_u8(&c);
    switch (field->spec->type) {
    case NFDEC_BASIC_LIST:
        list->malformed = !begin_basic(list, &c);
        break;
    case NFDEC_SUB_TEMPLATE_LIST: {
        /* section 4.5.2: semantic (8) | template id (16) | records */
        uint16_t id = cursor_u16(&c);
        list->malformed = cursor_failed(&c) || id < 256;
        if (!list->malformed) {
            begin_group(list, id, cursor_rest(&c));
            c.at = c.length;
        }
        break;
    }
    case NFDEC_SUB_TEMPLATE_MULTI_LIST:
        list->malformed = cursor_failed(&c);
        break;
    default:
        return false;
    }
    list->next = list->malformed ? list->end : field->data + c.at;
    return true;
}

static bool next_value(struct nfdec_list *list)
{
    struct cursor c = cursor_of(list->next, (size_t)(list->end - list->next));
    if (!cursor_left(&c) || list->spec.length == 0)
        return false;
    size_t length = list->spec.length == NFDEC_VARIABLE ? walk_variable_length(&c) : list->spec.length;
    const uint8_t *data = cursor_take(&c, length);
    if (!data) {
        list->malformed = true;
        list->next = list->end;
        return false;
    }
    list->index++;
    list->value = (struct nfdec_field) {
        .record = list->field->record, .spec = &list->spec, .data = data, .length = (uint32_t)length
    };
    list->next += c.at;
    return true;
}

/* section 4.5.3: template id (16) | length (16), its own four octets included | records; and so on */
static bool next_group(struct nfdec_list *list)
{
    struct cursor c = cursor_of(list->next, (size_t)(list->end - list->next));
    if (cursor_left(&c) == 0)
        return false;
    uint16_t id = cursor_u16(&c), length = cursor_u16(&c);
    struct cursor content = cursor_sub(&c, length >= 4 ? length - 4u : SIZE_MAX);
    if (cursor_failed(&c) || id < 256) {
        list->malformed = true;
        list->next = list->end;
        return false;
    }
    list->next += c.at;
    begin_group(list, id, content);
    return true;
}

bool nfdec_list_next(struct nfdec_list *list)
{
    if (list->field->spec->type == NFDEC_BASIC_LIST)
        return !list->malformed && next_value(list);
    bool multi = list->field->spec->type == NFDEC_SUB_TEMPLATE_MULTI_LIST;
    while (!list->malformed) {
        if (list->template && list->record.next < list->group_end) {
            if (nfdec_record_next(&list->record)) {
                list->index++;
                return true;
            }
            list->malformed = true;
            return false;
        }
        if (list->group_end && !list->template && list->set.data) {
            list->record.data = list->set.data; /* a group that cannot be read is given once, as it is */
            list->record.length = list->set.length;
            list->set.data = NULL;
            list->index++;
            return true;
        }
        if (!multi || !next_group(list))
            return false;
    }
    return false;
}

const char *nfdec_list_semantic_name(uint8_t semantic)
{
    static const char *const names[] = { "noneOf", "exactlyOneOf", "oneOrMoreOf", "allOf", "ordered" };
    return semantic < sizeof names / sizeof *names ? names[semantic] : "undefined";
}
