/* SPDX-License-Identifier: MIT */
/*
 *     evaluate FILE [THREADS]
 *
 * Reads filters, one a line, and writes for each what matches in the capture, as ones and zeros: its flows and its records in
 * the order in which --show lists them, and its connections; "-" where they cannot be asked; "! reason" for what is no
 * filter. Flows are asked as columns with their octets out of the file again, records as they come out of it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "query/filter.h"
#include "session/data.h"
#include "session/replay.h"

static void write_bit(bool bit)
{
    putchar(bit ? '1' : '0');
}

static void write_flows(const struct query_data *data, const uint64_t *rows)
{
    for (uint32_t i = 0; i < ledger_set_count(data->ledger); i++) {
        const struct ledger_set *set = ledger_set(data->ledger, i);
        for (uint32_t row = 0; row < ledger_set_row_count(set); row++)
            write_bit(filter_bit(rows, set->first_row + row));
    }
}

static void write_records(const struct filter *filter, const struct query_data *data, struct replay *replay)
{
    struct filter_stream *stream = filter_stream_new(filter, data);
    static uint64_t bits[65536 / 64 + 1];
    for (uint32_t i = 0; i < ledger_set_count(data->ledger); i++) {
        struct nfdec_set set;
        if (!replay_set(replay, i, &set) || !set.template || set.state != NFDEC_SET_DECODED ||
            (set.kind != NFDEC_SET_DATA && set.kind != NFDEC_SET_OPTIONS))
            continue;
        filter_stream_set(stream, &set, bits);
        for (uint32_t record = 0; record < set.records; record++)
            write_bit(filter_bit(bits, record));
    }
    filter_stream_free(stream);
}

static void evaluate(const struct filter *filter, const struct query_data *data, unsigned threads,
                     struct replay *replay)
{
    uint64_t *rows = alloc_array(filter_words(flow_store_rows(data->store)) + 1, sizeof *rows);
    uint64_t *connections = alloc_array(filter_words(pairs_count(data->pairs)) + 1, sizeof *connections);
    filter_flows(filter, data, threads, NULL, rows);
    write_flows(data, rows);
    putchar(' ');
    if (filter_needs_pairs(filter))
        putchar('-');
    else
        write_records(filter, data, replay);
    putchar(' ');
    filter_connections(filter, data, threads, NULL, connections);
    for (uint32_t i = 0; i < pairs_count(data->pairs); i++)
        write_bit(filter_bit(connections, i));
    putchar('\n');
    free(rows);
    free(connections);
}

int main(int argc, char *argv[])
{
    const char *file = argc > 1 ? argv[1] : "";
    unsigned threads = argc > 2 ? (unsigned)strtoul(argv[2], NULL, 10) : 1;
    struct session_config config = { .capture = { .files = &file, .file_count = 1 },
                                     .keep_pairs = true,
                                     .keep_octets = OCTETS_KEEP_ALL,
                                     .threads = threads };
    struct capture_error error;
    char text[8192], reason[256];
    struct session *run = session_new(&config, &error);
    if (!run) {
        fprintf(stderr, "evaluate: %s\n", error.text);
        return 1;
    }
    session_run(run);
    struct names *names = names_new(&(struct names_config) { .services = true, .no_system = true }, reason);
    struct query_data data = session_data(run, &file, 1);
    struct replay *replay = replay_new(run);
    const struct filter_options options = { .names = names };
    while (fgets(text, sizeof text, stdin)) {
        struct filter_error wrong;
        text[strcspn(text, "\n")] = '\0';
        struct filter *filter = filter_parse(text, &options, &wrong);
        if (filter)
            evaluate(filter, &data, threads, replay);
        else
            printf("! %zu %s\n", wrong.at, wrong.reason);
        filter_free(filter);
    }
    replay_free(replay);
    names_free(names);
    session_free(run);
    return 0;
}
