/* SPDX-License-Identifier: MIT */
#include "names/dns.h"

#include <criterion/criterion.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "fake_dns.h"

struct answers {
    size_t named, nameless;
    char last[300];
};

static void count_answer(void *context, const struct addr *address, const char *name)
{
    struct answers *answers = context;
    (void)address;
    if (name) {
        answers->named++;
        snprintf(answers->last, sizeof answers->last, "%s", name);
    } else {
        answers->nameless++;
    }
}

static struct dns *open_dns(const char *server, unsigned in_flight, struct answers *answers)
{
    struct dns_config config = {
        .server = server, .in_flight = in_flight, .answer = count_answer, .context = answers
    };
    struct dns *dns = dns_new(&config);
    cr_assert_not_null(dns);
    return dns;
}

static void ask(struct dns *dns, enum fake_dns_mood mood, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        struct addr address = fake_dns_host(mood, i);
        dns_ask(dns, &address);
    }
}

static int64_t now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static bool askable(const char *text)
{
    struct addr address = { 0 };
    cr_assert(addr_parse(text, &address), "%s", text);
    return dns_askable(&address);
}

Test(names_dns, addresses_that_are_not_asked_for)
{
    static const char *const never[] = {
        "0.0.0.0",          "0.1.2.3",   "127.0.0.1", "127.255.255.255", "169.254.0.1", "169.254.255.255",
        "224.0.0.1",        "239.1.1.1", "240.0.0.1", "255.255.255.255", "::",          "::1",
        "::ffff:192.0.2.1", "fe80::1",   "febf::1",   "ff02::1",         "ff0e::1",
    };
    static const char *const always[] = {
        "1.1.1.1",     "10.0.0.1",    "126.255.255.255", "128.0.0.1", "169.253.0.1",
        "169.255.0.1", "192.168.0.1", "223.0.0.1",       "192.0.2.1", "2001:db8::1",
        "fd00::1",     "fec0::1",     "fe7f::1",         "2::",       "64:ff9b::1",
    };
    for (size_t i = 0; i < sizeof never / sizeof *never; i++)
        cr_expect_not(askable(never[i]), "%s", never[i]);
    for (size_t i = 0; i < sizeof always / sizeof *always; i++)
        cr_expect(askable(always[i]), "%s", always[i]);
    cr_expect_not(dns_askable(&(struct addr) { 0 }));
}

Test(names_dns, every_kind_of_reply_ends_a_look_up)
{
    static const struct {
        enum fake_dns_mood mood;
        bool named;
    } cases[] = {
        { FAKE_DNS_ANSWER, true },   { FAKE_DNS_NXDOMAIN, false }, { FAKE_DNS_DELAY, true },
        { FAKE_DNS_GARBAGE, false }, { FAKE_DNS_EMPTY, false },    { FAKE_DNS_TRUNCATED, false },
    };
    struct fake_dns *server = fake_dns_start();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct answers answers = { 0 };
        struct dns *dns = open_dns(fake_dns_address(server), 8, &answers);
        ask(dns, cases[i].mood, 1);
        dns_wait(dns, 8000);
        cr_expect_eq(dns_open(dns), 0, "mood %d", (int)cases[i].mood);
        cr_expect_eq(answers.named, cases[i].named, "mood %d", (int)cases[i].mood);
        cr_expect_eq(answers.nameless, !cases[i].named, "mood %d", (int)cases[i].mood);
        dns_free(dns);
    }
    fake_dns_stop(server);
}

Test(names_dns, the_name_is_that_of_the_reply)
{
    struct fake_dns *server = fake_dns_start();
    struct answers answers = { 0 };
    struct dns *dns = open_dns(fake_dns_address(server), 1, &answers);
    struct addr address = fake_dns_host(FAKE_DNS_ANSWER, 0x0203);
    dns_ask(dns, &address);
    dns_wait(dns, 8000);
    cr_expect_str_eq(answers.last, "host-2-3.test");
    dns_free(dns);
    fake_dns_stop(server);
}

