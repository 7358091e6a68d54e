/* SPDX-License-Identifier: MIT */
/* Times of every kind by hand, what a template says of its columns. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "rig.h"

#define MS INT64_C(1000000)
#define NS INT64_C(1000000000)

struct value {
    uint16_t id, length;
    uint64_t number;
};

/* One record of the given fields, as the first row of rig->columns; its template. */
static const struct nfdec_template *row_of(struct rig *rig, struct message *b, uint16_t version,
                                           const struct value *values, uint16_t count)
{
    struct message_field fields[8];
    for (uint16_t i = 0; i < count; i++)
        fields[i] = (struct message_field) { .id = values[i].id, .length = values[i].length };
    message_begin(b, version);
    message_set(b, version == 9 ? 0 : 2);
    message_template(b, 256, fields, count);
    message_set(b, 256);
    for (uint16_t i = 0; i < count; i++)
        message_number(b, values[i].number, values[i].length);
    b->count++;
    rig_feed(rig, b);
    cr_assert_str_eq(rig->script, "M T D1 E");
    return rig_set(rig, 1)->set.template;
}

static int64_t start_of(const struct rig *rig)
{
    return (int64_t)rig->columns.column[NFDEC_COL_START][0];
}

static int64_t end_of(const struct rig *rig)
{
    return (int64_t)rig->columns.column[NFDEC_COL_END][0];
}

/* Export at MESSAGE_NOW and the given uptime; the flow's times since system start, and what they mean. */
static const struct {
    uint32_t uptime, first, last;
    int64_t start, end; /* ms from the export */
} uptimes[] = {
    { 5000000, 4990000, 4995000, -10000, -5000 },
    { 5000000, 0, 5000000, -5000000, 0 },
    { 5000000, 4999000, 5000700, -1000, 700 },    /* later than the header's */
    { 300, 0xFFFFFFFF, 100, -301, -200 },         /* the counter wrapped in between */
    { 300, 0xFFFFFF00, 0xFFFFFFFF, -556, -301 },  /* and before */
    { 0xFFFFFF00, 0xFFFFFE00, 0x100, -256, 512 }, /* and the flow is later */
    { 0x80000000, 0, 1, INT64_C(-2147483648), -2147483647 },
};

Test(times, since_system_start)
{
    for (size_t i = 0; i < sizeof uptimes / sizeof uptimes[0]; i++) {
        const struct value values[] = { { 22, 4, uptimes[i].first }, { 21, 4, uptimes[i].last } };
        struct message b;
        message_clear(&b);
        struct rig *rig = rig_new((struct nfdec_config) { .user = NULL });
        b.uptime = uptimes[i].uptime;
        const struct nfdec_template *t = row_of(rig, &b, 9, values, 2);
        cr_expect_eq(start_of(rig), MESSAGE_NOW + uptimes[i].start * MS, "%zu", i);
        cr_expect_eq(end_of(rig), MESSAGE_NOW + uptimes[i].end * MS, "%zu", i);
        cr_expect_eq(nfdec_template_start_source(t), NFDEC_TIME_UPTIME);
        cr_expect_eq(nfdec_template_end_source(t), NFDEC_TIME_UPTIME);
        rig_free(rig);
    }
}

/* v5 has nanoseconds in its header clock, which is the base of its flows. */
Test(times, of_v5)
{
    struct message b;
    message_clear(&b);
    struct rig *rig = rig_new((struct nfdec_config) { .user = NULL });
    message_begin(&b, 5);
    message_fixed_record(&b, 0);
    memcpy(b.octets + 24 + 24, "\0\x4c\x4b\x3f\0\x4c\x4b\x41", 8); /* the uptime, 1 ms before and behind */
    rig_feed(rig, &b);
    cr_expect_eq(start_of(rig), MESSAGE_NOW + 123456789 - MS);
    cr_expect_eq(end_of(rig), MESSAGE_NOW + 123456789 + MS);
    cr_expect_eq(rig->columns.column[NFDEC_COL_SRC][0], 0x00010203);
    cr_expect_eq(rig->columns.column[NFDEC_COL_FAMILY][0], NFDEC_SRC_IP4 | NFDEC_DST_IP4);
    rig_free(rig);
}

/* 2023-11-14T22:13:20.5Z in NTP's form. */
#define NTP_HALF (((UINT64_C(1700000000) + 2208988800) << 32) | 0x80000000)

