/* SPDX-License-Identifier: MIT */
#include "session/session.h"

#include <criterion/criterion.h>
#include <string.h>

#include "wire.h"

static const struct session_config plain = { .hex = NULL };

/* Three packets of v5 with 2 records each, and a DNS-like datagram between them. */
static void three_packets(struct octets *capture)
{
    static const uint8_t noise[20] = { 0x12, 0x34, 1, 0, 0, 1 };
    struct octets payload = { .length = 0 };
    begin_capture(capture);
    for (uint32_t i = 0; i < 3; i++) {
        payload.length = 0;
        put_v5(&payload, 2 * i, 2);
        add_datagram(capture, 40000, 2055, &payload);
        payload.length = 0;
        put_octets(&payload, noise, sizeof noise);
        add_datagram(capture, 40000, 53, &payload);
    }
}

Test(session, counts_and_what_comes_of_them)
{
    static struct octets capture;
    three_packets(&capture);
    struct session *run = run_session(&capture, plain, SESSION_DONE);
    const struct session_counts *counts = session_counts(run);
    cr_expect_eq(counts->frames, 6);
    cr_expect_eq(counts->datagrams, 6);
    cr_expect_eq(counts->exports, 3);
    cr_expect_eq(counts->not_export, 3);
    cr_expect_eq(counts->exports_elsewhere, 0);
    cr_expect_eq(session_datagrams(run)->reason[DATAGRAM_OK], 6);
    cr_expect_eq(flow_store_rows(session_store(run)), 6);
    cr_expect_eq(pairs_count(session_pairs(run)), 6);
    const struct ledger *ledger = session_ledger(run);
    cr_expect_eq(ledger_message_count(ledger), 3);
    cr_expect_eq(ledger_message(ledger, 1)->packet, 3, "frames count from 1, others included");
    cr_expect_eq(ledger_message(ledger, 1)->dport, 2055);
    const struct ledger_exporter *e = ledger_exporter(ledger, 0);
    cr_expect(e->flows == 6 && e->records == 6 && e->packets == 3 && e->flow_packets == 12);
    cr_expect_eq(e->flow_bytes, 100 + 101 + 102 + 103 + 104 + 105);
    cr_expect_eq(e->sequence.lost, 0);
    for (uint64_t row = 0; row < 6; row++)
        cr_expect_eq(ledger_set_of_row(ledger, row), row / 2);
    cr_expect_str_eq(session_message(run), "");
    session_free(run);
    session_free(NULL);
}

/* Columns of the decoder and pairing together: a question, its answer, and a flow of another host. */
Test(session, pairs_what_was_decoded)
{
    static struct octets capture;
    struct octets payload = { .length = 0 };
    begin_capture(&capture);
    put_ipfix(&payload, 0);
    begin_set(&payload, 2);
    put_template(&payload, 256);
    end_set(&payload);
    begin_set(&payload, 256);
    put_record(&payload, 0x0a000001, 0x0a000002, 100, 1);
    put_record(&payload, 0x0a000003, 0x0a000002, 300, 3);
    put_record(&payload, 0x0a000002, 0x0a000001, 200, 2);
    end_set(&payload);
    add_datagram(&capture, 40000, 4739, &payload);
    struct session *run = run_session(&capture, plain, SESSION_DONE);
    struct connection c;
    cr_assert_eq(pairs_count(session_pairs(run)), 2);
    pairs_get(session_pairs(run), session_store(run), 0, &c);
    cr_expect(c.paired && c.bytes[0] + c.bytes[1] == 300 && c.start == CLOCK * INT64_C(1000000000));
    pairs_get(session_pairs(run), session_store(run), 1, &c);
    cr_expect(!c.paired && c.bytes[PAIR_CLIENT] == 300 && c.packets[PAIR_CLIENT] == 3);
    session_free(run);
}

