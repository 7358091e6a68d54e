/* SPDX-License-Identifier: MIT */
/* Addresses, prefixes, ranges of addresses, and hosts by their names. */
#include <string.h>

#include "query/filter_value.h"

#define HOST_MOST 253u /* octets of a name (RFC 1035) */

static uint32_t number_of(const struct addr *address)
{
    const uint8_t *o = address->octets;
    return (uint32_t)o[0] << 24 | (uint32_t)o[1] << 16 | (uint32_t)o[2] << 8 | o[3];
}

static void add_span4(struct value_reader *r, uint32_t low, uint32_t high)
{
    struct filter_test *test = &r->leaf->test;
    test->spans4 = filter_value_grow(r->p, test->spans4, test->span4_count, sizeof *test->spans4);
    test->spans4[test->span4_count++] = (struct filter_span4) { low, high };
}

static void add_span6(struct value_reader *r, const uint8_t low[16], const uint8_t high[16])
{
    struct filter_test *test = &r->leaf->test;
    test->spans6 = filter_value_grow(r->p, test->spans6, test->span6_count, sizeof *test->spans6);
    struct filter_span6 *span = &test->spans6[test->span6_count++];
    memcpy(span->low, low, 16);
    memcpy(span->high, high, 16);
}

static void add_prefix(struct value_reader *r, const struct addr *address, unsigned bits)
{
    if (address->family == 4) {
        uint32_t mask = bits ? UINT32_MAX << (32 - bits) : 0;
        add_span4(r, number_of(address) & mask, number_of(address) | ~mask);
        return;
    }
    uint8_t low[16], high[16];
    for (unsigned i = 0; i < 16; i++) {
        unsigned left = bits > 8 * i ? bits - 8 * i : 0;
        uint8_t mask = (uint8_t)(left >= 8 ? 0xFFu : 0xFFu << (8 - left));
        low[i] = (uint8_t)(address->octets[i] & mask);
        high[i] = (uint8_t)(address->octets[i] | ~mask);
    }
    add_span6(r, low, high);
}

/* "10", "10.1", "10.1.2": the beginning of an IPv4 address; *bits: how much of it. */
static bool read_beginning(const char *text, struct addr *address, unsigned *bits)
{
    unsigned octets = 0;
    *address = (struct addr) { .family = 4 };
    while (*text >= '0' && *text <= '9' && octets < 4) {
        unsigned value = 0;
        while (*text >= '0' && *text <= '9' && value <= 255)
            value = value * 10 + (unsigned)(*text++ - '0');
        if (value > 255)
            return false;
        address->octets[octets++] = (uint8_t)value;
        if (*text == '.')
            text++;
    }
    *bits = 8 * octets;
    return octets > 0 && !*text;
}

/* "8" of "10.0.0.0/8", up to `most`; -1: it is no such number. */
static int read_bits(const char *text, unsigned most)
{
    unsigned value = 0;
    if (!*text || strlen(text) > 3)
        return -1;
    for (; *text; text++) {
        if (*text < '0' || *text > '9')
            return -1;
        value = value * 10 + (unsigned)(*text - '0');
    }
    return value <= most ? (int)value : -1;
}

/* "net 10.0.0.0 mask 255.0.0.0": `now` is the mask. */
static bool take_mask(struct value_reader *r, const struct addr *address)
{
    struct addr mask;
    char word[64];
    if (!filter_value_word(r->p, word, sizeof word) || !addr_parse(word, &mask) || mask.family != 4 ||
        address->family != 4 || (~number_of(&mask) & (~number_of(&mask) + 1)) != 0)
        return filter_value_fail(r, "a mask such as 255.255.0.0");
    filter_parser_advance(r->p);
    add_prefix(r, address, (unsigned)__builtin_popcount(number_of(&mask)));
    return true;
}

