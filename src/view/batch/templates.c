/* SPDX-License-Identifier: MIT */
/* Every version of every template that was announced, with its fields. */
#include "view/batch/templates.h"

#include <string.h>

#include "nfdec/decoder.h"
#include "view/batch/json.h"
#include "view/batch/run.h"
#include "view/format.h"

static const char *end_word(uint8_t end)
{
    static const char *const word[] = {
        [NFDEC_TEMPLATE_LIVE] = "live",
        [NFDEC_TEMPLATE_REPLACED] = "replaced",
        [NFDEC_TEMPLATE_WITHDRAWN] = "withdrawn",
        [NFDEC_TEMPLATE_RESTARTED] = "restarted",
    };
    return word[end];
}

static const char *kind_word(const struct nfdec_template *template)
{
    return template->kind == NFDEC_TEMPLATE_OPTIONS ? "options" : "data";
}

void spec_id_text(struct strbuf *out, const struct nfdec_field_spec *spec)
{
    if (spec->pen != 0) {
        strbuf_unsigned(out, spec->pen);
        strbuf_char(out, '/');
    }
    strbuf_unsigned(out, spec->id);
}

const char *spec_v9_name(const struct nfdec_template *template, const struct nfdec_field_spec *spec)
{
    return template->session->version == 9 && !spec->scope ? nfdec_v9_name(spec->id) : NULL;
}

static void field_json(struct strbuf *out, const struct nfdec_template *template,
                       const struct nfdec_field_spec *spec)
{
    const char *v9 = spec_v9_name(template, spec);
    json_open(out, '{');
    if (spec->pen != 0)
        json_number(out, "pen", spec->pen);
    json_number(out, "id", spec->id);
    json_word(out, "name", spec->name);
    if (v9)
        json_word(out, "v9_name", v9);
    if (spec->length == NFDEC_VARIABLE)
        json_word(out, "length", "variable");
    else
        json_number(out, "length", spec->length);
    json_word(out, "type", nfdec_type_name((enum nfdec_type)spec->type));
    if (spec->element && spec->element->semantics != NFDEC_DEFAULT)
        json_word(out, "semantics", nfdec_semantics_name((enum nfdec_semantics)spec->element->semantics));
    if (spec->scope)
        json_bool(out, "scope", true);
    if (spec->reverse)
        json_bool(out, "reverse", true);
    json_close(out, '}');
}

static void announcements_json(struct batch *b, const struct nfdec_template *template)
{
    struct strbuf *out = &b->out;
    file_json(b, out, template->first_packet);
    json_number(out, "first_frame", ledger_frame(template->first_packet));
    json_number(out, "last_frame", ledger_frame(template->last_packet));
    if (template->first_time != 0) {
        json_time(out, "first_time", template->first_time);
        json_time(out, "last_time", template->last_time);
    }
    json_number(out, "announced", template->announced);
    json_word(out, "state", end_word(template->end));
    if (template->end != NFDEC_TEMPLATE_LIVE)
        json_number(out, "end_frame", ledger_frame(template->end_packet));
}

void template_line_json(struct batch *b, const struct nfdec_template *template)
{
    struct strbuf *out = &b->out;
    json_open(out, '{');
    exporter_json(out, template->session, true);
    json_number(out, "template", template->id);
    json_number(out, "template_version", template->version);
    json_word(out, "kind", kind_word(template));
    announcements_json(b, template);
    json_number(out, "records", *template->records);
    json_number(out, "record_length", template->record_length);
    json_bool(out, "variable", template->variable);
    json_number(out, "scope_count", template->scope_count);
    json_key(out, "fields");
    json_open(out, '[');
    for (uint16_t i = 0; i < template->field_count; i++)
        field_json(out, template, &template->fields[i]);
    strbuf_text(out, "]}\n");
}

/* "octetDeltaCount (IN_BYTES)" */
static void name_text(struct strbuf *out, const struct nfdec_template *template,
                      const struct nfdec_field_spec *spec)
{
    const char *v9 = spec_v9_name(template, spec);
    if (spec->scope)
        strbuf_text(out, "scope ");
    strbuf_text(out, spec->name);
    if (v9)
        strbuf_format(out, " (%s)", v9);
}

