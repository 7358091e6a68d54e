/* SPDX-License-Identifier: MIT */
/* The walk over sets: padding, lengths that lie, reserved ids, partial records, variable-length fields. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "rig.h"

static struct rig *start(struct message *b)
{
    message_clear(b);
    return rig_new((struct nfdec_config) { .user = NULL });
}

static void template_of(struct message *b, const struct message_field *fields, uint16_t count)
{
    message_set(b, b->version == 9 ? 0 : 2);
    message_template(b, 256, fields, count);
    message_set_end(b);
}

Test(sets, padding_within)
{
    for (uint16_t version = 9; version <= 10; version++) {
        for (size_t padding = 0; padding < 8; padding++) {
            struct message b;
            struct rig *rig = start(&b);
            message_begin(&b, version);
            message_pair_template(&b, 256);
            message_set(&b, 256);
            message_u64(&b, 1);
            message_zeros(&b, padding);
            message_pair_data(&b, 256, 2);
            b.count++;
            rig_feed(rig, &b);
            rig_expect(rig, "M T D1 D2 E", "");
            rig_free(rig);
        }
    }
}

/* Exporters that fill up to a border of four octets and do not count it. */
Test(sets, padding_outside)
{
    static const struct message_field odd[] = { { .id = 4, .length = 1 }, { .id = 7, .length = 2 } };
    for (uint16_t version = 9; version <= 10; version++) {
        for (uint32_t records = 1; records <= 4; records++) {
            struct message b;
            struct rig *rig = start(&b);
            message_begin(&b, version);
            template_of(&b, odd, 2);
            for (unsigned set = 0; set < 2; set++) {
                message_set(&b, 256);
                for (uint32_t i = 0; i < records; i++)
                    message_number(&b, 0x060050, 3);
                message_set_end(&b);
                message_zeros(&b, (4 - b.length % 4) % 4);
            }
            b.count = (uint16_t)(b.count + 2 * records);
            rig_feed(rig, &b);
            char script[] = "M T D0 D0 E";
            script[5] = script[8] = (char)('0' + records);
            rig_expect(rig, script, "");
            rig_free(rig);
        }
    }
}

Test(sets, zero_behind_the_last_set)
{
    for (uint16_t version = 9; version <= 10; version++) {
        for (size_t zeros = 0; zeros < 20; zeros++) {
            struct message b;
            struct rig *rig = start(&b);
            message_begin(&b, version);
            message_pair_template(&b, 256);
            message_pair_data(&b, 256, 1);
            message_zeros(&b, zeros);
            rig_feed(rig, &b);
            rig_expect(rig, "M T D1 E", "");
            rig_free(rig);
        }
    }
}

Test(sets, shorter_than_their_header)
{
    for (uint16_t version = 9; version <= 10; version++) {
        for (uint16_t length = 0; length < 4; length++) {
            struct message b;
            struct rig *rig = start(&b);
            message_begin(&b, version);
            message_pair_template(&b, 256);
            size_t at = b.length;
            message_pair_data(&b, 256, 1);
            message_pair_data(&b, 256, 1);
            message_end(&b);
            message_put_u16(&b, at + 2, length);
            rig_feed_cut(rig, &b, b.length);
            cr_expect_str_eq(rig->script, "M T E");
            cr_expect_eq(rig->diagnostic[0].code, NFDEC_DIAG_SET_TOO_SHORT);
            cr_expect_eq(rig->diagnostic[0].a, length);
            cr_expect_eq(rig->diagnostic[0].offset, at);
            rig_free(rig);
        }
    }
}

Test(sets, overrun)
{
    for (uint16_t version = 9; version <= 10; version++) {
        struct message b;
        struct rig *rig = start(&b);
        message_begin(&b, version);
        message_pair_template(&b, 256);
        size_t at = b.length;
        message_pair_data(&b, 256, 3);
        message_end(&b);
        message_put_u16(&b, at + 2, 4 + 4 * 8);
        rig_feed_cut(rig, &b, b.length);
        rig_expect(rig, "M T D3 E", "set-overrun"); /* what is there is read */
        cr_expect_eq(rig->diagnostic[0].a, 36);
        cr_expect_eq(rig->diagnostic[0].b, 8);
        rig_free(rig);
    }
}

Test(sets, overrun_of_a_template_set)
{
    struct message b;
    struct rig *rig = start(&b);
    message_begin(&b, 10);
    size_t at = b.length;
    message_pair_template(&b, 256);
    message_end(&b);
    message_put_u16(&b, at + 2, 200);
    rig_feed_cut(rig, &b, b.length);
    rig_expect(rig, "M T E", "set-overrun");
    cr_expect_not_null(nfdec_template_at(rig->dec, 0));
    rig_free(rig);
}

