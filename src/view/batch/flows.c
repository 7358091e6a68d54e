/* SPDX-License-Identifier: MIT */
/* Flows: one per data record, in the order of the capture. */
#include "view/batch/run.h"

#include <stdlib.h>

#include "nfdec/columns.h"
#include "view/batch/json.h"
#include "view/format.h"

/* A set of flows: what all its rows have in common. */
struct origin {
    const struct ledger_message *message;
    const struct ledger_set *set;
    const struct nfdec_session *session;
    const struct nfdec_template *template;
    uint32_t columns; /* bits of those its records have */
    bool start, end;  /* they have these times */
};

static bool origin_of(const struct batch *b, uint32_t index, struct origin *origin)
{
    const struct ledger *ledger = session_ledger(b->run);
    const struct nfdec *decoder = session_decoder(b->run);
    const struct ledger_set *set = ledger_set(ledger, index);
    if (set->rows == 0)
        return false;
    origin->set = set;
    origin->message = ledger_message(ledger, set->message);
    origin->session = nfdec_session_at(decoder, origin->message->session);
    origin->template = nfdec_template_at(decoder, set->template);
    if (!origin->session || !origin->template)
        return false;
    origin->columns = nfdec_template_columns(origin->template);
    origin->start = time_known(nfdec_template_start_source(origin->template), set);
    origin->end = time_known(nfdec_template_end_source(origin->template), set);
    return true;
}

static uint64_t sampling(const struct origin *origin, const struct flow_row *row)
{
    uint64_t interval = row->value[NFDEC_COL_SAMPLING];
    if (interval == 0 && origin->columns & NFDEC_BIT(SAMPLER))
        interval = nfdec_sampler_interval(origin->session, row->value[NFDEC_COL_SAMPLER]);
    if (interval == 0)
        interval = origin->session->sampling;
    if (interval == 0)
        interval = origin->message->sampling & 0x3FFFu;
    return interval;
}

/* Some exporters send an ICMP type and no protocol. */
static bool is_icmp(const struct origin *origin, const struct flow_row *row)
{
    uint64_t proto = row->value[NFDEC_COL_PROTO];
    if (!(origin->columns & NFDEC_BIT(PROTO)))
        return origin->columns & NFDEC_BIT(ICMP);
    return proto == 1 || proto == 58;
}

/*
 * Type * 256 + code, of an element that says so. Exporters that have none, v5 among them, send it as the
 * destination port, with no source port; type 0 answers an echo in ICMP and has no meaning in ICMPv6.
 */
static bool icmp_of(const struct origin *origin, const struct flow_row *row, uint64_t *icmp)
{
    uint64_t dport = row->value[NFDEC_COL_DPORT];
    bool reply = dport == 0 && row->value[NFDEC_COL_PROTO] == 1;
    *icmp = row->value[NFDEC_COL_ICMP];
    if (*icmp != 0)
        return true;
    if (origin->columns & NFDEC_BIT(DPORT) && row->value[NFDEC_COL_SPORT] == 0 && (dport >= 256 || reply)) {
        *icmp = dport;
        return true;
    }
    return origin->columns & NFDEC_BIT(ICMP);
}

static void number(struct strbuf *out, const struct origin *origin, const struct flow_row *row,
                   enum nfdec_column column)
{
    if (origin->columns >> column & 1)
        json_number(out, nfdec_column_name(column), row->value[column]);
}

static void ports_json(struct strbuf *out, const struct origin *origin, const struct flow_row *row)
{
    uint64_t icmp;
    number(out, origin, row, NFDEC_COL_SPORT);
    number(out, origin, row, NFDEC_COL_DPORT);
    if (is_icmp(origin, row) && icmp_of(origin, row, &icmp)) {
        json_number(out, "icmp_type", icmp >> 8);
        json_number(out, "icmp_code", icmp & 0xFF);
    }
}

