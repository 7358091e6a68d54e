/* SPDX-License-Identifier: MIT */
/*
 * How long questions take that are asked of flows in memory:
 *
 *     ask FILE [THREADS [TIMES [QUESTION]]]
 *
 * loads the capture with its connections, then prints for each question a line with its name, the seconds of its
 * fastest run of TIMES (3 by default) and the least processor time: orders of flows and connections, the first hundred (top), all of them (all), and the first screens of all (early),
 * filters, and statistics. QUESTION is the name of one line. Octets that filters need are read from the file again.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/alloc.h"
#include "query/filter.h"
#include "query/order.h"
#include "query/stats.h"
#include "query/timeline.h"
#include "session/data.h"
#include "session/session.h"

#define TOP   100u
#define EARLY 4096u /* as the screen wants them */

static double clock_of(clockid_t clock)
{
    struct timespec time;
    clock_gettime(clock, &time);
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

/* The fastest run of a question. */
struct taken {
    double begun, begun_cpu, seconds, cpu;
};

static void begin(struct taken *taken)
{
    taken->begun = clock_of(CLOCK_MONOTONIC);
    taken->begun_cpu = clock_of(CLOCK_PROCESS_CPUTIME_ID);
}

static void end(struct taken *taken)
{
    double seconds = clock_of(CLOCK_MONOTONIC) - taken->begun;
    double cpu = clock_of(CLOCK_PROCESS_CPUTIME_ID) - taken->begun_cpu;
    if (taken->seconds == 0 || seconds < taken->seconds)
        taken->seconds = seconds;
    if (taken->cpu == 0 || cpu < taken->cpu)
        taken->cpu = cpu;
}

struct asking {
    struct query_data data;
    unsigned threads, times;
    uint32_t *items;
    const char *only; /* NULL: all questions */
};

static bool wanted(const struct asking *asking, const char *line)
{
    return !asking->only || strcmp(asking->only, line) == 0;
}

enum part { PART_TOP, PART_ALL, PART_EARLY, PARTS };

static void found(void *user, const uint32_t *numbers, uint64_t count)
{
    (void)numbers;
    (void)count;
    end(user);
}

static void ask_order(const struct asking *asking, const char *name, bool connections, enum part part)
{
    static const char *const parts[PARTS] = { "top", "all", "early" };
    struct taken taken = { 0 };
    struct order_early early = { .most = EARLY, .found = found, .user = &taken };
    char line[64];
    struct order_request request = {
        .data = &asking->data, .connections = connections, .descending = true, .threads = asking->threads
    };
    snprintf(line, sizeof line, "%s_%s_%s", parts[part], connections ? "connections" : "flows", name);
    if (!wanted(asking, line))
        return;
    if (!field_find(name, strlen(name), &request.field))
        exit(2);
    for (unsigned i = 0; i < asking->times; i++) {
        begin(&taken);
        if (part == PART_TOP)
            order_top(&request, TOP, asking->items, NULL);
        else
            order_all_early(&request, part == PART_EARLY ? &early : NULL, asking->items, NULL);
        if (part != PART_EARLY)
            end(&taken);
    }
    printf("%s %.4f %.4f\n", line, taken.seconds, taken.cpu);
}

static void ask_stats(const struct asking *asking, const char *name, struct stats_request request)
{
    struct taken taken = { 0 };
    if (!wanted(asking, name))
        return;
    request.data = &asking->data;
    request.threads = asking->threads;
    request.top = 10;
    for (unsigned i = 0; i < asking->times; i++) {
        struct stats stats;
        begin(&taken);
        stats_make(&request, &stats, NULL);
        end(&taken);
        stats_release(&stats);
    }
    printf("%s %.4f %.4f\n", name, taken.seconds, taken.cpu);
}

static void ask_timeline(const struct asking *asking)
{
    struct taken taken = { 0 };
    if (!wanted(asking, "timeline"))
        return;
    struct timeline_request request = { .data = &asking->data, .threads = asking->threads };
    for (unsigned i = 0; i < asking->times; i++) {
        struct timeline timeline;
        begin(&taken);
        timeline_make(&request, &timeline, NULL);
        end(&taken);
        timeline_release(&timeline);
    }
    printf("timeline %.4f %.4f\n", taken.seconds, taken.cpu);
}

static void ask_filter(const struct asking *asking, const char *name, const char *text, bool connections)
{
    struct taken taken = { 0 };
    struct filter_error error;
    if (!wanted(asking, name))
        return;
    struct filter *filter = filter_parse(text, NULL, &error);
    if (!filter)
        exit(2);
    uint64_t *bits = alloc_array(filter_words(flow_store_rows(asking->data.store)) + 1, sizeof *bits);
    for (unsigned i = 0; i < asking->times; i++) {
        begin(&taken);
        if (connections)
            filter_connections(filter, &asking->data, asking->threads, NULL, bits);
        else
            filter_flows(filter, &asking->data, asking->threads, NULL, bits);
        end(&taken);
    }
    printf("%s %.4f %.4f\n", name, taken.seconds, taken.cpu);
    free(bits);
    filter_free(filter);
}

static void ask_filters(const struct asking *asking)
{
    ask_filter(asking, "filter_port", "port 443", false);
    ask_filter(asking, "filter_columns", "ip == 10.0.0.0/8 and port in {80, 443} and bytes > 1M", false);
    ask_filter(asking, "filter_all_columns",
               "bytes > 1k or packets > 5 or ip 2001:db8::/32 or tcp_flags has R", false);
    ask_filter(asking, "filter_origin", "exporter 192.0.2.1 and version 9", false);
    ask_filter(asking, "filter_bps", "bps > 1M", false);
    ask_filter(asking, "rare_number", "sourceIPv4PrefixLength > 20", false);
    ask_filter(asking, "rare_number_of_few", "port 443 and sourceIPv4PrefixLength > 20", false);
    ask_filter(asking, "rare_in_all", "ipClassOfService 5", false);
    ask_filter(asking, "rare_text", "applicationName contains http", false);
    ask_filter(asking, "filter_connections_port", "port 443", true);
    ask_filter(asking, "filter_connections_packets", "packets > 100", true);
    ask_filter(asking, "filter_connections_flows", "port 443 and input 1", true);
    ask_filter(asking, "filter_connections_own", "client.ip 10.0.0.0/8 and bytes > 1M", true);
}

static void ask(const struct asking *asking)
{
    static const char *const flows[] = { "start", "bytes", "src", "dport", "duration", "exporter" };
    static const char *const connections[] = { "start",       "bytes",        "packets",        "client.ip",
                                               "server.port", "bytes.client", "packets.client", "flows" };
    for (size_t i = 0; i < PARTS * (sizeof flows / sizeof *flows); i++)
        ask_order(asking, flows[i / PARTS], false, (enum part)(i % PARTS));
    for (size_t i = 0; i < PARTS * (sizeof connections / sizeof *connections); i++)
        ask_order(asking, connections[i / PARTS], true, (enum part)(i % PARTS));
    ask_filters(asking);
    ask_stats(asking, "talkers", (struct stats_request) { .kind = STATS_TALKERS });
    ask_stats(asking, "talkers_sent", (struct stats_request) { .kind = STATS_TALKERS, .side = STATS_SENT });
    ask_stats(asking, "nets", (struct stats_request) { .kind = STATS_TALKERS, .by = STATS_NET });
    ask_stats(asking, "protocols", (struct stats_request) { .kind = STATS_PROTOCOLS });
    ask_stats(asking, "ports", (struct stats_request) { .kind = STATS_PORTS });
    ask_stats(asking, "exporters", (struct stats_request) { .kind = STATS_EXPORTERS });
    ask_timeline(asking);
}

int main(int argc, char *argv[])
{
    struct asking asking = { .threads = argc > 2 ? (unsigned)strtoul(argv[2], NULL, 10) : 1,
                             .times = argc > 3 ? (unsigned)strtoul(argv[3], NULL, 10) : 3,
                             .only = argc > 4 ? argv[4] : NULL };
    struct capture_error error;
    if (argc < 2) {
        fputs("usage: ask FILE [THREADS [TIMES [QUESTION]]]\n", stderr);
        return 2;
    }
    const char *file = argv[1];
    struct session_config config = { .capture = { .files = &file, .file_count = 1 },
                                     .threads = asking.threads,
                                     .keep_octets = OCTETS_KEEP_ALL,
                                     .keep_pairs = true };
    struct session *run = session_new(&config, &error);
    if (!run || session_run(run) != SESSION_DONE) {
        fprintf(stderr, "ask: cannot read '%s'\n", file);
        return 1;
    }
    asking.data = session_data(run, &file, 1);
    asking.items = alloc_array(flow_store_rows(asking.data.store) + 1, sizeof *asking.items);
    printf("flows %llu\n", (unsigned long long)flow_store_rows(asking.data.store));
    ask(&asking);
    free(asking.items);
    session_free(run);
    return 0;
}
