/* SPDX-License-Identifier: MIT */
/* -z talkers and all other reports of groups. */
#include <string.h>

#include "view/batch/json.h"
#include "view/batch/pick.h"
#include "view/batch/report_put.h"
#include "view/format.h"

#define TOP_DEFAULT 10u

/* What a row is called: its keys in JSON, and its text. */
struct label {
    struct strbuf json, text;
};

static enum stats_kind kind_of(enum batch_report report)
{
    switch (report) {
    case BATCH_REPORT_PORTS:
        return STATS_PORTS;
    case BATCH_REPORT_PROTOCOLS:
        return STATS_PROTOCOLS;
    case BATCH_REPORT_APPLICATIONS:
        return STATS_APPLICATIONS;
    case BATCH_REPORT_BY_EXPORTER:
        return STATS_EXPORTERS;
    case BATCH_REPORT_INTERFACES:
        return STATS_INTERFACES;
    default:
        return STATS_TALKERS;
    }
}

static const struct report_options *options_of(const struct batch *b)
{
    return &b->config->report_options;
}

static void named(struct label *label, const char *name, bool brackets)
{
    if (!name)
        return;
    json_string(&label->json, "name", name);
    strbuf_text(&label->text, brackets ? " (" : " ");
    strbuf_clean(&label->text, name, strlen(name));
    if (brackets)
        strbuf_char(&label->text, ')');
}

static void label_address(const struct batch *b, struct label *label, const struct stats_key *key)
{
    const struct report_options *options = options_of(b);
    struct addr address = stats_address(key);
    if (options->by == STATS_NET) {
        unsigned length =
            address.family == 4 ? (options->net4 ? options->net4 : 24) : (options->net6 ? options->net6 : 48);
        format_address(&label->text, &address);
        strbuf_format(&label->text, "/%u", length);
        json_word(&label->json, "net", label->text.data);
        return;
    }
    json_address(&label->json, "address", &address);
    format_address(&label->text, &address);
    named(label, b->config->names ? names_host(b->config->names, &address) : NULL, true);
}

static void label_protocol(struct label *label, uint8_t proto)
{
    json_number(&label->json, "proto", proto);
    format_protocol(&label->text, proto);
}

static void label_port(const struct batch *b, struct label *label, const struct stats_key *key)
{
    const char *name =
        b->config->names ? names_service(b->config->names, (uint16_t)key->low, (uint8_t)key->high) : NULL;
    label_protocol(label, (uint8_t)key->high);
    json_number(&label->json, "port", key->low);
    strbuf_char(&label->text, '/');
    strbuf_unsigned(&label->text, key->low);
    named(label, name, false);
}

/* The first session of an exporter and domain. */
static const struct nfdec_session *session_of(const struct batch *b, uint64_t family)
{
    const struct ledger *ledger = session_ledger(b->run);
    if (family >= ledger_exporter_count(ledger))
        return NULL;
    return nfdec_session_at(session_decoder(b->run),
                            ledger_exporter(ledger, (uint32_t)family)->first_session);
}

static void label_exporter(struct label *label, const struct nfdec_session *session)
{
    if (!session)
        return;
    exporter_json(&label->json, session, false);
    exporter_text(&label->text, session);
}

/* As any exporter names it: their numbers are of the same registries. NULL: none does. */
static const char *application_of(const struct batch *b, uint64_t number)
{
    const struct labels *labels = session_labels(b->run);
    const struct nfdec_session *session;
    const char *name = NULL;
    for (uint32_t i = 0; labels && !name && (session = nfdec_session_at(session_decoder(b->run), i)); i++)
        name = labels_find(labels, session, LABEL_APPLICATION, number);
    return name;
}

static void label_number(const struct batch *b, struct label *label, uint64_t number)
{
    switch (kind_of(b->config->report)) {
    case STATS_PROTOCOLS:
        label_protocol(label, (uint8_t)number);
        break;
    case STATS_APPLICATIONS:
        strbuf_format(&label->text, "%llu:%llu", (unsigned long long)(number >> 24),
                      (unsigned long long)(number & 0xFFFFFF));
        json_word(&label->json, "application", label->text.data);
        named(label, application_of(b, number), false);
        break;
    default:
        json_number(&label->json, "as", number);
        strbuf_format(&label->text, "AS%llu", (unsigned long long)number);
        break;
    }
}

