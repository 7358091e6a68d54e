/* SPDX-License-Identifier: MIT */
#include "pair/key.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/be.h"
#include "base/vectors.h"

#define ICMP4     1
#define ICMP6     58
#define SCOPE_MAX 0xffffu /* all that come behind so many share the last one */

void key_block(struct key_block *block, const struct nfdec_columns *columns)
{
    static const uint64_t zeros[NFDEC_ROWS];
    block->columns = columns;
    block->reverse = columns->used & (NFDEC_BIT(REVERSE_BYTES) | NFDEC_BIT(REVERSE_PACKETS));
    block->scoped = columns->used & (NFDEC_BIT(VLAN) | NFDEC_BIT(VRF));
    block->events = columns->used & NFDEC_BIT(EVENT);
    for (unsigned c = 0; c < NFDEC_COLUMN_COUNT; c++)
        block->column[c] = columns->used >> c & 1 ? columns->column[c] : zeros;
}

/* Questions and answers among ICMP types: RFC 792, 950, 4443, 4861, 8335. */
static const uint8_t icmp_asks[][3] = {
    { ICMP4, 8, 0 },     { ICMP4, 13, 14 },   { ICMP4, 15, 16 },   { ICMP4, 17, 18 },   { ICMP4, 10, 9 },
    { ICMP4, 42, 43 },   { ICMP6, 128, 129 }, { ICMP6, 133, 134 }, { ICMP6, 135, 136 }, { ICMP6, 139, 140 },
    { ICMP6, 144, 145 }, { ICMP6, 146, 147 }, { ICMP6, 160, 161 },
};

/* The question and its answer that a type is one of; NULL: nobody answers it. */
static const uint8_t *icmp_ask(uint8_t proto, uint8_t type)
{
    for (unsigned i = 0; i < sizeof icmp_asks / sizeof *icmp_asks; i++)
        if (icmp_asks[i][0] == proto && (icmp_asks[i][1] == type || icmp_asks[i][2] == type))
            return icmp_asks[i];
    return NULL;
}

static bool is_answer(uint8_t proto, uint8_t type)
{
    const uint8_t *ask = icmp_ask(proto, type);
    return ask && ask[2] == type;
}

/*
 * The ICMP part of `rest`: class, and the type that asks where ports are. An answer that goes to many was not asked for: a
 * router advertises itself to all (RFC 4861, 6.2.4).
 */
static uint64_t icmp_rest(uint8_t proto, uint8_t type, bool reversed, bool multicast)
{
    const uint8_t *ask = multicast && is_answer(proto, type) ? NULL : icmp_ask(proto, type);
    uint64_t class = reversed ? KEY_ICMP_ONE_WAY_HI : KEY_ICMP_ONE_WAY_LO;
    if (ask)
        class = is_answer(proto, type) == reversed ? KEY_ICMP_ASK_LO : KEY_ICMP_ASK_HI;
    return (uint64_t)(ask ? ask[1] : type) << 48 | class << 16;
}

static void put_scope(struct key_scopes *scopes, uint16_t number)
{
    size_t at = key_scope_hash(scopes->scope[number - 1]) & (scopes->slots - 1);
    while (scopes->slot[at])
        at = (at + 1) & (scopes->slots - 1);
    scopes->slot[at] = number;
}

static void make_scopes_room(struct key_scopes *scopes)
{
    scopes->scope = alloc_grow(scopes->scope, scopes->count, &scopes->capacity, sizeof *scopes->scope);
    if (scopes->count * 2 < scopes->slots)
        return;
    free(scopes->slot);
    scopes->slots = scopes->slots ? scopes->slots * 2 : 64;
    scopes->slot = alloc_array(scopes->slots, sizeof *scopes->slot);
    for (size_t i = 1; i <= scopes->count; i++)
        put_scope(scopes, (uint16_t)i);
}

static uint16_t number_scope(struct key_scopes *scopes, uint64_t scope)
{
    for (size_t at = scopes->slots ? key_scope_hash(scope) & (scopes->slots - 1) : 0;
         scopes->slots && scopes->slot[at]; at = (at + 1) & (scopes->slots - 1))
        if (scopes->scope[scopes->slot[at] - 1] == scope)
            return scopes->slot[at];
    if (scopes->count == SCOPE_MAX)
        return SCOPE_MAX;
    make_scopes_room(scopes);
    scopes->scope[scopes->count++] = scope;
    put_scope(scopes, (uint16_t)scopes->count);
    return (uint16_t)scopes->count;
}

uint16_t key_scope_find(struct key_scopes *scopes, uint64_t scope)
{
    uint16_t number = scope ? number_scope(scopes, scope) : 0;
    scopes->recent[key_scope_hash(scope) % KEY_SCOPES_RECENT] =
        (struct key_scope) { .scope = scope, .number = number };
    return number;
}

void key_scopes_release(struct key_scopes *scopes)
{
    free(scopes->scope);
    free(scopes->slot);
}

