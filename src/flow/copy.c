/* SPDX-License-Identifier: MIT */
#include "flow/copy.h"

#include <string.h>

void flow_copy_begin(struct flow_copier *copier)
{
    copier->from = NULL;
}

/* An address of IPv6 by its index in `from`: its index in `to`. There is room: each row has two at most. */
static uint64_t copy_address(struct flow_copier *copier, struct nfdec_columns *to, uint64_t index)
{
    uint16_t *place = &copier->place[index];
    if (!*place) {
        memcpy(to->ip6[to->ip6_count], copier->from->ip6[index], sizeof to->ip6[0]);
        *place = (uint16_t)++to->ip6_count;
    }
    return *place - 1u;
}

static void copy_addresses(struct flow_copier *copier, struct nfdec_columns *to, uint32_t row, uint32_t count)
{
    const uint64_t *family = to->column[NFDEC_COL_FAMILY] + row;
    uint64_t *src = to->column[NFDEC_COL_SRC] + row, *dst = to->column[NFDEC_COL_DST] + row;
    for (uint32_t i = 0; i < count; i++) {
        if (family[i] & NFDEC_SRC_IP6)
            src[i] = copy_address(copier, to, src[i]);
        if (family[i] & NFDEC_DST_IP6)
            dst[i] = copy_address(copier, to, dst[i]);
    }
}

uint32_t flow_copy_rows(struct flow_copier *copier, struct nfdec_columns *to,
                        const struct nfdec_columns *from, uint32_t first, uint32_t count)
{
    uint32_t row = to->rows, room = NFDEC_ROWS - row;
    if (count > from->rows - first)
        count = from->rows - first;
    if (count > room)
        count = room;
    if (copier->from != from || copier->to != to || copier->to_rows != row) {
        memset(copier->place, 0, sizeof copier->place);
        copier->from = from;
        copier->to = to;
    }
    for (unsigned c = 0; c < NFDEC_COLUMN_COUNT; c++) {
        bool has = from->used >> c & 1, had = to->used >> c & 1;
        if (has && !had)
            memset(to->column[c], 0, row * sizeof to->column[c][0]);
        if (has)
            memcpy(to->column[c] + row, from->column[c] + first, count * sizeof to->column[c][0]);
        else if (had)
            memset(to->column[c] + row, 0, count * sizeof to->column[c][0]);
    }
    to->used |= from->used;
    to->rows += count;
    copier->to_rows = to->rows;
    if (from->ip6_count > 0)
        copy_addresses(copier, to, row, count);
    return count;
}
