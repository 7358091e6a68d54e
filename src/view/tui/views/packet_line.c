/* SPDX-License-Identifier: MIT */
#include "view/tui/views/packet_line.h"

#include <inttypes.h>

#include "base/be.h"
#include "base/time.h"
#include "nfdec/announced.h"
#include "nfdec/record.h"
#include "view/format.h"
#include "view/tui/packet/header.h"
#include "view/tui/screen/amount.h"
#include "view/tui/views/facts.h"
#include "view/tui/views/packet_value.h"

#define IDS_SHOWN 8 /* of the templates of a set */

void packet_exporter(struct strbuf *out, const struct nfdec_session *session)
{
    struct addr address = addr_from(session->address, session->address_length);
    amount_endpoint(out, &address, false, 0);
    if (session->version == 5 || session->version >= 9)
        strbuf_format(out, " domain %u", session->domain);
}

/* --- frame, message --- */

static void frame_words(const struct packet *packet, struct strbuf *out)
{
    const struct datagram *d = &packet->datagram;
    if (packet->framed || packet->reassembled)
        strbuf_format(out, "Frame %" PRIu64 "  ", ledger_frame(packet->number));
    else
        strbuf_text(out, "Given in hex  ");
    if (packet->reassembled)
        strbuf_text(out, "from fragments, ");
    format_count(out, packet->wire_length, "octet");
    if (packet->length < packet->wire_length)
        strbuf_format(out, ", %u captured", packet->length);
    if (d->src.family == 0)
        return;
    strbuf_text(out, "  UDP ");
    amount_endpoint(out, &d->src, true, d->sport);
    strbuf_text(out, " → ");
    amount_endpoint(out, &d->dst, true, d->dport);
}

static void message_words(const struct packet *packet, const struct tree_node *node, struct strbuf *out)
{
    const struct nfdec_message *m = &packet->message[node->number];
    strbuf_format(out, "%s%s  ", m->version == 10 ? "" : "NetFlow ", format_version(m->version));
    if (m->version == 9)
        strbuf_format(out, "source id %u  ", m->session->domain);
    if (m->version == 10)
        strbuf_format(out, "domain %u  ", m->session->domain);
    if (m->version == 5)
        strbuf_format(out, "engine %u/%u  ", m->engine_type, m->engine_id);
    if (m->version != 1)
        strbuf_format(out, "sequence %u  ", m->sequence);
    format_utc_time(out, m->export_time);
    strbuf_format(out, m->version == 10 ? "  length %u" : "  count %u", m->count);
    if (m->version != 10)
        strbuf_format(out, "  uptime %.1f s", m->uptime / 1000.0);
}

static void header_field_words(const struct packet *packet, const struct tree_node *node, struct strbuf *name,
                               struct strbuf *value)
{
    const struct nfdec_message *m = &packet->message[node->count];
    const struct header_field *field = &header_fields(m->version)[node->number];
    uint64_t number = be_n(packet->octets + node->offset, node->length);
    strbuf_text(name, field->name);
    strbuf_unsigned(value, number);
    if (field->unit == 'm')
        strbuf_format(value, " ms");
    if (field->unit == 's') {
        strbuf_text(value, "  ");
        format_utc_time(value, (int64_t)number * (int64_t)TIME_SECOND);
    }
    if (field->unit == 'S' && number != 0)
        strbuf_format(value, "  mode %u, 1 in %u", (unsigned)(number >> 14), (unsigned)(number & 0x3FFF));
}

/* --- sets --- */

/* Where the template stands that a set was read with. */
static void template_origin(const struct packet *packet, const struct packet_set *s, struct strbuf *out)
{
    const struct nfdec_template *t = s->set.template;
    if (s->tried) {
        strbuf_text(out, "  (tried with the template of ");
        packet_exporter(out, t->session);
        strbuf_char(out, ')');
        return;
    }
    if (t->kind == NFDEC_TEMPLATE_FIXED)
        return;
    strbuf_text(out, "  (template: ");
    if (t->first_packet == packet->number)
        strbuf_text(out, "this frame");
    else
        strbuf_format(out, "frame %" PRIu64, ledger_frame(t->first_packet));
    if (s->set.late)
        strbuf_text(out, ", which came later");
    if (s->set.borrowed)
        strbuf_format(out, ", from port %u", t->session->port);
    if (t->version > 1)
        strbuf_format(out, ", version %u", t->version);
    strbuf_char(out, ')');
}

static void announced_words(const struct nfdec_set *set, const struct session *run, struct strbuf *out)
{
    struct nfdec_announced announced;
    unsigned shown = 0;
    bool options = set->kind == NFDEC_SET_OPTIONS_TEMPLATES;
    strbuf_text(out, options ? "Options templates" : "Templates");
    if (!run) {
        strbuf_format(out, ", %u", set->records);
        return;
    }
    nfdec_announced_begin(&announced, set);
    for (; shown < IDS_SHOWN && nfdec_announced_next(&announced); shown++)
        strbuf_format(out, "%s%s %u", shown ? "," : "", announced.withdrawal ? " withdrawn" : "",
                      announced.id);
    if (set->records > shown)
        strbuf_format(out, " and %u more", set->records - shown);
}

