/* SPDX-License-Identifier: MIT */
/* Filters asked of thousands of flows: by threads, with progress, through octets that are read again. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "query/filter.h"
#include "session/data.h"

#define PACKETS 200u
#define RECORDS 30u
#define FLOWS   (PACKETS * RECORDS)
#define V5      (24u + RECORDS * 48u)
#define FRAME   (28u + V5)

struct file {
    uint8_t octets[24 + PACKETS * (16 + FRAME)];
    size_t length;
};

static struct file file;
static FILE *stream;
static struct session *run;
static struct query_data data;
static uint64_t bits[FLOWS / 64 + 1], others[FLOWS / 64 + 1];

static void put(struct file *f, unsigned octets, uint32_t value)
{
    while (octets-- > 0)
        f->octets[f->length++] = (uint8_t)(value >> 8 * octets);
}

static void put_host(struct file *f, unsigned octets, uint32_t value)
{
    memcpy(f->octets + f->length, &value, octets);
    f->length += octets;
}

static uint32_t bytes_of(uint32_t flow)
{
    return flow * 7919 % 5000 + 40;
}

static uint16_t port_of(uint32_t flow)
{
    return flow % 100 == 7 ? 53 : (uint16_t)(1024 + flow % 5000);
}

static void put_record(struct file *f, uint32_t flow)
{
    put(f, 4, 0x0A000000 + flow);
    put(f, 4, 0xC0000200 + flow % 256);
    put(f, 4, 0);
    put(f, 2, 1);
    put(f, 2, 2);
    put(f, 4, 1 + flow % 9);
    put(f, 4, bytes_of(flow));
    put(f, 4, 1000);
    put(f, 4, 1000 + flow);
    put(f, 2, 40000);
    put(f, 2, port_of(flow));
    put(f, 1, 0);
    put(f, 1, flow % 64); /* TCP flags */
    put(f, 1, flow % 3 ? 6 : 17);
    put(f, 1, 0);
    put(f, 4, 0);
    put(f, 1, flow % 33); /* prefix length, which no column has */
    put(f, 3, 0);
}

static void put_packet(struct file *f, uint32_t packet)
{
    put_host(f, 4, 1772442000 + packet);
    put_host(f, 4, 0);
    put_host(f, 4, FRAME);
    put_host(f, 4, FRAME);
    put(f, 4, 0x45000000 | FRAME); /* IPv4, UDP */
    put(f, 4, 0);
    put(f, 4, 0x40110000);
    put(f, 4, 0xC0000201);
    put(f, 4, 0xC00002FE);
    put(f, 4, 40000u << 16 | 2055);
    put(f, 4, (8 + V5) << 16);
    put(f, 4, 5u << 16 | RECORDS);
    put(f, 4, 100000000);
    put(f, 4, 1772442000 + packet);
    put(f, 4, 0);
    put(f, 4, packet * RECORDS);
    put(f, 4, 0);
    for (uint32_t i = 0; i < RECORDS; i++)
        put_record(f, packet * RECORDS + i);
}

static void begin(void)
{
    static const char *const name = "-";
    struct capture_error error;
    file.length = 0;
    put_host(&file, 4, 0xA1B2C3D4);
    put_host(&file, 4, 0x00040002);
    put_host(&file, 4, 0);
    put_host(&file, 4, 0);
    put_host(&file, 4, 65535);
    put_host(&file, 4, 101); /* raw IP */
    for (uint32_t i = 0; i < PACKETS; i++)
        put_packet(&file, i);
    stream = fmemopen(file.octets, file.length, "rb");
    struct session_config config = { .capture = { .stream = stream, .files = &name, .file_count = 1 },
                                     .keep_pairs = true,
                                     .keep_octets = OCTETS_KEEP_ALL };
    run = session_new(&config, &error);
    cr_assert_not_null(run, "%s", error.text);
    cr_assert_eq(session_run(run), SESSION_DONE);
    data = session_data(run, NULL, 0);
    cr_assert_eq(flow_store_rows(data.store), FLOWS);
}

static void end(void)
{
    session_free(run);
}

TestSuite(filter_ask, .init = begin, .fini = end);

static struct filter *parse(const char *text)
{
    struct filter_error error;
    struct filter *filter = filter_parse(text, NULL, &error);
    cr_assert_not_null(filter, "%s: %s", text, error.reason);
    return filter;
}

