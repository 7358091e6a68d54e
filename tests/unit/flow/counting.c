/* SPDX-License-Identifier: MIT */
#include "flow/counting.h"

#include <criterion/criterion.h>
#include <stdlib.h>

#define SECOND   INT64_C(1000000000)
#define MESSAGES 300u

/* A stream as an exporter sends it and a network delivers it, with what is true of it. */
struct sent {
    struct counting_message message;
    uint32_t epoch;
    bool lost;
};

struct model {
    uint64_t seed;
    struct sent sent[MESSAGES];
    uint32_t count;
    uint32_t order[2 * MESSAGES]; /* delivered: indexes into sent */
    uint32_t delivered;
    uint64_t lost, received, reordered, duplicated, restarts;
};

struct found {
    uint64_t missing; /* as told, late ones not taken back */
    uint32_t restarts, changes;
    struct sequence_counts counts;
};

static uint16_t chance(struct model *m, uint32_t below)
{
    m->seed = m->seed * 6364136223846793005u + 1442695040888963407u;
    return (uint16_t)((uint32_t)(m->seed >> 33) % below);
}

static const struct {
    uint8_t unit;
    bool ahead;
} ways[NFDEC_COUNTING_COUNT] = {
#define COUNTING(symbol, of, before, word, noun, words)                                                      \
    [NFDEC_COUNTS_##symbol] = { SEQUENCE_UNIT_##of, (before) },
#include "nfdec/countings.def"
#undef COUNTING
};

static void fill(struct model *m, struct counting_message *message, uint32_t i)
{
    uint16_t flows = (uint16_t)(1 + chance(m, 30)), templates = i % 40 == 6 ? 3 : 0;
    uint16_t options = (uint16_t)(i % 8 == 3 ? 1 + chance(m, 3) : 0);
    uint16_t records = (uint16_t)(flows + options), sets = (uint16_t)(1 + (options > 0) + (templates > 0));
    *message = (struct counting_message) {
        .packet = i + 1,
        .export_time = (1000 + (int64_t)i) * SECOND,
        .units = { [SEQUENCE_UNIT_PACKETS] = 1,
                   [SEQUENCE_UNIT_FLOWS] = flows,
                   [SEQUENCE_UNIT_BIFLOWS] = flows,
                   [SEQUENCE_UNIT_RECORDS] = records,
                   [SEQUENCE_UNIT_ALL] = (uint16_t)(records + templates),
                   [SEQUENCE_UNIT_SETS] = sets },
        .stamp = i,
    };
}

/* The first messages arrive: they tell all ways of counting apart, and nothing can be known to be missing before. */
static void send(struct model *m, enum nfdec_counting way, uint32_t loss, uint32_t restart_at)
{
    uint32_t number = UINT32_MAX - (ways[way].unit == SEQUENCE_UNIT_PACKETS ? 40 : 1000), epoch = 0;
    for (uint32_t i = 0; i < MESSAGES; i++) {
        struct sent *s = &m->sent[i];
        if (restart_at && i == restart_at) {
            number = 0;
            epoch++;
        }
        fill(m, &s->message, i);
        uint32_t units = s->message.units[ways[way].unit];
        s->message.number = ways[way].ahead ? number + units : number;
        s->message.export_time += epoch * 60 * SECOND;
        s->epoch = epoch;
        bool free_of_loss = i < 12 || (restart_at && i + 4 >= restart_at && i < restart_at + 4);
        s->lost = !free_of_loss && chance(m, 100) < loss;
        number += units;
    }
    m->count = MESSAGES;
}

/* Some messages change places with the one behind them, some come twice. */
static void deliver(struct model *m, uint32_t swaps, uint32_t doubles, uint32_t restart_at)
{
    for (uint32_t i = 0; i < m->count; i++)
        if (!m->sent[i].lost)
            m->order[m->delivered++] = i;
    for (uint32_t i = 12; i + 1 < m->delivered; i++) {
        uint32_t a = m->order[i], b = m->order[i + 1];
        bool border = restart_at && (a + 4 >= restart_at && a < restart_at + 4);
        if (border || chance(m, 100) >= swaps)
            continue;
        m->order[i] = b;
        m->order[i + 1] = a;
        m->reordered++;
        i++;
    }
    for (uint32_t i = 12; i < m->delivered; i++) {
        if (chance(m, 100) >= doubles)
            continue;
        memmove(&m->order[i + 1], &m->order[i], (m->delivered - i) * sizeof m->order[0]);
        m->delivered++;
        m->duplicated++;
        i++;
    }
}

/* By looking at everything: of each epoch, what lies between the first and the last that came. */
static void look_at_all(struct model *m, enum nfdec_counting way)
{
    uint32_t last[2] = { 0, 0 };
    for (uint32_t i = 0; i < m->delivered; i++) {
        struct sent *s = &m->sent[m->order[i]];
        if (m->order[i] > last[s->epoch])
            last[s->epoch] = m->order[i];
    }
    for (uint32_t i = 0; i < m->count; i++) {
        struct sent *s = &m->sent[i];
        uint32_t units = s->message.units[ways[way].unit];
        if (!s->lost)
            m->received += units;
        else if (i < last[s->epoch])
            m->lost += units;
    }
}

static void note_event(void *user, const struct counting_message *m, enum sequence_event event,
                       uint32_t units, uint32_t before)
{
    struct found *found = user;
    (void)before;
    cr_assert_gt(m->packet, 0);
    if (event == SEQUENCE_GAP)
        found->missing += units;
    if (event == SEQUENCE_RESTART || event == SEQUENCE_REBOOT)
        found->restarts++;
}

static void note_unit(void *user, const struct counting_message *m, enum nfdec_counting counting)
{
    struct found *found = user;
    (void)m;
    (void)counting;
    found->changes++;
}

static void run(struct model *m, uint16_t version, struct found *found)
{
    struct counting c = { .steps = 0 };
    struct counting_report report = {
        .event = note_event, .unit = note_unit, .user = found, .counts = &found->counts
    };
    for (uint32_t i = 0; i < m->delivered; i++)
        counting_take(&c, version, &m->sent[m->order[i]].message, &report);
    counting_finish(&c, version, &report);
    cr_assert_eq(report.doubts, 0);
    cr_assert_null(c.doubt);
}

static void compare(uint16_t version, enum nfdec_counting way, uint64_t seed, const uint32_t rate[3],
                    uint32_t restart_at)
{
    struct model *m = calloc(1, sizeof *m);
    struct found found = { 0 };
    m->seed = seed;
    send(m, way, rate[0], restart_at);
    deliver(m, rate[1], rate[2], restart_at);
    look_at_all(m, way);
    run(m, version, &found);
    const char *word = nfdec_counting_word(way);
    cr_expect_eq(found.counts.counting, way, "v%u %s seed %ju: takes it for %s", version, word,
                 (uintmax_t)seed, nfdec_counting_word((enum nfdec_counting)found.counts.counting));
    cr_expect_eq(found.counts.received, m->received, "v%u %s seed %ju: received %ju, not %ju", version, word,
                 (uintmax_t)seed, (uintmax_t)found.counts.received, (uintmax_t)m->received);
    cr_expect_eq(found.counts.lost, m->lost, "v%u %s seed %ju: lost %ju, not %ju", version, word,
                 (uintmax_t)seed, (uintmax_t)found.counts.lost, (uintmax_t)m->lost);
    cr_expect_eq(found.counts.reordered, m->reordered, "v%u %s seed %ju: reordered %ju, not %ju", version,
                 word, (uintmax_t)seed, (uintmax_t)found.counts.reordered, (uintmax_t)m->reordered);
    cr_expect_eq(found.counts.duplicated, m->duplicated, "v%u %s seed %ju: duplicated %ju, not %ju", version,
                 word, (uintmax_t)seed, (uintmax_t)found.counts.duplicated, (uintmax_t)m->duplicated);
    cr_expect_eq(found.counts.restarts, restart_at > 0, "v%u %s seed %ju: %ju restarts", version, word,
                 (uintmax_t)seed, (uintmax_t)found.counts.restarts);
    cr_expect_eq(found.counts.expected, found.counts.received + found.counts.lost);
    cr_expect_eq(found.counts.counting_packet != 0, way != nfdec_counting_standard(version));
    cr_expect_geq(found.missing, found.counts.lost);
    free(m);
}

/* All versions and all ways of counting that can be told from one another, against a model that knows the truth. */
Test(counting, as_if_the_truth_were_known)
{
    static const struct {
        uint16_t version;
        uint8_t way;
    } exporters[] = {
        { 5, NFDEC_COUNTS_FLOWS },      { 5, NFDEC_COUNTS_PACKETS },        { 9, NFDEC_COUNTS_PACKETS },
        { 9, NFDEC_COUNTS_FLOWS },      { 9, NFDEC_COUNTS_RECORDS },        { 9, NFDEC_COUNTS_ALL },
        { 10, NFDEC_COUNTS_RECORDS },   { 10, NFDEC_COUNTS_PACKETS },       { 10, NFDEC_COUNTS_FLOWS },
        { 10, NFDEC_COUNTS_ALL },       { 10, NFDEC_COUNTS_RECORDS_AHEAD }, { 10, NFDEC_COUNTS_FLOWS_AHEAD },
        { 10, NFDEC_COUNTS_ALL_AHEAD },
    };
    static const uint32_t rates[][3] = { { 0, 0, 0 }, { 5, 0, 0 }, { 0, 5, 0 },
                                         { 0, 0, 5 }, { 5, 5, 5 }, { 30, 3, 3 } };
    for (size_t e = 0; e < sizeof exporters / sizeof *exporters; e++)
        for (size_t r = 0; r < sizeof rates / sizeof *rates; r++)
            for (uint64_t seed = 1; seed <= 20; seed++)
                compare(exporters[e].version, (enum nfdec_counting)exporters[e].way, seed, rates[r],
                        seed % 2 ? 0 : 150);
}

/* Numbers that never change, while the clock does. */
Test(counting, nothing_is_counted)
{
    struct model *m = calloc(1, sizeof *m);
    struct found found = { 0 };
    send(m, NFDEC_COUNTS_NOTHING, 0, 0);
    deliver(m, 0, 0, 0);
    run(m, 9, &found);
    cr_expect_eq(found.counts.counting, NFDEC_COUNTS_NOTHING);
    cr_expect_eq(found.counts.lost, 0);
    cr_expect_eq(found.counts.duplicated, 0);
    cr_expect_eq(found.changes, 1);
    free(m);
}

/* An exporter of flows of which each is one or two records: its numbers tell no loss, and none is told. */
Test(counting, flows_of_one_or_two_records)
{
    struct model *m = calloc(1, sizeof *m);
    struct found found = { 0 };
    uint32_t number = 5;
    send(m, NFDEC_COUNTS_PACKETS, 0, 0);
    for (uint32_t i = 0; i < MESSAGES; i++) {
        struct counting_message *message = &m->sent[i].message;
        uint16_t flows = message->units[SEQUENCE_UNIT_FLOWS];
        message->number = number;
        number += (flows + 1u) / 2 + chance(m, flows / 2u + 1);
    }
    deliver(m, 0, 0, 0);
    run(m, 9, &found);
    cr_expect_eq(found.counts.counting, NFDEC_COUNTS_BIFLOWS);
    cr_expect_eq(found.counts.lost, 0);
    cr_expect_eq(found.missing, 0);
    cr_expect_eq(found.counts.counting_packet, 2);
    free(m);
}

/* One gap that happens to be as long as another way of counting would have it is a gap. */
Test(counting, a_gap_by_chance)
{
    struct model *m = calloc(1, sizeof *m);
    struct found found = { 0 };
    send(m, NFDEC_COUNTS_PACKETS, 0, 0);
    for (uint32_t i = 100; i < MESSAGES; i++)
        m->sent[i].message.number += m->sent[99].message.units[SEQUENCE_UNIT_FLOWS] - 1u;
    deliver(m, 0, 0, 0);
    run(m, 9, &found);
    cr_expect_eq(found.counts.counting, NFDEC_COUNTS_PACKETS);
    cr_expect_eq(found.counts.lost, m->sent[99].message.units[SEQUENCE_UNIT_FLOWS] - 1);
    cr_expect_eq(found.changes, 0);
    free(m);
}
