/* SPDX-License-Identifier: MIT */
/*
 * Templates: the shape of a record (RFC 7011 section 3.4, RFC 3954 section 5.2). Records of v1, v5 and v7 have
 * built-in templates of the same kind, so that every record is read in one way.
 *
 * A template is immutable once it was announced, owned by the decoder and valid until nfdec_free(): a
 * redefinition makes a new version. Only the counters marked "running" change while decoding goes on.
 */
#ifndef NFDEC_TEMPLATE_H
#define NFDEC_TEMPLATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "nfdec/element.h"
#include "nfdec/status.h"

#define NFDEC_VARIABLE 65535u /* length of a variable-length field specifier */

struct nfdec_session;
struct nfdec_plan;

/* One field specifier, compiled. */
struct nfdec_field_spec {
    const struct nfdec_element *element; /* NULL where unknown; of a reverse field: the forward element */
    const char *name; /* never NULL: IANA or vendor name, "reverseX" (RFC 5103), or "pen.id" where unknown */
    uint32_t pen;     /* 0: IANA or NetFlow v9 */
    uint16_t id; /* without the enterprise bit; in v9 the whole field type; of a v9 scope: its scope type */
    uint16_t length; /* as announced, NFDEC_VARIABLE where variable */
    uint8_t type;    /* enum nfdec_type by which values are read; octet array where the length does not fit */
    bool scope;      /* an options template's scope field */
    bool reverse;    /* PEN 29305 */
    uint16_t repeat_of; /* index of the first field of the same name and scope-ness, own index where first */
    bool repeated;      /* set on a first field that occurs again further on */
};

enum nfdec_template_kind {
    NFDEC_TEMPLATE_DATA,
    NFDEC_TEMPLATE_OPTIONS,
    NFDEC_TEMPLATE_FIXED, /* the built-in shape of v1, v5, v7 */
};

/* How a template's life ended, if it did. */
enum nfdec_template_end {
    NFDEC_TEMPLATE_LIVE,
    NFDEC_TEMPLATE_REPLACED,  /* by a definition that differs */
    NFDEC_TEMPLATE_WITHDRAWN, /* RFC 7011 section 8.1 */
    NFDEC_TEMPLATE_RESTARTED, /* its exporter restarted */
};

struct nfdec_template {
    const struct nfdec_plan *plan;         /* how records go to columns (columns.h) */
    const struct nfdec_field_spec *fields; /* templates that say the same share them, and the plan */
    const uint8_t *shape;                  /* private: field specifiers as they stood on the wire ... */
    uint32_t shape_octets;                 /* private: ... so many octets */
    uint32_t record_length;                /* octets of a record; the smallest possible where variable */
    uint16_t id;
    uint16_t field_count; /* scope fields included, and first */
    uint16_t scope_count;
    uint8_t kind;   /* enum nfdec_template_kind */
    uint8_t end;    /* running: enum nfdec_template_end */
    bool variable;  /* has variable-length fields */
    bool lists;     /* has fields that are lists (RFC 6313) */
    uint32_t index; /* in nfdec_template_at() */
    const struct nfdec_session *session;
    uint32_t version;                      /* 1 ... within session and id */
    const struct nfdec_template *previous; /* version before this one under the same id; NULL for the first */
    const struct nfdec_template *earlier;  /* private: one further back, so that looking up is quick */
    uint64_t first_packet;                 /* number of the packet that announced it */
    uint64_t last_packet;                  /* running: number of the last packet that announced it */
    uint64_t end_packet;                   /* running: where `end` happened */
    int64_t first_time; /* capture times of the first and (running) last announcement, ns */
    int64_t last_time;
    uint64_t announced;      /* running: how often it was sent */
    const uint64_t *records; /* running: how many were decoded with it; where other threads read nothing */
};

/* Whether two templates say the same: same fields in the same order with the same lengths and scope. */
NFDEC_API bool nfdec_template_equal(const struct nfdec_template *a, const struct nfdec_template *b);

#endif