static void label_interface(const struct batch *b, struct label *label, const struct stats_key *key)
{
    const struct nfdec_session *session = session_of(b, key->high);
    const struct labels *labels = session_labels(b->run);
    label_exporter(label, session);
    json_number(&label->json, "interface", key->low);
    strbuf_format(&label->text, " interface %llu", (unsigned long long)key->low);
    named(label, labels && session ? labels_find(labels, session, LABEL_INTERFACE, key->low) : NULL, true);
}

static void label_group(const struct batch *b, struct label *label, const struct stats_key *key)
{
    strbuf_clear(&label->json);
    strbuf_clear(&label->text);
    switch ((enum stats_tag)key->tag) {
    case STATS_TAG_IP4:
    case STATS_TAG_IP6:
        label_address(b, label, key);
        break;
    case STATS_TAG_PORT:
    case STATS_TAG_SERVICE:
        label_port(b, label, key);
        break;
    case STATS_TAG_PROTOCOL:
        label_protocol(label, (uint8_t)key->low);
        break;
    case STATS_TAG_EXPORTER:
        label_exporter(label, session_of(b, key->low));
        break;
    case STATS_TAG_INTERFACE:
        label_interface(b, label, key);
        break;
    case STATS_TAG_NUMBER:
        label_number(b, label, key->low);
        break;
    }
}

/* Asks for the names of all, then waits. */
static void resolve(const struct batch *b, const struct stats *stats)
{
    if (!b->config->names || kind_of(b->config->report) != STATS_TALKERS ||
        options_of(b)->by != STATS_ADDRESS)
        return;
    for (size_t i = 0; i < stats->count; i++) {
        struct addr address = stats_address(&stats->group[i].key);
        names_host(b->config->names, &address);
    }
    names_wait(b->config->names, b->config->name_wait);
}

static void row_json(const struct batch *b, struct strbuf *out, const struct stats_sums *sums,
                     const struct stats *stats)
{
    enum stats_unit unit = options_of(b)->unit;
    report_sums_json(out, sums);
    if (stats_known(sums, unit))
        report_share_json(out, stats_amount(sums, unit), stats_amount(&stats->total, unit));
    strbuf_text(out, "}\n");
}

static void begin_json(struct strbuf *out, const char *row)
{
    json_open(out, '{');
    json_word(out, "row", row);
}

static void all_json(struct batch *b, const struct stats *stats, const struct stats_sums *rest)
{
    struct strbuf *out = &b->out;
    struct label label = { 0 };
    for (size_t i = 0; i < stats->count && batch_line(b); i++) {
        label_group(b, &label, &stats->group[i].key);
        begin_json(out, "group");
        json_number(out, "rank", i + 1);
        strbuf_text(out, label.json.length > 0 ? "," : "");
        strbuf_add(out, label.json.data, label.json.length);
        row_json(b, out, &stats->group[i].sums, stats);
    }
    if (stats->groups > stats->count) {
        begin_json(out, "rest");
        json_number(out, "groups", stats->groups - stats->count);
        row_json(b, out, rest, stats);
    }
    if (stats->none.flows > 0) {
        begin_json(out, "none");
        row_json(b, out, &stats->none, stats);
    }
    begin_json(out, "total");
    json_number(out, "groups", stats->groups);
    json_word(out, "counted", stats->records ? "records" : "flows");
    row_json(b, out, &stats->total, stats);
    strbuf_release(&label.json);
    strbuf_release(&label.text);
}

static const char *title_of(const struct batch *b)
{
    switch (kind_of(b->config->report)) {
    case STATS_TALKERS:
        return options_of(b)->by == STATS_NET ? "Net" : options_of(b)->by == STATS_AS ? "AS" : "Address";
    case STATS_PORTS:
        return "Port of the server";
    case STATS_PROTOCOLS:
        return "Protocol";
    case STATS_APPLICATIONS:
        return "Application";
    case STATS_EXPORTERS:
        return "Exporter";
    case STATS_INTERFACES:
        break;
    }
    return "Interface";
}

static const char *none_of(const struct batch *b)
{
    switch (kind_of(b->config->report)) {
    case STATS_TALKERS:
        return options_of(b)->by == STATS_AS ? "without an AS" : "without an address";
    case STATS_PORTS:
        return "without ports";
    case STATS_INTERFACES:
        return "without an interface";
    default:
        break;
    }
    return "without one";
}

