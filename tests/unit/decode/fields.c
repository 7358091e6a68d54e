/* SPDX-License-Identifier: MIT */
/* Fields of templates: names, enterprise numbers, lengths, the same one twice. */
#include <criterion/criterion.h>
#include <stdlib.h>

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

Test(fields, names)
{
    static const struct message_field fields[] = {
        { .id = 1, .length = 4, .pen = 29305 },     /* reverse */
        { .id = 30000, .length = 4, .pen = 29305 }, /* reverse of nothing */
        { .id = 7, .length = 2, .pen = 4000000000 }, { .id = 32000, .length = 2 }, { .id = 1, .length = 4 },
    };
    struct message b;
    struct rig *rig = start(&b);
    define(&b, 10, 256, fields, 5);
    rig_feed(rig, &b);
    rig_expect(rig, "M T E", "");
    const struct nfdec_template *t = nfdec_template_at(rig->dec, 0);
    static const char *const names[] = { "reverseOctetDeltaCount", "29305.30000", "4000000000.7", "0.32000",
                                         "octetDeltaCount" };
    for (size_t i = 0; i < 5; i++)
        cr_expect_str_eq(t->fields[i].name, names[i]);
    cr_expect(t->fields[0].reverse);
    cr_expect_eq(t->fields[0].element, t->fields[4].element);
    cr_expect_not(t->fields[1].reverse);
    cr_expect_null(t->fields[1].element);
    cr_expect_eq(t->fields[0].repeat_of, 0);
    cr_expect_eq(t->fields[4].repeat_of, 4);
    rig_free(rig);
}

Test(fields, v9_types_of_the_upper_half)
{
    static const struct message_field fields[] = { { .id = 0x8001, .length = 4 },
                                                   { .id = 0xFFFF, .length = 2 } };
    struct message b;
    struct rig *rig = start(&b);
    define(&b, 9, 256, fields, 2);
    message_set(&b, 256);
    message_u32(&b, 0x01020304);
    message_u16(&b, 5);
    b.count++;
    rig_feed(rig, &b);
    rig_expect(rig, "M T D1 E", "");
    const struct nfdec_template *t = nfdec_template_at(rig->dec, 0);
    cr_expect_eq(t->fields[0].id, 0x8001);
    cr_expect_eq(t->fields[0].pen, 0);
    cr_expect_str_neq(t->fields[0].name, "octetDeltaCount");
    cr_expect_str_eq(t->fields[1].name, "0.65535");
    rig_free(rig);
}

Test(fields, repeated_fields)
{
    static const struct message_field fields[] = {
        { .id = 8, .length = 4 }, { .id = 1, .length = 4 },           { .id = 8, .length = 4 },
        { .id = 8, .length = 2 }, { .id = 1, .length = 4, .pen = 9 },
    };
    struct message b;
    struct rig *rig = start(&b);
    message_begin(&b, 10);
    message_set(&b, 3);
    message_options(&b, 256, fields, 1, 5);
    rig_feed(rig, &b);
    const struct nfdec_template *t = nfdec_template_at(rig->dec, 0);
    static const uint16_t first[] = { 0, 1, 2, 2, 4 }; /* the scope field is a name of its own */
    static const bool again[] = { false, false, true, false, false };
    for (size_t i = 0; i < 5; i++) {
        cr_expect_eq(t->fields[i].repeat_of, first[i], "%zu", i);
        cr_expect_eq(t->fields[i].repeated, again[i], "%zu", i);
    }
    rig_free(rig);
}

Test(fields, lengths_that_do_not_fit_the_element)
{
    static const struct message_field fields[] = { { .id = 8, .length = 3 }, { .id = 152, .length = 4 } };
    struct message b;
    struct rig *rig = start(&b);
    define(&b, 10, 256, fields, 2);
    message_set(&b, 256);
    message_u32(&b, 0x01020304);
    message_u16(&b, 0x0506);
    message_u8(&b, 7);
    rig_feed(rig, &b);
    rig_expect(rig, "M T D1 E", "field-length field-length");
    cr_expect_eq(rig->diagnostic[1].a, 152);
    cr_expect_eq(rig->diagnostic[1].b, 4);
    cr_expect_str_eq(rig->item[2].text, "sourceIPv4Address=010203 flowStartMilliseconds=04050607");
    rig_free(rig);
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