Test(names_dns, ipv6_is_asked_for)
{
    struct fake_dns *server = fake_dns_start();
    struct answers answers = { 0 };
    struct dns *dns = open_dns(fake_dns_address(server), 1, &answers);
    struct addr address;
    /* its last octets read backwards, a nibble a label: 0.0.1, which is the mood "answer" */
    cr_assert(addr_parse("2001:db8::100", &address));
    dns_ask(dns, &address);
    dns_wait(dns, 8000);
    cr_expect_str_eq(answers.last, "host-0-0.test");
    dns_free(dns);
    fake_dns_stop(server);
}

Test(names_dns, a_long_queue_passes_through_a_few_places)
{
    struct fake_dns *server = fake_dns_start();
    struct answers answers = { 0 };
    struct dns *dns = open_dns(fake_dns_address(server), 16, &answers);
    size_t asked = 0;
    for (int round = 0; round < 3; round++) {
        ask(dns, FAKE_DNS_ANSWER, 1000);
        ask(dns, FAKE_DNS_NXDOMAIN, 500);
        asked += 1500;
        for (int64_t end = now() + 30000; dns_open(dns) > 300 && now() < end;)
            dns_wait(dns, 0); /* not to the end, so that the queue moves up while it grows */
        cr_expect(dns_open(dns) > 0);
        cr_expect_eq(dns_open(dns) + answers.named + answers.nameless, asked);
    }
    dns_wait(dns, 30000);
    cr_expect_eq(dns_open(dns), 0);
    cr_expect_eq(answers.named, 3000);
    cr_expect_eq(answers.nameless, 1500);
    dns_free(dns);
    fake_dns_stop(server);
}

Test(names_dns, no_more_in_flight_than_allowed)
{
    struct fake_dns *server = fake_dns_start();
    struct answers answers = { 0 };
    struct dns *dns = open_dns(fake_dns_address(server), 4, &answers);
    ask(dns, FAKE_DNS_NEVER, 100);
    dns_wait(dns, 300); /* the second tries begin after a second */
    cr_expect_eq(fake_dns_questions(server), 4, "%u", fake_dns_questions(server));
    cr_expect_eq(dns_open(dns), 100);
    dns_free(dns);
    cr_expect_eq(answers.nameless, 0, "dropped look-ups have no answer");
    fake_dns_stop(server);
}

Test(names_dns, a_dead_server_is_given_up)
{
    struct fake_dns *server = fake_dns_start();
    struct answers answers = { 0 };
    struct dns *dns = open_dns(fake_dns_address(server), 4, &answers);
    ask(dns, FAKE_DNS_NEVER, 2);
    int64_t start = now();
    dns_wait(dns, 20000);
    int64_t took = now() - start;
    cr_expect_eq(answers.nameless, 2);
    cr_expect_eq(fake_dns_questions(server), 4, "two tries each");
    cr_expect(took >= 1500 && took < 10000, "%lld ms", (long long)took);
    dns_free(dns);
    fake_dns_stop(server);
}

Test(names_dns, a_closed_port_fails_all)
{
    struct fake_dns *server = fake_dns_start();
    char address[32];
    snprintf(address, sizeof address, "%s", fake_dns_address(server));
    fake_dns_stop(server);
    struct answers answers = { 0 };
    struct dns *dns = open_dns(address, 4, &answers);
    ask(dns, FAKE_DNS_ANSWER, 500);
    dns_wait(dns, 20000);
    cr_expect_eq(dns_open(dns), 0);
    cr_expect_eq(answers.nameless, 500);
    dns_free(dns);
}

/* connect() to the broadcast address fails at once: look-ups end before they are under way */
Test(names_dns, a_wait_with_a_server_out_of_reach)
{
    struct answers answers = { 0 };
    struct dns *dns = open_dns("255.255.255.255:53", 4, &answers);
    ask(dns, FAKE_DNS_ANSWER, 5000);
    dns_wait(dns, 20000);
    cr_expect_eq(dns_open(dns), 0);
    cr_expect_eq(answers.nameless, 5000);
    dns_free(dns);
}

Test(names_dns, a_server_that_is_no_address)
{
    cr_expect_null(dns_new(&(struct dns_config) { .server = "no address", .answer = count_answer }));
}