static void set_words(const struct packet *packet, const struct tree_node *node, const struct session *run,
                      struct strbuf *out)
{
    const struct packet_set *s = &packet->set[node->set];
    const struct nfdec_set *set = &s->set;
    bool headed = set->message->version >= 9;
    uint32_t octets = node->length;
    if (headed)
        strbuf_format(out, "%s %u  ", set->message->version == 9 ? "FlowSet" : "Set",
                      node->set - packet->message_sets[set->message - packet->message] + 1);
    if (set->kind == NFDEC_SET_TEMPLATES || set->kind == NFDEC_SET_OPTIONS_TEMPLATES) {
        announced_words(set, run, out);
        return;
    }
    strbuf_text(out, set->kind == NFDEC_SET_OPTIONS   ? "Options data"
                     : set->kind == NFDEC_SET_UNKNOWN ? "Reserved"
                                                      : "Data");
    if (headed)
        strbuf_format(out, " %u", set->id);
    strbuf_text(out, ", ");
    if (set->template && s->tried) {
        format_count(out, octets, "octet");
        template_origin(packet, s, out);
    } else if (set->template) {
        format_count(out, set->records, set->kind == NFDEC_SET_OPTIONS ? "record" : "flow");
        template_origin(packet, s, out);
    } else {
        format_count(out, octets, "octet");
        strbuf_text(out, set->state == NFDEC_SET_WAITING ? ", waits for its template" : ", not decoded");
    }
}

static void template_words(const struct tree_node *node, struct strbuf *out)
{
    const struct nfdec_template *t = node->what;
    bool withdrawal = node->type != 0;
    if (withdrawal && node->number < 256) {
        strbuf_text(out, "Withdrawal of all templates of this kind");
        return;
    }
    strbuf_format(out, "%s %u", withdrawal ? "Withdrawal of template" : "Template", node->number);
    if (withdrawal)
        return;
    strbuf_text(out, ", ");
    format_count(out, node->count, "field");
    if (t && t->scope_count > 0)
        strbuf_format(out, ", %u of them scope", t->scope_count);
    if (t && t->version > 1)
        strbuf_format(out, ", version %u", t->version);
    if (!t)
        strbuf_text(out, ", not kept");
}

static void specifier_words(const struct packet *packet, const struct tree_node *node, struct strbuf *name,
                            struct strbuf *value)
{
    const struct nfdec_field_spec *spec = node->what;
    const uint8_t *p = packet->octets + node->offset;
    uint16_t length = be16(p + 2);
    if (spec)
        packet_field_name(name, spec);
    else
        strbuf_format(name, "element %u", be16(p));
    if (length == NFDEC_VARIABLE)
        strbuf_text(value, "variable length");
    else
        format_count(value, length, "octet");
    if (spec)
        strbuf_format(value, ", %s", nfdec_type_name((enum nfdec_type)spec->type));
}

/* --- records --- */

/* "tcp 10.0.0.1:1234 → 10.0.0.2:80  75 pkts  98.9k"; false: it is no flow of the store. */
static bool flow_words(const struct packet_set *s, uint32_t record, const struct session *run,
                       const struct app_forms *forms, struct strbuf *out)
{
    struct flow_origin origin;
    struct flow_row row;
    if (!run || s->first_row == LEDGER_NO_ROW || s->tried)
        return false;
    facts_origin(run, s->first_row + record, &origin);
    flow_store_row(session_store(run), s->first_row + record, &row);
    if (!origin.known || row.src.family == 0 || row.dst.family == 0)
        return false;
    bool icmp = facts_icmp(&origin, &row);
    bool ports = !icmp && origin.columns & NFDEC_BIT(SPORT);
    if (origin.columns & NFDEC_BIT(PROTO)) {
        format_protocol(out, (uint8_t)row.value[NFDEC_COL_PROTO]);
        strbuf_char(out, ' ');
    }
    amount_endpoint(out, &row.src, ports, (uint16_t)row.value[NFDEC_COL_SPORT]);
    strbuf_text(out, " → ");
    amount_endpoint(out, &row.dst, ports, (uint16_t)row.value[NFDEC_COL_DPORT]);
    if (origin.columns & NFDEC_BIT(PACKETS)) {
        strbuf_text(out, "  ");
        amount_octets(out, row.value[NFDEC_COL_PACKETS], forms->unit);
        strbuf_text(out, row.value[NFDEC_COL_PACKETS] == 1 ? " pkt" : " pkts");
    }
    if (origin.columns & NFDEC_BIT(BYTES)) {
        strbuf_text(out, "  ");
        amount_octets(out, row.value[NFDEC_COL_BYTES], forms->unit);
        strbuf_text(out, " B");
    }
    return true;
}

