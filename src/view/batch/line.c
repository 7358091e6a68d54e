/* SPDX-License-Identifier: MIT */
#include "view/batch/line.h"

#include <stdlib.h>
#include <string.h>

#include "base/addr.h"
#include "base/alloc.h"
#include "base/digits.h"
#include "view/batch/hold.h"
#include "view/batch/label.h"
#include "view/batch/layout.h"
#include "view/utc.h"

#define STEP_VALUE 72u /* octets that a value may touch: two numbers and their names for ICMP, an address */
#define CHUNK      16u /* texts are copied in such pieces, their ends beyond what is wanted */
#define SCALED     4u  /* counters that are multiplied: packets and octets, both directions */
#define SCALED_KEY 32u /* octets of their names */
#define LINE_MOST                                                                                            \
    (LAYOUT_STEPS * (LAYOUT_OCTETS + STEP_VALUE) + SCALED * (SCALED_KEY + DIGITS_ROOM) + DIGITS_ROOM +       \
     2 * CHUNK)
#define CACHE_BITS 9u
#define CACHE      (1u << CACHE_BITS) /* lines compiled */

struct lines {
    struct lines_config config;
    uint64_t block; /* in `columns`; UINT64_MAX: none */
    uint32_t zero;  /* bits of columns that are zero all over */
    struct utc_hour start, end;
    struct nfdec_columns columns;
    bool scattered;
    uint8_t quote; /* 1: texts end in a quotation mark */
    struct layout layout[CACHE];
};

/* What holds for all flows of the set that do not say more. */
static uint32_t common_sampling(const struct lines *lines, const struct origin *origin, uint16_t header)
{
    const struct sampling_flow flow = { .header = header };
    return samplings_of(lines->config.samplings, origin->session, &flow).interval;
}

/* ... and for those that say what layout->last has. */
static uint32_t find_sampling(const struct lines *lines, const struct layout *layout)
{
    const struct sampling_flow flow = {
        .interval = layout->last.interval,
        .sampler = layout->last.sampler,
        .has_sampler = layout->origin.columns & NFDEC_BIT(SAMPLER),
        .header = layout->header,
    };
    return samplings_of(lines->config.samplings, layout->origin.session, &flow).interval;
}

static struct layout *layout_of(struct lines *lines, const struct origin *origin)
{
    uint32_t hash = (origin->template->index + origin->session->index * 0x85EBCA6Bu) * 0x9E3779B1u;
    uint32_t at = hash >> (32 - CACHE_BITS);
    struct layout *layout = &lines->layout[at];
    uint16_t header = origin->message->sampling & 0x3FFFu;
    const struct origin *known = &layout->origin;
    if (known->template == origin->template && known->session == origin->session &&
        known->start == origin->start && known->end == origin->end && layout->header == header &&
        layout->id == origin->set->id && layout->late == origin->set->late)
        return layout;
    layout->origin = *origin;
    layout->origin.message = NULL;
    layout->origin.set = NULL;
    layout->header = header;
    layout->sampling = common_sampling(lines, origin, header);
    layout->last.interval = layout->last.sampler = 0;
    layout->last.answer = find_sampling(lines, layout);
    layout->id = origin->set->id;
    layout->late = origin->set->late;
    layout->csv = lines->config.csv;
    layout->scaled = lines->config.scaled;
    layout->labels = label_fields(lines->config.labels, origin);
    layout_compile(layout);
    strbuf_room(&layout->after, CHUNK);
    return layout;
}

struct lines *lines_new(const struct lines_config *config)
{
    struct lines *lines = alloc_new(sizeof *lines);
    lines->config = *config;
    lines->quote = !config->csv;
    lines->block = UINT64_MAX;
    return lines;
}

void lines_scatter(struct lines *lines)
{
    lines->scattered = true;
}

void lines_free(struct lines *lines)
{
    if (!lines)
        return;
    for (unsigned i = 0; i < CACHE; i++)
        layout_release(&lines->layout[i]);
    free(lines);
}

/* Columns that the block does not use are zero. */
static void zero_unused(struct lines *lines)
{
    lines->zero &= ~lines->columns.used;
    for (unsigned c = 0; c < NFDEC_COLUMN_COUNT; c++)
        if (!((lines->columns.used | lines->zero) >> c & 1))
            memset(lines->columns.column[c], 0, sizeof lines->columns.column[c]);
    lines->zero = ~lines->columns.used;
}

