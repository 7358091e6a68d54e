/* SPDX-License-Identifier: MIT */
#include "flow/ledger.h"

#include <criterion/criterion.h>
#include <string.h>

#define SECOND INT64_C(1000000000)

/* One exporter process: what the decoder would say of its messages. */
struct sender {
    struct ledger *ledger;
    struct nfdec_session session;
    struct nfdec_message message;
    uint32_t sets;
};

static struct sender sender_of(struct ledger *ledger, uint32_t index, uint32_t family, uint16_t version)
{
    return (struct sender) {
        .ledger = ledger,
        .session = { .index = index,
                     .family = family,
                     .version = version,
                     .port = (uint16_t)(40000 + index) },
    };
}

static void begin(struct sender *s, uint64_t frame, uint32_t sequence, uint16_t count)
{
    s->message = (struct nfdec_message) { .session = &s->session,
                                          .packet = ledger_packet_number(0, frame),
                                          .time = (int64_t)frame * SECOND,
                                          .export_time = (int64_t)frame * SECOND,
                                          .length = 100,
                                          .sequence = sequence,
                                          .version = s->session.version,
                                          .count = count };
    s->sets = 0;
    ledger_message_begin(s->ledger, &s->message, 2055);
}

static struct nfdec_set set_of(struct sender *s, enum nfdec_set_kind kind, enum nfdec_set_state state,
                               uint16_t id, uint32_t records)
{
    static const struct nfdec_template template = { .index = 3, .id = 256 };
    return (struct nfdec_set) { .message = &s->message,
                                .template = state == NFDEC_SET_DECODED && id >= 256 ? &template : NULL,
                                .length = 40,
                                .offset = 20 + 44 * s->sets,
                                .data_offset = 24 + 44 * s->sets,
                                .records = records,
                                .number = s->sets++,
                                .id = id,
                                .kind = (uint8_t)kind,
                                .state = (uint8_t)state };
}

static uint32_t add_data(struct sender *s, uint32_t records)
{
    struct nfdec_set set = set_of(s, NFDEC_SET_DATA, NFDEC_SET_DECODED, 256, records);
    return ledger_set_add(s->ledger, &set);
}

static uint32_t add_waiting(struct sender *s, struct nfdec_set *kept)
{
    struct nfdec_set set = set_of(s, NFDEC_SET_DATA, NFDEC_SET_WAITING, 300, 0);
    *kept = set;
    return ledger_set_add(s->ledger, &set);
}

static void end(struct sender *s)
{
    ledger_message_end(s->ledger, &s->message);
}

/* A whole message of one data set. */
static void message(struct sender *s, uint64_t frame, uint32_t sequence, uint16_t records)
{
    begin(s, frame, sequence, records);
    add_data(s, records);
    end(s);
}

/* One that was sent before those that came before it. */
static void message_late(struct sender *s, uint64_t frame, uint32_t sequence, uint16_t records)
{
    begin(s, frame, sequence, records);
    s->message.export_time = 0;
    add_data(s, records);
    end(s);
}

/* The last message of one data set, once more. */
static void message_again(struct sender *s, uint64_t frame, uint16_t records)
{
    int64_t sent = s->message.export_time;
    uint32_t number = s->message.sequence;
    begin(s, frame, number, records);
    s->message.export_time = sent;
    add_data(s, records);
    end(s);
}

static void expect_sequence(const struct ledger *ledger, uint32_t family, struct sequence_counts wanted)
{
    const struct sequence_counts *s = &ledger_exporter(ledger, family)->sequence;
    cr_expect_eq(s->expected, wanted.expected, "expected: %ju", (uintmax_t)s->expected);
    cr_expect_eq(s->received, wanted.received, "received: %ju", (uintmax_t)s->received);
    cr_expect_eq(s->lost, wanted.lost, "lost: %ju", (uintmax_t)s->lost);
    cr_expect_eq(s->reordered, wanted.reordered, "reordered: %ju", (uintmax_t)s->reordered);
    cr_expect_eq(s->duplicated, wanted.duplicated, "duplicated: %ju", (uintmax_t)s->duplicated);
    cr_expect_eq(s->restarts, wanted.restarts, "restarts: %ju", (uintmax_t)s->restarts);
    cr_expect_eq(s->first_gap_packet, wanted.first_gap_packet, "first gap: %ju",
                 (uintmax_t)s->first_gap_packet);
}

