/* SPDX-License-Identifier: MIT */
#include "view/batch/line.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/addr.h"
#include "base/alloc.h"
#include "base/digits.h"
#include "view/batch/json.h"
#include "view/batch/label.h"
#include "view/batch/run.h"
#include "view/format.h"
#include "view/utc.h"

#define STEPS      (NFDEC_COLUMN_COUNT + 8u) /* long names need two, ICMP and sampling one of their own */
#define STEP_TEXT  16u
#define STEP_VALUE 72u /* octets that a value may touch: two numbers and their names for ICMP, an address */
#define CHUNK      16u /* texts are copied in such pieces, their ends beyond what is wanted */
#define SCALED     4u  /* counters that are multiplied: packets and octets, both directions */
#define SCALED_KEY 32u /* octets of their names */
#define LINE_MOST                                                                                            \
    (STEPS * (STEP_TEXT + STEP_VALUE) + SCALED * (SCALED_KEY + DIGITS_ROOM) + DIGITS_ROOM + 2 * CHUNK)
#define CACHE 64u /* lines compiled */
#define STRIDE                                                                                               \
    (sizeof((struct nfdec_columns *)NULL)->column[0] / sizeof(uint64_t)) /* from column to column */

enum operation {
    TEXT, /* no value */
    NUMBER,
    MEDIUM, /* ... of up to five digits as a rule */
    SMALL,  /* ... of few digits */
    TIME_START,
    TIME_END,
    SOURCE, /* addresses go without their text where a row has none */
    DESTINATION,
    ICMP,
    SAMPLING,
    APPLICATION,
    MULTIPLY, /* counters by the sampling interval */
};

struct step {
    char text[STEP_TEXT];
    uint8_t length;
    uint8_t operation;
    uint16_t column; /* where it begins, in values from the first column on */
};

/* What lines of a template from an exporter look like. */
struct line {
    bool csv;
    struct origin origin; /* without message and set: */
    uint16_t header;      /* sampling interval of message headers */
    uint32_t sampling;    /* interval of flows that say nothing themselves; 0: not known */
    uint16_t id;
    bool late, scaled;
    unsigned labels;     /* label_fields() */
    struct strbuf after; /* behind the record's number */
    unsigned count;
    struct step steps[STEPS];
};

struct lines {
    struct lines_config config;
    uint64_t block; /* in `columns`; UINT64_MAX: none */
    uint32_t zero;  /* bits of columns that are zero all over */
    struct utc_hour start, end;
    struct nfdec_columns columns;
    bool scattered;
    uint8_t quote; /* 1: texts end in a quotation mark */
    struct line line[CACHE];
};

static struct step *add_step(struct line *line, unsigned operation, size_t column)
{
    assert(line->count < STEPS);
    struct step *step = &line->steps[line->count++];
    *step = (struct step) { .operation = (uint8_t)operation, .column = (uint16_t)column };
    return step;
}

/* What is too long for one step begins in one without a value. */
static void add_text(struct line *line, const char *text)
{
    for (; *text; text++) {
        struct step *step = &line->steps[line->count - 1];
        if (step->length == STEP_TEXT) {
            struct step *next = add_step(line, step->operation, step->column);
            step->operation = TEXT;
            step = next;
        }
        step->text[step->length++] = *text;
    }
}

/* A value, or in CSV where its template has none an empty one. */
static void add_member(struct line *line, bool present, enum operation operation, enum nfdec_column column,
                       const char *behind)
{
    if (line->csv) {
        add_step(line, present ? operation : TEXT, column * STRIDE);
        add_text(line, ",");
    } else if (present) {
        add_step(line, operation, column * STRIDE);
        add_text(line, ",\"");
        add_text(line, nfdec_column_name(column));
        add_text(line, behind);
    }
}

static void add_number(struct line *line, enum nfdec_column column)
{
    static const uint8_t usual[NFDEC_COLUMN_COUNT] = {
        [NFDEC_COL_SPORT] = MEDIUM,  [NFDEC_COL_DPORT] = MEDIUM,         [NFDEC_COL_SRC_AS] = MEDIUM,
        [NFDEC_COL_DST_AS] = MEDIUM, [NFDEC_COL_PACKETS] = MEDIUM,       [NFDEC_COL_REVERSE_PACKETS] = MEDIUM,
        [NFDEC_COL_BYTES] = NUMBER,  [NFDEC_COL_REVERSE_BYTES] = NUMBER,
    };
    add_member(line, line->origin.columns >> column & 1, usual[column] ? usual[column] : SMALL, column,
               "\":");
}

