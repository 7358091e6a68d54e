/* SPDX-License-Identifier: MIT */
/*
 * Which sampling interval holds for a flow, and who says so.
 *
 * It is looked for in the record itself, then under the sampler that the record names, then in options data for the
 * whole exporter and domain, then in the message header (v5). Some exporters announce samplers in another domain than
 * the one that uses them: where a place has nothing, what the same address has announced elsewhere counts if
 * there is no other answer to it.
 *
 *     struct samplings *samplings = samplings_new(decoder);          // once what is announced is known
 *     struct sampling s = samplings_of(samplings, session, &flow);
 *     samplings_free(samplings);
 *
 * Counters of flows are never scaled by this unless somebody asks for it.
 */
#ifndef FLOW_SAMPLING_H
#define FLOW_SAMPLING_H

#include <stdbool.h>
#include <stdint.h>

#include "nfdec/decoder.h"

/* Where an interval came from, in the order in which it is looked for. */
enum sampling_source {
    SAMPLING_NONE,              /* nobody says: most likely every packet was looked at */
    SAMPLING_RECORD,            /* the flow record */
    SAMPLING_SAMPLER,           /* options data, for the sampler that the record names */
    SAMPLING_SAMPLER_ELSEWHERE, /* ... in another domain of the same address */
    SAMPLING_SAMPLER_UNCLEAR,   /* ... in several, which contradict each other: interval 0 */
    SAMPLING_SAMPLER_UNKNOWN,   /* the record names a sampler that was never announced: interval 0 */
    SAMPLING_OPTIONS,           /* options data for the whole exporter and domain */
    SAMPLING_HEADER,            /* the message header (v5) */
    SAMPLING_OPTIONS_ELSEWHERE, /* options data of another domain of the same address */
    SAMPLING_SOURCES
};

struct sampling {
    uint32_t interval; /* one packet in so many; 0: not known */
    enum sampling_source source;
};

/* What a flow says itself. */
struct sampling_flow {
    uint64_t interval; /* NFDEC_COL_SAMPLING; 0: does not say */
    uint64_t sampler;  /* NFDEC_COL_SAMPLER */
    bool has_sampler;  /* its template has one */
    uint16_t header;   /* interval in the message header; 0: none */
};

struct samplings;

/* The sessions are the decoder's; those that came later are not known to it. */
struct samplings *samplings_new(const struct nfdec *decoder);

/* While the decoder goes on: options data of a session has come, which may be the first that says something. */
void samplings_add(struct samplings *samplings, const struct nfdec_session *session);
void samplings_free(struct samplings *samplings);
struct sampling samplings_of(const struct samplings *samplings, const struct nfdec_session *session,
                             const struct sampling_flow *flow);

/* A counter times the interval; what 64 bits cannot hold is the most they can. */
static inline uint64_t sampling_scale(uint64_t counter, uint32_t interval)
{
    uint64_t scaled;
    return __builtin_mul_overflow(counter, interval, &scaled) ? UINT64_MAX : scaled;
}

/* "record", "sampler": stable words. */
const char *sampling_source_name(enum sampling_source source);

#endif