/* RFC 6759: an engine of 8 bits in front of its selector. */
static void application_json(struct strbuf *out, uint64_t id)
{
    json_key(out, nfdec_column_name(NFDEC_COL_APPLICATION));
    strbuf_char(out, '"');
    strbuf_unsigned(out, id >> 24);
    strbuf_char(out, ':');
    strbuf_unsigned(out, id & 0xFFFFFF);
    strbuf_char(out, '"');
}

static void values_json(struct strbuf *out, const struct origin *origin, const struct flow_row *row)
{
    static const uint8_t middle[] = { NFDEC_COL_PACKETS, NFDEC_COL_BYTES, NFDEC_COL_TCP_FLAGS,
                                      NFDEC_COL_TOS,     NFDEC_COL_INPUT, NFDEC_COL_OUTPUT,
                                      NFDEC_COL_SRC_AS,  NFDEC_COL_DST_AS };
    static const uint8_t last[] = { NFDEC_COL_REVERSE_PACKETS,
                                    NFDEC_COL_REVERSE_BYTES,
                                    NFDEC_COL_REVERSE_FLAGS,
                                    NFDEC_COL_VLAN,
                                    NFDEC_COL_VRF,
                                    NFDEC_COL_DIRECTION,
                                    NFDEC_COL_SAMPLER,
                                    NFDEC_COL_EVENT,
                                    NFDEC_COL_BIFLOW };
    if (origin->start)
        json_time(out, "start", (int64_t)row->value[NFDEC_COL_START]);
    if (origin->end)
        json_time(out, "end", (int64_t)row->value[NFDEC_COL_END]);
    json_address(out, "src", &row->src);
    json_address(out, "dst", &row->dst);
    ports_json(out, origin, row);
    number(out, origin, row, NFDEC_COL_PROTO);
    for (size_t i = 0; i < sizeof middle; i++)
        number(out, origin, row, (enum nfdec_column)middle[i]);
    uint64_t interval = sampling(origin, row);
    if (interval != 0)
        json_number(out, "sampling", interval);
    if (origin->columns & NFDEC_BIT(APPLICATION))
        application_json(out, row->value[NFDEC_COL_APPLICATION]);
    for (size_t i = 0; i < sizeof last; i++)
        number(out, origin, row, (enum nfdec_column)last[i]);
}

/* What lines of a set have in common: in front of the record's number, and behind it. */
static void prepare_json(const struct batch *b, const struct origin *origin, struct strbuf *before,
                         struct strbuf *after)
{
    strbuf_clear(before);
    strbuf_clear(after);
    json_open(before, '{');
    place_json(b, before, origin->message->packet);
    json_key(before, "record");
    struct addr address = exporter_address(origin->session);
    strbuf_char(after, ' ');
    json_address(after, "exporter", &address);
    if (version_has_domain(origin->session->version))
        json_number(after, "domain", origin->session->domain);
    json_number(after, "version", origin->session->version);
    if (origin->template->kind != NFDEC_TEMPLATE_FIXED)
        json_number(after, "template", origin->set->id);
    if (origin->set->late)
        json_bool(after, "late", true);
}

static void all_json(struct batch *b, struct flow_reader *reader)
{
    const struct ledger *ledger = session_ledger(b->run);
    uint32_t *numbers = record_numbers(ledger);
    struct strbuf before = { 0 }, after = { 0 };
    struct origin origin;
    for (uint32_t i = 0; i < ledger_set_count(ledger); i++) {
        if (!origin_of(b, i, &origin))
            continue;
        prepare_json(b, &origin, &before, &after);
        for (uint32_t k = 0; k < origin.set->rows && batch_line(b); k++) {
            strbuf_add(&b->out, before.data, before.length);
            strbuf_unsigned(&b->out, (uint64_t)numbers[i] + k + 1);
            strbuf_add(&b->out, after.data + 1, after.length - 1);
            values_json(&b->out, &origin, flow_reader_row(reader, origin.set->first_row + k));
            strbuf_text(&b->out, "}\n");
        }
    }
    strbuf_release(&before);
    strbuf_release(&after);
    free(numbers);
}

