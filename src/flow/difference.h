/* SPDX-License-Identifier: MIT */
/*
 * How a template differs from another one: fields added, removed, moved, and of another length. Fields are the same by
 * enterprise, id, direction and scope, of several alike the first with the first, and so on. Of fields that changed
 * their order as few as possible are said to have moved.
 *
 *     struct difference *d = difference_new(before, after);
 *     for (i = 0; i < difference_count(d); i++) ... difference_at(d, i) ...
 *     difference_free(d);
 */
#ifndef FLOW_DIFFERENCE_H
#define FLOW_DIFFERENCE_H

#include <stddef.h>
#include <stdint.h>

#include "base/strbuf.h"
#include "nfdec/template.h"

enum difference_kind { DIFFERENCE_ADDED, DIFFERENCE_REMOVED, DIFFERENCE_MOVED, DIFFERENCE_LENGTH };

struct difference_entry {
    enum difference_kind kind;
    const struct nfdec_field_spec *before, *after; /* NULL where added, where removed */
    uint16_t from, to;                             /* their places, from 0 */
};

struct difference;

struct difference *difference_new(const struct nfdec_template *before, const struct nfdec_template *after);
void difference_free(struct difference *d);

/* Removed and changed ones in the order of the template before, then those added in the order of the one after. */
size_t difference_count(const struct difference *d);
const struct difference_entry *difference_at(const struct difference *d, size_t index);

const char *difference_kind_name(enum difference_kind kind); /* "added": a stable word */

/* "+tcpControlBits -ipClassOfService, sourceIPv4Address 4 to 2 octets"; at most so many, and how many more. */
void difference_text(struct strbuf *out, const struct difference *d, size_t most);

#endif
