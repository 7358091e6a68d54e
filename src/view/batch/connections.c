/* SPDX-License-Identifier: MIT */
/* Connections: the Python analyzer's table for people, and the same exact and complete as JSON. */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "query/connection.h"
#include "view/batch/json.h"
#include "view/batch/pick.h"
#include "view/batch/scaled.h"
#include "view/format.h"
#include "view/why.h"

#define TABLE_WIDTH   100 /* of the rule under the headings */
#define SERVICE_WIDTH 14

/* A connection as it is shown. */
struct shown {
    struct query_connection q;
    struct scaled scaled; /* where that is wanted */
};

static void get(const struct batch *b, uint32_t index, struct shown *shown)
{
    const struct query_data data = batch_data(b);
    *shown = (struct shown) { .scaled = { .known = false } };
    query_connection_get(&data, b->state, index, &shown->q);
    if (b->config->scaled)
        scaled_connection(b, index, &shown->q.c, &shown->scaled);
}

static const char *service_of(const struct batch *b, const struct shown *shown)
{
    return query_connection_service(&shown->q, b->config->names);
}

static const char *host_of(const struct batch *b, const struct addr *address)
{
    return b->config->names && !b->config->no_hosts && address->family ? names_host(b->config->names, address)
                                                                       : NULL;
}

/* Asks for all names at once, then waits: names_host() itself never does. */
static void resolve(const struct batch *b, const struct pick *pick)
{
    const struct pairs *pairs = session_pairs(b->run);
    uint64_t count = b->config->limit && b->config->limit < pick->count ? b->config->limit : pick->count;
    struct connection c;
    if (!b->config->names)
        return;
    /* text shows single flows behind the others: which are within the limit is not known here */
    for (uint64_t i = 0; i < (b->config->json ? count : pick->count); i++) {
        pairs_get(pairs, session_store(b->run), pick_at(pick, i), &c);
        host_of(b, &c.ip[PAIR_CLIENT]);
        host_of(b, &c.ip[PAIR_SERVER]);
    }
    names_wait(b->config->names, b->config->name_wait);
}

static void side_json(struct batch *b, const struct shown *shown, enum pair_side side)
{
    const struct connection *c = &shown->q.c;
    struct strbuf *out = &b->out;
    const char *name = host_of(b, &c->ip[side]);
    json_key(out, side == PAIR_CLIENT ? "client" : "server");
    json_open(out, '{');
    json_address(out, "ip", &c->ip[side]);
    if (shown->q.ports)
        json_number(out, "port", c->port[side]);
    if (name)
        json_string(out, "name", name);
    json_close(out, '}');
}

static void both_json(struct strbuf *out, const char *key, const uint64_t value[2])
{
    json_key(out, key);
    json_open(out, '{');
    json_number(out, "client", value[PAIR_CLIENT]);
    json_number(out, "server", value[PAIR_SERVER]);
    json_close(out, '}');
}

/* Who else saw it. */
static void duplicate_json(struct batch *b, uint32_t row)
{
    uint64_t session = flow_store_value(session_store(b->run), row, NFDEC_COL_SESSION);
    struct addr address = exporter_address(nfdec_session_at(session_decoder(b->run), (uint32_t)session));
    json_address(&b->out, "exporter", &address);
}

/* The flows of a connection, or those among them that are not counted because another one says the same. */
static void rows_json(struct batch *b, const uint32_t *numbers, uint32_t index, bool duplicates)
{
    const struct pairs *pairs = session_pairs(b->run);
    const struct ledger *ledger = session_ledger(b->run);
    struct strbuf *out = &b->out;
    json_key(out, duplicates ? "duplicates" : "flows");
    json_open(out, '[');
    for (uint32_t row = pairs_first_row(pairs, index); row != PAIR_NONE; row = pairs_next_row(pairs, row)) {
        uint64_t packet, record;
        if (pairs_row_duplicate(pairs, row) != duplicates ||
            !row_place(ledger, b->state, numbers, row, &packet, &record))
            continue;
        json_open(out, '{');
        place_json(b, out, packet);
        json_number(out, "record", record);
        if (duplicates)
            duplicate_json(b, row);
        json_close(out, '}');
    }
    json_close(out, ']');
}

