/* SPDX-License-Identifier: MIT */
/*
 * Plans of a decoder. Fields and plan of a template follow from its shape and the version of its exporter, so templates that
 * say the same share them: with thousands of exporters of a kind they are made once, and stay in the cache.
 */
#ifndef DECODE_PLANS_H
#define DECODE_PLANS_H

#include <stddef.h>
#include <stdint.h>

#include "decode/memory.h"
#include "decode/shape.h"
#include "nfdec/template.h"

struct plans_entry {
    uint64_t hash;
    const struct nfdec_template *template; /* the first that has the plan; NULL: free */
};

/* Open addressing; grows. Zeroed memory is one without plans. */
struct plans {
    struct plans_entry *entry;
    size_t capacity, count;
};

/*
 * Where the first template of such a shape is, of an exporter of that version, or where it is to be put right away. NULL: no
 * memory.
 */
struct plans_entry *plans_find(struct plans *plans, struct memory *mem, uint16_t version,
                               const struct shape *shape);

/* A template with its plan, which both stay as long as `plans`. */
void plans_put(struct plans *plans, struct plans_entry *entry, const struct nfdec_template *template);
void plans_release(struct plans *plans, struct memory *mem);

#endif
