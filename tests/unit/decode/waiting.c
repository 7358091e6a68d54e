/* SPDX-License-Identifier: MIT */
/* Sets that come before their template: order, place, limits, borrowing from another port. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "rig.h"

#define NS INT64_C(1000000000)

enum { PORT_A = 1111, PORT_B = 2222 };

static struct rig *start(struct message *b, struct nfdec_config config)
{
    message_clear(b);
    return rig_new(config);
}

static void feed_data(struct rig *rig, struct message *b, uint16_t id, uint32_t records)
{
    message_begin(b, 10);
    message_pair_data(b, id, records);
    rig_feed(rig, b);
}

static void feed_template(struct rig *rig, struct message *b, uint16_t id)
{
    message_begin(b, 10);
    message_pair_template(b, id);
    rig_feed(rig, b);
}

Test(waiting, late_sets_come_in_order_behind_their_template)
{
    struct message b;
    struct rig *rig = start(&b, (struct nfdec_config) { .user = NULL });
    feed_data(rig, &b, 256, 1);
    rig_expect(rig, "M W E", "");
    feed_data(rig, &b, 257, 2);
    b.sequence = 5;
    message_begin(&b, 10);
    message_pair_data(&b, 300, 7);
    message_pair_data(&b, 256, 3);
    rig->packet.time = MESSAGE_NOW + 1;
    rig_feed(rig, &b);
    rig_expect(rig, "M W W E", "");
    rig->packet.time = MESSAGE_NOW + 2;
    message_begin(&b, 10);
    message_pair_data(&b, 256, 4);
    message_pair_template(&b, 256);
    message_pair_data(&b, 256, 5);
    message_pair_template(&b, 257);
    rig_feed(rig, &b);
    rig_expect(rig, "M W T LD1 LD3 LD4 D5 T LD2 E", "set-late set-late set-late set-late");
    const struct rig_item *late = rig_set(rig, 3);
    cr_expect_eq(late->message.packet, 3);
    cr_expect_eq(late->message.time, MESSAGE_NOW + 1);
    cr_expect_eq(late->message.sequence, 5);
    cr_expect_eq(late->set.number, 1);
    cr_expect_eq(late->set.offset, 16 + 4 + 7 * 8);
    cr_expect_eq(late->set.data_offset, late->set.offset + 4);
    cr_expect_eq(late->set.length, 3 * 8);
    cr_expect_eq(late->set.id, 256);
    cr_expect(late->set.late);
    cr_expect_not(late->set.borrowed);
    cr_expect_eq(strncmp(late->text, "sourceIPv4Address=1.0.0.1 octetDeltaCount=1; ", 45), 0);
    cr_expect_eq(rig->diagnostic[1].packet, 3);
    cr_expect_eq(rig->diagnostic[1].offset, late->set.offset);
    cr_expect_eq(rig->diagnostic[1].b, 4);
    cr_expect_eq(nfdec_session_at(rig->dec, 0)->records, 1 + 3 + 4 + 5 + 2);
    rig_finish(rig);
    rig_expect(rig, "LU", "set-no-template");
    cr_expect_eq(rig->item[0].message.packet, 3);
    cr_expect_eq(rig->item[0].set.id, 300);
    rig_free(rig);
}

Test(waiting, options_data_waits_too)
{
    struct message b;
    struct rig *rig = start(&b, (struct nfdec_config) { .user = NULL });
    feed_data(rig, &b, 256, 2);
    message_begin(&b, 10);
    message_set(&b, 3);
    message_options(&b, 256, message_pair, 1, 2);
    rig_feed(rig, &b);
    rig_expect(rig, "M O LP2 E", "set-late");
    cr_expect_eq(rig_set(rig, 1)->set.kind, NFDEC_SET_OPTIONS);
    rig_free(rig);
}

Test(waiting, partial_records_are_told_of_their_own_packet)
{
    struct message b;
    struct rig *rig = start(&b, (struct nfdec_config) { .user = NULL });
    message_begin(&b, 10);
    message_pair_data(&b, 256, 2);
    message_set(&b, 256);
    message_u64(&b, 1);
    message_u32(&b, 0x01020304);
    rig_feed(rig, &b);
    feed_template(rig, &b, 256);
    rig_expect(rig, "M T LD2 LD1 E", "set-late set-late set-partial-record");
    cr_expect_eq(rig->diagnostic[2].packet, 1);
    cr_expect_eq(rig->diagnostic[2].offset, 16 + 20 + 4 + 8);
    rig_free(rig);
}

/* Sessions that differ in one thing alone have nothing to do with each other. */
Test(waiting, sessions_do_not_mix)
{
    for (unsigned differ = 0; differ < 5; differ++) {
        struct message b;
        struct rig *rig = start(&b, (struct nfdec_config) { .user = NULL });
        feed_data(rig, &b, 256, 3);
        message_clear(&b);
        b.domain = differ == 0;
        rig->packet.port = differ == 1 ? PORT_B : rig->packet.port;
        rig->packet.address[3] = differ == 2 ? 9 : rig->packet.address[3];
        rig->packet.address_length = differ == 3 ? 16 : 4;
        message_begin(&b, differ == 4 ? 9 : 10);
        message_pair_template(&b, 256);
        rig_feed(rig, &b);
        rig_expect(rig, "M T E", "");
        cr_expect_eq(rig->item[0].message.session->index, 1);
        cr_expect_eq(rig->item[0].message.session->family, differ == 1 ? 0 : 1);
        rig_finish(rig); /* only the other port of the same exporter and domain may help */
        if (differ == 1)
            rig_expect(rig, "LBD3", "set-borrowed");
        else
            rig_expect(rig, "LU", "set-no-template");
        cr_expect_eq(rig->item[0].message.session->index, 0);
        rig_free(rig);
    }
}

