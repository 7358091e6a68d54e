/* SPDX-License-Identifier: MIT */
/* Fields of a record and their values, as JSON and as text on one line; lists of RFC 6313 nest. */
#ifndef VIEW_BATCH_FIELDS_H
#define VIEW_BATCH_FIELDS_H

#include <stdbool.h>

#include "base/strbuf.h"
#include "nfdec/record.h"

/* `"scope":{...},` where it is an options record, and `"fields":{...}`; an object is open. */
void fields_json(struct strbuf *out, const struct nfdec_record *record);

/* " name=value name=value", scope fields first with "scope:" before their names. */
void fields_text(struct strbuf *out, const struct nfdec_record *record);

/* One value as text: strings in quotation marks, octets in hex, lists in brackets; clean for terminals. */
void field_text(struct strbuf *out, const struct nfdec_field *field);

/* The same for a value that is no list. */
void value_text(struct strbuf *out, const struct nfdec_value *value);

#endif
