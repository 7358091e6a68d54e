/* SPDX-License-Identifier: MIT */
/* Blocks of rows, and how their answers are put together. */
#include "query/filter_rows.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"

struct filter_rows *filter_rows_new(const struct filter *filter, const struct query_data *data)
{
    struct filter_rows *rows = alloc_new(sizeof *rows);
    rows->filter = filter;
    rows->data = data;
    rows->fetched_set = LEDGER_NONE;
    return rows;
}

void filter_rows_free(struct filter_rows *rows)
{
    free(rows);
}

void filter_rows_block(struct filter_rows *rows, uint64_t block)
{
    uint64_t all = flow_store_rows(rows->data->store), first = block * NFDEC_ROWS;
    rows->wide = NULL;
    rows->set = NULL;
    rows->block = block;
    rows->rows = all - first < NFDEC_ROWS ? (uint32_t)(all - first) : NFDEC_ROWS;
    rows->loaded = 0;
    rows->runs_known = false;
}

void filter_rows_set(struct filter_rows *rows, const struct nfdec_set *set,
                     const struct nfdec_columns *columns, uint32_t count, uint32_t first)
{
    rows->wide = columns;
    rows->set = set;
    rows->rows = count;
    rows->loaded = 0;
    rows->every = 0;
    rows->runs_known = true;
    rows->run_count = query_origin_of_set(set, &rows->run[0].origin) ? 1 : 0;
    rows->run[0].first = 0;
    rows->run[0].count = count;
    rows->run[0].set = LEDGER_NONE;
    rows->run[0].record = first;
}

const uint64_t *filter_column(struct filter_rows *rows, enum nfdec_column column)
{
    if (rows->wide && rows->wide->used >> column & 1)
        return rows->wide->column[column];
    if (!(rows->loaded >> column & 1) && rows->wide)
        memset(rows->value[column], 0, rows->rows * sizeof rows->value[column][0]);
    else if (!(rows->loaded >> column & 1))
        flow_store_column(rows->data->store, rows->block, column, rows->value[column]);
    rows->loaded |= 1u << column;
    return rows->value[column];
}

/* The set of a row: most often the next one of the ledger that has flows. */
static uint32_t set_behind(const struct ledger *ledger, uint32_t before, uint64_t row)
{
    enum { NEAR = 8 };
    uint32_t count = ledger_set_count(ledger);
    for (uint32_t i = 1; before != LEDGER_NONE && i <= NEAR && before + i < count; i++) {
        const struct ledger_set *set = ledger_set(ledger, before + i);
        if (ledger_set_row_count(set) > 0 && set->first_row == row)
            return before + i;
    }
    return ledger_set_of_row(ledger, row);
}

void filter_runs(struct filter_rows *rows)
{
    const struct ledger *ledger = rows->data->ledger;
    uint64_t first_row = rows->block * NFDEC_ROWS;
    uint32_t set = LEDGER_NONE;
    if (rows->runs_known)
        return;
    rows->runs_known = true;
    rows->run_count = 0;
    for (uint32_t at = 0; at < rows->rows;) {
        set = set_behind(ledger, set, first_row + at);
        if (set == LEDGER_NONE)
            return; /* rows without a set have no values */
        const struct ledger_set *entry = ledger_set(ledger, set);
        struct filter_run *run = &rows->run[rows->run_count];
        run->first = at;
        run->set = set;
        run->record = (uint32_t)(first_row + at - entry->first_row);
        run->count = ledger_set_row_count(entry) - run->record;
        if (run->count > rows->rows - at)
            run->count = rows->rows - at;
        at += run->count;
        if (query_origin_of(rows->data, set, &run->origin))
            rows->run_count++;
    }
}

void filter_fill(uint64_t bits[TEST_WORDS], uint32_t first, uint32_t count)
{
    for (uint32_t at = first, end = first + count; at < end;) {
        uint32_t from = at % 64, length = 64 - from < end - at ? 64 - from : end - at;
        bits[at / 64] |= (length == 64 ? UINT64_MAX : (UINT64_C(1) << length) - 1) << from;
        at += length;
    }
}

