/* SPDX-License-Identifier: MIT */
/* Samplers that flows name, and who has announced them. */
#include <criterion/criterion.h>

#include "flow/health.h"
#include "flow/sampling.h"
#include "session/session.h"
#include "wire.h"

static const struct session_config plain = { .hex = NULL };

static void put_field(struct octets *o, uint16_t id, uint16_t length)
{
    put_u16(o, id);
    put_u16(o, length);
}

/* Flows of octets and a sampler's id, which are its values 1 ... 3. */
static void add_flows(struct octets *capture, uint32_t sequence)
{
    struct octets payload = { .length = 0 };
    put_v9(&payload, sequence, 4);
    begin_set(&payload, 0);
    put_u16(&payload, 256);
    put_u16(&payload, 2);
    put_field(&payload, 1, 4);
    put_field(&payload, 48, 1);
    end_set(&payload);
    begin_set(&payload, 256);
    for (uint8_t sampler = 0; sampler < 4; sampler++) {
        put_u32(&payload, 1000);
        put_u8(&payload, sampler);
    }
    end_set(&payload);
    add_datagram(capture, 40000, 2055, &payload);
}

/* Options data by IPFIX: another family of the same address. */
static void announce_in(struct octets *capture, uint8_t domain, uint16_t port, uint8_t sampler,
                        uint32_t interval)
{
    struct octets payload = { .length = 0 };
    put_ipfix(&payload, 0);
    payload.data[15] = domain;
    begin_set(&payload, 3);
    put_u16(&payload, 257);
    put_u16(&payload, 2);
    put_u16(&payload, 1);
    put_field(&payload, 302, 1);
    put_field(&payload, 34, 4);
    end_set(&payload);
    begin_set(&payload, 257);
    put_u8(&payload, sampler);
    put_u32(&payload, interval);
    end_set(&payload);
    add_datagram(capture, port, 4739, &payload);
}

static void announce(struct octets *capture, uint16_t port, uint8_t sampler, uint32_t interval)
{
    announce_in(capture, 1, port, sampler, interval);
}

static struct sampling by_sampler(const struct session *run, uint64_t sampler)
{
    struct samplings *samplings = samplings_new(session_decoder(run));
    struct sampling_flow flow = { .sampler = sampler, .has_sampler = true };
    struct sampling found = samplings_of(samplings, nfdec_session_at(session_decoder(run), 0), &flow);
    samplings_free(samplings);
    return found;
}

static void expect(struct sampling s, uint32_t interval, enum sampling_source source)
{
    cr_expect_eq(s.interval, interval);
    cr_expect_str_eq(sampling_source_name(s.source), sampling_source_name(source));
}

Test(samplers, that_nobody_announced_are_told_of_once)
{
    static struct octets capture;
    begin_capture(&capture);
    add_flows(&capture, 1);
    add_flows(&capture, 2);
    announce(&capture, 40000, 1, 100);
    announce(&capture, 40001, 2, 10);
    announce(&capture, 40002, 2, 10);
    announce_in(&capture, 9, 40003, 2, 20);
    struct session *run = run_session(&capture, plain, SESSION_DONE);
    expect(by_sampler(run, 0), 0, SAMPLING_NONE);
    expect(by_sampler(run, 1), 100, SAMPLING_SAMPLER_ELSEWHERE);
    expect(by_sampler(run, 2), 0, SAMPLING_SAMPLER_UNCLEAR);
    expect(by_sampler(run, 3), 0, SAMPLING_SAMPLER_UNKNOWN);
    const struct ledger *ledger = session_ledger(run);
    cr_assert_eq(ledger_diagnostic_total(ledger, NFDEC_DIAG_SAMPLER_UNKNOWN), 1);
    for (size_t i = 0; i < ledger_diagnostic_count(ledger); i++) {
        const struct nfdec_diagnostic *d = ledger_diagnostic(ledger, i);
        if (d->code != NFDEC_DIAG_SAMPLER_UNKNOWN)
            continue;
        cr_expect_eq(d->a, 3);
        cr_expect_eq(d->b, 2, "flows that name it");
        cr_expect_eq(ledger_frame(d->packet), 1);
    }
    session_free(run);
}

