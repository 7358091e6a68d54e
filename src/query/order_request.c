/* SPDX-License-Identifier: MIT */
#include "query/order_request.h"

#include <stddef.h>

static const struct field_info *info_of(const struct field *field)
{
    return field->symbol < FIELD_COUNT ? &field_table[field->symbol] : NULL;
}

const char *order_refusal(const struct field *field, bool connections)
{
    const struct field_info *info = info_of(field);
    if (!info)
        return "is in the records only, not in what is kept of flows";
    if (info->where == FIELD_OF_EITHER)
        return "has two values; name the one that is meant";
    if (connections && !(info->where & FIELD_OF_CONNECTIONS))
        return "is of flows, connections do not have it";
    if (!connections && !(info->where & FIELD_OF_FLOWS))
        return "is of connections, flows do not have it";
    switch ((enum field_symbol)field->symbol) {
    case FIELD_RECORD:
    case FIELD_CLIENT_NAME:
    case FIELD_SERVER_NAME:
    case FIELD_REASON:
        return "orders nothing";
    default:
        return NULL;
    }
}