/* "192.0.2.1:80"; for ICMP and where there are no ports the address alone. */
static void endpoint(struct strbuf *out, const struct origin *origin, const struct flow_row *row, bool source)
{
    const struct addr *address = source ? &row->src : &row->dst;
    uint32_t bit = source ? NFDEC_BIT(SPORT) : NFDEC_BIT(DPORT);
    uint64_t port = row->value[source ? NFDEC_COL_SPORT : NFDEC_COL_DPORT];
    uint64_t proto = row->value[NFDEC_COL_PROTO];
    bool ports = origin->columns & bit && !is_icmp(origin, row);
    if (ports && port == 0 && proto != 6 && proto != 17)
        ports = false;
    if (address->family == 0)
        strbuf_char(out, '-');
    else if (ports)
        format_endpoint(out, address, (uint16_t)port);
    else
        format_address(out, address);
}

static void start_cell(struct strbuf *out, const struct origin *origin, const struct flow_row *row)
{
    if (origin->start)
        format_local_time(out, (int64_t)row->value[NFDEC_COL_START]);
    else
        strbuf_char(out, '-');
}

static void duration_cell(struct strbuf *out, const struct origin *origin, const struct flow_row *row)
{
    if (origin->start && origin->end)
        format_span(out, (int64_t)row->value[NFDEC_COL_START], (int64_t)row->value[NFDEC_COL_END]);
    else
        strbuf_char(out, '-');
}

static void proto_cell(struct strbuf *out, const struct origin *origin, const struct flow_row *row)
{
    if (origin->columns & NFDEC_BIT(PROTO))
        format_protocol(out, (uint8_t)row->value[NFDEC_COL_PROTO]);
    else if (is_icmp(origin, row))
        format_protocol(out, row->src.family == 6 ? 58 : 1);
    else
        strbuf_char(out, '-');
}

static void source_cell(struct strbuf *out, const struct origin *origin, const struct flow_row *row)
{
    endpoint(out, origin, row, true);
}

static void destination_cell(struct strbuf *out, const struct origin *origin, const struct flow_row *row)
{
    endpoint(out, origin, row, false);
}

static void packets_cell(struct strbuf *out, const struct origin *origin, const struct flow_row *row)
{
    if (origin->columns & (NFDEC_BIT(PACKETS) | NFDEC_BIT(REVERSE_PACKETS)))
        strbuf_unsigned(out, row->value[NFDEC_COL_PACKETS] + row->value[NFDEC_COL_REVERSE_PACKETS]);
    else
        strbuf_char(out, '-');
}

static void size_cell(struct strbuf *out, const struct origin *origin, const struct flow_row *row)
{
    if (origin->columns & (NFDEC_BIT(BYTES) | NFDEC_BIT(REVERSE_BYTES)))
        format_size(out, row->value[NFDEC_COL_BYTES] + row->value[NFDEC_COL_REVERSE_BYTES]);
    else
        strbuf_char(out, '-');
}

/* Of ICMP its type and code. */
static void flags_cell(struct strbuf *out, const struct origin *origin, const struct flow_row *row)
{
    uint64_t icmp;
    if (is_icmp(origin, row) && icmp_of(origin, row, &icmp))
        strbuf_format(out, "%u/%u", (unsigned)(icmp >> 8 & 0xFF), (unsigned)(icmp & 0xFF));
    else if (row->value[NFDEC_COL_PROTO] == 6 && origin->columns & NFDEC_BIT(TCP_FLAGS))
        format_tcp_flags(out, (uint16_t)row->value[NFDEC_COL_TCP_FLAGS]);
}

static void exporter_cell(struct strbuf *out, const struct origin *origin, const struct flow_row *row)
{
    (void)row;
    struct addr exporter = exporter_address(origin->session);
    format_address(out, &exporter);
}