/* Of a row, or the same in all of them. */
static void add_sampling(struct line *line)
{
    if (line->origin.columns & (NFDEC_BIT(SAMPLING) | NFDEC_BIT(SAMPLER))) {
        add_step(line, SAMPLING, 0);
        return;
    }
    char digits[DIGITS_ROOM];
    *digits_put(digits, line->sampling) = '\0';
    add_member(line, line->sampling != 0, TEXT, NFDEC_COL_SAMPLING, "\":");
    if (line->sampling != 0)
        add_text(line, digits);
}

static void compile(struct line *line)
{
    static const uint8_t middle[] = { NFDEC_COL_PROTO,     NFDEC_COL_PACKETS, NFDEC_COL_BYTES,
                                      NFDEC_COL_TCP_FLAGS, NFDEC_COL_TOS,     NFDEC_COL_INPUT,
                                      NFDEC_COL_OUTPUT,    NFDEC_COL_SRC_AS,  NFDEC_COL_DST_AS };
    static const uint8_t last[] = { NFDEC_COL_REVERSE_PACKETS,
                                    NFDEC_COL_REVERSE_BYTES,
                                    NFDEC_COL_REVERSE_FLAGS,
                                    NFDEC_COL_VLAN,
                                    NFDEC_COL_VRF,
                                    NFDEC_COL_DIRECTION,
                                    NFDEC_COL_SAMPLER,
                                    NFDEC_COL_EVENT,
                                    NFDEC_COL_BIFLOW,
                                    NFDEC_COL_END_REASON };
    uint32_t columns = line->origin.columns;
    line->count = 0;
    add_member(line, line->origin.start, TIME_START, NFDEC_COL_START, "\":\"");
    add_member(line, line->origin.end, TIME_END, NFDEC_COL_END, "\":\"");
    add_member(line, true, SOURCE, NFDEC_COL_SRC, "\":\"");
    add_member(line, true, DESTINATION, NFDEC_COL_DST, "\":\"");
    add_number(line, NFDEC_COL_SPORT);
    add_number(line, NFDEC_COL_DPORT);
    if (line->csv || columns & (NFDEC_BIT(PROTO) | NFDEC_BIT(ICMP)))
        add_step(line, ICMP, 0);
    for (size_t i = 0; i < sizeof middle; i++)
        add_number(line, (enum nfdec_column)middle[i]);
    add_sampling(line);
    add_member(line, columns & NFDEC_BIT(APPLICATION), APPLICATION, NFDEC_COL_APPLICATION, "\":\"");
    for (size_t i = 0; i < sizeof last; i++)
        add_number(line, (enum nfdec_column)last[i]);
    if (line->scaled)
        add_step(line, MULTIPLY, 0);
    if (!line->csv || line->labels)
        return;
    add_step(line, TEXT, 0);
    for (unsigned i = 0; i < LABEL_FIELDS; i++)
        add_text(line, ",");
}

/* Exporter, domain, version, template, late: each in its column. */
static void prepare_after_csv(struct line *line)
{
    const struct nfdec_session *session = line->origin.session;
    struct strbuf *after = &line->after;
    struct addr address = exporter_address(session);
    strbuf_char(after, ',');
    format_address(after, &address);
    strbuf_char(after, ',');
    if (version_has_domain(session->version))
        strbuf_unsigned(after, session->domain);
    strbuf_char(after, ',');
    strbuf_unsigned(after, session->version);
    strbuf_char(after, ',');
    if (line->origin.template->kind != NFDEC_TEMPLATE_FIXED)
        strbuf_unsigned(after, line->id);
    strbuf_text(after, line->late ? ",true" : ",");
    strbuf_room(after, CHUNK);
}

