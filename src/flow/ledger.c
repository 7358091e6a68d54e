/* SPDX-License-Identifier: MIT */
#include "flow/ledger.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/apart.h"
#include "base/be.h"
#include "base/chunks.h"
#include "base/map.h"
#include "base/order.h"
#include "base/prefetch.h"
#include "flow/clock.h"
#include "flow/ledger_sequence.h"
#include "flow/ledger_state.h"
#include "nfdec/announced.h"

#define DIAGNOSTICS_KEPT (1u << 20)

static struct ledger_message *message_at(const struct ledger *ledger, size_t index)
{
    return chunks_at(&ledger->messages, index);
}

static struct ledger_set *set_at(const struct ledger *ledger, size_t index)
{
    return chunks_at(&ledger->sets, index);
}

static uint32_t row_set_at(const struct ledger *ledger, size_t index)
{
    return *(const uint32_t *)chunks_at(&ledger->row_sets, index);
}

void ledger_keep_brief(struct ledger *ledger)
{
    ledger->brief = true;
}

void ledger_free(struct ledger *ledger)
{
    if (!ledger)
        return;
    chunks_release(&ledger->messages);
    chunks_release(&ledger->sets);
    chunks_release(&ledger->row_sets);
    ledger_sequence_free(ledger);
    for (size_t i = 0; i < ledger->exporter_count && ledger->exporter[i].facts; i++)
        facts_release(ledger->exporter[i].facts);
    arena_release(&ledger->facts);
    free(ledger->exporter);
    free(ledger->session);
    free(ledger->template);
    free(ledger->diagnostic);
    map_release(&ledger->waiting);
    free(ledger);
}

/* Sessions and families are numbered in order of appearance, by the decoder: new ones come one by one. */
static void make_exporters(struct ledger *ledger, const struct nfdec_session *session)
{
    while (ledger->exporter_count <= session->family) {
        ledger->exporter = alloc_grow(ledger->exporter, ledger->exporter_count, &ledger->exporter_capacity,
                                      sizeof *ledger->exporter);
        struct facts *facts =
            ledger->exporter_count < LEDGER_FACTS ? arena_take(&ledger->facts, sizeof *facts) : NULL;
        ledger->exporter[ledger->exporter_count++] =
            (struct ledger_exporter) { .first_session = session->index, .facts = facts };
    }
    while (ledger->session_count <= session->index) {
        ledger->session = alloc_grow(ledger->session, ledger->session_count, &ledger->session_capacity,
                                     sizeof *ledger->session);
        struct ledger_session *s = &ledger->session[ledger->session_count++];
        *s = (struct ledger_session) { .session = session, .family = session->family };
        ledger->exporter[session->family].sessions++;
        ledger_sequence_session(ledger, s);
    }
}

static inline struct ledger_exporter *exporter_of_session(struct ledger *ledger,
                                                          const struct nfdec_session *session)
{
    if (session->index >= ledger->session_count)
        make_exporters(ledger, session);
    return &ledger->exporter[session->family];
}

/* About a message under way, or one that was in doubt. */
static void note(struct ledger *ledger, const struct counting_message *m, enum nfdec_code code, uint64_t a,
                 uint64_t b)
{
    struct nfdec_diagnostic d = { .packet = m->packet,
                                  .a = a,
                                  .b = b,
                                  .session = ledger->session[m->session].session,
                                  .offset = m->offset,
                                  .code = (uint16_t)code };
    ledger_diagnose(ledger, &d);
}

static void note_event(void *user, const struct counting_message *m, enum sequence_event event,
                       uint32_t units, uint32_t before)
{
    struct ledger *ledger = user;
    const struct counting *c = &ledger->session[m->session].counting;
    if (event == SEQUENCE_GAP)
        note(ledger, m, NFDEC_DIAG_SEQUENCE_GAP, units, c->way + 1u);
    else if (event == SEQUENCE_REBOOT)
        note(ledger, m, NFDEC_DIAG_EXPORTER_RESTART, before, m->uptime);
    else if (event == SEQUENCE_RESTART)
        note(ledger, m, NFDEC_DIAG_SEQUENCE_RESTART, m->number, before);
}

static void note_unit(void *user, const struct counting_message *m, enum nfdec_counting counting)
{
    ledger_sequence_recount(user, m, counting);
    note(user, m, NFDEC_DIAG_SEQUENCE_UNIT, counting, 0);
}