static void line_json(struct batch *b, const uint32_t *numbers, uint32_t index, const struct shown *shown)
{
    const struct connection *c = &shown->q.c;
    struct strbuf *out = &b->out;
    const char *service = service_of(b, shown);
    json_open(out, '{');
    if (shown->q.start)
        json_time(out, "start", c->start);
    if (shown->q.end)
        json_time(out, "end", c->end);
    if (shown->q.proto)
        json_number(out, "proto", c->proto);
    side_json(b, shown, PAIR_CLIENT);
    side_json(b, shown, PAIR_SERVER);
    if (shown->q.icmp) {
        json_number(out, "icmp_type", c->icmp >> 8);
        json_number(out, "icmp_code", c->icmp & 0xFFu);
    }
    if (service)
        json_string(out, "service", service);
    if (shown->q.packets)
        both_json(out, "packets", c->packets);
    if (shown->q.bytes)
        both_json(out, "bytes", c->bytes);
    if (shown->q.packets && shown->scaled.known)
        both_json(out, "scaled_packets", shown->scaled.packets);
    if (shown->q.bytes && shown->scaled.known)
        both_json(out, "scaled_bytes", shown->scaled.bytes);
    rows_json(b, numbers, index, false);
    rows_json(b, numbers, index, true);
    json_bool(out, "paired", c->paired);
    json_word(out, "reason", query_reason_word(c->reason));
    json_key(out, "why");
    strbuf_char(out, '"'); /* words of ours and addresses: nothing in it needs an escape */
    why_text(out, b->run, index, c);
    strbuf_text(out, "\"}\n");
}

void connection_json(struct batch *b, const uint32_t *numbers, uint32_t index)
{
    struct shown shown;
    get(b, index, &shown);
    line_json(b, numbers, index, &shown);
}

static void all_json(struct batch *b, const struct pick *pick)
{
    uint32_t *numbers = record_numbers(session_ledger(b->run));
    for (uint64_t i = 0; i < pick->count && batch_line(b); i++)
        connection_json(b, numbers, pick_at(pick, i));
    free(numbers);
}

static void headings(const struct batch *b, struct strbuf *out)
{
    const char *scaled = b->config->scaled ? "Scaled size | Scaled packets | " : "";
    strbuf_format(out, "%-*s | %-*s | %-8s | %-9s | %-7s | %s%s\n", (int)clock_width(b->config->clock),
                  "Timestamp", SERVICE_WIDTH, "Service", "Size", "Duration", "Packets", scaled,
                  "Involved hosts");
    for (size_t i = 0; i < TABLE_WIDTH + strlen(scaled); i++)
        strbuf_char(out, '-');
    strbuf_char(out, '\n');
}

/* Who comes first in text: the client of a connection, of a single flow whoever sent it. */
static enum pair_side first_side(const struct connection *c)
{
    return c->paired || c->flows[PAIR_CLIENT] ? PAIR_CLIENT : PAIR_SERVER;
}