Test(session, nothing_is_kept_unless_asked_for)
{
    static struct octets capture;
    struct capture_error error;
    three_packets(&capture);
    struct session_config config = { .capture.stream = fmemopen(capture.data, capture.length, "r") };
    struct session *run = session_new(&config, &error);
    cr_assert_not_null(run);
    cr_expect_eq(session_run(run), SESSION_DONE);
    cr_expect_null(session_store(run));
    cr_expect_null(session_pairs(run));
    cr_expect_eq(ledger_exporter(session_ledger(run), 0)->records, 6);
    cr_expect_eq(ledger_exporter(session_ledger(run), 0)->flows, 0);
    session_free(run);
}

Test(session, sums_without_a_store)
{
    static struct octets capture;
    struct capture_error error;
    three_packets(&capture);
    struct session_config config = { .capture.stream = fmemopen(capture.data, capture.length, "r"),
                                     .sum_flows = true };
    struct session *run = session_new(&config, &error);
    cr_assert_not_null(run);
    cr_expect_eq(session_run(run), SESSION_DONE);
    cr_expect_null(session_store(run));
    cr_expect_eq(ledger_exporter(session_ledger(run), 0)->flows, 6);
    cr_expect_eq(ledger_exporter(session_ledger(run), 0)->flow_bytes, 615);
    session_free(run);
}

Test(session, max_packets)
{
    for (uint64_t max = 1; max <= 4; max++) {
        static struct octets capture;
        three_packets(&capture);
        struct session_config config = { .max_packets = max };
        struct session *run = run_session(&capture, config, max <= 3 ? SESSION_STOPPED : SESSION_DONE);
        cr_expect_eq(session_counts(run)->exports, max < 3 ? max : 3);
        cr_expect_eq(session_counts(run)->frames, max < 4 ? 2 * max - 1 : 6);
        cr_expect_eq(flow_store_rows(session_store(run)), 2 * (max < 3 ? max : 3));
        cr_expect_eq(pairs_count(session_pairs(run)), 2 * (max < 3 ? max : 3), "what was read is paired");
        session_free(run);
    }
}

Test(session, hex_is_one_packet)
{
    struct octets payload = { .length = 0 };
    struct capture_error error;
    put_v5(&payload, 7, 3);
    struct session_config config = { .hex = payload.data, .hex_length = payload.length, .keep_pairs = true };
    struct session *run = session_new(&config, &error);
    cr_assert_not_null(run);
    cr_expect_eq(session_run(run), SESSION_DONE);
    cr_expect_eq(session_counts(run)->exports, 1);
    cr_expect_eq(session_counts(run)->not_export, 0);
    cr_expect_eq(flow_store_rows(session_store(run)), 3);
    cr_expect_eq(ledger_message(session_ledger(run), 0)->packet, 1);
    cr_expect_str_eq(session_message(run), "");
    session_free(run);
}

Test(session, hex_that_is_no_packet)
{
    static const uint8_t octets[] = { 0, 6, 1, 2, 3 };
    struct capture_error error;
    for (size_t length = 0; length <= sizeof octets; length++) {
        struct session_config config = { .hex = octets, .hex_length = length };
        struct session *run = session_new(&config, &error);
        cr_assert_not_null(run);
        cr_expect_eq(session_run(run), SESSION_DONE);
        cr_expect_eq(session_counts(run)->exports, 0);
        cr_expect_eq(session_counts(run)->not_export, 1);
        session_free(run);
    }
}

/* A capture that ends within a frame gives what came before, and says so. */
Test(session, cut_files)
{
    static struct octets capture;
    three_packets(&capture);
    size_t whole = capture.length;
    for (size_t cut = 1; cut < 160; cut += 13) { /* the last frame is the short one, then the third packet */
        capture.length = whole - cut;
        struct session *run = run_session(&capture, plain, SESSION_CUT);
        cr_expect_eq(session_counts(run)->exports, cut < 64 ? 3 : 2, "%zu octets cut", cut);
        cr_expect_eq(flow_store_rows(session_store(run)), 2 * session_counts(run)->exports);
        cr_expect_neq(session_message(run)[0], '\0');
        session_free(run);
    }
}