Test(ledger, v5_counts_flows)
{
    struct ledger *ledger = ledger_new();
    struct sender s = sender_of(ledger, 0, 0, 5);
    message(&s, 1, 1000, 2);
    message(&s, 2, 1100, 30);
    expect_sequence(ledger, 0, (struct sequence_counts) { 130, 32, 98, .first_gap_packet = 2 });
    cr_expect_eq(ledger_diagnostic_total(ledger, NFDEC_DIAG_SEQUENCE_GAP), 1);
    cr_expect_eq(ledger_diagnostic(ledger, 0)->a, 98);
    message_late(&s, 3, 1002, 98);
    expect_sequence(ledger, 0,
                    (struct sequence_counts) { 130, 130, 0, .reordered = 1, .first_gap_packet = 2 });
    ledger_free(ledger);
}

/* An IPFIX message that announces more octets than there are. */
Test(ledger, ipfix_records_that_the_capture_cut_are_not_lost)
{
    struct ledger *ledger = ledger_new();
    struct sender s = sender_of(ledger, 0, 0, 10);
    begin(&s, 1, 0, 140);
    add_data(&s, 3);
    end(&s);
    message(&s, 2, 5, 1);
    expect_sequence(ledger, 0, (struct sequence_counts) { .expected = 4, .received = 4 });
    message(&s, 3, 9, 1);
    expect_sequence(ledger, 0, (struct sequence_counts) { 8, 5, 3, .first_gap_packet = 3 });
    ledger_free(ledger);
}

Test(ledger, ipfix_records_of_a_damaged_set_are_not_lost)
{
    static const enum nfdec_code codes[] = { NFDEC_DIAG_SET_OVERRUN, NFDEC_DIAG_SET_TOO_SHORT,
                                             NFDEC_DIAG_SET_PARTIAL_RECORD };
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
        struct ledger *ledger = ledger_new();
        struct sender s = sender_of(ledger, 0, 0, 10);
        begin(&s, 1, 0, 100);
        struct nfdec_diagnostic d = { .packet = 1, .session = &s.session, .code = (uint16_t)codes[i] };
        ledger_diagnose(ledger, &d);
        add_data(&s, 3);
        end(&s);
        message(&s, 2, 5, 1);
        expect_sequence(ledger, 0, (struct sequence_counts) { .expected = 4, .received = 4 });
        ledger_free(ledger);
    }
}

Test(ledger, v9_counts_messages_whatever_they_hold)
{
    struct ledger *ledger = ledger_new();
    struct sender s = sender_of(ledger, 0, 0, 9);
    struct nfdec_set waiting;
    message(&s, 1, 7, 20);
    begin(&s, 2, 8, 3);
    add_waiting(&s, &waiting);
    end(&s);
    message(&s, 3, 12, 1);
    message_late(&s, 4, 10, 1);
    message_again(&s, 5, 1);
    message(&s, 6, 0, 1);
    expect_sequence(ledger, 0,
                    (struct sequence_counts) { 7, 5, 2, 1, 1, 1, 3, .counting = NFDEC_COUNTS_PACKETS });
    cr_expect_eq(ledger_diagnostic_total(ledger, NFDEC_DIAG_SEQUENCE_RESTART), 1);
    ledger_free(ledger);
}