Test(samplers, are_counted_by_who_names_them)
{
    static struct octets capture;
    begin_capture(&capture);
    add_flows(&capture, 1);
    add_flows(&capture, 2);
    struct session *run = run_session(&capture, plain, SESSION_DONE);
    const struct sampler_use *use;
    for (uint64_t sampler = 0; sampler < 4; sampler++) {
        use = sampling_use_at(session_sampling_use(run), sampler);
        cr_assert(use);
        cr_expect_eq(use->sampler, sampler);
        cr_expect_eq(use->flows, 2);
        cr_expect_eq(ledger_frame(use->packet), 1);
    }
    cr_expect_null(sampling_use_at(session_sampling_use(run), 4));
    session_free(run);
}

Test(samplers, what_a_flow_says_comes_first_and_headers_come_last_but_one)
{
    static struct octets capture;
    begin_capture(&capture);
    add_flows(&capture, 1);
    announce(&capture, 40000, 1, 100);
    struct session *run = run_session(&capture, plain, SESSION_DONE);
    struct samplings *samplings = samplings_new(session_decoder(run));
    const struct nfdec_session *session = nfdec_session_at(session_decoder(run), 0);
    struct sampling_flow flow = { .interval = 5, .sampler = 1, .has_sampler = true, .header = 9 };
    expect(samplings_of(samplings, session, &flow), 5, SAMPLING_RECORD);
    flow.interval = UINT64_MAX;
    expect(samplings_of(samplings, session, &flow), UINT32_MAX, SAMPLING_RECORD);
    flow.interval = 0;
    expect(samplings_of(samplings, session, &flow), 100, SAMPLING_SAMPLER_ELSEWHERE);
    flow.has_sampler = false;
    expect(samplings_of(samplings, session, &flow), 9, SAMPLING_HEADER);
    flow.header = 0;
    expect(samplings_of(samplings, session, &flow), 0, SAMPLING_NONE);
    samplings_free(samplings);
    session_free(run);
}

static void expect_sentence(const struct health *health, enum health_code code, const char *wanted)
{
    struct strbuf text = { .data = NULL };
    for (size_t i = 0; i < health_count(health); i++)
        if (health_at(health, i)->code == code && text.length == 0)
            health_sentence(health_at(health, i), &text);
    cr_expect_str_eq(text.data ? text.data : "(none)", wanted);
    strbuf_release(&text);
}

Test(samplers, health_says_who_uses_what)
{
    static struct octets capture;
    begin_capture(&capture);
    add_flows(&capture, 1);
    add_flows(&capture, 2);
    announce(&capture, 40000, 1, 100);
    announce(&capture, 40001, 2, 10);
    announce_in(&capture, 9, 40003, 2, 20);
    announce_in(&capture, 9, 40003, 8, 20);
    struct session *run = run_session(&capture, plain, SESSION_DONE);
    struct health *health = health_new(session_ledger(run), session_decoder(run), session_sampling_use(run));
    expect_sentence(health, HEALTH_SAMPLER_ELSEWHERE,
                    "2 flows name sampler 1, which is announced in another domain of the same address: "
                    "1 packet in 100.");
    expect_sentence(health, HEALTH_SAMPLER_UNCLEAR,
                    "2 flows name sampler 2, for which other domains of the same address announce different "
                    "intervals.");
    expect_sentence(health, HEALTH_SAMPLER_UNKNOWN, "Flows name 1 sampler that was never announced.");
    bool unused = false;
    for (size_t i = 0; i < health_count(health); i++) {
        const struct health_finding *finding = health_at(health, i);
        unused |= finding->code == HEALTH_SAMPLING_SAMPLER && finding->b == 8 && finding->text &&
                  strcmp(finding->text, "; no flow names it") == 0;
    }
    cr_expect(unused);
    health_free(health);
    session_free(run);
}
