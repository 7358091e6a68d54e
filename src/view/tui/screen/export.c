/* SPDX-License-Identifier: MIT */
/*
 * Writing what is listed to a file: the export packets of rows as a capture that decodes alone, by a job; or the rows as
 * CSV or lines of JSON, a little at a time between keys. A file that is there is never written over.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "query/field.h"
#include "session/excerpt.h"
#include "view/format.h"
#include "view/tui/screen/amount.h"
#include "view/tui/screen/state.h"

#define SLICE       15  /* ms of rows between looks at the keyboard */
#define ROWS_A_LOOK 16u /* between looks at the clock */

/* What the numbers of a job are. */
enum wanted { FLOW_ROWS, FIRST_ROWS, CONNECTIONS, EXPORTER, TEMPLATE };

struct export_job {
    struct job job;
    struct app *app;          /* of the screen's thread; NULL: it has gone */
    struct app_config config; /* of the job's */
    char *path;
    enum wanted wanted;
    uint64_t *number; /* NULL: 0 ... count - 1 */
    uint64_t count;
    bool all; /* that there is */
    struct excerpt_counts counts;
    char error[CAPTURE_ERROR];
};

static void add_row(const struct session *run, uint32_t *matches, uint64_t row)
{
    uint32_t set = ledger_set_of_row(session_ledger(run), row);
    if (set != LEDGER_NONE)
        matches[set]++;
}

/* Which sets an exporter sent, or are of a template. False: cancelled. */
static bool find_sets(struct export_job *job, const struct session *run, uint32_t *matches)
{
    const struct ledger *ledger = session_ledger(run);
    uint32_t sets = ledger_set_count(ledger);
    query_job_begin(&job->job.progress, sets);
    for (uint32_t i = 0; i < sets; i++) {
        const struct ledger_set *set = ledger_set(ledger, i);
        uint32_t session = ledger_message(ledger, set->message)->session;
        matches[i] = job->wanted == TEMPLATE
                         ? set->template == job->number[0]
                         : nfdec_session_at(session_decoder(run), session)->family == job->number[0];
        if (i % 4096 == 0 && !query_job_step(&job->job.progress, 4096))
            return false;
    }
    return true;
}

/* How many of the wanted flows each set holds. False: cancelled. */
static bool count_matches(struct export_job *job, const struct session *run, uint32_t *matches)
{
    const struct pairs *pairs = session_pairs(run);
    if (job->wanted == EXPORTER || job->wanted == TEMPLATE)
        return find_sets(job, run, matches);
    query_job_begin(&job->job.progress, job->count);
    for (uint64_t i = 0; i < job->count; i++) {
        uint64_t number = job->number ? job->number[i] : i;
        if (i % 4096 == 0 && !query_job_step(&job->job.progress, 4096))
            return false;
        if (job->wanted == FLOW_ROWS) {
            add_row(run, matches, number);
            continue;
        }
        uint32_t row =
            job->wanted == FIRST_ROWS ? (uint32_t)number : pairs_first_row(pairs, (uint32_t)number);
        for (; row != PAIR_NONE; row = pairs_next_row(pairs, row))
            add_row(run, matches, row);
    }
    return true;
}

static void write_excerpt(struct export_job *job, const struct session *run)
{
    uint32_t sets = ledger_set_count(session_ledger(run));
    uint32_t *matches = alloc_array((size_t)sets + 1, sizeof *matches);
    struct writer_config config = { .path = job->path,
                                    .inputs = job->config.files,
                                    .input_count = job->config.file_count };
    struct writer *writer = count_matches(job, run, matches) ? writer_new(&config, job->error) : NULL;
    if (writer) {
        struct excerpt *excerpt = excerpt_new(run);
        for (uint32_t set = 0; set < sets; set++)
            if (matches[set])
                excerpt_take(excerpt, set, matches[set]);
        excerpt_complete(excerpt);
        (void)excerpt_write(excerpt, writer); /* what fails is said when the file is closed */
        job->counts = *excerpt_counts(excerpt);
        excerpt_free(excerpt);
        (void)writer_close(writer, job->error);
    }
    free(matches);
}

