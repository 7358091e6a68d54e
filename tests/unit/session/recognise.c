/* SPDX-License-Identifier: MIT */
#include "session/recognise.h"

#include <criterion/criterion.h>
#include <string.h>

#include "wire.h"

static struct datagram datagram_of(const struct octets *payload, uint32_t src, uint16_t dport)
{
    return (struct datagram) { .data = payload->data,
                               .length = (uint32_t)payload->length,
                               .wire_length = (uint32_t)payload->length,
                               .src = addr_v4(src),
                               .dport = dport };
}

Test(recognise, by_content_on_any_port)
{
    static const uint16_t ports[] = { 1, 53, 161, 443, 6343, 50000, 65535 };
    struct recogniser *r = recogniser_new();
    struct octets payload = { .length = 0 };
    put_v5(&payload, 0, 2);
    for (unsigned i = 0; i < sizeof ports / sizeof *ports; i++) {
        struct datagram d = datagram_of(&payload, EXPORTER, ports[i]);
        bool elsewhere = false;
        cr_expect(recognise(r, &d, false, &elsewhere), "port %u", ports[i]);
        cr_expect(elsewhere, "port %u", ports[i]);
    }
    recogniser_free(r);
    recogniser_free(NULL);
}

/* On ports that collectors use a version number is enough, elsewhere the whole must hold together. */
Test(recognise, damaged_packets_by_port)
{
    static const struct {
        uint16_t port;
        bool known;
    } cases[] = { { 2055, true },   { 2056, true }, { 4739, true },  { 4740, true }, { 9555, true },
                  { 9025, true },   { 9990, true }, { 9995, true },  { 9999, true }, { 9989, false },
                  { 10000, false }, { 53, false },  { 2054, false }, { 4738, false } };
    struct octets payload = { .length = 0 };
    put_v5(&payload, 0, 2);
    payload.data[3] = 9; /* announces more than there is */
    for (unsigned i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct recogniser *r = recogniser_new();
        struct datagram d = datagram_of(&payload, EXPORTER, cases[i].port);
        bool elsewhere = true;
        cr_expect_eq(recognise(r, &d, false, &elsewhere), cases[i].known, "port %u", cases[i].port);
        cr_expect_eq(elsewhere, !cases[i].known, "port %u", cases[i].port);
        recogniser_free(r);
    }
}

Test(recognise, versions_that_are_none)
{
    struct recogniser *r = recogniser_new();
    bool elsewhere;
    for (uint16_t version = 0; version < 300; version++) {
        struct octets payload = { .length = 0 };
        put_v5(&payload, 0, 2);
        payload.data[0] = (uint8_t)(version >> 8);
        payload.data[1] = (uint8_t)version;
        struct datagram d = datagram_of(&payload, EXPORTER, 2055);
        bool wanted = version == 1 || version == 5 || version == 7 || version == 9 || version == 10;
        cr_expect_eq(recognise(r, &d, false, &elsewhere), wanted, "version %u", version);
        d.length = version % 2;
        cr_expect_not(recognise(r, &d, false, &elsewhere), "%u octets are no version", d.length);
    }
    recogniser_free(r);
}

/* Who sent a good one is known by address and port: what is damaged from there is one too. */
Test(recognise, remembers_who_sent_one)
{
    struct recogniser *r = recogniser_new();
    struct octets good = { .length = 0 }, damaged;
    bool elsewhere = false;
    put_v5(&good, 0, 2);
    damaged = good;
    damaged.data[3] = 9;
    struct datagram d = datagram_of(&damaged, EXPORTER, 50000);
    cr_expect_not(recognise(r, &d, false, &elsewhere));
    d = datagram_of(&good, EXPORTER, 50000);
    cr_expect(recognise(r, &d, false, &elsewhere));
    d = datagram_of(&damaged, EXPORTER, 50000);
    cr_expect(recognise(r, &d, false, &elsewhere) && elsewhere);
    d = datagram_of(&damaged, EXPORTER, 50001);
    cr_expect_not(recognise(r, &d, false, &elsewhere), "another port");
    d = datagram_of(&damaged, EXPORTER + 1, 50000);
    cr_expect_not(recognise(r, &d, false, &elsewhere), "another sender");
    recogniser_free(r);
}

