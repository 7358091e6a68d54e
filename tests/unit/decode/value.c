/* SPDX-License-Identifier: MIT */
#include "nfdec/record.h"

#include <criterion/criterion.h>
#include <locale.h>
#include <math.h>
#include <stdint.h>
#include <string.h>

#define LENGTH_BIT(n)  (1u << (n))
#define LENGTHS_1_TO_8 0x1FEu

/* At which of the lengths 0 ... 20 a type has a value of its kind; at all others it is octets. */
static const struct {
    enum nfdec_type type;
    enum nfdec_value_kind kind;
    uint32_t lengths;
} shapes[] = {
    { NFDEC_OCTET_ARRAY, NFDEC_VALUE_OCTETS, 0x1FFFFF },
    { NFDEC_UNSIGNED8, NFDEC_VALUE_UNSIGNED, LENGTHS_1_TO_8 },
    { NFDEC_UNSIGNED16, NFDEC_VALUE_UNSIGNED, LENGTHS_1_TO_8 },
    { NFDEC_UNSIGNED32, NFDEC_VALUE_UNSIGNED, LENGTHS_1_TO_8 },
    { NFDEC_UNSIGNED64, NFDEC_VALUE_UNSIGNED, LENGTHS_1_TO_8 },
    { NFDEC_SIGNED8, NFDEC_VALUE_SIGNED, LENGTHS_1_TO_8 },
    { NFDEC_SIGNED16, NFDEC_VALUE_SIGNED, LENGTHS_1_TO_8 },
    { NFDEC_SIGNED32, NFDEC_VALUE_SIGNED, LENGTHS_1_TO_8 },
    { NFDEC_SIGNED64, NFDEC_VALUE_SIGNED, LENGTHS_1_TO_8 },
    { NFDEC_FLOAT32, NFDEC_VALUE_FLOAT, LENGTH_BIT(4) },
    { NFDEC_FLOAT64, NFDEC_VALUE_FLOAT, LENGTH_BIT(4) | LENGTH_BIT(8) },
    { NFDEC_BOOLEAN, NFDEC_VALUE_BOOLEAN, LENGTH_BIT(1) },
    { NFDEC_MAC_ADDRESS, NFDEC_VALUE_MAC, LENGTH_BIT(6) },
    { NFDEC_STRING, NFDEC_VALUE_STRING, 0x1FFFFF },
    { NFDEC_SECONDS, NFDEC_VALUE_TIME, LENGTH_BIT(4) | LENGTH_BIT(8) },
    { NFDEC_MILLISECONDS, NFDEC_VALUE_TIME, LENGTH_BIT(8) },
    { NFDEC_MICROSECONDS, NFDEC_VALUE_TIME, LENGTH_BIT(8) },
    { NFDEC_NANOSECONDS, NFDEC_VALUE_TIME, LENGTH_BIT(8) },
    { NFDEC_IPV4_ADDRESS, NFDEC_VALUE_IPV4, LENGTH_BIT(4) },
    { NFDEC_IPV6_ADDRESS, NFDEC_VALUE_IPV6, LENGTH_BIT(16) },
    { NFDEC_BASIC_LIST, NFDEC_VALUE_LIST, 0x1FFFFE },
    { NFDEC_SUB_TEMPLATE_LIST, NFDEC_VALUE_LIST, 0x1FFFFE },
    { NFDEC_SUB_TEMPLATE_MULTI_LIST, NFDEC_VALUE_LIST, 0x1FFFFE },
    { NFDEC_UNSIGNED256, NFDEC_VALUE_OCTETS, 0x1FFFFF },
};

