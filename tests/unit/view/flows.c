/* SPDX-License-Identifier: MIT */
/* --show flows. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "octets.h"
#include "view/batch/batch.h"

enum { SOURCE_PORT = 7, DESTINATION_PORT = 11, PROTOCOL = 4, ICMP_TYPE_CODE = 32, SOURCE6 = 27 };
enum { START_SECONDS = 150, END_SECONDS = 151, START_NANOSECONDS = 156, OCTETS = 1, DESTINATION6 = 28 };
enum { SAMPLING = 34, SAMPLER = 48, APPLICATION = 95, BIFLOW = 239, ENTERPRISE = 0x8000, REVERSE = 29305 };

static struct octets octets;

static void flows_begin(void)
{
    setenv("TZ", "UTC", 1);
    tzset();
    octets = (struct octets) { .length = 0 };
    octets_message(&octets);
}

TestSuite(flows, .init = flows_begin);

/* To be freed. */
static char *shown_with(bool json, unsigned threads)
{
    char *text = NULL;
    size_t length;
    struct batch_outcome outcome;
    struct capture_error error;
    octets_end(&octets);
    struct session_config session = { .hex = octets.data, .hex_length = octets.length, .threads = threads };
    struct batch_config config = { .show = BATCH_FLOWS, .json = json, .quiet = true };
    config.out = open_memstream(&text, &length);
    cr_assert(config.out);
    cr_assert(batch_run(&config, &session, &outcome, &error));
    cr_assert_eq(outcome.result, BATCH_DONE);
    fclose(config.out);
    return text;
}

static char *shown(bool json)
{
    return shown_with(json, 1);
}

static void expect_ports(unsigned protocol, unsigned sport, unsigned dport, const char *wanted)
{
    flows_begin();
    octets_set(&octets, 2);
    octets_template(&octets, 256, 3);
    octets_field(&octets, SOURCE_PORT, 2);
    octets_field(&octets, DESTINATION_PORT, 2);
    octets_field(&octets, PROTOCOL, 1);
    octets_set(&octets, 256);
    octets_16(&octets, sport);
    octets_16(&octets, dport);
    octets_8(&octets, protocol);
    char *text = shown(true), *found = strstr(text, "\"sport\"");
    cr_assert(found, "%s", text);
    cr_expect_str_eq(found, wanted);
    free(text);
}

Test(flows, ports_of_icmp_are_as_sent_and_mean_a_type_where_they_can)
{
    expect_ports(1, 0, 8 << 8, "\"sport\":0,\"dport\":2048,\"icmp_type\":8,\"icmp_code\":0,\"proto\":1}\n");
    expect_ports(1, 0, 0, "\"sport\":0,\"dport\":0,\"icmp_type\":0,\"icmp_code\":0,\"proto\":1}\n");
    expect_ports(58, 0, 0, "\"sport\":0,\"dport\":0,\"proto\":58}\n");
    expect_ports(1, 0, 8, "\"sport\":0,\"dport\":8,\"proto\":1}\n");
    expect_ports(1, 40000, 2048, "\"sport\":40000,\"dport\":2048,\"proto\":1}\n");
    expect_ports(6, 0, 2048, "\"sport\":0,\"dport\":2048,\"proto\":6}\n");
}

Test(flows, the_element_for_icmp_comes_first)
{
    octets_set(&octets, 2);
    octets_template(&octets, 256, 3);
    octets_field(&octets, DESTINATION_PORT, 2);
    octets_field(&octets, PROTOCOL, 1);
    octets_field(&octets, ICMP_TYPE_CODE, 2);
    octets_set(&octets, 256);
    octets_16(&octets, 4711);
    octets_8(&octets, 1);
    octets_16(&octets, 3 << 8 | 1);
    char *text = shown(true);
    cr_expect(strstr(text, "\"dport\":4711,\"icmp_type\":3,\"icmp_code\":1,"), "%s", text);
    free(text);
}

Test(flows, columns_are_as_wide_as_what_they_hold)
{
    octets_set(&octets, 2);
    octets_template(&octets, 256, 4);
    octets_field(&octets, PROTOCOL, 1);
    octets_field(&octets, SOURCE6, 16);
    octets_field(&octets, START_SECONDS, 4);
    octets_field(&octets, END_SECONDS, 4);
    octets_set(&octets, 256);
    for (unsigned i = 0; i < 2; i++) {
        octets_8(&octets, i ? 17 : 58);
        octets_32(&octets, 0x20010db8);
        octets_32(&octets, 0);
        octets_32(&octets, 0);
        octets_32(&octets, 1);
        octets_32(&octets, 1000000000);
        octets_32(&octets, i ? 1000000001 : 4000000000);
    }
    char *text = shown(false);
    cr_expect(strstr(text, "2001-09-09 01:46.40 833333:20.00 hours ipv6-icmp 2001:db8::1 -> -"), "%s", text);
    cr_expect(strstr(text, "2001-09-09 01:46.40 1 sec              udp       2001:db8::1 -> -"), "%s", text);
    free(text);
}

