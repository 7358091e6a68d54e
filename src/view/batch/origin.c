/* SPDX-License-Identifier: MIT */
#include "view/batch/origin.h"

#include "view/batch/run.h"

bool origin_of(const struct session *run, uint32_t index, struct origin *origin)
{
    const struct ledger *ledger = session_ledger(run);
    const struct nfdec *decoder = session_decoder(run);
    const struct ledger_set *set = ledger_set(ledger, index);
    if (ledger_set_row_count(set) == 0)
        return false;
    origin->set = set;
    origin->message = ledger_message(ledger, set->message);
    origin->session = nfdec_session_at(decoder, origin->message->session);
    origin->template = nfdec_template_at(decoder, set->template);
    if (!origin->session || !origin->template)
        return false;
    origin->columns = nfdec_template_columns(origin->template);
    origin->start = time_known(nfdec_template_start_source(origin->template), set);
    origin->end = time_known(nfdec_template_end_source(origin->template), set);
    return true;
}

bool origin_icmp(const struct origin *origin, const struct query_icmp *row, uint64_t *icmp)
{
    return query_icmp(origin->columns, row, icmp);
}
