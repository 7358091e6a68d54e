/* SPDX-License-Identifier: MIT */
#include "view/batch/rows_json.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "view/batch/json.h"
#include "view/batch/line.h"
#include "view/batch/run.h"

struct rows_json {
    struct batch_config config;
    struct batch batch;
    struct query_sets sets;
    uint32_t *numbers;   /* record_numbers() */
    struct lines *lines; /* of flows; NULL: connections */
    struct strbuf before;
};

struct rows_json *rows_json_new(const struct rows_json_config *config, const struct session *run,
                                bool connections)
{
    struct rows_json *rows = alloc_new(sizeof *rows);
    rows->config = (struct batch_config) { .json = true,
                                           .names = config->names,
                                           .no_hosts = !config->hosts,
                                           .files = config->files,
                                           .file_count = config->file_count };
    rows->batch = (struct batch) { .config = &rows->config,
                                   .run = run,
                                   .state = &rows->sets,
                                   .many = config->file_count > 1,
                                   .samplings = samplings_new(session_decoder(run)) };
    rows->numbers = record_numbers(session_ledger(run));
    if (connections)
        return rows;
    const struct lines_config lines = { .store = session_store(run),
                                        .labels = session_labels(run),
                                        .samplings = rows->batch.samplings };
    rows->lines = lines_new(&lines);
    lines_scatter(rows->lines);
    return rows;
}

void rows_json_free(struct rows_json *rows)
{
    if (!rows)
        return;
    lines_free(rows->lines);
    samplings_free(rows->batch.samplings);
    strbuf_release(&rows->batch.out);
    strbuf_release(&rows->before);
    free(rows->numbers);
    free(rows);
}

static void add_flow(struct rows_json *rows, uint32_t row, struct strbuf *out)
{
    uint32_t set = ledger_set_of_row(session_ledger(rows->batch.run), row);
    struct origin origin;
    if (set == LEDGER_NONE || !origin_of(rows->batch.run, set, &origin))
        return;
    flow_before(&rows->batch, &rows->before, &origin);
    uint32_t first = (uint32_t)(row - origin.set->first_row);
    lines_add(rows->lines, out, &origin, &rows->before, (uint64_t)rows->numbers[set] + first + 1, first, 1);
}

void rows_json_add(struct rows_json *rows, uint32_t number, struct strbuf *out)
{
    if (rows->lines) {
        add_flow(rows, number, out);
    } else if (number < pairs_count(session_pairs(rows->batch.run))) {
        strbuf_clear(&rows->batch.out);
        connection_json(&rows->batch, rows->numbers, number);
        strbuf_add(out, rows->batch.out.data, rows->batch.out.length);
    }
}
