/* SPDX-License-Identifier: MIT */
/* Template sets: versions, withdrawals, options, what is malformed. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rig.h"

static const struct message_field triple[3] = { { .id = 8, .length = 4 },
                                                { .id = 12, .length = 4 },
                                                { .id = 2, .length = 2 } };

static void define(struct message *b, uint16_t version, uint16_t id, const struct message_field *fields,
                   uint16_t count)
{
    message_begin(b, version);
    message_set(b, version == 9 ? 0 : 2);
    message_template(b, id, fields, count);
}

static void withdraw(struct message *b, uint16_t set, uint16_t id)
{
    message_begin(b, 10);
    message_set(b, set);
    message_withdrawal(b, id);
}

/* A rig with a decoder, and an empty message. */
static struct rig *start(struct message *b)
{
    message_clear(b);
    return rig_new((struct nfdec_config) { .user = NULL });
}

Test(templates, both_orders_in_one_packet)
{
    for (uint16_t version = 9; version <= 10; version++) {
        struct message b;
        struct rig *rig = start(&b);
        message_begin(&b, version);
        message_pair_template(&b, 256);
        message_pair_data(&b, 256, 2);
        rig_feed(rig, &b);
        rig_expect(rig, "M T D2 E", "");
        message_begin(&b, version);
        message_pair_data(&b, 257, 2);
        message_pair_template(&b, 257);
        message_pair_data(&b, 257, 1);
        rig_feed(rig, &b);
        rig_expect(rig, "M W T LD2 D1 E", "set-late");
        rig_free(rig);
    }
}

Test(templates, a_refresh_is_no_version)
{
    struct message b;
    struct rig *rig = start(&b);
    for (unsigned i = 0; i < 3; i++) {
        message_begin(&b, 10);
        message_pair_template(&b, 256);
        rig->packet.time = MESSAGE_NOW + i;
        rig_feed(rig, &b);
        rig_expect(rig, "M T E", "");
        cr_expect_eq(rig->item[1].set.records, 1);
    }
    const struct nfdec_template *t = nfdec_template_at(rig->dec, 0);
    cr_expect_eq(t->announced, 3);
    cr_expect_eq(t->first_packet, 1);
    cr_expect_eq(t->last_packet, 3);
    cr_expect_eq(t->first_time, MESSAGE_NOW);
    cr_expect_eq(t->last_time, MESSAGE_NOW + 2);
    cr_expect_eq(t->version, 1);
    cr_expect_eq(t->end, NFDEC_TEMPLATE_LIVE);
    cr_expect_eq(t->kind, NFDEC_TEMPLATE_DATA);
    cr_expect_eq(t->record_length, 8);
    cr_expect_eq(t->field_count, 2);
    cr_expect_eq(t->scope_count, 0);
    cr_expect_not(t->variable);
    cr_expect_null(t->previous);
    cr_expect_eq(t->session, nfdec_session_at(rig->dec, 0));
    cr_expect_null(nfdec_template_at(rig->dec, 1));
    rig_free(rig);
}