Test(session, a_file_that_is_no_capture)
{
    struct capture_error error = { .text = "" };
    static char text[] = "this is a letter and no capture at all, is it?";
    struct session_config config = { .capture.stream = fmemopen(text, sizeof text, "r") };
    cr_expect_null(session_new(&config, &error));
    cr_expect_neq(error.text[0], '\0');
}

Test(session, no_netflow_at_all)
{
    static struct octets capture;
    static const uint8_t noise[30] = { 0x80, 0x60, 0x12, 0x34 };
    struct octets payload = { .length = 0 };
    put_octets(&payload, noise, sizeof noise);
    begin_capture(&capture);
    for (uint16_t i = 0; i < 20; i++)
        add_datagram(&capture, 5004, (uint16_t)(2050 + i), &payload);
    struct session *run = run_session(&capture, plain, SESSION_DONE);
    cr_expect_eq(session_counts(run)->not_export, 20);
    cr_expect_eq(session_counts(run)->exports, 0);
    cr_expect_eq(ledger_exporter_count(session_ledger(run)), 0);
    cr_expect_eq(ledger_diagnostic_count(session_ledger(run)), 0);
    cr_expect_eq(pairs_count(session_pairs(run)), 0);
    session_free(run);
    begin_capture(&capture);
    run = run_session(&capture, plain, SESSION_DONE);
    cr_expect_eq(session_counts(run)->frames, 0);
    session_free(run);
}

Test(session, flows_that_end_before_they_start)
{
    static struct octets capture;
    struct octets payload = { .length = 0 };
    begin_capture(&capture);
    put_v5(&payload, 0, 3);
    payload.data[24 + 48 + 24 + 2] = 0; /* first of the second record: 50000 - 0xff00 of it is left at 80 */
    payload.data[24 + 48 + 28 + 2] = 0; /* and its last is less than the first */
    payload.data[24 + 48 + 24 + 3] = 90;
    payload.data[24 + 48 + 28 + 3] = 80;
    add_datagram(&capture, 40000, 2055, &payload);
    struct session *run = run_session(&capture, plain, SESSION_DONE);
    const struct ledger *ledger = session_ledger(run);
    cr_assert_eq(ledger_diagnostic_total(ledger, NFDEC_DIAG_TIME_IMPOSSIBLE), 1);
    cr_expect_eq(ledger_diagnostic(ledger, 0)->a, UINT64_C(1) << 32 | 2, "the second record, and that alone");
    cr_expect_eq(ledger_diagnostic(ledger, 0)->packet, 1);
    struct flow_row row;
    flow_store_row(session_store(run), 1, &row);
    cr_expect_lt((int64_t)row.value[NFDEC_COL_END], (int64_t)row.value[NFDEC_COL_START], "as it was sent");
    session_free(run);
}

/* Sets of more rows than a block has left, and than a whole block has. */
Test(session, sets_over_several_blocks)
{
    static struct octets capture;
    static struct octets payload;
    begin_capture(&capture);
    put_ipfix(&payload, 0);
    begin_set(&payload, 2);
    put_template(&payload, 256);
    end_set(&payload);
    begin_set(&payload, 256);
    for (uint32_t i = 0; i < 3000; i++)
        put_record(&payload, 0x0a000001, 0x0b000000 + i, i, 1);
    end_set(&payload);
    add_datagram(&capture, 40000, 4739, &payload);
    struct session *run = run_session(&capture, plain, SESSION_DONE);
    cr_assert_eq(flow_store_rows(session_store(run)), 3000);
    cr_expect_eq(pairs_count(session_pairs(run)), 3000);
    cr_expect_eq(ledger_exporter(session_ledger(run), 0)->flow_bytes, 3000 * 2999 / 2);
    for (uint32_t i = 0; i < 3000; i += 37) {
        struct flow_row row;
        flow_store_row(session_store(run), i, &row);
        cr_expect_eq(row.value[NFDEC_COL_BYTES], i);
        cr_expect_eq(ledger_set_of_row(session_ledger(run), i), 1);
    }
    session_free(run);
}
