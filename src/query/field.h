/* SPDX-License-Identifier: MIT */
/*
 * THE table of fields: what flows and connections have, under the names by which filters, --sort, -e, CSV, statistics,
 * and columns of the screen know it (fields.def); and every information element there is, which is read from the
 * records.
 *
 *     struct field field;
 *     if (field_find("srcip", 5, &field))
 *         ...field.symbol == FIELD_SRC, field_table[field.symbol].title...
 *     if (field_find("initiatorOctets", 15, &field) || field_find("9.12345", 7, &field))
 *         ...field.symbol == FIELD_ELEMENT, field.pen, field.id, field.element (NULL: nobody knows it)...
 *
 * All data is constant. A struct field is a value; nothing is to be released.
 */
#ifndef QUERY_FIELD_H
#define QUERY_FIELD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "nfdec/columns.h"
#include "nfdec/element.h"
#include "nfdec/template.h"

enum field_symbol {
#define FIELD(symbol, name, title, kind, unit, where, column, aliases, help) FIELD_##symbol,
#include "query/fields.def"
#undef FIELD
    FIELD_COUNT,
    FIELD_ELEMENT = FIELD_COUNT /* an information element, not in field_table */
};

/* What a value is, and how it is kept. */
enum field_kind {
    FIELD_KIND_TIME,     /* int64, ns since 1970 UTC */
    FIELD_KIND_DURATION, /* int64, ns */
    FIELD_KIND_ADDRESS,  /* struct addr; in columns see nfdec/columns.h */
    FIELD_KIND_NUMBER,   /* uint64 */
    FIELD_KIND_COUNTER,  /* uint64, something that adds up */
    FIELD_KIND_FLAGS,    /* uint64, bits */
    FIELD_KIND_TEXT,
    FIELD_KIND_BOOLEAN,
    /* of elements only */
    FIELD_KIND_SIGNED, /* int64 */
    FIELD_KIND_FLOAT,  /* double */
    FIELD_KIND_MAC,    /* 6 octets */
    FIELD_KIND_OCTETS, /* any octets */
    FIELD_KIND_LIST,   /* RFC 6313: it is there or not */
    FIELD_KIND_COUNT
};

enum field_where {
    FIELD_OF_FLOWS = 1,
    FIELD_OF_CONNECTIONS = 2,
    FIELD_OF_BOTH = 3,
    FIELD_OF_EITHER = 4, /* one of two other fields, see field_sides() */
};

struct field_info {
    const char *name;  /* as in JSON */
    const char *title; /* heading of a column */
    const char *unit;  /* "" where none */
    const char *aliases;
    const char *help;
    uint8_t kind;   /* enum field_kind */
    uint8_t where;  /* enum field_where */
    uint8_t column; /* enum nfdec_column; NFDEC_COLUMN_COUNT: none */
};

extern const struct field_info field_table[FIELD_COUNT];

struct field {
    uint8_t symbol; /* enum field_symbol */
    /* of an element: */
    bool reverse; /* RFC 5103 */
    uint16_t id;
    uint32_t pen;
    const struct nfdec_element *element; /* NULL: not known */
};

/*
 * By name or alias; else an element by its name, of IANA, a vendor or NetFlow v9, whatever the case of its letters
 * ("reverse..." where RFC 5103 allows), by its number as an IANA element, or as pen.id. False: there is none.
 */
bool field_find(const char *name, size_t length, struct field *out);

/* The name nearest to one that is not known; NULL: none is near. */
const char *field_nearest(const char *name, size_t length);

enum field_kind field_kind(const struct field *field);

/* Its name, by which field_find() finds it again; into `buffer`. */
#define FIELD_NAME 80
const char *field_name(const struct field *field, char buffer[FIELD_NAME]);

/* The fields that one of FIELD_OF_EITHER stands for: of flows, or of connections where they have their own. */
void field_sides(enum field_symbol symbol, bool connections, enum field_symbol sides[2]);

/* Whether a field of a template is this element; scope fields are not. */
bool field_is_spec(const struct field *field, const struct nfdec_field_spec *spec);

const char *field_kind_name(enum field_kind kind); /* "address" */

#endif
