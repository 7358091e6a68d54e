/* SPDX-License-Identifier: MIT */
/* IPv4 and IPv6 addresses as values. */
#ifndef BASE_ADDR_H
#define BASE_ADDR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* family 0: no address; 4: the first 4 octets; 6: all 16. Unused octets are 0. Network order. */
struct addr {
    uint8_t family;
    uint8_t octets[16];
};

#define ADDR_TEXT 48 /* room for the text of any address */

struct addr addr_v4(uint32_t number); /* host order */
struct addr addr_v6(const uint8_t octets[16]);
struct addr addr_from(const uint8_t *octets, size_t length); /* length 4 or 16, else family 0 */
bool addr_equal(const struct addr *a, const struct addr *b);
uint64_t addr_hash(const struct addr *a);

/* Writes the text (RFC 5952 for IPv6; "" for family 0) and returns its length. */
size_t addr_text(const struct addr *a, char buffer[ADDR_TEXT]);

/* Whether `text` is an address; sets *a if so. */
bool addr_parse(const char *text, struct addr *a);

#endif
