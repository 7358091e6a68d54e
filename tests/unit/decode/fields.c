/* SPDX-License-Identifier: MIT */
/* Field specifiers of templates: many, named, repeated, of lengths that do not fit. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "rig.h"

static void define(struct message *b, uint16_t version, uint16_t id, const struct message_field *fields,
                   uint16_t count)
{
    message_begin(b, version);
    message_set(b, version == 9 ? 0 : 2);
    message_template(b, id, fields, count);
}

/* A rig with a decoder, and an empty message. */
static struct rig *start(struct message *b)
{
    message_clear(b);
    return rig_new((struct nfdec_config) { .user = NULL });
}

static void many_fields(uint16_t version, uint16_t count)
{
    struct message_field *fields = calloc(count, sizeof *fields);
    struct message b;
    struct rig *rig = start(&b);
    for (uint16_t i = 0; i < count; i++)
        fields[i] = (struct message_field) { .id = (uint16_t)(40000 + i), .length = 1 };
    for (uint16_t i = 0; i < count && version == 10; i++)
        fields[i] = (struct message_field) { .id = (uint16_t)(i & 0x7FFF), .length = 1, .pen = 99999 };
    define(&b, version, 256, fields, count);
    rig_feed(rig, &b);
    cr_assert_str_eq(rig->script, "M T E"); /* some are known, and cannot be so short */
    const struct nfdec_template *t = nfdec_template_at(rig->dec, 0);
    cr_expect_eq(t->field_count, count);
    cr_expect_eq(t->record_length, count);
    for (uint16_t i = 0; i < count; i++)
        cr_expect(t->fields[i].id == fields[i].id && t->fields[i].repeat_of == i && !t->fields[i].repeated);
    message_begin(&b, version);
    message_set(&b, 256);
    for (uint32_t i = 0; i < count * 2u; i++)
        message_u8(&b, (uint8_t)i);
    b.count = 2;
    rig_feed(rig, &b);
    cr_assert_str_eq(rig->script, "M D2 E");
    rig_free(rig);
    free(fields);
}

Test(fields, many_of_them)
{
    static const uint16_t counts[] = { 61, 128, 1001, 8000 };
    for (size_t i = 0; i < 4; i++) {
        many_fields(9, counts[i]);
        many_fields(10, counts[i]);
    }
}
