/* SPDX-License-Identifier: MIT */
#include "command/bpf.h"

#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <stdint.h>
#include <string.h>

#include "capture/capture.h"

struct example {
    char filter[64];
    size_t at; /* SIZE_MAX: cannot be told */
};

ParameterizedTestParameters(bpf, culprits)
{
    static struct example examples[] = {
        { "prot 2055", 0 },
        { "udp prot 2055", 4 },
        { "udp and prot 2055", 8 },
        { "udp and(prot 2055)", 8 },
        { "udp and (host 192.0.2.1 or host 192.0.2.2) port 53", 43 },
        { "src net 10 dst", 11 },
        { "udp)", 3 },
        { "udp $", 4 },
        { "ip[0:2 = 1", 7 },
        { "ether host 1:2:3:4:5:6 foo", 23 },
        { "udp and", 7 },
        { "(udp", 4 },
        { "host", 4 },
        { "udp port 70000", 9 },
        { "vlan 5000", 5 },
        { "udp or host 192.0.2.999", 12 },
        { "net 10.0.0.1/8", 4 },
        { "port nosuchservice", 5 },
        { "host ::1 and tcp[13] = 1", SIZE_MAX },
    };
    return cr_make_param_array(struct example, examples, sizeof examples / sizeof *examples);
}

ParameterizedTest(struct example *example, bpf, culprits)
{
    char reason[CAPTURE_ERROR];
    cr_assert_not(capture_filter_ok(example->filter, reason), "%s is fine", example->filter);
    size_t at = bpf_culprit(example->filter, reason);
    cr_assert_eq(at, example->at, "%s: %zu (%s)", example->filter, at, reason);
}

Test(bpf, an_expression_without_end_is_not_searched)
{
    static char filter[5000];
    for (size_t i = 0; i < 1000; i++)
        memcpy(filter + 4 * i, "udp ", 4);
    char reason[CAPTURE_ERROR];
    cr_assert_not(capture_filter_ok(filter, reason));
    cr_assert_eq(bpf_culprit(filter, reason), SIZE_MAX);
}