/* One line of the table; offset SIZE_MAX: behind a field of variable length, so not known. */
static void field_line(struct strbuf *out, const struct nfdec_template *template, uint16_t index,
                       size_t offset, size_t width)
{
    const struct nfdec_field_spec *spec = &template->fields[index];
    strbuf_format(out, "%3u  ", index + 1u);
    size_t at = out->length;
    if (offset == SIZE_MAX)
        strbuf_char(out, '-');
    else
        strbuf_unsigned(out, offset);
    format_right(out, at, 6);
    strbuf_text(out, "  ");
    at = out->length;
    if (spec->length == NFDEC_VARIABLE)
        strbuf_text(out, "var");
    else
        strbuf_unsigned(out, spec->length);
    format_right(out, at, 6);
    strbuf_text(out, "  ");
    at = out->length;
    spec_id_text(out, spec);
    format_pad(out, at, 11);
    strbuf_char(out, ' ');
    at = out->length;
    name_text(out, template, spec);
    format_pad(out, at, width);
    strbuf_format(out, "  %-20s", nfdec_type_name((enum nfdec_type)spec->type));
    if (spec->element && spec->element->semantics != NFDEC_DEFAULT)
        strbuf_format(out, "  %s", nfdec_semantics_name((enum nfdec_semantics)spec->element->semantics));
    while (out->data[out->length - 1] == ' ')
        out->length--;
    strbuf_char(out, '\n');
}

static size_t name_width(const struct nfdec_template *template)
{
    struct strbuf name = { 0 };
    size_t width = 4;
    for (uint16_t i = 0; i < template->field_count; i++) {
        strbuf_clear(&name);
        name_text(&name, template, &template->fields[i]);
        if (name.length > width)
            width = name.length;
    }
    strbuf_release(&name);
    return width;
}

void template_fields_text(struct strbuf *out, const struct nfdec_template *template, unsigned indent)
{
    size_t offset = 0, width = name_width(template);
    size_t at = out->length;
    format_pad(out, at, indent);
    strbuf_format(out, "%3s  %6s  %6s  %-11s %-*s  %-20s  %s\n", "#", "offset", "length", "id", (int)width,
                  "name", "type", "semantics");
    for (uint16_t i = 0; i < template->field_count; i++) {
        at = out->length;
        format_pad(out, at, indent);
        field_line(out, template, i, offset, width);
        if (template->fields[i].length == NFDEC_VARIABLE)
            offset = SIZE_MAX;
        else if (offset != SIZE_MAX)
            offset += template->fields[i].length;
    }
}

static void life_text(struct batch *b, const struct nfdec_template *template)
{
    struct strbuf *out = &b->out;
    strbuf_text(out, "  announced ");
    format_count(out, template->announced, "time");
    strbuf_text(out, template->announced == 1 ? " in frame " : " from frame ");
    place_text(b, out, template->first_packet);
    if (template->announced != 1) {
        strbuf_text(out, " to frame ");
        place_text(b, out, template->last_packet);
    }
    strbuf_text(out, *template->records ? "; used for " : "; not used for any record");
    if (*template->records)
        format_count(out, *template->records, "record");
    if (template->end == NFDEC_TEMPLATE_REPLACED)
        strbuf_text(out, "; replaced by a different definition in frame ");
    else if (template->end == NFDEC_TEMPLATE_WITHDRAWN)
        strbuf_text(out, "; withdrawn in frame ");
    else if (template->end == NFDEC_TEMPLATE_RESTARTED)
        strbuf_text(out, "; ended when its exporter restarted in frame ");
    if (template->end != NFDEC_TEMPLATE_LIVE)
        place_text(b, out, template->end_packet);
    strbuf_char(out, '\n');
}

static void block_text(struct batch *b, const struct nfdec_template *template)
{
    struct strbuf *out = &b->out;
    exporter_text(out, template->session);
    strbuf_format(out, " port %u %s template %u", template->session->port,
                  format_version(template->session->version), template->id);
    if (template->version > 1)
        strbuf_format(out, " version %u", template->version);
    strbuf_format(out, ": %s, ", kind_word(template));
    format_count(out, template->field_count, "field");
    if (template->scope_count > 0)
        strbuf_format(out, " (%u scope)", template->scope_count);
    strbuf_text(out, template->variable ? ", records of at least " : ", records of ");
    format_count(out, template->record_length, "octet");
    strbuf_char(out, '\n');
    life_text(b, template);
    template_fields_text(out, template, 2);
    strbuf_char(out, '\n');
}

static void end(struct batch *b)
{
    const struct nfdec *decoder = session_decoder(b->run);
    const struct nfdec_template *template;
    uint64_t count = 0, all = 0;
    for (uint32_t i = 0; (template = nfdec_template_at(decoder, i)) != NULL && batch_line(b); i++) {
        if (template->kind == NFDEC_TEMPLATE_FIXED)
            continue;
        all++;
        if (!match_template(b->match, template->index))
            continue;
        if (!batch_more(b))
            break;
        count++;
        if (b->config->json)
            template_line_json(b, template);
        else
            block_text(b, template);
    }
    if (!batch_talks(b))
        return;
    if (count > 0 || (b->match && all > 0))
        batch_count(b, count, b->match ? all : count, "template");
    else
        strbuf_text(&b->out, "no templates");
    strbuf_text(&b->out, " in ");
    format_count(&b->out, session_counts(b->run)->exports, "export packet");
    strbuf_char(&b->out, '\n');
}

const struct show show_templates = { .end = end };