Test(templates, a_redefinition_is_a_version)
{
    struct message b;
    struct rig *rig = start(&b);
    define(&b, 10, 256, message_pair, 2);
    message_pair_data(&b, 256, 2);
    rig_feed(rig, &b);
    define(&b, 10, 256, triple, 3);
    message_set(&b, 256);
    message_u64(&b, 0x0a0000010a000002);
    message_u16(&b, 7);
    rig_feed(rig, &b);
    rig_expect(rig, "M T D1 E", "template-changed");
    cr_expect_eq(rig->diagnostic[0].a, 3);
    cr_expect_eq(rig->diagnostic[0].b, 2);
    cr_expect_eq(rig->diagnostic[0].offset, 20);
    cr_expect_str_eq(rig->item[2].text,
                     "sourceIPv4Address=10.0.0.1 destinationIPv4Address=10.0.0.2 packetDeltaCount=7");
    define(&b, 10, 256, message_pair, 2);
    rig_feed(rig, &b);
    rig_expect(rig, "M T E", "template-changed");
    const struct nfdec_template *one = nfdec_template_at(rig->dec, 0), *two = nfdec_template_at(rig->dec, 1),
                                *three = nfdec_template_at(rig->dec, 2);
    cr_expect_eq(one->end, NFDEC_TEMPLATE_REPLACED);
    cr_expect_eq(one->end_packet, 2);
    cr_expect_eq(*one->records, 2);
    cr_expect_eq(two->previous, one);
    cr_expect_eq(two->version, 2);
    cr_expect_eq(two->end_packet, 3);
    cr_expect_eq(*two->records, 1);
    cr_expect_eq(three->previous, two);
    cr_expect_eq(three->end, NFDEC_TEMPLATE_LIVE);
    cr_expect(nfdec_template_equal(one, three));
    cr_expect_not(nfdec_template_equal(one, two));
    rig_free(rig);
}

Test(templates, what_makes_a_version)
{
    static const struct message_field others[][2] = {
        { { .id = 8, .length = 4 }, { .id = 1, .length = 8 } }, /* a length */
        { { .id = 1, .length = 4 }, { .id = 8, .length = 4 } }, /* the order */
        { { .id = 8, .length = 4 }, { .id = 1, .length = 4, .pen = 29305 } },
        { { .id = 8, .length = 4 }, { .id = 2, .length = 4 } },
    };
    struct message b;
    struct rig *rig = start(&b);
    for (size_t i = 0; i < 4; i++) {
        define(&b, 10, 256, message_pair, 2);
        rig_feed(rig, &b);
        define(&b, 10, 256, others[i], 2);
        rig_feed(rig, &b);
        rig_expect(rig, "M T E", "template-changed");
    }
    message_begin(&b, 10); /* an options template of the same fields is another */
    message_set(&b, 3);
    message_options(&b, 256, others[3], 1, 2);
    rig_feed(rig, &b);
    rig_expect(rig, "M O E", "template-changed");
    cr_expect_eq(nfdec_template_at(rig->dec, 8)->kind, NFDEC_TEMPLATE_OPTIONS);
    message_begin(&b, 10); /* even one that has no scope */
    message_set(&b, 2);
    message_template(&b, 257, message_pair, 2);
    message_set(&b, 3);
    message_options(&b, 257, message_pair, 0, 2);
    rig_feed(rig, &b);
    rig_expect(rig, "M T O E", "template-bad-scope template-changed");
    message_begin(&b, 10); /* and one of more scope */
    message_set(&b, 3);
    message_options(&b, 256, others[3], 2, 2);
    rig_feed(rig, &b);
    rig_expect(rig, "M O E", "template-changed");
    rig_free(rig);
}

Test(templates, redefined_twice_in_a_packet)
{
    struct message b;
    struct rig *rig = start(&b);
    define(&b, 10, 256, message_pair, 2);
    message_pair_data(&b, 256, 1);
    message_set(&b, 2);
    message_template(&b, 256, triple, 3);
    message_set(&b, 256);
    message_zeros(&b, 10);
    message_pair_template(&b, 256);
    message_pair_data(&b, 256, 1);
    rig_feed(rig, &b);
    rig_expect(rig, "M T D1 T D1 T D1 E", "template-changed template-changed");
    cr_expect_eq(rig_set(rig, 1)->set.template->version, 1);
    cr_expect_eq(rig_set(rig, 3)->set.template->version, 2);
    cr_expect_eq(rig_set(rig, 5)->set.template->version, 3);
    rig_free(rig);
}