static const struct {
    struct value values[3];
    uint16_t count;
    int64_t start, end; /* ns */
    enum nfdec_time_source start_source, end_source;
} absolutes[] = {
    { { { 150, 4, 1700000001 }, { 151, 4, 1700000002 } },
      2,
      MESSAGE_NOW + NS,
      MESSAGE_NOW + 2 * NS,
      NFDEC_TIME_SECONDS,
      NFDEC_TIME_SECONDS },
    { { { 152, 8, 1700000000001 }, { 153, 8, 1700000000002 } },
      2,
      MESSAGE_NOW + MS,
      MESSAGE_NOW + 2 * MS,
      NFDEC_TIME_MILLISECONDS,
      NFDEC_TIME_MILLISECONDS },
    { { { 154, 8, NTP_HALF }, { 155, 8, NTP_HALF + (UINT64_C(1) << 32) } },
      2,
      MESSAGE_NOW + NS / 2,
      MESSAGE_NOW + NS / 2 + NS,
      NFDEC_TIME_MICROSECONDS,
      NFDEC_TIME_MICROSECONDS },
    { { { 156, 8, NTP_HALF }, { 157, 8, NTP_HALF } },
      2,
      MESSAGE_NOW + NS / 2,
      MESSAGE_NOW + NS / 2,
      NFDEC_TIME_NANOSECONDS,
      NFDEC_TIME_NANOSECONDS },
    { { { 158, 4, 3000 }, { 159, 4, 1 } },
      2,
      MESSAGE_NOW - 3 * MS,
      MESSAGE_NOW - 1000,
      NFDEC_TIME_DELTA,
      NFDEC_TIME_DELTA },
    { { { 152, 8, 1700000000000 }, { 161, 4, 1500 } },
      2,
      MESSAGE_NOW,
      MESSAGE_NOW + 1500 * MS,
      NFDEC_TIME_MILLISECONDS,
      NFDEC_TIME_DURATION },
    { { { 162, 4, 1500 }, { 153, 8, 1700000000000 } },
      2,
      MESSAGE_NOW - 1500000,
      MESSAGE_NOW,
      NFDEC_TIME_DURATION,
      NFDEC_TIME_MILLISECONDS },
    { { { 323, 8, 1700000000007 }, { 161, 4, 1500 } },
      2,
      MESSAGE_NOW + 7 * MS,
      MESSAGE_NOW + 7 * MS,
      NFDEC_TIME_EVENT,
      NFDEC_TIME_EVENT },
    { { { 152, 8, 1700000000000 }, { 323, 8, 1700000000007 } }, /* a firewall's: begin, and what is so far */
      2,
      MESSAGE_NOW,
      MESSAGE_NOW + 7 * MS,
      NFDEC_TIME_MILLISECONDS,
      NFDEC_TIME_EVENT },
    { { { 153, 8, 1700000000007 } },
      1,
      MESSAGE_NOW + 7 * MS,
      MESSAGE_NOW + 7 * MS,
      NFDEC_TIME_NONE,
      NFDEC_TIME_MILLISECONDS },
    { { { 8, 4, 1 } }, 1, MESSAGE_NOW, MESSAGE_NOW, NFDEC_TIME_NONE, NFDEC_TIME_NONE },
    { { { 160, 8, 1600000000000 }, { 22, 4, 1000 }, { 21, 4, 2000 } },
      3,
      INT64_C(1600000001000) * MS,
      INT64_C(1600000002000) * MS,
      NFDEC_TIME_UPTIME_INIT,
      NFDEC_TIME_UPTIME_INIT },
    { { { 150, 4, 1 }, { 152, 8, 1700000000001 }, { 151, 4, 1700000002 } },
      3,
      MESSAGE_NOW + MS,
      MESSAGE_NOW + 2 * NS,
      NFDEC_TIME_MILLISECONDS,
      NFDEC_TIME_SECONDS }, /* the finest of each */
};

Test(times, of_ipfix)
{
    for (size_t i = 0; i < sizeof absolutes / sizeof absolutes[0]; i++) {
        struct message b;
        message_clear(&b);
        struct rig *rig = rig_new((struct nfdec_config) { .user = NULL });
        const struct nfdec_template *t = row_of(rig, &b, 10, absolutes[i].values, absolutes[i].count);
        cr_expect_eq(start_of(rig), absolutes[i].start, "%zu", i);
        cr_expect_eq(end_of(rig), absolutes[i].end, "%zu", i);
        cr_expect_eq(nfdec_template_start_source(t), absolutes[i].start_source, "%zu", i);
        cr_expect_eq(nfdec_template_end_source(t), absolutes[i].end_source, "%zu", i);
        cr_expect_gt(strlen(nfdec_time_source_name(nfdec_template_end_source(t))), 3);
        rig_free(rig);
    }
}

Test(times, what_a_template_fills)
{
    static const struct value values[] = {
        { 8, 4, 1 }, { 7, 2, 80 }, { 231, 8, 10 }, { 232, 8, 20 }, { 150, 4, 1700000000 }
    };
    struct message b;
    message_clear(&b);
    struct rig *rig = rig_new((struct nfdec_config) { .user = NULL });
    const struct nfdec_template *t = row_of(rig, &b, 10, values, 5);
    cr_expect_eq(nfdec_template_columns(t), NFDEC_BIT(SRC) | NFDEC_BIT(SPORT) | NFDEC_BIT(BYTES) |
                                                NFDEC_BIT(REVERSE_BYTES) | NFDEC_BIT(START) |
                                                NFDEC_BIT(SESSION) | NFDEC_BIT(FAMILY));
    cr_expect(nfdec_template_biflow(t));
    cr_expect_eq(rig->columns.column[NFDEC_COL_REVERSE_BYTES][0], 20);
    t = row_of(rig, &b, 10, values, 3);
    cr_expect_not(nfdec_template_biflow(t));
    rig_free(rig);
}

/* Options data fills no column, whatever its fields. */
Test(times, of_options)
{
    struct message b;
    message_clear(&b);
    struct rig *rig = rig_new((struct nfdec_config) { .user = NULL });
    message_begin(&b, 10);
    message_set(&b, 3);
    message_options(&b, 256, message_pair, 1, 2);
    rig_feed(rig, &b);
    cr_expect_eq(nfdec_template_columns(nfdec_template_at(rig->dec, 0)),
                 NFDEC_BIT(SESSION) | NFDEC_BIT(FAMILY));
    rig_free(rig);
}

Test(times, columns_have_names)
{
    for (unsigned i = 0; i < NFDEC_COLUMN_COUNT; i++) {
        cr_expect_gt(strlen(nfdec_column_name((enum nfdec_column)i)), 1);
        for (unsigned k = 0; k < i; k++)
            cr_expect_str_neq(nfdec_column_name((enum nfdec_column)i),
                              nfdec_column_name((enum nfdec_column)k));
    }
    cr_expect_eq(nfdec_column_kind(NFDEC_COL_START), NFDEC_COLUMN_TIME);
    cr_expect_eq(nfdec_column_kind(NFDEC_COL_TCP_FLAGS), NFDEC_COLUMN_FLAGS);
}
