/* SPDX-License-Identifier: MIT */
#include "nfdec/announced.h"

#include "base/cursor.h"

void nfdec_announced_begin(struct nfdec_announced *announced, const struct nfdec_set *set)
{
    *announced = (struct nfdec_announced) { .set = set };
    if (set->kind != NFDEC_SET_TEMPLATES && set->kind != NFDEC_SET_OPTIONS_TEMPLATES)
        announced->next = set->length;
}

/* The counts of an options template: fields in IPFIX (RFC 7011 3.4.2.2), octets in v9 (RFC 3954 6.1). */
static bool options_counts(struct cursor *c, bool ipfix, uint32_t first, uint32_t *fields, uint32_t *scopes)
{
    uint32_t second = cursor_u16(c);
    *fields = ipfix ? first : first / 4 + second / 4;
    *scopes = ipfix ? second : first / 4;
    return *scopes <= *fields;
}

static void skip_fields(struct cursor *c, uint32_t count, bool ipfix)
{
    if (!ipfix) {
        cursor_skip(c, (size_t)count * 4);
        return;
    }
    for (uint32_t i = 0; i < count && !cursor_failed(c); i++) {
        const uint8_t *p = cursor_take(c, 4);
        if (p && p[0] & 0x80) /* of an enterprise, whose number follows */
            cursor_skip(c, 4);
    }
}

bool nfdec_announced_next(struct nfdec_announced *announced)
{
    const struct nfdec_set *set = announced->set;
    struct cursor c = cursor_of(set->data, set->length);
    cursor_skip(&c, announced->next);
    bool ipfix = set->message->version == 10;
    bool options = set->kind == NFDEC_SET_OPTIONS_TEMPLATES;
    uint16_t id = cursor_u16(&c);
    uint32_t fields = cursor_u16(&c), scopes = 0;
    bool withdrawal = ipfix && fields == 0 && (id >= 256 || id == (options ? 3 : 2));
    if (cursor_failed(&c) || (id < 256 && !withdrawal))
        return false;
    if (!withdrawal) {
        if (options && !options_counts(&c, ipfix, fields, &fields, &scopes))
            return false;
        skip_fields(&c, fields, ipfix);
    }
    if (cursor_failed(&c))
        return false;
    announced->template =
        withdrawal ? NULL : nfdec_template_for(set->message->session, id, set->message->packet);
    announced->id = id;
    announced->field_count = (uint16_t)fields;
    announced->scope_count = (uint16_t)scopes;
    announced->withdrawal = withdrawal;
    announced->offset = set->data_offset + announced->next;
    announced->length = (uint32_t)c.at - announced->next;
    announced->next = (uint32_t)c.at;
    return true;
}
