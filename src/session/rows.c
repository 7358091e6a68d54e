/* SPDX-License-Identifier: MIT */
#include "session/rows.h"

#include "flow/audit.h"
#include "flow/times.h"

/* Where the next records become rows: at least one fits. */
static struct nfdec_columns *open_rows(const struct rows_target *to)
{
    if (to->sink)
        return sink_rows(to->sink);
    if (to->scratch->rows == NFDEC_ROWS)
        nfdec_columns_clear(to->scratch);
    return to->scratch;
}

void rows_take(const struct rows_target *to, const struct nfdec_set *set, uint32_t entry)
{
    uint64_t first_row = to->store ? flow_store_rows(to->store) : LEDGER_NO_ROW;
    uint32_t done = 0, place = 0;
    struct audit audit;
    audit_begin(&audit, set);
    while (done < set->records) {
        struct nfdec_columns *c = open_rows(to);
        uint32_t from = c->rows, n = nfdec_columns_add(c, set, done, &place);
        audit_rows(&audit, c, from, done);
        sampling_use_add(to->sampling_use, set, c, from, c->rows);
        if (to->sink)
            sink_commit(to->sink);
        done += n;
    }
    times_tell(to->ledger, set, &audit);
    if (done)
        ledger_set_rows(to->ledger, entry, first_row, audit.bytes, audit.packets);
}