/* Only the answer was counted: a flow of the other direction, though the record names the one who asked first. */
static bool counts_answer_only(const struct key_block *b, uint32_t row)
{
    return !b->column[NFDEC_COL_BYTES][row] && !b->column[NFDEC_COL_PACKETS][row] &&
           (b->column[NFDEC_COL_REVERSE_BYTES][row] || b->column[NFDEC_COL_REVERSE_PACKETS][row]);
}

/* The high and the low half of a product, folded: every bit of both factors counts. */
static uint64_t mix(uint64_t a, uint64_t b)
{
    __extension__ unsigned __int128 product = (unsigned __int128)a * b;
    return (uint64_t)product ^ (uint64_t)(product >> 64);
}

static bool is_icmp(uint8_t proto)
{
    return proto == ICMP4 || proto == ICMP6;
}

/*
 * Keys of all rows as if they were of IPv4 and had ports. Addresses and ports are put in order without a branch: which end
 * is the higher one is as good as random.
 */
static WIDE_VECTORS void order_ends(struct keys *keys, const struct key_block *b)
{
    const uint64_t *src = b->column[NFDEC_COL_SRC], *dst = b->column[NFDEC_COL_DST];
    const uint64_t *sport = b->column[NFDEC_COL_SPORT], *dport = b->column[NFDEC_COL_DPORT];
    const uint64_t *proto = b->column[NFDEC_COL_PROTO], *family = b->column[NFDEC_COL_FAMILY];
    for (uint32_t i = 0; i < b->columns->rows; i++) {
        uint64_t to = dst[i] & 0xffffffff, protocol = proto[i] & 0xff;
        uint64_t s = src[i] << 16 | (sport[i] & 0xffff), d = to << 16 | (dport[i] & 0xffff);
        uint64_t above = (d - s) >> 63, differ = (s ^ d) & -above; /* numbers of 48 bits */
        uint64_t lo = s ^ differ, hi = d ^ differ;
        bool multicast = (to >> 28 == 0xe) | (to == 0xffffffff);
        bool odd = (family[i] != (NFDEC_SRC_IP4 | NFDEC_DST_IP4)) | (protocol == ICMP4) | (protocol == ICMP6);
        keys->ends[i] = lo >> 16 << 32 | hi >> 16;
        keys->rest[i] = lo << 48 | (hi & 0xffff) << 32 | protocol << 24 | (uint64_t)KEY_IP4 << 20;
        keys->turn[i] = above * (KEY_REVERSED | KEY_SOURCE_HI) | (uint64_t)multicast * KEY_MULTICAST |
                        (uint64_t)odd * KEY_ODD;
    }
}

/* Which rows of a block with counters of both directions need a closer look. */
static void find_swapped(struct keys *keys, const struct key_block *b)
{
    for (uint32_t i = 0; i < b->columns->rows; i++)
        keys->turn[i] |= counts_answer_only(b, i) ? KEY_ODD : 0u;
}

/* The ends of a flow as the record has them, exchanged where it names them the other way; ports of ICMP left out. */
struct ends {
    uint64_t src, dst; /* column values */
    uint16_t sport, dport;
};

/* The key of one row. */
struct key {
    uint64_t ends, rest; /* as in struct keys; here of `rest` ports, protocol and kind */
    bool reversed, swapped, icmp_unknown, multicast;
    bool same; /* both addresses are */
};

static void exchange(uint64_t *a, uint64_t *b, bool really)
{
    uint64_t change = (*a ^ *b) & -(uint64_t)really;
    *a ^= change;
    *b ^= change;
}

/* These put the addresses in order, and return the ports in the same order, where they stand in `rest`. */
static uint64_t order_ip4(struct key *key, const struct ends *e)
{
    uint64_t lo = e->src << 16 | e->sport, hi = e->dst << 16 | e->dport;
    key->reversed = lo > hi;
    exchange(&lo, &hi, lo > hi);
    key->ends = lo >> 16 << 32 | hi >> 16;
    key->same = e->src == e->dst;
    key->multicast = e->dst >> 28 == 0xe || e->dst == 0xffffffff;
    return lo << 48 | (hi & 0xffff) << 32;
}

static uint64_t order_ip6(struct key *key, const struct ends *e, const struct nfdec_columns *columns,
                          const struct key_secret *secret)
{
    const uint8_t *src = columns->ip6[e->src], *dst = columns->ip6[e->dst];
    const uint64_t *word = secret->word;
    uint64_t lo[3] = { be64(src), be64(src + 8), e->sport }, hi[3] = { be64(dst), be64(dst + 8), e->dport };
    bool above = lo[0] > hi[0], same = lo[0] == hi[0];
    above |= same & (lo[1] > hi[1]);
    same &= lo[1] == hi[1];
    above |= same & (lo[2] > hi[2]);
    key->multicast = hi[0] >> 56 == 0xff;
    for (unsigned i = 0; i < 3; i++)
        exchange(&lo[i], &hi[i], above);
    key->ends = mix(mix(lo[0] ^ word[0], lo[1] ^ word[1]) ^ hi[0] ^ word[2], hi[1] ^ word[3]);
    key->reversed = above;
    key->same = same;
    return lo[2] << 48 | hi[2] << 32;
}

