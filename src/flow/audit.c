/* SPDX-License-Identifier: MIT */
#include "flow/audit.h"

#include <string.h>

#include "base/be.h"
#include "flow/clock.h"
#include "flow/survey.h"
#include "nfdec/record.h"

#define SECOND INT64_C(1000000000)
#define MS_NS  INT64_C(1000000)
#define DAY    (86400 * SECOND)
#define YEAR   (365 * DAY)

/* Headers of v9 and IPFIX have whole seconds, and are written a moment before the flows behind them. */
#define AFTER (2 * SECOND)
/* Uptimes are read at the same clock as the header's. */
#define UPTIME (1 * SECOND)
/* Nothing counts longer in milliseconds of 31 bits. */
#define LONGEST (INT64_C(0x7FFFFFFF) * MS_NS)
/* An exporter that has run for less may well have flows from its start. */
#define RUNNING (INT64_C(3600000)) /* ms */

static inline int64_t less(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static inline int64_t more(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

static bool has_time(enum nfdec_time_source source, const struct nfdec_set *set)
{
    return source != NFDEC_TIME_NONE && !(source == NFDEC_TIME_UPTIME_INIT && set->no_time_base);
}

void audit_begin(struct audit *audit, const struct nfdec_set *set)
{
    enum nfdec_time_source start = nfdec_template_start_source(set->template);
    enum nfdec_time_source end = nfdec_template_end_source(set->template);
    audit->set = set;
    audit->start = has_time(start, set);
    audit->end = has_time(end, set);
    audit->uptime = start == NFDEC_TIME_UPTIME || end == NFDEC_TIME_UPTIME;
    audit->sampled = nfdec_template_columns(set->template) & NFDEC_BIT(SAMPLING);
    audit->wrong = false;
    audit->bytes = audit->packets = 0;
    audit->records = 0;
    audit->delay = 0;
    audit->sampling_least = audit->sampling_most = 0;
}

static void tell(struct audit *audit, enum audit_kind kind, uint32_t record, int64_t by)
{
    struct audit_count *count = &audit->kind[kind];
    if (!audit->wrong)
        memset(audit->kind, 0, sizeof audit->kind);
    audit->wrong = true;
    if (count->records++)
        return;
    count->first = record;
    count->worst = by;
}

static bool far_off(int64_t apart)
{
    return apart > YEAR || apart < -YEAR;
}

/* When the exporter's system started, by the header. */
static int64_t boot_of(const struct nfdec_message *m)
{
    return m->export_time - m->uptime * MS_NS;
}

/* Zero as sent: of an uptime the start of the system, of other times 1970 or, in NTP forms, 1900. */
static bool is_zero(int64_t time, int64_t zero)
{
    return time == zero || time == -INT64_C(2208988800) * SECOND;
}

static void look_at(struct audit *audit, int64_t start, int64_t end, uint32_t record)
{
    const struct nfdec_message *m = audit->set->message;
    int64_t late = clock_distance(end, m->export_time), early = clock_distance(start, m->export_time);
    int64_t boot = boot_of(m), unset = audit->uptime ? boot : 0;
    int64_t before = clock_distance(boot, start), duration = clock_distance(end, start);
    bool running = !audit->uptime || m->uptime > RUNNING;
    if (running && ((audit->start && is_zero(start, unset)) || (audit->end && is_zero(end, unset))))
        tell(audit, AUDIT_UNSET, record, 0);
    else if (far_off(late) || far_off(early))
        tell(audit, AUDIT_FAR, record, far_off(late) ? late : early);
    else if (audit->uptime && (late > UPTIME || early > UPTIME || before > DAY))
        tell(audit, AUDIT_UPTIME, record, before > DAY ? -before : more(late, early));
    else if (duration < 0)
        tell(audit, AUDIT_REVERSED, record, duration);
    else if (duration > LONGEST)
        tell(audit, AUDIT_LONG, record, duration);
    else if (late > AFTER)
        tell(audit, AUDIT_AFTER_EXPORT, record, late);
    else if (audit->uptime && before > 0)
        tell(audit, AUDIT_WRAPPED, record, before);
}

/* Delays of flows that ended near their export; others are nonsense and would hide what is usual. */
static void add_delays(struct audit *audit, uint32_t count, const struct survey *survey)
{
    int64_t export_time = audit->set->message->export_time;
    if (!audit->end || (survey->odd && (far_off(clock_distance(survey->first_end, export_time)) ||
                                        far_off(clock_distance(survey->last_end, export_time)))))
        return;
    int64_t least = export_time - survey->last_end, most = export_time - survey->first_end;
    audit->least = audit->records ? less(audit->least, least) : least;
    audit->most = audit->records ? more(audit->most, most) : most;
    audit->records += count;
    audit->delay += (double)(int64_t)(count * (uint64_t)export_time - survey->ends);
}

static void add_sampling(struct audit *audit, const struct nfdec_columns *columns, uint32_t from)
{
    if (!(columns->used & NFDEC_BIT(SAMPLING)))
        return;
    for (uint32_t i = from; i < columns->rows; i++) {
        uint64_t interval = columns->column[NFDEC_COL_SAMPLING][i];
        if (!interval)
            continue;
        if (!audit->sampling_least || interval < audit->sampling_least)
            audit->sampling_least = interval;
        if (interval > audit->sampling_most)
            audit->sampling_most = interval;
    }
}

/* Most sets are told to be as they should without a look at each record. */
static struct survey_usual usual_of(const struct audit *audit)
{
    const struct nfdec_message *m = audit->set->message;
    return (struct survey_usual) { .lowest = audit->uptime ? boot_of(m) + 1 : m->export_time - YEAR,
                                   .highest = m->export_time + (audit->uptime ? UPTIME : AFTER),
                                   .longest = LONGEST };
}

/* What a number would be as a time, ns since 1970. */
static bool in_form(enum nfdec_time_form form, uint64_t value, int64_t *ns)
{
    static const uint64_t per_second[] = { [NFDEC_FORM_SECONDS] = 1,
                                           [NFDEC_FORM_MILLISECONDS] = 1000,
                                           [NFDEC_FORM_MICROSECONDS] = 1000000,
                                           [NFDEC_FORM_NANOSECONDS] = 1000000000 };
    uint64_t seconds = form < NFDEC_FORM_NTP ? value / per_second[form] : value >> 32;
    if (form == NFDEC_FORM_NTP)
        seconds -= 2208988800u; /* 1900 to 1970 */
    if (seconds > UINT32_MAX)
        return false;
    *ns = (int64_t)seconds * SECOND;
    return true;
}

/* The form that a field is read in; -1: it is no time. */
static int form_of(const struct nfdec_field_spec *spec)
{
    switch (spec->type) {
    case NFDEC_SECONDS:
        return NFDEC_FORM_SECONDS;
    case NFDEC_MILLISECONDS:
        return NFDEC_FORM_MILLISECONDS;
    case NFDEC_MICROSECONDS:
    case NFDEC_NANOSECONDS:
        return NFDEC_FORM_NTP;
    default:
        return -1;
    }
}

static bool fits(const struct nfdec_field *field, int64_t export_time, enum nfdec_time_form *seen)
{
    int own = form_of(field->spec);
    int64_t ns;
    unsigned found = 0;
    if (own < 0 || field->length == 0 || field->length > 8)
        return false;
    uint64_t value = be_n(field->data, field->length);
    if (!value ||
        (in_form((enum nfdec_time_form)own, value, &ns) && !far_off(clock_distance(ns, export_time))))
        return false;
    for (unsigned form = 0; form < NFDEC_FORM_COUNT; form++) {
        if ((int)form == own || !in_form((enum nfdec_time_form)form, value, &ns))
            continue;
        int64_t apart = clock_distance(ns, export_time);
        if (apart <= DAY && apart >= -30 * DAY) {
            *seen = (enum nfdec_time_form)form;
            found++;
        }
    }
    return found == 1;
}

static struct audit_unit unit_of(const struct nfdec_set *set, uint32_t index)
{
    struct audit_unit unit = { .field = NULL };
    struct nfdec_record record;
    struct nfdec_field field;
    nfdec_record_begin(&record, set);
    while (nfdec_record_next(&record) && record.index < index) {
    }
    nfdec_field_begin(&field, &record);
    while (!unit.field && nfdec_field_next(&field))
        if (fits(&field, set->message->export_time, &unit.seen))
            unit.field = field.spec;
    return unit;
}

void audit_rows(struct audit *audit, const struct nfdec_columns *columns, uint32_t from, uint32_t first)
{
    const uint64_t *start = columns->column[NFDEC_COL_START] + from,
                   *end = columns->column[NFDEC_COL_END] + from;
    uint32_t count = columns->rows - from;
    if (!count)
        return;
    struct survey_usual usual = usual_of(audit);
    struct survey survey;
    survey_rows(&survey, columns, from, columns->rows, &usual);
    audit->bytes += survey.bytes;
    audit->packets += survey.packets;
    if (audit->sampled)
        add_sampling(audit, columns, from);
    add_delays(audit, count, &survey);
    if (!survey.odd || (!audit->start && !audit->end))
        return;
    for (uint32_t i = 0; i < count; i++)
        look_at(audit, (int64_t)start[i], (int64_t)end[i], first + i);
    if (audit->wrong && audit->kind[AUDIT_FAR].records)
        audit->unit = unit_of(audit->set, audit->kind[AUDIT_FAR].first);
}

static void join_kinds(struct audit *audit, const struct audit *behind)
{
    if (!audit->wrong)
        memset(audit->kind, 0, sizeof audit->kind);
    audit->wrong = true;
    if (!audit->kind[AUDIT_FAR].records)
        audit->unit = behind->unit;
    for (unsigned kind = 0; kind < AUDIT_KINDS; kind++) {
        uint32_t records = audit->kind[kind].records;
        if (!records)
            audit->kind[kind] = behind->kind[kind];
        else
            audit->kind[kind].records = records + behind->kind[kind].records;
    }
}

void audit_join(struct audit *audit, const struct audit *behind)
{
    audit->bytes += behind->bytes;
    audit->packets += behind->packets;
    if (behind->records) {
        audit->least = audit->records ? less(audit->least, behind->least) : behind->least;
        audit->most = audit->records ? more(audit->most, behind->most) : behind->most;
        audit->records += behind->records;
        audit->delay += behind->delay;
    }
    if (behind->sampling_most > audit->sampling_most)
        audit->sampling_most = behind->sampling_most;
    if (behind->sampling_least && (!audit->sampling_least || behind->sampling_least < audit->sampling_least))
        audit->sampling_least = behind->sampling_least;
    if (behind->wrong)
        join_kinds(audit, behind);
}
