/* SPDX-License-Identifier: MIT */
/* Values of connections. Private to src/query/order*.c. */
#ifndef QUERY_ORDER_CONNS_H
#define QUERY_ORDER_CONNS_H

#include "query/order_reader.h"

void order_read_connections(struct order_reader *r, uint64_t block);

#endif
