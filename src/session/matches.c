/* SPDX-License-Identifier: MIT */
#include "session/matches.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "session/data.h"
#include "session/replay.h"

void matches_configure(const struct filter *filter, struct session_config *config)
{
    config->keep_octets = OCTETS_KEEP_ALL;
    config->keep_pairs |= filter_needs_pairs(filter);
    config->keep_flows |= filter_needs_end(filter);
    if (filter_needs_labels(filter))
        config->sum_flows = config->check_times = true; /* then there are labels */
}

/* Flows in the store, all at once. */
static void take_rows(struct excerpt *excerpt, const struct filter *filter, const struct query_data *data,
                      unsigned threads)
{
    uint64_t *bits = alloc_array(filter_words(flow_store_rows(data->store)) + 1, sizeof *bits);
    uint32_t sets = ledger_set_count(data->ledger);
    filter_flows(filter, data, threads, NULL, bits);
    for (uint32_t i = 0; i < sets; i++) {
        const struct ledger_set *set = ledger_set(data->ledger, i);
        uint32_t matches = 0;
        for (uint32_t r = 0; r < ledger_set_row_count(set); r++)
            matches += filter_bit(bits, set->first_row + r);
        if (matches > 0)
            excerpt_take(excerpt, i, matches);
    }
    free(bits);
}

/* Records of a set after the other. */
static void take_records(struct excerpt *excerpt, const struct session *run, const struct filter *filter,
                         const struct query_data *data)
{
    struct replay *replay = replay_new(run);
    struct filter_stream *stream = filter_stream_new(filter, data);
    uint64_t *bits = NULL;
    size_t room = 0;
    uint32_t sets = ledger_set_count(data->ledger);
    for (uint32_t i = 0; i < sets; i++) {
        struct nfdec_set set;
        if (ledger_set(data->ledger, i)->template == LEDGER_NONE || !replay_set(replay, i, &set) ||
            set.state != NFDEC_SET_DECODED || set.records == 0)
            continue;
        if (filter_words(set.records) > room) {
            room = 2 * filter_words(set.records);
            bits = alloc_resize(bits, room, sizeof *bits);
        }
        uint32_t matches = filter_stream_set(stream, &set, bits);
        if (matches > 0)
            excerpt_take(excerpt, i, matches);
    }
    free(bits);
    filter_stream_free(stream);
    replay_free(replay);
}

void matches_take(struct excerpt *excerpt, const struct session *run, const struct filter *filter,
                  const char *const *files, size_t file_count, unsigned threads)
{
    struct query_data data = session_data(run, files, file_count);
    if (filter_needs_end(filter))
        take_rows(excerpt, filter, &data, threads);
    else
        take_records(excerpt, run, filter, &data);
}