Test(waiting, many_sets_of_many_sessions)
{
    enum { SESSIONS = 20, SETS = 12 };
    struct message b;
    struct rig *rig = start(&b, (struct nfdec_config) { .user = NULL });
    for (uint32_t i = 0; i < SETS; i++) {
        for (uint32_t domain = 0; domain < SESSIONS; domain++) {
            b.domain = domain;
            feed_data(rig, &b, (uint16_t)(256 + i % 3), i + 1);
        }
    }
    for (uint32_t domain = SESSIONS; domain-- > 0;) {
        b.domain = domain;
        feed_template(rig, &b, 257);
        rig_expect(rig, "M T LD2 LD5 LD8 LD11 E", "set-late set-late set-late set-late");
        for (size_t i = 1; i <= 4; i++)
            cr_expect_eq(rig_set(rig, i)->message.session->domain, domain);
    }
    rig_finish(rig);
    cr_expect_eq(rig->items, SESSIONS * SETS * 2 / 3);
    for (size_t i = 1; i < rig->items; i++)
        cr_expect_lt(rig->item[i - 1].message.packet, rig->item[i].message.packet);
    rig_free(rig);
}

Test(waiting, limit_of_octets)
{
    struct message b;
    struct rig *rig = start(&b, (struct nfdec_config) { .waiting_octets = 4000 });
    uint32_t given_up = 0, waiting = 0;
    for (uint32_t i = 0; i < 20; i++) {
        feed_data(rig, &b, 256, 50);
        waiting++;
        if (rig->diagnostics == 0) {
            rig_expect(rig, "M W E", "");
            continue;
        }
        rig_expect(rig, "M W LU E", "waiting-limit set-no-template"); /* the oldest goes */
        cr_expect_eq(rig->item[2].message.packet, ++given_up);
        cr_expect_eq(rig->diagnostic[0].packet, given_up);
        cr_expect_eq(rig->diagnostic[0].a, 400);
        cr_expect_eq(rig->diagnostic[0].b, 4000);
    }
    cr_expect(given_up > 9 && given_up < 20);
    feed_template(rig, &b, 256);
    cr_expect_eq(rig->records, (waiting - given_up) * 50);
    cr_expect_eq(rig_set(rig, 1)->message.packet, given_up + 1);
    rig_finish(rig);
    rig_expect(rig, "", "");
    rig_free(rig);
}

Test(waiting, one_set_larger_than_the_limit)
{
    struct message b;
    struct rig *rig = start(&b, (struct nfdec_config) { .waiting_octets = 1 });
    feed_data(rig, &b, 256, 50);
    rig_expect(rig, "M W LU E", "waiting-limit set-no-template");
    feed_template(rig, &b, 256);
    rig_expect(rig, "M T E", "");
    rig_free(rig);
}

Test(waiting, over_the_limit_the_oldest_borrows)
{
    struct message b;
    struct rig *rig = start(&b, (struct nfdec_config) { .waiting_octets = 1 });
    rig->packet.port = PORT_A;
    feed_template(rig, &b, 256);
    rig->packet.port = PORT_B;
    feed_data(rig, &b, 256, 5);
    rig_expect(rig, "M W LBD5 E", "waiting-limit set-borrowed");
    rig_free(rig);
}

Test(waiting, borrowed_at_the_end)
{
    struct message b;
    struct rig *rig = start(&b, (struct nfdec_config) { .user = NULL });
    rig->packet.port = PORT_A;
    feed_template(rig, &b, 256);
    rig->packet.port = PORT_B;
    rig->packet.time += 3600 * NS;
    feed_data(rig, &b, 256, 5);
    rig_expect(rig, "M W E", "");
    rig_finish(rig);
    rig_expect(rig, "LBD5", "set-borrowed");
    cr_expect_eq(rig->diagnostic[0].a, PORT_A);
    cr_expect_eq(rig->diagnostic[0].b, 1);
    cr_expect_eq(rig->diagnostic[0].session->port, PORT_B);
    cr_expect_eq(rig->item[0].set.template->session->port, PORT_A);
    cr_expect_eq(nfdec_session_at(rig->dec, 1)->records, 5);
    cr_expect_eq(nfdec_session_at(rig->dec, 0)->records, 0);
    rig_free(rig);
}

