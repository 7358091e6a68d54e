/* SPDX-License-Identifier: MIT */
#include "exporter.h"

#include <string.h>

#include "put.h"

#define PAYLOAD        1400 /* octets of a v9 or IPFIX packet at most */
#define V5_RECORDS     30
#define V5_LENGTH      48
#define REFRESH        20 /* packets from one announcement of a template to the next */
#define ANNOUNCE_MAX   4  /* groups of templates in one packet */
#define RECORDS_PACKET 20 /* about; v9 and IPFIX */
#define OPTIONS_ID     256
#define FIRST_ID       257
#define EXPORTER_ZERO  0xAC100001u /* 172.16.0.1 */

static uint32_t shared_groups(const struct exporter *e, uint32_t templates)
{
    uint32_t groups = templates > 1 ? (templates - 1) / e->shape_count : 1;
    uint32_t most = (0x10000u - FIRST_ID) / e->shape_count;
    return groups < 1 ? 1 : groups < most ? groups : most;
}

void exporter_init(struct exporter *e, uint32_t index, uint16_t version, uint32_t templates, uint64_t flows)
{
    *e = (struct exporter) { .address = EXPORTER_ZERO + index,
                             .domain = version == 5 ? index & 0xFFFF : index + 1,
                             .port = (uint16_t)(50000 + index % 1000),
                             .version = version,
                             .shape_count = version == 5   ? 0
                                            : version == 9 ? 2
                                                           : 3,
                             .first_shape = version == 9 ? SHAPE_V9_IP4 : SHAPE_IPFIX_IP4,
                             .boot = TRAFFIC_EPOCH - INT64_C(86400000) * (1 + index % 20) - index,
                             .groups = 1,
                             .step = REFRESH,
                             .at_once = 1 };
    if (version == 5)
        return;
    uint64_t packets = flows / RECORDS_PACKET + 1;
    e->groups = shared_groups(e, templates);
    if (packets / e->groups < REFRESH && e->groups > 1)
        e->step = packets > e->groups ? (uint32_t)(packets / e->groups) : 1;
    uint64_t wanted = (uint64_t)e->groups * e->step / packets + 1;
    e->at_once = wanted > ANNOUNCE_MAX ? ANNOUNCE_MAX : (uint32_t)wanted;
    if (e->groups == 1)
        e->at_once = 1;
}

static const struct shape *shape_at(const struct exporter *e, unsigned at)
{
    return &shapes[e->first_shape + at];
}

/* Group 0 has its fields in the order of the table, so that plain captures look like everybody's. */
static void use_group(struct exporter *e, uint32_t group)
{
    e->group = group;
    for (unsigned i = 0; i < e->shape_count; i++)
        shape_order(shape_at(e, i), group ? (uint64_t)e->domain << 32 | group << 2 | i : 0, e->order[i]);
}

static uint16_t template_id(const struct exporter *e, unsigned shape)
{
    return (uint16_t)(FIRST_ID + e->group * e->shape_count + shape);
}

static uint8_t *end_set(uint8_t *begin, uint8_t *out, uint16_t id)
{
    while ((out - begin) % 4)
        *out++ = 0;
    (void)put(begin, id, 2);
    (void)put(begin + 2, (uint64_t)(out - begin), 2);
    return out;
}

static uint8_t *announce_group(struct exporter *e, uint8_t *out, bool fresh)
{
    for (unsigned i = 0; i < e->shape_count; i++)
        out = shape_announce(out, shape_at(e, i), e->order[i], template_id(e, i));
    if (fresh)
        e->truth.templates += e->shape_count;
    return out;
}

/* Templates of the groups that are next; the last one of them is used from here on. */
static uint8_t *announce(struct exporter *e, uint8_t *out, uint16_t *records)
{
    uint8_t *begin = out;
    uint32_t next = e->known > 0 && e->groups > 1 ? e->group + 1 : 0;
    out += 4;
    for (uint32_t i = 0; i < e->at_once; i++, next++) {
        use_group(e, next % e->groups);
        out = announce_group(e, out, e->group >= e->known);
        if (e->group >= e->known)
            e->known = e->group + 1;
        *records = (uint16_t)(*records + e->shape_count);
    }
    return end_set(begin, out, e->version == 9 ? 0 : 2);
}

