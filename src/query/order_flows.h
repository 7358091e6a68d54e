/* SPDX-License-Identifier: MIT */
/* Values of flows. Private to src/query/order*.c. */
#ifndef QUERY_ORDER_FLOWS_H
#define QUERY_ORDER_FLOWS_H

#include "query/order_reader.h"

void order_read_flows(struct order_reader *r, uint64_t block);

#endif
