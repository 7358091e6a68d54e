/* SPDX-License-Identifier: MIT */
/* Names that options data gives to what flows hold as numbers, behind the values of a line of JSON or CSV. */
#ifndef VIEW_BATCH_LABEL_H
#define VIEW_BATCH_LABEL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/strbuf.h"
#include "flow/labels.h"
#include "nfdec/columns.h"
#include "view/batch/origin.h"

#define LABEL_FIELDS 7u

/* Which of them flows of a set may have, as bits. */
unsigned label_fields(const struct labels *labels, const struct origin *origin);

/* A row of a block: members of JSON, or all columns of CSV. */
struct label_row {
    const struct labels *labels;
    const struct nfdec_session *session;
    const struct nfdec_columns *columns; /* those that are not used are zero */
    uint32_t row;
    unsigned fields;
    bool csv;
};
void label_add(struct strbuf *out, const struct label_row *row);

#endif