Test(flows, every_kind_of_value_in_json)
{
    octets_set(&octets, 2);
    octets_template(&octets, 256, 10);
    octets_field(&octets, START_NANOSECONDS, 8);
    octets_field(&octets, SOURCE6, 16);
    octets_field(&octets, DESTINATION6, 16);
    octets_field(&octets, OCTETS, 8);
    octets_field(&octets, ENTERPRISE | OCTETS, 8);
    octets_32(&octets, REVERSE);
    octets_field(&octets, ENTERPRISE | 6, 1);
    octets_32(&octets, REVERSE);
    octets_field(&octets, SAMPLING, 4);
    octets_field(&octets, SAMPLER, 1);
    octets_field(&octets, APPLICATION, 4);
    octets_field(&octets, BIFLOW, 1);
    octets_set(&octets, 256);
    octets_32(&octets, 1000000000 + 2208988800);
    octets_32(&octets, 0x80000000); /* half a second */
    for (unsigned i = 0; i < 2; i++) {
        octets_32(&octets, 0x20010db8);
        octets_32(&octets, 0);
        octets_32(&octets, 0);
        octets_32(&octets, i);
    }
    for (unsigned i = 0; i < 4; i++)
        octets_32(&octets, 0xFFFFFFFF);
    octets_8(&octets, 0xFF);
    octets_32(&octets, 4294967295);
    octets_8(&octets, 250);
    octets_32(&octets, 13u << 24 | 12345);
    octets_8(&octets, 2);
    char *text = shown(true);
    cr_expect_str_eq(text, "{\"frame\":1,\"record\":1,\"domain\":7,\"version\":10,\"template\":256,"
                           "\"start\":\"2001-09-09T01:46:40.5Z\",\"src\":\"2001:db8::\","
                           "\"dst\":\"2001:db8::1\",\"bytes\":18446744073709551615,"
                           "\"sampling\":4294967295,\"application\":\"13:12345\","
                           "\"reverse_bytes\":18446744073709551615,\"reverse_tcp_flags\":255,"
                           "\"sampler\":250,\"biflow\":2}\n");
    free(text);
}

/* More than a piece, in one set, behind another one. */
static void many_rows(void)
{
    octets_set(&octets, 2);
    octets_template(&octets, 256, 1);
    octets_field(&octets, PROTOCOL, 1);
    octets_template(&octets, 257, 1);
    octets_field(&octets, DESTINATION_PORT, 2);
    octets_set(&octets, 256);
    for (unsigned i = 0; i < 700; i++)
        octets_8(&octets, i % 256);
    octets_set(&octets, 257);
    for (unsigned i = 0; i < 30000; i++)
        octets_16(&octets, i);
}

Test(flows, threads_change_nothing)
{
    many_rows();
    char *one = shown_with(true, 1), *table = shown_with(false, 1), line[160], *at = one;
    for (unsigned i = 0; i < 30700; i++) {
        bool first = i < 700;
        snprintf(line, sizeof line,
                 "{\"frame\":1,\"record\":%u,\"domain\":7,\"version\":10,\"template\":%u,\"%s\":%u}\n", i + 1,
                 first ? 256 : 257, first ? "proto" : "dport", first ? i % 256 : i - 700);
        cr_assert_eq(strncmp(at, line, strlen(line)), 0, "%s", line);
        at += strlen(line);
    }
    cr_assert_str_empty(at);
    for (unsigned threads = 2; threads <= 7; threads++) {
        char *json = shown_with(true, threads), *text = shown_with(false, threads);
        cr_assert(strcmp(json, one) == 0);
        cr_assert(strcmp(text, table) == 0);
        free(json);
        free(text);
    }
    free(one);
    free(table);
}

Test(flows, end_early_where_nobody_takes_them)
{
    many_rows();
    octets_end(&octets);
    for (unsigned threads = 1; threads <= 4; threads += 3) {
        struct batch_outcome outcome;
        struct capture_error error;
        struct session_config session = { .hex = octets.data,
                                          .hex_length = octets.length,
                                          .threads = threads };
        struct batch_config config = { .show = BATCH_FLOWS, .json = true, .out = fopen("/dev/full", "w") };
        cr_assert(config.out);
        cr_assert(batch_run(&config, &session, &outcome, &error));
        cr_expect_eq(outcome.result, BATCH_FAILED);
        fclose(config.out);
    }
}
