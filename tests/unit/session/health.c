/* SPDX-License-Identifier: MIT */
/* What is found of an exporter's health, over whole runs; the numbers of a large plan are tests/facts/health.py's. */
#include "flow/health.h"

#include <criterion/criterion.h>
#include <string.h>

#include "wire.h"

/* The only finding of a code; NULL: there is none. */
static const struct health_finding *find(const struct health *health, enum health_code code)
{
    const struct health_finding *found = NULL;
    for (size_t i = 0; i < health_count(health); i++) {
        if (health_at(health, i)->code != code)
            continue;
        cr_assert_null(found, "%s is found twice", health_word(code));
        found = health_at(health, i);
    }
    return found;
}

static void expect(const struct health *health, enum health_code code, uint64_t packet, const char *sentence)
{
    const struct health_finding *finding = find(health, code);
    struct strbuf text = { .data = NULL };
    cr_assert_not_null(finding, "%s is not found", health_word(code));
    health_sentence(finding, &text);
    cr_expect_str_eq(text.data, sentence, "%s: %s", health_word(code), text.data);
    cr_expect_eq(finding->packet, packet, "%s leads to %ju", health_word(code), (uintmax_t)finding->packet);
    strbuf_release(&text);
}

static struct health *health_of(const struct octets *capture, struct session **run)
{
    *run = run_session(capture, (struct session_config) { .hex = NULL }, SESSION_DONE);
    return health_new(session_ledger(*run), session_decoder(*run), session_sampling_use(*run));
}

Test(health, of_nothing)
{
    static struct octets capture;
    struct session *run;
    begin_capture(&capture);
    struct health *health = health_of(&capture, &run);
    cr_expect_eq(health_count(health), 0);
    health_free(health);
    health_free(NULL);
    session_free(run);
}

Test(health, nothing_is_missing)
{
    static struct octets capture, payload;
    struct session *run;
    begin_capture(&capture);
    for (uint32_t i = 0; i < 3; i++) {
        payload.length = 0;
        put_v5(&payload, 2 * i, 2);
        add_datagram(&capture, 40000, 2055, &payload);
    }
    struct health *health = health_of(&capture, &run);
    expect(health, HEALTH_COMPLETE, 0,
           "Nothing is missing: 6 flows came, all that its sequence numbers count.");
    expect(health, HEALTH_DECODED, 0, "Every set was decoded.");
    cr_expect_null(find(health, HEALTH_LOST));
    health_free(health);
    session_free(run);
}

Test(health, what_is_lost_late_and_doubled)
{
    static const uint32_t numbers[] = { 0, 2, 6, 4, 4, 110 };
    static struct octets capture, payload;
    struct session *run;
    begin_capture(&capture);
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        payload.length = 0;
        put_v5(&payload, numbers[i], 2);
        add_datagram(&capture, 40000, 2055, &payload);
    }
    struct health *health = health_of(&capture, &run);
    expect(health, HEALTH_LOST, 3, "102 of 112 flows are missing (91.1 %).");
    expect(health, HEALTH_REORDERED, 4, "1 packet came behind a later one.");
    expect(health, HEALTH_DUPLICATED, 5, "1 packet came twice.");
    cr_expect_eq(health_worst(health, 0), HEALTH_WARNING);
    health_free(health);
    session_free(run);
}

Test(health, sets_without_a_template)
{
    static struct octets capture, payload;
    struct session *run;
    begin_capture(&capture);
    for (uint32_t i = 0; i < 2; i++) {
        payload.length = 0;
        put_ipfix(&payload, 0);
        begin_set(&payload, 300);
        put_record(&payload, 1, 2, 3, 4);
        end_set(&payload);
        add_datagram(&capture, 40000, 4739, &payload);
    }
    struct health *health = health_of(&capture, &run);
    const struct health_finding *finding = find(health, HEALTH_NO_TEMPLATE);
    expect(
        health, HEALTH_NO_TEMPLATE, 1,
        "2 sets of template 300 (32 octets) could not be decoded: it was never announced in this capture.");
    cr_expect_eq(finding->id, 300);
    cr_expect(strstr(health_advice(finding->code), "announce"));
    cr_expect_null(find(health, HEALTH_TEMPLATES_LATE), "they waited in vain");
    cr_expect_null(find(health, HEALTH_DECODED));
    cr_expect_eq(health_worst(health, 0), HEALTH_ERROR);
    health_free(health);
    session_free(run);
}

Test(health, findings_stand_by_exporter_and_topic)
{
    static struct octets capture, payload;
    struct session *run;
    begin_capture(&capture);
    for (uint32_t i = 0; i < 4; i++) {
        payload.length = 0;
        if (i % 2)
            put_v5(&payload, 90 * i, 2);
        else
            put_v9(&payload, i, 0);
        add_datagram(&capture, 40000, 2055, &payload);
    }
    struct health *health = health_of(&capture, &run);
    cr_assert_gt(health_count(health), 4);
    for (size_t i = 1; i < health_count(health); i++) {
        const struct health_finding *a = health_at(health, i - 1), *b = health_at(health, i);
        cr_expect(a->exporter < b->exporter ||
                  (a->exporter == b->exporter && health_topic_of(a->code) <= health_topic_of(b->code)));
    }
    health_free(health);
    session_free(run);
}

/* Every row of the table makes a sentence: nothing of its placeholders is left, for one and for several. */
Test(health, sentences)
{
    static const struct nfdec_session session = { .version = 9 };
    for (unsigned code = 0; code < HEALTH_CODE_COUNT; code++) {
        for (uint64_t count = 1; count <= 2; count++) {
            char extra[] = "extra";
            struct health_finding finding = { .code = (enum health_code)code,
                                              .session = &session,
                                              .a = count,
                                              .b = count,
                                              .d = 1500000000,
                                              .e = 1,
                                              .f = 2,
                                              .id = 256,
                                              .text = extra };
            struct strbuf text = { .data = NULL };
            health_sentence(&finding, &text);
            cr_assert_gt(text.length, 10);
            cr_expect_eq(text.data[text.length - 1], '.', "%s", text.data);
            cr_expect_eq(strcspn(text.data, "[]{}|"), text.length, "%s", text.data);
            const char *percent = strchr(text.data, '%');
            cr_expect(!percent || percent[1] == ')', "%s", text.data);
            cr_expect(!(count == 1 && strstr(text.data, "1 packets")), "%s", text.data);
            strbuf_release(&text);
        }
        cr_expect_gt(strlen(health_word((enum health_code)code)), 2);
        cr_expect_lt(health_topic_of((enum health_code)code), HEALTH_TOPICS);
    }
}
