/* SPDX-License-Identifier: MIT */
/*
 * Octets of records once more: columns keep the usual values of flows only, all else is read from the packets again.
 * The session provides this (or nobody does: then what needs it is not known).
 */
#ifndef QUERY_SOURCE_H
#define QUERY_SOURCE_H

#include <stdbool.h>
#include <stdint.h>

#include "nfdec/decoder.h"

struct query_source {
    /*
     * Set `ledger_set` of the ledger as the decoder gave it, with its template, message and octets; good until the next
     * call. False: its octets are gone. NULL: there is no such source. One thread at a time.
     */
    bool (*set)(void *user, uint32_t ledger_set, struct nfdec_set *out);
    void *user;
    /*
     * Another user for another thread, and its end. NULL: there is but the one above, and one thread works.
     */
    void *(*open)(void *user);
    void (*close)(void *opened);
};

#endif