Test(templates, withdrawal_of_one)
{
    struct message b;
    struct rig *rig = start(&b);
    define(&b, 10, 256, message_pair, 2);
    message_template(&b, 257, message_pair, 2);
    rig_feed(rig, &b);
    withdraw(&b, 2, 256);
    rig_feed(rig, &b);
    rig_expect(rig, "M T E", "template-withdrawn");
    cr_expect_eq(rig->item[1].set.records, 1);
    const struct nfdec_template *t = nfdec_template_at(rig->dec, 0);
    cr_expect_eq(t->end, NFDEC_TEMPLATE_WITHDRAWN);
    cr_expect_eq(t->end_packet, 2);
    message_begin(&b, 10);
    message_pair_data(&b, 256, 1);
    message_pair_data(&b, 257, 1);
    rig_feed(rig, &b);
    rig_expect(rig, "M U D1 E", "set-withdrawn");
    cr_expect_eq(rig->diagnostic[0].b, 2);
    cr_expect_eq(rig->diagnostic[0].id, 256);
    withdraw(&b, 2, 256);
    rig_feed(rig, &b);
    rig_expect(rig, "M T E", "withdrawal-unknown");
    withdraw(&b, 2, 300);
    rig_feed(rig, &b);
    rig_expect(rig, "M T E", "withdrawal-unknown");
    define(&b, 10, 256, message_pair, 2); /* the same again is a version of its own */
    message_pair_data(&b, 256, 1);
    rig_feed(rig, &b);
    rig_expect(rig, "M T D1 E", "");
    cr_expect_eq(rig->item[2].set.template->version, 2);
    cr_expect_eq(rig->item[2].set.template->previous, t);
    rig_free(rig);
}

Test(templates, withdrawal_of_all)
{
    struct message b;
    struct rig *rig = start(&b);
    message_begin(&b, 10);
    message_set(&b, 2);
    for (uint16_t id = 256; id < 300; id++)
        message_template(&b, id, message_pair, 2);
    message_set(&b, 3);
    for (uint16_t id = 300; id < 320; id++)
        message_options(&b, id, message_pair, 1, 2);
    rig_feed(rig, &b);
    withdraw(&b, 2, 2);
    message_pair_data(&b, 256, 1);
    message_pair_data(&b, 299, 1);
    message_pair_data(&b, 300, 1);
    message_pair_data(&b, 319, 1);
    rig_feed(rig, &b);
    rig_expect(rig, "M T U U P1 P1 E", "template-withdrawn set-withdrawn set-withdrawn");
    for (uint32_t i = 0; i < 64; i++)
        cr_expect_eq(nfdec_template_at(rig->dec, i)->end,
                     i < 44 ? NFDEC_TEMPLATE_WITHDRAWN : NFDEC_TEMPLATE_LIVE);
    withdraw(&b, 3, 3);
    message_pair_template(&b, 270); /* in force again, and not withdrawn by what was before */
    message_pair_data(&b, 270, 1);
    message_pair_data(&b, 310, 1);
    rig_feed(rig, &b);
    rig_expect(rig, "M O T D1 U E", "template-withdrawn set-withdrawn");
    withdraw(&b, 2, 2);
    message_withdrawal(&b, 2); /* nothing is left */
    message_pair_data(&b, 270, 1);
    rig_feed(rig, &b);
    rig_expect(rig, "M T U E", "template-withdrawn template-withdrawn set-withdrawn");
    rig_free(rig);
}

Test(templates, kind_changes_and_withdrawal_of_all)
{
    struct message b;
    struct rig *rig = start(&b);
    define(&b, 10, 256, message_pair, 2);
    message_template(&b, 257, message_pair, 2);
    message_template(&b, 258, message_pair, 2);
    message_set(&b, 3);
    message_options(&b, 257, message_pair, 1, 2);
    rig_feed(rig, &b);
    rig_expect(rig, "M T O E", "template-changed");
    withdraw(&b, 2, 2);
    message_pair_data(&b, 256, 1);
    message_pair_data(&b, 257, 1);
    message_pair_data(&b, 258, 1);
    rig_feed(rig, &b);
    rig_expect(rig, "M T U P1 U E", "template-withdrawn set-withdrawn set-withdrawn");
    rig_free(rig);
}

