/* SPDX-License-Identifier: MIT */
/*
 * Columns against a slow reference, made field by field from the same records by the rules of columns.h and
 * sources.def: random templates, random values, blocks that fill up anywhere.
 */
#include "nfdec/columns.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/be.h"
#include "base/time.h"
#include "message.h"
#include "nfdec/record.h"

enum { FIELDS_MAX = 24, TEMPLATES = 2000 };
#define MS UINT64_C(1000000)

enum operation { NUMBER, DSCP, UPTIME, SECONDS, MILLISECONDS, DELTA, NTP_MICRO, NTP_NANO };

static const struct source {
    uint8_t column, rank, operation;
    bool reverse;
    uint16_t id;
} sources[] = {
#define SOURCE(column, rank, operation, id)  { NFDEC_COL_##column, rank, operation, false, id },
#define REVERSE(column, rank, operation, id) { NFDEC_COL_##column, rank, operation, true, id },
#define OTHER(role, lengths, id)
#include "decode/sources.def"
#undef SOURCE
#undef REVERSE
#undef OTHER
};

#define SOURCES (sizeof sources / sizeof sources[0])

/* A row as it should be. */
struct row {
    uint64_t value[NFDEC_COLUMN_COUNT];
    uint8_t src[16], dst[16]; /* where FAMILY says IPv6 */
};

/* A field of the record at hand. */
struct known {
    const struct nfdec_field_spec *spec;
    const uint8_t *data;
    uint32_t length, segment; /* variable-length fields before it */
};

struct reference {
    const struct nfdec_set *set;
    struct known field[FIELDS_MAX];
    size_t count;
    struct row row;
};

static const struct known *first_of(const struct reference *r, uint16_t id, bool reverse, uint32_t min,
                                    uint32_t max)
{
    for (size_t i = 0; i < r->count; i++) {
        const struct nfdec_field_spec *spec = r->field[i].spec;
        if (spec->element && spec->element->pen == 0 && spec->element->id == id && spec->reverse == reverse &&
            spec->length != NFDEC_VARIABLE && spec->length >= min && spec->length <= max)
            return &r->field[i];
    }
    return NULL;
}

/* Of the sources of a column that the record has, the one of lowest rank. */
static const struct known *find_source(const struct reference *r, uint8_t column,
                                       const struct source **source)
{
    const struct known *best = NULL;
    for (size_t i = 0; i < SOURCES; i++) {
        if (sources[i].column != column || (best && (*source)->rank < sources[i].rank))
            continue;
        const struct known *k = first_of(r, sources[i].id, sources[i].reverse, 1, 8);
        if (k) {
            best = k;
            *source = &sources[i];
        }
    }
    return best;
}

/* System init time within the record: it must stand in one segment with the fields it is for. */
static const struct known *init_time(const struct reference *r)
{
    const struct known *init = first_of(r, 160, false, 8, 8);
    static const uint8_t ends[] = { NFDEC_COL_START, NFDEC_COL_END };
    for (size_t i = 0; i < 2 && init; i++) {
        const struct source *source;
        const struct known *k = find_source(r, ends[i], &source);
        if (k && source->operation == UPTIME && k->segment != init->segment)
            return NULL;
    }
    return init;
}

static uint64_t uptime(const struct reference *r, uint32_t value)
{
    const struct nfdec_message *m = r->set->message;
    if (m->version != 10)
        return (uint64_t)m->export_time + (uint64_t)(int64_t)(int32_t)(value - m->uptime) * MS;
    const struct known *init = init_time(r);
    if (init)
        return (be64(init->data) + value) * MS;
    return m->session->init_time ? (uint64_t)m->session->init_time + value * MS : (uint64_t)m->export_time;
}

static uint64_t convert(const struct reference *r, uint8_t operation, uint64_t value)
{
    switch (operation) {
    case DSCP:
        return value << 2;
    case UPTIME:
        return uptime(r, (uint32_t)value);
    case SECONDS:
        return value * 1000 * MS;
    case MILLISECONDS:
        return value * MS;
    case DELTA:
        return (uint64_t)r->set->message->export_time - value * 1000;
    case NTP_MICRO:
        return (uint64_t)time_from_ntp_microseconds(value);
    case NTP_NANO:
        return (uint64_t)time_from_ntp_nanoseconds(value);
    default:
        return value;
    }
}

static uint64_t number(const struct known *k)
{
    return be_n(k->data, k->length);
}