/* v5 and some others put type and code where the destination port is. */
static void add_icmp(struct key *key, const struct key_block *b, uint32_t row)
{
    uint64_t value = b->column[NFDEC_COL_ICMP][row];
    uint64_t type_code = value ? value : (uint16_t)b->column[NFDEC_COL_DPORT][row];
    uint8_t proto = key_proto(key->rest);
    key->icmp_unknown = type_code == 0;
    if (key->same)
        key->reversed = is_answer(proto, (uint8_t)(type_code >> 8));
    if (type_code == 0 && proto == ICMP6) /* no type of its own: what stands for a reply in ICMPv4 */
        type_code = 129 << 8;
    key->rest |= icmp_rest(proto, (uint8_t)(type_code >> 8), key->reversed, key->multicast);
}

static struct ends ends_of(const struct key_block *b, uint32_t row, bool icmp, bool swapped)
{
    const uint64_t *sport = b->column[NFDEC_COL_SPORT], *dport = b->column[NFDEC_COL_DPORT];
    return (struct ends) { .src = b->column[swapped ? NFDEC_COL_DST : NFDEC_COL_SRC][row],
                           .dst = b->column[swapped ? NFDEC_COL_SRC : NFDEC_COL_DST][row],
                           .sport = (uint16_t)(icmp ? 0 : (swapped ? dport : sport)[row]),
                           .dport = (uint16_t)(icmp ? 0 : (swapped ? sport : dport)[row]) };
}

static uint64_t hash_of(uint64_t ends, uint64_t loose, const struct key_secret *secret)
{
    return mix(mix(ends ^ secret->word[4], loose ^ 0x9E3779B97F4A7C15u) ^ 0xE7037ED1A0B428DBu,
               secret->word[5] | 1);
}

/* The key of any row. */
static void key_of_row(struct keys *keys, const struct key_block *b, uint32_t row,
                       const struct key_secret *secret)
{
    uint64_t family = b->column[NFDEC_COL_FAMILY][row], kind = KEY_ALONE, ports;
    uint8_t proto = (uint8_t)b->column[NFDEC_COL_PROTO][row];
    struct key key = { .swapped = b->reverse && counts_answer_only(b, row) };
    struct ends e = ends_of(b, row, is_icmp(proto), key.swapped);
    if (family == (NFDEC_SRC_IP4 | NFDEC_DST_IP4)) {
        kind = KEY_IP4;
        ports = order_ip4(&key, &e);
    } else if (family == (NFDEC_SRC_IP6 | NFDEC_DST_IP6)) {
        kind = KEY_IP6;
        ports = order_ip6(&key, &e, b->columns, secret);
    } else {
        ports = (uint64_t)e.sport << 48 | (uint64_t)e.dport << 32;
    }
    key.rest = ports | (uint64_t)proto << 24 | kind << 20;
    if (is_icmp(proto))
        add_icmp(&key, b, row);
    keys->ends[row] = key.ends;
    keys->rest[row] = key.rest;
    keys->hash[row] = hash_of(key.ends, is_icmp(proto) ? key_loose(key.rest) : key.rest, secret);
    keys->turn[row] = (key.reversed ? KEY_REVERSED : 0u) | (key.swapped ? KEY_SWAPPED : 0u) |
                      (key.reversed != key.swapped ? KEY_SOURCE_HI : 0u) |
                      (key.icmp_unknown ? KEY_ICMP_UNKNOWN : 0u) | (key.multicast ? KEY_MULTICAST : 0u) |
                      KEY_ODD;
}

void keys_make(struct keys *keys, const struct key_block *block, const struct key_secret *secret)
{
    order_ends(keys, block);
    if (block->reverse)
        find_swapped(keys, block);
    for (uint32_t i = 0; i < block->columns->rows; i++)
        if (keys->turn[i] & KEY_ODD)
            key_of_row(keys, block, i, secret);
        else
            keys->hash[i] = hash_of(keys->ends[i], keys->rest[i], secret);
}

bool key_row_reversed(const struct flow_row *row, bool *swapped)
{
    const uint64_t *v = row->value;
    *swapped = !v[NFDEC_COL_BYTES] && !v[NFDEC_COL_PACKETS] &&
               (v[NFDEC_COL_REVERSE_BYTES] || v[NFDEC_COL_REVERSE_PACKETS]);
    if (!row->src.family || row->src.family != row->dst.family)
        return false;
    int order = memcmp(row->src.octets, row->dst.octets, sizeof row->src.octets);
    uint8_t proto = (uint8_t)v[NFDEC_COL_PROTO];
    uint16_t sport = (uint16_t)v[NFDEC_COL_SPORT], dport = (uint16_t)v[NFDEC_COL_DPORT];
    if (order == 0 && is_icmp(proto))
        return is_answer(proto, (uint8_t)((v[NFDEC_COL_ICMP] ? v[NFDEC_COL_ICMP] : dport) >> 8));
    if (order == 0)
        order = sport - dport;
    return *swapped ? order < 0 : order > 0;
}
