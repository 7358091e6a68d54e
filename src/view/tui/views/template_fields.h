/* SPDX-License-Identifier: MIT */
/* The fields of a template as rows of a list; and two versions side by side. */
#ifndef VIEW_TUI_VIEWS_TEMPLATE_FIELDS_H
#define VIEW_TUI_VIEWS_TEMPLATE_FIELDS_H

#include "nfdec/template.h"
#include "view/tui/panel/list.h"
#include "view/tui/views/template_diff.h"

struct template_fields {
    const struct nfdec_template *before, *after; /* before: NULL where it is the first version */
    struct template_diff diff;
    uint32_t *offset; /* by field of `after`; TEMPLATE_NO_OFFSET: behind one of variable length */
    bool sides;       /* both versions are shown */
};

#define TEMPLATE_NO_OFFSET UINT32_MAX

extern const struct list_column template_field_columns[], template_side_columns[];
extern const unsigned template_field_column_count, template_side_column_count;
extern const struct list_ops template_field_ops; /* for `user` a struct template_fields */

void template_fields_of(struct template_fields *fields, const struct nfdec_template *after);
void template_fields_release(struct template_fields *fields);

/* Octets that a type has in full; 0: any number. */
unsigned template_full_length(uint8_t type);

#endif
