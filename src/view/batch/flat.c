/* SPDX-License-Identifier: MIT */
#include "view/batch/flat.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "base/utf8.h"

#define DEEPEST 32u /* as deep as lists may be, and more */

struct slot {
    uint32_t hash;
    uint32_t column; /* + 1; 0: free */
};

struct flat {
    const struct keys_column *columns;
    struct flat_cell *cells;
    size_t count;
    size_t next; /* the column that is probably found next */
    bool raw;
    struct slot *slots;
    uint32_t mask;
    struct strbuf path;
};

static uint32_t hash_of(const char *path, size_t length)
{
    uint32_t hash = 2166136261u;
    for (size_t i = 0; i < length; i++)
        hash = (hash ^ (uint8_t)path[i]) * 16777619u;
    return hash;
}

struct flat *flat_new(const struct keys_column *columns, size_t count, bool raw)
{
    struct flat *flat = alloc_new(sizeof *flat);
    flat->columns = columns;
    flat->count = count;
    flat->raw = raw;
    flat->cells = alloc_array(count ? count : 1, sizeof *flat->cells);
    for (flat->mask = 15; flat->mask < 2 * count; flat->mask = 2 * flat->mask + 1)
        ;
    flat->slots = alloc_array(flat->mask + 1u, sizeof *flat->slots);
    for (size_t i = 0; i < count; i++) {
        uint32_t hash = hash_of(columns[i].path, strlen(columns[i].path)), at = hash & flat->mask;
        while (flat->slots[at].column)
            at = (at + 1) & flat->mask;
        flat->slots[at] = (struct slot) { .hash = hash, .column = (uint32_t)i + 1 };
    }
    return flat;
}

void flat_free(struct flat *flat)
{
    if (!flat)
        return;
    for (size_t i = 0; i < flat->count; i++)
        strbuf_release(&flat->cells[i].text);
    strbuf_release(&flat->path);
    free(flat->cells);
    free(flat->slots);
    free(flat);
}

const struct flat_cell *flat_cell(const struct flat *flat, size_t index)
{
    return &flat->cells[index];
}

static const char *skip_string(const char *at)
{
    for (at++; *at != '"'; at++)
        if (*at == '\\')
            at++;
    return at + 1;
}

const char *flat_skip(const char *at)
{
    unsigned depth = 0;
    for (;;) {
        switch (*at) {
        case '"':
            at = skip_string(at);
            break;
        case '{':
        case '[':
            depth++;
            at++;
            break;
        case '}':
        case ']':
            if (depth == 0)
                return at;
            depth--;
            at++;
            break;
        case ',':
            if (depth == 0)
                return at;
            at++;
            continue;
        case '\n':
        case '\0':
            return at;
        default:
            at++;
            continue;
        }
        if (depth == 0)
            return at;
    }
}

bool flat_member(const char **at, const char **key, size_t *length, const char **value)
{
    if (**at == ',')
        (*at)++;
    if (**at != '"') {
        (*at)++;
        return false;
    }
    const char *end = skip_string(*at);
    *key = *at + 1;
    *length = (size_t)(end - *at) - 2;
    *value = end + 1; /* behind the colon */
    return true;
}

static uint32_t hex_four(const char *at)
{
    uint32_t value = 0;
    for (unsigned i = 0; i < 4; i++) {
        uint8_t c = (uint8_t)at[i];
        value = value << 4 | (c <= '9' ? c - 48u : (c | 0x20u) - 87u);
    }
    return value;
}

/* What JSON cannot hold as it is, as clean text shows it. Returns the place behind the escape. */
static const char *unescape(struct strbuf *out, const char *at)
{
    static const char letters[] = "bfnrt", codes[] = "\b\f\n\r\t";
    const char *letter = strchr(letters, at[1]);
    if (at[1] != 'u' && !letter) {
        strbuf_char(out, at[1]);
        return at + 2;
    }
    uint32_t point = letter ? (uint8_t)codes[letter - letters] : hex_four(at + 2);
    at += letter ? 2 : 6;
    if (point >= 0xD800 && point < 0xDC00) {
        point = 0x10000 + ((point - 0xD800) << 10) + (hex_four(at + 2) - 0xDC00);
        at += 6;
    }
    strbuf_format(out, point < 0x80 ? "\\x%02x" : "\\u{%x}", point);
    return at;
}

/* A string without its quotation marks: what is in it is printable but for escapes. */
static void add_string(struct strbuf *out, const char *at)
{
    for (at++; *at != '"';) {
        const char *from = at;
        while (*at != '"' && *at != '\\')
            at++;
        strbuf_add(out, from, (size_t)(at - from));
        if (*at == '\\')
            at = unescape(out, at);
    }
}

static bool is_simple_list(const char *at)
{
    return at[0] == '[' && at[1] != '{' && at[1] != '[';
}

