/* SPDX-License-Identifier: MIT */
/* Records of a data set become rows, which are summed and looked at while they are in the cache. */
#ifndef SESSION_ROWS_H
#define SESSION_ROWS_H

#include <stdint.h>

#include "flow/ledger.h"
#include "flow/sampling_use.h"
#include "flow/store.h"
#include "nfdec/decoder.h"
#include "session/sink.h"

struct rows_target {
    struct ledger *ledger;
    const struct flow_store *store; /* NULL, as the sink: rows are looked at in `scratch` and not kept */
    struct sink *sink;
    struct nfdec_columns *scratch;
    struct sampling_use *sampling_use;
};

/* `entry` is the set's number in the ledger, which gets their sums and their place. */
void rows_take(const struct rows_target *to, const struct nfdec_set *set, uint32_t entry);

#endif
