/* SPDX-License-Identifier: MIT */
/*
 * Information elements: what a field number means (RFC 7012, the IANA IPFIX registry, NetFlow v9
 * field types of RFC 3954, and the elements of vendors under their enterprise numbers).
 *
 * All data is constant and shared; nothing here allocates or fails.
 */
#ifndef NFDEC_ELEMENT_H
#define NFDEC_ELEMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "nfdec/status.h"

/* Abstract data types with the numbers IANA gives them (RFC 5610 section 3.1). */
enum nfdec_type {
    NFDEC_OCTET_ARRAY = 0, /* also: type not known */
    NFDEC_UNSIGNED8,
    NFDEC_UNSIGNED16,
    NFDEC_UNSIGNED32,
    NFDEC_UNSIGNED64,
    NFDEC_SIGNED8,
    NFDEC_SIGNED16,
    NFDEC_SIGNED32,
    NFDEC_SIGNED64,
    NFDEC_FLOAT32,
    NFDEC_FLOAT64,
    NFDEC_BOOLEAN,
    NFDEC_MAC_ADDRESS,
    NFDEC_STRING,
    NFDEC_SECONDS,
    NFDEC_MILLISECONDS,
    NFDEC_MICROSECONDS,
    NFDEC_NANOSECONDS,
    NFDEC_IPV4_ADDRESS,
    NFDEC_IPV6_ADDRESS,
    NFDEC_BASIC_LIST,
    NFDEC_SUB_TEMPLATE_LIST,
    NFDEC_SUB_TEMPLATE_MULTI_LIST,
    NFDEC_UNSIGNED256,
    NFDEC_TYPE_COUNT
};

/* Semantics with the numbers IANA gives them (RFC 5610 section 3.2). */
enum nfdec_semantics {
    NFDEC_DEFAULT = 0,
    NFDEC_QUANTITY,
    NFDEC_TOTAL_COUNTER,
    NFDEC_DELTA_COUNTER,
    NFDEC_IDENTIFIER,
    NFDEC_FLAGS,
    NFDEC_LIST,
    NFDEC_SNMP_COUNTER,
    NFDEC_SNMP_GAUGE,
};

#define NFDEC_PEN_REVERSE 29305u /* RFC 5103: the IANA element of the same id, other direction */

/* One element. `name` is unique within its enterprise number and holds [A-Za-z0-9_] only. */
struct nfdec_element {
    const char *name;
    const char *units; /* "" where none */
    uint32_t pen;      /* 0: IANA */
    uint16_t id;
    uint8_t type;      /* enum nfdec_type */
    uint8_t semantics; /* enum nfdec_semantics */
    bool deprecated;
};

/* The element pen.id of IPFIX (pen 0: IANA); NULL where none is known. PEN 29305 is not looked up here. */
NFDEC_API const struct nfdec_element *nfdec_element_find(uint32_t pen, uint16_t id);

/*
 * The element behind a NetFlow v9 field type: the IANA element where the meaning is the same (its name is
 * then IANA's), else an entry of the v9 list itself, whose pen is 0 and whose name is the vendor's.
 * Types of 32768 and more never fall through to IANA. NULL where none is known.
 */
NFDEC_API const struct nfdec_element *nfdec_element_find_v9(uint16_t type);

/* The NetFlow v9 name ("IN_BYTES") of a v9 field type; NULL where the v9 list has none. */
NFDEC_API const char *nfdec_v9_name(uint16_t type);

/*
 * By name, case-sensitive: IANA first, then the enterprises by number, then the names of NetFlow v9, which
 * give what nfdec_element_find_v9() gives. NULL where none is known.
 */
NFDEC_API const struct nfdec_element *nfdec_element_find_name(const char *name);

/* Whether an element may appear in the reverse direction (RFC 5103 section 6.1). */
NFDEC_API bool nfdec_element_reversible(uint16_t iana_id);

/* Every known element in turn, 0 ... until NULL: IANA by id, then enterprises by pen and id. */
NFDEC_API const struct nfdec_element *nfdec_element_at(size_t index);

NFDEC_API const char *nfdec_type_name(enum nfdec_type type); /* "unsigned32", as IANA spells it */
NFDEC_API const char *nfdec_semantics_name(enum nfdec_semantics semantics); /* "deltaCounter" */

/* Short name of the holder of an enterprise number ("Cisco"); NULL where not known. */
NFDEC_API const char *nfdec_pen_name(uint32_t pen);

/* Meaning of a code point of an element, e.g. flowEndReason 3 "end of Flow detected"; NULL where none. */
NFDEC_API const char *nfdec_code_name(const struct nfdec_element *element, uint64_t value);

/* The same by registry name, e.g. "icmpTypeCodeIPv4", 0x0303 (see codes.def); NULL where none. */
NFDEC_API const char *nfdec_registry_name(const char *registry, uint64_t value);

#endif