static bool add_range(struct value_reader *r, const struct addr *low, const struct addr *high, size_t at)
{
    if (low->family != high->family)
        return filter_parser_fail(r->p, at, r->p->now.at - at, "a range has addresses of one family");
    if (memcmp(low->octets, high->octets, sizeof low->octets) > 0)
        return filter_value_fail_order(r, at);
    if (low->family == 4)
        add_span4(r, number_of(low), number_of(high));
    else
        add_span6(r, low->octets, high->octets);
    return true;
}

/* "10.0.0.1-10.0.0.9" in one word: cut in two. NULL: it is no range. */
static char *cut_range(char *word)
{
    char *dash = strchr(word, '-');
    struct addr address;
    if (!dash)
        return NULL;
    *dash = '\0';
    if (addr_parse(word, &address) && addr_parse(dash + 1, &address))
        return dash + 1;
    *dash = '-';
    return NULL;
}

static bool take_prefix(struct value_reader *r, char *word, char *slash)
{
    struct addr address;
    unsigned given;
    *slash = '\0';
    bool whole = addr_parse(word, &address);
    if (!whole && !read_beginning(word, &address, &given))
        return filter_value_fail(r, "an address, a prefix or the name of a host");
    int bits = read_bits(slash + 1, address.family == 4 ? 32 : 128);
    if (bits < 0)
        return filter_parser_fail_token(r->p, "a prefix of IPv%u is /0 ... /%u", address.family,
                                        address.family == 4 ? 32 : 128);
    filter_parser_advance(r->p);
    add_prefix(r, &address, (unsigned)bits);
    return true;
}

/* Addresses come later, from filter_resolve(). */
static bool take_host(struct value_reader *r)
{
    struct filter_parser *p = r->p;
    size_t length;
    bool letter = false, fit = true;
    char *name = filter_value_text(p, &length);
    for (size_t i = 0; name && i < length; i++) {
        char c = name[i];
        bool alphabetic = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        letter |= alphabetic;
        fit &= alphabetic || (c >= '0' && c <= '9') || (c && strchr(".-_", c));
    }
    if (!name || !letter || !fit || length > HOST_MOST ||
        p->now.length != length + (p->now.kind == TOKEN_QUOTED ? 2u : 0u))
        return filter_value_fail(r, "an address, a prefix or the name of a host");
    struct filter_host *host = filter_parser_memory(p, sizeof *host);
    *host = (struct filter_host) { .name = name,
                                   .at = p->now.at,
                                   .length = p->now.length,
                                   .test = &r->leaf->test,
                                   .next = p->filter->hosts };
    p->filter->hosts = host;
    filter_parser_advance(p);
    return true;
}

bool filter_value_take_address(struct value_reader *r)
{
    struct filter_parser *p = r->p;
    struct addr address, last;
    char word[128], *slash, *other;
    unsigned bits;
    size_t at = p->now.at;
    if (!filter_value_word(p, word, sizeof word))
        return take_host(r);
    if ((slash = strchr(word, '/')) != NULL)
        return take_prefix(r, word, slash);
    if ((other = cut_range(word)) != NULL) {
        filter_parser_advance(p);
        return addr_parse(word, &address) && addr_parse(other, &last) && add_range(r, &address, &last, at);
    }
    if (!addr_parse(word, &address)) {
        if (!r->noun->net || !read_beginning(word, &address, &bits))
            return take_host(r);
        filter_parser_advance(p);
        if (filter_parser_take(p, "mask"))
            return take_mask(r, &address);
        add_prefix(r, &address, bits);
        return true;
    }
    filter_parser_advance(p);
    if (r->noun->net && filter_parser_take(p, "mask"))
        return take_mask(r, &address);
    if (!filter_value_range_goes_on(p))
        return add_range(r, &address, &address, at);
    if (!filter_value_word(p, word, sizeof word) || !addr_parse(word, &last))
        return filter_value_fail(r, "an address");
    filter_parser_advance(p);
    return add_range(r, &address, &last, at);
}
