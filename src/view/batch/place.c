/* SPDX-License-Identifier: MIT */
/* Where something was seen and who sent it: frame, file, exporter, record number. */
#include "view/batch/run.h"

#include <string.h>

#include "base/alloc.h"
#include "query/origin.h"
#include "view/batch/json.h"
#include "view/format.h"

static const char *file_of(const struct batch *b, uint64_t packet)
{
    uint16_t input = ledger_input(packet);
    return input < b->config->file_count ? b->config->files[input] : "";
}

void file_json(const struct batch *b, struct strbuf *out, uint64_t packet)
{
    if (b->many)
        json_string(out, "file", file_of(b, packet));
}

void place_json(const struct batch *b, struct strbuf *out, uint64_t packet)
{
    json_number(out, "frame", ledger_frame(packet));
    file_json(b, out, packet);
}

void place_csv(const struct batch *b, struct strbuf *out, uint64_t packet)
{
    strbuf_unsigned(out, ledger_frame(packet));
    strbuf_char(out, ',');
    if (!b->many)
        return;
    struct strbuf clean = { 0 };
    const char *file = file_of(b, packet);
    strbuf_clean(&clean, file, strlen(file));
    csv_value(out, clean.data, clean.length, true);
    strbuf_release(&clean);
}

void place_text(const struct batch *b, struct strbuf *out, uint64_t packet)
{
    if (b->many) {
        const char *file = file_of(b, packet);
        strbuf_clean(out, file, strlen(file));
        strbuf_char(out, ':');
    }
    strbuf_unsigned(out, ledger_frame(packet));
}

bool time_known(enum nfdec_time_source source, const struct ledger_set *set)
{
    return query_time_known(source, set->no_time_base);
}

bool version_has_domain(uint16_t version)
{
    return query_has_domain(version);
}

struct addr exporter_address(const struct nfdec_session *session)
{
    return query_exporter(session);
}

void exporter_json(struct strbuf *out, const struct nfdec_session *session, bool port)
{
    struct addr address = exporter_address(session);
    json_address(out, "exporter", &address);
    if (port)
        json_number(out, "port", session->port);
    json_number(out, "version", session->version);
    if (version_has_domain(session->version))
        json_number(out, "domain", session->domain);
}

void exporter_text(struct strbuf *out, const struct nfdec_session *session)
{
    struct addr address = exporter_address(session);
    if (address.family)
        format_address(out, &address);
    else
        strbuf_char(out, '-');
    if (version_has_domain(session->version)) {
        strbuf_text(out, " domain ");
        strbuf_unsigned(out, session->domain);
    }
}

const char *set_kind_name(uint8_t kind)
{
    static const char *const name[] = {
        [NFDEC_SET_TEMPLATES] = "templates", [NFDEC_SET_OPTIONS_TEMPLATES] = "options-templates",
        [NFDEC_SET_DATA] = "data",           [NFDEC_SET_OPTIONS] = "options",
        [NFDEC_SET_UNKNOWN] = "unknown",
    };
    return kind < sizeof name / sizeof name[0] ? name[kind] : name[NFDEC_SET_UNKNOWN];
}

const char *set_state_name(uint8_t state)
{
    static const char *const name[] = {
        [NFDEC_SET_DECODED] = "decoded",
        [NFDEC_SET_WAITING] = "undecoded",
        [NFDEC_SET_UNDECODED] = "undecoded",
    };
    return name[state];
}

uint32_t *record_numbers(const struct ledger *ledger)
{
    uint32_t count = ledger_set_count(ledger);
    uint32_t *numbers = alloc_array(count ? count : 1, sizeof *numbers);
    uint64_t packet = UINT64_MAX;
    uint32_t records = 0;
    for (uint32_t i = 0; i < count; i++) {
        const struct ledger_set *set = ledger_set(ledger, i);
        uint64_t here = ledger_message(ledger, set->message)->packet;
        if (here != packet)
            records = 0;
        packet = here;
        numbers[i] = records;
        bool data = set->kind == NFDEC_SET_DATA || set->kind == NFDEC_SET_OPTIONS;
        if (data && set->state == NFDEC_SET_DECODED)
            records += set->records;
    }
    return numbers;
}

bool row_place(const struct ledger *ledger, struct query_sets *sets, const uint32_t *numbers, uint64_t row,
               uint64_t *packet, uint64_t *record)
{
    uint32_t index = query_set_of_row(ledger, sets, row);
    if (index == LEDGER_NONE)
        return false;
    const struct ledger_set *set = ledger_set(ledger, index);
    *packet = ledger_message(ledger, set->message)->packet;
    *record = numbers[index] + (row - set->first_row) + 1;
    return true;
}
