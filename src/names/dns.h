/* SPDX-License-Identifier: MIT */
/*
 * Look-ups that never block, through c-ares, of the names of addresses and of the addresses of names: so many in flight, the others wait in a queue. Each try ends
 * after a second, each server gets two; what is open when the struct is freed is dropped without an answer.
 */
#ifndef NAMES_DNS_H
#define NAMES_DNS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/addr.h"

struct dns_config {
    const char *server; /* "127.0.0.1:5353"; NULL: the system's resolvers */
    unsigned in_flight; /* at most, from 1 to 4096 */
    /* The end of a look-up; name: as it came, NULL where there is none. Called out of dns_ask and dns_wait;
     * may not call either. */
    void (*answer)(void *context, const struct addr *address, const char *name);
    /* An address of a name that was asked for; called as often as there are some, and under the same conditions. */
    void (*answer_name)(void *context, const char *name, const struct addr *address);
    void *context;
};

struct dns;

/* NULL where it cannot be started (a server that is no address, no memory for c-ares, unreadable settings).
 */
struct dns *dns_new(const struct dns_config *config);
void dns_free(struct dns *dns);

/* Whether an address can have a name in DNS: not multicast, unspecified, loopback, link-local, reserved. */
bool dns_askable(const struct addr *address);

/* Starts a look-up or queues it. */
void dns_ask(struct dns *dns, const struct addr *address);

/* Starts a look-up of the addresses of a name. For a few names only: there is no queue. */
void dns_ask_name(struct dns *dns, const char *name);

/* Lets replies in, for that long at most; returns earlier when all are answered. 0: does not wait. */
void dns_wait(struct dns *dns, int milliseconds);

/* Look-ups without an answer, the queue included. */
size_t dns_open(const struct dns *dns);

#endif