/* Sampling, and of IPFIX when the exporter was started. */
static uint8_t *announce_options(struct exporter *e, uint8_t *out)
{
    static const uint16_t v9[] = { OPTIONS_ID, 4, 12, 1, 4, 48, 1, 49, 1, 34, 4 };
    static const uint16_t ipfix[] = { OPTIONS_ID, 4, 1, 149, 4, 34, 4, 35, 1, 160, 8 };
    const uint16_t *words = e->version == 9 ? v9 : ipfix;
    uint8_t *begin = out;
    out += 4;
    for (unsigned i = 0; i < sizeof v9 / sizeof *v9; i++)
        out = put(out, words[i], 2);
    out = end_set(begin, out, e->version == 9 ? 1 : 3);
    begin = out;
    out = put(out + 4, e->domain, 4);
    if (e->version == 9)
        out = put(put(out, 1, 1), 2, 1); /* sampler 1, random */
    out = put(out, 100, 4);
    if (e->version == 10)
        out = put(put(out, 2, 1), (uint64_t)e->boot, 8);
    out = end_set(begin, out, OPTIONS_ID);
    e->head_records = (uint16_t)(e->head_records + 2);
    e->head_options = 1;
    e->truth.options++;
    return out;
}

static void begin_head(struct exporter *e)
{
    uint8_t *out = announce(e, e->head, &e->head_records);
    if (e->begun % REFRESH == 0)
        out = announce_options(e, out);
    e->head_length = (uint16_t)(out - e->head);
}

/* Packets with templates never get lost: how many flows can be decoded stays known. */
static void begin_packet(struct exporter *e, struct outlet *outlet)
{
    bool announcing = e->shape_count > 0 && (e->begun % e->step == 0 || e->begun % REFRESH == 0);
    e->open = true;
    e->losing = outlet->loss > 0 && !announcing && e->begun > 0 && prng_percent(&outlet->prng, outlet->loss);
    e->head_length = e->head_records = e->head_options = 0;
    if (announcing)
        begin_head(e);
}

static uint32_t header_length(const struct exporter *e)
{
    return e->version == 5 ? 24 : e->version == 9 ? 20 : 16;
}

static uint8_t *put_header(const struct exporter *e, uint8_t *out, uint16_t count, size_t length,
                           int64_t second)
{
    uint64_t uptime = (uint64_t)(second * 1000 - e->boot);
    out = put(out, e->version, 2);
    out = put(out, e->version == 10 ? length : count, 2);
    if (e->version != 10)
        out = put(out, uptime, 4);
    out = put(out, (uint64_t)second, 4);
    if (e->version == 5)
        out = put(out, 0, 4);
    out = put(out, e->sequence, 4);
    if (e->version != 5)
        return put(out, e->domain, 4);
    out = put(out, e->domain, 2); /* engine type and id */
    return put(out, 1u << 14 | 100, 2);
}

/* Writes a datagram, and the one held back when its time has come. */
static void send_datagram(struct exporter *e, struct outlet *outlet)
{
    bool hold = outlet->reorder > 0 && !outlet->holding && e->truth.frames > 1 &&
                prng_percent(&outlet->prng, outlet->reorder);
    if (hold) {
        outlet->held = outlet->datagram;
        outlet->holding = e;
        outlet->held_frames = e->truth.frames;
        outlet->hold_for = 1 + prng_below(&outlet->prng, 16);
        return;
    }
    capfile_write(outlet->file, &outlet->datagram);
    if (outlet->holding && --outlet->hold_for == 0)
        outlet_release(outlet, outlet->datagram.time);
}

void outlet_release(struct outlet *outlet, int64_t now)
{
    struct exporter *e = outlet->holding;
    if (!e)
        return;
    e->truth.reordered += e->truth.frames > outlet->held_frames;
    outlet->held.time = now;
    capfile_write(outlet->file, &outlet->held);
    outlet->holding = NULL;
}

/* What the collector knows of losses: the units between two packets that came. */
static void settle(struct exporter *e, struct outlet *outlet, uint32_t units)
{
    e->sequence += units;
    if (e->losing) {
        e->missing += units;
        outlet->dropped++;
        return;
    }
    e->truth.lost += e->missing;
    e->missing = 0;
    e->truth.frames++;
    send_datagram(e, outlet);
}

static uint8_t *put_sets(struct exporter *e, uint8_t *out, uint16_t *records)
{
    for (unsigned i = 0; i < e->shape_count; i++) {
        struct dataset *set = &e->sets[i];
        uint8_t *begin = out;
        if (set->records == 0)
            continue;
        memcpy(out + 4, set->data, set->length);
        out = end_set(begin, out + 4 + set->length, template_id(e, i));
        *records = (uint16_t)(*records + set->records);
        set->records = set->length = 0;
    }
    return out;
}

