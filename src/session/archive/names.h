/* SPDX-License-Identifier: MIT */
/*
 * What fields are called in archives: as the Python package `netflow` calls them, which knows fewer than we do. Other
 * fields of NetFlow v9 and all of IPFIX have the names they have everywhere here.
 */
#ifndef SESSION_ARCHIVE_NAMES_H
#define SESSION_ARCHIVE_NAMES_H

#include <stdbool.h>
#include <stdint.h>

#include "nfdec/template.h"

/* The name of a field of a template of this version; NULL: archives leave it out. */
const char *archive_name(uint16_t version, const struct nfdec_template *template, uint16_t index);

/* What names mean; owner: the caller. */
struct archive_names;
struct archive_names *archive_names_new(void);
void archive_names_free(struct archive_names *names);

/* What a name means: pen and id as in a template of this version. False: nobody knows. */
struct archive_field {
    uint32_t pen;
    uint16_t id;
    enum nfdec_type type;
};
bool archive_field(const struct archive_names *names, uint16_t version, const char *name,
                   struct archive_field *field);

/* Whether a field of NetFlow v9 is written as an address. */
bool archive_is_address(uint16_t v9_type);

/* Fields of v1, v5 and v7 by their place in a record. */
struct archive_fixed {
    const char *name; /* NULL: padding */
    uint8_t length;
};
const struct archive_fixed *archive_fixed(uint16_t version, unsigned *count);

#endif