static void load(struct lines *lines, uint64_t block)
{
    lines->block = block;
    flow_store_block(lines->config.store, block, &lines->columns);
    zero_unused(lines);
}

/* A single row becomes the first of a block that is like no other. */
static void load_row(struct lines *lines, uint64_t row)
{
    struct flow_row wide;
    flow_store_row(lines->config.store, row, &wide);
    for (unsigned c = 0; c < NFDEC_COLUMN_COUNT; c++)
        lines->columns.column[c][0] = wide.value[c];
    if (wide.src.family == 6) {
        lines->columns.column[NFDEC_COL_SRC][0] = 0;
        memcpy(lines->columns.ip6[0], wide.src.octets, sizeof wide.src.octets);
    }
    if (wide.dst.family == 6) {
        lines->columns.column[NFDEC_COL_DST][0] = 1;
        memcpy(lines->columns.ip6[1], wide.dst.octets, sizeof wide.dst.octets);
    }
}

/* Whole chunks: both sides have room for one more. */
static char *put_text(char *out, const char *text, size_t length)
{
    for (size_t i = 0; i < length; i += CHUNK)
        memcpy(out + i, text + i, CHUNK);
    return out + length;
}

/* Texts of JSON end in a quotation mark: which is written either way, and counts or not. */
static char *put_quote(const struct lines *lines, char *out)
{
    *out = '"';
    return out + lines->quote;
}

static inline char *put_step(char *out, const struct layout_step *step)
{
    memcpy(out, step->text, LAYOUT_OCTETS);
    return out + step->length;
}

/* The text of the step stands before `out` already. */
static char *put_address(const struct lines *lines, char *out, const struct layout_step *step, uint64_t value,
                         uint32_t row, uint64_t ip4, uint64_t ip6)
{
    uint64_t family = lines->columns.column[NFDEC_COL_FAMILY][row];
    if (family & ip4)
        out = addr_put_v4(out, (uint32_t)value);
    else if (family & ip6)
        out = addr_put_v6(out, lines->columns.ip6[value]);
    else
        return lines->config.csv ? out : out - step->length;
    return put_quote(lines, out);
}

static char *put_member(char *out, const char *text, size_t length, uint64_t value)
{
    memcpy(out, text, length);
    return digits_put_small(out + length, value);
}

#define PUT_MEMBER(out, text, value) put_member(out, text, sizeof text - 1, value)

static inline char *put_no_icmp(const struct lines *lines, char *out)
{
    memcpy(out, ",,", 2);
    return out + (lines->config.csv ? 2 : 0);
}

static char *put_type_and_code(const struct lines *lines, const struct layout *layout, char *out,
                               uint32_t row)
{
    const struct query_icmp values = { .proto = lines->columns.column[NFDEC_COL_PROTO][row],
                                       .sport = lines->columns.column[NFDEC_COL_SPORT][row],
                                       .dport = lines->columns.column[NFDEC_COL_DPORT][row],
                                       .icmp = lines->columns.column[NFDEC_COL_ICMP][row] };
    uint64_t icmp;
    if (!origin_icmp(&layout->origin, &values, &icmp))
        return put_no_icmp(lines, out);
    if (lines->config.csv)
        return PUT_MEMBER(PUT_MEMBER(out, ",", icmp >> 8), ",", icmp & 0xFF);
    out = PUT_MEMBER(out, ",\"icmp_type\":", icmp >> 8);
    return PUT_MEMBER(out, ",\"icmp_code\":", icmp & 0xFF);
}

static inline char *put_icmp(const struct lines *lines, const struct layout *layout, char *out, uint32_t row)
{
    if (!origin_is_icmp(&layout->origin, lines->columns.column[NFDEC_COL_PROTO][row]))
        return put_no_icmp(lines, out);
    return put_type_and_code(lines, layout, out, row);
}

/* The interval that holds for a row; 0: not known. Most rows say the same as the one before them. */
static uint32_t sampling_of(const struct lines *lines, struct layout *layout, uint32_t row)
{
    uint64_t interval = lines->columns.column[NFDEC_COL_SAMPLING][row];
    uint64_t sampler = lines->columns.column[NFDEC_COL_SAMPLER][row];
    if (!(layout->origin.columns & (NFDEC_BIT(SAMPLING) | NFDEC_BIT(SAMPLER))))
        return layout->sampling;
    if (interval != layout->last.interval || sampler != layout->last.sampler) {
        layout->last.interval = interval;
        layout->last.sampler = sampler;
        layout->last.answer = find_sampling(lines, layout);
    }
    return layout->last.answer;
}