static void note_together(void *user, const struct counting_message *m)
{
    note(user, m, NFDEC_DIAG_SEQUENCE_TOGETHER, 0, 0);
}

struct ledger *ledger_new(void)
{
    struct ledger *ledger = alloc_new(sizeof *ledger);
    ledger->messages = (struct chunks) { .size = sizeof(struct ledger_message), .shift = 12 };
    ledger->sets = (struct chunks) { .size = sizeof(struct ledger_set), .shift = 12 };
    ledger->row_sets = (struct chunks) { .size = sizeof(uint32_t), .shift = 14 };
    ledger->report = (struct counting_report) {
        .event = note_event, .unit = note_unit, .together = note_together, .user = ledger
    };
    return ledger;
}

static void note_clock(struct ledger_exporter *e, struct ledger_session *session,
                       const struct nfdec_message *m)
{
    int64_t skew = clock_distance(m->export_time, m->time);
    if (e->packets == 0 || m->time < e->first_time)
        e->first_time = m->time;
    if (e->packets == 0 || m->time > e->last_time)
        e->last_time = m->time;
    if (e->packets == 0 || skew < e->min_skew)
        e->min_skew = skew;
    if (e->packets == 0 || skew > e->max_skew)
        e->max_skew = skew;
    if (e->facts)
        facts_message(e->facts, &session->clock, m);
}

struct facts *ledger_facts(struct ledger *ledger, const struct nfdec_session *session)
{
    return exporter_of_session(ledger, session)->facts;
}

static struct ledger_template *template_of(struct ledger *ledger, const struct nfdec_template *template)
{
    while (ledger->template_count <= template->index) {
        ledger->template = alloc_grow(ledger->template, ledger->template_count, &ledger->template_capacity,
                                      sizeof *ledger->template);
        ledger->template[ledger->template_count++] = (struct ledger_template) { .seen = false };
    }
    return &ledger->template[template->index];
}

bool ledger_first_time(struct ledger *ledger, const struct nfdec_template *template, unsigned what)
{
    struct ledger_template *t = template_of(ledger, template);
    bool first = !((unsigned)t->told >> what & 1u);
    t->told = (uint8_t)(t->told | 1u << what);
    return first;
}

/* A message that came twice announces nothing anew. */
static void note_announced(struct ledger *ledger, const struct nfdec_message *m,
                           const struct nfdec_template *template, struct facts *facts)
{
    struct ledger_template *t = template_of(ledger, template);
    if (t->seen && t->sequence == m->sequence && t->export_time == m->export_time)
        return;
    if (t->seen && facts)
        facts_refresh(facts, m, clock_distance(m->time, t->time));
    t->seen = true;
    t->time = m->time;
    t->export_time = m->export_time;
    t->sequence = m->sequence;
}

static APART void note_templates(struct ledger *ledger, const struct nfdec_set *set)
{
    struct facts *facts = ledger_facts(ledger, set->message->session);
    struct nfdec_announced announced;
    nfdec_announced_begin(&announced, set);
    while (nfdec_announced_next(&announced))
        if (announced.template)
            note_announced(ledger, set->message, announced.template, facts);
}

void ledger_expect(const struct ledger *ledger, const struct nfdec_session *session)
{
    if (session->index >= ledger->session_count)
        return;
    prefetch(&ledger->session[session->index], offsetof(struct ledger_session, counting.right));
    prefetch(&ledger->exporter[session->family], offsetof(struct ledger_exporter, sequence.lost));
}

void ledger_expect_facts(const struct ledger *ledger, const struct nfdec_session *session)
{
    if (session->index < ledger->session_count && ledger->exporter[session->family].facts)
        facts_expect(ledger->exporter[session->family].facts);
}

void ledger_message_begin(struct ledger *ledger, const struct nfdec_message *m, uint16_t dport)
{
    struct ledger_exporter *e = exporter_of_session(ledger, m->session);
    note_clock(e, &ledger->session[m->session->index], m);
    e->packets++;
    if (m->sampling_interval)
        e->header_sampling = m->sampling_interval;
    memset(ledger->records, 0, sizeof ledger->records);
    ledger->units_unknown = false;
    ledger->content = 0;
    if (ledger->brief)
        ledger->messages.count = ledger->sets.count = 0;
    ledger->message = chunks_add(&ledger->messages);
    *ledger->message =
        (struct ledger_message) { .packet = m->packet,
                                  .time = m->time,
                                  .export_time = m->export_time,
                                  .session = m->session->index,
                                  .sequence = m->sequence,
                                  .uptime = m->uptime,
                                  .offset = m->offset,
                                  .length = m->length,
                                  .first_set = (uint32_t)ledger->sets.count,
                                  .version = m->version,
                                  .count = m->count,
                                  .dport = dport,
                                  .sampling = (uint16_t)(m->sampling_mode << 14 | m->sampling_interval),
                                  .engine_type = m->engine_type,
                                  .engine_id = m->engine_id };
}