Test(waiting, borrowed_after_a_while)
{
    struct message b;
    struct rig *rig = start(&b, (struct nfdec_config) { .borrow_after = 10 * NS });
    rig->packet.port = PORT_B;
    feed_data(rig, &b, 256, 1); /* at 0 s */
    rig->packet.time += 3 * NS;
    feed_data(rig, &b, 256, 2); /* at 3 s */
    rig->packet.port = PORT_A;
    feed_template(rig, &b, 256);
    rig_expect(rig, "M T E", "");
    rig->packet.time = MESSAGE_NOW + 10 * NS - 1;
    feed_template(rig, &b, 256);
    rig_expect(rig, "M T E", "");
    rig->packet.time = MESSAGE_NOW + 10 * NS;
    feed_template(rig, &b, 256);
    rig_expect(rig, "LBD1 M T E", "set-borrowed");
    rig->packet.port = PORT_B; /* its own template comes in time for the other */
    feed_template(rig, &b, 256);
    rig_expect(rig, "M T LD2 E", "set-late");
    rig_free(rig);
}

/* The template comes when the time to borrow of some has passed: they go with the next one that is due. */
Test(waiting, borrowed_when_it_comes_late)
{
    struct message b;
    struct rig *rig = start(&b, (struct nfdec_config) { .borrow_after = 10 * NS });
    rig->packet.port = PORT_B;
    feed_data(rig, &b, 256, 1);
    feed_data(rig, &b, 300, 9);
    feed_data(rig, &b, 256, 2);
    rig->packet.time += 20 * NS;
    feed_data(rig, &b, 256, 3);
    rig_expect(rig, "M W E", "");
    rig->packet.port = PORT_A;
    feed_template(rig, &b, 256);
    rig_expect(rig, "M T E", "");
    rig->packet.time += 11 * NS;
    feed_template(rig, &b, 256);
    rig_expect(rig, "LBD1 LBD2 LBD3 M T E", "set-borrowed set-borrowed set-borrowed");
    rig_finish(rig);
    rig_expect(rig, "LU", "set-no-template");
    rig_free(rig);
}

Test(waiting, never_borrowed_once_withdrawn)
{
    struct message b;
    struct rig *rig = start(&b, (struct nfdec_config) { .user = NULL });
    rig->packet.port = PORT_A;
    feed_template(rig, &b, 256);
    message_begin(&b, 10);
    message_set(&b, 2);
    message_withdrawal(&b, 256);
    rig_feed(rig, &b);
    rig->packet.port = PORT_B;
    feed_data(rig, &b, 256, 5);
    rig_finish(rig);
    rig_expect(rig, "LU", "set-no-template");
    rig_free(rig);
}

Test(waiting, the_latest_of_all_ports_is_borrowed)
{
    static const struct message_field triple[3] = { { .id = 7, .length = 2 },
                                                    { .id = 11, .length = 2 },
                                                    { .id = 1, .length = 4 } };
    struct message b;
    struct rig *rig = start(&b, (struct nfdec_config) { .user = NULL });
    rig->packet.port = PORT_A;
    feed_template(rig, &b, 256);
    rig->packet.port = 3333;
    message_begin(&b, 10);
    message_set(&b, 2);
    message_template(&b, 256, triple, 3);
    rig_feed(rig, &b);
    rig->packet.port = PORT_B;
    feed_data(rig, &b, 256, 1);
    rig_finish(rig);
    rig_expect(rig, "LBD1", "set-borrowed");
    cr_expect_eq(rig->item[0].set.template->field_count, 3);
    rig_free(rig);
}

/* What was waiting when a decoder ends is not leaked, and nothing is asked of the next one. */
Test(waiting, ends_with_the_decoder)
{
    struct message b;
    struct rig *rig = start(&b, (struct nfdec_config) { .user = NULL });
    for (uint16_t id = 256; id < 400; id++)
        feed_data(rig, &b, id, id);
    rig_free(rig);
    rig = start(&b, (struct nfdec_config) { .user = NULL });
    for (uint16_t id = 256; id < 400; id++)
        feed_data(rig, &b, id, 2);
    nfdec_finish(rig->dec); /* ready, and not taken */
    rig_free(rig);
}

Test(waiting, decoding_goes_on_after_the_end)
{
    struct message b;
    struct rig *rig = start(&b, (struct nfdec_config) { .user = NULL });
    feed_data(rig, &b, 256, 1);
    rig_finish(rig);
    rig_expect(rig, "LU", "set-no-template");
    feed_data(rig, &b, 256, 2);
    feed_template(rig, &b, 256);
    rig_expect(rig, "M T LD2 E", "set-late");
    rig_free(rig);
}