static char *put_sampling(const struct lines *lines, struct layout *layout, char *out, uint32_t row)
{
    uint32_t interval = sampling_of(lines, layout, row);
    if (lines->config.csv)
        *out = ',';
    if (!interval)
        return out + lines->config.csv;
    return lines->config.csv ? PUT_MEMBER(out, ",", interval) : PUT_MEMBER(out, ",\"sampling\":", interval);
}

/* Where no interval is known there is nothing: the flow may stand for itself, or for any number. */
static char *put_scaled(const struct lines *lines, struct layout *layout, char *out, uint32_t row)
{
    static const struct {
        enum nfdec_column column;
        const char *key;
    } counters[SCALED] = {
        { NFDEC_COL_PACKETS, ",\"scaled_packets\":" },
        { NFDEC_COL_BYTES, ",\"scaled_bytes\":" },
        { NFDEC_COL_REVERSE_PACKETS, ",\"scaled_reverse_packets\":" },
        { NFDEC_COL_REVERSE_BYTES, ",\"scaled_reverse_bytes\":" },
    };
    uint32_t interval = sampling_of(lines, layout, row);
    for (unsigned i = 0; i < SCALED; i++) {
        bool there = interval && layout->origin.columns >> counters[i].column & 1;
        if (lines->config.csv)
            *out++ = ',';
        if (!there)
            continue;
        size_t length = lines->config.csv ? 0 : strlen(counters[i].key);
        memcpy(out, counters[i].key, length);
        out = digits_put(out + length,
                         sampling_scale(lines->columns.column[counters[i].column][row], interval));
    }
    return out;
}

/* RFC 6759: an engine of 8 bits in front of its selector. */
static char *put_application(const struct lines *lines, char *out, uint64_t id)
{
    out = digits_put_small(out, id >> 24);
    *out++ = ':';
    return put_quote(lines, digits_put(out, id & 0xFFFFFF));
}

/* The usual steps, without asking each time what comes. */
static char *put_usual(struct lines *lines, const struct layout *layout, char *out, uint32_t row)
{
    const uint64_t *value = &lines->columns.column[0][row];
    const struct layout_step *step = layout->steps;
    out = put_step(out, step++);
    out = put_quote(lines, utc_put(&lines->start, out, (int64_t)value[NFDEC_COL_START * LAYOUT_STRIDE]));
    out = put_step(out, step++);
    out = put_quote(lines, utc_put(&lines->end, out, (int64_t)value[NFDEC_COL_END * LAYOUT_STRIDE]));
    out = put_step(out, step);
    out = put_address(lines, out, step++, value[NFDEC_COL_SRC * LAYOUT_STRIDE], row, NFDEC_SRC_IP4,
                      NFDEC_SRC_IP6);
    out = put_step(out, step);
    out = put_address(lines, out, step++, value[NFDEC_COL_DST * LAYOUT_STRIDE], row, NFDEC_DST_IP4,
                      NFDEC_DST_IP6);
    out = digits_put_medium(put_step(out, step++), value[NFDEC_COL_SPORT * LAYOUT_STRIDE]);
    out = digits_put_medium(put_step(out, step++), value[NFDEC_COL_DPORT * LAYOUT_STRIDE]);
    out = put_icmp(lines, layout, put_step(out, step++), row);
    out = digits_put_small(put_step(out, step++), value[NFDEC_COL_PROTO * LAYOUT_STRIDE]);
    out = digits_put_medium(put_step(out, step++), value[NFDEC_COL_PACKETS * LAYOUT_STRIDE]);
    return digits_put(put_step(out, step++), value[NFDEC_COL_BYTES * LAYOUT_STRIDE]);
}

