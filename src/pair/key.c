/* SPDX-License-Identifier: MIT */
#include "pair/key.h"

#include <string.h>

#include "base/be.h"

#define ICMP4 1
#define ICMP6 58

struct end {
    uint64_t high, low;
    uint16_t port;
};

static uint64_t value_of(const struct nfdec_columns *c, enum nfdec_column column, uint32_t row)
{
    return c->used >> column & 1 ? c->column[column][row] : 0;
}

static struct end end_of(const struct nfdec_columns *c, enum nfdec_column column, uint32_t row, bool ip6)
{
    uint64_t value = value_of(c, column, row);
    if (!ip6)
        return (struct end) { .low = value };
    return (struct end) { .high = be64(c->ip6[value]), .low = be64(c->ip6[value] + 8) };
}

static bool above(const struct end *a, const struct end *b)
{
    if (a->high != b->high)
        return a->high > b->high;
    return a->low != b->low ? a->low > b->low : a->port > b->port;
}

/* Questions and answers among ICMP types: RFC 792, 950, 4443, 4861, 8335. */
static const uint8_t icmp_asks[][3] = {
    { ICMP4, 8, 0 },     { ICMP4, 13, 14 },   { ICMP4, 15, 16 },   { ICMP4, 17, 18 },   { ICMP4, 10, 9 },
    { ICMP4, 42, 43 },   { ICMP6, 128, 129 }, { ICMP6, 133, 134 }, { ICMP6, 135, 136 }, { ICMP6, 139, 140 },
    { ICMP6, 144, 145 }, { ICMP6, 146, 147 }, { ICMP6, 160, 161 },
};

static void classify_icmp(struct key *key, uint64_t type, bool reversed)
{
    key->icmp = KEY_ICMP_ONE_WAY;
    key->icmp_type = (uint8_t)type;
    for (unsigned i = 0; i < sizeof icmp_asks / sizeof *icmp_asks; i++) {
        if (icmp_asks[i][0] != key->proto || (icmp_asks[i][1] != type && icmp_asks[i][2] != type))
            continue;
        bool answer = icmp_asks[i][2] == type;
        key->icmp = answer == reversed ? KEY_ICMP_ASK_LO : KEY_ICMP_ASK_HI;
        key->icmp_type = icmp_asks[i][1];
    }
}

static uint8_t key_family(uint64_t family)
{
    if (family == (NFDEC_SRC_IP4 | NFDEC_DST_IP4))
        return 4;
    return family == (NFDEC_SRC_IP6 | NFDEC_DST_IP6) ? 6 : 0;
}

void key_of_row(struct key *key, const struct nfdec_columns *c, uint32_t row, bool *reversed)
{
    uint64_t family = c->column[NFDEC_COL_FAMILY][row];
    memset(key, 0, sizeof *key);
    key->family = key_family(family);
    key->proto = (uint8_t)value_of(c, NFDEC_COL_PROTO, row);
    key->vlan = (uint16_t)value_of(c, NFDEC_COL_VLAN, row);
    key->vrf = (uint32_t)value_of(c, NFDEC_COL_VRF, row);
    struct end src = end_of(c, NFDEC_COL_SRC, row, family & NFDEC_SRC_IP6);
    struct end dst = end_of(c, NFDEC_COL_DST, row, family & NFDEC_DST_IP6);
    bool icmp = key->proto == ICMP4 || key->proto == ICMP6;
    uint16_t dport = (uint16_t)value_of(c, NFDEC_COL_DPORT, row);
    if (!icmp) {
        src.port = (uint16_t)value_of(c, NFDEC_COL_SPORT, row);
        dst.port = dport;
    }
    *reversed = above(&src, &dst);
    const struct end *lo = *reversed ? &dst : &src, *hi = *reversed ? &src : &dst;
    key->address[0] = lo->high;
    key->address[1] = lo->low;
    key->address[2] = hi->high;
    key->address[3] = hi->low;
    key->port[0] = lo->port;
    key->port[1] = hi->port;
    if (icmp) { /* v5 and some others put type and code where the destination port is */
        uint64_t type_code = value_of(c, NFDEC_COL_ICMP, row);
        classify_icmp(key, (type_code ? type_code : dport) >> 8 & 0xff, *reversed);
    }
}

static uint64_t mix(uint64_t h, uint64_t word)
{
    h = (h ^ word) * 0x9E3779B97F4A7C15u;
    return h ^ h >> 32;
}

static uint64_t hash_ends(const struct key *key, uint64_t seed)
{
    uint64_t h = mix(seed, key->address[1]);
    h = mix(h, key->address[3]);
    if (key->family == 6)
        h = mix(mix(h, key->address[0]), key->address[2]);
    return mix(h, (uint64_t)key->port[0] << 48 | (uint64_t)key->port[1] << 32 | (uint64_t)key->proto << 8 |
                      key->family);
}

uint64_t key_hash(const struct key *key, uint64_t seed)
{
    return mix(hash_ends(key, seed), (uint64_t)key->vrf << 32 | (uint64_t)key->vlan << 16 |
                                         (uint64_t)key->icmp_type << 8 | key->icmp);
}

/* Questions are alike whoever asked. */
static uint8_t loose_icmp(const struct key *key)
{
    return key->icmp == KEY_ICMP_ASK_LO || key->icmp == KEY_ICMP_ASK_HI ? 1 : key->icmp;
}

uint64_t key_loose_hash(const struct key *key, uint64_t seed)
{
    return mix(hash_ends(key, seed), (uint64_t)key->icmp_type << 8 | loose_icmp(key));
}

bool key_loose_equal(const struct key *a, const struct key *b)
{
    return memcmp(a->address, b->address, sizeof a->address) == 0 && a->port[0] == b->port[0] &&
           a->port[1] == b->port[1] && a->proto == b->proto && a->family == b->family &&
           a->icmp_type == b->icmp_type && loose_icmp(a) == loose_icmp(b);
}

bool key_row_reversed(const struct flow_row *row)
{
    int order = memcmp(row->src.octets, row->dst.octets, sizeof row->src.octets);
    if (order)
        return order > 0;
    uint64_t proto = row->value[NFDEC_COL_PROTO];
    return proto != ICMP4 && proto != ICMP6 && row->value[NFDEC_COL_SPORT] > row->value[NFDEC_COL_DPORT];
}

bool key_multicast(const struct key *key, bool reversed)
{
    const uint64_t *address = key->address + (reversed ? 0 : 2);
    if (key->family == 6)
        return address[0] >> 56 == 0xff;
    return key->family == 4 && (address[1] >> 28 == 0xe || address[1] == 0xffffffffu);
}