/* The time of an event, the finest there is. */
static bool event_time(const struct reference *r, uint64_t *time)
{
    static const struct {
        uint16_t id;
        uint8_t operation;
    } events[] = { { 325, NTP_NANO }, { 324, NTP_MICRO }, { 323, MILLISECONDS }, { 322, SECONDS } };
    for (size_t i = 0; i < 4; i++) {
        const struct known *k = first_of(r, events[i].id, false, events[i].operation == SECONDS ? 4 : 8, 8);
        if (k) {
            *time = convert(r, events[i].operation, number(k));
            return true;
        }
    }
    return false;
}

static void expect_times(struct reference *r, bool start, bool end)
{
    uint64_t *from = &r->row.value[NFDEC_COL_START], *to = &r->row.value[NFDEC_COL_END], both;
    if (start && end)
        return;
    if (!start && !end) {
        *from = *to = event_time(r, &both) ? both : (uint64_t)r->set->message->export_time;
        return;
    }
    const struct known *ms = first_of(r, 161, false, 1, 8), *us = first_of(r, 162, false, 1, 8);
    uint64_t duration = us ? number(us) * 1000 : ms ? number(ms) * MS : 0;
    if (start && !us && !ms)
        *to = event_time(r, &both) ? both : *from;
    else if (start)
        *to = *from + duration;
    else
        *from = *to - duration;
}

static bool is_zero(const struct known *k)
{
    static const uint8_t zero[16];
    return !k || memcmp(k->data, zero, k->length) == 0;
}

static void take_address(struct reference *r, bool src, const struct known *k)
{
    uint64_t *family = &r->row.value[NFDEC_COL_FAMILY];
    if (k->length == 16) {
        memcpy(src ? r->row.src : r->row.dst, k->data, 16);
        *family |= src ? NFDEC_SRC_IP6 : NFDEC_DST_IP6;
    } else {
        r->row.value[src ? NFDEC_COL_SRC : NFDEC_COL_DST] = number(k);
        *family |= src ? NFDEC_SRC_IP4 : NFDEC_DST_IP4;
    }
}

/* The outer addresses, which stand first; where both of them are zero, those of the other family that are not. */
static void expect_addresses(struct reference *r)
{
    static const uint16_t ids[2][4] = { { 27, 8, 170, 44 }, { 28, 12, 169, 45 } };
    const struct known *first[2], *other[2];
    for (size_t i = 0; i < 2; i++) {
        const struct known *v6 = first_of(r, ids[i][0], false, 16, 16),
                           *v4 = first_of(r, ids[i][1], false, 4, 4);
        if (!v6 && !v4) {
            v6 = first_of(r, ids[i][2], false, 16, 16);
            v4 = first_of(r, ids[i][3], false, 4, 4);
        }
        bool v6_first = v6 && (!v4 || v6 < v4);
        first[i] = v6_first ? v6 : v4;
        other[i] = v6_first ? v4 : v6;
    }
    bool none = is_zero(first[0]) && is_zero(first[1]);
    for (size_t i = 0; i < 2; i++) {
        const struct known *taken = none && !is_zero(other[i]) ? other[i] : first[i];
        if (taken)
            take_address(r, i == 0, taken);
    }
}

static void expect_icmp(struct reference *r)
{
    static const uint16_t ids[2][2] = { { 176, 177 }, { 178, 179 } };
    uint64_t *icmp = &r->row.value[NFDEC_COL_ICMP];
    const struct source *source;
    const struct known *both[2] = { first_of(r, 32, false, 1, 8), first_of(r, 139, false, 1, 8) };
    bool named[2] = { both[0] != NULL, both[1] != NULL }, whole = named[0] || named[1];
    if (whole)
        *icmp = number(both[0] ? both[0] : both[1]);
    for (size_t i = 0; i < 2; i++) {
        const struct known *type = first_of(r, ids[i][0], false, 1, 1),
                           *code = first_of(r, ids[i][1], false, 1, 1);
        named[i] |= type != NULL;
        if (whole || !type)
            continue;
        *icmp = number(type) << 8 | (code ? number(code) : 0);
        whole = true;
    }
    if (!find_source(r, NFDEC_COL_PROTO, &source) && named[0] != named[1])
        r->row.value[NFDEC_COL_PROTO] = named[0] ? 1 : 58;
}

