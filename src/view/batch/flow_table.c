/* SPDX-License-Identifier: MIT */
#include "view/batch/flow_table.h"

#include "view/format.h"

static bool is_icmp(const struct origin *origin, const struct flow_row *row)
{
    return origin_is_icmp(origin, row->value[NFDEC_COL_PROTO]);
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

static void duration_cell(const struct batch *b, struct strbuf *out, const struct origin *origin,
                          const struct flow_row *row)
{
    (void)b;
    if (origin->start && origin->end)
        format_span(out, (int64_t)row->value[NFDEC_COL_START], (int64_t)row->value[NFDEC_COL_END]);
    else
        strbuf_char(out, '-');
}

static void proto_cell(const struct batch *b, struct strbuf *out, const struct origin *origin,
                       const struct flow_row *row)
{
    (void)b;
    if (origin->columns & NFDEC_BIT(PROTO))
        format_protocol(out, (uint8_t)row->value[NFDEC_COL_PROTO]);
    else if (is_icmp(origin, row))
        format_protocol(out, row->src.family == 6 ? 58 : 1);
    else
        strbuf_char(out, '-');
}

static void source_cell(const struct batch *b, struct strbuf *out, const struct origin *origin,
                        const struct flow_row *row)
{
    (void)b;
    endpoint(out, origin, row, true);
}

static void destination_cell(const struct batch *b, struct strbuf *out, const struct origin *origin,
                             const struct flow_row *row)
{
    (void)b;
    endpoint(out, origin, row, false);
}

static void packets_cell(const struct batch *b, struct strbuf *out, const struct origin *origin,
                         const struct flow_row *row)
{
    (void)b;
    if (origin->columns & (NFDEC_BIT(PACKETS) | NFDEC_BIT(REVERSE_PACKETS)))
        strbuf_unsigned(out, row->value[NFDEC_COL_PACKETS] + row->value[NFDEC_COL_REVERSE_PACKETS]);
    else
        strbuf_char(out, '-');
}

static void size_cell(const struct batch *b, struct strbuf *out, const struct origin *origin,
                      const struct flow_row *row)
{
    (void)b;
    if (origin->columns & (NFDEC_BIT(BYTES) | NFDEC_BIT(REVERSE_BYTES)))
        format_size(out, row->value[NFDEC_COL_BYTES] + row->value[NFDEC_COL_REVERSE_BYTES]);
    else
        strbuf_char(out, '-');
}

/* Of ICMP its type and code. */
static void flags_cell(const struct batch *b, struct strbuf *out, const struct origin *origin,
                       const struct flow_row *row)
{
    (void)b;
    const struct query_icmp values = { .proto = row->value[NFDEC_COL_PROTO],
                                       .sport = row->value[NFDEC_COL_SPORT],
                                       .dport = row->value[NFDEC_COL_DPORT],
                                       .icmp = row->value[NFDEC_COL_ICMP] };
    uint64_t icmp;
    if (is_icmp(origin, row) && origin_icmp(origin, &values, &icmp))
        strbuf_format(out, "%u/%u", (unsigned)(icmp >> 8 & 0xFF), (unsigned)(icmp & 0xFF));
    else if (row->value[NFDEC_COL_PROTO] == 6 && origin->columns & NFDEC_BIT(TCP_FLAGS))
        format_tcp_flags(out, (uint16_t)row->value[NFDEC_COL_TCP_FLAGS]);
}

static uint32_t sampling_of(const struct batch *b, const struct origin *origin, const struct flow_row *row)
{
    const struct sampling_flow says = { .interval = row->value[NFDEC_COL_SAMPLING],
                                        .sampler = row->value[NFDEC_COL_SAMPLER],
                                        .has_sampler = origin->columns & NFDEC_BIT(SAMPLER),
                                        .header = origin->message->sampling & 0x3FFFu };
    return samplings_of(b->samplings, origin->session, &says).interval;
}

static void scaled_packets_cell(const struct batch *b, struct strbuf *out, const struct origin *origin,
                                const struct flow_row *row)
{
    uint32_t interval = sampling_of(b, origin, row);
    if (interval && origin->columns & (NFDEC_BIT(PACKETS) | NFDEC_BIT(REVERSE_PACKETS)))
        strbuf_unsigned(
            out,
            sampling_scale(row->value[NFDEC_COL_PACKETS] + row->value[NFDEC_COL_REVERSE_PACKETS], interval));
    else
        strbuf_char(out, '-');
}

static void scaled_size_cell(const struct batch *b, struct strbuf *out, const struct origin *origin,
                             const struct flow_row *row)
{
    uint32_t interval = sampling_of(b, origin, row);
    if (interval && origin->columns & (NFDEC_BIT(BYTES) | NFDEC_BIT(REVERSE_BYTES)))
        format_size(
            out, sampling_scale(row->value[NFDEC_COL_BYTES] + row->value[NFDEC_COL_REVERSE_BYTES], interval));
    else
        strbuf_char(out, '-');
}

static void exporter_cell(const struct batch *b, struct strbuf *out, const struct origin *origin,
                          const struct flow_row *row)
{
    (void)b;
    (void)row;
    struct addr exporter = exporter_address(origin->session);
    format_address(out, &exporter);
}

/* The columns of the table: at least so wide, and wider where a flow needs it. */
static const struct column {
    const char *title;
    void (*cell)(const struct batch *b, struct strbuf *out, const struct origin *origin,
                 const struct flow_row *row);
    size_t width;
    bool right;
    bool arrow;  /* in front of it */
    bool scaled; /* only with --scaled */
} columns[] = {
    { .title = "Start" }, /* as -t wants it */
    { .title = "Duration", .cell = duration_cell, .width = 13 },
    { .title = "Proto", .cell = proto_cell, .width = 6 },
    { .title = "Source", .cell = source_cell, .width = 6 },
    { .title = "Destination", .cell = destination_cell, .width = 11, .arrow = true },
    { .title = "Packets", .cell = packets_cell, .width = 8, .right = true },
    { .title = "Size", .cell = size_cell, .width = 8, .right = true },
    { .title = "Scaled packets", .cell = scaled_packets_cell, .width = 14, .right = true, .scaled = true },
    { .title = "Scaled size", .cell = scaled_size_cell, .width = 11, .right = true, .scaled = true },
    { .title = "Flags", .cell = flags_cell, .width = 9 },
    { .title = "Exporter", .cell = exporter_cell },
};

#define ENDPOINT_IP4 (sizeof "255.255.255.255:65535" - 1)

_Static_assert(sizeof columns / sizeof *columns == FLOW_TABLE_COLUMNS, "columns");

void flow_table_init(struct flow_table *table, const struct batch *b)
{
    *table = (struct flow_table) { .b = b, .clock = b->clock };
    for (size_t i = 0; i < FLOW_TABLE_COLUMNS; i++)
        table->width[i] = columns[i].width;
    table->width[0] = clock_width(b->config->clock);
}

void flow_table_release(struct flow_table *table)
{
    strbuf_release(&table->cell);
}

/* Of all columns but the first, a time of one width, and the last, behind which nothing stands. */
void flow_table_measure(struct flow_table *table, const struct origin *origin, const struct flow_row *row)
{
    for (size_t i = 1; i + 1 < FLOW_TABLE_COLUMNS; i++) {
        if (columns[i].scaled && !table->b->config->scaled)
            continue;
        strbuf_clear(&table->cell);
        columns[i].cell(table->b, &table->cell, origin, row);
        if (table->cell.length > table->width[i])
            table->width[i] = table->cell.length;
    }
}

void flow_table_fix(struct flow_table *table)
{
    for (size_t i = 0; i < FLOW_TABLE_COLUMNS; i++)
        if ((columns[i].cell == source_cell || columns[i].cell == destination_cell) &&
            table->width[i] < ENDPOINT_IP4)
            table->width[i] = ENDPOINT_IP4;
}

void flow_table_widen(struct flow_table *table, const struct flow_table *other)
{
    for (size_t i = 0; i < FLOW_TABLE_COLUMNS; i++)
        if (table->width[i] < other->width[i])
            table->width[i] = other->width[i];
}

void flow_table_line(struct flow_table *table, struct strbuf *out, const struct origin *origin,
                     const struct flow_row *row)
{
    for (size_t i = 0; i < FLOW_TABLE_COLUMNS; i++) {
        if (columns[i].scaled && !table->b->config->scaled)
            continue;
        if (i > 0)
            strbuf_text(out, !columns[i].arrow ? " " : origin ? " -> " : "    ");
        size_t at = out->length;
        if (!origin)
            strbuf_text(out, columns[i].title);
        else if (columns[i].cell)
            columns[i].cell(table->b, out, origin, row);
        else if (origin->start)
            clock_put(&table->clock, out, (int64_t)row->value[NFDEC_COL_START]);
        else
            strbuf_char(out, '-');
        if (columns[i].right)
            format_right(out, at, table->width[i]);
        else
            format_pad(out, at, table->width[i]);
    }
    strbuf_char(out, '\n');
}
