/* SPDX-License-Identifier: MIT */
/* Finds what is wrong inside of records that are whole themselves: lists (RFC 6313) that do not fit their fields. */
#ifndef DECODE_MALFORMED_H
#define DECODE_MALFORMED_H

#include "nfdec/record.h"

/* `outer` is the record of the set; `field` the list's own, maybe of a record within a list. */
typedef void malformed_list(void *user, const struct nfdec_record *outer, const struct nfdec_field *field);

/* Reads all lists of a set, also those within lists down to NFDEC_LIST_DEPTH. */
void malformed_lists(const struct nfdec_set *set, malformed_list *tell, void *user);

#endif
