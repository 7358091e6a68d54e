/* SPDX-License-Identifier: MIT */
/* Values of an archive's line as the octets of a field. */
#ifndef SESSION_ARCHIVE_VALUE_H
#define SESSION_ARCHIVE_VALUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

#include "base/strbuf.h"
#include "session/archive/names.h"

/* Before whole numbers that are too long for jansson, which value_quote() has put in quotes. */
#define VALUE_NUMBER '\001'

/* Copies JSON, numbers of 19 digits or more quoted. */
void value_quote(struct strbuf *out, const char *json, size_t length);

/*
 * Adds a value's octets to `out`, as many as the type wants or, where that is open, as the value has; *length is their
 * number, or NFDEC_VARIABLE where they have a length in front of them. False: the value does not fit the type.
 */
bool value_octets(struct strbuf *out, const json_t *value, const struct archive_field *field, bool variable,
                  uint16_t *length);

/* A whole number that fits in `octets` octets (1 ... 8), or an address of 4; false: it is none. */
bool value_number(const json_t *value, unsigned octets, uint64_t *number);

#endif
