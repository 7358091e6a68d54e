/* SPDX-License-Identifier: MIT */
/*
 * A DNS server for tests: a thread with a UDP socket on 127.0.0.1. What it does with a question depends on the
 * second number of the IPv4 address asked for, see enum fake_dns_mood.
 */
#ifndef FAKE_DNS_H
#define FAKE_DNS_H

#include <stddef.h>

#include "base/addr.h"

enum fake_dns_mood {
    FAKE_DNS_ANSWER = 1, /* host-<third>-<fourth>.test */
    FAKE_DNS_NXDOMAIN,
    FAKE_DNS_NEVER,
    FAKE_DNS_DELAY,     /* as FAKE_DNS_ANSWER, FAKE_DNS_DELAY_MS later */
    FAKE_DNS_HOSTILE,   /* a name with an escape sequence in it */
    FAKE_DNS_GARBAGE,   /* the right id, then nonsense */
    FAKE_DNS_TRUNCATED, /* come back over TCP, where nobody is */
    FAKE_DNS_EMPTY,     /* no error, no answer */
    FAKE_DNS_ROOT,      /* the name "." */
};

#define FAKE_DNS_DELAY_MS 400

struct fake_dns;

struct fake_dns *fake_dns_start(void);
void fake_dns_stop(struct fake_dns *server);

/* "127.0.0.1:port" */
const char *fake_dns_address(const struct fake_dns *server);

/* Questions so far, repeated ones included. */
unsigned fake_dns_questions(struct fake_dns *server);

/* 10.<mood>.<number / 256>.<number % 256>, and the name it gets from FAKE_DNS_ANSWER. */
struct addr fake_dns_host(enum fake_dns_mood mood, unsigned number);
const char *fake_dns_name(unsigned number, char name[64]);

#endif
