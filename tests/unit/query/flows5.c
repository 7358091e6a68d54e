/* SPDX-License-Identifier: MIT */
#include "flows5.h"

#include <criterion/criterion.h>

static void put(uint8_t **at, uint64_t value, unsigned octets)
{
    while (octets-- > 0)
        *(*at)++ = (uint8_t)(octets < sizeof value ? value >> 8 * octets : 0);
}

struct session *flows5_run(const struct flow5 flows[FLOWS5], struct query_data *data)
{
    uint8_t octets[24 + 48 * FLOWS5], *at = octets;
    struct capture_error error;
    put(&at, 5, 2);
    put(&at, FLOWS5, 2);
    put(&at, 1000000, 4); /* uptime */
    put(&at, 1700000000, 4);
    put(&at, 0, 8);
    put(&at, 0, 4);
    for (unsigned i = 0; i < FLOWS5; i++) {
        put(&at, flows[i].src, 4);
        put(&at, flows[i].dst, 4);
        put(&at, 0, 8);
        put(&at, flows[i].packets, 4);
        put(&at, flows[i].bytes, 4);
        put(&at, flows[i].first, 4);
        put(&at, flows[i].last, 4);
        put(&at, flows[i].sport, 2);
        put(&at, flows[i].dport, 2);
        put(&at, 0, 2);
        put(&at, flows[i].proto, 1);
        put(&at, 0, 8);
        put(&at, 0, 1);
    }
    struct session_config config = { .hex = octets, .hex_length = (size_t)(at - octets), .keep_pairs = true };
    struct session *run = session_new(&config, &error);
    cr_assert(run);
    cr_assert_eq(session_run(run), SESSION_DONE);
    cr_assert_eq(flow_store_rows(session_store(run)), FLOWS5);
    *data = (struct query_data) { .store = session_store(run),
                                  .ledger = session_ledger(run),
                                  .decoder = session_decoder(run),
                                  .pairs = session_pairs(run) };
    return run;
}
