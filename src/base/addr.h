/* SPDX-License-Identifier: MIT */
/* IPv4 and IPv6 addresses as values. */
#ifndef BASE_ADDR_H
#define BASE_ADDR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/digits.h"

/* family 0: no address; 4: the first 4 octets; 6: all 16. Unused octets are 0. Network order. */
struct addr {
    uint8_t octets[16];
    uint8_t family;
};

#define ADDR_TEXT 48 /* room for the text of any address */

struct addr addr_v4(uint32_t number); /* host order */
struct addr addr_v6(const uint8_t octets[16]);
struct addr addr_from(const uint8_t *octets, size_t length); /* length 4 or 16, else family 0 */
bool addr_equal(const struct addr *a, const struct addr *b);
uint64_t addr_hash(const struct addr *a);

/* Writes the text (RFC 5952 for IPv6; "" for family 0) and returns its length. */
size_t addr_text(const struct addr *a, char buffer[ADDR_TEXT]);

/*
 * For loops over millions: write the text of an IPv4 (host order) or IPv6 address and return the place behind, without
 * a terminator. ADDR_TEXT octets may be touched.
 */
static inline char *addr_put_v4(char *out, uint32_t number)
{
    for (unsigned shift = 32; shift > 0;) {
        shift -= 8;
        out = digits_put_few(out, number >> shift & 0xFF);
        *out++ = '.';
    }
    return out - 1;
}
char *addr_put_v6(char *out, const uint8_t octets[16]);

/* Whether `text` is an address; sets *a if so. */
bool addr_parse(const char *text, struct addr *a);

#endif
