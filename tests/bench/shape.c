/* SPDX-License-Identifier: MIT */
#include "shape.h"

#include <string.h>

#include "put.h"

#define ENTERPRISE 32473u /* for documentation, RFC 5612 */
#define NAME_MAX   15u

#define COUNT_OF(array) ((uint8_t)(sizeof(array) / sizeof *(array)))

/* RFC 3954 section 8 */
static const struct field v9_ip4[] = {
    { 8, 4, SOURCE_SRC },     { 12, 4, SOURCE_DST },    { 15, 4, SOURCE_ZERO },   { 10, 4, SOURCE_INPUT },
    { 14, 4, SOURCE_OUTPUT }, { 2, 4, SOURCE_PACKETS }, { 1, 4, SOURCE_BYTES },   { 22, 4, SOURCE_START },
    { 21, 4, SOURCE_END },    { 7, 2, SOURCE_SPORT },   { 11, 2, SOURCE_DPORT },  { 5, 1, SOURCE_TOS },
    { 4, 1, SOURCE_PROTO },   { 6, 1, SOURCE_FLAGS },   { 16, 4, SOURCE_SRC_AS }, { 17, 4, SOURCE_DST_AS },
    { 9, 1, SOURCE_MASK },    { 13, 1, SOURCE_MASK },   { 61, 1, SOURCE_ZERO },   { 48, 1, SOURCE_ONE },
    { 58, 2, SOURCE_VLAN },   { 32, 2, SOURCE_ICMP },
};

static const struct field v9_ip6[] = {
    { 27, 16, SOURCE_SRC },   { 28, 16, SOURCE_DST },   { 31, 4, SOURCE_ZERO },   { 10, 4, SOURCE_INPUT },
    { 14, 4, SOURCE_OUTPUT }, { 2, 4, SOURCE_PACKETS }, { 1, 4, SOURCE_BYTES },   { 22, 4, SOURCE_START },
    { 21, 4, SOURCE_END },    { 7, 2, SOURCE_SPORT },   { 11, 2, SOURCE_DPORT },  { 5, 1, SOURCE_TOS },
    { 4, 1, SOURCE_PROTO },   { 6, 1, SOURCE_FLAGS },   { 16, 4, SOURCE_SRC_AS }, { 17, 4, SOURCE_DST_AS },
    { 29, 1, SOURCE_MASK },   { 30, 1, SOURCE_MASK },   { 61, 1, SOURCE_ZERO },   { 48, 1, SOURCE_ONE },
    { 58, 2, SOURCE_VLAN },   { 139, 2, SOURCE_ICMP },
};

static const struct field ipfix_ip4[] = {
    { 8, 4, SOURCE_SRC },     { 12, 4, SOURCE_DST },    { 152, 8, SOURCE_START }, { 153, 8, SOURCE_END },
    { 1, 8, SOURCE_BYTES },   { 2, 8, SOURCE_PACKETS }, { 7, 2, SOURCE_SPORT },   { 11, 2, SOURCE_DPORT },
    { 4, 1, SOURCE_PROTO },   { 6, 1, SOURCE_FLAGS },   { 5, 1, SOURCE_TOS },     { 10, 4, SOURCE_INPUT },
    { 14, 4, SOURCE_OUTPUT }, { 16, 4, SOURCE_SRC_AS }, { 17, 4, SOURCE_DST_AS }, { 61, 1, SOURCE_ZERO },
    { 58, 2, SOURCE_VLAN },   { 32, 2, SOURCE_ICMP },
};

static const struct field ipfix_ip6[] = {
    { 27, 16, SOURCE_SRC },   { 28, 16, SOURCE_DST },   { 152, 8, SOURCE_START }, { 153, 8, SOURCE_END },
    { 1, 8, SOURCE_BYTES },   { 2, 8, SOURCE_PACKETS }, { 7, 2, SOURCE_SPORT },   { 11, 2, SOURCE_DPORT },
    { 4, 1, SOURCE_PROTO },   { 6, 1, SOURCE_FLAGS },   { 5, 1, SOURCE_TOS },     { 10, 4, SOURCE_INPUT },
    { 14, 4, SOURCE_OUTPUT }, { 16, 4, SOURCE_SRC_AS }, { 17, 4, SOURCE_DST_AS }, { 61, 1, SOURCE_ZERO },
    { 58, 2, SOURCE_VLAN },   { 139, 2, SOURCE_ICMP },
};

/* With an enterprise element, and applicationName of variable length in front of others. */
static const struct field ipfix_rich[] = {
    { 8, 4, SOURCE_SRC },    { 12, 4, SOURCE_DST },    { 152, 8, SOURCE_START }, { 153, 8, SOURCE_END },
    { 1, 8, SOURCE_BYTES },  { 2, 8, SOURCE_PACKETS }, { 7, 2, SOURCE_SPORT },   { 11, 2, SOURCE_DPORT },
    { 4, 1, SOURCE_PROTO },  { 6, 1, SOURCE_FLAGS },   { 5, 1, SOURCE_TOS },     { 0x8001, 4, SOURCE_TOKEN },
    { 10, 4, SOURCE_INPUT }, { 14, 4, SOURCE_OUTPUT }, { 16, 4, SOURCE_SRC_AS }, { 17, 4, SOURCE_DST_AS },
    { 61, 1, SOURCE_ZERO },  { 96, 0, SOURCE_NAME },   { 58, 2, SOURCE_VLAN },   { 32, 2, SOURCE_ICMP },
};