static bool small(uint32_t flow)
{
    return bytes_of(flow) < 1000;
}
static bool domain(uint32_t flow)
{
    return port_of(flow) == 53;
}
static bool some_net(uint32_t flow)
{
    return 0x0A000000 + flow <= 0x0A0003FF && flow % 3 != 0;
}
static bool syn(uint32_t flow)
{
    return flow % 64 & 2 && !(flow % 64 & 16);
}
static bool long_ones(uint32_t flow)
{
    return flow >= 5000;
}
static bool prefix(uint32_t flow)
{
    return flow % 33 == 24 || (domain(flow) && flow % 33 > 8);
}
static bool many_ports(uint32_t flow)
{
    uint16_t port = port_of(flow);
    return port == 53 || (port >= 1024 && port <= 5000 && port % 500 == 0) || (port >= 3001 && port <= 3010);
}

static const struct {
    const char *text;
    bool (*wanted)(uint32_t flow);
} cases[] = {
    { "bytes < 1000", small },
    { "port 53", domain },
    { "src net 10.0.0.0/22 and tcp", some_net },
    { "flags S and not flags A", syn },
    { "dur >= 5s", long_ones },
    { "sourceIPv4PrefixLength 24 or (port 53 and sourceIPv4PrefixLength > 8)", prefix },
    { "dst port in {53 1500 2000 2500 3000 3500 4000 4500 5000 3001-3005 3006..3010}", many_ports },
};

Test(filter_ask, every_block_is_asked_whatever_the_number_of_threads)
{
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct filter *filter = parse(cases[i].text);
        cr_assert(filter_flows(filter, &data, 1, NULL, bits));
        for (uint32_t flow = 0; flow < FLOWS; flow++)
            cr_assert_eq(filter_bit(bits, flow), cases[i].wanted(flow), "%s: flow %u", cases[i].text, flow);
        cr_assert(filter_flows(filter, &data, 3, NULL, others));
        cr_assert_arr_eq(bits, others, filter_words(FLOWS) * sizeof *bits);
        filter_free(filter);
    }
}

/* A source that counts what is read. */
static unsigned asked;

static bool counted_set(void *user, uint32_t set, struct nfdec_set *out)
{
    asked++;
    return data.source.set(user, set, out);
}

static bool no_set(void *user, uint32_t set, struct nfdec_set *out)
{
    (void)user, (void)set, (void)out;
    asked++;
    return false;
}

Test(filter_ask, octets_are_read_where_columns_leave_it_open_only)
{
    struct filter *filter = parse("sourceIPv4PrefixLength > 8 and dst port 53 and bytes < 100");
    struct query_data counted = data;
    void *reader = data.source.open(data.source.user);
    unsigned sets = 0;
    for (uint32_t flow = 0; flow < FLOWS; flow++) {
        bool first = flow % RECORDS == 0, open = false;
        for (uint32_t i = flow; first && i < flow + RECORDS; i++)
            open |= domain(i) && bytes_of(i) < 100;
        sets += open;
    }
    counted.source = (struct query_source) { .set = counted_set, .user = reader };
    asked = 0;
    cr_assert(filter_flows(filter, &counted, 2, NULL, bits));
    cr_assert(sets > 0 && sets < PACKETS / 2);
    cr_assert(asked >= sets && asked <= sets + FLOWS / NFDEC_ROWS + 1, "%u sets were read, not %u", asked,
              sets);
    data.source.close(reader);
    filter_free(filter);
}

Test(filter_ask, octets_that_are_gone_match_nothing)
{
    struct filter *filter = parse("sourceIPv4PrefixLength >= 0 or sourceIPv4PrefixLength != 99");
    struct query_data gone = data;
    gone.source = (struct query_source) { .set = no_set };
    cr_assert(filter_flows(filter, &gone, 1, NULL, bits));
    cr_expect_eq(filter_count(bits, FLOWS), 0);
    gone.source.set = NULL;
    cr_assert(filter_flows(filter, &gone, 1, NULL, bits));
    cr_expect_eq(filter_count(bits, FLOWS), 0);
    filter_free(filter);
}

Test(filter_ask, tells_how_far_it_is_and_can_be_ended)
{
    struct filter *filter = parse("port 53");
    struct query_job job = { .total = 0 };
    cr_assert(filter_flows(filter, &data, 2, &job, bits));
    cr_expect_eq(job.total, FLOWS);
    cr_expect_eq(job.done, FLOWS);
    cr_expect_eq(filter_count(bits, FLOWS), FLOWS / 100);
    job.cancel = true;
    cr_expect_not(filter_flows(filter, &data, 2, &job, bits));
    cr_expect_not(filter_connections(filter, &data, 2, &job, bits));
    filter_free(filter);
}