/* Options records count, templates do not. */
Test(ledger, ipfix_counts_data_records)
{
    struct ledger *ledger = ledger_new();
    struct sender s = sender_of(ledger, 0, 0, 10);
    begin(&s, 1, 0, 400);
    struct nfdec_set set = set_of(&s, NFDEC_SET_TEMPLATES, NFDEC_SET_DECODED, 2, 5);
    ledger_set_add(ledger, &set);
    set = set_of(&s, NFDEC_SET_OPTIONS, NFDEC_SET_DECODED, 257, 3);
    ledger_set_add(ledger, &set);
    add_data(&s, 4);
    end(&s);
    message(&s, 2, 7, 2);
    message(&s, 3, 10, 1);
    expect_sequence(ledger, 0, (struct sequence_counts) { 11, 10, 1, .first_gap_packet = 3 });
    const struct ledger_exporter *e = ledger_exporter(ledger, 0);
    cr_expect_eq(e->records, 7);
    cr_expect_eq(e->options, 3);
    ledger_free(ledger);
}

/* What a set holds that cannot be decoded is not known: that is no loss, and it counts when it is decoded late. */
Test(ledger, ipfix_with_undecoded_sets_loses_nothing)
{
    struct ledger *ledger = ledger_new();
    struct sender s = sender_of(ledger, 0, 0, 10);
    struct nfdec_set waiting;
    begin(&s, 1, 0, 400);
    add_data(&s, 4);
    uint32_t entry = add_waiting(&s, &waiting);
    end(&s);
    struct nfdec_message first = s.message;
    message(&s, 2, 10, 5);
    expect_sequence(ledger, 0, (struct sequence_counts) { .expected = 9, .received = 9 });
    const struct nfdec_template template = { .index = 9, .id = 300 };
    waiting.message = &first;
    waiting.template = &template;
    waiting.state = NFDEC_SET_DECODED;
    waiting.late = true;
    waiting.records = 6;
    cr_expect_eq(ledger_set_add(ledger, &waiting), entry);
    expect_sequence(ledger, 0, (struct sequence_counts) { .expected = 15, .received = 15 });
    message(&s, 3, 16, 5);
    expect_sequence(ledger, 0, (struct sequence_counts) { 21, 20, 1, .first_gap_packet = 3 });
    ledger_free(ledger);
}

Test(ledger, v1_has_no_sequence)
{
    struct ledger *ledger = ledger_new();
    struct sender s = sender_of(ledger, 0, 0, 1);
    message(&s, 1, 0, 5);
    message(&s, 2, 0, 5);
    expect_sequence(ledger, 0, (struct sequence_counts) { 0 });
    cr_expect_eq(ledger_exporter(ledger, 0)->packets, 2);
    cr_expect_eq(ledger_diagnostic_count(ledger), 0);
    ledger_free(ledger);
}

Test(ledger, restart_by_uptime_says_both)
{
    struct ledger *ledger = ledger_new();
    struct sender s = sender_of(ledger, 0, 0, 5);
    static const uint32_t uptime[] = { 900000, 960000, 4000 };
    for (uint32_t i = 0; i < 3; i++) {
        s.message = (struct nfdec_message) { .session = &s.session,
                                             .packet = i + 1,
                                             .sequence = i < 2 ? 30 * i : 0,
                                             .uptime = uptime[i],
                                             .version = 5,
                                             .count = 30 };
        ledger_message_begin(ledger, &s.message, 2055);
        end(&s);
    }
    cr_assert_eq(ledger_diagnostic_total(ledger, NFDEC_DIAG_EXPORTER_RESTART), 1);
    cr_expect_eq(ledger_diagnostic(ledger, 0)->a, 960000);
    cr_expect_eq(ledger_diagnostic(ledger, 0)->b, 4000);
    expect_sequence(ledger, 0, (struct sequence_counts) { 90, 90, .restarts = 1 });
    ledger_free(ledger);
}

