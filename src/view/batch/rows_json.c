/* SPDX-License-Identifier: MIT */
#include "view/batch/rows_json.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "view/batch/exporters.h"
#include "view/batch/json.h"
#include "view/batch/line.h"
#include "view/batch/run.h"
#include "view/batch/templates.h"

struct rows_json {
    enum rows_json_kind kind;
    struct batch_config config;
    struct batch batch;
    struct query_sets sets;
    uint32_t *numbers;   /* record_numbers() */
    struct lines *lines; /* of flows */
    struct exporters_shown exporters;
    struct strbuf before;
};

struct rows_json *rows_json_new(const struct rows_json_config *config, const struct session *run,
                                enum rows_json_kind kind)
{
    struct rows_json *rows = alloc_new(sizeof *rows);
    rows->kind = kind;
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
    if (kind == ROWS_JSON_EXPORTERS)
        exporters_shown_collect(&rows->batch, &rows->exporters);
    if (kind != ROWS_JSON_FLOWS)
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
    if (rows->kind == ROWS_JSON_EXPORTERS)
        exporters_shown_release(&rows->exporters);
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

static void add_exporter(struct rows_json *rows, uint32_t family)
{
    const struct session *run = rows->batch.run;
    if (family >= rows->exporters.count)
        return;
    const struct ledger_exporter *exporter = ledger_exporter(session_ledger(run), family);
    const struct nfdec_session *session = nfdec_session_at(session_decoder(run), exporter->first_session);
    if (session)
        exporter_line_json(&rows->batch, &rows->exporters, family, exporter, session);
}

static void add_template(struct rows_json *rows, uint32_t index)
{
    const struct nfdec_template *template = nfdec_template_at(session_decoder(rows->batch.run), index);
    if (template)
        template_line_json(&rows->batch, template);
}

void rows_json_add(struct rows_json *rows, uint32_t number, struct strbuf *out)
{
    strbuf_clear(&rows->batch.out);
    switch (rows->kind) {
    case ROWS_JSON_FLOWS:
        add_flow(rows, number, out);
        return;
    case ROWS_JSON_CONNECTIONS:
        if (number < pairs_count(session_pairs(rows->batch.run)))
            connection_json(&rows->batch, rows->numbers, number);
        break;
    case ROWS_JSON_EXPORTERS:
        add_exporter(rows, number);
        break;
    case ROWS_JSON_TEMPLATES:
        add_template(rows, number);
        break;
    }
    strbuf_add(out, rows->batch.out.data, rows->batch.out.length);
}
