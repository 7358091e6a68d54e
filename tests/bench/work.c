/* SPDX-License-Identifier: MIT */
/*
 * The program's work without its output, as far as is wanted, and what came of it, a name and a number a line:
 *
 *     work read|walk|count|store|pair|check|first FILE
 *
 * read   frames are read, nothing else
 * walk   ... messages, sets and templates are taken apart, data records are not
 * count  ... data records are decoded, and their octets and packets added up, by exporter; nothing else is kept
 * store  ... and kept as rows
 * pair   ... and paired into connections
 * check  ... and each connection looked at, whether it has both directions
 * first  as pair, but stops as soon as a reader who looks on while loading has been given a hundred connections
 *
 * What is counted is to be held against the truth that the generator writes (run.py does). Seconds are those from
 * the opening of the file to the readiness of all that was wanted. Memory is what the parts say they hold; the
 * ledger's is that of its entries.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "session/session.h"

enum amount { READ, WALK, COUNT, STORE, PAIR, CHECK, FIRST, AMOUNTS };

static const char *const amount_names[AMOUNTS] = {
    "read", "walk", "count", "store", "pair", "check", "first"
};

#define FIRST_WANTED 100u

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

static void line(const char *name, uint64_t value)
{
    printf("%s %" PRIu64 "\n", name, value);
}

static void exporters(const struct session *run)
{
    const struct ledger *ledger = session_ledger(run);
    uint64_t options = 0, lost = 0, reordered = 0, flows = 0, bytes = 0, packets = 0;
    for (uint32_t i = 0; i < ledger_exporter_count(ledger); i++) {
        const struct ledger_exporter *e = ledger_exporter(ledger, i);
        options += e->options;
        lost += e->sequence.lost;
        reordered += e->sequence.reordered;
        flows += e->flows;
        bytes += e->flow_bytes;
        packets += e->flow_packets;
    }
    line("options", options);
    line("lost", lost);
    line("reordered", reordered);
    if (flows) {
        line("flows", flows);
        line("bytes", bytes);
        line("packets", packets);
    }
}

static void templates(const struct session *run)
{
    const struct nfdec_template *template;
    uint64_t count = 0;
    for (uint32_t i = 0; (template = nfdec_template_at(session_decoder(run), i)); i++)
        count += template->kind == NFDEC_TEMPLATE_DATA;
    line("templates", count);
}

static void connections(const struct session *run, bool each)
{
    const struct pairs *pairs = session_pairs(run);
    uint64_t paired = 0;
    struct connection connection;
    if (pairs)
        line("conversations", pairs_count(pairs));
    if (!pairs || !each)
        return;
    for (uint32_t i = 0; i < pairs_count(pairs); i++) {
        pairs_get(pairs, session_store(run), i, &connection);
        paired += connection.paired;
    }
    line("connections", paired);
    line("singles", pairs_count(pairs) - paired);
}

/* The most that was resident. getrusage() counts what the process was before exec, too. */
static uint64_t peak(void)
{
    char text[128];
    uint64_t kib = 0;
    FILE *status = fopen("/proc/self/status", "r");
    while (status && !kib && fgets(text, sizeof text, status))
        if (!strncmp(text, "VmHWM:", 6))
            kib = strtoull(text + 6, NULL, 10);
    if (status)
        fclose(status);
    return kib * 1024;
}

static void memory(const struct session *run)
{
    const struct ledger *ledger = session_ledger(run);
    if (session_store(run))
        line("memory_store", flow_store_memory(session_store(run)));
    if (session_pairs(run))
        line("memory_pairs", pairs_memory(session_pairs(run)));
    line("memory_ledger", ledger_message_count(ledger) * sizeof(struct ledger_message) +
                              ledger_set_count(ledger) * sizeof(struct ledger_set));
    line("memory_peak", peak());
}

/* The reader who looks on; false once there is enough to look at. */
static bool look_on(void *user, const struct session *run)
{
    const struct pairs *pairs = session_pairs(run);
    struct connection connection;
    uint64_t *given = user;
    for (*given = 0; *given < FIRST_WANTED && *given < pairs_count(pairs); ++*given)
        pairs_get(pairs, session_store(run), (uint32_t)*given, &connection);
    return *given < FIRST_WANTED;
}

static int first_connections(const char *const *file, unsigned threads)
{
    struct capture_error error;
    uint64_t given = 0;
    struct session_config config = { .capture = { .files = file, .file_count = 1, .read_ahead = threads > 1 },
                                     .threads = threads,
                                     .keep_pairs = true,
                                     .unordered = true,
                                     .progress = look_on,
                                     .progress_user = &given };
    struct session *run = session_new(&config, &error);
    if (!run) {
        fprintf(stderr, "work: %s\n", error.text);
        return 1;
    }
    (void)session_run(run);
    line("given", given);
    line("memory_peak", peak());
    session_free(run);
    return given == FIRST_WANTED ? 0 : 1;
}

static int run_session(enum amount amount, const char *const *file, unsigned threads)
{
    struct session_config config = { .capture = { .files = file, .file_count = 1, .read_ahead = threads > 1 },
                                     .threads = threads,
                                     .brief = amount == COUNT,
                                     .sum_flows = amount == COUNT,
                                     .keep_flows = amount >= STORE,
                                     .keep_pairs = amount >= PAIR,
                                     .unordered = amount == PAIR };
    struct capture_error error;
    double start = now();
    struct session *run = session_new(&config, &error);
    if (!run) {
        fprintf(stderr, "work: %s\n", error.text);
        return 1;
    }
    enum session_result result = session_run(run);
    double seconds = now() - start;
    printf("seconds %.6f\n", seconds);
    line("frames", session_counts(run)->exports);
    exporters(run);
    templates(run);
    memory(run);
    connections(run, amount == CHECK);
    session_free(run);
    return result == SESSION_DONE ? 0 : 1;
}

static int read_frames(const char *const *file)
{
    struct capture_config config = { .files = file, .file_count = 1 };
    struct capture_error error;
    struct frame frame;
    double start = now();
    struct capture *capture = capture_new(&config, &error);
    if (!capture) {
        fprintf(stderr, "work: %s\n", error.text);
        return 1;
    }
    enum capture_result result;
    do
        result = capture_next(capture, &frame);
    while (result == CAPTURE_FRAME);
    printf("seconds %.6f\n", now() - start);
    line("frames", capture_frames(capture));
    capture_free(capture);
    return result == CAPTURE_END ? 0 : 1;
}

int main(int argc, char *argv[])
{
    const char *file = argc == 3 || argc == 4 ? argv[2] : NULL;
    unsigned threads = argc == 4 ? (unsigned)strtoul(argv[3], NULL, 10) : 1;
    for (enum amount amount = READ; file && amount < AMOUNTS; amount++)
        if (!strcmp(argv[1], amount_names[amount]))
            return amount == READ    ? read_frames(&file)
                   : amount == FIRST ? first_connections(&file, threads)
                                     : run_session(amount, &file, threads);
    fputs("usage: work read|walk|count|store|pair|check|first FILE [THREADS]\n", stderr);
    return 2;
}