/* Two processes of one exporter and domain number on their own; the exporter's sums are of both. */
Test(ledger, two_sessions_of_one_family)
{
    struct ledger *ledger = ledger_new();
    struct sender a = sender_of(ledger, 0, 0, 9), b = sender_of(ledger, 1, 0, 9),
                  c = sender_of(ledger, 2, 1, 9);
    message(&a, 1, 100, 1);
    message(&b, 2, 5000, 2);
    message(&c, 3, 9, 3);
    message(&a, 4, 101, 1);
    message(&b, 5, 5003, 2);
    message(&a, 6, 102, 1);
    cr_expect_eq(ledger_exporter_count(ledger), 2);
    expect_sequence(ledger, 0, (struct sequence_counts) { 7, 5, 2, .first_gap_packet = 5 });
    expect_sequence(ledger, 1, (struct sequence_counts) { .expected = 1, .received = 1 });
    cr_expect_eq(ledger_exporter(ledger, 0)->sessions, 2);
    cr_expect_eq(ledger_exporter(ledger, 0)->first_session, 0);
    cr_expect_eq(ledger_exporter(ledger, 0)->records, 7);
    cr_expect_eq(ledger_exporter(ledger, 1)->sessions, 1);
    cr_expect_eq(ledger_exporter(ledger, 1)->first_session, 2);
    ledger_free(ledger);
}

/* Sessions of one process, a domain each. */
static void make_domains(struct ledger *ledger, struct sender *senders, uint32_t count, uint16_t version)
{
    for (uint32_t i = 0; i < count; i++) {
        senders[i] = sender_of(ledger, i, i, version);
        senders[i].session.port = 40000;
        senders[i].session.domain = i;
    }
}

/* One counter over all domains: what is missing is what never came of any of them. */
Test(ledger, domains_that_count_together)
{
    static const struct {
        uint8_t domain;
        uint16_t sequence;
    } steps[] = { { 0, 100 }, { 1, 101 }, { 0, 102 }, { 2, 103 }, { 1, 104 }, { 2, 105 },
                  { 0, 108 }, { 1, 109 }, { 1, 107 }, { 2, 110 }, { 3, 111 }, { 3, 113 } };
    struct ledger *ledger = ledger_new();
    struct sender d[4];
    make_domains(ledger, d, 4, 9);
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        if (steps[i].sequence == 107)
            message_late(&d[steps[i].domain], i + 1, steps[i].sequence, 3);
        else
            message(&d[steps[i].domain], i + 1, steps[i].sequence, 3);
    }
    message_again(&d[3], 13, 3);
    ledger_sort(ledger);
    expect_sequence(ledger, 0, (struct sequence_counts) { 4, 3, 1, .first_gap_packet = 7 });
    expect_sequence(ledger, 1, (struct sequence_counts) { 4, 4, .reordered = 1 });
    expect_sequence(ledger, 2, (struct sequence_counts) { .expected = 3, .received = 3 });
    expect_sequence(ledger, 3, (struct sequence_counts) { 3, 2, 1, .duplicated = 1, .first_gap_packet = 12 });
    cr_expect_eq(ledger_exporter(ledger, 3)->sequence.together_packet, 3);
    cr_expect_eq(ledger_diagnostic_total(ledger, NFDEC_DIAG_SEQUENCE_TOGETHER), 1);
    cr_expect_eq(ledger_diagnostic_total(ledger, NFDEC_DIAG_SEQUENCE_GAP), 2);
    ledger_free(ledger);
}

/* Also in another unit than the standard's, which is found out for all of them. */
Test(ledger, domains_that_count_records_together)
{
    struct ledger *ledger = ledger_new();
    struct sender d[2];
    uint32_t number = 5000;
    make_domains(ledger, d, 2, 9);
    for (uint32_t i = 0; i < 20; i++) {
        uint16_t records = (uint16_t)(3 + i % 4);
        if (i != 13)
            message(&d[i / 2 % 2], i + 1, number, records);
        number += records;
    }
    ledger_sort(ledger);
    expect_sequence(ledger, 0, (struct sequence_counts) { .expected = 31, .received = 31 });
    expect_sequence(ledger, 1, (struct sequence_counts) { 59, 55, 4, .first_gap_packet = 15 });
    for (uint32_t i = 0; i < 2; i++) {
        const struct sequence_counts *s = &ledger_exporter(ledger, i)->sequence;
        cr_expect_eq(s->counting, NFDEC_COUNTS_FLOWS);
        cr_expect_neq(s->counting_packet, 0);
    }
    ledger_free(ledger);
}