static void run_job(struct job *base)
{
    struct export_job *job = (struct export_job *)(void *)base;
    while (!load_read(job->config.load, 50))
        if (query_job_cancelled(&base->progress))
            return;
    write_excerpt(job, load_session(job->config.load));
    load_release(job->config.load);
}

/* "12 packets written to x.pcap, and 1 more that decoding them needs" */
static void say_written(struct app *app, uint64_t count, const char *one, const char *path, uint64_t more)
{
    struct strbuf text = { 0 };
    format_count(&text, count, one);
    strbuf_format(&text, " written to %s", path);
    if (more)
        strbuf_format(&text, ", and %" PRIu64 " more that decoding %s needs", more,
                      count == 1 ? "it" : "them");
    app_say(app, "%s", text.data);
    strbuf_release(&text);
}

static void done_job(struct job *base)
{
    struct export_job *job = (struct export_job *)(void *)base;
    uint64_t more = job->counts.templates + job->counts.options + job->counts.known;
    if (job->app) {
        job->app->exporting = NULL;
        job->app->saved |= job->all && !job->error[0];
        if (job->error[0])
            app_say(job->app, "%s", job->error);
        else
            say_written(job->app, job->counts.packets, "packet", job->path, more);
    }
    free(job->path);
    free(job->number);
    free(job);
}

/* Numbers of all rows, or of those that are marked; *count of them. NULL: all, in order. */
static uint64_t *gather(struct app *app, bool marked, enum wanted *wanted, uint64_t *count)
{
    struct list *list = app_list(app);
    struct rows *rows = app_current_rows(app);
    bool connections = rows == app->rows[1];
    uint64_t *number = NULL, n = 0;
    *wanted = !connections ? FLOW_ROWS : marked ? FIRST_ROWS : CONNECTIONS;
    if (marked) {
        number = alloc_array(list->marks.count + 1, sizeof *number);
        for (size_t i = 0; i < list->marks.room; i++)
            if (list->marks.slot[i])
                number[n++] = list->marks.slot[i] - 1;
        *count = n;
        return number;
    }
    *count = list->ops->count(list->user);
    if (rows && !rows_filtered(rows))
        return NULL;
    number = alloc_array((size_t)*count + 1, sizeof *number);
    for (uint64_t i = 0; i < *count; i++) {
        uint64_t at = rows ? rows_at(rows, i) : list_id(list, i);
        if (at != ROWS_NONE)
            number[n++] = at;
    }
    *count = n;
    return number;
}

/* What stands for the cursor's row. */
static uint64_t *gather_one(struct app *app, enum wanted *wanted, uint64_t *count)
{
    struct list *list = app_list(app);
    uint64_t *number = alloc_array(1, sizeof *number);
    *number = list_id(list, list->cursor);
    *wanted = app_contexts(app) & IN_TEMPLATES ? TEMPLATE : EXPORTER;
    *count = 1;
    return number;
}

static void begin_packets(struct app *app, enum export_kind kind, const char *path)
{
    struct export_job *job;
    if (!app->loaded && kind == EXPORT_ALL) {
        strbuf_clear(&app->export_later);
        strbuf_text(&app->export_later, path);
        return;
    }
    if (!app->loaded) {
        app_say(app, app->progress.live ? "packets can be written when the capture has ended: ^C ends it"
                                        : "packets can be written when all is read");
        return;
    }
    job = alloc_new(sizeof *job);
    job->job = (struct job) { .run = run_job, .done = done_job };
    job->app = app;
    job->config = app->config;
    job->path = alloc_text(path);
    job->all = kind == EXPORT_ALL;
    if (job->all)
        job->count = app->progress.flows; /* and .wanted is FLOW_ROWS */
    else if (kind == EXPORT_ROW_PACKETS)
        job->number = gather_one(app, &job->wanted, &job->count);
    else
        job->number = gather(app, kind == EXPORT_MARKED_PACKETS, &job->wanted, &job->count);
    app->exporting = &job->job;
    app_say(app, "writing %s", path);
    jobs_start(app->config.jobs, &job->job);
}

