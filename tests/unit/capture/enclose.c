/* SPDX-License-Identifier: MIT */
#include <criterion/criterion.h>

#include <string.h>

#include "capture/enclose.h"

/* One's complement sum over octets in pairs, in the plainest way. */
static uint16_t sum_of(const uint8_t *octets, size_t length, uint32_t sum)
{
    for (size_t i = 0; i < length; i++)
        sum += i % 2 ? octets[i] : (uint32_t)octets[i] << 8;
    while (sum >> 16)
        sum = (sum & 0xffff) + (sum >> 16);
    return (uint16_t)sum;
}

static struct enclose_ends ends_of(bool six)
{
    struct enclose_ends ends = { .sport = 50000, .dport = 2055 };
    cr_assert(addr_parse(six ? "2001:db8::1" : "192.0.2.1", &ends.src));
    cr_assert(addr_parse(six ? "2001:db8::ffff" : "198.51.100.7", &ends.dst));
    return ends;
}

Test(enclose, checksums_hold_whatever_the_length)
{
    for (unsigned six = 0; six < 2; six++) {
        for (uint32_t length = 0; length < 64; length++) {
            const struct enclose_ends ends = ends_of(six);
            uint8_t octets[ENCLOSE_MOST + 64] = { 0 };
            uint32_t before = enclose_size(&ends), udp = before - 8;
            for (uint32_t i = 0; i < length; i++)
                octets[before + i] = (uint8_t)(i * 37 + 200);
            enclose(octets, &ends, length);
            uint32_t pseudo = 17 + 8 + length;
            pseudo += sum_of(octets + (six ? 8 : 12), six ? 32 : 8, 0);
            cr_expect_eq(sum_of(octets + udp, 8 + length, pseudo), 0xffff, "%u octets", length);
            if (!six)
                cr_expect_eq(sum_of(octets, 20, 0), 0xffff);
        }
    }
}

Test(enclose, headers_say_who_and_how_much)
{
    static const uint8_t wanted[] = { 0x45, 0, 0, 31, 0, 0, 0x40, 0, 64, 17 };
    const struct enclose_ends ends = ends_of(false);
    uint8_t octets[ENCLOSE_MOST + 3] = { 0 };
    cr_assert_eq(enclose_size(&ends), 28);
    enclose(octets, &ends, 3);
    cr_expect_arr_eq(octets, wanted, sizeof wanted);
    cr_expect_arr_eq(octets + 12,
                     ((const uint8_t[]) { 192, 0, 2, 1, 198, 51, 100, 7, 0xc3, 0x50, 8, 7, 0, 11 }), 14);
    cr_expect_eq(enclose_size(&(struct enclose_ends) { .src.family = 6 }), 48);
}

/* 0 would say that there is no checksum. */
Test(enclose, a_checksum_of_zero_is_written_as_ones)
{
    struct enclose_ends ends = ends_of(false);
    for (uint32_t value = 0; value <= UINT16_MAX; value++) {
        uint8_t octets[ENCLOSE_MOST + 2] = { 0 };
        octets[28] = (uint8_t)(value >> 8);
        octets[29] = (uint8_t)value;
        enclose(octets, &ends, 2);
        cr_assert(octets[26] || octets[27], "payload %04x", value);
    }
}