Test(value, every_type_at_every_length)
{
    static const uint8_t data[20] = { [0] = 0, [7] = 1 };
    static const uint8_t truth[20] = { 1 };
    cr_assert_eq(sizeof shapes / sizeof shapes[0], NFDEC_TYPE_COUNT);
    for (size_t i = 0; i < NFDEC_TYPE_COUNT; i++) {
        cr_assert_eq((size_t)shapes[i].type, i);
        for (uint32_t length = 0; length <= 20; length++) {
            const uint8_t *octets = shapes[i].type == NFDEC_BOOLEAN ? truth : data;
            struct nfdec_value value = nfdec_value_read(shapes[i].type, octets, length);
            bool typed = shapes[i].lengths >> length & 1;
            cr_expect_eq(value.kind, typed ? shapes[i].kind : NFDEC_VALUE_OCTETS, "%s of %u octets",
                         nfdec_type_name(shapes[i].type), length);
            cr_expect_eq(value.octets, octets);
            if (value.kind == NFDEC_VALUE_OCTETS)
                cr_expect_eq(value.length, length);
        }
    }
}

static struct nfdec_value read(enum nfdec_type type, uint64_t number, uint32_t length)
{
    static uint8_t octets[8];
    for (uint32_t i = 0; i < length; i++)
        octets[i] = (uint8_t)(number >> 8 * (length - 1 - i));
    return nfdec_value_read(type, octets, length);
}

static void expect_text(struct nfdec_value value, const char *wanted)
{
    char text[256];
    cr_expect_eq(nfdec_value_text(&value, text, sizeof text), strlen(wanted), "%s", text);
    cr_expect_str_eq(text, wanted);
}

Test(value, numbers_of_reduced_size)
{
    for (uint32_t length = 1; length <= 8; length++) {
        uint64_t all = UINT64_MAX >> (64 - 8 * length), top = UINT64_C(1) << (8 * length - 1);
        cr_expect_eq(read(NFDEC_UNSIGNED64, all, length).u, all);
        cr_expect_eq(read(NFDEC_UNSIGNED8, all - 1, length).u, all - 1);
        cr_expect_eq(read(NFDEC_SIGNED64, all, length).i, -1, "%u", length);
        cr_expect_eq(read(NFDEC_SIGNED8, top, length).i, length == 8 ? INT64_MIN : -(int64_t)top);
        cr_expect_eq(read(NFDEC_SIGNED32, top - 1, length).i, (int64_t)(top - 1));
        cr_expect_eq(read(NFDEC_SIGNED16, 1, length).i, 1);
    }
    expect_text(read(NFDEC_UNSIGNED64, UINT64_MAX, 8), "18446744073709551615");
    expect_text(read(NFDEC_SIGNED64, UINT64_C(1) << 63, 8), "-9223372036854775808");
    expect_text(read(NFDEC_SIGNED32, 0xFFFE, 2), "-2");
    expect_text(read(NFDEC_UNSIGNED32, 0, 1), "0");
}

static struct nfdec_value read_double(double number)
{
    uint64_t bits;
    memcpy(&bits, &number, sizeof bits);
    return read(NFDEC_FLOAT64, bits, 8);
}

static struct nfdec_value read_single(float number)
{
    uint32_t bits;
    memcpy(&bits, &number, sizeof bits);
    return read(NFDEC_FLOAT32, bits, 4);
}

Test(value, floats_read_back_as_they_were)
{
    expect_text(read_double(0.1), "0.1");
    expect_text(read_single(0.1f), "0.1");
    expect_text(read_double((double)0.1f), "0.10000000149011612");
    expect_text(read_double(-2.5), "-2.5");
    expect_text(read_double(0), "0");
    expect_text(read_double(-0.0), "-0");
    expect_text(read_double(1e300), "1e+300");
    expect_text(read_double(1.0 / 3), "0.3333333333333333");
    expect_text(read_double(123456789), "123456789");
    expect_text(read_single(16777217.0f), "16777216");
    expect_text(read_double(INFINITY), "inf");
    expect_text(read_double(-INFINITY), "-inf");
    expect_text(read_single(NAN), "nan");
    expect_text(read(NFDEC_FLOAT64, 0x40200000, 4), "2.5");
}

Test(value, floats_have_a_point_in_every_locale)
{
    static const char *const locales[] = { "de_DE.UTF-8", "fr_FR.UTF-8", "ps_AF.UTF-8" };
    for (size_t i = 0; i < sizeof locales / sizeof locales[0]; i++) {
        if (!setlocale(LC_NUMERIC, locales[i]))
            continue;
        expect_text(read_double(0.125), "0.125");
        expect_text(read_double(-1.5e-300), "-1.5e-300");
    }
    setlocale(LC_NUMERIC, "C");
}