/* A service name, or what stands in for it: the meaning of an ICMP type, a protocol, the two ports. */
static void service_text(struct batch *b, const struct shown *shown)
{
    const struct connection *c = &shown->q.c;
    struct strbuf *out = &b->out;
    size_t at = out->length;
    const char *name = service_of(b, shown);
    uint8_t icmp = c->ip[PAIR_CLIENT].family == 6 ? 58 : 1;
    if (shown->q.icmp) {
        name = names_icmp(icmp, (uint8_t)(c->icmp >> 8), (uint8_t)c->icmp);
        if (name && strlen(name) > SERVICE_WIDTH)
            name = NULL;
    }
    if (name)
        strbuf_clean(out, name, strlen(name));
    else if (shown->q.ports)
        strbuf_format(out, "(%u %u)", c->port[first_side(c)], c->port[!first_side(c)]);
    else if (shown->q.icmp)
        strbuf_format(out, "%s %u/%u", icmp == 58 ? "icmp6" : "icmp", c->icmp >> 8, c->icmp & 0xFFu);
    else if (shown->q.proto)
        format_protocol(out, c->proto);
    else
        strbuf_char(out, '-');
    format_upper(out, at);
    format_pad(out, at, SERVICE_WIDTH);
}

/* "name (192.0.2.1)" */
static void host_text(struct batch *b, const struct addr *address)
{
    struct strbuf *out = &b->out;
    const char *name = host_of(b, address);
    if (address->family == 0) {
        strbuf_text(out, "unknown");
        return;
    }
    if (name) {
        strbuf_clean(out, name, strlen(name));
        strbuf_text(out, " (");
    }
    format_address(out, address);
    if (name)
        strbuf_char(out, ')');
}

/* The last column, and the end of the line. */
static void hosts_text(struct batch *b, const struct connection *c)
{
    struct strbuf *out = &b->out;
    strbuf_text(out, c->paired ? " | Between " : " | From ");
    host_text(b, &c->ip[first_side(c)]);
    strbuf_text(out, c->paired ? " and " : " to ");
    host_text(b, &c->ip[!first_side(c)]);
    if (!c->paired) {
        strbuf_text(out, ": ");
        strbuf_text(out, pair_reason_text(c->reason));
    }
    strbuf_char(out, '\n');
}

/* Of both sides together, each flow times its sampling interval. */
static void scaled_text(struct strbuf *out, const struct shown *shown)
{
    const struct scaled *scaled = &shown->scaled;
    size_t at;
    strbuf_text(out, " | ");
    at = out->length;
    if (shown->q.bytes && scaled->known)
        format_size(out, scaled->bytes[PAIR_CLIENT] + scaled->bytes[PAIR_SERVER]);
    else
        strbuf_char(out, '-');
    format_pad(out, at, 11);
    strbuf_text(out, " | ");
    at = out->length;
    if (shown->q.packets && scaled->known)
        strbuf_unsigned(out, scaled->packets[PAIR_CLIENT] + scaled->packets[PAIR_SERVER]);
    else
        strbuf_char(out, '-');
    format_right(out, at, 14);
}

static void line_text(struct batch *b, const struct shown *shown)
{
    const struct connection *c = &shown->q.c;
    struct strbuf *out = &b->out;
    size_t at = out->length;
    if (shown->q.start)
        batch_time(b, out, c->start);
    else
        strbuf_char(out, '-');
    format_pad(out, at, clock_width(b->config->clock));
    strbuf_text(out, " | ");
    service_text(b, shown);
    strbuf_text(out, " | ");
    at = out->length;
    if (shown->q.bytes)
        format_size(out, c->bytes[PAIR_CLIENT] + c->bytes[PAIR_SERVER]);
    else
        strbuf_char(out, '-');
    format_pad(out, at, 8);
    strbuf_text(out, " | ");
    at = out->length;
    if (shown->q.start && shown->q.end)
        format_span(out, c->start, c->end);
    else
        strbuf_char(out, '-');
    format_pad(out, at, 9);
    strbuf_text(out, " | ");
    at = out->length;
    if (shown->q.packets)
        strbuf_unsigned(out, c->packets[PAIR_CLIENT] + c->packets[PAIR_SERVER]);
    else
        strbuf_char(out, '-');
    format_right(out, at, 7);
    if (b->config->scaled)
        scaled_text(out, shown);
    hosts_text(b, c);
}

