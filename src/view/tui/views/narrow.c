/* SPDX-License-Identifier: MIT */
#include "view/tui/views/narrow.h"

#include <inttypes.h>

#include "nfdec/record.h"
#include "query/field.h"
#include "view/format.h"
#include "view/tui/screen/amount.h"

#define VALUE_MOST 256 /* octets of text of a value */

bool narrow(struct app *app, const char *text)
{
    const char *before = app_filter_text(app);
    struct strbuf filter = { 0 };
    if (*before)
        strbuf_format(&filter, "(%s) and %s", before, text);
    else
        strbuf_text(&filter, text);
    bool used = app_set_filter(app, filter.data);
    strbuf_release(&filter);
    return used;
}

void narrow_exporter(struct strbuf *out, const struct nfdec_session *session)
{
    struct addr address = addr_from(session->address, session->address_length);
    strbuf_text(out, "exporter == ");
    amount_endpoint(out, &address, false, 0);
    if (session->version == 5 || session->version >= 9)
        strbuf_format(out, " and domain == %" PRIu32, session->domain);
}

/* Elements that are columns of all flows, which is quicker to ask for; and the same for all of their kind. */
static const struct {
    uint16_t id;
    enum field_symbol field;
} usual[] = {
    { 1, FIELD_BYTES },     { 2, FIELD_PACKETS }, { 4, FIELD_PROTO },   { 5, FIELD_TOS },
    { 6, FIELD_TCP_FLAGS }, { 7, FIELD_SPORT },   { 8, FIELD_SRC },     { 10, FIELD_INPUT },
    { 11, FIELD_DPORT },    { 12, FIELD_DST },    { 14, FIELD_OUTPUT }, { 16, FIELD_SRC_AS },
    { 17, FIELD_DST_AS },   { 27, FIELD_SRC },    { 28, FIELD_DST },
};

static void name_of(struct strbuf *out, const struct nfdec_field_spec *spec)
{
    for (size_t i = 0; i < sizeof usual / sizeof *usual && spec->pen == 0 && spec->element; i++) {
        if (usual[i].id != spec->id)
            continue;
        strbuf_text(out, field_table[usual[i].field].name);
        return;
    }
    if (spec->element)
        strbuf_text(out, spec->name);
    else
        strbuf_format(out, "%" PRIu32 ".%u", spec->pen, spec->id);
}

static void quoted(struct strbuf *out, const struct nfdec_value *value)
{
    strbuf_char(out, '"');
    for (uint32_t i = 0; i < value->length; i++) {
        char c = (char)value->octets[i];
        if (c == '"' || c == '\\')
            strbuf_char(out, '\\');
        strbuf_char(out, c);
    }
    strbuf_char(out, '"');
}

/* Only what can be typed. */
static bool plain(const struct nfdec_value *value)
{
    for (uint32_t i = 0; i < value->length; i++)
        if (value->octets[i] < 0x20 || value->octets[i] > 0x7E)
            return false;
    return value->length > 0 && value->length < VALUE_MOST;
}

bool narrow_field(struct strbuf *out, const struct packet *packet, const struct tree_node *node)
{
    const struct nfdec_field_spec *spec = node->what;
    char text[VALUE_MOST];
    if (node->kind != NODE_FIELD || node->branch || spec->scope)
        return false;
    struct nfdec_value value =
        nfdec_value_read((enum nfdec_type)spec->type, packet->octets + node->offset, node->length);
    name_of(out, spec);
    strbuf_text(out, " == ");
    switch (value.kind) {
    case NFDEC_VALUE_STRING:
        if (!plain(&value))
            return false;
        quoted(out, &value);
        return true;
    case NFDEC_VALUE_OCTETS:
    case NFDEC_VALUE_LIST:
        return false;
    default:
        strbuf_add(out, text, nfdec_value_text(&value, text, sizeof text));
        return true;
    }
}