Test(value, booleans)
{
    expect_text(read(NFDEC_BOOLEAN, 1, 1), "true");
    expect_text(read(NFDEC_BOOLEAN, 2, 1), "false");
    expect_text(read(NFDEC_BOOLEAN, 0, 1), "00");
    expect_text(read(NFDEC_BOOLEAN, 3, 1), "03");
}

#define NTP(seconds, fraction) ((UINT64_C(2208988800) + (seconds)) << 32 | (fraction))

Test(value, times)
{
    expect_text(read(NFDEC_SECONDS, 1700000000, 4), "2023-11-14T22:13:20Z");
    expect_text(read(NFDEC_SECONDS, UINT32_MAX, 4), "2106-02-07T06:28:15Z");
    expect_text(read(NFDEC_SECONDS, 1700000000, 8), "2023-11-14T22:13:20Z");
    expect_text(read(NFDEC_SECONDS, UINT64_MAX, 8), "ffffffffffffffff");
    expect_text(read(NFDEC_MILLISECONDS, 1700000000007, 8), "2023-11-14T22:13:20.007Z");
    expect_text(read(NFDEC_MILLISECONDS, UINT64_MAX, 8), "ffffffffffffffff");
    expect_text(read(NFDEC_MICROSECONDS, NTP(1700000000, 0x80000000), 8), "2023-11-14T22:13:20.500000Z");
    expect_text(read(NFDEC_MICROSECONDS, NTP(1700000000, 0x800007FF), 8), "2023-11-14T22:13:20.500000Z");
    expect_text(read(NFDEC_NANOSECONDS, NTP(1700000000, 0x80000000), 8), "2023-11-14T22:13:20.500000000Z");
    expect_text(read(NFDEC_NANOSECONDS, NTP(1700000000, 0x800007FF), 8), "2023-11-14T22:13:20.500000477Z");
    cr_expect_eq(read(NFDEC_NANOSECONDS, NTP(0, 0xFFFFFFFF), 8).i, 1000000000);
    cr_expect_eq(read(NFDEC_SECONDS, 1, 4).precision, 0);
    cr_expect_eq(read(NFDEC_MILLISECONDS, 1, 8).precision, 3);
    cr_expect_eq(read(NFDEC_MICROSECONDS, 1, 8).precision, 6);
    cr_expect_eq(read(NFDEC_NANOSECONDS, 1, 8).precision, 9);
}

Test(value, addresses)
{
    static const uint8_t octets[16] = { 0x20, 0x01, 0x0d, 0xb8, [15] = 1 };
    expect_text(read(NFDEC_IPV4_ADDRESS, 0xC00002FF, 4), "192.0.2.255");
    expect_text(nfdec_value_read(NFDEC_IPV6_ADDRESS, octets, 16), "2001:db8::1");
    expect_text(read(NFDEC_MAC_ADDRESS, 0x00A0C91FFE01, 6), "00:a0:c9:1f:fe:01");
    expect_text(read(NFDEC_IPV4_ADDRESS, 0xC000, 2), "c000");
}

static struct nfdec_value read_string(const char *data, uint32_t length)
{
    return nfdec_value_read(NFDEC_STRING, (const uint8_t *)data, length);
}

Test(value, strings)
{
    expect_text(read_string("eth0", 4), "eth0");
    expect_text(read_string("eth0\0\0\0\0", 8), "eth0");
    expect_text(read_string("\0\0\0", 3), "");
    expect_text(read_string(NULL, 0), "");
    expect_text(read_string("a\0b", 3), "a\\x00b");
    expect_text(read_string("\033[31m\xE2\x80\xAE\xFF", 9), "\\x1b[31m\\u{202e}\\xff");
    expect_text(read_string("M\xC3\xBCnchen", 8), "M\xC3\xBCnchen");
    cr_expect_eq(read_string("eth0\0\0\0\0", 8).length, 4);
}

