/* SPDX-License-Identifier: MIT */
#include "base/addr.h"

#include <arpa/inet.h>
#include <string.h>

#include "base/be.h"
#include "base/digits.h"

struct addr addr_v4(uint32_t number)
{
    return (struct addr) { .family = 4,
                           .octets = { (uint8_t)(number >> 24), (uint8_t)(number >> 16),
                                       (uint8_t)(number >> 8), (uint8_t)number } };
}

struct addr addr_v6(const uint8_t octets[16])
{
    struct addr a = { .family = 6 };
    memcpy(a.octets, octets, 16);
    return a;
}

struct addr addr_from(const uint8_t *octets, size_t length)
{
    struct addr a = { .family = length == 4 ? 4 : length == 16 ? 6 : 0 };
    if (a.family)
        memcpy(a.octets, octets, length);
    return a;
}

bool addr_equal(const struct addr *a, const struct addr *b)
{
    return a->family == b->family && memcmp(a->octets, b->octets, sizeof a->octets) == 0;
}

uint64_t addr_hash(const struct addr *a)
{
    uint64_t lo, hi;
    memcpy(&lo, a->octets, 8);
    memcpy(&hi, a->octets + 8, 8);
    uint64_t h = (lo ^ a->family) * 0x9E3779B97F4A7C15u;
    h = (h ^ h >> 29 ^ hi) * 0xD6E8FEB86659FD93u;
    return h ^ h >> 32;
}

static char *put_octet(char *out, unsigned value)
{
    if (value >= 100)
        *out++ = (char)('0' + value / 100);
    if (value >= 10)
        *out++ = (char)('0' + value / 10 % 10);
    *out++ = (char)('0' + value % 10);
    return out;
}

static char *put_v4(char *out, const uint8_t octets[4])
{
    for (unsigned i = 0; i < 4; i++) {
        if (i)
            *out++ = '.';
        out = put_octet(out, octets[i]);
    }
    return out;
}

static char *put_group(char *out, unsigned value)
{
    bool begun = false;
    for (int shift = 12; shift >= 0; shift -= 4) {
        unsigned digit = value >> shift & 0xf;
        begun |= digit || shift == 0;
        if (begun)
            *out++ = digits_hex[digit];
    }
    return out;
}

/* The longest run of at least two zero groups, the first of equals (RFC 5952 section 4.2). */
static unsigned zero_run(const unsigned group[8], unsigned *length)
{
    unsigned best = 8, run = 0;
    *length = 1;
    for (unsigned i = 0; i < 8; i++) {
        run = group[i] ? 0 : run + 1;
        if (run > *length) {
            *length = run;
            best = i + 1 - run;
        }
    }
    return best;
}

static char *put_v6(char *out, const uint8_t octets[16])
{
    static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };
    unsigned group[8], length, begin;
    if (memcmp(octets, mapped, sizeof mapped) == 0) {
        memcpy(out, "::ffff:", 7);
        return put_v4(out + 7, octets + 12);
    }
    for (unsigned i = 0; i < 8; i++)
        group[i] = be16(octets + 2 * (size_t)i);
    begin = zero_run(group, &length);
    for (unsigned i = 0; i < 8; i++) {
        if (i == begin) {
            *out++ = ':';
            *out++ = ':';
            i += length - 1;
            continue;
        }
        if (i && out[-1] != ':')
            *out++ = ':';
        out = put_group(out, group[i]);
    }
    return out;
}

size_t addr_text(const struct addr *a, char buffer[ADDR_TEXT])
{
    char *end = buffer;
    if (a->family == 4)
        end = put_v4(buffer, a->octets);
    else if (a->family == 6)
        end = put_v6(buffer, a->octets);
    *end = '\0';
    return (size_t)(end - buffer);
}

bool addr_parse(const char *text, struct addr *a)
{
    struct addr parsed = { .family = 4 };
    if (inet_pton(AF_INET, text, parsed.octets) != 1) {
        parsed.family = 6;
        if (inet_pton(AF_INET6, text, parsed.octets) != 1)
            return false;
    }
    *a = parsed;
    return true;
}
