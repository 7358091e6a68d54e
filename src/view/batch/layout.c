/* SPDX-License-Identifier: MIT */
#include "view/batch/layout.h"

#include <assert.h>

#include "base/addr.h"
#include "base/digits.h"
#include "view/batch/json.h"
#include "view/batch/label.h"
#include "view/batch/run.h"
#include "view/format.h"

static const struct {
    uint8_t operation, column;
} usual_steps[LAYOUT_USUAL] = {
    { STEP_TIME_START, NFDEC_COL_START },
    { STEP_TIME_END, NFDEC_COL_END },
    { STEP_SOURCE, NFDEC_COL_SRC },
    { STEP_DESTINATION, NFDEC_COL_DST },
    { STEP_MEDIUM, NFDEC_COL_SPORT },
    { STEP_MEDIUM, NFDEC_COL_DPORT },
    { STEP_ICMP, 0 },
    { STEP_SMALL, NFDEC_COL_PROTO },
    { STEP_MEDIUM, NFDEC_COL_PACKETS },
    { STEP_NUMBER, NFDEC_COL_BYTES },
};

static bool is_usual(const struct layout *layout)
{
    for (unsigned i = 0; i < LAYOUT_USUAL; i++)
        if (layout->steps[i].operation != usual_steps[i].operation ||
            layout->steps[i].column != usual_steps[i].column * LAYOUT_STRIDE)
            return false;
    return true;
}

static struct layout_step *add_step(struct layout *layout, unsigned operation, size_t column)
{
    assert(layout->count < LAYOUT_STEPS);
    struct layout_step *step = &layout->steps[layout->count++];
    *step = (struct layout_step) { .operation = (uint8_t)operation, .column = (uint16_t)column };
    return step;
}

/* What is too long for one step begins in one without a value. */
static void add_text(struct layout *layout, const char *text)
{
    for (; *text; text++) {
        struct layout_step *step = &layout->steps[layout->count - 1];
        if (step->length == LAYOUT_OCTETS) {
            struct layout_step *next = add_step(layout, step->operation, step->column);
            step->operation = STEP_TEXT;
            step = next;
        }
        step->text[step->length++] = *text;
    }
}

/* A value, or in CSV where its template has none an empty one. */
static void add_member(struct layout *layout, bool present, enum layout_operation operation,
                       enum nfdec_column column, const char *behind)
{
    if (layout->csv) {
        add_step(layout, present ? operation : STEP_TEXT, column * LAYOUT_STRIDE);
        add_text(layout, ",");
    } else if (present) {
        add_step(layout, operation, column * LAYOUT_STRIDE);
        add_text(layout, ",\"");
        add_text(layout, nfdec_column_name(column));
        add_text(layout, behind);
    }
}

static void add_number(struct layout *layout, enum nfdec_column column)
{
    static const uint8_t usual[NFDEC_COLUMN_COUNT] = {
        [NFDEC_COL_SPORT] = STEP_MEDIUM,   [NFDEC_COL_DPORT] = STEP_MEDIUM,
        [NFDEC_COL_SRC_AS] = STEP_MEDIUM,  [NFDEC_COL_DST_AS] = STEP_MEDIUM,
        [NFDEC_COL_PACKETS] = STEP_MEDIUM, [NFDEC_COL_REVERSE_PACKETS] = STEP_MEDIUM,
        [NFDEC_COL_BYTES] = STEP_NUMBER,   [NFDEC_COL_REVERSE_BYTES] = STEP_NUMBER,
    };
    add_member(layout, layout->origin.columns >> column & 1, usual[column] ? usual[column] : STEP_SMALL,
               column, "\":");
}

/* Of a row, or the same in all of them. */
static void add_sampling(struct layout *layout)
{
    if (layout->origin.columns & (NFDEC_BIT(SAMPLING) | NFDEC_BIT(SAMPLER))) {
        add_step(layout, STEP_SAMPLING, 0);
        return;
    }
    char digits[DIGITS_ROOM];
    *digits_put(digits, layout->sampling) = '\0';
    add_member(layout, layout->sampling != 0, STEP_TEXT, NFDEC_COL_SAMPLING, "\":");
    if (layout->sampling != 0)
        add_text(layout, digits);
}

static void compile(struct layout *layout)
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
    uint32_t columns = layout->origin.columns;
    layout->count = 0;
    add_member(layout, layout->origin.start, STEP_TIME_START, NFDEC_COL_START, "\":\"");
    add_member(layout, layout->origin.end, STEP_TIME_END, NFDEC_COL_END, "\":\"");
    add_member(layout, true, STEP_SOURCE, NFDEC_COL_SRC, "\":\"");
    add_member(layout, true, STEP_DESTINATION, NFDEC_COL_DST, "\":\"");
    add_number(layout, NFDEC_COL_SPORT);
    add_number(layout, NFDEC_COL_DPORT);
    if (layout->csv || columns & (NFDEC_BIT(PROTO) | NFDEC_BIT(ICMP)))
        add_step(layout, STEP_ICMP, 0);
    for (size_t i = 0; i < sizeof middle; i++)
        add_number(layout, (enum nfdec_column)middle[i]);
    add_sampling(layout);
    add_member(layout, columns & NFDEC_BIT(APPLICATION), STEP_APPLICATION, NFDEC_COL_APPLICATION, "\":\"");
    for (size_t i = 0; i < sizeof last; i++)
        add_number(layout, (enum nfdec_column)last[i]);
    if (layout->scaled)
        add_step(layout, STEP_MULTIPLY, 0);
    add_step(layout, STEP_END, 0);
    for (unsigned i = 0; i < LABEL_FIELDS && layout->csv && !layout->labels; i++)
        add_text(layout, ",");
    if (!layout->labels)
        add_text(layout, layout->csv ? "\n" : "}\n");
    layout->usual = is_usual(layout);
}

/* Exporter, domain, version, template, late: each in its column. */
static void prepare_after_csv(struct layout *layout)
{
    const struct nfdec_session *session = layout->origin.session;
    struct strbuf *after = &layout->after;
    struct addr address = exporter_address(session);
    strbuf_char(after, ',');
    format_address(after, &address);
    strbuf_char(after, ',');
    if (version_has_domain(session->version))
        strbuf_unsigned(after, session->domain);
    strbuf_char(after, ',');
    strbuf_unsigned(after, session->version);
    strbuf_char(after, ',');
    if (layout->origin.template->kind != NFDEC_TEMPLATE_FIXED)
        strbuf_unsigned(after, layout->id);
    strbuf_text(after, layout->late ? ",true" : ",");
}

static void prepare_after_json(struct layout *layout)
{
    const struct nfdec_session *session = layout->origin.session;
    struct strbuf *after = &layout->after;
    struct addr address = exporter_address(session);
    strbuf_char(after, ',');
    json_address(after, "exporter", &address);
    if (version_has_domain(session->version))
        json_number(after, "domain", session->domain);
    json_number(after, "version", session->version);
    if (layout->origin.template->kind != NFDEC_TEMPLATE_FIXED)
        json_number(after, "template", layout->id);
    if (layout->late)
        json_bool(after, "late", true);
}

void layout_compile(struct layout *layout)
{
    strbuf_clear(&layout->after);
    if (layout->csv)
        prepare_after_csv(layout);
    else
        prepare_after_json(layout);
    compile(layout);
}

void layout_release(struct layout *layout)
{
    strbuf_release(&layout->after);
}