static void enter_set(struct ledger_set *entry, uint32_t message, const struct nfdec_set *set)
{
    *entry = (struct ledger_set) { .first_row = LEDGER_NO_ROW,
                                   .records = set->records,
                                   .message = message,
                                   .template = set->template ? set->template->index : LEDGER_NONE,
                                   .offset = set->offset,
                                   .length = set->data_offset - set->offset + set->length,
                                   .id = set->id,
                                   .kind = set->kind,
                                   .state = set->state & 3u,
                                   .late = set->late,
                                   .borrowed = set->borrowed,
                                   .no_time_base = set->no_time_base };
}

static void count_late(struct ledger_exporter *e, const struct nfdec_set *set)
{
    if (set->state != NFDEC_SET_DECODED || !set->template)
        return;
    if (set->kind == NFDEC_SET_OPTIONS)
        e->options += set->records;
    else
        e->records += set->records;
}

/* It came before: the message under way has brought its template, or it is the end. */
static void note_late(struct ledger *ledger, const struct nfdec_set *set)
{
    struct facts *facts = ledger_facts(ledger, set->message->session);
    if (facts && ledger->message && set->state == NFDEC_SET_DECODED)
        facts_late_set(facts, set, ledger->message->time);
}

static RARE uint32_t complete_late(struct ledger *ledger, const struct nfdec_set *set)
{
    uint32_t index;
    count_late(exporter_of_session(ledger, set->message->session), set);
    note_late(ledger, set);
    if (!map_take(&ledger->waiting, set->message->packet, set->number, &index))
        return LEDGER_NONE;
    struct ledger_set *entry = set_at(ledger, index);
    enter_set(entry, entry->message, set);
    if (set->message->version != 1 && !message_at(ledger, entry->message)->duplicate)
        ledger_sequence_add(ledger, set);
    return index;
}

/* A little of what stands in a set: messages that share a number differ somewhere there, in counters or ports. */
static uint32_t mix_of(const struct nfdec_set *set)
{
    if (!set->data || set->length < 8)
        return set->length;
    uint32_t middle = set->length / 2 - 4;
    uint64_t mixed = be64(set->data) ^ be64(set->data + set->length - 8) * 5 ^ be64(set->data + middle) * 25;
    return (uint32_t)(mixed * 0x9E3779B97F4A7C15u >> 32);
}

uint32_t ledger_set_add(struct ledger *ledger, const struct nfdec_set *set)
{
    if (set->late)
        return complete_late(ledger, set);
    uint32_t index = (uint32_t)ledger->sets.count;
    enter_set(chunks_add(&ledger->sets), (uint32_t)(ledger->messages.count - 1), set);
    ledger->message->set_count++;
    ledger->records[set->kind] += set->records;
    ledger->content = ledger->content * 31 + mix_of(set);
    if (set->state == NFDEC_SET_WAITING && !ledger->brief)
        map_put(&ledger->waiting, set->message->packet, set->number, index);
    if (set->state != NFDEC_SET_DECODED && set->id >= 256)
        ledger->units_unknown = true;
    if (set->kind <= NFDEC_SET_OPTIONS_TEMPLATES && set->data)
        note_templates(ledger, set);
    return index;
}

void ledger_set_rows(struct ledger *ledger, uint32_t set, uint64_t first_row, uint64_t bytes,
                     uint64_t packets)
{
    struct ledger_set *entry = set_at(ledger, set);
    struct ledger_exporter *e =
        &ledger->exporter[ledger->session[message_at(ledger, entry->message)->session].family];
    e->flows += entry->records;
    e->flow_bytes += bytes;
    e->flow_packets += packets;
    if (first_row == LEDGER_NO_ROW)
        return;
    entry->first_row = first_row;
    *(uint32_t *)chunks_add(&ledger->row_sets) = set;
}

