/* SPDX-License-Identifier: MIT */
#include <criterion/criterion.h>
#include <stdint.h>
#include <string.h>

#include "names/names.h"

enum { V4 = 1, V6 = 58, ANY = -1 };

static const struct row {
    uint8_t protocol, type;
    int code;
} rows[] = {
#define ICMP4(type_, name_)             { V4, type_, ANY },
#define ICMP4_CODE(type_, code_, name_) { V4, type_, code_ },
#define ICMP6(type_, name_)             { V6, type_, ANY },
#define ICMP6_CODE(type_, code_, name_) { V6, type_, code_ },
#include "names/icmp.def"
};

#define COUNT (sizeof rows / sizeof *rows)

static int order(const struct row *row)
{
    return row->protocol << 20 | row->type << 10 | (row->code + 1);
}

Test(names_icmp, sorted_unique_and_each_code_has_its_type)
{
    cr_expect_eq(rows[0].code, ANY);
    for (size_t i = 1; i < COUNT; i++) {
        cr_expect(order(&rows[i - 1]) < order(&rows[i]), "type %u code %d", rows[i].type, rows[i].code);
        bool same = rows[i - 1].protocol == rows[i].protocol && rows[i - 1].type == rows[i].type;
        cr_expect(same == (rows[i].code != ANY), "type %u", rows[i].type);
    }
}

static void expect(uint8_t protocol, uint8_t type, uint8_t code, const char *wanted)
{
    const char *name = names_icmp(protocol, type, code);
    cr_expect(name && strcmp(name, wanted) == 0, "%u/%u/%u: %s", protocol, type, code, name ? name : "none");
}

Test(names_icmp, names)
{
    expect(V4, 0, 0, "echo reply");
    expect(V4, 8, 0, "echo request");
    expect(V4, 8, 9, "echo request");
    expect(V4, 3, 3, "port unreachable");
    expect(V4, 3, 4, "fragmentation needed");
    expect(V4, 3, 15, "precedence cutoff in effect");
    expect(V4, 3, 16, "destination unreachable");
    expect(V4, 11, 0, "TTL exceeded in transit");
    expect(V4, 11, 7, "time exceeded");
    expect(V4, 254, 0, "experiment 2");
    expect(V6, 1, 4, "port unreachable");
    expect(V6, 1, 3, "address unreachable");
    expect(V6, 2, 0, "packet too big");
    expect(V6, 3, 0, "hop limit exceeded in transit");
    expect(V6, 128, 0, "echo request");
    expect(V6, 129, 0, "echo reply");
    expect(V6, 135, 0, "neighbor solicitation");
    expect(V6, 136, 0, "neighbor advertisement");
    expect(V6, 138, 255, "router renumbering sequence number reset");
    expect(V6, 143, 0, "multicast listener report v2");
}

Test(names_icmp, the_two_are_not_mixed)
{
    cr_expect_null(names_icmp(V4, 128, 0));
    cr_expect_null(names_icmp(V6, 8, 0));
    cr_expect_null(names_icmp(V4, 1, 0));
    cr_expect_null(names_icmp(V4, 255, 0));
    cr_expect_null(names_icmp(V6, 255, 0));
    cr_expect_null(names_icmp(6, 8, 0));
}

Test(names_icmp, peers)
{
    static const uint8_t pairs[][3] = {
        { V4, 8, 0 },     { V4, 13, 14 },   { V4, 15, 16 },   { V4, 17, 18 },
        { V4, 10, 9 },    { V4, 42, 43 },   { V6, 128, 129 }, { V6, 133, 134 },
        { V6, 135, 136 }, { V6, 139, 140 }, { V6, 160, 161 },
    };
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        cr_expect_eq(names_icmp_peer(pairs[i][0], pairs[i][1]), pairs[i][2]);
        cr_expect_eq(names_icmp_peer(pairs[i][0], pairs[i][2]), pairs[i][1]);
    }
    cr_expect_eq(names_icmp_peer(V4, 3), -1);
    cr_expect_eq(names_icmp_peer(V4, 5), -1);
    cr_expect_eq(names_icmp_peer(V4, 128), -1);
    cr_expect_eq(names_icmp_peer(V6, 8), -1);
    cr_expect_eq(names_icmp_peer(V6, 0), -1);
    cr_expect_eq(names_icmp_peer(6, 8), -1);
}

Test(names_icmp, peers_go_both_ways_and_have_names)
{
    static const uint8_t protocols[] = { V4, V6 };
    for (size_t p = 0; p < 2; p++) {
        for (unsigned type = 0; type < 256; type++) {
            int peer = names_icmp_peer(protocols[p], (uint8_t)type);
            if (peer < 0)
                continue;
            cr_expect_eq(names_icmp_peer(protocols[p], (uint8_t)peer), (int)type);
            cr_expect_neq((unsigned)peer, type);
            cr_expect_not_null(names_icmp(protocols[p], (uint8_t)type, 0));
            cr_expect_not_null(names_icmp(protocols[p], (uint8_t)peer, 0));
        }
    }
}