Test(value, octets)
{
    static const uint8_t octets[] = { 0, 1, 0xAB, 0xFF };
    expect_text(nfdec_value_read(NFDEC_OCTET_ARRAY, octets, 4), "0001abff");
    expect_text(nfdec_value_read(NFDEC_OCTET_ARRAY, octets, 0), "");
    expect_text(nfdec_value_read(NFDEC_UNSIGNED32, octets, 0), "");
    expect_text(nfdec_value_read(NFDEC_BASIC_LIST, octets, 4), "0001abff");
}

Test(value, text_is_cut_to_its_room)
{
    struct nfdec_value value = read(NFDEC_UNSIGNED32, 123456, 4);
    char text[16];
    memset(text, '#', sizeof text);
    cr_expect_eq(nfdec_value_text(&value, text, 4), 3);
    cr_expect_str_eq(text, "123");
    cr_expect_eq(text[4], '#');
    cr_expect_eq(nfdec_value_text(&value, text, 1), 0);
    cr_expect_str_eq(text, "");
    text[0] = '#';
    cr_expect_eq(nfdec_value_text(&value, text, 0), 0);
    cr_expect_eq(text[0], '#');
}

/* Lists, through the decoder: they need templates. */

struct message {
    uint8_t data[1024];
    size_t length, set;
};

static void put(struct message *m, uint64_t number, size_t octets)
{
    cr_assert_leq(m->length + octets, sizeof m->data);
    for (size_t i = octets; i > 0; i--)
        m->data[m->length++] = (uint8_t)(number >> 8 * (i - 1));
}

static void fix_length(struct message *m, size_t at)
{
    size_t from = at == 2 ? 0 : at - 2;
    m->data[at] = (uint8_t)((m->length - from) >> 8);
    m->data[at + 1] = (uint8_t)(m->length - from);
}

static void begin_message(struct message *m)
{
    *m = (struct message) { .length = 0 };
    put(m, 10, 2);
    put(m, 0, 2);
    put(m, 1700000000, 4);
    put(m, 0, 4);
    put(m, 1, 4);
}

static void begin_set(struct message *m, uint16_t id)
{
    put(m, id, 2);
    m->set = m->length;
    put(m, 0, 2);
}

static void end_set(struct message *m)
{
    fix_length(m, m->set);
    fix_length(m, 2);
}

/* Templates 256 {list, ingressInterface} and 257 {protocolIdentifier, sourceTransportPort}. */
static void put_templates(struct message *m, uint16_t list)
{
    begin_set(m, 2);
    put(m, 256, 2);
    put(m, 2, 2);
    put(m, list, 2);
    put(m, 65535, 2);
    put(m, 10, 2);
    put(m, 4, 2);
    put(m, 257, 2);
    put(m, 2, 2);
    put(m, 4, 2);
    put(m, 1, 2);
    put(m, 7, 2);
    put(m, 2, 2);
    end_set(m);
}

/* The text of the first field of the first record of the message's data set. */
static void first_field_text(struct message *m, char *text, size_t size)
{
    struct nfdec *dec = nfdec_new(NULL);
    cr_assert_not_null(dec);
    struct nfdec_packet packet = { .data = m->data, .length = m->length, .number = 1, .address_length = 4 };
    cr_assert_eq(nfdec_feed(dec, &packet), NFDEC_OK);
    const struct nfdec_item *item;
    bool found = false;
    while ((item = nfdec_next(dec)) != NULL) {
        struct nfdec_record record;
        struct nfdec_field field;
        if (item->kind != NFDEC_ITEM_SET || !item->set.template)
            continue;
        nfdec_record_begin(&record, &item->set);
        cr_assert(nfdec_record_next(&record));
        nfdec_field_begin(&field, &record);
        cr_assert(nfdec_field_next(&field));
        nfdec_field_text(&field, text, size);
        found = true;
    }
    cr_assert(found, "no record came out");
    nfdec_free(dec);
}