void ledger_set_sums(struct ledger *ledger, const struct nfdec_set *set, uint64_t bytes, uint64_t packets)
{
    struct ledger_exporter *e = exporter_of_session(ledger, set->message->session);
    e->flows += set->records;
    e->flow_bytes += bytes;
    e->flow_packets += packets;
}

/* What tells doubles from messages that share a number. */
static uint32_t stamp_of(const struct nfdec_message *m, uint32_t content)
{
    uint64_t seconds = (uint64_t)m->export_time / 1000000u;
    return (uint32_t)(seconds * 0x9E3779B1u) ^ m->uptime * 0x85EBCA77u ^ m->count ^ content;
}

/* What a message holds that its number may count. A v5 or v7 header says how many flows it counts itself with. */
static void count_units(const struct ledger *ledger, const struct nfdec_message *m,
                        struct counting_message *message)
{
    const uint32_t *records = ledger->records; /* each is an octet at least, so that 16 bits hold them */
    uint32_t flows = records[NFDEC_SET_DATA], data = flows + records[NFDEC_SET_OPTIONS];
    uint32_t all = data + records[NFDEC_SET_TEMPLATES] + records[NFDEC_SET_OPTIONS_TEMPLATES] +
                   records[NFDEC_SET_UNKNOWN];
    if (m->version < 9)
        flows = data = all = m->count;
    message->units[SEQUENCE_UNIT_PACKETS] = 1;
    message->units[SEQUENCE_UNIT_FLOWS] = message->units[SEQUENCE_UNIT_BIFLOWS] = (uint16_t)flows;
    message->units[SEQUENCE_UNIT_RECORDS] = (uint16_t)data;
    message->units[SEQUENCE_UNIT_ALL] = (uint16_t)all;
    message->units[SEQUENCE_UNIT_SETS] = ledger->message->set_count;
}

static bool take_sequence(struct ledger *ledger, const struct nfdec_message *m)
{
    struct counting_message message = { .packet = m->packet,
                                        .export_time = m->export_time,
                                        .number = m->sequence,
                                        .uptime = m->uptime,
                                        .stamp = stamp_of(m, ledger->content),
                                        .offset = m->offset,
                                        .session = m->session->index,
                                        .unknown = ledger->units_unknown ||
                                                   (m->version == 10 && m->length < m->count) };
    count_units(ledger, m, &message);
    return ledger_sequence_take(ledger, &message);
}

void ledger_message_end(struct ledger *ledger, const struct nfdec_message *m)
{
    struct ledger_exporter *e = exporter_of_session(ledger, m->session);
    e->octets += m->length;
    e->records += ledger->records[NFDEC_SET_DATA];
    e->options += ledger->records[NFDEC_SET_OPTIONS];
    ledger->message->length = m->length; /* IPFIX: the header's count is its length */
    if (m->version != 1)                 /* has no sequence numbers */
        ledger->message->duplicate = take_sequence(ledger, m);
}

static int undecoded_reason(enum nfdec_code code)
{
    switch (code) {
    case NFDEC_DIAG_SET_NO_TEMPLATE:
        return LEDGER_NO_TEMPLATE;
    case NFDEC_DIAG_SET_WITHDRAWN:
        return LEDGER_WITHDRAWN;
    case NFDEC_DIAG_RESERVED_SET:
        return LEDGER_RESERVED;
    case NFDEC_DIAG_SET_TOO_SHORT:
    case NFDEC_DIAG_TEMPLATE_EMPTY:
    case NFDEC_DIAG_TEMPLATE_TRUNCATED:
    case NFDEC_DIAG_TEMPLATE_BAD_ID:
        return LEDGER_MALFORMED;
    default:
        return -1;
    }
}

/* What leaves open how many records a message was sent with. */
static bool hides_units(enum nfdec_code code)
{
    return code == NFDEC_DIAG_SET_OVERRUN || code == NFDEC_DIAG_SET_TOO_SHORT ||
           code == NFDEC_DIAG_SET_PARTIAL_RECORD;
}