Test(templates, withdrawals_are_not_for_v9)
{
    struct message b;
    struct rig *rig = start(&b);
    define(&b, 9, 256, message_pair, 2);
    message_withdrawal(&b, 256);
    message_template(&b, 257, message_pair, 2);
    rig_feed(rig, &b);
    rig_expect(rig, "M T E", "template-no-fields");
    message_begin(&b, 9);
    message_pair_data(&b, 256, 1);
    message_pair_data(&b, 257, 1);
    rig_feed(rig, &b);
    rig_expect(rig, "M D1 D1 E", "");
    rig_free(rig);
}

Test(templates, options_of_both_versions)
{
    static const struct message_field fields[] = { { .id = 2, .length = 4 },
                                                   { .id = 34, .length = 2 },
                                                   { .id = 35, .length = 1 } };
    static const struct message_field ipfix_fields[] = { { .id = 144, .length = 4 },
                                                         { .id = 143, .length = 4 },
                                                         { .id = 41, .length = 8 } };
    struct message b;
    struct rig *rig = start(&b);
    message_begin(&b, 9);
    message_set(&b, 1);
    message_options(&b, 260, fields, 1, 3);
    message_zeros(&b, 2); /* to the border */
    message_set(&b, 260);
    message_u32(&b, 9);
    message_u16(&b, 100);
    message_u8(&b, 2);
    message_zeros(&b, 1);
    b.count++;
    rig_feed(rig, &b);
    rig_expect(rig, "M O P1 E", "");
    cr_expect_str_eq(rig->item[2].text, "interface=9 samplingInterval=100 samplingAlgorithm=2");
    cr_expect_eq(rig->item[1].set.records, 1);
    cr_expect_eq(nfdec_template_at(rig->dec, 0)->scope_count, 1);
    cr_expect(nfdec_template_at(rig->dec, 0)->fields[0].scope);
    cr_expect_not(nfdec_template_at(rig->dec, 0)->fields[1].scope);
    message_begin(&b, 10);
    message_set(&b, 3);
    message_options(&b, 260, ipfix_fields, 2, 3);
    message_set(&b, 260);
    message_u64(&b, 0x100000002);
    message_u64(&b, 3);
    rig_feed(rig, &b);
    rig_expect(rig, "M O P1 E", "");
    cr_expect_str_eq(rig->item[2].text,
                     "exportingProcessId=1 meteringProcessId=2 exportedMessageTotalCount=3");
    const struct nfdec_session *s = nfdec_session_at(rig->dec, 1);
    cr_expect_eq(s->options, 1);
    cr_expect_eq(s->records, 0);
    rig_free(rig);
}

Test(templates, scopes_of_v9)
{
    static const struct message_field fields[] = {
        { .id = 1, .length = 4 }, { .id = 3, .length = 2 }, { .id = 4, .length = 2 },
        { .id = 5, .length = 2 }, { .id = 6, .length = 2 }, { .id = 40, .length = 4 },
    };
    struct message b;
    struct rig *rig = start(&b);
    message_begin(&b, 9);
    message_set(&b, 1);
    message_options(&b, 260, fields, 5, 6);
    message_set(&b, 260);
    for (uint8_t i = 1; i <= 16; i++)
        message_u8(&b, i);
    b.count++;
    rig_feed(rig, &b);
    rig_expect(rig, "M O P1 E", "");
    cr_expect_eq(strncmp(rig->item[2].text, "system=1.2.3.4 lineCard=1286 cache=1800 template=2314 ", 54), 0,
                 "%s", rig->item[2].text);
    rig_free(rig);
}

