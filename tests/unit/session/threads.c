/* SPDX-License-Identifier: MIT */
/* One thread and several give the same; progress is told with everything in its place. */
#include "session/session.h"

#include <criterion/criterion.h>
#include <string.h>

#include "wire.h"

enum { PACKETS = 400, RECORDS = 30 };

static void many_packets(struct octets *capture)
{
    struct octets payload = { .length = 0 };
    begin_capture(capture);
    for (uint32_t i = 0; i < PACKETS; i++) {
        payload.length = 0;
        put_v5(&payload, RECORDS * i, RECORDS);
        add_datagram(capture, 40000, 2055, &payload);
    }
}

/* What is entered of sets: diagnostics in order, and sums. */
static void expect_same_ledger(const struct ledger *a, const struct ledger *b)
{
    cr_assert_eq(ledger_diagnostic_count(a), ledger_diagnostic_count(b));
    for (size_t i = 0; i < ledger_diagnostic_count(a); i++) {
        const struct nfdec_diagnostic *x = ledger_diagnostic(a, i), *y = ledger_diagnostic(b, i);
        cr_assert(x->code == y->code && x->packet == y->packet && x->a == y->a && x->b == y->b,
                  "diagnostic %zu", i);
    }
    const struct ledger_exporter *e = ledger_exporter(a, 0), *f = ledger_exporter(b, 0);
    cr_assert(e->flows == f->flows && e->flow_bytes == f->flow_bytes && e->flow_packets == f->flow_packets);
    cr_assert_eq(memcmp(&e->facts->times, &f->facts->times, sizeof e->facts->times), 0);
    cr_assert(e->facts->timed == f->facts->timed && e->facts->delay == f->facts->delay &&
              e->facts->least_delay == f->facts->least_delay &&
              e->facts->most_delay_packet == f->facts->most_delay_packet);
}

static void expect_same(const struct session *a, const struct session *b)
{
    expect_same_ledger(session_ledger(a), session_ledger(b));
    uint32_t count = pairs_count(session_pairs(a));
    cr_assert_eq(count, pairs_count(session_pairs(b)));
    cr_assert_eq(flow_store_rows(session_store(a)), flow_store_rows(session_store(b)));
    for (uint32_t i = 0; i < count; i++) {
        struct connection x, y;
        pairs_get(session_pairs(a), session_store(a), i, &x);
        pairs_get(session_pairs(b), session_store(b), i, &y);
        cr_assert(x.start == y.start && x.end == y.end && x.reason == y.reason && x.port[0] == y.port[0] &&
                      x.bytes[0] == y.bytes[0] && x.bytes[1] == y.bytes[1] && addr_equal(&x.ip[0], &y.ip[0]),
                  "connection %u", i);
        cr_assert_eq(pairs_first_row(session_pairs(a), i), pairs_first_row(session_pairs(b), i));
    }
    for (uint64_t row = 0; row < flow_store_rows(session_store(a)); row++) {
        struct flow_row x, y;
        flow_store_row(session_store(a), row, &x);
        flow_store_row(session_store(b), row, &y);
        cr_assert_eq(memcmp(x.value, y.value, sizeof x.value), 0, "row %zu", (size_t)row);
    }
}

Test(threads, give_the_same)
{
    static struct octets capture;
    many_packets(&capture);
    struct session_config config = { .threads = 1 };
    struct session *one = run_session(&capture, config, SESSION_DONE);
    cr_assert_eq(flow_store_rows(session_store(one)), PACKETS * RECORDS);
    for (unsigned threads = 2; threads <= 4; threads++) {
        config.threads = threads;
        struct session *many = run_session(&capture, config, SESSION_DONE);
        expect_same(one, many);
        session_free(many);
    }
    session_free(one);
}

enum { NAMED_SETS = 120, NAMED = 50 }; /* 50 does not divide a block: sets go from one into the next */

static void put_u64(struct octets *o, uint64_t value)
{
    put_u32(o, (uint32_t)(value >> 32));
    put_u32(o, (uint32_t)value);
}