/* The connections that are paired, or those that are not; returns how many. */
static uint32_t table(struct batch *b, const struct pick *pick, bool paired, bool lines_before,
                      uint64_t *duplicates)
{
    struct pair_summary summary;
    struct shown shown;
    uint32_t lines = 0;
    for (uint64_t i = 0; i < pick->count && batch_line(b); i++) {
        pairs_summary(session_pairs(b->run), pick_at(pick, i), &summary);
        if (summary.paired != paired)
            continue;
        if (!batch_more(b))
            break;
        get(b, pick_at(pick, i), &shown);
        if (lines++ == 0 && !paired && !b->config->quiet)
            strbuf_text(&b->out, lines_before ? "\nUnpaired flows\n" : "Unpaired flows\n");
        if (lines == 1 && !b->config->quiet)
            headings(b, &b->out);
        line_text(b, &shown);
        *duplicates += shown.q.c.duplicates;
    }
    return lines;
}

/* "3 of fewer than 10 packets hidden (--min-packets 10)" */
static void hidden_text(const struct batch *b, struct strbuf *out, uint64_t hidden)
{
    unsigned long long least = b->config->min_packets;
    strbuf_format(out, "%llu of fewer than ", (unsigned long long)hidden);
    format_count(out, least, "packet");
    strbuf_format(out, " hidden (--min-packets %llu)\n", least);
}

static void closing(struct batch *b, const struct pick *pick, uint32_t paired, uint32_t single,
                    uint64_t duplicates)
{
    struct strbuf *out = &b->out;
    uint32_t all = pairs_count(session_pairs(b->run));
    if (all == 0) {
        strbuf_text(out, "no flows in the export packets\n");
        return;
    }
    strbuf_text(out, paired + single > 0 ? "\n" : "");
    format_count(out, paired, "connection");
    strbuf_text(out, ", ");
    format_count(out, single, "unpaired flow");
    if (duplicates > 0) {
        strbuf_text(out, "; ");
        format_count(out, duplicates, "duplicate flow record");
        strbuf_text(out, " not counted");
    }
    strbuf_char(out, '\n');
    if (pick->unmatched > 0)
        strbuf_format(out, "%llu of %llu do not match the filter\n", (unsigned long long)pick->unmatched,
                      (unsigned long long)all);
    if (pick->hidden > 0)
        hidden_text(b, out, pick->hidden);
    uint64_t cut = all - pick->unmatched - pick->hidden - paired - single;
    if (cut > 0)
        strbuf_format(out, "%llu more not shown (--limit %llu)\n", (unsigned long long)cut,
                      (unsigned long long)b->config->limit);
}

static void begin(struct batch *b)
{
    b->state = alloc_new(sizeof(struct query_sets));
}

static void release(struct batch *b)
{
    free(b->state);
}

/* Lines of data have no place for it. */
static void tell_hidden(const struct batch *b, uint64_t hidden)
{
    struct strbuf text = { 0 };
    if (hidden == 0 || b->config->quiet || !b->config->log)
        return;
    hidden_text(b, &text, hidden);
    fprintf(b->config->log, "nfscope: %s", text.data);
    strbuf_release(&text);
}

static void end(struct batch *b)
{
    struct pick pick = pick_connections(b);
    resolve(b, &pick);
    if (b->config->json) {
        all_json(b, &pick);
        tell_hidden(b, pick.hidden);
        pick_release(&pick);
        return;
    }
    uint64_t duplicates = 0;
    uint32_t paired = table(b, &pick, true, false, &duplicates);
    uint32_t single = table(b, &pick, false, paired > 0, &duplicates);
    if (!b->config->quiet)
        closing(b, &pick, paired, single, duplicates);
    pick_release(&pick);
}

const struct show show_connections = { .keep_flows = true,
                                       .keep_pairs = true,
                                       .match = MATCH_CONNECTIONS,
                                       .begin = begin,
                                       .end = end,
                                       .release = release };
