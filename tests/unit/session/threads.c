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

static void expect_same(const struct session *a, const struct session *b)
{
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
