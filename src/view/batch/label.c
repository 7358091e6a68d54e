/* SPDX-License-Identifier: MIT */
#include "view/batch/label.h"

#include <string.h>

#include "view/batch/json.h"
#include "view/batch/shape.h"

static const struct field {
    const char *key;
    enum label_kind kind;
    enum nfdec_column column;
} fields[LABEL_FIELDS] = {
    { "input_name", LABEL_INTERFACE, NFDEC_COL_INPUT },
    { "output_name", LABEL_INTERFACE, NFDEC_COL_OUTPUT },
    { "vrf_name", LABEL_VRF, NFDEC_COL_VRF },
    { "application_name", LABEL_APPLICATION, NFDEC_COL_APPLICATION },
    { "sampler_name", LABEL_SAMPLER, NFDEC_COL_SAMPLER },
    { "src_user", LABEL_USER, NFDEC_COL_SRC },
    { "dst_user", LABEL_USER, NFDEC_COL_DST },
};

unsigned label_fields(const struct labels *labels, const struct origin *origin)
{
    unsigned found = 0;
    for (unsigned i = 0; labels && i < LABEL_FIELDS; i++)
        if (origin->columns >> fields[i].column & 1 && labels_has(labels, origin->session, fields[i].kind))
            found |= 1u << i;
    return found;
}

static struct addr address_of(const struct nfdec_columns *columns, enum nfdec_column column, uint32_t row)
{
    uint64_t family = columns->column[NFDEC_COL_FAMILY][row], value = columns->column[column][row];
    bool source = column == NFDEC_COL_SRC;
    if (family & (source ? NFDEC_SRC_IP4 : NFDEC_DST_IP4))
        return addr_v4((uint32_t)value);
    if (family & (source ? NFDEC_SRC_IP6 : NFDEC_DST_IP6))
        return addr_v6(columns->ip6[value]);
    return (struct addr) { .family = 0 };
}

static const char *name_of(const struct label_row *row, const struct field *field)
{
    if (field->kind != LABEL_USER)
        return labels_find(row->labels, row->session, field->kind,
                           row->columns->column[field->column][row->row]);
    struct addr address = address_of(row->columns, field->column, row->row);
    return address.family ? labels_user(row->labels, row->session, &address) : NULL;
}

void label_add(struct strbuf *out, const struct label_row *row)
{
    for (unsigned i = 0; i < LABEL_FIELDS; i++) {
        const char *name = row->fields >> i & 1 ? name_of(row, &fields[i]) : NULL;
        if (row->csv)
            strbuf_char(out, ',');
        if (name && row->csv)
            csv_value(out, name, strlen(name), true);
        else if (name)
            json_string(out, fields[i].key, name);
    }
}