void filter_all(const struct filter_rows *rows, uint64_t bits[TEST_WORDS])
{
    memset(bits, 0, TEST_WORDS * sizeof *bits);
    filter_fill(bits, 0, rows->rows);
}

static void ask_leaf(struct filter_rows *rows, const struct filter_leaf *leaf, const uint64_t *want,
                     uint64_t *out)
{
    uint64_t there[2][TEST_WORDS] = { { 0 } }, pass[2][TEST_WORDS] = { { 0 } };
    bool either = !leaf->record && field_table[leaf->field.symbol].where == FIELD_OF_EITHER;
    if (leaf->record) {
        filter_element(rows, leaf, want, there[0], pass[0]);
    } else if (either) {
        enum field_symbol sides[2];
        field_sides((enum field_symbol)leaf->field.symbol, false, sides);
        for (unsigned i = 0; i < 2; i++)
            filter_side(rows, leaf, sides[i], want, there[i], pass[i]);
    } else {
        filter_side(rows, leaf, (enum field_symbol)leaf->field.symbol, want, there[0], pass[0]);
    }
    for (unsigned i = 0; i < TEST_WORDS; i++) {
        uint64_t yes[2];
        for (unsigned side = 0; side < 2; side++)
            yes[side] = leaf->has      ? there[side][i]
                        : leaf->negate ? there[side][i] & ~pass[side][i]
                                       : pass[side][i];
        if (leaf->every)
            out[i] = yes[0] & yes[1];
        else if (leaf->negate && !leaf->has) /* there is a value, and none passes */
            out[i] = (there[0][i] | there[1][i]) & ~(pass[0][i] | pass[1][i]);
        else
            out[i] = yes[0] | yes[1];
        out[i] &= want[i];
    }
}

static void ask_and(struct filter_rows *rows, const struct filter_node *node, const uint64_t *want,
                    uint64_t *out)
{
    uint64_t left[TEST_WORDS];
    memcpy(left, want, sizeof left);
    for (const struct filter_node *child = node->child; child && filter_any(left); child = child->next) {
        filter_rows_ask(rows, child, left, out);
        memcpy(left, out, sizeof left);
    }
    memcpy(out, left, sizeof left);
}

static void ask_or(struct filter_rows *rows, const struct filter_node *node, const uint64_t *want,
                   uint64_t *out)
{
    uint64_t left[TEST_WORDS], yes[TEST_WORDS];
    memcpy(left, want, sizeof left);
    memset(out, 0, sizeof left);
    for (const struct filter_node *child = node->child; child && filter_any(left); child = child->next) {
        filter_rows_ask(rows, child, left, yes);
        for (unsigned i = 0; i < TEST_WORDS; i++) {
            out[i] |= yes[i];
            left[i] &= ~yes[i];
        }
    }
}

void filter_rows_ask(struct filter_rows *rows, const struct filter_node *node,
                     const uint64_t want[TEST_WORDS], uint64_t out[TEST_WORDS])
{
    switch (node->kind) {
    case NODE_ALL:
        memcpy(out, want, TEST_WORDS * sizeof *out);
        break;
    case NODE_NOT:
        filter_rows_ask(rows, node->child, want, out);
        for (unsigned i = 0; i < TEST_WORDS; i++)
            out[i] = want[i] & ~out[i];
        break;
    case NODE_AND:
        ask_and(rows, node, want, out);
        break;
    case NODE_OR:
        ask_or(rows, node, want, out);
        break;
    default:
        ask_leaf(rows, node->leaf, want, out);
    }
}

uint32_t filter_every_column(const struct nfdec *decoder)
{
    uint32_t every = UINT32_MAX;
    const struct nfdec_template *template;
    for (uint32_t i = 0; (template = nfdec_template_at(decoder, i)) != NULL; i++) {
        if (template->kind == NFDEC_TEMPLATE_OPTIONS || *template->records == 0)
            continue;
        uint32_t columns = nfdec_template_columns(template);
        if (!query_time_known(nfdec_template_start_source(template), true))
            columns &= ~NFDEC_BIT(START);
        if (!query_time_known(nfdec_template_end_source(template), true))
            columns &= ~NFDEC_BIT(END);
        every &= columns;
    }
    return every;
}
