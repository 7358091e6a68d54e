/* SPDX-License-Identifier: MIT */
#include "view/tui/views/rate.h"

#include <criterion/criterion.h>

#include "message.h"

static struct message_octets octets;

Test(rate, nothing_yet)
{
    struct rate rate = { 0 };
    struct strbuf out = { 0 };
    rate_text(&rate, 0, 10, &out);
    cr_expect_eq(out.length, 0);
    rate_release(&rate);
}

/* One packet is the most there is, wherever it falls. */
Test(rate, one_packet)
{
    struct rate rate = { 0 };
    struct strbuf out = { 0 };
    begin_ipfix(&octets);
    begin_set(&octets, 2);
    put_template(&octets, 256, 1, 8, 4);
    end_set(&octets);
    struct session *run = run_message(&octets);
    rate_update(&rate, run);
    rate_update(&rate, run); /* nothing new: it is not counted again */
    cr_expect_eq(rate.bucket[0][0], 1);
    rate_text(&rate, 0, 3, &out);
    cr_expect_str_eq(out.data, "███");
    strbuf_clear(&out);
    rate_text(&rate, 5, 3, &out);
    cr_expect_eq(out.length, 0, "there is no such exporter");
    strbuf_release(&out);
    rate_release(&rate);
    session_free(run);
}
