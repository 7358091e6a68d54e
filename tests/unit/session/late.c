/* SPDX-License-Identifier: MIT */
/* Sets that came before their template. */
#include <criterion/criterion.h>

#include "session/session.h"
#include "wire.h"

static const struct session_config plain = { .hex = NULL };

static void add_data(struct octets *capture, uint32_t sequence, uint16_t id, uint32_t records)
{
    struct octets payload = { .length = 0 };
    put_v9(&payload, sequence, (uint16_t)records);
    begin_set(&payload, id);
    for (uint32_t i = 0; i < records; i++)
        put_record(&payload, 0x0a000000 + sequence, 0x0b000000 + i, 1000 * sequence + i, 1);
    end_set(&payload);
    add_datagram(capture, 40000, 2055, &payload);
}

static void add_template(struct octets *capture, uint32_t sequence, uint16_t id)
{
    struct octets payload = { .length = 0 };
    put_v9(&payload, sequence, 1);
    begin_set(&payload, 0);
    put_template(&payload, id);
    end_set(&payload);
    add_datagram(capture, 40000, 2055, &payload);
}

Test(late, sets_take_their_own_place)
{
    static struct octets capture;
    begin_capture(&capture);
    add_data(&capture, 1, 256, 3);
    add_data(&capture, 2, 300, 2);
    add_data(&capture, 3, 256, 1);
    add_template(&capture, 4, 256);
    add_data(&capture, 5, 256, 4);
    struct session *run = run_session(&capture, plain, SESSION_DONE);
    const struct ledger *ledger = session_ledger(run);
    static const struct {
        uint32_t rows;
        bool late;
        enum nfdec_set_state state;
    } wanted[] = { { 3, true, NFDEC_SET_DECODED },
                   { 0, true, NFDEC_SET_UNDECODED },
                   { 1, true, NFDEC_SET_DECODED },
                   { 0, false, NFDEC_SET_DECODED },
                   { 4, false, NFDEC_SET_DECODED } };
    cr_assert_eq(ledger_set_count(ledger), 5);
    for (uint32_t i = 0; i < 5; i++) {
        const struct ledger_set *set = ledger_set(ledger, i);
        cr_expect_eq(set->message, i);
        cr_expect_eq(ledger_set_row_count(set), wanted[i].rows, "set %u", i);
        cr_expect_eq(set->late, wanted[i].late, "set %u", i);
        cr_expect_eq(set->state, wanted[i].state, "set %u", i);
        for (uint32_t r = 0; r < ledger_set_row_count(set); r++) { /* its rows are its own */
            struct flow_row row;
            flow_store_row(session_store(run), set->first_row + r, &row);
            cr_expect_eq(row.value[NFDEC_COL_BYTES], 1000 * (i + 1) + r);
            cr_expect_eq(ledger_set_of_row(ledger, set->first_row + r), i);
        }
    }
    const struct ledger_exporter *e = ledger_exporter(ledger, 0);
    cr_expect(e->records == 8 && e->flows == 8);
    cr_expect_eq(e->undecoded[LEDGER_NO_TEMPLATE], 1);
    cr_expect_eq(e->sequence.received, 5);
    cr_expect_eq(ledger_diagnostic_total(ledger, NFDEC_DIAG_SET_LATE), 2);
    cr_expect_eq(ledger_diagnostic(ledger, 0)->packet, 1, "diagnostics stand where their sets came");
    session_free(run);
}

/* The template came from another port of the exporter: borrowed at the end, and that is said. */
/* Also where nothing but the totals is kept. */
Test(late, totals_have_them)
{
    static struct octets capture;
    struct capture_error error;
    begin_capture(&capture);
    add_data(&capture, 1, 256, 3);
    add_template(&capture, 2, 256);
    add_data(&capture, 3, 256, 2);
    for (unsigned kind = 0; kind < 3; kind++) {
        struct session_config config = { .capture.stream = fmemopen(capture.data, capture.length, "r"),
                                         .sum_flows = true,
                                         .brief = kind > 0,
                                         .check_times = kind > 1 };
        struct session *run = session_new(&config, &error);
        cr_assert_not_null(run);
        cr_expect_eq(session_run(run), SESSION_DONE);
        const struct ledger_exporter *e = ledger_exporter(session_ledger(run), 0);
        cr_expect_eq(e->flows, 5);
        cr_expect_eq(e->records, 5);
        cr_expect_eq(e->flow_packets, 5);
        cr_expect_eq(e->flow_bytes, 3 * 1000 + 3 + 2 * 3000 + 1);
        session_free(run);
    }
}

Test(late, borrowed_at_the_end)
{
    static struct octets capture;
    struct octets payload = { .length = 0 };
    begin_capture(&capture);
    add_data(&capture, 1, 256, 3);
    put_v9(&payload, 1, 1);
    begin_set(&payload, 0);
    put_template(&payload, 256);
    end_set(&payload);
    add_datagram(&capture, 40001, 2055, &payload);
    struct session *run = run_session(&capture, plain, SESSION_DONE);
    cr_expect_eq(flow_store_rows(session_store(run)), 3);
    cr_expect(ledger_set(session_ledger(run), 0)->borrowed &&
              ledger_set_row_count(ledger_set(session_ledger(run), 0)) == 3);
    cr_expect_eq(ledger_diagnostic_total(session_ledger(run), NFDEC_DIAG_SET_BORROWED), 1);
    cr_expect_eq(ledger_exporter(session_ledger(run), 0)->sessions, 2);
    session_free(run);
}