static void expect_record(struct reference *r, const struct nfdec_record *record)
{
    struct nfdec_field field;
    uint32_t segment = 0;
    r->count = 0;
    memset(&r->row, 0, sizeof r->row);
    nfdec_field_begin(&field, record);
    while (nfdec_field_next(&field)) {
        r->field[r->count++] = (struct known) { field.spec, field.data, field.length, segment };
        segment += field.spec->length == NFDEC_VARIABLE;
    }
    bool found[NFDEC_COLUMN_COUNT] = { false };
    for (uint8_t column = 0; column < NFDEC_COLUMN_COUNT; column++) {
        const struct source *source;
        const struct known *k = find_source(r, column, &source);
        found[column] = k != NULL;
        if (k)
            r->row.value[column] = convert(r, source->operation, number(k));
    }
    expect_times(r, found[NFDEC_COL_START], found[NFDEC_COL_END]);
    expect_addresses(r);
    expect_icmp(r);
    r->row.value[NFDEC_COL_SESSION] = r->set->message->session->index;
}

/* ---- making them ---- */

struct bench {
    struct nfdec *dec;
    struct nfdec_columns columns;
    struct row expected[NFDEC_ROWS];
    uint64_t random, rows, packets;
    struct message b;
    unsigned blocks;
    uint32_t seen; /* columns that were ever used */
};

static uint32_t roll(struct bench *bench, uint32_t below)
{
    bench->random = bench->random * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(bench->random >> 33) % below;
}

static void check_row(const struct bench *bench, uint32_t row)
{
    const struct nfdec_columns *c = &bench->columns;
    const struct row *e = &bench->expected[row];
    for (uint8_t column = 0; column < NFDEC_COLUMN_COUNT; column++) {
        uint64_t value = c->used >> column & 1 ? c->column[column][row] : 0;
        uint64_t family = e->value[NFDEC_COL_FAMILY];
        const uint8_t *ip6 = column == NFDEC_COL_SRC && family & NFDEC_SRC_IP6   ? e->src
                             : column == NFDEC_COL_DST && family & NFDEC_DST_IP6 ? e->dst
                                                                                 : NULL;
        bool right =
            ip6 ? value < c->ip6_count && memcmp(c->ip6[value], ip6, 16) == 0 : value == e->value[column];
        if (!right) /* millions of values: an assertion for each of them would take seconds */
            cr_assert_fail("packet %lu row %u: %s is %lx, not %lx", (unsigned long)bench->packets, row,
                           nfdec_column_name(column), (unsigned long)value, (unsigned long)e->value[column]);
    }
}

/* All rows of a block, and an empty one full of what it must not show. */
static void end_block(struct bench *bench)
{
    struct nfdec_columns *c = &bench->columns;
    for (uint32_t row = 0; row < c->rows; row++)
        check_row(bench, row);
    cr_assert_leq(c->ip6_count, 2 * c->rows);
    bench->rows += c->rows;
    bench->seen |= c->used;
    bench->blocks++;
    memset(c, 0xEE, sizeof *c);
    nfdec_columns_clear(c);
}

static void add_up(struct nfdec_sums *sums, const struct row *row)
{
    sums->packets += row->value[NFDEC_COL_PACKETS];
    sums->bytes += row->value[NFDEC_COL_BYTES];
    sums->reverse_packets += row->value[NFDEC_COL_REVERSE_PACKETS];
    sums->reverse_bytes += row->value[NFDEC_COL_REVERSE_BYTES];
}

static void check_sums(const struct nfdec_set *set, const struct nfdec_sums *expected)
{
    struct nfdec_sums sums = nfdec_set_sums(set);
    cr_assert(memcmp(&sums, expected, sizeof sums) == 0, "sums of set %u", set->id);
}

static void take_set(struct bench *bench, const struct nfdec_set *set)
{
    struct reference r = { .set = set };
    struct nfdec_sums sums = { 0 };
    struct nfdec_record record;
    uint32_t done = 0, place = 0;
    nfdec_record_begin(&record, set);
    while (done < set->records) {
        struct nfdec_columns *c = &bench->columns;
        uint32_t before = c->rows, n = nfdec_columns_add(c, set, done, &place);
        cr_assert_eq(c->rows, before + n);
        cr_assert(n == set->records - done || c->rows == NFDEC_ROWS);
        for (uint32_t i = 0; i < n; i++) {
            if (!nfdec_record_next(&record))
                cr_assert_fail("%u records of %u", done + i, set->records);
            expect_record(&r, &record);
            bench->expected[before + i] = r.row;
            add_up(&sums, &r.row);
            uint32_t more = 0;
            for (uint8_t column = 0; column < NFDEC_COLUMN_COUNT; column++)
                more |= (uint32_t)(r.row.value[column] != 0) << column;
            uint32_t known =
                nfdec_template_columns(set->template) | NFDEC_BIT(START) | NFDEC_BIT(END) | NFDEC_BIT(PROTO);
            if (more & ~known)
                cr_assert_fail("columns %x that the template does not fill", more & ~known);
        }
        done += n;
        if (c->rows == NFDEC_ROWS)
            end_block(bench);
    }
    cr_assert_eq(nfdec_columns_add(&bench->columns, set, done, &place), 0);
    check_sums(set, &sums);
}