Test(sets, empty)
{
    struct message b;
    struct rig *rig = start(&b);
    message_begin(&b, 10);
    message_set(&b, 2);
    message_set(&b, 3);
    message_pair_template(&b, 256);
    message_set(&b, 256);
    message_set(&b, 256);
    rig_feed(rig, &b);
    rig_expect(rig, "M T O T D0 D0 E", "");
    rig_free(rig);
}

Test(sets, reserved_ids)
{
    for (uint16_t version = 9; version <= 10; version++) {
        static const uint16_t ids[] = { 4, 8, 11, 100, 255 };
        for (size_t i = 0; i < 5; i++) {
            struct message b;
            struct rig *rig = start(&b);
            message_begin(&b, version);
            message_pair_template(&b, 256);
            message_set(&b, ids[i]);
            message_u64(&b, 1);
            message_pair_data(&b, 256, 1);
            rig_feed(rig, &b);
            rig_expect(rig, "M T X D1 E", "reserved-set");
            cr_expect_eq(rig->diagnostic[0].id, ids[i]);
            cr_expect_eq(rig->diagnostic[0].a, 8);
            cr_expect_eq(rig_set(rig, 1)->set.state, NFDEC_SET_UNDECODED);
            rig_free(rig);
        }
    }
}

Test(sets, template_sets_of_ipfix_in_v9)
{
    struct message b;
    struct rig *rig = start(&b);
    message_begin(&b, 9);
    message_set(&b, 2);
    message_template(&b, 256, message_pair, 2);
    rig_feed(rig, &b);
    rig_expect(rig, "M X E", "reserved-set");
    rig_free(rig);
}

Test(sets, rest_behind_the_records)
{
    for (size_t rest = 1; rest < 8; rest++) {
        struct message b;
        struct rig *rig = start(&b);
        message_begin(&b, 10);
        message_pair_template(&b, 256);
        size_t at = b.length;
        message_set(&b, 256);
        message_u64(&b, 1);
        message_zeros(&b, rest - 1);
        message_u8(&b, 7);
        rig_feed(rig, &b);
        rig_expect(rig, "M T D1 E", rest < 4 ? "set-padding" : "set-partial-record");
        cr_expect_eq(rig->diagnostic[0].a, rest);
        cr_expect_eq(rig->diagnostic[0].offset, at + 4 + 8);
        rig_free(rig);
    }
}

Test(sets, variable_length_in_both_forms)
{
    static const struct message_field fields[] = { { .id = 82, .length = MESSAGE_VARIABLE },
                                                   { .id = 7, .length = 2 },
                                                   { .id = 83, .length = MESSAGE_VARIABLE } };
    for (uint16_t version = 9; version <= 10; version++) {
        struct message b;
        struct rig *rig = start(&b);
        message_begin(&b, version);
        template_of(&b, fields, 3);
        message_set(&b, 256);
        message_u8(&b, 4);
        message_octets(&b, "eth0", 4);
        message_u16(&b, 80);
        message_u8(&b, 255); /* RFC 7011 section 7: three octets of length, also where one would do */
        message_u16(&b, 2);
        message_octets(&b, "up", 2);
        message_u8(&b, 0);
        message_u16(&b, 81);
        message_u8(&b, 0);
        message_u8(&b, 255);
        message_u16(&b, 300);
        for (unsigned i = 0; i < 300; i++)
            message_u8(&b, 'x');
        message_u16(&b, 82);
        message_u8(&b, 1);
        message_u8(&b, 'y');
        b.count = (uint16_t)(b.count + 3);
        rig_feed(rig, &b);
        rig_expect(rig, "M T D3 E", "");
        const struct rig_item *item = rig_set(rig, 1);
        cr_expect(item->set.template->variable);
        cr_expect_eq(item->set.template->record_length, 4);
        static const char first[] = "interfaceName=eth0 sourceTransportPort=80 interfaceDescription=up; "
                                    "interfaceName= sourceTransportPort=81 interfaceDescription=; "
                                    "interfaceName=xxxxxx";
        cr_expect_eq(strncmp(item->text, first, sizeof first - 1), 0, "%s", item->text);
        cr_expect_not_null(strstr(item->text, "x sourceTransportPort=82 interfaceDescription=y"));
        rig_free(rig);
    }
}

