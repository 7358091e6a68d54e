/* SPDX-License-Identifier: MIT */
/*
 * Fields of two versions of a template side by side: the longest row of fields that both have, in order, and what came
 * and went between them. Of one version alone all fields are as they were.
 */
#ifndef VIEW_TUI_VIEWS_TEMPLATE_DIFF_H
#define VIEW_TUI_VIEWS_TEMPLATE_DIFF_H

#include <stddef.h>
#include <stdint.h>

#include "nfdec/template.h"

#define DIFF_NONE UINT32_MAX

struct diff_row {
    uint32_t before, after; /* numbers of fields; DIFF_NONE: it has none */
};

/* Owner: whoever has the struct; free `row`. Zeroed: nothing. */
struct template_diff {
    struct diff_row *row;
    uint32_t count;
    uint32_t added, removed, changed; /* changed: in their length */
};

/* `before` may be NULL. */
void template_diff_make(struct template_diff *diff, const struct nfdec_template *before,
                        const struct nfdec_template *after);

/* '+' added, '-' removed, '~' of another length, ' ' the same. */
char template_diff_mark(const struct diff_row *row, const struct nfdec_template *before,
                        const struct nfdec_template *after);

#endif