Test(templates, bad_scopes)
{
    struct message b;
    struct rig *rig = start(&b);
    for (uint16_t scopes = 0; scopes <= 3; scopes += 3) {
        message_begin(&b, 10);
        message_set(&b, 3);
        message_options(&b, 260, message_pair, scopes, 2);
        message_options(&b, 261, message_pair, 1, 2);
        rig_feed(rig, &b);
        rig_expect(rig, "M O E", "template-bad-scope");
        cr_expect_eq(rig->diagnostic[0].a, scopes);
        cr_expect_eq(rig->diagnostic[0].b, 2);
    }
    message_begin(&b, 10); /* no scope at all can be read, too much scope cannot */
    message_pair_data(&b, 260, 1);
    message_pair_data(&b, 261, 1);
    rig_feed(rig, &b);
    rig_expect(rig, "M P1 P1 E", "");
    cr_expect_eq(rig->item[1].set.template->scope_count, 0);
    rig_free(rig);
}

Test(templates, bad_ids)
{
    for (uint16_t version = 9; version <= 10; version++) {
        struct message b;
        struct rig *rig = start(&b);
        define(&b, version, 256, message_pair, 2);
        message_template(&b, 255, message_pair, 2);
        message_template(&b, 257, message_pair,
                         2); /* where an id is wrong nothing behind it can be trusted */
        b.count = 1;
        rig_feed(rig, &b);
        rig_expect(rig, "M T E", "template-bad-id");
        cr_expect_eq(rig->diagnostic[0].id, 255);
        cr_expect_eq(rig->item[1].set.records, 1);
        rig_free(rig);
    }
}

Test(templates, truncated)
{
    for (uint16_t version = 9; version <= 10; version++) {
        for (size_t missing = 1; missing < 12; missing++) {
            struct message b;
            struct rig *rig = start(&b);
            define(&b, version, 255 + 1, message_pair, 2);
            message_template(&b, 257, message_pair, 2);
            b.length -= missing;
            b.count = 1;
            rig_feed(rig, &b);
            /* fewer than 4 octets are padding */
            rig_expect(rig, "M T E", missing < 9 ? "template-truncated" : "");
            cr_expect_not_null(nfdec_template_at(rig->dec, 0));
            cr_expect_null(nfdec_template_at(rig->dec, 1));
            rig_free(rig);
        }
    }
}

Test(templates, truncated_within_an_enterprise_number)
{
    static const struct message_field fields[] = { { .id = 1, .length = 4, .pen = 9 },
                                                   { .id = 2, .length = 4, .pen = 9 } };
    struct message b;
    struct rig *rig = start(&b);
    define(&b, 10, 256, fields, 2);
    b.length -= 3;
    rig_feed(rig, &b);
    rig_expect(rig, "M T E", "template-truncated");
    cr_expect_eq(rig->diagnostic[0].a, 2);
    cr_expect_eq(rig->diagnostic[0].b, 1);
    rig_free(rig);
}

Test(templates, padding_in_template_sets)
{
    for (uint16_t version = 9; version <= 10; version++) {
        for (size_t padding = 0; padding <= 12; padding++) {
            struct message b;
            struct rig *rig = start(&b);
            define(&b, version, 256, message_pair, 2);
            message_zeros(&b, padding);
            message_pair_data(&b, 256, 1);
            rig_feed(rig, &b);
            rig_expect(rig, "M T D1 E", "");
            rig_free(rig);
        }
        struct message b; /* zeros with something behind them are no padding */
        struct rig *rig = start(&b);
        define(&b, version, 256, message_pair, 2);
        message_zeros(&b, 4);
        message_u32(&b, 1);
        rig_feed(rig, &b);
        rig_expect(rig, "M T E", "template-bad-id");
        rig_free(rig);
    }
}

Test(templates, of_no_octets)
{
    static const struct message_field empty[] = { { .id = 8, .length = 0 }, { .id = 1, .length = 0 } };
    struct message b;
    struct rig *rig = start(&b);
    define(&b, 10, 256, empty, 2);
    message_pair_data(&b, 256, 2);
    rig_feed(rig, &b);
    rig_expect(rig, "M T D0 E", "template-empty");
    rig_free(rig);
}

