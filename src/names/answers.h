/* SPDX-License-Identifier: MIT */
/*
 * Names of hosts out of DNS answers that were captured (RFC 1035; A, AAAA, CNAME and PTR), DNS or mDNS (RFC 6762).
 * The octets are hostile: a message costs no more than its own length and ANSWERS_MOST records of it.
 *
 *     answers_read(data, length, take, user);     // take(user, &address, name, length) for each
 *
 * An address gets the name that was asked for, at the beginning of a chain of CNAMEs. Names are without the last dot, as
 * they came: labels may hold any octets.
 */
#ifndef NAMES_ANSWERS_H
#define NAMES_ANSWERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/addr.h"

#define ANSWERS_MOST 64u  /* records of a message that are looked at */
#define ANSWERS_NAME 256u /* room for a name */

/* Whether a port is one that such answers come from. */
static inline bool answers_port(uint16_t port)
{
    return port == 53 || port == 5353;
}

/* Returns how many were given; 0 for what is no answer, or broken before the first one. */
size_t answers_read(const uint8_t *data, size_t length,
                    void (*take)(void *user, const struct addr *address, const char *name,
                                 size_t name_length),
                    void *user);

#endif