/* A counter for each: what is missing is told, however the counters happen to stand to each other. */
Test(ledger, domains_that_count_apart)
{
    for (uint32_t ahead = 0; ahead < 5; ahead++) {
        for (uint32_t lost = 2; lost < 38; lost++) {
            struct ledger *ledger = ledger_new();
            struct sender d[2];
            make_domains(ledger, d, 2, 9);
            for (uint32_t i = 0; i < 40; i++)
                if (i != lost)
                    message(&d[i % 2], i + 1, 1000 + i / 2 + i % 2 * ahead, 3);
            ledger_sort(ledger);
            expect_sequence(ledger, lost % 2,
                            (struct sequence_counts) { 20, 19, 1, .first_gap_packet = lost + 3 });
            expect_sequence(ledger, 1 - lost % 2,
                            (struct sequence_counts) { .expected = 20, .received = 20 });
            cr_expect_eq(ledger_diagnostic_total(ledger, NFDEC_DIAG_SEQUENCE_TOGETHER), 0);
            ledger_free(ledger);
        }
    }
}

Test(ledger, sums_of_an_exporter)
{
    struct ledger *ledger = ledger_new();
    struct sender s = sender_of(ledger, 0, 0, 5);
    begin(&s, 10, 0, 2);
    ledger_set_rows(ledger, add_data(&s, 2), 0, 3000, 7);
    end(&s);
    begin(&s, 12, 2, 2);
    ledger_set_rows(ledger, add_data(&s, 2), 2, 500, 3);
    s.message.length = 120; /* known at the end only */
    end(&s);
    const struct ledger_exporter *e = ledger_exporter(ledger, 0);
    cr_expect_eq(e->packets, 2);
    cr_expect_eq(e->octets, 220);
    cr_expect_eq(e->flows, 4);
    cr_expect_eq(e->flow_bytes, 3500);
    cr_expect_eq(e->flow_packets, 10);
    cr_expect_eq(e->first_time, 10 * SECOND);
    cr_expect_eq(e->last_time, 12 * SECOND);
    cr_expect_eq(ledger_message(ledger, 1)->length, 120);
    cr_expect_eq(ledger_message(ledger, 1)->first_set, 1);
    cr_expect_eq(ledger_message(ledger, 1)->set_count, 1);
    cr_expect_eq(ledger_message(ledger, 1)->dport, 2055);
    ledger_free(ledger);
}

Test(ledger, clocks_apart)
{
    struct ledger *ledger = ledger_new();
    struct sender s = sender_of(ledger, 0, 0, 1);
    static const int64_t times[][2] = { { 100, 103 }, { 101, 99 }, { 102, 102 }, { INT64_MIN, INT64_MAX } };
    for (uint32_t i = 0; i < 4; i++) {
        s.message = (struct nfdec_message) { .session = &s.session,
                                             .packet = i + 1,
                                             .time = times[i][0],
                                             .export_time = times[i][1],
                                             .version = 1 };
        ledger_message_begin(ledger, &s.message, 2055);
        end(&s);
        if (i == 2) {
            cr_expect_eq(ledger_exporter(ledger, 0)->min_skew, -2);
            cr_expect_eq(ledger_exporter(ledger, 0)->max_skew, 3);
        }
    }
    cr_expect_eq(ledger_exporter(ledger, 0)->max_skew, INT64_MAX, "no distance is greater");
    ledger_free(ledger);
}