const struct shape shapes[SHAPE_COUNT] = {
    [SHAPE_V9_IP4] = { v9_ip4, COUNT_OF(v9_ip4) },
    [SHAPE_V9_IP6] = { v9_ip6, COUNT_OF(v9_ip6) },
    [SHAPE_IPFIX_IP4] = { ipfix_ip4, COUNT_OF(ipfix_ip4) },
    [SHAPE_IPFIX_IP6] = { ipfix_ip6, COUNT_OF(ipfix_ip6) },
    [SHAPE_IPFIX_RICH] = { ipfix_rich, COUNT_OF(ipfix_rich) },
};

void shape_order(const struct shape *shape, uint64_t variant, uint8_t order[SHAPE_FIELDS_MAX])
{
    struct prng prng = { variant };
    for (uint8_t i = 0; i < shape->count; i++)
        order[i] = i;
    for (uint8_t i = shape->count; variant && i > 1; i--) {
        uint32_t with = prng_below(&prng, i);
        uint8_t swap = order[i - 1];
        order[i - 1] = order[with];
        order[with] = swap;
    }
}

uint8_t *shape_announce(uint8_t *out, const struct shape *shape, const uint8_t *order, uint16_t id)
{
    out = put(out, id, 2);
    out = put(out, shape->count, 2);
    for (uint8_t i = 0; i < shape->count; i++) {
        const struct field *field = &shape->fields[order[i]];
        out = put(out, field->id, 2);
        out = put(out, field->length ? field->length : 0xFFFF, 2);
        if (field->id & 0x8000)
            out = put(out, ENTERPRISE, 4);
    }
    return out;
}

static uint8_t *put_address(uint8_t *out, uint32_t host, uint8_t length)
{
    if (length == 16) {
        out = put(out, 0x20010DB8, 4);
        out = put(out, 0, 8);
    }
    return put(out, traffic_address(host), 4);
}

static uint8_t *put_name(uint8_t *out, uint64_t port)
{
    static const struct {
        uint16_t port;
        char text[NAME_MAX];
    } names[] = { { 443, "https" }, { 53, "domain" }, { 80, "http" }, { 25, "mail-transfer" } };
    const char *name = "other";
    for (uint8_t i = 0; i < COUNT_OF(names); i++)
        if (names[i].port == port)
            name = names[i].text;
    size_t length = strlen(name);
    out = put(out, length, 1);
    memcpy(out, name, length);
    return out + length;
}

uint8_t *shape_encode(uint8_t *out, const struct shape *shape, const uint8_t *order, const struct flow *flow)
{
    uint64_t sport = flow->value[SOURCE_SPORT], dport = flow->value[SOURCE_DPORT];
    for (uint8_t i = 0; i < shape->count; i++) {
        const struct field *field = &shape->fields[order[i]];
        if (field->source == SOURCE_SRC)
            out = put_address(out, flow->src, field->length);
        else if (field->source == SOURCE_DST)
            out = put_address(out, flow->dst, field->length);
        else if (field->source == SOURCE_NAME)
            out = put_name(out, sport < dport ? sport : dport);
        else
            out = put(out, flow->value[field->source], field->length);
    }
    return out;
}

uint32_t shape_length_max(const struct shape *shape)
{
    uint32_t length = 0;
    for (uint8_t i = 0; i < shape->count; i++)
        length += shape->fields[i].length ? shape->fields[i].length : NAME_MAX;
    return length;
}

uint32_t shape_announce_length(const struct shape *shape)
{
    uint32_t length = 4;
    for (uint8_t i = 0; i < shape->count; i++)
        length += shape->fields[i].id & 0x8000 ? 8 : 4;
    return length;
}

/* SYN in the first piece of a direction, FIN in the last: more than that would be two connections. */
static uint64_t flags_of(const struct talk *talk)
{
    if (talk->proto != TRAFFIC_TCP)
        return 0;
    return 0x18u | (talk->stage < 2 ? 0x02u : 0) | (talk->stage + 2 >= talk->stages ? 0x01u : 0);
}

static uint64_t icmp_of(const struct talk *talk, bool reply)
{
    if (talk->proto == TRAFFIC_ICMP)
        return reply ? 0 : 8 << 8;
    return talk->proto == TRAFFIC_ICMP6 ? (128u + reply) << 8 : 0;
}

void flow_of_talk(struct flow *flow, const struct talk *talk, int64_t boot)
{
    bool reply = talk->stage & 1;
    int64_t start = talk->start - boot + talk->stage / 2 * (int64_t)(talk->duration + 1);
    start += reply ? talk->delay : 0;
    uint32_t src = reply ? talk->server : talk->client, dst = reply ? talk->client : talk->server;
    *flow = (struct flow) {
        .src = src,
        .dst = dst,
        .value = { [SOURCE_ONE] = 1,
                   [SOURCE_BYTES] = talk->bytes[reply],
                   [SOURCE_PACKETS] = talk->packets[reply],
                   [SOURCE_START] = (uint64_t)start,
                   [SOURCE_END] = (uint64_t)start + talk->duration,
                   [SOURCE_SPORT] = talk->port[reply],
                   [SOURCE_DPORT] = talk->port[!reply],
                   [SOURCE_PROTO] = talk->proto,
                   [SOURCE_FLAGS] = flags_of(talk),
                   [SOURCE_TOS] = src % 8 == 0 ? 0x88 : 0,
                   [SOURCE_INPUT] = reply ? 2 : 1,
                   [SOURCE_OUTPUT] = reply ? 1 : 2,
                   [SOURCE_SRC_AS] = 64496 + src % 16,
                   [SOURCE_DST_AS] = 64496 + dst % 16,
                   [SOURCE_MASK] = 24,
                   [SOURCE_VLAN] = 100 + (talk->client + talk->server) % 4,
                   [SOURCE_ICMP] = icmp_of(talk, reply),
                   [SOURCE_TOKEN] = src },
    };
}
