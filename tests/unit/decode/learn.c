/* SPDX-License-Identifier: MIT */
/* Options data that the reading of flows depends on. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "rig.h"

#define INIT_MS 1699000000123u

struct option {
    struct message_field field;
    uint64_t value;
};

static struct rig *start(struct message *b)
{
    message_clear(b);
    return rig_new((struct nfdec_config) { .user = NULL });
}

/* One options record of the given fields, the first of which is the scope; its template before it. */
static void announce(struct rig *rig, struct message *b, uint16_t version, const struct option *option,
                     uint16_t count)
{
    struct message_field fields[8];
    for (uint16_t i = 0; i < count; i++)
        fields[i] = option[i].field;
    message_begin(b, version);
    message_set(b, version == 9 ? 1 : 3);
    message_options(b, 500, fields, 1, count);
    message_set(b, 500);
    for (uint16_t i = 0; i < count; i++) {
        if (option[i].field.length == MESSAGE_VARIABLE)
            message_octets(b, "\5abcde", 6);
        else
            message_number(b, option[i].value, option[i].field.length);
    }
    b->count++;
    rig_feed(rig, b);
    cr_assert_str_eq(rig->script, "M O P1 E");
}

Test(learn, sampling_of_the_session)
{
    static const struct option v9[] = { { { 1, 4, 0 }, 1 }, { { 34, 4, 0 }, 100 }, { { 35, 1, 0 }, 2 } };
    static const struct option ipfix[] = { { { 144, 4, 0 }, 1 }, { { 34, 2, 0 }, 512 } };
    struct message b;
    struct rig *rig = start(&b);
    announce(rig, &b, 9, v9, 3);
    announce(rig, &b, 10, ipfix, 2);
    cr_expect_eq(nfdec_session_at(rig->dec, 0)->sampling, 100);
    cr_expect_eq(nfdec_session_at(rig->dec, 1)->sampling, 512);
    cr_expect_eq(nfdec_session_at(rig->dec, 0)->sampler_count, 0);
    static const struct option zero[] = { { { 144, 4, 0 }, 1 }, { { 34, 2, 0 }, 0 } };
    announce(rig, &b, 10, zero, 2); /* says nothing */
    cr_expect_eq(nfdec_session_at(rig->dec, 1)->sampling, 512);
    rig_free(rig);
}

Test(learn, samplers_by_id)
{
    struct message b;
    struct rig *rig = start(&b);
    for (uint64_t i = 0; i < 300; i++) {
        const uint64_t id = i * 7919 % 300;
        const struct option fields[] = {
            { { 1, 4, 0 }, 1 }, { { 48, 2, 0 }, id }, { { 49, 1, 0 }, 2 }, { { 50, 4, 0 }, id + 1000 }
        };
        announce(rig, &b, 9, fields, 4);
    }
    const struct nfdec_session *s = nfdec_session_at(rig->dec, 0);
    cr_expect_eq(s->sampler_count, 300);
    cr_expect_eq(s->sampling, 0);
    for (uint64_t id = 0; id < 300; id++)
        cr_expect_eq(nfdec_sampler_interval(s, id), id + 1000);
    cr_expect_eq(nfdec_sampler_interval(s, 300), 0);
    static const struct option again[] = { { { 1, 4, 0 }, 1 }, { { 48, 2, 0 }, 7 }, { { 50, 4, 0 }, 9 } };
    announce(rig, &b, 9, again, 3);
    cr_expect_eq(nfdec_sampler_interval(s, 7), 9);
    cr_expect_eq(s->sampler_count, 300);
    rig_free(rig);
}

/* The selector is the scope; 1 of 500 is 1 taken and 499 passed over (RFC 5477). */
Test(learn, selectors_of_ipfix)
{
    static const struct option fields[] = { { { 302, 8, 0 }, 0x100000001 },
                                            { { 305, 4, 0 }, 1 },
                                            { { 306, 4, 0 }, 499 } };
    static const struct option huge[] = { { { 302, 8, 0 }, 2 },
                                          { { 305, 8, 0 }, UINT64_MAX },
                                          { { 306, 8, 0 }, UINT64_MAX } };
    static const struct option wide[] = { { { 302, 8, 0 }, 3 }, { { 34, 8, 0 }, UINT64_C(1) << 40 } };
    struct message b;
    struct rig *rig = start(&b);
    announce(rig, &b, 10, fields, 3);
    const struct nfdec_session *s = nfdec_session_at(rig->dec, 0);
    cr_expect_eq(nfdec_sampler_interval(s, 0x100000001), 500);
    cr_expect_eq(nfdec_sampler_interval(s, 1), 0);
    announce(rig, &b, 10, huge, 3);
    announce(rig, &b, 10, wide, 2);
    cr_expect_eq(nfdec_sampler_interval(s, 3), UINT32_MAX);
    rig_free(rig);
}