/* Octets of their own, so that a sanitizer sees what is read before the first or behind the last of them. */
static void feed(struct bench *bench)
{
    message_end(&bench->b);
    uint8_t *octets = malloc(bench->b.length);
    cr_assert_not_null(octets);
    memcpy(octets, bench->b.octets, bench->b.length);
    struct nfdec_packet packet = {
        .data = octets, .length = bench->b.length, .number = ++bench->packets, .address_length = 4
    };
    cr_assert_eq(nfdec_feed(bench->dec, &packet), NFDEC_OK);
    const struct nfdec_item *item;
    while ((item = nfdec_next(bench->dec)) != NULL)
        if (item->kind == NFDEC_ITEM_SET && item->set.template && item->set.kind == NFDEC_SET_DATA)
            take_set(bench, &item->set);
    free(octets);
    message_clear(&bench->b);
}

static uint16_t legal_length(struct bench *bench, enum nfdec_type type)
{
    static const uint8_t most[NFDEC_TYPE_COUNT] = {
        [NFDEC_UNSIGNED8] = 1, [NFDEC_UNSIGNED16] = 2, [NFDEC_UNSIGNED32] = 4, [NFDEC_UNSIGNED64] = 8,
        [NFDEC_SIGNED8] = 1,   [NFDEC_SIGNED16] = 2,   [NFDEC_SIGNED32] = 4,   [NFDEC_SIGNED64] = 8,
    };
    static const uint8_t one[NFDEC_TYPE_COUNT] = {
        [NFDEC_FLOAT32] = 4,       [NFDEC_FLOAT64] = 8,      [NFDEC_BOOLEAN] = 1,
        [NFDEC_MAC_ADDRESS] = 6,   [NFDEC_SECONDS] = 4,      [NFDEC_MILLISECONDS] = 8,
        [NFDEC_MICROSECONDS] = 8,  [NFDEC_NANOSECONDS] = 8,  [NFDEC_IPV4_ADDRESS] = 4,
        [NFDEC_IPV6_ADDRESS] = 16, [NFDEC_UNSIGNED256] = 32,
    };
    if (most[type])
        return (uint16_t)(roll(bench, 30) ? 1 + roll(bench, most[type]) : 0);
    if (one[type])
        return one[type];
    return roll(bench, 2) ? MESSAGE_VARIABLE : (uint16_t)roll(bench, 20);
}

static struct message_field random_field(struct bench *bench, uint16_t version)
{
    static const uint16_t special[] = { 8,   12,  27,  28,  44,  45,  170, 169, 160, 161, 162, 176,
                                        177, 178, 179, 322, 323, 324, 325, 8,   12,  27,  28,  82 };
    const struct nfdec_element *element;
    struct message_field field = { .pen = 0 };
    do {
        uint32_t kind = roll(bench, 10);
        if (kind < 5)
            field.id = sources[roll(bench, SOURCES)].id;
        else if (kind < 8)
            field.id = special[roll(bench, sizeof special / sizeof special[0])];
        else
            field.id = (uint16_t)(1 + roll(bench, 500));
        element = nfdec_element_find(0, field.id);
    } while (!element);
    field.length = legal_length(bench, (enum nfdec_type)element->type);
    if (roll(bench, 60) == 0)
        field.length = MESSAGE_VARIABLE;
    if (version == 10 && roll(bench, 8) == 0)
        field.pen = NFDEC_PEN_REVERSE;
    return field;
}

static void random_octets(struct bench *bench, size_t n)
{
    bool zero = roll(bench, 4) == 0;
    for (size_t i = 0; i < n; i++)
        message_u8(&bench->b, (uint8_t)(zero ? 0 : roll(bench, 256)));
}