static bool list_text(struct strbuf *out, const char *at, char between)
{
    bool words = at[1] == '"';
    for (at++; *at != ']';) {
        if (*at == ',') {
            strbuf_char(out, between);
            at++;
        }
        if (*at == '"')
            add_string(out, at);
        else
            strbuf_add(out, at, (size_t)(flat_skip(at) - at));
        at = flat_skip(at);
    }
    return words;
}

bool flat_text(struct strbuf *out, const char *value)
{
    if (*value == '"') {
        add_string(out, value);
        return true;
    }
    if (is_simple_list(value))
        return list_text(out, value, ';');
    strbuf_add(out, value, (size_t)(flat_skip(value) - value));
    return false;
}

static struct flat_cell *find(struct flat *flat)
{
    const char *path = flat->path.data;
    size_t length = flat->path.length;
    if (flat->next < flat->count && strcmp(flat->columns[flat->next].path, path) == 0)
        return &flat->cells[flat->next++];
    uint32_t hash = hash_of(path, length);
    for (uint32_t at = hash & flat->mask; flat->slots[at].column; at = (at + 1) & flat->mask) {
        size_t column = flat->slots[at].column - 1;
        if (flat->slots[at].hash != hash || strcmp(flat->columns[column].path, path) != 0)
            continue;
        flat->next = column + 1;
        return &flat->cells[column];
    }
    return NULL;
}

/* Separators, so that what comes next is item `index` of its list. */
static void pad(const struct flat *flat, struct flat_cell *cell, uint32_t index)
{
    cell->list = true;
    for (; cell->items < index; cell->items++) {
        if (cell->items > 0)
            strbuf_char(&cell->text, flat->raw ? ',' : ';');
        if (flat->raw)
            strbuf_text(&cell->text, "null");
    }
    if (cell->items > 0)
        strbuf_char(&cell->text, flat->raw ? ',' : ';');
    cell->items++;
}

/* A value for a column. `index` UINT32_MAX: not in a list. */
static void put(const struct flat *flat, struct flat_cell *cell, const char *value, uint32_t index)
{
    bool first = cell->text.length == 0 && cell->items == 0;
    if (index != UINT32_MAX && (!cell->list || cell->items <= index))
        pad(flat, cell, index);
    else if (!first)
        strbuf_char(&cell->text, ' ');
    bool words = false;
    if (flat->raw)
        strbuf_add(&cell->text, value, (size_t)(flat_skip(value) - value));
    else if (index != UINT32_MAX && is_simple_list(value))
        words = list_text(&cell->text, value, ' ');
    else
        words = flat_text(&cell->text, value);
    if (first)
        cell->words = words;
}

static const char *walk(struct flat *flat, const char *at, uint32_t index, unsigned depth);

static const char *walk_object(struct flat *flat, const char *at, uint32_t index, unsigned depth)
{
    size_t length = flat->path.length, key_length;
    const char *key, *value;
    for (at++; flat_member(&at, &key, &key_length, &value);) {
        if (length > 0)
            strbuf_char(&flat->path, '.');
        strbuf_add(&flat->path, key, key_length);
        at = walk(flat, value, index, depth + 1);
        flat->path.length = length;
    }
    return at;
}

/* All columns in a list have as many items as it, or none. */
static void fill(struct flat *flat, uint32_t count)
{
    size_t length = flat->path.length;
    for (size_t i = 0; i < flat->count; i++) {
        struct flat_cell *cell = &flat->cells[i];
        const char *path = flat->columns[i].path;
        if (cell->items == 0 || cell->items >= count || strncmp(path, flat->path.data, length) != 0 ||
            path[length] != '.')
            continue;
        while (cell->items < count) {
            strbuf_text(&cell->text, flat->raw ? ",null" : ";");
            cell->items++;
        }
    }
}

static const char *walk_list(struct flat *flat, const char *at, uint32_t index, unsigned depth)
{
    uint32_t item = 0;
    for (at++; *at != ']'; item++) {
        if (*at == ',')
            at++;
        at = walk(flat, at, index == UINT32_MAX ? item : index, depth + 1);
    }
    if (index == UINT32_MAX)
        fill(flat, item);
    return at + 1;
}

static const char *walk(struct flat *flat, const char *at, uint32_t index, unsigned depth)
{
    struct flat_cell *cell = flat->path.length > 0 ? find(flat) : NULL;
    if (cell)
        put(flat, cell, at, index);
    if (cell || depth > DEEPEST)
        return flat_skip(at);
    if (*at == '{')
        return walk_object(flat, at, index, depth);
    if (*at == '[' && !is_simple_list(at))
        return walk_list(flat, at, index, depth);
    return flat_skip(at);
}

const char *flat_line(struct flat *flat, const char *line)
{
    for (size_t i = 0; i < flat->count; i++) {
        struct flat_cell *cell = &flat->cells[i];
        strbuf_clear(&cell->text);
        cell->items = 0;
        cell->list = cell->words = false;
    }
    strbuf_clear(&flat->path);
    flat->next = 0;
    return walk(flat, line, UINT32_MAX, 0);
}