/* RFC 4180; text that a spreadsheet would take for a formula is neutralised, as on the command line. */
static void put_csv(FILE *out, const char *value, bool text)
{
    bool quote = value[strcspn(value, ",\"\r\n")] != '\0', formula = text && *value && strchr("=+-@", *value);
    fputs(quote ? "\"" : "", out);
    fputs(formula ? "'" : "", out);
    for (; *value; value++) {
        if (*value == '"')
            fputc('"', out);
        fputc(*value, out);
    }
    fputs(quote ? "\"" : "", out);
}

static bool is_written(const struct list *list, unsigned column)
{
    return !list->hidden[column] && list->columns[column].field >= 0;
}

/* Addresses are written with their ports, as the list has them: "client" rather than "client.ip". */
static void put_heading(FILE *out, const struct list *list)
{
    bool first = true;
    for (unsigned i = 0; i < list->column_count; i++) {
        if (!is_written(list, i))
            continue;
        const struct field_info *field = &field_table[list->columns[i].field];
        int length =
            (int)(field->kind == FIELD_KIND_ADDRESS ? strcspn(field->name, ".") : strlen(field->name));
        fprintf(out, "%s%.*s%s", first ? "" : ",", length, field->name,
                field->kind == FIELD_KIND_DURATION ? "_ns" : "");
        first = false;
    }
    fputs("\r\n", out);
}

/* The cursor's row. */
static void put_row(struct app *app, FILE *out, struct list *list)
{
    struct opened *top = app_top(app);
    bool first = true;
    for (unsigned i = 0; i < list->column_count; i++) {
        struct strbuf value = { 0 };
        if (!is_written(list, i))
            continue;
        fputs(first ? "" : ",", out);
        first = false;
        strbuf_text(&value, "");
        enum field_kind kind = (enum field_kind)field_table[list->columns[i].field].kind;
        bool there = kind == FIELD_KIND_ADDRESS || top->ops->cell_value(top->view, i, &value);
        if (kind == FIELD_KIND_ADDRESS)
            list_cell(list, list->cursor, i, &value);
        else if (kind == FIELD_KIND_DURATION && value.length > 2)
            value.data[value.length - 2] = '\0'; /* "ns" */
        if (there)
            put_csv(out, value.data, field_table[list->columns[i].field].kind == FIELD_KIND_TEXT);
        strbuf_release(&value);
    }
    fputs("\r\n", out);
}

static enum rows_json_kind json_kind(struct app *app)
{
    uint32_t contexts = app_contexts(app);
    return contexts & IN_EXPORTERS                        ? ROWS_JSON_EXPORTERS
           : contexts & IN_TEMPLATES                      ? ROWS_JSON_TEMPLATES
           : app_current_rows(app) == app_rows(app, true) ? ROWS_JSON_CONNECTIONS
                                                          : ROWS_JSON_FLOWS;
}

/* NULL: not before all is read. */
static struct rows_json *new_json(struct app *app)
{
    const struct session *run = app_session(app);
    const struct rows_json_config config = { .names = app->config.names,
                                             .hosts = app->forms.names,
                                             .files = app->config.files,
                                             .file_count = app->config.file_count };
    if (!run || !app->loaded) {
        app_say(app, "JSON can be had when all is read");
        return NULL;
    }
    return rows_json_new(&config, run, json_kind(app));
}

static void add_json(struct app *app, struct rows_json *json, uint64_t place, struct strbuf *out)
{
    const struct rows *rows = app_current_rows(app);
    uint64_t number = rows ? rows_at(rows, place) : list_id(app_list(app), place);
    if (number < UINT32_MAX)
        rows_json_add(json, (uint32_t)number, out);
}