static void random_value(struct bench *bench, uint16_t length)
{
    if (length != MESSAGE_VARIABLE) {
        random_octets(bench, length);
        return;
    }
    size_t n = roll(bench, 6) ? roll(bench, 12) : roll(bench, 300);
    if (n > 254 || roll(bench, 5) == 0) {
        message_u8(&bench->b, 255);
        message_u16(&bench->b, (uint16_t)n);
    } else {
        message_u8(&bench->b, (uint8_t)n);
    }
    random_octets(bench, n);
}

static void announce_init_time(struct bench *bench)
{
    static const struct message_field init[] = { { .id = 144, .length = 4 }, { .id = 160, .length = 8 } };
    message_set(&bench->b, 3);
    message_options(&bench->b, 60000, init, 1, 2);
    message_set(&bench->b, 60000);
    message_u32(&bench->b, 1);
    message_u64(&bench->b, 1600000000000 + roll(bench, 1000000));
}

static void random_records(struct bench *bench, const struct message_field *fields, uint16_t count)
{
    message_set(&bench->b, 256);
    uint32_t records = roll(bench, 40) ? 1 + roll(bench, 6) : 1 + roll(bench, 3000);
    for (uint32_t i = 0; i < records && bench->b.length < 60000; i++)
        for (uint16_t k = 0; k < count; k++)
            random_value(bench, fields[k].length);
}

static void random_template(struct bench *bench, uint32_t n)
{
    struct message_field fields[FIELDS_MAX];
    uint16_t version = n % 3 ? 10 : 9, count = (uint16_t)(1 + roll(bench, FIELDS_MAX));
    bool late = roll(bench, 4) == 0;
    for (uint16_t i = 0; i < count; i++)
        fields[i] = random_field(bench, version);
    bench->b.domain = n;
    bench->b.seconds = roll(bench, 1u << 31) * 2;
    bench->b.uptime = roll(bench, 3) ? roll(bench, 1u << 31) : roll(bench, 5000);
    message_begin(&bench->b, version);
    if (late)
        random_records(bench, fields, count);
    message_set(&bench->b, version == 9 ? 0 : 2);
    message_template(&bench->b, 256, fields, count);
    if (version == 10 && roll(bench, 3) == 0)
        announce_init_time(bench);
    if (!late)
        random_records(bench, fields, count);
    feed(bench);
}

Test(columns, equal_the_reference)
{
    struct bench *bench = calloc(1, sizeof *bench);
    cr_assert_not_null(bench);
    bench->dec = nfdec_new(NULL);
    bench->random = 20260121;
    message_clear(&bench->b);
    end_block(bench);
    for (uint32_t n = 0; n < TEMPLATES; n++)
        random_template(bench, n);
    end_block(bench);
    cr_expect_gt(bench->rows, 20000);
    cr_expect_gt(bench->blocks, 20);
    cr_expect_eq(bench->seen, (UINT32_C(1) << NFDEC_COLUMN_COUNT) - 1, "%x", bench->seen);
    nfdec_free(bench->dec);
    free(bench);
}

/* The last rows of a block, of every number of rows before and of records: none is lost or given twice. */
Test(columns, blocks_that_fill_up_within_a_set)
{
    static const struct message_field fixed[] = { { .id = 27, .length = 16 }, { .id = 28, .length = 16 } };
    static const struct message_field variable[] = { { .id = 27, .length = 16 },
                                                     { .id = 82, .length = MESSAGE_VARIABLE },
                                                     { .id = 28, .length = 16 } };
    struct bench *bench = calloc(1, sizeof *bench);
    cr_assert_not_null(bench);
    bench->dec = nfdec_new(NULL);
    bench->random = 1;
    message_clear(&bench->b);
    end_block(bench);
    for (uint32_t n = 0; n < 60; n++) {
        bench->b.domain = n;
        message_begin(&bench->b, 10);
        message_set(&bench->b, 2);
        message_template(&bench->b, 256, n % 2 ? variable : fixed, n % 2 ? 3 : 2);
        message_set(&bench->b, 256);
        for (uint32_t i = 0; i < 900 + n * 7; i++) {
            random_octets(bench, 16);
            if (n % 2)
                random_value(bench, MESSAGE_VARIABLE);
            random_octets(bench, 16);
            if (bench->b.length > 60000)
                break;
        }
        feed(bench);
    }
    end_block(bench);
    cr_expect_gt(bench->rows, 60 * 800);
    nfdec_free(bench->dec);
    free(bench);
}
