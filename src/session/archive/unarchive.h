/* SPDX-License-Identifier: MIT */
/*
 * Lines of archives, ours and the Python collector's, back to export packets: the decoded flows are put into octets again,
 * in front of them the templates that they need, so that a packet out of an archive goes the way of any other. What the
 * line does not hold (options of NetFlow v9, lengths of fields) cannot come back.
 *
 *     if (unarchive_line(u, line, length, &packet))
 *         ...packet.data is valid until the next line...
 */
#ifndef SESSION_ARCHIVE_UNARCHIVE_H
#define SESSION_ARCHIVE_UNARCHIVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/addr.h"

struct unarchive;

struct unarchived {
    const uint8_t *data; /* an export packet: one message, or several of IPFIX where one does not suffice */
    size_t length;
    uint16_t version;
    struct addr client;
    uint16_t port;
    uint64_t unknown; /* fields that were left out: nobody knows their name, or their value does not fit it */
    uint64_t flows;   /* that were left out: they are no objects, or too long */
};

struct unarchive *unarchive_new(void);
void unarchive_free(struct unarchive *u);

/* False: the line is no decoded packet. */
bool unarchive_line(struct unarchive *u, const uint8_t *line, size_t length, struct unarchived *packet);

#endif