static uint32_t build_v5(struct exporter *e, uint8_t *payload, int64_t second, uint16_t *length)
{
    struct dataset *set = &e->sets[0];
    uint16_t records = set->records;
    uint8_t *out = put_header(e, payload, records, 0, second);
    memcpy(out, set->data, set->length);
    *length = (uint16_t)(24 + set->length);
    set->records = set->length = 0;
    return records;
}

static uint32_t build(struct exporter *e, uint8_t *payload, int64_t second, uint16_t *length)
{
    uint16_t records = 0;
    uint8_t *out = payload + header_length(e);
    memcpy(out, e->head, e->head_length);
    out = put_sets(e, out + e->head_length, &records);
    *length = (uint16_t)(out - payload);
    (void)put_header(e, payload, (uint16_t)(records + e->head_records), *length, second);
    return e->version == 9 ? 1u : (uint32_t)records + e->head_options;
}

void exporter_flush(struct exporter *e, struct outlet *outlet, int64_t now)
{
    struct capfile_datagram *d = &outlet->datagram;
    int64_t second = now / 1000 + 1; /* header clocks have seconds only: rounded up, times come out exactly */
    if (!e->open)
        return;
    d->time = now;
    d->source = e->address;
    d->sport = e->port;
    d->dport = e->version == 10 ? 4739 : 2055;
    uint32_t units = e->version == 5 ? build_v5(e, d->payload, second, &d->length)
                                     : build(e, d->payload, second, &d->length);
    settle(e, outlet, units);
    e->open = false;
    e->begun++;
}

static unsigned shape_of(const struct exporter *e, const struct talk *talk)
{
    if (talk->ip6)
        return 1;
    return e->version == 10 && talk->server % 4 == 0 ? 2 : 0;
}

static void encode_v5(struct dataset *set, const struct flow *flow)
{
    uint8_t *out = set->data + set->length;
    const uint64_t *value = flow->value;
    out = put(out, traffic_address(flow->src), 4);
    out = put(out, traffic_address(flow->dst), 4);
    out = put(out, 0, 4);
    out = put(out, value[SOURCE_INPUT], 2);
    out = put(out, value[SOURCE_OUTPUT], 2);
    out = put(out, value[SOURCE_PACKETS], 4);
    out = put(out, value[SOURCE_BYTES], 4);
    out = put(out, value[SOURCE_START], 4);
    out = put(out, value[SOURCE_END], 4);
    out = put(out, value[SOURCE_SPORT], 2);
    out = put(out, value[SOURCE_ICMP] ? value[SOURCE_ICMP] : value[SOURCE_DPORT], 2);
    out = put(out, value[SOURCE_FLAGS], 2);
    out = put(out, value[SOURCE_PROTO], 1);
    out = put(out, value[SOURCE_TOS], 1);
    out = put(out, value[SOURCE_SRC_AS], 2);
    out = put(out, value[SOURCE_DST_AS], 2);
    (void)put(out, 24u << 24 | 24u << 16, 4); /* masks */
    set->length += V5_LENGTH;
}

static void note(struct exporter *e, const struct flow *flow)
{
    e->truth.flows++;
    e->truth.bytes += flow->value[SOURCE_BYTES];
    e->truth.packets += flow->value[SOURCE_PACKETS];
}

static bool fits(const struct exporter *e, unsigned shape)
{
    uint32_t length = header_length(e) + e->head_length;
    if (e->version == 5)
        return e->sets[0].records < V5_RECORDS;
    for (unsigned i = 0; i < e->shape_count; i++)
        if (e->sets[i].records > 0)
            length += e->sets[i].length + 4u + 3u;
    return length + 7 + shape_length_max(shape_at(e, shape)) <= PAYLOAD;
}

bool exporter_add(struct exporter *e, struct outlet *outlet, const struct talk *talk, int64_t now)
{
    unsigned shape = e->version == 5 ? 0 : shape_of(e, talk);
    if (e->open && !fits(e, shape))
        exporter_flush(e, outlet, now);
    if (!e->open)
        begin_packet(e, outlet);
    struct dataset *set = &e->sets[shape];
    struct flow flow;
    flow_of_talk(&flow, talk, e->version == 10 ? 0 : e->boot);
    if (e->version == 5)
        encode_v5(set, &flow);
    else
        set->length =
            (uint16_t)(shape_encode(set->data + set->length, shape_at(e, shape), e->order[shape], &flow) -
                       set->data);
    set->records++;
    if (!e->losing)
        note(e, &flow);
    return !e->losing;
}
