/* SPDX-License-Identifier: MIT */
#include "command/flowlike.h"

#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <string.h>

/* Expressions libpcap refuses; `capture` is what they become, "" where BPF has no words, NULL: no flow filter. */
struct example {
    char filter[64], capture[64];
    bool is_one;
    size_t at;
};

ParameterizedTestParameters(flowlike, expressions)
{
    static struct example examples[] = {
        { "port == 2055", "port 2055", true, 5 },
        { "port=2055", "port 2055", true, 4 },
        { "ip == 192.0.2.1", "host 192.0.2.1", true, 3 },
        { "ip.addr eq 192.0.2.1", "host 192.0.2.1", true, 8 },
        { "src ip == 192.0.2.1", "src host 192.0.2.1", true, 7 },
        { "dstport = 53", "dst port 53", true, 8 },
        { "ip != 192.0.2.1", "not host 192.0.2.1", true, 3 },
        { "exporter == 192.0.2.1 && port = 9995", "src host 192.0.2.1 && port 9995", true, 9 },
        { "not (sport = 53 or dport = 53)", "not (src port 53 or dst port 53)", true, 11 },
        { "proto = udp", "udp", true, 6 },
        { "proto = 17", "proto 17", true, 6 },
        { "udp and src port 7 and dst ip == 192.0.2.1", "udp and src port 7 and dst host 192.0.2.1", true,
          30 },
        { "bytes > 1M", "", true, 6 },
        { "ip == 192.0.2.1 and bytes > 1M", "", true, 3 },
        { "port > 1024", "", true, 5 },
        { "port ==", "", true, 5 },
        { "port == nosuchservice", "", true, 5 },
        { "udp prot 2055", "", false, 0 },
        { "udp and", "", false, 0 },
        { "host", "", false, 0 },
        { "len >> 5", "", false, 0 },
        { "", "", false, 0 },
    };
    return cr_make_param_array(struct example, examples, sizeof examples / sizeof *examples);
}

ParameterizedTest(struct example *example, flowlike, expressions)
{
    struct strbuf capture = { 0 };
    size_t at = 0;
    bool is_one = flowlike(example->filter, &at, &capture);
    cr_expect_eq(is_one, example->is_one, "%s", example->filter);
    if (is_one) {
        cr_expect_eq(at, example->at, "%s: %zu", example->filter, at);
        cr_expect_str_eq(capture.data ? capture.data : "", example->capture, "%s", example->filter);
    }
    strbuf_release(&capture);
}

Test(flowlike, tokens)
{
    static const char *const expected[] = { "udp", "and", "(", "ip.src", "==", "::1", ")", "||", "!", "x" };
    const char *expression = "  udp and(ip.src==::1)|| !x ";
    size_t at = 0, length = 0, count = 0;
    while ((length = flowlike_token(expression, &at)) > 0) {
        cr_assert_lt(count, sizeof expected / sizeof *expected);
        cr_assert_eq(length, strlen(expected[count]));
        cr_assert_eq(memcmp(expression + at, expected[count], length), 0);
        at += length;
        count++;
    }
    cr_assert_eq(count, sizeof expected / sizeof *expected);
}
