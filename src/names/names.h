/* SPDX-License-Identifier: MIT */
/*
 * Names for numbers: hosts (hosts files, then DNS PTR look-ups through c-ares), services, protocols, ICMP
 * types.
 *
 * Host look-ups never block: names_host() answers what is known and starts a look-up where nothing is. A
 * batch writer collects its addresses, calls names_wait() once with a time limit, and then writes.
 *
 *     struct names *names = names_new(&config);
 *     names_host(names, &addr);               // NULL now; the look-up is under way
 *     names_wait(names, 2000);                // at most 2 s, returns as soon as all are answered
 *     const char *name = names_host(names, &addr);
 *
 * A struct names is for one thread at a time, but for names_learn().
 */
#ifndef NAMES_NAMES_H
#define NAMES_NAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/addr.h"

struct names_config {
    bool hosts;                    /* names for hosts at all (hosts files and DNS) */
    bool dns;                      /* ask DNS for addresses that no hosts file knows */
    bool services;                 /* names for ports */
    const char *const *host_files; /* extra hosts files; /etc/hosts is read too unless no_system */
    size_t host_file_count;
    bool no_system;         /* tests: not /etc/hosts */
    const char *dns_server; /* tests: "127.0.0.1:5353" instead of the system's resolvers */
    size_t max_hosts;       /* cache entries; 0: 1 048 576. What does not fit has no name */
    unsigned max_in_flight; /* 0: 64 */
};

struct names;

/* Reads hosts files, host_files before /etc/hosts: the first name an address gets stays. NULL and one line in
 * error (of 256) where one of host_files cannot be read or dns_server is no address. */
struct names *names_new(const struct names_config *config, char error[256]);
void names_free(struct names *names);

/* Name of a host; NULL: none, or not known yet. Valid until names_free. At most 255 octets of [A-Za-z0-9._-],
 * every other octet as \xNN: fit for a terminal as it is. */
const char *names_host(struct names *names, const struct addr *address);

/*
 * The other way round: starts a look-up of the addresses of a name, where DNS is asked at all; and gives those that are
 * known, of hosts files and of answers that came.
 */
void names_ask(struct names *names, const char *name);
void names_addresses(struct names *names, const char *name,
                     void (*take)(void *user, const struct addr *address), void *user);

/*
 * What somebody else found out: names the address where no hosts file does, and before an answer of DNS to us comes. At
 * most NAMES_LEARNED addresses; false: it was not taken. From any thread.
 */
#define NAMES_LEARNED 262144u
bool names_learn(struct names *names, const struct addr *address, const char *name, size_t length);

/* Whether look-ups are under way; lets replies in without waiting. To be called now and then (each frame of a
 * screen, say): nothing else moves the look-ups on but names_wait. */
bool names_pending(struct names *names);

/* Waits until all look-ups are answered or `milliseconds` have passed; returns how many are still open. */
size_t names_wait(struct names *names, int milliseconds);

/* Lower-case service name of a port and protocol (6, 17, 132, 33); NULL where none. From a built-in table,
 * not from /etc/services, so that the names do not depend on the machine. */
const char *names_service(const struct names *names, uint16_t port, uint8_t protocol);

/* Lower-case protocol name without blanks ("tcp", "udp", "icmp", "ipv6-icmp"); NULL where IANA has none. */
const char *names_protocol(uint8_t protocol);

/* "echo request" for ICMP or ICMPv6 type and code; NULL where none. */
const char *names_icmp(uint8_t protocol, uint8_t type, uint8_t code);

/* The ICMP type that answers `type` (echo -> echo reply, ...); -1 where none does. Works both ways. */
int names_icmp_peer(uint8_t protocol, uint8_t type);

#endif
