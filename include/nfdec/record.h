/* SPDX-License-Identifier: MIT */
/*
 * Records and fields of a set, and their typed values. See decoder.h for the loop.
 * Nothing here allocates; all pointers are into the set's octets and live as long as they do.
 */
#ifndef NFDEC_RECORD_H
#define NFDEC_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "nfdec/decoder.h"
#include "nfdec/status.h"
#include "nfdec/template.h"

struct nfdec_record {
    const struct nfdec_set *set;
    const struct nfdec_template *template;
    const uint8_t *data; /* of the record; NULL before the first */
    uint32_t length;
    uint32_t index;            /* in its set, 0 ... */
    const uint8_t *next, *end; /* private */
};

NFDEC_API void nfdec_record_begin(struct nfdec_record *record, const struct nfdec_set *set);
NFDEC_API bool nfdec_record_next(struct nfdec_record *record); /* false: no more whole record */

/* A field of a record; `data` does not include the length prefix of a variable-length field. */
struct nfdec_field {
    const struct nfdec_record *record;
    const struct nfdec_field_spec *spec;
    const uint8_t *data;
    uint32_t length;
    uint16_t index;      /* in the template */
    const uint8_t *next; /* private */
};

NFDEC_API void nfdec_field_begin(struct nfdec_field *field, const struct nfdec_record *record);
NFDEC_API bool nfdec_field_next(struct nfdec_field *field); /* false: no more field */

/* A typed value. The member to read follows from `type`; a value that has no typed form is octets. */
enum nfdec_value_kind {
    NFDEC_VALUE_OCTETS,   /* octets, length */
    NFDEC_VALUE_UNSIGNED, /* u */
    NFDEC_VALUE_SIGNED,   /* i */
    NFDEC_VALUE_FLOAT,    /* f */
    NFDEC_VALUE_BOOLEAN,  /* u: 0 or 1 */
    NFDEC_VALUE_MAC,      /* octets, 6 */
    NFDEC_VALUE_STRING,   /* octets, length, without trailing zeros; not cleaned for terminals */
    NFDEC_VALUE_TIME,     /* i: ns since 1970 UTC */
    NFDEC_VALUE_IPV4,     /* octets, 4 */
    NFDEC_VALUE_IPV6,     /* octets, 16 */
    NFDEC_VALUE_LIST,     /* see nfdec_list_begin */
};

struct nfdec_value {
    enum nfdec_value_kind kind;
    uint8_t precision; /* of a time: decimal digits of a second, 0 ... 9 */
    union {
        uint64_t u;
        int64_t i;
        double f;
    };
    const uint8_t *octets;
    uint32_t length;
};

/* Reads a value by type (spec->type); reduced sizes 1 ... 8 included (RFC 7011 section 6.2). */
NFDEC_API struct nfdec_value nfdec_field_value(const struct nfdec_field *field);
NFDEC_API struct nfdec_value nfdec_value_read(enum nfdec_type type, const uint8_t *data, uint32_t length);

/*
 * The value as text, cut to `size` and terminated; returns its length. Numbers plain, addresses in full, times
 * RFC 3339 UTC, octets in hex, strings with everything unprintable escaped, lists in brackets.
 */
NFDEC_API size_t nfdec_field_text(const struct nfdec_field *field, char *buffer, size_t size);
NFDEC_API size_t nfdec_value_text(const struct nfdec_value *value, char *buffer, size_t size);

/*
 * Lists within a record (RFC 6313): basicList, subTemplateList, subTemplateMultiList.
 *
 *     struct nfdec_list list;
 *     if (nfdec_list_begin(&list, &field))
 *         while (nfdec_list_next(&list))
 *             ... list.template ? a record: list.record : a basicList value: list.element ...
 *
 * A list may hold lists: the fields of list.record can be begun again. Nesting ends because every level is a
 * smaller piece of the same octets; NFDEC_LIST_DEPTH says how deep readers go.
 */
#define NFDEC_LIST_DEPTH 8

struct nfdec_list {
    uint8_t semantic;             /* RFC 6313 section 4.4: 0 noneOf ... 4 ordered, 255 undefined */
    uint16_t template_id;         /* of the current record; 0 in a basicList */
    struct nfdec_field_spec spec; /* basicList: the element; its name is NULL where unknown */
    const struct nfdec_template
        *template; /* of the current record; NULL in a basicList, or where not known */
    struct nfdec_record
        record;               /* the current one (subTemplate lists); all octets where there is no template */
    struct nfdec_field value; /* the current value (basicList); spec points to `spec` above */
    uint32_t index;           /* 0 ... */
    bool malformed;           /* it did not fit its field; what was read before is right */
    struct nfdec_set set;     /* private from here */
    const struct nfdec_field *field;
    const uint8_t *next, *end, *group_end;
};

NFDEC_API bool nfdec_list_begin(struct nfdec_list *list,
                                const struct nfdec_field *field); /* false: no list */
NFDEC_API bool nfdec_list_next(struct nfdec_list *list);
NFDEC_API const char *nfdec_list_semantic_name(uint8_t semantic); /* "allOf" */

#endif
