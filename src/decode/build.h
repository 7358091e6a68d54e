/* SPDX-License-Identifier: MIT */
/* From the shape of a template on the wire to a compiled one: fields, those that are repeated, plan. */
#ifndef DECODE_BUILD_H
#define DECODE_BUILD_H

#include <stdbool.h>
#include <stddef.h>

#include "decode/memory.h"
#include "decode/plans.h"
#include "decode/shape.h"
#include "decode/specs.h"
#include "nfdec/template.h"

/* What templates are made of: they are pieces of the pool. */
struct build {
    struct memory *mem;
    struct pool *pool;
    struct plans *plans;
    struct specs *specs;
};

/* NULL: no memory. *octets: what it takes. */
struct nfdec_template *build_template(const struct build *build, const struct nfdec_session *session,
                                      const struct shape *shape, size_t *octets);

#endif
