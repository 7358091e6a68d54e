/* SPDX-License-Identifier: MIT */
#include "query/origin.h"

bool query_time_known(enum nfdec_time_source source, bool no_time_base)
{
    return source != NFDEC_TIME_NONE && !(source == NFDEC_TIME_UPTIME_INIT && no_time_base);
}

static void from_template(struct query_origin *origin, bool no_time_base)
{
    const struct nfdec_template *template = origin->template;
    origin->columns = nfdec_template_columns(template);
    origin->start = query_time_known(nfdec_template_start_source(template), no_time_base);
    origin->end = query_time_known(nfdec_template_end_source(template), no_time_base);
}

bool query_origin_of(const struct query_data *data, uint32_t ledger_index, struct query_origin *origin)
{
    const struct ledger_set *set = ledger_set(data->ledger, ledger_index);
    if (ledger_set_row_count(set) == 0)
        return false;
    const struct ledger_message *message = ledger_message(data->ledger, set->message);
    *origin = (struct query_origin) { .session = nfdec_session_at(data->decoder, message->session),
                                      .template = nfdec_template_at(data->decoder, set->template),
                                      .packet = message->packet,
                                      .time = message->time,
                                      .header = message->sampling & 0x3FFFu,
                                      .id = set->id,
                                      .late = set->late };
    if (!origin->session || !origin->template)
        return false;
    from_template(origin, set->no_time_base);
    return true;
}

bool query_origin_of_set(const struct nfdec_set *set, struct query_origin *origin)
{
    if (set->state != NFDEC_SET_DECODED || !set->template)
        return false;
    *origin = (struct query_origin) { .session = set->message->session,
                                      .template = set->template,
                                      .packet = set->message->packet,
                                      .time = set->message->time,
                                      .header = set->message->sampling_interval,
                                      .id = set->id,
                                      .late = set->late };
    if (set->kind == NFDEC_SET_DATA)
        from_template(origin, set->no_time_base);
    return true;
}

struct addr query_exporter(const struct nfdec_session *session)
{
    return addr_from(session->address, session->address_length);
}

bool query_has_domain(uint16_t version)
{
    return version == 5 || version >= 9;
}

/*
 * Exporters that have no element for it, v5 among them, send it as the destination port, with no source port; type 0
 * answers an echo in ICMP and has no meaning in ICMPv6.
 */
bool query_icmp(uint32_t columns, const struct query_icmp *row, uint64_t *icmp)
{
    bool reply = row->dport == 0 && row->proto == 1;
    *icmp = row->icmp;
    if (*icmp != 0)
        return true;
    if (columns & NFDEC_BIT(DPORT) && row->sport == 0 && (row->dport >= 256 || reply)) {
        *icmp = row->dport;
        return true;
    }
    return columns & NFDEC_BIT(ICMP);
}
