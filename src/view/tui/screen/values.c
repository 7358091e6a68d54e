/* SPDX-License-Identifier: MIT */
#include "view/tui/screen/values.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "query/origin.h"
#include "session/data.h"

#define BLOCKS 20        /* of flows that are looked at */
#define ROOM   (1 << 16) /* places for values, more than twice as many as there can be */

_Static_assert(ROOM > 2 * BLOCKS * NFDEC_ROWS, "there is always a free place");

struct counted {
    struct addr address; /* family 0: it is a number */
    uint64_t number;
    uint32_t count; /* 0: free */
};

/* Which columns hold the values of a field: two at the most. */
static unsigned columns_of(enum field_symbol field, enum nfdec_column out[2])
{
    static const struct {
        uint8_t field, first, second; /* second NFDEC_COLUMN_COUNT: none */
    } known[] = {
        { FIELD_IP, NFDEC_COL_SRC, NFDEC_COL_DST },
        { FIELD_CLIENT_IP, NFDEC_COL_SRC, NFDEC_COL_DST },
        { FIELD_SERVER_IP, NFDEC_COL_DST, NFDEC_COL_SRC },
        { FIELD_PORT, NFDEC_COL_DPORT, NFDEC_COL_SPORT },
        { FIELD_CLIENT_PORT, NFDEC_COL_SPORT, NFDEC_COL_DPORT },
        { FIELD_SERVER_PORT, NFDEC_COL_DPORT, NFDEC_COL_SPORT },
        { FIELD_INTERFACE, NFDEC_COL_INPUT, NFDEC_COL_OUTPUT },
        { FIELD_AS, NFDEC_COL_SRC_AS, NFDEC_COL_DST_AS },
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        if (known[i].field != field)
            continue;
        out[0] = known[i].first;
        out[1] = known[i].second;
        return 2;
    }
    enum field_kind kind = (enum field_kind)field_table[field].kind;
    out[0] = field_table[field].column;
    return out[0] != NFDEC_COLUMN_COUNT && (kind == FIELD_KIND_NUMBER || kind == FIELD_KIND_ADDRESS) ? 1 : 0;
}

static void count_value(struct counted *table, const struct addr *address, uint64_t number)
{
    uint64_t hash = address ? addr_hash(address) : number * UINT64_C(0x9E3779B97F4A7C15) >> 32;
    size_t at = (size_t)hash & (ROOM - 1);
    while (table[at].count > 0 &&
           (address ? !addr_equal(&table[at].address, address) : table[at].number != number))
        at = (at + 1) & (ROOM - 1);
    if (address)
        table[at].address = *address;
    table[at].number = number;
    table[at].count++;
}

/* Of columns that the record has. */
static void count_row(struct counted *table, const struct flow_row *row, const enum nfdec_column *columns,
                      unsigned count, uint32_t there)
{
    for (unsigned i = 0; i < count; i++) {
        bool source = columns[i] == NFDEC_COL_SRC, address = source || columns[i] == NFDEC_COL_DST;
        const struct addr *value = source ? &row->src : &row->dst;
        if (address && value->family)
            count_value(table, value, 0);
        else if (!address && there >> columns[i] & 1)
            count_value(table, NULL, row->value[columns[i]]);
    }
}

/* What all flows of a set have in common. */
static void count_origin(struct counted *table, enum field_symbol field, const struct query_origin *origin)
{
    struct addr address = query_exporter(origin->session);
    if (field == FIELD_EXPORTER)
        count_value(table, &address, 0);
    else if (field == FIELD_EXPORTER_PORT)
        count_value(table, NULL, origin->session->port);
    else if (field == FIELD_DOMAIN && query_has_domain(origin->session->version))
        count_value(table, NULL, origin->session->domain);
    else if (field == FIELD_TEMPLATE && origin->template->kind != NFDEC_TEMPLATE_FIXED)
        count_value(table, NULL, origin->id);
}

static int by_count(const void *a, const void *b)
{
    const struct counted *left = a, *right = b;
    if (left->count != right->count)
        return left->count < right->count ? 1 : -1;
    if (left->number != right->number)
        return left->number < right->number ? -1 : 1;
    return memcmp(&left->address, &right->address, sizeof left->address);
}

static void take_most(struct counted *table, uint64_t looked, struct values *out)
{
    size_t n = 0;
    for (size_t i = 0; i < ROOM; i++)
        if (table[i].count > 0)
            table[n++] = table[i];
    qsort(table, n, sizeof *table, by_count);
    for (out->count = 0; out->count < n && out->count < VALUES_MOST; out->count++) {
        struct value *value = &out->value[out->count];
        const struct counted *from = &table[out->count];
        if (from->address.family)
            addr_text(&from->address, value->text);
        else
            snprintf(value->text, sizeof value->text, "%" PRIu64, from->number);
        snprintf(value->help, sizeof value->help, "%.1f %% of flows", 100.0 * from->count / (double)looked);
    }
}

static bool is_of_origin(enum field_symbol field)
{
    return field == FIELD_EXPORTER || field == FIELD_EXPORTER_PORT || field == FIELD_DOMAIN ||
           field == FIELD_TEMPLATE;
}

/* Flows that are looked at, some blocks of all; how many. */
static uint64_t look(const struct session *run, enum field_symbol field, struct counted *table)
{
    enum nfdec_column columns[2];
    unsigned count = columns_of(field, columns);
    const struct flow_store *store = session_store(run);
    struct query_data data = session_data(run, NULL, 0);
    struct flow_reader *reader = flow_reader_new(store);
    uint64_t rows = flow_store_rows(store), blocks = (rows + NFDEC_ROWS - 1) / NFDEC_ROWS, looked = 0;
    uint64_t taken = blocks < BLOCKS ? blocks : BLOCKS;
    struct query_origin origin;
    uint32_t set = LEDGER_NONE;
    bool known = false;
    for (uint64_t i = 0; i < taken; i++) {
        uint64_t first = blocks * i / taken * NFDEC_ROWS;
        for (uint64_t row = first; row < first + NFDEC_ROWS && row < rows; row++, looked++) {
            uint32_t of_row = ledger_set_of_row(data.ledger, row);
            known =
                of_row != LEDGER_NONE && (of_row == set ? known : query_origin_of(&data, of_row, &origin));
            set = of_row;
            if (known && is_of_origin(field))
                count_origin(table, field, &origin);
            else if (known)
                count_row(table, flow_reader_row(reader, row), columns, count, origin.columns);
        }
    }
    flow_reader_free(reader);
    return looked;
}

void values_of(const struct session *run, enum field_symbol field, struct values *out)
{
    enum nfdec_column columns[2];
    out->symbol = (uint8_t)field;
    out->flows = flow_store_rows(session_store(run));
    out->count = 0;
    if (field >= FIELD_COUNT || out->flows == 0 || (!is_of_origin(field) && columns_of(field, columns) == 0))
        return;
    struct counted *table = alloc_array(ROOM, sizeof *table);
    take_most(table, look(run, field, table), out);
    free(table);
}
