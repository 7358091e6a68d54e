/* SPDX-License-Identifier: MIT */
/* Values of connections. Private to src/query/order*.c. */
#ifndef QUERY_ORDER_CONNS_H
#define QUERY_ORDER_CONNS_H

#include "query/job.h"
#include "query/order_reader.h"

/* What order_read_connections() needs of all of them first. */
void order_sum_connections(struct order_keys *keys, struct query_job *job);

void order_read_connections(struct order_reader *r, uint64_t block);

#endif