/* The elements that the algorithm uses count, whatever the others are set to. */
Test(learn, selectors_by_algorithm)
{
    static const struct option population[] = { { { 302, 4, 0 }, 1 },
                                                { { 305, 4, 0 }, 1 },
                                                { { 304, 2, 0 }, 3 },
                                                { { 309, 4, 0 }, 2 },
                                                { { 310, 4, 0 }, 512 } };
    static const struct option in_turn[] = { { { 302, 4, 0 }, 2 }, { { 304, 2, 0 }, 1 },
                                             { { 305, 4, 0 }, 1 }, { { 306, 4, 0 }, 9 },
                                             { { 309, 4, 0 }, 1 }, { { 310, 4, 0 }, 512 } };
    static const struct option chance[] = { { { 302, 4, 0 }, 3 },
                                            { { 304, 2, 0 }, 4 },
                                            { { 305, 4, 0 }, 1 },
                                            { { 311, 8, 0 }, 0x3F50624DD2F1A9FC } };
    static const struct option narrow[] = { { { 302, 4, 0 }, 4 }, { { 311, 4, 0 }, 0x3E000000 } };
    static const struct option nonsense[] = { { { 302, 4, 0 }, 5 },
                                              { { 304, 2, 0 }, 4 },
                                              { { 311, 8, 0 }, 0x7FF8000000000000 } };
    struct message b;
    struct rig *rig = start(&b);
    announce(rig, &b, 10, population, 5);
    announce(rig, &b, 10, in_turn, 6);
    announce(rig, &b, 10, chance, 4);
    announce(rig, &b, 10, narrow, 2);
    announce(rig, &b, 10, nonsense, 3);
    const struct nfdec_session *s = nfdec_session_at(rig->dec, 0);
    cr_expect_eq(nfdec_sampler_interval(s, 1), 256);
    cr_expect_eq(nfdec_sampler_interval(s, 2), 10);
    cr_expect_eq(nfdec_sampler_interval(s, 3), 1000, "one in a thousand");
    cr_expect_eq(nfdec_sampler_interval(s, 4), 8, "as a float of four octets");
    cr_expect_eq(nfdec_sampler_interval(s, 5), 0, "not a number");
    rig_free(rig);
}

Test(learn, behind_variable_length_fields)
{
    static const struct option fields[] = { { { 144, 4, 0 }, 1 },
                                            { { 335, MESSAGE_VARIABLE, 0 }, 0 },
                                            { { 302, 2, 0 }, 5 },
                                            { { 82, MESSAGE_VARIABLE, 0 }, 0 },
                                            { { 34, 4, 0 }, 77 } };
    struct message b;
    struct rig *rig = start(&b);
    announce(rig, &b, 10, fields, 5);
    cr_expect_eq(nfdec_sampler_interval(nfdec_session_at(rig->dec, 0), 5), 77);
    rig_free(rig);
}

Test(learn, samplers_have_a_limit)
{
    struct message b;
    struct rig *rig = start(&b);
    static const struct message_field fields[] = { { .id = 302, .length = 4 }, { .id = 34, .length = 4 } };
    message_begin(&b, 10);
    message_set(&b, 3);
    message_options(&b, 500, fields, 1, 2);
    message_set(&b, 500);
    for (uint32_t id = 5000; id > 0; id--) {
        message_u32(&b, id);
        message_u32(&b, id);
    }
    rig_feed(rig, &b);
    const struct nfdec_session *s = nfdec_session_at(rig->dec, 0);
    cr_expect_eq(s->sampler_count, 1024);
    cr_expect_eq(nfdec_sampler_interval(s, 5000), 5000);
    cr_expect_eq(nfdec_sampler_interval(s, 5000 - 1023), 5000 - 1023);
    cr_expect_eq(nfdec_sampler_interval(s, 5000 - 1024), 0);
    rig_free(rig);
}

static void uptime_template(struct message *b)
{
    static const struct message_field fields[] = { { .id = 22, .length = 4 }, { .id = 21, .length = 4 } };
    message_begin(b, 10);
    message_set(b, 2);
    message_template(b, 256, fields, 2);
    message_set(b, 256);
    message_u32(b, 1000);
    message_u32(b, 2500);
}

Test(learn, system_init_time)
{
    static const struct option fields[] = { { { 144, 4, 0 }, 1 }, { { 160, 8, 0 }, INIT_MS } };
    struct message b;
    struct rig *rig = start(&b);
    uptime_template(&b);
    rig_feed(rig, &b);
    rig_expect(rig, "M T D1 E", "time-no-base");
    cr_expect(rig_set(rig, 1)->set.no_time_base);
    cr_expect_eq(rig->columns.column[NFDEC_COL_START][0], MESSAGE_NOW);
    cr_expect_eq(rig->columns.column[NFDEC_COL_END][0], MESSAGE_NOW);
    uptime_template(&b);
    rig_feed(rig, &b);
    rig_expect(rig, "M T D1 E", ""); /* told once a template */
    announce(rig, &b, 10, fields, 2);
    cr_expect_eq(nfdec_session_at(rig->dec, 0)->init_time, INT64_C(1000000) * INIT_MS);
    uptime_template(&b);
    rig_feed(rig, &b);
    rig_expect(rig, "M T D1 E", "");
    cr_expect_not(rig_set(rig, 1)->set.no_time_base);
    cr_expect_eq(rig->columns.column[NFDEC_COL_START][0], (INIT_MS + 1000) * 1000000);
    cr_expect_eq(rig->columns.column[NFDEC_COL_END][0], (INIT_MS + 2500) * 1000000);
    rig_free(rig);
}

Test(learn, init_times_that_are_none)
{
    static const struct option cases[][2] = {
        { { { 144, 4, 0 }, 1 }, { { 160, 8, 0 }, 0 } },
        { { { 144, 4, 0 }, 1 }, { { 160, 8, 0 }, UINT64_MAX } },
        { { { 144, 4, 0 }, 1 }, { { 160, 4, 0 }, 1000 } },
    };
    for (size_t i = 0; i < 3; i++) {
        struct message b;
        struct rig *rig = start(&b);
        announce(rig, &b, 10, cases[i], 2);
        cr_expect_eq(nfdec_session_at(rig->dec, 0)->init_time, 0);
        rig_free(rig);
    }
}
