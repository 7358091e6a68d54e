/* SPDX-License-Identifier: MIT */
/*
 * Which samplers flows name, counted per exporter and domain while they are decoded, so that it can be told whether
 * what is used was announced. Owner: the session.
 */
#ifndef FLOW_SAMPLING_USE_H
#define FLOW_SAMPLING_USE_H

#include <stddef.h>
#include <stdint.h>

#include "nfdec/columns.h"

struct sampling_use;

/* A sampler of one exporter and domain (nfdec_session.family). */
struct sampler_use {
    const struct nfdec_session *session; /* of the first flow */
    uint64_t sampler;
    uint64_t flows;
    uint64_t packet; /* of the first flow */
    uint32_t offset; /* of its set */
    uint16_t set;    /* its id */
};

struct sampling_use *sampling_use_new(void);
void sampling_use_free(struct sampling_use *use);

/* Rows from ... to - 1 of a block are flows of this set. */
void sampling_use_add(struct sampling_use *use, const struct nfdec_set *set,
                      const struct nfdec_columns *columns, uint32_t from, uint32_t to);

/* In order of appearance; NULL behind the last. There are at most 65536. */
const struct sampler_use *sampling_use_at(const struct sampling_use *use, size_t index);

#endif
