/* SPDX-License-Identifier: MIT */
#include "view/batch/shape.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "base/time.h"
#include "view/batch/flat.h"
#include "view/batch/json.h"
#include "view/format.h"

#define MEASURED   1000u /* lines of a table that its widths are made for */
#define WIDTH_MOST 64u   /* longer values stand out */

struct shape {
    struct shape_config config;
    struct keys_choice all; /* where none are chosen */
    const struct keys_choice *columns;
    struct flat *flat;
    struct keys_column *found; /* the columns, and those that others are made of */
    size_t start, end;         /* of these: where the times are that a duration is between */
    bool fields;               /* a line of CSV for each field of a record */
    bool begun;
    bool measured;
    size_t *width;
    struct strbuf held; /* lines of a table until it is known how wide it is */
    size_t lines;
    struct strbuf cell, before, duration;
    struct clock clock;
};

/* The number of a column, which is made where it is not among the chosen ones. */
static size_t find_column(struct shape *shape, size_t *count, const char *path)
{
    size_t i = 0;
    while (i < *count && strcmp(shape->found[i].path, path) != 0)
        i++;
    if (i == *count)
        shape->found[(*count)++] = (struct keys_column) { .name = path, .path = path };
    return i;
}

static void find_columns(struct shape *shape)
{
    size_t count = shape->columns->count;
    bool durations = false;
    shape->found = alloc_array(count + 2, sizeof *shape->found);
    for (size_t i = 0; i < count; i++) {
        shape->found[i] = shape->columns->column[i];
        durations |= shape->found[i].kind == KEYS_DURATION;
    }
    if (durations) {
        shape->start = find_column(shape, &count, "start");
        shape->end = find_column(shape, &count, "end");
    }
    shape->flat = flat_new(shape->found, count, shape->config.form == SHAPE_JSON);
}

struct shape *shape_new(const struct shape_config *config)
{
    struct shape *shape = alloc_new(sizeof *shape);
    bool chosen = config->choice && config->choice->count > 0;
    shape->config = *config;
    if (!chosen)
        keys_all(config->group, config->scaled, &shape->all);
    shape->columns = chosen ? config->choice : &shape->all;
    shape->fields = config->group == KEYS_RECORDS && !chosen && config->form == SHAPE_CSV;
    find_columns(shape);
    shape->width = alloc_array(shape->columns->count, sizeof *shape->width);
    shape->clock = (struct clock) { .form = config->clock };
    return shape;
}

void shape_zero(struct shape *shape, int64_t zero)
{
    shape->clock.zero = zero;
    shape->clock.zero_known = true;
}

void shape_free(struct shape *shape)
{
    if (!shape)
        return;
    flat_free(shape->flat);
    free(shape->found);
    keys_release(&shape->all);
    strbuf_release(&shape->held);
    strbuf_release(&shape->cell);
    strbuf_release(&shape->before);
    strbuf_release(&shape->duration);
    free(shape->width);
    free(shape);
}

void csv_value(struct strbuf *out, const char *text, size_t length, bool words)
{
    if (length == 0)
        return;
    bool formula = words && strchr("=+-@", text[0]);
    bool quoted = memchr(text, ',', length) || memchr(text, '"', length);
    if (quoted)
        strbuf_char(out, '"');
    if (formula)
        strbuf_char(out, '\'');
    for (size_t at = 0; at < length;) {
        const char *mark = memchr(text + at, '"', length - at);
        size_t end = mark ? (size_t)(mark - text) + 1 : length;
        strbuf_add(out, text + at, end - at);
        if (mark)
            strbuf_char(out, '"');
        at = end;
    }
    if (quoted)
        strbuf_char(out, '"');
}

/* A time as it stands in a cell, in quotation marks or without. */
static bool cell_time(const struct flat_cell *cell, int64_t *ns)
{
    char text[TIME_TEXT];
    size_t quote = cell->text.length > 0 && cell->text.data[0] == '"', length = cell->text.length;
    if (length <= 2 * quote || length - 2 * quote >= sizeof text)
        return false;
    memcpy(text, cell->text.data + quote, length - 2 * quote);
    text[length - 2 * quote] = '\0';
    return clock_read(text, ns);
}

