/* SPDX-License-Identifier: MIT */
/* --show flows. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "octets.h"
#include "view/batch/batch.h"

enum { SOURCE_PORT = 7, DESTINATION_PORT = 11, PROTOCOL = 4, ICMP_TYPE_CODE = 32, SOURCE6 = 27 };
enum { START_SECONDS = 150, END_SECONDS = 151 };

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
static char *shown(bool json)
{
    char *text = NULL;
    size_t length;
    struct batch_outcome outcome;
    struct capture_error error;
    octets_end(&octets);
    struct session_config session = { .hex = octets.data, .hex_length = octets.length };
    struct batch_config config = { .show = BATCH_FLOWS, .json = json, .quiet = true };
    config.out = open_memstream(&text, &length);
    cr_assert(config.out);
    cr_assert(batch_run(&config, &session, &outcome, &error));
    cr_assert_eq(outcome.result, BATCH_DONE);
    fclose(config.out);
    return text;
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
