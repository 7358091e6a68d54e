/* SPDX-License-Identifier: MIT */
#include "traffic.h"

#include <stdlib.h>

#define ICMP_HOSTS 16384u /* pings have no ports: their clients take turns instead */
#define PORTS      64512u /* 1024 ... 65535, each taken every 64.5 s */

struct service {
    uint16_t port;
    uint8_t proto, percent;
};

static const struct service services[] = {
    { 443, TRAFFIC_TCP, 40 }, { 53, TRAFFIC_UDP, 22 }, { 443, TRAFFIC_UDP, 14 },
    { 80, TRAFFIC_TCP, 12 },  { 22, TRAFFIC_TCP, 3 },  { 25, TRAFFIC_TCP, 2 },
    { 123, TRAFFIC_UDP, 3 },  { 993, TRAFFIC_TCP, 2 }, { 0, TRAFFIC_ICMP, 2 },
};

void traffic_init(struct traffic *traffic, uint64_t seed, uint32_t hosts, uint64_t flows)
{
    uint64_t talks = flows / 2 + 1, tour = talks / hosts;
    *traffic = (struct traffic) { .prng = { seed }, .hosts = hosts, .tour = 16 };
    if (tour < 16)
        traffic->tour = tour > 1 ? (uint32_t)tour - 1 : 1;
    while (hosts >> traffic->octaves > 0)
        traffic->octaves++;
    for (int family = 0; family < 2; family++) {
        traffic->met[family] = calloc((hosts + ICMP_HOSTS) / 64 + 1, sizeof(uint64_t));
        if (!traffic->met[family])
            abort();
    }
}

void traffic_release(struct traffic *traffic)
{
    free(traffic->met[0]);
    free(traffic->met[1]);
}

int64_t traffic_clock(const struct traffic *traffic)
{
    return TRAFFIC_EPOCH + (int64_t)traffic->talks;
}

/* 10.0.0.0/8 in no order; an odd factor keeps hosts apart. */
uint32_t traffic_address(uint32_t host)
{
    return 10u << 24 | (host * 0x9E3779u & 0xFFFFFFu);
}

static uint32_t zipf_host(struct traffic *traffic)
{
    uint32_t rank;
    do
        rank = prng_octaves(&traffic->prng, traffic->octaves);
    while (rank > traffic->hosts);
    return rank - 1;
}

static uint32_t pick_client(struct traffic *traffic, const struct service *service)
{
    if (service->proto == TRAFFIC_ICMP)
        return traffic->hosts + traffic->next_icmp++ % ICMP_HOSTS;
    if (traffic->talks % traffic->tour == 0)
        return traffic->next_host++ % traffic->hosts;
    return zipf_host(traffic);
}

static const struct service *pick_service(struct traffic *traffic)
{
    uint32_t at = prng_below(&traffic->prng, 100);
    const struct service *service = services;
    while (at >= service->percent)
        at -= service++->percent;
    return service;
}

static void set_sizes(struct traffic *traffic, struct talk *talk, bool large)
{
    struct prng *prng = &traffic->prng;
    uint32_t packets = large ? 2 + prng_octaves(prng, 11) : 1 + prng_below(prng, 2);
    talk->packets[0] = packets;
    talk->packets[1] = large ? packets + packets / 2 : packets;
    talk->bytes[0] = packets * (52 + prng_below(prng, 40));
    talk->bytes[1] = talk->packets[1] * (large ? 600 + prng_below(prng, 800) : 90 + prng_below(prng, 200));
    talk->duration = large ? 20 + prng_octaves(prng, 12) : prng_below(prng, 30);
    talk->delay = 1 + prng_below(prng, 60);
}

static uint8_t pick_stages(struct traffic *traffic)
{
    uint32_t at = prng_below(&traffic->prng, 100);
    return at < 5 ? 1 : at < 8 ? 4 : 2;
}

void traffic_next(struct traffic *traffic, bool ip6, struct talk *talk)
{
    const struct service *service = pick_service(traffic);
    bool icmp = service->proto == TRAFFIC_ICMP;
    *talk = (struct talk) { .client = pick_client(traffic, service),
                            .server = zipf_host(traffic),
                            .proto = icmp && ip6 ? TRAFFIC_ICMP6 : service->proto,
                            .stages = pick_stages(traffic),
                            .ip6 = ip6 };
    if (talk->server == talk->client)
        talk->server = (talk->server + 1) % traffic->hosts;
    if (!icmp) {
        talk->port[0] = (uint16_t)(1024 + traffic->talks * 25589 % PORTS);
        talk->port[1] = service->port;
    }
    set_sizes(traffic, talk, service->proto == TRAFFIC_TCP);
    traffic->talks++;
    talk->start = traffic_clock(traffic) - prng_below(&traffic->prng, 500) - talk->delay -
                  (int64_t)(talk->stages + 1) / 2 * (talk->duration + 1);
}

static void meet(struct traffic *traffic, int family, uint32_t host)
{
    traffic->met[family][host / 64] |= UINT64_C(1) << host % 64;
}

void traffic_meet(struct traffic *traffic, const struct talk *talk)
{
    meet(traffic, talk->ip6, talk->client);
    meet(traffic, talk->ip6, talk->server);
}

uint64_t traffic_addresses(const struct traffic *traffic)
{
    uint64_t count = 0;
    for (uint32_t i = 0; i <= (traffic->hosts + ICMP_HOSTS) / 64; i++)
        count += (uint64_t)__builtin_popcountll(traffic->met[0][i]) +
                 (uint64_t)__builtin_popcountll(traffic->met[1][i]);
    return count;
}