/* The first fields, as far as they say something. */
static void first_fields(const struct packet *packet, const struct tree_node *node, struct strbuf *out)
{
    const struct packet_set *s = &packet->set[node->set];
    struct nfdec_record record = { .set = &s->set,
                                   .template = s->set.template,
                                   .data = packet->octets + node->offset,
                                   .length = node->length };
    struct nfdec_field field;
    nfdec_field_begin(&field, &record);
    for (unsigned shown = 0; shown < 3 && nfdec_field_next(&field); shown++) {
        char text[40];
        nfdec_field_text(&field, text, sizeof text);
        strbuf_format(out, "%s%s %s", shown ? ", " : "", field.spec->name, text);
    }
}

static void record_words(const struct packet *packet, const struct tree_node *node, const struct session *run,
                         const struct app_forms *forms, struct strbuf *out)
{
    const struct packet_set *s = &packet->set[node->set];
    bool options = s->set.kind == NFDEC_SET_OPTIONS;
    strbuf_format(out, "%s %u  ", options ? "Record" : "Flow", node->record + 1);
    if (!flow_words(s, node->record, run, forms, out))
        first_fields(packet, node, out);
}

static void other_words(const struct tree_node *node, struct strbuf *out)
{
    const struct nfdec_template *t = node->what;
    strbuf_format(out, "T reads it with template %u of ", t->id);
    packet_exporter(out, t->session);
    strbuf_text(out, " (");
    format_count(out, t->field_count, "field");
    strbuf_text(out, t->variable ? ", at least " : ", ");
    format_count(out, t->record_length, "octet");
    strbuf_text(out, " a record)");
}

bool packet_line_sized(const struct tree_node *node)
{
    return node->kind == NODE_FIELD || node->kind == NODE_VALUE || node->kind == NODE_HEADER_FIELD;
}

static void list_words(const struct tree_node *node, struct strbuf *value)
{
    const struct nfdec_field_spec *spec = node->what;
    strbuf_format(value, "%s, %s, %u entr%s", nfdec_type_name((enum nfdec_type)spec->type),
                  nfdec_list_semantic_name(node->type), node->count, node->count == 1 ? "y" : "ies");
    if (node->malformed)
        strbuf_text(value, ", does not fit its field");
}

static void field_words(const struct packet *packet, const struct tree_node *node, const struct session *run,
                        struct strbuf *name, struct strbuf *value)
{
    const struct nfdec_field_spec *spec = node->what;
    packet_field_name(name, spec);
    if (node->branch || node->malformed)
        list_words(node, value);
    else
        packet_field_value(packet, node, run, value);
}

static void list_record_words(const struct tree_node *node, struct strbuf *out)
{
    const struct nfdec_template *t = node->what;
    strbuf_format(out, "Entry %u  template %u", node->number + 1, node->count);
    if (!t)
        strbuf_text(out, ", which is not known");
}

static bool all_zero(const struct packet *packet, const struct tree_node *node)
{
    for (uint32_t i = 0; i < node->length; i++)
        if (packet->octets[node->offset + i] != 0)
            return false;
    return true;
}

void packet_line(const struct packet *packet, const struct tree_node *node, const struct session *run,
                 const struct app_forms *forms, struct strbuf *name, struct strbuf *value)
{
    char text[ANATOMY_TEXT + NFDEC_DIAGNOSTIC_TEXT];
    switch ((enum node_kind)node->kind) {
    case NODE_FRAME:
        frame_words(packet, name);
        break;
    case NODE_LAYER:
        anatomy_text(&packet->anatomy.header[node->number], packet->octets, text);
        strbuf_text(name, text);
        break;
    case NODE_MESSAGE:
        message_words(packet, node, name);
        break;
    case NODE_HEADER:
        strbuf_text(name, "Header, ");
        format_count(name, node->length, "octet");
        break;
    case NODE_HEADER_FIELD:
        header_field_words(packet, node, name, value);
        break;
    case NODE_SET:
        set_words(packet, node, run, name);
        break;
    case NODE_SET_HEADER:
        strbuf_format(name, "Set header, id %u, length %u", be16(packet->octets + node->offset),
                      be16(packet->octets + node->offset + 2));
        break;
    case NODE_TEMPLATE:
        template_words(node, name);
        break;
    case NODE_SPECIFIER:
        specifier_words(packet, node, name, value);
        break;
    case NODE_RECORD:
        record_words(packet, node, run, forms, name);
        break;
    case NODE_FIELD:
        field_words(packet, node, run, name, value);
        break;
    case NODE_LIST_RECORD:
        list_record_words(node, name);
        break;
    case NODE_VALUE:
        packet_list_value(packet, node, name, value);
        break;
    case NODE_PADDING:
        format_count(name, node->length, "octet");
        strbuf_text(name, all_zero(packet, node) ? " of padding" : " behind the last record, not zero");
        break;
    case NODE_OCTETS:
        format_count(name, node->length, "octet");
        strbuf_text(name, " that are not decoded");
        break;
    case NODE_REST:
        format_count(name, node->length, "octet");
        strbuf_text(name, " behind the last message");
        break;
    case NODE_DIAGNOSTIC:
        nfdec_diagnostic_text(&packet->diagnostic[node->number], text, sizeof text);
        strbuf_text(name, text);
        break;
    case NODE_OTHER:
        other_words(node, name);
        break;
    }
}
