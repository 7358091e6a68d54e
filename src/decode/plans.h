/* SPDX-License-Identifier: MIT */
/*
 * Plans of a decoder. A plan follows from the fields of a template and the version of its exporter, so templates that say
 * the same share one: with thousands of exporters of a kind it stays in the cache.
 */
#ifndef DECODE_PLANS_H
#define DECODE_PLANS_H

#include <stddef.h>
#include <stdint.h>

#include "decode/memory.h"
#include "decode/plan.h"

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
 * The plan of a template, whose fields are filled in and which stays as long as `plans`. NULL: no memory.
 * *octets: what the plan takes; 0 where it was there.
 */
const struct nfdec_plan *plans_of(struct plans *plans, struct memory *mem, struct nfdec_template *template,
                                  size_t *octets);
void plans_release(struct plans *plans, struct memory *mem);

#endif
