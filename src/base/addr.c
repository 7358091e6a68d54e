/* SPDX-License-Identifier: MIT */
#include "base/addr.h"

#include <arpa/inet.h>
#include <endian.h>
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

/* Half of the octets, 0 or 1. */
static uint64_t half_of(const struct addr *a, unsigned half)
{
    uint64_t octets;
    memcpy(&octets, a->octets + 8 * (size_t)half, sizeof octets);
    return octets;
}

bool addr_equal(const struct addr *a, const struct addr *b)
{
    return a->family == b->family && half_of(a, 0) == half_of(b, 0) && half_of(a, 1) == half_of(b, 1);
}

uint64_t addr_hash(const struct addr *a)
{
    uint64_t lo = half_of(a, 0), hi = half_of(a, 1);
    uint64_t h = (lo ^ a->family) * 0x9E3779B97F4A7C15u;
    h = (h ^ h >> 29 ^ hi) * 0xD6E8FEB86659FD93u;
    return h ^ h >> 32;
}

/* Up to four hexadecimal digits; four octets are touched. */
static inline char *put_group(char *out, uint32_t value)
{
    uint32_t octets = value >> 8 | (value & 0xFF) << 16;
    uint32_t digits = (octets >> 4 & 0x000F000F) | (octets & 0x000F000F) << 8;
    uint32_t letters = (digits + 0x06060606) >> 4 & 0x01010101;
    unsigned zeros = (unsigned)__builtin_ctz(digits | 1u << 24) / 8;
    uint32_t text = htole32((digits + 0x30303030 + letters * ('a' - '0' - 10)) >> 8 * zeros);
    memcpy(out, &text, sizeof text);
    return out + (4 - zeros);
}

/* Bit i: group i of four in host order is zero. Of sixteen bits each, the first the lowest. */
static unsigned zero_groups(uint64_t groups)
{
    const uint64_t low = UINT64_C(0x7FFF7FFF7FFF7FFF);
    uint64_t zeros = ~(((groups & low) + low) | groups | low) >> 15; /* bits 0, 16, 32, 48 */
    return (unsigned)(zeros * UINT64_C(0x0001000200040008) >> 48 & 0xF);
}

/* The longest run of at least two zero groups, the first of equals (RFC 5952 section 4.2). `zeros`: bit i, group i. */
static unsigned zero_run(unsigned zeros, unsigned *length)
{
    unsigned starts = zeros & zeros >> 1; /* bit i: a run of *length begins at group i */
    *length = 2;
    if (!starts)
        return 8;
    for (unsigned longer = starts & starts >> 1; longer; longer &= longer >> 1) {
        starts = longer;
        ++*length;
    }
    return (unsigned)__builtin_ctz(starts);
}

char *addr_put_v6(char *out, const uint8_t octets[16])
{
    static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };
    uint64_t half[2];
    unsigned length;
    if (memcmp(octets, mapped, sizeof mapped) == 0) {
        memcpy(out, "::ffff:", 7);
        return addr_put_v4(out + 7, be32(octets + 12));
    }
    memcpy(half, octets, sizeof half);
    unsigned zeros = zero_groups(le64toh(half[0])) | zero_groups(le64toh(half[1])) << 4;
    unsigned begin = zero_run(zeros, &length);
    for (unsigned i = 0; i < 8 && i < begin; i++) {
        out = put_group(out, be16(octets + 2 * (size_t)i));
        *out++ = ':';
    }
    if (begin == 8)
        return out - 1;
    if (begin == 0)
        *out++ = ':';
    for (unsigned i = begin + length; i < 8; i++) {
        *out++ = ':';
        out = put_group(out, be16(octets + 2 * (size_t)i));
    }
    if (begin + length == 8)
        *out++ = ':';
    return out;
}

size_t addr_text(const struct addr *a, char buffer[ADDR_TEXT])
{
    char *end = buffer;
    if (a->family == 4)
        end = addr_put_v4(buffer, be32(a->octets));
    else if (a->family == 6)
        end = addr_put_v6(buffer, a->octets);
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