/* The text of a column; of a duration that which its times make. */
static const struct strbuf *text_of(struct shape *shape, size_t column)
{
    int64_t start, end;
    if (shape->columns->column[column].kind != KEYS_DURATION)
        return &flat_cell(shape->flat, column)->text;
    strbuf_clear(&shape->duration);
    if (cell_time(flat_cell(shape->flat, shape->start), &start) &&
        cell_time(flat_cell(shape->flat, shape->end), &end))
        json_digits_seconds(&shape->duration, (int64_t)((uint64_t)end - (uint64_t)start));
    return &shape->duration;
}

static void csv_head(struct shape *shape, struct strbuf *out)
{
    for (size_t i = 0; i < shape->columns->count; i++) {
        const char *name = shape->columns->column[i].name;
        if (i > 0)
            strbuf_char(out, ',');
        csv_value(out, name, strlen(name), true);
    }
    strbuf_text(out, shape->fields ? ",part,field,value\n" : "\n");
}

/* The columns, without the end of the line. */
static void csv_cells(struct shape *shape, struct strbuf *out)
{
    for (size_t i = 0; i < shape->columns->count; i++) {
        const struct flat_cell *cell = flat_cell(shape->flat, i);
        if (i > 0)
            strbuf_char(out, ',');
        const struct strbuf *text = text_of(shape, i);
        csv_value(out, text->data, text->length, cell->words);
    }
}

/* Lines for the members of an object, `part`, of a record. */
static void csv_fields(struct shape *shape, const char *part, const char *object, struct strbuf *out)
{
    const char *key, *value, *at = object + 1;
    size_t length;
    while (flat_member(&at, &key, &length, &value)) {
        strbuf_add(out, shape->before.data, shape->before.length);
        strbuf_char(out, ',');
        strbuf_text(out, part);
        strbuf_char(out, ',');
        csv_value(out, key, length, true);
        strbuf_char(out, ',');
        strbuf_clear(&shape->cell);
        bool words = flat_text(&shape->cell, value);
        csv_value(out, shape->cell.data, shape->cell.length, words);
        strbuf_char(out, '\n');
        at = flat_skip(value);
    }
}

/* A record: every line repeats what all its fields have in common. */
static void csv_record(struct shape *shape, const char *line, struct strbuf *out)
{
    const char *key, *value, *at = line + 1;
    size_t length;
    strbuf_clear(&shape->before);
    csv_cells(shape, &shape->before);
    while (flat_member(&at, &key, &length, &value)) {
        if (length == 5 && memcmp(key, "scope", 5) == 0)
            csv_fields(shape, "scope", value, out);
        else if (length == 6 && memcmp(key, "fields", 6) == 0)
            csv_fields(shape, "field", value, out);
        at = flat_skip(value);
    }
}

static void json_cells(struct shape *shape, struct strbuf *out)
{
    const char *between = "{";
    for (size_t i = 0; i < shape->columns->count; i++) {
        const struct flat_cell *cell = flat_cell(shape->flat, i);
        const struct strbuf *text = text_of(shape, i);
        const char *name = shape->columns->column[i].name;
        if (text->length == 0)
            continue;
        strbuf_text(out, between);
        strbuf_json(out, name, strlen(name));
        strbuf_text(out, cell->list ? ":[" : ":");
        strbuf_add(out, text->data, text->length);
        if (cell->list)
            strbuf_char(out, ']');
        between = ",";
    }
    strbuf_text(out, *between == '{' ? "{}\n" : "}\n");
}

/* The text of a column of a table: the cell's, but times as they are wanted, and a dash where there is nothing. */
static const struct strbuf *table_text(struct shape *shape, size_t column)
{
    const struct strbuf *text = text_of(shape, column);
    int64_t ns;
    strbuf_clear(&shape->cell);
    if (text->length == 0)
        strbuf_char(&shape->cell, '-');
    else if (shape->columns->column[column].kind == KEYS_TIME && clock_read(text->data, &ns))
        clock_put(&shape->clock, &shape->cell, ns);
    else
        return text;
    return &shape->cell;
}

