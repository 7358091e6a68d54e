/* SPDX-License-Identifier: MIT */
#include "capture/filter.h"

#include <criterion/criterion.h>
#include <string.h>

#include "build.h"
#include "capture/capture.h"

/* What the expression says of a UDP packet to port 2055. */
static enum frame_filter_verdict verdict(const char *expression, uint16_t link, uint16_t vlan)
{
    char reason[TROUBLE_LINE];
    struct frame_filter *filter = frame_filter_new(expression, reason);
    cr_assert_not_null(filter, "%s: %s", expression, reason);
    struct octets o = { .little = true };
    uint32_t length = build_udp(&o, link == 1, vlan, 2055);
    struct frame frame = { .data = o.data, .length = length, .wire_length = length, .link = link };
    enum frame_filter_verdict first = frame_filter_judge(filter, &frame);
    cr_expect_eq(frame_filter_judge(filter, &frame), first);
    cr_expect(first != FILTER_UNFIT || strlen(frame_filter_reason(filter)) > 0);
    frame_filter_free(filter);
    return first;
}

Test(filter, is_compiled_for_the_link_type_of_the_frame)
{
    cr_expect_eq(verdict("udp port 2055", 1, 0), FILTER_PASS);
    cr_expect_eq(verdict("udp port 2056", 1, 0), FILTER_DROP);
    cr_expect_eq(verdict("udp port 2055", 101, 0), FILTER_PASS);
    cr_expect_eq(verdict("udp port 2055", 12, 0), FILTER_PASS);
    cr_expect_eq(verdict("udp port 2055", 228, 0), FILTER_PASS);
    cr_expect_eq(verdict("udp port 2056", 101, 0), FILTER_DROP);
    cr_expect_eq(verdict("", 101, 0), FILTER_PASS);
}

Test(filter, sees_tags_only_where_the_expression_says_so)
{
    cr_expect_eq(verdict("udp port 2055", 1, 7), FILTER_DROP);
    cr_expect_eq(verdict("vlan 7 and udp port 2055", 1, 7), FILTER_PASS);
    cr_expect_eq(verdict("vlan 8 and udp port 2055", 1, 7), FILTER_DROP);
}

Test(filter, an_expression_that_nothing_can_match_drops)
{
    cr_expect_eq(verdict("arp", 101, 0), FILTER_DROP);
}

Test(filter, says_which_link_types_it_cannot_judge)
{
    cr_expect_eq(verdict("vlan", 101, 0), FILTER_UNFIT);
    cr_expect_eq(verdict("udp port 2055", 147, 0), FILTER_UNFIT);
    cr_expect_eq(verdict("udp port 2055", 60000, 0), FILTER_UNFIT);
}

Test(filter, does_not_compile_for_any_number_of_link_types)
{
    char reason[TROUBLE_LINE];
    struct frame_filter *filter = frame_filter_new("less 100", reason);
    cr_assert_not_null(filter);
    uint8_t octet = 0;
    for (uint16_t link = 104; link < 104 + 63; link++) {
        struct frame frame = { .data = &octet, .length = 1, .wire_length = 1, .link = link };
        cr_expect_eq(frame_filter_judge(filter, &frame), FILTER_PASS, "link type %u", link);
    }
    struct frame frame = { .data = &octet, .length = 1, .wire_length = 1, .link = 276 };
    cr_expect_eq(frame_filter_judge(filter, &frame), FILTER_UNFIT);
    cr_expect_str_eq(frame_filter_reason(filter), "too many link types");
    frame_filter_free(filter);
}

Test(filter, finds_wrong_expressions_at_once)
{
    static const char *const wrong[] = { "prot 5",         "udp port", "ip and ip6",
                                         "host 300.1.2.3", "(udp",     "port 99999" };
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        char reason[CAPTURE_ERROR] = "";
        cr_expect_not(capture_filter_ok(wrong[i], reason), "%s", wrong[i]);
        cr_expect_gt(strlen(reason), 0);
        cr_expect_null(strchr(reason, '\n'));
    }
    char reason[CAPTURE_ERROR];
    cr_expect(capture_filter_ok("udp port 2055 and host 192.0.2.1", reason));
}