Test(sets, variable_length_cut)
{
    static const struct message_field fields[] = { { .id = 7, .length = 2 },
                                                   { .id = 82, .length = MESSAGE_VARIABLE } };
    static const uint8_t rest[][6] = { { 0, 80, 2, 'x' }, { 0, 80, 255, 0 }, { 0, 80, 255, 0, 2, 'x' } };
    static const size_t lengths[] = { 4, 4, 6 };
    for (size_t i = 0; i < 3; i++) {
        struct message b;
        struct rig *rig = start(&b);
        message_begin(&b, 10);
        template_of(&b, fields, 2);
        message_set(&b, 256);
        message_octets(&b, "\0\1\1a\0\2\0", 7);
        message_octets(&b, rest[i], lengths[i]);
        rig_feed(rig, &b);
        rig_expect(rig, "M T D2 E", "set-partial-record");
        cr_expect_eq(rig->diagnostic[0].a, lengths[i]);
        cr_expect_eq(rig->diagnostic[0].b, 2);
        rig_free(rig);
    }
}

Test(sets, only_variable_fields_and_padding)
{
    static const struct message_field fields[] = { { .id = 82, .length = MESSAGE_VARIABLE } };
    for (size_t zeros = 0; zeros < 6; zeros++) {
        struct message b;
        struct rig *rig = start(&b);
        message_begin(&b, 10);
        template_of(&b, fields, 1);
        message_set(&b, 256);
        message_octets(&b, "\2ab\1c", 5);
        message_zeros(&b, zeros);
        rig_feed(rig, &b);
        /* up to three zeros are padding; more are records of empty fields, the last of which are again not */
        rig_expect(rig, zeros < 4 ? "M T D2 E" : zeros == 4 ? "M T D3 E" : "M T D4 E", "");
        rig_free(rig);
    }
}

Test(sets, fields_of_no_octets)
{
    static const struct message_field fields[] = { { .id = 8, .length = 0 },
                                                   { .id = 7, .length = 2 },
                                                   { .id = 82, .length = 0 },
                                                   { .id = 1, .length = 0 } };
    struct message b;
    struct rig *rig = start(&b);
    message_begin(&b, 10);
    template_of(&b, fields, 4);
    message_set(&b, 256);
    message_u32(&b, 0x00500051);
    rig_feed(rig, &b);
    rig_expect(rig, "M T D2 E", "");
    cr_expect_str_eq(rig_set(rig, 1)->text,
                     "sourceIPv4Address= sourceTransportPort=80 interfaceName= octetDeltaCount=; "
                     "sourceIPv4Address= sourceTransportPort=81 interfaceName= octetDeltaCount=");
    rig_free(rig);
}

static void count_limits(void *user, const struct nfdec_diagnostic *diagnostic)
{
    *(unsigned *)user += diagnostic->code == NFDEC_DIAG_FIELDS_LIMIT;
}

/* 25000 records of 16000 fields without octets would be 400 million fields: only so many are read. */
Test(sets, many_empty_fields_and_many_records)
{
    enum { FIELDS = 16000 };
    struct message_field *fields = calloc(FIELDS, sizeof *fields);
    struct message b;
    message_clear(&b);
    for (uint16_t i = 0; i < FIELDS; i++)
        fields[i].id = 210;
    fields[FIELDS / 2].length = MESSAGE_VARIABLE;
    unsigned told = 0;
    struct nfdec_config config = { .diagnose = count_limits, .user = &told };
    struct nfdec *dec = nfdec_new(&config);
    message_begin(&b, 10);
    template_of(&b, fields, FIELDS);
    message_end(&b);
    struct nfdec_packet packet = { .data = b.octets, .length = b.length, .address_length = 4 };
    cr_assert_eq(nfdec_feed(dec, &packet), NFDEC_OK);
    while (nfdec_next(dec)) {
    }
    message_clear(&b);
    message_begin(&b, 10);
    message_set(&b, 256);
    for (unsigned i = 0; i < 25000; i++)
        message_u16(&b, 0x0107);
    message_end(&b);
    packet.length = b.length;
    cr_assert_eq(nfdec_feed(dec, &packet), NFDEC_OK);
    nfdec_next(dec);
    const struct nfdec_item *item = nfdec_next(dec);
    cr_expect_eq(item->set.records, (1u << 18) / FIELDS);
    cr_expect_eq(told, 1);
    nfdec_free(dec);
    free(fields);
}

Test(sets, ends_of_the_walk)
{
    struct message b;
    struct rig *rig = start(&b);
    message_begin(&b, 9); /* nothing but a header */
    rig_feed(rig, &b);
    rig_expect(rig, "M E", "");
    message_begin(&b, 9); /* less than a set header */
    message_number(&b, 0x000001, 3);
    rig_feed(rig, &b);
    rig_expect(rig, "M E", "trailing-octets");
    cr_expect_eq(rig->diagnostic[0].a, 3);
    cr_expect_eq(rig->diagnostic[0].offset, 20);
    rig_free(rig);
}
