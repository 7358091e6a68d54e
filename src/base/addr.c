/* SPDX-License-Identifier: MIT */
#include "base/addr.h"

#include <arpa/inet.h>
#include <string.h>

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

size_t addr_text(const struct addr *a, char buffer[ADDR_TEXT])
{
    buffer[0] = '\0';
    if (a->family)
        inet_ntop(a->family == 4 ? AF_INET : AF_INET6, a->octets, buffer, ADDR_TEXT);
    return strlen(buffer);
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