/* LAYOUT_STEPS * (LAYOUT_OCTETS + STEP_VALUE) octets may be touched. */
static char *put_values(struct lines *lines, struct layout *layout, char *out, uint32_t row)
{
    const uint64_t *values = &lines->columns.column[0][row];
    const struct layout_step *step = layout->steps;
    if (layout->usual) {
        out = put_usual(lines, layout, out, row);
        step += LAYOUT_USUAL;
    }
    for (;; step++) {
        uint64_t value = values[step->column];
        out = put_step(out, step);
        switch (step->operation) {
        case STEP_TEXT:
            break;
        case STEP_NUMBER:
            out = digits_put(out, value);
            break;
        case STEP_MEDIUM:
            out = digits_put_medium(out, value);
            break;
        case STEP_SMALL:
            out = digits_put_small(out, value);
            break;
        case STEP_TIME_START:
            out = put_quote(lines, utc_put(&lines->start, out, (int64_t)value));
            break;
        case STEP_TIME_END:
            out = put_quote(lines, utc_put(&lines->end, out, (int64_t)value));
            break;
        case STEP_SOURCE:
            out = put_address(lines, out, step, value, row, NFDEC_SRC_IP4, NFDEC_SRC_IP6);
            break;
        case STEP_DESTINATION:
            out = put_address(lines, out, step, value, row, NFDEC_DST_IP4, NFDEC_DST_IP6);
            break;
        case STEP_ICMP:
            out = put_icmp(lines, layout, out, row);
            break;
        case STEP_SAMPLING:
            out = put_sampling(lines, layout, out, row);
            break;
        case STEP_APPLICATION:
            out = put_application(lines, out, value);
            break;
        case STEP_MULTIPLY:
            out = put_scaled(lines, layout, out, row);
            break;
        case STEP_END:
            return out;
        default:
            __builtin_unreachable();
        }
    }
}

static void add_labels(struct lines *lines, const struct layout *layout, struct strbuf *out, uint32_t row)
{
    const struct label_row labels = { .labels = lines->config.labels,
                                      .session = layout->origin.session,
                                      .columns = &lines->columns,
                                      .row = row,
                                      .fields = layout->labels,
                                      .csv = layout->csv };
    label_add(out, &labels);
}

/* Lines of rows of one block. */
static void add_rows(struct lines *lines, struct layout *layout, struct strbuf *out,
                     const struct strbuf *before, uint64_t number, uint32_t row, uint32_t end)
{
    size_t most = before->length + layout->after.length + LINE_MOST;
    for (; row < end; row++) {
        if (out->capacity - out->length <= most)
            strbuf_room(out, most);
        char *at = out->data + out->length;
        at = put_text(at, before->data, before->length);
        if (number)
            at = digits_put_small(at, number++);
        else
            *at++ = HOLD_NUMBER;
        at = put_text(at, layout->after.data, layout->after.length);
        at = put_values(lines, layout, at, row);
        out->length = (size_t)(at - out->data);
        if (layout->labels) {
            add_labels(lines, layout, out, row);
            strbuf_text(out, layout->csv ? "\n" : "}\n");
        }
    }
}

void lines_add(struct lines *lines, struct strbuf *out, const struct origin *origin, struct strbuf *before,
               uint64_t number, uint32_t first, uint32_t count)
{
    struct layout *layout = layout_of(lines, origin);
    strbuf_room(before, CHUNK);
    for (uint32_t i = 0; i < count && lines->scattered; i++) {
        load_row(lines, origin->set->first_row + first + i);
        add_rows(lines, layout, out, before, number + i, 0, 1);
    }
    if (lines->scattered)
        return;
    for (uint64_t row = origin->set->first_row + first, end = row + count; row < end;) {
        uint64_t block = row / NFDEC_ROWS;
        uint32_t at = (uint32_t)(row % NFDEC_ROWS), rows = NFDEC_ROWS - at;
        if (end - row < rows)
            rows = (uint32_t)(end - row);
        if (lines->block != block)
            load(lines, block);
        add_rows(lines, layout, out, before, number, at, at + rows);
        number += rows;
        row += rows;
    }
}

uint32_t lines_decode(struct lines *lines, const struct nfdec_set *set, uint32_t first, uint32_t *place)
{
    lines->block = UINT64_MAX;
    nfdec_columns_clear(&lines->columns);
    uint32_t count = nfdec_columns_add(&lines->columns, set, first, place);
    zero_unused(lines);
    return count;
}

const struct nfdec_columns *lines_columns(const struct lines *lines)
{
    return &lines->columns;
}

void lines_add_decoded(struct lines *lines, struct strbuf *out, const struct origin *origin,
                       struct strbuf *before, uint64_t number, uint32_t row, uint32_t count)
{
    struct layout *layout = layout_of(lines, origin);
    strbuf_room(before, CHUNK);
    add_rows(lines, layout, out, before, number, row, row + count);
}

void lines_renew(struct lines *lines)
{
    for (unsigned i = 0; i < CACHE; i++)
        lines->layout[i].origin.template = NULL;
}
