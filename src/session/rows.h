/* SPDX-License-Identifier: MIT */
/* What flows say as they become rows is entered: into the ledger, and which samplers they name. */
#ifndef SESSION_ROWS_H
#define SESSION_ROWS_H

#include "flow/ledger.h"
#include "flow/sampling_use.h"
#include "session/sink.h"

struct rows_books {
    struct ledger *ledger;
    struct sampling_use *sampling_use;
};

/* For sink_config.rows and .set; the user is a struct rows_books. */
void rows_enter(void *books, const struct batch_flows *flows, const struct nfdec_columns *columns);
void rows_enter_set(void *books, const struct sink_set *set);

#endif