static void prepare_after_json(struct line *line)
{
    const struct nfdec_session *session = line->origin.session;
    struct strbuf *after = &line->after;
    struct addr address = exporter_address(session);
    strbuf_char(after, ',');
    json_address(after, "exporter", &address);
    if (version_has_domain(session->version))
        json_number(after, "domain", session->domain);
    json_number(after, "version", session->version);
    if (line->origin.template->kind != NFDEC_TEMPLATE_FIXED)
        json_number(after, "template", line->id);
    if (line->late)
        json_bool(after, "late", true);
    strbuf_room(after, CHUNK);
}

/* What holds for all flows of the set that do not say more. */
static uint32_t common_sampling(const struct lines *lines, const struct origin *origin, uint16_t header)
{
    const struct sampling_flow flow = { .header = header };
    return samplings_of(lines->config.samplings, origin->session, &flow).interval;
}

static const struct line *line_of(struct lines *lines, const struct origin *origin)
{
    uint32_t hash = (origin->template->index + origin->session->index * 0x85EBCA6Bu) * 0x9E3779B1u;
    uint32_t at = hash >> 24 & (CACHE - 1);
    struct line *line = &lines->line[at];
    uint16_t header = origin->message->sampling & 0x3FFFu;
    const struct origin *known = &line->origin;
    if (known->template == origin->template && known->session == origin->session &&
        known->start == origin->start && known->end == origin->end && line->header == header &&
        line->id == origin->set->id && line->late == origin->set->late)
        return line;
    line->origin = *origin;
    line->origin.message = NULL;
    line->origin.set = NULL;
    line->header = header;
    line->sampling = common_sampling(lines, origin, header);
    line->id = origin->set->id;
    line->late = origin->set->late;
    line->csv = lines->config.csv;
    line->scaled = lines->config.scaled;
    line->labels = label_fields(lines->config.labels, origin);
    strbuf_clear(&line->after);
    if (line->csv)
        prepare_after_csv(line);
    else
        prepare_after_json(line);
    compile(line);
    return line;
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
        strbuf_release(&lines->line[i].after);
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

/* The text of the step stands before `out` already. */
static char *put_address(const struct lines *lines, char *out, const struct step *step, uint64_t value,
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

static char *put_icmp(const struct lines *lines, const struct line *line, char *out, uint32_t row)
{
    struct query_icmp values = { .proto = lines->columns.column[NFDEC_COL_PROTO][row] };
    uint64_t icmp;
    if (lines->config.csv)
        memcpy(out, ",,", 2);
    char *none = out + (lines->config.csv ? 2 : 0);
    if (!origin_is_icmp(&line->origin, values.proto))
        return none;
    values.sport = lines->columns.column[NFDEC_COL_SPORT][row];
    values.dport = lines->columns.column[NFDEC_COL_DPORT][row];
    values.icmp = lines->columns.column[NFDEC_COL_ICMP][row];
    if (!origin_icmp(&line->origin, &values, &icmp))
        return none;
    if (lines->config.csv)
        return PUT_MEMBER(PUT_MEMBER(out, ",", icmp >> 8), ",", icmp & 0xFF);
    out = PUT_MEMBER(out, ",\"icmp_type\":", icmp >> 8);
    return PUT_MEMBER(out, ",\"icmp_code\":", icmp & 0xFF);
}

/* The interval that holds for a row; 0: not known. */
static uint32_t sampling_of(const struct lines *lines, const struct line *line, uint32_t row)
{
    if (!(line->origin.columns & (NFDEC_BIT(SAMPLING) | NFDEC_BIT(SAMPLER))))
        return line->sampling;
    const struct sampling_flow flow = {
        .interval = lines->columns.column[NFDEC_COL_SAMPLING][row],
        .sampler = lines->columns.column[NFDEC_COL_SAMPLER][row],
        .has_sampler = line->origin.columns & NFDEC_BIT(SAMPLER),
        .header = line->header,
    };
    return samplings_of(lines->config.samplings, line->origin.session, &flow).interval;
}

static char *put_sampling(const struct lines *lines, const struct line *line, char *out, uint32_t row)
{
    uint32_t interval = sampling_of(lines, line, row);
    if (lines->config.csv)
        *out = ',';
    if (!interval)
        return out + lines->config.csv;
    return lines->config.csv ? PUT_MEMBER(out, ",", interval) : PUT_MEMBER(out, ",\"sampling\":", interval);
}

/* Where no interval is known there is nothing: the flow may stand for itself, or for any number. */
static char *put_scaled(const struct lines *lines, const struct line *line, char *out, uint32_t row)
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
    uint32_t interval = sampling_of(lines, line, row);
    for (unsigned i = 0; i < SCALED; i++) {
        bool there = interval && line->origin.columns >> counters[i].column & 1;
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

/* STEPS * (STEP_TEXT + STEP_VALUE) octets may be touched. */
static char *put_values(struct lines *lines, const struct line *line, char *out, uint32_t row)
{
    const uint64_t *values = &lines->columns.column[0][row];
    for (const struct step *step = line->steps, *end = step + line->count; step < end; step++) {
        uint64_t value = values[step->column];
        memcpy(out, step->text, STEP_TEXT);
        out += step->length;
        switch (step->operation) {
        case TEXT:
            break;
        case NUMBER:
            out = digits_put(out, value);
            break;
        case MEDIUM:
            out = digits_put_medium(out, value);
            break;
        case SMALL:
            out = digits_put_small(out, value);
            break;
        case TIME_START:
            out = put_quote(lines, utc_put(&lines->start, out, (int64_t)value));
            break;
        case TIME_END:
            out = put_quote(lines, utc_put(&lines->end, out, (int64_t)value));
            break;
        case SOURCE:
            out = put_address(lines, out, step, value, row, NFDEC_SRC_IP4, NFDEC_SRC_IP6);
            break;
        case DESTINATION:
            out = put_address(lines, out, step, value, row, NFDEC_DST_IP4, NFDEC_DST_IP6);
            break;
        case ICMP:
            out = put_icmp(lines, line, out, row);
            break;
        case SAMPLING:
            out = put_sampling(lines, line, out, row);
            break;
        case APPLICATION:
            out = put_application(lines, out, value);
            break;
        case MULTIPLY:
            out = put_scaled(lines, line, out, row);
            break;
        default:
            __builtin_unreachable();
        }
    }
    return out;
}

static void add_labels(struct lines *lines, const struct line *line, struct strbuf *out, uint32_t row)
{
    const struct label_row labels = { .labels = lines->config.labels,
                                      .session = line->origin.session,
                                      .columns = &lines->columns,
                                      .row = row,
                                      .fields = line->labels,
                                      .csv = line->csv };
    label_add(out, &labels);
}

/* Lines of rows of one block. */
static void add_rows(struct lines *lines, const struct line *line, struct strbuf *out,
                     const struct strbuf *before, uint64_t number, uint32_t row, uint32_t end)
{
    size_t most = before->length + line->after.length + LINE_MOST;
    const char *ending = line->csv ? "\n" : "}\n";
    for (; row < end; row++) {
        if (out->capacity - out->length <= most)
            strbuf_room(out, most);
        char *at = out->data + out->length;
        at = put_text(at, before->data, before->length);
        if (number)
            at = digits_put_small(at, number++);
        else
            *at++ = HOLD_NUMBER;
        at = put_text(at, line->after.data, line->after.length);
        at = put_values(lines, line, at, row);
        out->length = (size_t)(at - out->data);
        if (line->labels)
            add_labels(lines, line, out, row);
        strbuf_text(out, ending);
    }
}

void lines_add(struct lines *lines, struct strbuf *out, const struct origin *origin, struct strbuf *before,
               uint64_t number, uint32_t first, uint32_t count)
{
    const struct line *line = line_of(lines, origin);
    strbuf_room(before, CHUNK);
    for (uint32_t i = 0; i < count && lines->scattered; i++) {
        load_row(lines, origin->set->first_row + first + i);
        add_rows(lines, line, out, before, number + i, 0, 1);
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
        add_rows(lines, line, out, before, number, at, at + rows);
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
    const struct line *line = line_of(lines, origin);
    strbuf_room(before, CHUNK);
    add_rows(lines, line, out, before, number, row, row + count);
}

void lines_renew(struct lines *lines)
{
    for (unsigned i = 0; i < CACHE; i++)
        lines->line[i].origin.template = NULL;
}
