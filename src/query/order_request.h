/* SPDX-License-Identifier: MIT */
/* What order is asked for. See order.h. */
#ifndef QUERY_ORDER_REQUEST_H
#define QUERY_ORDER_REQUEST_H

#include <stdbool.h>
#include <stdint.h>

#include "names/names.h"
#include "query/data.h"
#include "query/field.h"

struct order_request {
    const struct query_data *data;
    struct field field;
    bool connections; /* else flows */
    bool descending;
    const uint64_t *chosen;    /* a bit for each row, or connection: those that are wanted; NULL: all */
    const struct names *names; /* of services; NULL: there are none */
    unsigned threads;
};

/* NULL: it can be done; else why not, as the end of a sentence that begins with the field's name. */
const char *order_refusal(const struct field *field, bool connections);

#endif