/* The last parts first, as a list that is read from its end asks for them. */
static void ask_parts(const struct filter *filter, bool connections, uint64_t all, uint64_t *out)
{
    struct filter_parts *parts = filter_parts_new(filter, &data, connections, 2, NULL);
    for (uint64_t end = all; end > 0;) {
        uint64_t begin = (end - 1) / (2 * FILTER_PART) * (2 * FILTER_PART);
        cr_assert(filter_parts_ask(parts, begin, end, out));
        end = begin;
    }
    filter_parts_free(parts);
}

static const char *const part_filters[] = { "port 53 and sourceIPv4PrefixLength > 8", "server.port 53",
                                            "paired or input 1 and bytes < 1000", "reason no-reverse",
                                            "client.ip 10.0.0.0/22 and packets > 3" };

Test(filter_ask, parts_have_what_all_have)
{
    for (size_t i = 0; i < sizeof part_filters / sizeof *part_filters; i++) {
        struct filter *filter = parse(part_filters[i]);
        for (int connections = 0; connections < 2; connections++) {
            uint64_t all = connections ? pairs_count(data.pairs) : FLOWS;
            cr_assert((connections ? filter_connections : filter_flows)(filter, &data, 1, NULL, bits));
            cr_expect_gt(filter_count(bits, all), 0, "%s", part_filters[i]);
            memset(others, 0xFF, sizeof others);
            ask_parts(filter, connections, all, others);
            cr_expect_eq(memcmp(bits, others, filter_words(all) * sizeof *bits), 0, "%s", part_filters[i]);
        }
        filter_free(filter);
    }
}

Test(filter_ask, a_few_are_asked_wherever_they_are)
{
    enum { FEW = 200 };
    uint32_t numbers[FEW];
    for (uint32_t i = 0; i < FEW; i++)
        numbers[i] = (FEW - i) * 28;
    for (size_t i = 0; i < sizeof part_filters / sizeof *part_filters; i++) {
        struct filter *filter = parse(part_filters[i]);
        for (int connections = 0; connections < 2; connections++) {
            struct filter_parts *parts = filter_parts_new(filter, &data, connections, 2, NULL);
            cr_assert((connections ? filter_connections : filter_flows)(filter, &data, 1, NULL, bits));
            cr_assert(filter_parts_pick(parts, numbers, FEW, others));
            for (uint32_t n = 0; n < FEW; n++)
                cr_expect_eq(filter_bit(others, n), filter_bit(bits, numbers[n]), "%s, %u", part_filters[i],
                             numbers[n]);
            filter_parts_free(parts);
        }
        filter_free(filter);
    }
}

/* Nobody answers: each flow is a connection, and its source the client. */
Test(filter_ask, connections_and_flows_of_connections)
{
    struct filter *filter = parse("server.port 53 and bytes < 1000 and input 1");
    uint32_t count = pairs_count(data.pairs);
    cr_assert(count <= FLOWS);
    cr_assert(filter_flows(filter, &data, 2, NULL, bits));
    for (uint32_t flow = 0; flow < FLOWS; flow++)
        cr_assert_eq(filter_bit(bits, flow), domain(flow) && small(flow), "flow %u", flow);
    cr_assert(filter_connections(filter, &data, 2, NULL, others));
    cr_expect_eq(filter_count(others, count), filter_count(bits, FLOWS));
    filter_free(filter);
}

Test(filter_ask, runs_of_ones)
{
    static const uint64_t words[3] = { UINT64_C(0xF0), 0, UINT64_C(0x8000000000000001) };
    uint32_t count;
    cr_expect_eq(filter_ones(words, 0, 192, &count), 4);
    cr_expect_eq(count, 4);
    cr_expect_eq(filter_ones(words, 8, 192, &count), 128);
    cr_expect_eq(count, 1);
    cr_expect_eq(filter_ones(words, 129, 192, &count), 191);
    cr_expect_eq(filter_ones(words, 129, 190, &count), 190);
    cr_expect_eq(filter_ones(NULL, 5, 9, &count), 5);
    cr_expect_eq(count, 4);
}
