/* SPDX-License-Identifier: MIT */
#include "session/rows.h"

#include "flow/times.h"

void rows_enter(void *user, const struct batch_flows *flows, const struct nfdec_columns *columns)
{
    const struct rows_books *books = user;
    sampling_use_add(books->sampling_use, &flows->set, columns, flows->row, flows->row + flows->count);
}

void rows_enter_set(void *user, const struct sink_set *set)
{
    const struct rows_books *books = user;
    times_tell(books->ledger, set->set, set->audit);
    ledger_set_rows(books->ledger, set->entry, set->first_row, set->audit->bytes, set->audit->packets);
}