Test(ledger, finds_the_set_of_a_row)
{
    struct ledger *ledger = ledger_new();
    struct sender s = sender_of(ledger, 0, 0, 9);
    struct nfdec_set waiting[2];
    uint32_t entry[5];
    begin(&s, 1, 1, 1);
    entry[0] = add_waiting(&s, &waiting[0]);
    entry[1] = add_data(&s, 3);
    entry[2] = add_waiting(&s, &waiting[1]);
    ledger_set_rows(ledger, entry[1], 0, 0, 0);
    end(&s);
    struct nfdec_message first = s.message;
    begin(&s, 2, 2, 1);
    entry[3] = add_data(&s, 0);
    entry[4] = add_data(&s, 2000);
    ledger_set_rows(ledger, entry[4], 3, 0, 0);
    for (unsigned i = 0; i < 2; i++) { /* the template came: late sets have rows behind all others */
        static const struct nfdec_template template = { .index = 9 };
        waiting[i].message = &first;
        waiting[i].template = &template;
        waiting[i].state = NFDEC_SET_DECODED;
        waiting[i].late = true;
        waiting[i].records = 2;
        cr_assert_eq(ledger_set_add(ledger, &waiting[i]), entry[i * 2]);
        ledger_set_rows(ledger, entry[i * 2], 2003 + i * 2, 0, 0);
    }
    end(&s);
    static const struct {
        uint64_t row;
        int set;
    } cases[] = { { 0, 1 },    { 2, 1 },    { 3, 4 },    { 2002, 4 },  { 2003, 0 },
                  { 2004, 0 }, { 2005, 2 }, { 2006, 2 }, { 2007, -1 }, { UINT64_MAX, -1 } };
    for (unsigned i = 0; i < sizeof cases / sizeof *cases; i++)
        cr_expect_eq(ledger_set_of_row(ledger, cases[i].row),
                     cases[i].set < 0 ? LEDGER_NONE : entry[cases[i].set], "row %ju",
                     (uintmax_t)cases[i].row);
    const struct ledger_set *set = ledger_set(ledger, entry[0]);
    cr_expect(set->late && set->state == NFDEC_SET_DECODED && set->template == 9 && set->message == 0);
    cr_expect_eq(ledger_message(ledger, 0)->set_count, 3, "late sets are no sets of the later packet");
    cr_expect_eq(ledger_message(ledger, 1)->set_count, 2);
    ledger_free(ledger);
}

Test(ledger, no_rows_no_set)
{
    struct ledger *ledger = ledger_new();
    cr_expect_eq(ledger_set_of_row(ledger, 0), LEDGER_NONE);
    cr_expect_eq(ledger_message_count(ledger), 0);
    cr_expect_eq(ledger_set_count(ledger), 0);
    cr_expect_eq(ledger_exporter_count(ledger), 0);
    ledger_sort(ledger);
    ledger_free(ledger);
    ledger_free(NULL);
}

Test(ledger, sets_that_waited_in_vain_are_undecoded)
{
    struct ledger *ledger = ledger_new();
    struct sender s = sender_of(ledger, 0, 0, 9);
    struct nfdec_set waiting;
    begin(&s, 1, 1, 1);
    uint32_t entry = add_waiting(&s, &waiting);
    end(&s);
    cr_expect_eq(ledger_set(ledger, entry)->state, NFDEC_SET_WAITING);
    ledger_sort(ledger);
    cr_expect_eq(ledger_set(ledger, entry)->state, NFDEC_SET_UNDECODED);
    ledger_free(ledger);
}

static void diagnose(struct ledger *ledger, uint16_t input, uint64_t frame, uint32_t offset, uint64_t a,
                     enum nfdec_code code)
{
    struct nfdec_diagnostic d = {
        .packet = ledger_packet_number(input, frame), .a = a, .offset = offset, .code = (uint16_t)code
    };
    ledger_diagnose(ledger, &d);
}

