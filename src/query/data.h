/* SPDX-License-Identifier: MIT */
/* What queries are asked of: the flows of a run and what belongs to them. Borrowed; nothing may be added meanwhile. */
#ifndef QUERY_DATA_H
#define QUERY_DATA_H

#include "flow/labels.h"
#include "flow/ledger.h"
#include "flow/store.h"
#include "nfdec/decoder.h"
#include "pair/pair.h"
#include "query/source.h"

struct query_data {
    const struct flow_store *store;
    const struct ledger *ledger;
    const struct nfdec *decoder;
    const struct pairs *pairs;   /* NULL: flows were not paired */
    struct query_source source;  /* .set NULL: octets cannot be read again */
    const struct labels *labels; /* NULL: none */
    /* names of the inputs by number, as in ledger_input() */
    const char *const *files;
    size_t file_count;
};

#endif