void ledger_diagnose(struct ledger *ledger, const struct nfdec_diagnostic *d)
{
    ledger->totals[d->code]++;
    if (hides_units((enum nfdec_code)d->code) && ledger->message && ledger->message->packet == d->packet)
        ledger->units_unknown = true;
    if (d->session) {
        struct ledger_exporter *e = exporter_of_session(ledger, d->session);
        int reason = undecoded_reason(d->code);
        e->diagnostics++;
        if (reason >= 0)
            e->undecoded[reason]++;
        if (reason >= 0 && e->facts)
            facts_undecoded_set(e->facts, d, (unsigned)reason);
        else if (e->facts && nfdec_code_severity((enum nfdec_code)d->code) == NFDEC_ERROR &&
                 !e->facts->errors++)
            e->facts->error_packet = d->packet;
    }
    size_t *kept = &ledger->kept[ledger_is_of_rows(d)];
    if (*kept == DIAGNOSTICS_KEPT || (ledger->brief && ledger->diagnostic_count))
        return;
    ++*kept;
    ledger->diagnostic = alloc_grow(ledger->diagnostic, ledger->diagnostic_count,
                                    &ledger->diagnostic_capacity, sizeof *ledger->diagnostic);
    ledger->diagnostic[ledger->diagnostic_count++] = *d;
}

/* By input, frame and offset; diagnostics of the same place stay in the order in which they were made. */
static void sort_diagnostics(struct ledger *ledger)
{
    size_t count = ledger->diagnostic_count;
    uint32_t *index = alloc_array(count, sizeof *index);
    uint64_t *key = alloc_array(count, sizeof *key);
    for (size_t i = 0; i < count; i++) {
        index[i] = (uint32_t)i;
        key[i] = ledger->diagnostic[i].offset;
    }
    order_by_key(index, count, key);
    for (size_t i = 0; i < count; i++)
        key[i] = ledger->diagnostic[i].packet;
    order_by_key(index, count, key);
    free(key);
    struct nfdec_diagnostic *sorted = alloc_array(count, sizeof *sorted);
    for (size_t i = 0; i < count; i++)
        sorted[i] = ledger->diagnostic[index[i]];
    free(index);
    free(ledger->diagnostic);
    ledger->diagnostic = sorted;
    ledger->diagnostic_capacity = count;
}

void ledger_sort(struct ledger *ledger)
{
    ledger_sequence_finish(ledger);
    if (ledger->diagnostic_count)
        sort_diagnostics(ledger);
    for (size_t i = 0; i < ledger->sets.count && ledger->waiting.count; i++)
        if (set_at(ledger, i)->state == NFDEC_SET_WAITING)
            set_at(ledger, i)->state = NFDEC_SET_UNDECODED;
}

uint32_t ledger_message_count(const struct ledger *ledger)
{
    return (uint32_t)ledger->messages.count;
}

const struct ledger_message *ledger_message(const struct ledger *ledger, uint32_t index)
{
    return message_at(ledger, index);
}

uint32_t ledger_set_count(const struct ledger *ledger)
{
    return (uint32_t)ledger->sets.count;
}

const struct ledger_set *ledger_set(const struct ledger *ledger, uint32_t index)
{
    return set_at(ledger, index);
}

uint32_t ledger_set_of_row(const struct ledger *ledger, uint64_t row)
{
    size_t low = 0, high = ledger->row_sets.count;
    while (low < high) { /* the first whose rows begin behind `row` */
        size_t middle = low + (high - low) / 2;
        if (set_at(ledger, row_set_at(ledger, middle))->first_row <= row)
            low = middle + 1;
        else
            high = middle;
    }
    if (!low)
        return LEDGER_NONE;
    uint32_t index = row_set_at(ledger, low - 1);
    const struct ledger_set *set = set_at(ledger, index);
    return row - set->first_row < ledger_set_row_count(set) ? index : LEDGER_NONE;
}

uint32_t ledger_exporter_count(const struct ledger *ledger)
{
    return (uint32_t)ledger->exporter_count;
}

const struct ledger_exporter *ledger_exporter(const struct ledger *ledger, uint32_t family)
{
    return &ledger->exporter[family];
}

const char *ledger_undecoded_name(enum ledger_undecoded reason)
{
    static const char *const names[] = { [LEDGER_NO_TEMPLATE] = "no-template",
                                         [LEDGER_WITHDRAWN] = "withdrawn",
                                         [LEDGER_MALFORMED] = "malformed",
                                         [LEDGER_RESERVED] = "reserved" };
    return names[reason];
}

size_t ledger_diagnostic_count(const struct ledger *ledger)
{
    return ledger->diagnostic_count;
}

const struct nfdec_diagnostic *ledger_diagnostic(const struct ledger *ledger, size_t index)
{
    return &ledger->diagnostic[index];
}

uint64_t ledger_diagnostic_total(const struct ledger *ledger, enum nfdec_code code)
{
    return ledger->totals[code];
}
