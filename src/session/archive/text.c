/* SPDX-License-Identifier: MIT */
#include "session/archive/text.h"

#include <inttypes.h>
#include <math.h>

#include "base/addr.h"
#include "base/time.h"
#include "nfdec/record.h"
#include "session/archive/decimal.h"
#include "session/archive/names.h"

static void number(struct strbuf *out, const char *name, uint64_t value)
{
    if (out->data[out->length - 1] != '{')
        strbuf_char(out, ',');
    strbuf_format(out, "\"%s\":%" PRIu64, name, value);
}

/* Seconds since 1970 and the rest in nanoseconds. */
static void split_time(int64_t time, int64_t *seconds, int64_t *rest)
{
    *seconds = time / TIME_SECOND;
    *rest = time % TIME_SECOND;
    if (*rest < 0) {
        *rest += TIME_SECOND;
        *seconds -= 1;
    }
}

/* Keys and their order as the collector writes them, "obervation" included. */
static void add_header(struct strbuf *out, const struct nfdec_message *message)
{
    int64_t seconds, rest;
    split_time(message->export_time, &seconds, &rest);
    strbuf_text(out, "\"header\":{");
    number(out, "version", message->version);
    if (message->version == 10) {
        number(out, "length", message->count);
        number(out, "export_uptime", (uint32_t)seconds);
        number(out, "sequence_number", message->sequence);
        number(out, "obervation_domain_id", message->session->domain);
        strbuf_char(out, '}');
        return;
    }
    number(out, "count", message->count);
    number(out, "uptime", message->uptime);
    number(out, "timestamp", (uint32_t)seconds);
    if (message->version != 9)
        number(out, "timestamp_nano", (uint32_t)rest);
    if (message->version != 1)
        number(out, "sequence", message->sequence);
    if (message->version == 9)
        number(out, "source_id", message->session->domain);
    if (message->version == 5) {
        number(out, "engine_type", message->engine_type);
        number(out, "engine_id", message->engine_id);
        number(out, "sampling_interval", (uint32_t)message->sampling_mode << 14 | message->sampling_interval);
    }
    strbuf_char(out, '}');
}

void archive_text_begin(struct strbuf *out, const struct nfdec_message *message, int64_t arrival)
{
    char text[ADDR_TEXT];
    const struct nfdec_session *session = message->session;
    struct addr client = addr_from(session->address, session->address_length);
    int64_t seconds, rest;
    split_time(arrival, &seconds, &rest);
    addr_text(&client, text);
    strbuf_format(out, "{\"%" PRId64 ".%09" PRId64 "\":{\"client\":[\"%s\",%u],", seconds, rest, text,
                  session->port);
    add_header(out, message);
    strbuf_text(out, ",\"flows\":[");
}

static bool add_address(struct strbuf *out, const struct nfdec_field *field)
{
    char text[ADDR_TEXT];
    struct addr address = addr_from(field->data, field->length);
    if (address.family == 0)
        return false;
    addr_text(&address, text);
    strbuf_format(out, "\"%s\"", text);
    return true;
}

/* Seconds and a fraction, each a number. */
static void add_timestamp(struct strbuf *out, const struct nfdec_field *field)
{
    strbuf_char(out, '[');
    decimal_add(out, field->data, 4);
    strbuf_char(out, ',');
    decimal_add(out, field->data + 4, 4);
    strbuf_char(out, ']');
}

static bool add_float(struct strbuf *out, const struct nfdec_field *field)
{
    struct nfdec_value value = nfdec_field_value(field);
    if (value.kind != NFDEC_VALUE_FLOAT || !isfinite(value.f))
        return false; /* JSON has no word for it */
    size_t before = out->length;
    strbuf_format(out, "%.17g", value.f);
    if (!strpbrk(out->data + before, ".e"))
        strbuf_text(out, ".0");
    return true;
}

static bool add_ipfix_value(struct strbuf *out, const struct nfdec_field *field)
{
    const struct nfdec_element *element = field->spec->element;
    enum nfdec_type type = element ? (enum nfdec_type)element->type : NFDEC_OCTET_ARRAY;
    struct nfdec_value value;
    switch (type) {
    case NFDEC_STRING:
        strbuf_json(out, (const char *)field->data, field->length);
        return true;
    case NFDEC_MICROSECONDS:
    case NFDEC_NANOSECONDS:
        if (field->length == 8) {
            add_timestamp(out, field);
            return true;
        }
        break;
    case NFDEC_FLOAT32:
    case NFDEC_FLOAT64:
        return add_float(out, field);
    case NFDEC_SIGNED8:
    case NFDEC_SIGNED16:
    case NFDEC_SIGNED32:
    case NFDEC_SIGNED64:
        value = nfdec_field_value(field);
        if (value.kind == NFDEC_VALUE_SIGNED) {
            strbuf_signed(out, value.i);
            return true;
        }
        break;
    default:
        break;
    }
    decimal_add(out, field->data, field->length);
    return true;
}

static bool add_value(struct strbuf *out, const struct nfdec_field *field, uint16_t version)
{
    if (version == 10)
        return add_ipfix_value(out, field);
    if (version == 9 && archive_is_address(field->spec->id))
        return add_address(out, field);
    decimal_add(out, field->data, field->length);
    return true;
}

static void add_record(struct strbuf *out, const struct nfdec_record *record)
{
    uint16_t version = record->set->message->version;
    struct nfdec_field field;
    strbuf_char(out, '{');
    nfdec_field_begin(&field, record);
    while (nfdec_field_next(&field)) {
        const char *name = archive_name(version, record->template, field.index);
        size_t before = out->length;
        if (!name)
            continue;
        if (out->data[before - 1] != '{')
            strbuf_char(out, ',');
        strbuf_char(out, '"');
        strbuf_text(out, name);
        strbuf_text(out, "\":");
        if (!add_value(out, &field, version))
            out->length = before;
    }
    strbuf_char(out, '}');
}

void archive_text_set(struct strbuf *out, const struct nfdec_set *set)
{
    struct nfdec_record record;
    nfdec_record_begin(&record, set);
    for (bool first = true; nfdec_record_next(&record); first = false) {
        if (!first)
            strbuf_char(out, ',');
        add_record(out, &record);
    }
}

void archive_text_end(struct strbuf *out)
{
    strbuf_text(out, "]}}\n");
}
