/* SPDX-License-Identifier: MIT */
#include "flow/counting.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"

#define KEPT   16u   /* messages of a doubt */
#define LEAD   3u    /* steps by which one way of counting must be ahead before a doubt is over */
#define DOUBTS 4096u /* at a time: more sessions than that in doubt are judged as they came */

struct counting_doubt {
    struct counting_message before; /* the last one before those kept */
    struct counting_message message[KEPT];
    uint32_t count;
};

static const struct way {
    uint8_t unit;
    bool ahead;
} ways[NFDEC_COUNTING_COUNT] = {
#define COUNTING(symbol, of, before, stable, noun, words)                                                    \
    [NFDEC_COUNTS_##symbol] = { .unit = SEQUENCE_UNIT_##of, .ahead = (before) },
#include "nfdec/countings.def"
#undef COUNTING
};

static bool counts_records(unsigned way)
{
    return ways[way].unit != SEQUENCE_UNIT_PACKETS && ways[way].unit != SEQUENCE_UNIT_NOTHING &&
           ways[way].unit != SEQUENCE_UNIT_SETS;
}

/* Flows of one or two records leave it open, a little. */
bool counting_foretells(unsigned way, const struct counting_message *from, const struct counting_message *to)
{
    uint32_t units = (ways[way].ahead ? to : from)->units[ways[way].unit], step = to->number - from->number;
    if (ways[way].unit == SEQUENCE_UNIT_BIFLOWS)
        return step <= units && step >= (units + 1) / 2;
    if (ways[way].unit == SEQUENCE_UNIT_NOTHING && from->export_time == to->export_time)
        return false;
    return step == units;
}

/* The longer a step, the less is it foretold by chance. */
static uint32_t weight_of(uint32_t step)
{
    return step < LEAD ? step : LEAD;
}

/* Ways that differ only in what they count of one message: they are right together where it holds data alone. */
static bool alike(unsigned a, unsigned b)
{
    return counts_records(a) && counts_records(b) && ways[a].ahead == ways[b].ahead;
}

/* Once all others are far behind, steps that are right all the same need not be weighed. */
#define FAR_BEHIND 16u

static bool is_settled(const struct counting *c)
{
    for (unsigned way = 0; way < NFDEC_COUNTING_COUNT; way++)
        if (way != c->way && !alike(way, c->way) &&
            (c->score[way] + FAR_BEHIND > c->score[c->way] || c->right[way] == c->steps))
            return false;
    return true;
}

static bool is_plain(const struct counting *c, const struct counting_message *m)
{
    const struct counting_message *of = ways[c->way].ahead ? m : &c->last;
    return of->units[SEQUENCE_UNIT_FLOWS] == of->units[SEQUENCE_UNIT_ALL] || !counts_records(c->way);
}

static bool same_units(const struct counting_message *a, const struct counting_message *b)
{
    return memcmp(a->units, b->units, sizeof a->units) == 0;
}

/* Steps like the last one that was weighed, which were put off, are weighed all together. */
static void weigh_same(struct counting *c)
{
    c->steps += c->same;
    for (unsigned way = 0; way < NFDEC_COUNTING_COUNT; way++) {
        if ((uint32_t)c->foretold >> way & 1u) {
            c->right[way] += c->same;
            c->score[way] += c->same * weight_of(c->step);
        }
    }
    c->same = 0;
}

static void weigh(struct counting *c, const struct counting_message *m)
{
    c->foretold = 0;
    if (c->last.unknown || m->unknown)
        return;
    c->step = m->number - c->last.number;
    bool newest = !c->doubt && c->tracker.next == c->last.number + c->last.units[ways[c->way].unit];
    c->contradicted |= newest && c->step > 0 && m->number - c->tracker.next > UINT32_MAX / 2;
    for (unsigned way = 0; way < NFDEC_COUNTING_COUNT; way++)
        c->foretold |= (uint16_t)((unsigned)counting_foretells(way, &c->last, m) << way);
    c->even = same_units(&c->last, m);
    c->same = 1;
    weigh_same(c);
    c->settled = is_settled(c);
}

/* Ways that explain so much that they are believed only where they have never been wrong, so many steps long. */
static uint32_t steps_needed(unsigned way)
{
    return way == NFDEC_COUNTS_BIFLOWS ? LEAD : way == NFDEC_COUNTS_NOTHING ? 2 : 0;
}

/*
 * By how much a way leads the one in force, as far as that is enough to believe it; else 0. It must be right for the
 * most part. When a doubt must end, or what is in force cannot be true, a shorter lead will do.
 */
static uint32_t lead_of(const struct counting *c, unsigned way, bool ending)
{
    unsigned own = c->way;
    uint32_t needed = steps_needed(way), lead;
    if (needed) {
        lead = c->right[way] < c->steps ? 0 : c->steps - c->right[own];
    } else {
        needed = LEAD - c->contradicted - ending;
        bool leads = c->right[way] > c->right[own] && c->right[way] >= c->steps - c->right[way] &&
                     c->score[way] > c->score[own];
        lead = leads ? c->score[way] - c->score[own] : 0;
    }
    return lead >= needed ? lead : 0;
}

/* The best way of counting; the one in force where no other leads it. */
static unsigned best(const struct counting *c, bool ending)
{
    unsigned found = c->way;
    uint32_t most = 0;
    for (unsigned way = 0; way < NFDEC_COUNTING_COUNT; way++) {
        uint32_t lead = lead_of(c, way, ending);
        if (lead > most) {
            most = lead;
            found = way;
        }
    }
    return found;
}

/* A way that weighs as much as the one in force, and is right now, where that is not. */
static bool has_rival(const struct counting *c, const struct counting_message *m)
{
    unsigned own = c->way;
    if (c->last.unknown || m->unknown || counting_foretells(own, &c->last, m))
        return false;
    for (unsigned way = 0; way < NFDEC_COUNTING_COUNT; way++)
        if (way != own && counting_foretells(way, &c->last, m) && c->right[way] > c->right[own] &&
            c->score[way] >= c->score[own])
            return true;
    return false;
}

/* The doubt is as good as over: one way leads, or none that was right comes near the one in force. */
static bool decided(const struct counting *c)
{
    unsigned own = c->way;
    if (best(c, false) != own)
        return true;
    for (unsigned way = 0; way < NFDEC_COUNTING_COUNT; way++)
        if (way != own && c->score[way] + LEAD > c->score[own])
            return false;
    return true;
}

static void count(struct sequence_counts *counts, const struct counting_message *m, enum sequence_event event,
                  uint32_t missing)
{
    uint64_t *first = NULL;
    switch (event) {
    case SEQUENCE_GAP:
        counts->lost += missing;
        first = &counts->first_gap_packet;
        break;
    case SEQUENCE_LATE:
        counts->reordered++;
        first = &counts->first_late_packet;
        break;
    case SEQUENCE_DUPLICATE:
        counts->duplicated++;
        first = &counts->first_duplicate_packet;
        break;
    case SEQUENCE_REBOOT:
        counts->reboots++;
        if (!counts->first_reboot_packet)
            counts->first_reboot_packet = m->packet;
        /* fall through */
    case SEQUENCE_RESTART:
        counts->restarts++;
        first = &counts->first_restart_packet;
        break;
    case SEQUENCE_IN_ORDER:
        break;
    }
    if (first && !*first)
        *first = m->packet;
}

static struct counting_part part_of(struct counting *c, const struct counting_report *report,
                                    uint32_t session)
{
    if (report->part)
        return report->part(report->user, session);
    return (struct counting_part) { .counts = report->counts, .total = c->total };
}

static void add_units(const struct counting *c, const struct counting_message *m,
                      const struct counting_part *part)
{
    for (unsigned unit = 0; unit < SEQUENCE_UNIT_BIFLOWS; unit++)
        part->total[unit] += m->units[unit];
    part->counts->received += m->units[ways[c->way].unit];
}

/* Late ones filled a gap before a message of that session. */
static void take_back(struct counting *c, const struct counting_report *report, uint32_t session,
                      uint32_t filled)
{
    struct sequence_counts *counts = part_of(c, report, session).counts;
    counts->lost -= filled;
    counts->expected = counts->received + counts->lost;
}

/* What came in all, as a way of counting sees it. */
static uint64_t total_of(const struct counting *c, unsigned way)
{
    switch (ways[way].unit) {
    case SEQUENCE_UNIT_BIFLOWS:
        return c->total[SEQUENCE_UNIT_FLOWS];
    case SEQUENCE_UNIT_NOTHING:
        return 0;
    default:
        return c->total[ways[way].unit];
    }
}

/* A message by the way of counting in force. True: it came twice. */
static bool judge(struct counting *c, const struct counting_message *m, struct counting_report *report)
{
    const struct way *way = &ways[c->way];
    uint32_t units = m->units[way->unit], missing, next = c->tracker.next, uptime = c->tracker.uptime;
    struct sequence_message message = {
        .export_time = m->export_time,
        .number = way->ahead ? m->number - units : m->number,
        .uptime = m->uptime,
        .stamp = m->stamp,
        .units = units,
        .session = m->session,
        .unknown = m->unknown && counts_records(c->way),
    };
    struct counting_part part = part_of(c, report, m->session);
    if (way->unit == SEQUENCE_UNIT_BIFLOWS && c->tracker.seen &&
        counting_foretells(NFDEC_COUNTS_BIFLOWS, &c->last, m))
        c->tracker.next = m->number;
    enum sequence_event event = SEQUENCE_IN_ORDER;
    if (!sequence_goes_on(&c->tracker, &message)) {
        event = sequence_begin(&c->tracker, &message, &missing);
        if (event != SEQUENCE_IN_ORDER)
            count(part.counts, m, event, missing);
        if (event != SEQUENCE_IN_ORDER && report->event)
            report->event(report->user, m, event, missing, event == SEQUENCE_REBOOT ? uptime : next);
        uint32_t behind, filled = sequence_end(&c->tracker, event, &message, &behind);
        if (filled)
            take_back(c, report, behind, filled);
    }
    if (event != SEQUENCE_DUPLICATE)
        add_units(c, m, &part);
    part.counts->expected = part.counts->received + part.counts->lost;
    return event == SEQUENCE_DUPLICATE;
}

static void open_doubt(struct counting *c, struct counting_report *report)
{
    report->doubts++;
    c->doubt = alloc_new(sizeof *c->doubt);
    c->doubt->before = c->last;
}

void counting_recount(struct counting *c, uint16_t version, enum nfdec_counting way, uint64_t packet,
                      struct sequence_counts *counts)
{
    counts->received += total_of(c, way) - total_of(c, c->way);
    counts->expected = counts->received + counts->lost;
    counts->counting_packet = way == nfdec_counting_standard(version) ? 0 : packet;
    c->way = counts->counting = (uint8_t)way;
}

/* The number that comes behind a message. */
static uint32_t next_of(unsigned way, const struct counting_message *m)
{
    return m->number + (ways[way].ahead ? 0 : m->units[ways[way].unit]);
}

void counting_go_on(struct counting *c, enum nfdec_counting way, const struct counting_message *last)
{
    uint32_t own = ways[way].ahead ? last->units[ways[way].unit] : 0;
    struct sequence_message m = { .export_time = last->export_time,
                                  .number = last->number - own,
                                  .uptime = last->uptime,
                                  .stamp = last->stamp,
                                  .units = last->units[ways[way].unit],
                                  .unknown = last->unknown && counts_records(way) };
    c->way = (uint8_t)way;
    c->last = *last;
    sequence_end(&c->tracker, SEQUENCE_IN_ORDER, &m, &own);
}

/* Another way of counting is in force: it goes on behind the last message that was judged. */
static void change_to(struct counting *c, uint16_t version, unsigned way, struct counting_report *report)
{
    const struct counting_message *from = &c->doubt->before;
    if (!report->part)
        counting_recount(c, version, (enum nfdec_counting)way, c->doubt->message[0].packet, report->counts);
    c->way = (uint8_t)way;
    c->contradicted = c->settled = false;
    for (unsigned i = 0; i < SEQUENCE_GAPS; i++)
        c->tracker.gaps[i].length = 0;
    c->tracker.next = next_of(way, from);
    if (report->unit)
        report->unit(report->user, &c->doubt->message[0], (enum nfdec_counting)way);
}

/* Whether two messages of a doubt would count the same things: then that way of counting is not theirs. */
static bool overlaps(const struct counting_doubt *doubt, unsigned way)
{
    unsigned unit = ways[way].unit;
    if (unit == SEQUENCE_UNIT_BIFLOWS) /* no more than that many */
        return false;
    for (uint32_t i = 0; i < doubt->count; i++) {
        for (uint32_t j = 0; j <= i; j++) {
            const struct counting_message *a = &doubt->message[i];
            const struct counting_message *b = j ? &doubt->message[j - 1] : &doubt->before;
            uint32_t from = ways[way].ahead ? a->number - a->units[unit] : a->number;
            uint32_t other = ways[way].ahead ? b->number - b->units[unit] : b->number;
            bool twice = a->number == b->number && a->stamp == b->stamp;
            if (!twice && a->units[unit] && b->units[unit] &&
                (from - other < b->units[unit] || other - from < a->units[unit]))
                return true;
        }
    }
    return false;
}

static void close_doubt(struct counting *c, uint16_t version, struct counting_report *report)
{
    struct counting_doubt *doubt = c->doubt;
    unsigned way = best(c, true);
    if (overlaps(doubt, way))
        way = c->way;
    if (way != c->way)
        change_to(c, version, way, report);
    c->last = doubt->before;
    for (uint32_t i = 0; i < doubt->count; i++) {
        judge(c, &doubt->message[i], report);
        c->last = doubt->message[i];
    }
    c->doubt = NULL;
    report->doubts--;
    free(doubt);
}

/* A double, as the tracker would see it, says nothing of steps. */
static bool is_double(const struct counting *c, const struct counting_message *m)
{
    const struct way *way = &ways[c->way];
    return sequence_is_recent(&c->tracker, way->ahead ? m->number - m->units[way->unit] : m->number,
                              m->stamp);
}

static void begin(struct counting *c, uint16_t version, struct sequence_counts *counts)
{
    c->way = (uint8_t)nfdec_counting_standard(version);
    if (!counts->counting_packet)
        counts->counting = c->way;
}

/* Has the number that it should, and nothing else about it is in doubt. */
static bool is_next(const struct counting *c, const struct counting_message *m)
{
    uint32_t own = ways[c->way].ahead ? m->units[ways[c->way].unit] : 0;
    return !c->doubt && m->number - own == c->tracker.next && !m->unknown && !c->last.unknown;
}

/* Messages that hold as many records each, as full ones do: one more step like the last. */
static bool is_same(const struct counting *c, const struct counting_message *m)
{
    uint32_t step = m->number - c->last.number;
    return c->foretold >> c->way & 1u && c->even && step == c->step && step && same_units(&c->last, m);
}

bool counting_take(struct counting *c, uint16_t version, const struct counting_message *m,
                   struct counting_report *report)
{
    bool twice = false, next = is_next(c, m), settled = c->settled && is_plain(c, m);
    if (next && (settled || is_same(c, m))) {
        c->same += !settled;
        c->even &= !settled; /* else what was weighed last is no longer the step before */
        judge(c, m, report);
        c->last = *m;
        return false;
    }
    weigh_same(c);
    if (!c->tracker.seen)
        begin(c, version, report->counts);
    else if (!is_double(c, m))
        weigh(c, m);
    if (!c->doubt && report->doubts < DOUBTS && has_rival(c, m))
        open_doubt(c, report);
    if (!c->doubt)
        twice = judge(c, m, report);
    else
        c->doubt->message[c->doubt->count++] = *m;
    if (!twice)
        c->last = *m;
    if (c->doubt && (c->doubt->count == KEPT || decided(c)))
        close_doubt(c, version, report);
    return twice;
}

void counting_add(struct counting *c, uint32_t flows, uint32_t options, struct counting_report *report)
{
    static const uint8_t with_options[] = { SEQUENCE_UNIT_RECORDS, SEQUENCE_UNIT_ALL };
    uint64_t before = total_of(c, c->way);
    c->total[SEQUENCE_UNIT_FLOWS] += flows;
    for (unsigned i = 0; i < sizeof with_options; i++)
        c->total[with_options[i]] += flows + options;
    report->counts->received += total_of(c, c->way) - before;
    report->counts->expected = report->counts->received + report->counts->lost;
}

void counting_finish(struct counting *c, uint16_t version, struct counting_report *report)
{
    if (c->doubt)
        close_doubt(c, version, report);
}

void counting_release(struct counting *c)
{
    free(c->doubt);
    c->doubt = NULL;
}
