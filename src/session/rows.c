/* SPDX-License-Identifier: MIT */
#include "session/rows.h"

#include "flow/audit.h"
#include "flow/times.h"

static uint64_t sum(const struct nfdec_columns *c, enum nfdec_column column, uint32_t from, uint32_t to)
{
    uint64_t total = 0;
    if (c->used >> column & 1)
        for (uint32_t i = from; i < to; i++)
            total += c->column[column][i];
    return total;
}

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
    uint64_t first_row = to->store ? flow_store_rows(to->store) : 0, bytes = 0, packets = 0;
    uint32_t done = 0, place = 0;
    struct audit audit;
    audit_begin(&audit, set);
    while (done < set->records) {
        struct nfdec_columns *c = open_rows(to);
        uint32_t from = c->rows, n = nfdec_columns_add(c, set, done, &place);
        bytes += sum(c, NFDEC_COL_BYTES, from, c->rows) + sum(c, NFDEC_COL_REVERSE_BYTES, from, c->rows);
        packets +=
            sum(c, NFDEC_COL_PACKETS, from, c->rows) + sum(c, NFDEC_COL_REVERSE_PACKETS, from, c->rows);
        audit_rows(&audit, c, from, done);
        sampling_use_add(to->sampling_use, set, c, from, c->rows);
        if (to->sink)
            sink_commit(to->sink);
        done += n;
    }
    times_tell(to->ledger, set, &audit);
    if (done)
        ledger_set_rows(to->ledger, entry, to->store ? first_row : LEDGER_NO_ROW, bytes, packets);
}
