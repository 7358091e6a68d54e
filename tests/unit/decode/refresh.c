/* SPDX-License-Identifier: MIT */
/* Definitions that come again, or nearly so. */
#include <criterion/criterion.h>
#include <string.h>

#include "rig.h"

static void define(struct message *b, uint16_t version, const struct message_field *fields, uint16_t count)
{
    message_begin(b, version);
    message_set(b, version == 9 ? 0 : 2);
    message_template(b, 256, fields, count);
}

static struct rig *start(struct message *b)
{
    message_clear(b);
    return rig_new((struct nfdec_config) { .user = NULL });
}

/* Elements of an enterprise, of none, and with the bit for one whose number is 0. */
Test(refresh, with_enterprise_numbers)
{
    static const struct message_field fields[3] = { { .id = 8, .length = 4 },
                                                    { .id = 1, .length = 8, .pen = 29305 },
                                                    { .id = 77, .length = 2, .pen = 4711 } };
    struct message b;
    struct rig *rig = start(&b);
    for (unsigned i = 0; i < 3; i++) {
        define(&b, 10, fields, 3);
        rig_feed(rig, &b);
        rig_expect(rig, "M T E", "");
    }
    const struct nfdec_template *t = nfdec_template_at(rig->dec, 0);
    cr_expect_eq(t->announced, 3);
    cr_expect_str_eq(t->fields[1].name, "reverseOctetDeltaCount");
    cr_expect_str_eq(t->fields[2].name, "4711.77");
    for (unsigned i = 0; i < 2; i++) { /* 8, which belongs to nobody once more */
        message_begin(&b, 10);
        message_set(&b, 2);
        for (unsigned at = 0; at < 2; at++) {
            message_u16(&b, (uint16_t)(257 + at));
            message_u16(&b, 1);
            message_u16(&b, at ? 8 : 0x8008);
            message_u16(&b, 4);
            if (!at)
                message_u32(&b, 0);
        }
        rig_feed(rig, &b);
        rig_expect(rig, "M T E", "");
        cr_expect_eq(rig->item[1].set.records, 2);
    }
    cr_expect_eq(nfdec_template_at(rig->dec, 1)->announced, 2);
    cr_expect_eq(nfdec_template_at(rig->dec, 2)->announced, 2);
    cr_expect_null(nfdec_template_at(rig->dec, 3));
    rig_free(rig);
}

/* Only what a definition says by the last of its fields is new. */
Test(refresh, that_ends_otherwise)
{
    struct message_field fields[40];
    struct message b;
    struct rig *rig = start(&b);
    for (unsigned i = 0; i < 40; i++)
        fields[i] = (struct message_field) { .id = 1, .length = 4 };
    for (uint16_t version = 9; version <= 10; version++) {
        define(&b, version, fields, 40);
        rig_feed(rig, &b);
        rig_expect(rig, "M T E", "");
        fields[39].length++;
        define(&b, version, fields, 40);
        rig_feed(rig, &b);
        cr_assert(strstr(rig->words, "template-changed"));
        define(&b, version, fields, 40);
        rig_feed(rig, &b);
        rig_expect(rig, "M T E", "");
        cr_expect_eq(nfdec_template_at(rig->dec, 2u * version - 17)->announced, 2);
    }
    rig_free(rig);
}