/* Damage on a known port is told of, and does not vanish among what is no export packet. */
Test(recognise, damage_is_told_of)
{
    static struct octets capture;
    struct octets payload = { .length = 0 };
    put_v5(&payload, 0, 2);
    begin_capture(&capture);
    payload.length -= 10;
    add_datagram(&capture, 40000, 2055, &payload); /* sent too short */
    payload.length = 5;
    add_datagram(&capture, 40000, 2055, &payload); /* not even a header */
    payload.length = 0;
    put_v5(&payload, 2, 2);
    add_cut_datagram(&capture, 40000, 2055, &payload, 30); /* cut by the capture */
    struct session *run = run_session(&capture, (struct session_config) { .hex = NULL }, SESSION_DONE);
    const struct ledger *ledger = session_ledger(run);
    cr_expect_eq(session_counts(run)->exports, 3);
    cr_expect_eq(ledger_diagnostic_total(ledger, NFDEC_DIAG_BAD_COUNT), 1);
    cr_expect_eq(ledger_diagnostic_total(ledger, NFDEC_DIAG_SHORT_HEADER), 1);
    cr_expect_eq(ledger_diagnostic_total(ledger, NFDEC_DIAG_CAPTURE_CUT), 1);
    cr_expect_eq(flow_store_rows(session_store(run)), 1, "the one whole record");
    session_free(run);
}

/* So is what is none at all, from who sent one before. */
Test(recognise, others_of_an_exporter_are_told_of)
{
    static const uint16_t ports[] = { 2055, 12345 };
    static struct octets capture;
    for (unsigned i = 0; i < 2; i++) {
        struct octets good = { .length = 0 }, other;
        put_v5(&good, 0, 2);
        other = good;
        other.data[1] = 77;
        begin_capture(&capture);
        add_datagram(&capture, 40000, ports[i], &other);
        add_datagram(&capture, 40000, ports[i], &good);
        add_datagram(&capture, 40000, ports[i], &other);
        add_datagram(&capture, 40000, 53, &other);
        struct session *run = run_session(&capture, (struct session_config) { .hex = NULL }, SESSION_DONE);
        const struct ledger *ledger = session_ledger(run);
        cr_expect_eq(session_counts(run)->not_export, 3);
        cr_assert_eq(ledger_diagnostic_total(ledger, NFDEC_DIAG_NOT_EXPORT), 1);
        cr_expect_eq(ledger_diagnostic(ledger, 0)->packet, 3);
        cr_expect_eq(ledger_diagnostic(ledger, 0)->a, 120);
        cr_expect_eq(ledger_diagnostic(ledger, 0)->b, 77);
        session_free(run);
    }
}

Test(recognise, on_an_odd_port_in_a_session)
{
    static struct octets capture;
    struct octets payload = { .length = 0 };
    begin_capture(&capture);
    for (uint32_t i = 0; i < 3; i++) {
        payload.length = 0;
        put_v5(&payload, 2 * i, 2);
        payload.data[3] = i == 1 ? 5 : 2; /* the second announces too many */
        add_datagram(&capture, 40000, 12345, &payload);
    }
    struct session *run = run_session(&capture, (struct session_config) { .hex = NULL }, SESSION_DONE);
    cr_expect_eq(session_counts(run)->exports, 3);
    cr_expect_eq(session_counts(run)->exports_elsewhere, 3);
    cr_expect_eq(session_counts(run)->not_export, 0);
    cr_expect_eq(flow_store_rows(session_store(run)), 6);
    cr_expect_eq(ledger_diagnostic_total(session_ledger(run), NFDEC_DIAG_BAD_COUNT), 1);
    session_free(run);
}
