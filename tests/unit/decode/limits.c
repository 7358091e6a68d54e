/* SPDX-License-Identifier: MIT */
/* Limits of sessions and templates; decoders side by side. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "rig.h"

Test(limits, sessions)
{
    struct message b;
    message_clear(&b);
    struct rig *rig = rig_new((struct nfdec_config) { .max_sessions = 3 });
    for (uint32_t domain = 0; domain < 6; domain++) {
        b.domain = domain;
        message_begin(&b, 10);
        message_pair_template(&b, 256);
        message_pair_data(&b, 256, 1);
        rig_feed(rig, &b);
        rig_expect(rig, "M T D1 E", domain < 3 ? "" : "session-limit");
        if (domain >= 3) {
            cr_expect_eq(rig->diagnostic[0].a, 3);
            cr_expect_eq(rig->item[0].message.session->index, 3); /* one for all the others */
        }
    }
    b.domain = 1;
    rig->packet.port = 9; /* a sibling is better than the rest */
    message_begin(&b, 10);
    message_pair_data(&b, 256, 1);
    rig_feed(rig, &b);
    rig_expect(rig, "M D1 E", "session-limit");
    cr_expect_eq(rig->item[0].message.session->index, 1);
    message_begin(&b, 9); /* the others of another version are not the same */
    message_pair_data(&b, 256, 1);
    rig_feed(rig, &b);
    rig_expect(rig, "M W E", "session-limit");
    cr_expect_eq(rig->item[0].message.session->index, 4);
    cr_expect_null(nfdec_session_at(rig->dec, 5));
    b.domain = 2; /* those that are kept stay so */
    rig->packet.port = 2055;
    message_begin(&b, 10);
    message_pair_data(&b, 256, 1);
    rig_feed(rig, &b);
    rig_expect(rig, "M D1 E", "");
    rig_free(rig);
}

Test(limits, many_sessions)
{
    struct message b;
    message_clear(&b);
    struct rig *rig = rig_new((struct nfdec_config) { .user = NULL });
    for (unsigned round = 0; round < 2; round++) {
        for (uint32_t i = 0; i < 3000; i++) {
            b.domain = i % 10;
            rig->packet.port = (uint16_t)(i % 300);
            rig->packet.address[2] = (uint8_t)(i / 300);
            message_begin(&b, 10);
            message_pair_template(&b, 256);
            rig_feed(rig, &b);
            cr_assert_eq(rig->item[0].message.session->index, i);
        }
    }
    cr_expect_null(nfdec_session_at(rig->dec, 3000));
    const struct nfdec_session *s = nfdec_session_at(rig->dec, 299);
    cr_expect_eq(s->port, 299);
    cr_expect_eq(s->domain, 9);
    cr_expect_eq(s->messages, 2);
    cr_expect_eq(s->family, 9);
    rig_free(rig);
}

Test(limits, templates)
{
    static const struct message_field other[] = { { .id = 12, .length = 4 }, { .id = 1, .length = 4 } };
    struct message b;
    message_clear(&b);
    struct rig *rig = rig_new((struct nfdec_config) { .max_templates = 2 });
    message_begin(&b, 10);
    for (uint16_t id = 256; id < 259; id++) {
        message_pair_template(&b, id);
        message_pair_data(&b, id, 1);
    }
    rig_feed(rig, &b);
    rig_expect(rig, "M T D1 T D1 T W E", "template-limit");
    cr_expect_eq(rig->diagnostic[0].id, 258);
    cr_expect_eq(rig->diagnostic[0].a, 2);
    message_begin(&b, 10); /* those that are kept go on */
    message_pair_template(&b, 256);
    message_pair_data(&b, 256, 1);
    rig_feed(rig, &b);
    rig_expect(rig, "M T D1 E", "");
    message_begin(&b, 10); /* a shape that cannot be kept is not read with the one before */
    message_set(&b, 2);
    message_template(&b, 257, other, 2);
    message_pair_data(&b, 257, 1);
    rig_feed(rig, &b);
    rig_expect(rig, "M T U E", "template-limit set-withdrawn");
    rig_finish(rig);
    rig_expect(rig, "LU", "set-no-template");
    cr_expect_null(nfdec_template_at(rig->dec, 2));
    rig_free(rig);
}

Test(limits, decoders_do_not_know_each_other)
{
    struct message b;
    message_clear(&b);
    struct rig *one = rig_new((struct nfdec_config) { .user = NULL });
    struct rig *two = rig_new((struct nfdec_config) { .max_templates = 1 });
    message_begin(&b, 10);
    message_pair_template(&b, 256);
    rig_feed(one, &b);
    message_begin(&b, 10);
    message_pair_data(&b, 256, 1);
    rig_feed(two, &b);
    rig_expect(two, "M W E", "");
    message_begin(&b, 10);
    message_pair_data(&b, 256, 1);
    rig_feed(one, &b);
    rig_expect(one, "M D1 E", "");
    rig_free(one);
    rig_finish(two);
    rig_expect(two, "LU", "set-no-template");
    rig_free(two);
}

/* Ids under which nothing but data ever came leave no trace: all of them, again and again. */
Test(limits, ids_that_only_waited)
{
    struct message b;
    message_clear(&b);
    struct rig *rig = rig_new((struct nfdec_config) { .waiting_octets = 2000 });
    for (unsigned round = 0; round < 3; round++) {
        for (uint32_t id = 256; id < 65536; id += 97) {
            message_begin(&b, 10);
            message_pair_data(&b, (uint16_t)id, 1);
            rig_feed(rig, &b);
            cr_assert_eq(strncmp(rig->script, "M W", 3), 0);
        }
    }
    message_begin(&b, 10); /* the last ones still wait, and only they */
    message_set(&b, 2);
    for (uint32_t id = 256; id < 65536; id += 97)
        message_template(&b, (uint16_t)id, message_pair, 2);
    rig_feed(rig, &b);
    cr_expect(rig->items > 4 && rig->items < 20, "%s", rig->script);
    cr_expect_eq(rig_set(rig, rig->items - 3)->set.id, 256 + 65279 / 97 * 97);
    rig_free(rig);
}