static bool stands_right(const struct keys_column *column)
{
    return column->kind == KEYS_NUMBER || column->kind == KEYS_SECONDS || column->kind == KEYS_DURATION;
}

static void table_cell(const struct shape *shape, struct strbuf *out, size_t column, const char *text,
                       size_t length)
{
    size_t at = out->length;
    strbuf_add(out, text, length);
    if (stands_right(&shape->columns->column[column]))
        format_right(out, at, shape->width[column]);
    else if (column + 1 < shape->columns->count)
        format_pad(out, at, shape->width[column]);
    strbuf_text(out, column + 1 < shape->columns->count ? "  " : "\n");
}

static void measure(struct shape *shape)
{
    struct clock before = shape->clock;
    for (size_t i = 0; i < shape->columns->count; i++)
        shape->width[i] = strlen(shape->columns->column[i].title);
    const char *at = shape->held.data, *end = at + shape->held.length;
    for (; at < end; at++) {
        at = flat_line(shape->flat, at);
        for (size_t i = 0; i < shape->columns->count; i++) {
            size_t width = table_text(shape, i)->length;
            width = width < WIDTH_MOST ? width : WIDTH_MOST;
            shape->width[i] = width > shape->width[i] ? width : shape->width[i];
        }
    }
    shape->clock = before;
    shape->measured = true;
}

static void table_head(struct shape *shape, struct strbuf *out)
{
    for (size_t i = 0; i < shape->columns->count; i++) {
        const char *name = shape->columns->column[i].title;
        table_cell(shape, out, i, name, strlen(name));
    }
}

static void put_line(struct shape *shape, const char *line, struct strbuf *out)
{
    switch (shape->config.form) {
    case SHAPE_JSON:
        json_cells(shape, out);
        break;
    case SHAPE_CSV:
        if (shape->fields) {
            csv_record(shape, line, out);
        } else {
            csv_cells(shape, out);
            strbuf_char(out, '\n');
        }
        break;
    case SHAPE_TABLE:
        for (size_t i = 0; i < shape->columns->count; i++) {
            const struct strbuf *text = table_text(shape, i);
            table_cell(shape, out, i, text->data, text->length);
        }
        break;
    }
}

static void begin(struct shape *shape, struct strbuf *out)
{
    if (shape->begun)
        return;
    shape->begun = true;
    if (shape->config.head && shape->config.form == SHAPE_CSV)
        csv_head(shape, out);
}

static void put_lines(struct shape *shape, const char *text, size_t length, struct strbuf *out)
{
    for (const char *at = text, *end = text + length; at < end; at++) {
        const char *line = at;
        at = flat_line(shape->flat, line);
        put_line(shape, line, out);
    }
}

/* Lines of a table that waited until it was known how wide it is. */
static void release(struct shape *shape, struct strbuf *out)
{
    if (shape->measured)
        return;
    measure(shape);
    if (shape->config.head)
        table_head(shape, out);
    put_lines(shape, shape->held.data, shape->held.length, out);
    strbuf_release(&shape->held);
}

static size_t count_lines(const char *text, size_t length)
{
    size_t lines = 0;
    for (const char *at = text, *end = text + length; (at = memchr(at, '\n', (size_t)(end - at))); at++)
        lines++;
    return lines;
}

void shape_lines(struct shape *shape, const char *text, size_t length, struct strbuf *out)
{
    begin(shape, out);
    if (length == 0)
        return;
    if (shape->config.form == SHAPE_TABLE && !shape->measured) {
        strbuf_add(&shape->held, text, length);
        shape->lines += count_lines(text, length);
        if (shape->lines >= MEASURED || shape->config.eager)
            release(shape, out);
        return;
    }
    put_lines(shape, text, length, out);
}

void shape_finish(struct shape *shape, struct strbuf *out)
{
    begin(shape, out);
    if (shape->config.form == SHAPE_TABLE)
        release(shape, out);
}