struct table {
    struct report_widths widths;
    size_t width; /* of the labels */
    uint64_t most;
};

static void row_text(struct batch *b, const struct table *table, const char *text, size_t length,
                     const struct stats_sums *sums, const struct stats *stats)
{
    struct strbuf *out = &b->out;
    enum stats_unit unit = options_of(b)->unit;
    size_t at = out->length;
    strbuf_add(out, text, length);
    format_pad(out, at, table->width);
    strbuf_text(out, "  ");
    report_sums_text(out, &table->widths, sums);
    if (sums && stats && stats_known(sums, unit))
        report_bar_text(b, out, stats_amount(sums, unit), table->most, stats_amount(&stats->total, unit));
    strbuf_char(out, '\n');
}

static void row_named(struct batch *b, const struct table *table, const char *text,
                      const struct stats_sums *sums)
{
    row_text(b, table, text, strlen(text), sums, NULL);
}

/* Twice what there is, or what each end sent: people must know what the sums of a column are. */
static const char *side_text(const struct batch *b)
{
    static const char *const texts[] = { [STATS_EITHER] = ", each flow at both of its ends",
                                         [STATS_SENT] = ", what each sent",
                                         [STATS_RECEIVED] = ", what each received" };
    enum stats_kind kind = kind_of(b->config->report);
    if (kind == STATS_TALKERS)
        return texts[options_of(b)->side];
    return kind == STATS_INTERFACES ? ", each flow where it came in and where it went out" : "";
}

static void footing(struct batch *b, const struct table *table, const struct stats *stats,
                    const struct stats_sums *rest)
{
    char text[64];
    if (stats->groups > stats->count) {
        snprintf(text, sizeof text, "%llu more", (unsigned long long)(stats->groups - stats->count));
        row_named(b, table, text, rest);
    }
    if (stats->none.flows > 0)
        row_named(b, table, none_of(b), &stats->none);
    row_named(b, table, "total", &stats->total);
    strbuf_format(&b->out, "\nby %s%s; ", report_unit(options_of(b)->unit), side_text(b));
    report_base_text(&b->out, &stats->total, stats->records);
}

static void all_text(struct batch *b, const struct stats *stats, const struct stats_sums *rest)
{
    struct label label = { 0 };
    struct stats_sums largest = stats->total;
    struct table table = { .width = 18 };
    for (size_t i = 0; i < stats->count; i++) {
        label_group(b, &label, &stats->group[i].key);
        table.width = label.text.length > table.width ? label.text.length : table.width;
    }
    largest.bytes = rest->bytes > largest.bytes ? rest->bytes : largest.bytes;
    largest.packets = rest->packets > largest.packets ? rest->packets : largest.packets;
    largest.flows = rest->flows > largest.flows ? rest->flows : largest.flows;
    table.widths = report_widths(&largest);
    table.most = stats->count > 0 ? stats_amount(&stats->group[0].sums, options_of(b)->unit) : 0;
    if (!b->config->quiet)
        row_named(b, &table, title_of(b), NULL);
    for (size_t i = 0; i < stats->count && batch_line(b); i++) {
        label_group(b, &label, &stats->group[i].key);
        row_text(b, &table, label.text.data, label.text.length, &stats->group[i].sums, stats);
    }
    if (!b->config->quiet)
        footing(b, &table, stats, rest);
    strbuf_release(&label.json);
    strbuf_release(&label.text);
}

static void end(struct batch *b)
{
    const struct report_options *options = options_of(b);
    struct query_data data = batch_data(b);
    struct stats_request request = {
        .data = &data,
        .chosen = match_bits(b->match),
        .kind = kind_of(b->config->report),
        .unit = options->unit,
        .side = options->side,
        .by = options->by,
        .net4 = options->net4,
        .net6 = options->net6,
        .top = (size_t)(options->top_given ? options->top : TOP_DEFAULT),
        .names = b->config->names,
        .threads = b->threads,
    };
    struct stats stats;
    (void)stats_make(&request, &stats, NULL); /* nobody cancels it */
    resolve(b, &stats);
    struct stats_sums rest = stats_rest(&stats);
    if (b->config->json)
        all_json(b, &stats, &rest);
    else
        all_text(b, &stats, &rest);
    stats_release(&stats);
}

const struct show show_groups = { .keep_flows = true, .keep_pairs = true, .match = MATCH_ROWS, .end = end };