static void put_named_template(struct octets *o)
{
    static const uint16_t fields[][2] = { { 8, 4 }, { 12, 4 },  { 1, 4 },      { 2, 4 },
                                          { 4, 1 }, { 152, 8 }, { 82, 65535 }, { 153, 8 } };
    begin_set(o, 2);
    put_u16(o, 256);
    put_u16(o, sizeof fields / sizeof *fields);
    for (unsigned i = 0; i < sizeof fields / sizeof *fields; i++) {
        put_u16(o, fields[i][0]);
        put_u16(o, fields[i][1]);
    }
    end_set(o);
}

/* Of variable length, and every third one ends before it starts. */
static void put_named_record(struct octets *o, uint32_t number)
{
    uint64_t start = UINT64_C(1000) * (CLOCK - 10), end = number % 3 ? start + number % 1000 : start - number;
    put_u32(o, 0x0a000001 + number % 7);
    put_u32(o, 0x0a000100 + number % 5);
    put_u32(o, 100 + number);
    put_u32(o, 1 + number % 11);
    put_u8(o, 17);
    put_u64(o, start);
    put_u8(o, (uint8_t)(number % 4));
    put_octets(o, "eth0", number % 4);
    put_u64(o, end);
}

/* Sets of which a part stands in one block and the rest in the next are told of as a whole. */
Test(threads, sets_across_blocks)
{
    static struct octets capture;
    struct octets payload = { .length = 0 };
    begin_capture(&capture);
    for (uint32_t set = 0; set < NAMED_SETS; set++) {
        payload.length = 0;
        put_ipfix(&payload, NAMED * set);
        if (set == 0)
            put_named_template(&payload);
        begin_set(&payload, 256);
        for (uint32_t i = 0; i < NAMED; i++)
            put_named_record(&payload, NAMED * set + i + 1);
        end_set(&payload);
        add_datagram(&capture, 40000, 4739, &payload);
    }
    struct session_config config = { .threads = 1 };
    struct session *one = run_session(&capture, config, SESSION_DONE);
    const struct ledger *ledger = session_ledger(one);
    uint64_t wrong = 0;
    for (size_t i = 0; i < ledger_diagnostic_count(ledger); i++)
        if (ledger_diagnostic(ledger, i)->code == NFDEC_DIAG_TIME_IMPOSSIBLE)
            wrong += ledger_diagnostic(ledger, i)->a >> 32;
    cr_expect_eq(wrong, NAMED_SETS * NAMED / 3);
    cr_expect_eq(ledger_diagnostic_total(ledger, NFDEC_DIAG_TIME_IMPOSSIBLE), NAMED_SETS, "one a set");
    for (config.threads = 2; config.threads <= 4; config.threads++) {
        struct session *many = run_session(&capture, config, SESSION_DONE);
        expect_same(one, many);
        session_free(many);
    }
    session_free(one);
}

struct watch {
    unsigned calls, stop_at;
    uint64_t rows;
};

static bool look(void *user, const struct session *run)
{
    struct watch *watch = user;
    uint64_t rows = flow_store_rows(session_store(run));
    cr_expect_geq(rows, watch->rows);
    watch->rows = rows;
    watch->calls++;
    if (rows) {
        struct connection c;
        uint32_t last = pairs_count(session_pairs(run)) - 1;
        pairs_get(session_pairs(run), session_store(run), last, &c);
        cr_expect_geq(c.flows[0] + c.flows[1], 1);
    }
    return watch->calls != watch->stop_at;
}

Test(threads, progress_sees_what_is_there)
{
    static struct octets capture;
    many_packets(&capture);
    struct session *plain = run_session(&capture, (struct session_config) { .threads = 1 }, SESSION_DONE);
    for (unsigned threads = 1; threads <= 3; threads++) {
        struct watch watch = { .calls = 0 };
        struct session_config config = { .threads = threads, .progress = look, .progress_user = &watch };
        struct session *run = run_session(&capture, config, SESSION_DONE);
        cr_expect_eq(watch.calls, PACKETS / 64 + 1, "and once more at the end");
        expect_same(plain, run);
        session_free(run);
    }
    session_free(plain);
}

Test(threads, progress_stops_the_run)
{
    static struct octets capture;
    many_packets(&capture);
    struct watch watch = { .stop_at = 2 };
    struct session_config config = { .threads = 3, .progress = look, .progress_user = &watch };
    struct session *run = run_session(&capture, config, SESSION_STOPPED);
    cr_expect_eq(watch.calls, 2 + 1, "and once more, as what was read is all there is");
    session_free(run);
}
