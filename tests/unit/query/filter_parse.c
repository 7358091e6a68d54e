/* SPDX-License-Identifier: MIT */
/* What is a filter, and what is said of what is none. */
#include "query/filter.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

static void expect_valid(const char *text)
{
    struct filter_error error;
    struct filter *filter = filter_parse(text, NULL, &error);
    cr_assert_not_null(filter, "'%s' is refused at %zu: %s", text, error.at, error.reason);
    filter_free(filter);
}

/* `at`: where the caret stands; `reason`: a part of it; suggestion "" where there is none. */
static void expect_wrong(const char *text, enum filter_state state, size_t at, const char *reason,
                         const char *suggestion)
{
    struct filter_error error;
    struct filter *filter = filter_parse(text, NULL, &error);
    cr_assert_null(filter, "'%s' is taken", text);
    cr_assert_eq(error.state, state, "'%s': state %d: %s", text, error.state, error.reason);
    cr_assert_eq(error.at, at, "'%s': at %zu: %s", text, error.at, error.reason);
    cr_assert(error.at + error.length <= strlen(text));
    cr_assert(strstr(error.reason, reason), "'%s': %s", text, error.reason);
    cr_assert_str_eq(error.suggestion, suggestion, "'%s': %s", text, error.suggestion);
}

Test(filter_parse, all_of_these_are_filters)
{
    static const char *const texts[] = {
        "ip == 10.0.0.0/8 and port in {80, 443} and bytes > 1M",
        "src ip 1.2.3.4",
        "src 1.2.3.4",
        "dst port 53",
        "net 10.0.0.0/8",
        "net 10.1",
        "net 10",
        "src net 10/8",
        "dst net 10.0.0.0 mask 255.0.0.0",
        "src or dst port 80",
        "src and dst net 10/8",
        "port 80 or 443",
        "proto tcp and not (port 22 or port 23)",
        "tcp",
        "udp port 53",
        "tcp src port 80",
        "tcp.port == 80",
        "udp.dstport in {53 5353}",
        "icmp or icmp6",
        "icmp-type 3 and icmp-code 3",
        "ipv6 && !tcp || udp",
        "NOT tcp AND UDP",
        "bytes > 1000",
        "bytes > 1.5M",
        "bytes >= 0x10",
        "packets < 10k",
        "in if 3",
        "out if 4 or if 5",
        "as 65000",
        "src as in [64512-65534]",
        "duration > 5000",
        "dur > 5s and dur < 1h30m",
        "flags S and not flags A",
        "tcp.flags has SYN|ACK",
        "tcp_flags == 0x12",
        "tcp_flags & RST+FIN",
        "start >= 2026-11-20 17:20",
        "start in 2026-11-20 17:20 .. 2026-11-20 17:30Z",
        "start < 2026-11-20T17:20:05.125+01:00",
        "end == 2026/11/20.17:20:05",
        "start > 1795195205.5",
        "start == 2026-11-20 17:20 utc and proto 6",
        "exporter 192.0.2.1 and domain 7 and template 256 and version ipfix",
        "has vlan and missing tcp_flags",
        "interfaceName == \"ge-0/0/1\"",
        "interfaceName contains 'ge' or interfaceName matches \"^ge-[0-9]+\"",
        "initiatorOctets > 1k",
        "231 > 1k",
        "9.12345 == 0a0b",
        "0.1 in 1..10",
        "reverseOctetDeltaCount >= 1",
        "sourceMacAddress == 00:1b:44:11:3a:b7",
        "sourceMacAddress contains 001b",
        "client.ip == 2001:db8::/32 and server port 443",
        "paired and not late",
        "paired == false",
        "service == https or service contains dns",
        "port https",
        "port in {https, ssh, 8000-8080}",
        "dst port != 80",
        "port not in {80, 443}",
        "ip in {10.0.0.1-10.0.0.9, 2001:db8::1..2001:db8::ff}",
        "portrange 6000-6010 and src portrange 1-1023",
        "input \"ge-0/0/1\" or input contains ge",
        "application 13:453",
        "any",
        "not not tcp",
        "bps > 10M and pps > 1k and bpp < 100",
        "tos 184 and vlan 7 and vrf 1 and direction egress",
        "flowEndReason == 3",
        "proto in {tcp udp 47}",
        "ip.src == 1.2.3.4 and ip.proto == 17",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        expect_valid(texts[i]);
}

/* What follows a value may look like another one. */
Test(filter_parse, words_behind_a_value_are_questions_where_they_can_be)
{
    static const char *const texts[] = {
        "port 53 and udp",
        "in if 3 or out if 4",
        "port 80 and icmp type 8",
        "port 80 and tcp.dstport 80",
        "proto tcp or udp or 47",
        "port domain or https or 8080",
        "host 192.0.2.1 and 198.51.100.1",
        "flags {S, SA} or tcpControlBits in 16..24",
        "port 80 or (443 and tcp)",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        expect_valid(texts[i]);
    expect_wrong("port 80 or nothing 5", FILTER_WRONG, 11, "a port or the name of a service", "");
}

Test(filter_parse, says_where_and_why)
{
    expect_wrong("byts > 1", FILTER_WRONG, 0, "no field 'byts'", "bytes");
    expect_wrong("tcp and porto 80", FILTER_WRONG, 8, "no field 'porto'", "port");
    expect_wrong("bytes > x", FILTER_WRONG, 8, "'x' is not a number", "");
    expect_wrong("port 70000", FILTER_WRONG, 5, "goes up to 65535", "");
    expect_wrong("port nosuchservice", FILTER_WRONG, 5, "a port or the name of a service", "");
    expect_wrong("proto 256", FILTER_WRONG, 6, "goes up to 255", "");
    expect_wrong("port 90-80", FILTER_WRONG, 5, "from the smaller", "");
    expect_wrong("ip 10.0.0.0/33", FILTER_WRONG, 3, "/0 ... /32", "");
    expect_wrong("ip == 1.2.3.4.5", FILTER_WRONG, 6, "is not an address", "");
    expect_wrong("tcp udp", FILTER_WRONG, 4, "'and' or 'or' belongs in front of 'udp'", "");
    expect_wrong("tcp and )", FILTER_WRONG, 8, "a field belongs here", "");
    expect_wrong("tcp)", FILTER_WRONG, 3, "nothing is open", "");
    expect_wrong("bytes contains 5", FILTER_WRONG, 6, "'contains' does not go with bytes", "");
    expect_wrong("interfaceName > 5", FILTER_WRONG, 14, "does not go with interfaceName, which is a text",
                 "");
    expect_wrong("interfaceName matches \"[\"", FILTER_WRONG, 22, "bad pattern", "");
    expect_wrong("interfaceName matches '(a)\\1'", FILTER_WRONG, 22, "cannot refer back", "");
    expect_wrong("interfaceName matches '((a{99}){99}){99}'", FILTER_WRONG, 22, "repeats too much", "");
    expect_wrong("dur > 5 parsecs", FILTER_WRONG, 8, "belongs in front", "");
    expect_wrong("dur > 5parsecs", FILTER_WRONG, 6, "is not a duration", "");
    expect_wrong("start > 2026-13-01", FILTER_WRONG, 8, "is not a time", "");
    expect_wrong("start > 2026-02-30", FILTER_WRONG, 8, "is not a time", "");
    expect_wrong("443", FILTER_WRONG, 0, "'443' stands alone", "");
    expect_wrong("flags XYZ", FILTER_WRONG, 6, "TCP flags", "");
    expect_wrong("host www.example.com", FILTER_WRONG, 5, "names of hosts are not looked up here", "");
    expect_wrong("port in {}", FILTER_WRONG, 9, "the list is empty", "");
    expect_wrong("port in {80, }", FILTER_WRONG, 13, "missing behind ','", "");
    expect_wrong("basicList == 5", FILTER_WRONG, 10, "is a list", "");
    expect_wrong("has nothing", FILTER_WRONG, 4, "no field 'nothing'", "");
    expect_wrong("ip 1.2.3.4-::1", FILTER_WRONG, 3, "one family", "");
    expect_wrong("sourceMacAddress == 00:11:22", FILTER_WRONG, 20, "is not a MAC address", "");
    expect_wrong("net 10.0.0.0 mask 255.0.255.0", FILTER_WRONG, 18, "a mask", "");
}

Test(filter_parse, what_can_go_on_is_incomplete)
{
    static const char *const texts[] = { "",
                                         "  ",
                                         "tcp and",
                                         "tcp or (",
                                         "port",
                                         "port in",
                                         "port in {80,",
                                         "not",
                                         "has",
                                         "bytes >",
                                         "(tcp",
                                         "interfaceName == \"ge",
                                         "start in 2026-11-20 ..",
                                         "src",
                                         "src or dst" };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct filter_error error;
        cr_assert_null(filter_parse(texts[i], NULL, &error), "'%s' is taken", texts[i]);
        cr_assert_eq(error.state, FILTER_INCOMPLETE, "'%s': %s", texts[i], error.reason);
    }
}

/* Deep, long and wide ones end with a word, not with the stack. */
Test(filter_parse, has_limits)
{
    struct filter_error error;
    static char text[200000];
    memset(text, '(', sizeof text - 1);
    cr_assert_null(filter_parse(text, NULL, &error));
    text[1000] = '\0';
    cr_assert_null(filter_parse(text, NULL, &error));
    cr_assert(strstr(error.reason, "levels"), "%s", error.reason);
    text[0] = '\0';
    for (size_t at = 0; at + 8 < 60000; at += 7)
        memcpy(text + at, "tcp or ", 8);
    cr_assert_null(filter_parse(text, NULL, &error));
    cr_assert(strstr(error.reason, "4096"), "%s", error.reason);
}

Test(filter_parse, knows_what_it_needs)
{
    struct filter_error error;
    struct filter *filter = filter_parse("tcp and initiatorOctets > 5", NULL, &error);
    cr_assert(filter_needs_records(filter));
    cr_assert_not(filter_needs_pairs(filter));
    filter_free(filter);
    filter = filter_parse("has initiatorOctets and client.port 5", NULL, &error);
    size_t at, length;
    cr_assert_not(filter_needs_records(filter), "a template says what it has");
    cr_assert(filter_needs_pairs(filter));
    filter_end_place(filter, &at, &length);
    cr_assert(filter_needs_end(filter));
    cr_assert_eq(at, 24);
    cr_assert_eq(length, 11);
    filter_free(filter);
}

static bool offers(const struct filter_completion *found, const char *word)
{
    for (size_t i = 0; i < found->count; i++)
        if (strcmp(found->item[i].text, word) == 0)
            return true;
    return false;
}

Test(filter_complete, offers_what_can_stand_there)
{
    static const struct {
        const char *text, *offered, *not_offered;
        size_t from;
        unsigned expected;
    } cases[] = {
        { "", "bytes", ">", 0, FILTER_EXPECT_FIELD },
        { "by", "bytes", "packets", 0, FILTER_EXPECT_FIELD },
        { "tcp a", "and", "or", 4, FILTER_EXPECT_CONNECTIVE },
        { "tcp and pa", "packets", "bytes", 8, FILTER_EXPECT_FIELD },
        { "bytes ", ">=", "contains", 6, FILTER_EXPECT_OPERATOR | FILTER_EXPECT_VALUE },
        { "bytes > 15", "M", "ms", 10, FILTER_EXPECT_VALUE },
        { "dur > 15", "s", "M", 8, FILTER_EXPECT_VALUE },
        { "tcp_flags S", "SYN", "ACK", 10, FILTER_EXPECT_OPERATOR | FILTER_EXPECT_VALUE },
        { "proto == ", "udp", "bytes", 9, FILTER_EXPECT_VALUE },
        { "interfaceName con", "contains", "==", 14, FILTER_EXPECT_OPERATOR | FILTER_EXPECT_VALUE },
        { "not (init", "initiatorOctets", "bytes", 5, FILTER_EXPECT_FIELD },
        { "has vl", "vlan", "and", 4, FILTER_EXPECT_FIELD },
        { "reason == no", "no-reverse", "apart", 10, FILTER_EXPECT_VALUE },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct filter_completion found;
        filter_complete(cases[i].text, strlen(cases[i].text), &found);
        cr_assert_eq(found.from, cases[i].from, "'%s': from %zu", cases[i].text, found.from);
        cr_assert_eq(found.expected, cases[i].expected, "'%s': expects %u", cases[i].text, found.expected);
        cr_assert(offers(&found, cases[i].offered), "'%s': no %s", cases[i].text, cases[i].offered);
        cr_assert_not(offers(&found, cases[i].not_offered), "'%s': %s", cases[i].text, cases[i].not_offered);
    }
}

/* What most people mean comes first, under whatever name they begin. */
Test(filter_complete, puts_the_fields_of_flows_before_elements)
{
    static const struct {
        const char *text, *first[4];
    } cases[] = {
        { "src", { "src", "src_as", "sport", "srcTrafficIndex" } },
        { "srcp", { "sport" } },
        { "Src.P", { "sport" } },
        { "octet", { "bytes", "octetDeltaCount" } },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct filter_completion found;
        filter_complete(cases[i].text, strlen(cases[i].text), &found);
        for (size_t j = 0; j < 4 && cases[i].first[j]; j++) {
            cr_assert_lt(j, found.count, "'%s': only %zu", cases[i].text, found.count);
            cr_assert_str_eq(found.item[j].text, cases[i].first[j], "'%s': %zu is %s", cases[i].text, j,
                             found.item[j].text);
        }
    }
}

Test(filter_complete, tells_whose_value_it_is)
{
    struct filter_completion found;
    filter_complete("tcp and src ip 10.", 18, &found);
    cr_assert_eq(found.field.symbol, FIELD_SRC);
    cr_assert(found.expected & FILTER_EXPECT_VALUE);
    cr_assert_eq(found.from, 15);
    filter_complete("port 80 and tcp", 7, &found);
    cr_assert_eq(found.from, 5, "the cursor is within");
}
