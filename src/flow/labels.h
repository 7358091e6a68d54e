/* SPDX-License-Identifier: MIT */
/*
 * Names that exporters give in options data to the numbers in their flows: interfaces, VRFs, applications, samplers,
 * and users by address.
 *
 *     struct labels *labels = labels_new();
 *     labels_learn(labels, &set);                                  // each decoded set of options data
 *     labels_find(labels, session, LABEL_INTERFACE, 3);            // "ge-0/0/1", or NULL
 *     labels_free(labels);
 *
 * A name holds for its exporter and domain (nfdec_session.family). Some exporters name things in one domain and
 * count flows in another: where the own domain has no name, that of the same address's other domains counts, if all of
 * them that have one say the same. A name that is given anew replaces the one before, for all flows.
 *
 * Names are cleaned (utf8.h), at most LABEL_MOST octets, and valid until the next labels_learn(). Owner: the session.
 */
#ifndef FLOW_LABELS_H
#define FLOW_LABELS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/addr.h"
#include "nfdec/decoder.h"

#define LABEL_MOST 255u /* octets of a name */

enum label_kind {
    LABEL_INTERFACE,   /* by ifIndex */
    LABEL_VRF,         /* by VRF id */
    LABEL_APPLICATION, /* by the number in NFDEC_COL_APPLICATION */
    LABEL_SAMPLER,     /* by sampler or selector id */
    LABEL_USER,        /* by address */
    LABEL_KINDS
};

struct labels;

struct labels *labels_new(void);
void labels_free(struct labels *labels);
void labels_learn(struct labels *labels, const struct nfdec_set *set);

/* Whether flows of this session may have names of a kind: for loops that would ask for each. */
bool labels_has(const struct labels *labels, const struct nfdec_session *session, enum label_kind kind);

/* NULL: none, or of other domains several. */
const char *labels_find(const struct labels *labels, const struct nfdec_session *session,
                        enum label_kind kind, uint64_t id);
const char *labels_user(const struct labels *labels, const struct nfdec_session *session,
                        const struct addr *address);

/* Names not kept, as there were too many. */
uint64_t labels_dropped(const struct labels *labels);

#endif
