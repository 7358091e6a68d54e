/* SPDX-License-Identifier: MIT */
#include "view/tui/views/packet_value.h"

#include <inttypes.h>

#include "base/be.h"
#include "nfdec/record.h"
#include "view/format.h"

#define VALUE_MOST 512 /* octets of text of a value */

/* Elements whose numbers are told with more than a code's name. */
enum {
    ELEMENT_PROTOCOL = 4,
    ELEMENT_TCP_FLAGS = 6,
    ELEMENT_INGRESS = 10,
    ELEMENT_EGRESS = 14,
    ELEMENT_END_UPTIME = 21,
    ELEMENT_START_UPTIME = 22,
    ELEMENT_SAMPLER = 48,
    ELEMENT_APPLICATION = 95,
    ELEMENT_INGRESS_VRF = 234,
    ELEMENT_EGRESS_VRF = 235,
    ELEMENT_INGRESS_PHYSICAL = 252,
    ELEMENT_EGRESS_PHYSICAL = 253,
    ELEMENT_SELECTOR = 302,
};

void packet_field_name(struct strbuf *out, const struct nfdec_field_spec *spec)
{
    strbuf_format(out, "%s%s (", spec->scope ? "scope " : "", spec->name);
    if (spec->pen != 0)
        strbuf_format(out, "%u/", spec->pen);
    strbuf_format(out, "%u)", spec->id);
}

/* Which names the numbers of an element have; LABEL_KINDS: none. */
static enum label_kind label_kind_of(uint16_t id)
{
    switch (id) {
    case ELEMENT_INGRESS:
    case ELEMENT_EGRESS:
    case ELEMENT_INGRESS_PHYSICAL:
    case ELEMENT_EGRESS_PHYSICAL:
        return LABEL_INTERFACE;
    case ELEMENT_INGRESS_VRF:
    case ELEMENT_EGRESS_VRF:
        return LABEL_VRF;
    case ELEMENT_APPLICATION:
        return LABEL_APPLICATION;
    case ELEMENT_SAMPLER:
    case ELEMENT_SELECTOR:
        return LABEL_SAMPLER;
    default:
        return LABEL_KINDS;
    }
}

static void add_label(struct strbuf *out, const struct nfdec_message *message, const struct session *run,
                      uint16_t id, uint64_t number)
{
    enum label_kind kind = label_kind_of(id);
    const struct labels *labels = run && kind != LABEL_KINDS ? session_labels(run) : NULL;
    const char *label = labels ? labels_find(labels, message->session, kind, number) : NULL;
    if (label)
        strbuf_format(out, "  %s", label);
}

/* Of NetFlow: times since system start, whose begin the header tells. */
static void add_uptime(struct strbuf *out, const struct nfdec_message *message, uint64_t number)
{
    strbuf_text(out, " ms");
    if (message->version == 10 || number > UINT32_MAX)
        return;
    int64_t since = (int64_t)number - (int64_t)message->uptime;
    strbuf_text(out, "  ");
    format_utc_time(out, message->export_time + since * 1000000);
}

static void add_meaning(struct strbuf *out, const struct nfdec_field_spec *spec,
                        const struct nfdec_value *value, const struct nfdec_message *message,
                        const struct session *run)
{
    uint64_t number = value->u;
    if (value->kind == NFDEC_VALUE_OCTETS && spec->pen == 0 && spec->id == ELEMENT_APPLICATION &&
        value->length >= 1 && value->length <= 8) {
        /* the engine in 8 bits, then the selector (RFC 6759), as the column has it */
        number = be_n(value->octets, value->length);
        if (value->length > 1)
            number = (uint64_t)value->octets[0] << 24 | be_n(value->octets + 1, value->length - 1);
        add_label(out, message, run, spec->id, number);
        return;
    }
    if (value->kind != NFDEC_VALUE_UNSIGNED || !spec->element || spec->scope)
        return;
    bool iana = spec->pen == 0;
    if (iana && spec->id == ELEMENT_PROTOCOL && number <= 255) {
        strbuf_text(out, "  ");
        format_protocol(out, (uint8_t)number);
    } else if (iana && spec->id == ELEMENT_TCP_FLAGS && number <= 0xFFFF) {
        strbuf_text(out, "  ");
        format_tcp_flags(out, (uint16_t)number);
    } else if (iana && (spec->id == ELEMENT_START_UPTIME || spec->id == ELEMENT_END_UPTIME)) {
        add_uptime(out, message, number);
    } else {
        const char *name = nfdec_code_name(spec->element, number);
        if (name)
            strbuf_format(out, "  %s", name);
        else if (iana)
            add_label(out, message, run, spec->id, number);
    }
}

static void add_value(struct strbuf *out, const struct nfdec_value *value)
{
    char text[VALUE_MOST];
    size_t length = nfdec_value_text(value, text, sizeof text);
    bool string = value->kind == NFDEC_VALUE_STRING;
    bool octets = value->kind == NFDEC_VALUE_OCTETS || value->kind == NFDEC_VALUE_LIST;
    strbuf_text(out, string ? "\"" : octets && length > 0 ? "0x" : "");
    strbuf_add(out, text, length);
    strbuf_text(out, string ? "\"" : "");
}

void packet_field_value(const struct packet *packet, const struct tree_node *node, const struct session *run,
                        struct strbuf *out)
{
    const struct nfdec_field_spec *spec = node->what;
    const uint8_t *data = packet->octets + node->offset;
    struct nfdec_value value = nfdec_value_read((enum nfdec_type)spec->type, data, node->length);
    add_value(out, &value);
    add_meaning(out, spec, &value, packet->set[node->set].set.message, run);
}

void packet_list_value(const struct packet *packet, const struct tree_node *node, struct strbuf *name,
                       struct strbuf *value)
{
    const struct nfdec_element *element = node->what;
    struct nfdec_value v =
        nfdec_value_read((enum nfdec_type)node->type, packet->octets + node->offset, node->length);
    strbuf_text(name, element ? element->name : "element");
    if (node->pen != 0)
        strbuf_format(name, " (%u/%u)", node->pen, node->number);
    else
        strbuf_format(name, " (%u)", node->number);
    add_value(value, &v);
    const char *code = element && v.kind == NFDEC_VALUE_UNSIGNED ? nfdec_code_name(element, v.u) : NULL;
    if (code)
        strbuf_format(value, "  %s", code);
}