Test(value, basic_list_in_brackets)
{
    struct message m;
    char text[256];
    begin_message(&m);
    put_templates(&m, 291);
    begin_set(&m, 256);
    put(&m, 5 + 3 * 2, 1); /* length of the list */
    put(&m, 4, 1);         /* ordered */
    put(&m, 7, 2);         /* sourceTransportPort */
    put(&m, 2, 2);
    put(&m, 80, 2);
    put(&m, 443, 2);
    put(&m, 8080, 2);
    put(&m, 5, 4); /* ingressInterface */
    end_set(&m);
    first_field_text(&m, text, sizeof text);
    cr_expect_str_eq(text, "[80, 443, 8080]");
    first_field_text(&m, text, 6);
    cr_expect_str_eq(text, "[80, ");
}

Test(value, empty_list)
{
    struct message m;
    char text[256];
    begin_message(&m);
    put_templates(&m, 291);
    begin_set(&m, 256);
    put(&m, 5, 1);
    put(&m, 0, 1);
    put(&m, 7, 2);
    put(&m, 2, 2);
    put(&m, 5, 4);
    end_set(&m);
    first_field_text(&m, text, sizeof text);
    cr_expect_str_eq(text, "[]");
}

Test(value, sub_template_list_shows_records)
{
    struct message m;
    char text[256];
    begin_message(&m);
    put_templates(&m, 292);
    begin_set(&m, 256);
    put(&m, 3 + 2 * 3, 1);
    put(&m, 3, 1); /* allOf */
    put(&m, 257, 2);
    put(&m, 6, 1);
    put(&m, 80, 2);
    put(&m, 17, 1);
    put(&m, 53, 2);
    put(&m, 5, 4);
    end_set(&m);
    first_field_text(&m, text, sizeof text);
    cr_expect_str_eq(text, "[{protocolIdentifier=6, sourceTransportPort=80}, "
                           "{protocolIdentifier=17, sourceTransportPort=53}]");
}

Test(value, list_of_a_template_that_is_not_known)
{
    struct message m;
    char text[256];
    begin_message(&m);
    put_templates(&m, 292);
    begin_set(&m, 256);
    put(&m, 3 + 4, 1);
    put(&m, 3, 1);
    put(&m, 999, 2);
    put(&m, 1, 4);
    put(&m, 5, 4);
    end_set(&m);
    first_field_text(&m, text, sizeof text);
    cr_expect_str_eq(text, "[template 999 not known]");
}

Test(value, malformed_list_keeps_what_was_right)
{
    struct message m;
    char text[256];
    begin_message(&m);
    put_templates(&m, 291);
    begin_set(&m, 256);
    put(&m, 5 + 3, 1);
    put(&m, 4, 1);
    put(&m, 7, 2);
    put(&m, 2, 2);
    put(&m, 80, 2);
    put(&m, 1, 1); /* half a port */
    put(&m, 5, 4);
    end_set(&m);
    first_field_text(&m, text, sizeof text);
    cr_expect_str_eq(text, "[80, malformed]");

    begin_message(&m);
    put_templates(&m, 291);
    begin_set(&m, 256);
    put(&m, 2, 1); /* less than the list's own header */
    put(&m, 4, 2);
    put(&m, 5, 4);
    end_set(&m);
    first_field_text(&m, text, sizeof text);
    cr_expect_str_eq(text, "[malformed]");
}

/* Lists within lists deeper than readers go: octets in hex, and an end. */
Test(value, deep_nesting_ends)
{
    struct message m;
    char text[1024];
    begin_message(&m);
    put_templates(&m, 291);
    begin_set(&m, 256);
    unsigned levels = NFDEC_LIST_DEPTH + 4;
    unsigned length = levels * 6 - 1;
    put(&m, length, 1);
    for (unsigned level = 0; level < levels; level++) {
        put(&m, 4, 1);
        put(&m, 291, 2);
        put(&m, 65535, 2);
        if (level + 1 < levels)
            put(&m, length - 6 * (level + 1), 1);
    }
    put(&m, 5, 4);
    end_set(&m);
    first_field_text(&m, text, sizeof text);
    cr_expect_eq(strspn(text, "["), NFDEC_LIST_DEPTH, "%s", text);
    cr_expect_eq(strspn(text + NFDEC_LIST_DEPTH, "0123456789abcdef"), 2 * (length - 6 * NFDEC_LIST_DEPTH),
                 "%s", text);
}
