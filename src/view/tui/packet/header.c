/* SPDX-License-Identifier: MIT */
#include "view/tui/packet/header.h"

static const struct header_field ipfix[] = {
    { "version", 0, 2, 0 },
    { "length", 2, 2, 0 },
    { "export time", 4, 4, 's' },
    { "sequence number", 8, 4, '#' },
    { "observation domain", 12, 4, 0 },
    { 0 },
};
static const struct header_field v9[] = {
    { "version", 0, 2, 0 },
    { "count", 2, 2, 0 },
    { "system uptime", 4, 4, 'm' },
    { "export time", 8, 4, 's' },
    { "sequence number", 12, 4, '#' },
    { "source id", 16, 4, 0 },
    { 0 },
};
static const struct header_field v5[] = {
    { "version", 0, 2, 0 },         { "count", 2, 2, 0 },
    { "system uptime", 4, 4, 'm' }, { "export time", 8, 4, 's' },
    { "nanoseconds", 12, 4, 0 },    { "flow sequence", 16, 4, '#' },
    { "engine type", 20, 1, 0 },    { "engine id", 21, 1, 0 },
    { "sampling", 22, 2, 'S' },     { 0 },
};
static const struct header_field v7[] = {
    { "version", 0, 2, 0 },         { "count", 2, 2, 0 },
    { "system uptime", 4, 4, 'm' }, { "export time", 8, 4, 's' },
    { "nanoseconds", 12, 4, 0 },    { "flow sequence", 16, 4, '#' },
    { "reserved", 20, 4, 0 },       { 0 },
};
static const struct header_field v1[] = {
    { "version", 0, 2, 0 },       { "count", 2, 2, 0 },        { "system uptime", 4, 4, 'm' },
    { "export time", 8, 4, 's' }, { "nanoseconds", 12, 4, 0 }, { 0 },
};
static const struct header_field none[] = { { 0 } };

const struct header_field *header_fields(uint16_t version)
{
    switch (version) {
    case 1:
        return v1;
    case 5:
        return v5;
    case 7:
        return v7;
    case 9:
        return v9;
    case 10:
        return ipfix;
    default:
        return none;
    }
}

uint32_t header_length(uint16_t version)
{
    uint32_t length = 0;
    for (const struct header_field *field = header_fields(version); field->name; field++)
        length = field->offset + field->length;
    return length;
}
