/* SPDX-License-Identifier: MIT */
/* Template sets: reading them, keeping every version, withdrawals (RFC 7011 sections 3.4 and 8.1, RFC 3954 5.2). */
#ifndef DECODE_TEMPLATES_H
#define DECODE_TEMPLATES_H

#include <stdbool.h>
#include <stdint.h>

#include "base/cursor.h"
#include "decode/exporters.h"
#include "decode/memory.h"
#include "decode/plans.h"
#include "decode/shape.h"
#include "decode/specs.h"
#include "nfdec/decoder.h"

/* All template versions of a decoder. */
struct templates {
    struct memory *mem;
    struct nfdec_template **version; /* by index */
    size_t capacity;
    uint32_t count, limit;
    size_t octets;      /* of all versions, bounded too */
    struct pool pool;   /* that they stand in, with all that is theirs */
    uint64_t **records; /* of all versions by index, TEMPLATES_COUNTED at a place */
    size_t records_capacity;
    struct plans plans;
    struct specs specs;
};

#define TEMPLATES_COUNTED 512u

/*
 * How many records were decoded with a version. It changes with every set, so it does not stand beside what other threads
 * read of the version meanwhile: each would take the line from the other's cache.
 */
static inline uint64_t *templates_records(const struct templates *templates, const struct nfdec_template *t)
{
    return &templates->records[t->index / TEMPLATES_COUNTED][t->index % TEMPLATES_COUNTED];
}

/* Where a set is and whom to tell: what the readers of template sets need from the decoder. */
struct template_reader {
    struct templates *templates;
    struct exporter *exporter;
    const struct nfdec_message *message;
    uint32_t offset; /* of the set's content in the datagram */
    bool options;    /* an options template set */
    bool ipfix;
    void *decoder; /* argument of the two functions below */
    void (*diagnose)(void *decoder, const struct nfdec_diagnostic *diagnostic);
    void (*learned)(void *decoder, struct slot *slot); /* a definition came into force */
    uint32_t read;                                     /* out: templates and withdrawals in the set */
    uint32_t withdrawn;                                /* out: withdrawals among them */
};

void templates_init(struct templates *templates, struct memory *mem, uint32_t limit);
void templates_release(struct templates *templates);

/* Reads all templates of a set; what is wrong becomes diagnostics. */
void templates_read(struct template_reader *reader, struct cursor *set);

/* Builds a template and adds it to the versions; NULL: limit or memory. */
struct nfdec_template *templates_add(struct templates *templates, const struct nfdec_session *session,
                                     const struct shape *shape);

#endif