/* The columns of the table: at least so wide, and wider where a flow needs it. */
static const struct column {
    const char *title;
    void (*cell)(struct strbuf *out, const struct origin *origin, const struct flow_row *row);
    size_t width;
    bool right;
    bool arrow; /* in front of it */
} columns[] = {
    { .title = "Start", .cell = start_cell, .width = 19 },
    { .title = "Duration", .cell = duration_cell, .width = 13 },
    { .title = "Proto", .cell = proto_cell, .width = 6 },
    { .title = "Source", .cell = source_cell, .width = 6 },
    { .title = "Destination", .cell = destination_cell, .width = 11, .arrow = true },
    { .title = "Packets", .cell = packets_cell, .width = 8, .right = true },
    { .title = "Size", .cell = size_cell, .width = 8, .right = true },
    { .title = "Flags", .cell = flags_cell, .width = 9 },
    { .title = "Exporter", .cell = exporter_cell },
};

enum { COLUMNS = sizeof columns / sizeof *columns };

struct widths {
    size_t of[COLUMNS];
};

/* All but the first, a time of one width, and the last, behind which nothing stands. */
static struct widths widths_of(const struct batch *b, struct flow_reader *reader)
{
    const struct ledger *ledger = session_ledger(b->run);
    struct widths widths;
    struct strbuf text = { 0 };
    struct origin origin;
    for (size_t i = 0; i < COLUMNS; i++)
        widths.of[i] = columns[i].width;
    for (uint32_t i = 0; i < ledger_set_count(ledger); i++) {
        if (!origin_of(b, i, &origin))
            continue;
        for (uint32_t k = 0; k < origin.set->rows; k++) {
            const struct flow_row *row = flow_reader_row(reader, origin.set->first_row + k);
            for (size_t column = 1; column + 1 < COLUMNS; column++) {
                columns[column].cell(&text, &origin, row);
                if (text.length > widths.of[column])
                    widths.of[column] = text.length;
                strbuf_clear(&text);
            }
        }
    }
    strbuf_release(&text);
    return widths;
}

/* origin NULL: the heading. */
static void line_text(struct strbuf *out, const struct widths *widths, const struct origin *origin,
                      const struct flow_row *row)
{
    for (size_t i = 0; i < COLUMNS; i++) {
        if (i > 0)
            strbuf_text(out, !columns[i].arrow ? " " : origin ? " -> " : "    ");
        size_t at = out->length;
        if (origin)
            columns[i].cell(out, origin, row);
        else
            strbuf_text(out, columns[i].title);
        if (columns[i].right)
            format_right(out, at, widths->of[i]);
        else
            format_pad(out, at, widths->of[i]);
    }
    strbuf_char(out, '\n');
}

static void all_text(struct batch *b, struct flow_reader *reader)
{
    const struct ledger *ledger = session_ledger(b->run);
    struct widths widths = widths_of(b, reader);
    uint64_t flows = 0;
    struct origin origin;
    if (!b->config->quiet && flow_store_rows(session_store(b->run)) > 0)
        line_text(&b->out, &widths, NULL, NULL);
    for (uint32_t i = 0; i < ledger_set_count(ledger); i++) {
        if (!origin_of(b, i, &origin))
            continue;
        for (uint32_t k = 0; k < origin.set->rows && batch_line(b); k++)
            line_text(&b->out, &widths, &origin, flow_reader_row(reader, origin.set->first_row + k));
        flows += origin.set->rows;
    }
    if (!batch_talks(b))
        return;
    strbuf_text(&b->out, flows ? "\n" : "");
    format_count(&b->out, flows, "flow");
    strbuf_text(&b->out, " in ");
    format_count(&b->out, session_counts(b->run)->exports, "export packet");
    strbuf_char(&b->out, '\n');
}

static void end(struct batch *b)
{
    struct flow_reader *reader = flow_reader_new(session_store(b->run));
    if (b->config->json)
        all_json(b, reader);
    else
        all_text(b, reader);
    flow_reader_free(reader);
}

const struct show show_flows = { .keep_flows = true, .end = end };
