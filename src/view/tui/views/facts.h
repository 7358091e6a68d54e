/* SPDX-License-Identifier: MIT */
/* What is to be shown of a connection or a flow, and which of it the records said at all. */
#ifndef VIEW_TUI_VIEWS_FACTS_H
#define VIEW_TUI_VIEWS_FACTS_H

#include <stdbool.h>
#include <stdint.h>

#include "pair/pair.h"
#include "session/session.h"

/* Where a flow came from. */
struct flow_origin {
    bool known;
    const struct ledger_message *message;
    const struct ledger_set *set;
    const struct nfdec_session *session;
    const struct nfdec_template *template;
    uint32_t columns; /* bits of those that its record has */
    bool start, end;  /* it has these times */
    uint32_t record;  /* number of its record in its set, from 0 */
};

void facts_origin(const struct session *run, uint64_t row, struct flow_origin *out);

/* Whether it is ICMP: some exporters send its type and no protocol. */
bool facts_icmp(const struct flow_origin *origin, const struct flow_row *row);

struct connection_facts {
    struct connection c;
    uint32_t first_row;
    uint32_t columns; /* of all its flows together */
    bool start, end;
    bool ports, icmp;
    struct addr exporter; /* of the first flow; family 0: not known */
};

void facts_connection(const struct session *run, uint32_t index, struct connection_facts *out);

/* The address of an exporter, by nfdec_session.family; family 0: there is none. */
struct addr facts_exporter(const struct session *run, uint32_t family);

/* Number of a record within its packet, from 1, over all its sets: what others show. */
uint64_t facts_record_number(const struct session *run, const struct flow_origin *origin);

#endif