bool export_json_row(struct app *app, struct strbuf *out)
{
    struct rows_json *json = new_json(app);
    if (json)
        add_json(app, json, app_list(app)->cursor, out);
    rows_json_free(json);
    if (out->length)
        out->data[--out->length] = '\0'; /* the end of the line */
    return out->length > 0;
}

static void begin_rows(struct app *app, bool marked, bool json, const char *path)
{
    struct csv *csv = &app->csv;
    csv->json = json ? new_json(app) : NULL;
    if (json && !csv->json)
        return;
    csv->file = fopen(path, "wxe");
    if (!csv->file) {
        app_say(app, "cannot write '%s': %s", path, strerror(errno));
        rows_json_free(csv->json);
        return;
    }
    csv->path = alloc_text(path);
    csv->marked = marked;
    csv->row = csv->written = 0;
    if (!json)
        put_heading(csv->file, app_list(app));
}

static void end_rows(struct app *app, bool whole)
{
    struct csv *csv = &app->csv;
    bool fine = fclose(csv->file) == 0 && whole;
    csv->file = NULL;
    rows_json_free(csv->json);
    strbuf_release(&csv->line);
    if (!fine)
        (void)unlink(csv->path);
    if (fine)
        say_written(app, csv->written, "row", csv->path, 0);
    else
        app_say(app, "%s was not written", csv->path);
    free(csv->path);
    csv->path = NULL;
}

void export_go_on(struct app *app)
{
    struct csv *csv = &app->csv;
    struct list *list = app_list(app);
    int64_t begin = app->config.display.ops->clock(app->config.display.self);
    uint64_t count = list ? list->ops->count(list->user) : 0, kept = list ? list->cursor : 0;
    for (unsigned looked = 1; csv->row < count; looked++, csv->row++) {
        if (looked % ROWS_A_LOOK == 0 &&
            app->config.display.ops->clock(app->config.display.self) - begin >= SLICE)
            break;
        if (csv->marked && !list_marked(list, csv->row))
            continue;
        csv->written++;
        if (csv->json) {
            strbuf_clear(&csv->line);
            add_json(app, csv->json, csv->row, &csv->line);
            fwrite(csv->line.data, 1, csv->line.length, csv->file);
            continue;
        }
        list->cursor = csv->row; /* of which cell_value() tells */
        put_row(app, csv->file, list);
    }
    if (list)
        list->cursor = kept;
    if (csv->row >= count)
        end_rows(app, !ferror(csv->file));
    else
        app_say(app, "writing %s: %.0f %%; any key gives it up", csv->path,
                100.0 * (double)csv->row / (double)count);
}

void export_stop(struct app *app)
{
    if (app->csv.file)
        end_rows(app, false);
}

void export_leave(struct app *app)
{
    struct export_job *job = (struct export_job *)(void *)app->exporting;
    export_stop(app);
    if (job) {
        jobs_cancel(app->config.jobs, &job->job);
        job->app = NULL;
    }
    app->exporting = NULL;
}

void export_begin(struct app *app, enum export_kind kind, const char *path)
{
    if (!*path)
        return;
    if (access(path, F_OK) == 0)
        app_say(app, "'%s' is there already: give another name", path);
    else if (app->exporting || app->csv.file)
        app_say(app, "another file is being written");
    else if (kind == EXPORT_MARKED_ROWS || kind == EXPORT_ROWS)
        begin_rows(app, kind == EXPORT_MARKED_ROWS, false, path);
    else if (kind == EXPORT_MARKED_JSON || kind == EXPORT_JSON)
        begin_rows(app, kind == EXPORT_MARKED_JSON, true, path);
    else
        begin_packets(app, kind, path);
}

void export_loaded(struct app *app)
{
    if (app->export_later.length > 0)
        export_begin(app, EXPORT_ALL, app->export_later.data);
    strbuf_clear(&app->export_later);
}