Test(templates, the_one_that_holds_for_a_packet)
{
    struct message b;
    struct rig *rig = start(&b);
    static const char steps[] = "-1-2-w-3"; /* packets 1 ... 8: nothing, defined, ..., withdrawn, ... */
    for (const char *step = steps; *step; step++) {
        if (*step == 'w')
            withdraw(&b, 2, 256);
        else if (*step == '-')
            message_begin(&b, 10);
        else
            define(&b, 10, 256, *step == '2' ? triple : message_pair, *step == '2' ? 3 : 2);
        rig_feed(rig, &b);
    }
    const struct nfdec_session *s = nfdec_session_at(rig->dec, 0);
    static const uint32_t versions[] = { 1, 1, 1, 2, 2, 2, 0, 3, 3 }; /* before the first: the first */
    for (uint64_t packet = 1; packet <= 9; packet++) {
        const struct nfdec_template *t = nfdec_template_for(s, 256, packet);
        cr_expect_eq(t ? t->version : 0, versions[packet - 1], "packet %d", (int)packet);
    }
    cr_expect_null(nfdec_template_for(s, 257, 1));
    rig_free(rig);
}

Test(templates, v9_sets_in_ipfix)
{
    struct message b;
    struct rig *rig = start(&b);
    message_begin(&b, 10);
    message_set(&b, 0);
    message_template(&b, 256, message_pair, 2);
    message_zeros(&b, 4);
    message_set(&b, 1);
    message_options(&b, 257, message_pair, 1, 2);
    message_pair_data(&b, 256, 1);
    message_pair_data(&b, 257, 1);
    rig_feed(rig, &b);
    rig_expect(rig, "M T O D1 P1 E", "v9-set-in-ipfix v9-set-in-ipfix");
    rig_free(rig);
}

/* A template of four octets a field, whose bits say which element each field is. */
static const struct nfdec_template *define_bits(struct rig *rig, struct message *b, uint16_t version,
                                                uint16_t id, unsigned bits)
{
    struct message_field fields[8];
    for (unsigned i = 0; i < 8; i++)
        fields[i] = (struct message_field) { .id = (uint16_t)(bits >> i & 1 ? 12 : 8), .length = 4 };
    define(b, version, id, fields, 8);
    rig_feed(rig, b);
    return nfdec_template_for(rig->item[0].message.session, id, UINT64_MAX);
}

Test(templates, equal_ones_share_a_plan)
{
    struct message b;
    struct rig *rig = start(&b);
    const struct nfdec_template *t[2][256];
    for (uint32_t domain = 0; domain < 2; domain++) {
        for (unsigned bits = 0; bits < 256; bits++) {
            b.domain = domain;
            t[domain][bits] = define_bits(rig, &b, 10, (uint16_t)(256 + bits), bits);
        }
    }
    for (unsigned bits = 0; bits < 256; bits++) {
        cr_assert(t[0][bits] && t[1][bits] && t[0][bits] != t[1][bits]);
        cr_expect_eq(t[0][bits]->plan, t[1][bits]->plan);
        cr_expect_eq(t[0][bits]->fields, t[1][bits]->fields);
        cr_expect_eq(t[0][bits]->record_length, t[1][bits]->record_length);
        cr_expect_neq(t[0][bits]->session, t[1][bits]->session);
        for (unsigned other = 0; other < bits; other++)
            cr_expect_neq(t[0][bits]->plan, t[0][other]->plan, "%u and %u", bits, other);
    }
    const struct nfdec_template *v9 = define_bits(rig, &b, 9, 300, 0);
    cr_expect_neq(v9->plan, t[0][0]->plan, "elements and clocks are others there");
    rig_free(rig);
}
