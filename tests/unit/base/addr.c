/* SPDX-License-Identifier: MIT */
#include "base/addr.h"

#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <string.h>

static void expect_round_trip(const char *text, const char *wanted, uint8_t family)
{
    struct addr a;
    char buffer[ADDR_TEXT];
    cr_assert(addr_parse(text, &a), "%s", text);
    cr_expect_eq(a.family, family);
    cr_expect_eq(addr_text(&a, buffer), strlen(wanted));
    cr_expect_str_eq(buffer, wanted);
}

Test(addr, text_round_trips)
{
    expect_round_trip("0.0.0.0", "0.0.0.0", 4);
    expect_round_trip("255.255.255.255", "255.255.255.255", 4);
    expect_round_trip("2001:DB8:0:0:0:0:0:1", "2001:db8::1", 6);
    expect_round_trip("::", "::", 6);
    expect_round_trip("::1", "::1", 6);
    expect_round_trip("0:0:0:0:0:0:1:0", "::1:0", 6);
    expect_round_trip("0:0:0:0:0:0:1:203", "::1:203", 6);
    expect_round_trip("::ffff:192.0.2.1", "::ffff:192.0.2.1", 6);
    expect_round_trip("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
                      6);
}

/* Every choice of zero groups, with groups of one digit to four between them. */
Test(addr, the_longest_run_of_zeros_is_left_out)
{
    static const uint16_t groups[8] = { 0x1, 0x20, 0xabc, 0xfedc, 0xf, 0x10, 0x100, 0x1000 };
    for (unsigned zeros = 0; zeros < 256; zeros++) {
        uint8_t octets[16];
        char wanted[INET6_ADDRSTRLEN], buffer[ADDR_TEXT];
        for (unsigned i = 0; i < 8; i++) {
            unsigned group = zeros >> i & 1 ? 0 : groups[i];
            octets[2 * i] = (uint8_t)(group >> 8);
            octets[2 * i + 1] = (uint8_t)group;
        }
        if ((zeros & 0x3F) == 0x3F)
            continue; /* inet_ntop takes some of them for IPv4 */
        struct addr a = addr_v6(octets);
        cr_assert(inet_ntop(AF_INET6, octets, wanted, sizeof wanted));
        cr_expect_eq(addr_text(&a, buffer), strlen(wanted));
        cr_expect_str_eq(buffer, wanted);
    }
}

Test(addr, what_is_none_is_refused)
{
    static const char *const texts[] = { "",        "1.2.3",    "1.2.3.256",   "host",
                                         "1::2::3", "1.2.3.4 ", "fe80::1%eth0" };
    struct addr a = addr_v4(7);
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        cr_expect_not(addr_parse(texts[i], &a), "%s", texts[i]);
    struct addr seven = addr_v4(7);
    cr_expect(addr_equal(&a, &seven), "a refused text must leave the address alone");
}

Test(addr, is_made_from_octets_of_the_right_length)
{
    static const uint8_t octets[16] = { 192, 0, 2, 1, 5, 6, 7, 8 };
    struct addr four = addr_from(octets, 4), number = addr_v4(0xC0000201);
    cr_expect(addr_equal(&four, &number));
    cr_expect_eq(addr_hash(&four), addr_hash(&number));
    struct addr six = addr_from(octets, 16), other = addr_v6(octets);
    cr_expect(addr_equal(&six, &other));
    cr_expect_not(addr_equal(&six, &four));
    for (size_t length = 0; length < 16; length++)
        if (length != 4)
            cr_expect_eq(addr_from(octets, length).family, 0);
    char buffer[ADDR_TEXT];
    struct addr none = { 0 };
    cr_expect_eq(addr_text(&none, buffer), 0);
    cr_expect_str_eq(buffer, "");
}