Test(ledger, diagnostics_in_order_of_place_then_of_time)
{
    struct ledger *ledger = ledger_new();
    diagnose(ledger, 1, 1, 0, 9, NFDEC_DIAG_BAD_COUNT);
    for (unsigned i = 0; i < 50; i++) { /* the same place: as they were made */
        diagnose(ledger, 0, 7, 20, 3 + i, i % 2 ? NFDEC_DIAG_TIME_IMPOSSIBLE : NFDEC_DIAG_BAD_COUNT);
        diagnose(ledger, 0, 900 + i, 0, 100 + i, NFDEC_DIAG_BAD_COUNT);
    }
    diagnose(ledger, 0, 7, 4, 2, NFDEC_DIAG_TIME_IMPOSSIBLE);
    diagnose(ledger, 0, 3, 4000, 1, NFDEC_DIAG_TIME_IMPOSSIBLE);
    ledger_sort(ledger);
    cr_assert_eq(ledger_diagnostic_count(ledger), 103);
    for (unsigned i = 0; i < 103; i++) {
        uint64_t wanted = i < 52 ? i + 1 : i < 102 ? 48 + i : 9;
        cr_assert_eq(ledger_diagnostic(ledger, i)->a, wanted, "place %u holds %ju", i,
                     (uintmax_t)ledger_diagnostic(ledger, i)->a);
    }
    ledger_free(ledger);
}

Test(ledger, diagnostics_beyond_the_limit_are_counted)
{
    enum { MANY = (1 << 20) + 3 };
    struct ledger *ledger = ledger_new();
    for (uint32_t i = 0; i < MANY; i++)
        diagnose(ledger, 0, MANY - i, 0, 0, NFDEC_DIAG_BAD_COUNT);
    cr_expect_eq(ledger_diagnostic_count(ledger), 1 << 20);
    cr_expect_eq(ledger_diagnostic_total(ledger, NFDEC_DIAG_BAD_COUNT), MANY);
    cr_expect_eq(ledger_diagnostic_total(ledger, NFDEC_DIAG_BAD_LENGTH), 0);
    ledger_sort(ledger);
    cr_expect_eq(ledger_diagnostic(ledger, 0)->packet, 4);
    ledger_free(ledger);
}

Test(ledger, sets_not_decoded_by_reason)
{
    static const struct {
        enum nfdec_code code;
        int reason;
    } cases[] = { { NFDEC_DIAG_SET_NO_TEMPLATE, LEDGER_NO_TEMPLATE },
                  { NFDEC_DIAG_SET_WITHDRAWN, LEDGER_WITHDRAWN },
                  { NFDEC_DIAG_RESERVED_SET, LEDGER_RESERVED },
                  { NFDEC_DIAG_SET_TOO_SHORT, LEDGER_MALFORMED },
                  { NFDEC_DIAG_SET_LATE, -1 },
                  { NFDEC_DIAG_TEMPLATE_CHANGED, -1 } };
    for (unsigned i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct ledger *ledger = ledger_new();
        struct sender s = sender_of(ledger, 0, 0, 9);
        message(&s, 1, 1, 1);
        struct nfdec_diagnostic d = { .session = &s.session, .code = (uint16_t)cases[i].code };
        ledger_diagnose(ledger, &d);
        const struct ledger_exporter *e = ledger_exporter(ledger, 0);
        cr_expect_eq(e->diagnostics, 1);
        for (int reason = 0; reason < LEDGER_UNDECODED; reason++)
            cr_expect_eq(e->undecoded[reason], reason == cases[i].reason, "%s: %s",
                         nfdec_code_word(cases[i].code),
                         ledger_undecoded_name((enum ledger_undecoded)reason));
        ledger_free(ledger);
    }
}

Test(ledger, packet_numbers_hold_input_and_frame)
{
    uint64_t number = ledger_packet_number(65535, (UINT64_C(1) << 40) - 1);
    cr_expect_eq(number, (UINT64_C(1) << 56) - 1);
    cr_expect_eq(ledger_frame(number), (UINT64_C(1) << 40) - 1);
    cr_expect_eq(ledger_input(number), 65535);
    cr_expect_lt(ledger_packet_number(0, UINT32_MAX), ledger_packet_number(1, 1));
}
