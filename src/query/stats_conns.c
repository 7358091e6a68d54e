/* SPDX-License-Identifier: MIT */
/* Groups of connections, by what their server offers. */
#include "query/stats_rows.h"

enum { TCP = 6, UDP = 17, DCCP = 33, SCTP = 132, UDP_LITE = 136 };

static bool has_ports(uint8_t proto)
{
    return proto == TCP || proto == UDP || proto == DCCP || proto == SCTP || proto == UDP_LITE;
}

static struct stats_key service_key(const struct stats_pass *pass, const struct connection *c)
{
    const struct names *names = pass->request->names;
    enum pair_side side = PAIR_SERVER;
    bool named = names && names_service(names, c->port[side], c->proto);
    if (names && !named && names_service(names, c->port[PAIR_CLIENT], c->proto)) {
        side = PAIR_CLIENT; /* as connections are shown: the client's may be the known one */
        named = true;
    }
    return (struct stats_key) { .high = c->proto,
                                .low = c->port[side],
                                .tag = named ? STATS_TAG_SERVICE : STATS_TAG_PORT };
}

/* What the exporter says it is; else the service. */
static struct stats_key application_key(const struct stats_pass *pass, const struct connection *c,
                                        uint32_t row)
{
    const struct query_data *data = pass->request->data;
    for (; row != PAIR_NONE; row = pairs_next_row(data->pairs, row)) {
        uint64_t id = flow_store_value(data->store, row, NFDEC_COL_APPLICATION);
        if (id != 0)
            return (struct stats_key) { .low = id, .tag = STATS_TAG_NUMBER };
    }
    if (has_ports(c->proto))
        return service_key(pass, c);
    return (struct stats_key) { .low = c->proto, .tag = STATS_TAG_PROTOCOL };
}

/* Of the rows that count; false: there are none. */
static bool sum_rows(const struct stats_pass *pass, struct stats_worker *worker, uint32_t row,
                     struct stats_sums *sums)
{
    const struct query_data *data = pass->request->data;
    *sums = (struct stats_sums) { .connections = 1 };
    for (; row != PAIR_NONE; row = pairs_next_row(data->pairs, row)) {
        if (!stats_base_counts(pass->base, row))
            continue;
        sums->flows++;
        sums->has |= stats_base_has(pass->base, row, &worker->sets);
        sums->bytes += flow_store_value(data->store, row, NFDEC_COL_BYTES) +
                       flow_store_value(data->store, row, NFDEC_COL_REVERSE_BYTES);
        sums->packets += flow_store_value(data->store, row, NFDEC_COL_PACKETS) +
                         flow_store_value(data->store, row, NFDEC_COL_REVERSE_PACKETS);
    }
    return sums->flows > 0;
}

void stats_take_connections(void *user, unsigned number, uint64_t from, uint64_t to)
{
    struct stats_pass *pass = user;
    struct stats_worker *worker = &pass->workers[number];
    const struct query_data *data = pass->request->data;
    struct connection c;
    struct stats_sums sums;
    for (uint64_t i = from; i < to && !query_job_cancelled(pass->job) && !pass->full; i++) {
        uint32_t row = pairs_first_row(data->pairs, (uint32_t)i);
        if (!sum_rows(pass, worker, row, &sums))
            continue;
        pairs_get(data->pairs, data->store, (uint32_t)i, &c);
        stats_sums_add(&worker->total, &sums);
        struct stats_key key = { .high = c.proto, .low = c.port[PAIR_SERVER], .tag = STATS_TAG_PORT };
        if (pass->request->kind == STATS_APPLICATIONS)
            key = application_key(pass, &c, row);
        else if (!has_ports(c.proto))
            key.tag = 0;
        if (key.tag == 0)
            stats_sums_add(&worker->none, &sums);
        else
            stats_take(pass, worker, &key, &sums);
    }
    query_job_step(pass->job, to - from);
}
