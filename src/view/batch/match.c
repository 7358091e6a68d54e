/* SPDX-License-Identifier: MIT */
#include "view/batch/match.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "session/data.h"

/* Numbers that grow as they come. */
struct numbers {
    uint64_t *bits;
    size_t words;
};

struct match {
    struct filter *filter;
    struct query_data data;
    struct filter_stream *stream; /* made when it is needed */
    uint64_t *set_bits;           /* of the last set */
    size_t set_words;
    uint64_t *bits; /* of rows or connections */
    uint64_t seen, count;
    bool at_end;       /* nothing is asked while records come in */
    uint64_t *packets; /* of matching records, in order after match_finish() */
    size_t packet_count, packet_capacity;
    struct numbers templates, exporters;
};

bool match_asks_at_end(const struct filter *filter)
{
    return filter_needs_end(filter) || filter_unresolved(filter) > 0;
}

void match_configure(const struct filter *filter, enum match_what what, struct session_config *config)
{
    bool after = what == MATCH_ROWS || what == MATCH_CONNECTIONS;
    if (!filter)
        return;
    if (match_asks_at_end(filter) && what != MATCH_RECORDS) {
        config->keep_flows = after = true;
        config->keep_pairs |= filter_needs_pairs(filter);
    }
    if (filter_needs_labels(filter))
        config->sum_flows = config->check_times = true; /* then there are labels */
    if (after && filter_needs_records(filter))
        config->keep_octets = OCTETS_KEEP_ALL;
}

struct match *match_new(struct filter *filter, const struct session *run, const char *const *files,
                        size_t file_count)
{
    if (!filter)
        return NULL;
    struct match *match = alloc_new(sizeof *match);
    match->filter = filter;
    match->at_end = match_asks_at_end(filter);
    match->data = session_data(run, files, file_count);
    return match;
}

void match_free(struct match *match)
{
    if (!match)
        return;
    filter_stream_free(match->stream);
    free(match->set_bits);
    free(match->bits);
    free(match->packets);
    free(match->templates.bits);
    free(match->exporters.bits);
    free(match);
}

static void note_number(struct numbers *numbers, uint32_t number)
{
    size_t word = number / 64;
    if (word >= numbers->words) {
        size_t words = word + 1 > 2 * numbers->words ? word + 1 : 2 * numbers->words;
        numbers->bits = alloc_resize(numbers->bits, words, sizeof *numbers->bits);
        for (size_t i = numbers->words; i < words; i++)
            numbers->bits[i] = 0;
        numbers->words = words;
    }
    numbers->bits[word] |= UINT64_C(1) << number % 64;
}

static bool has_number(const struct numbers *numbers, uint32_t number)
{
    return number / 64 < numbers->words && filter_bit(numbers->bits, number);
}

static void note_origin(struct match *match, uint64_t packet, const struct nfdec_session *session,
                        const struct nfdec_template *template)
{
    if (match->packet_count == 0 || match->packets[match->packet_count - 1] != packet) {
        match->packets =
            alloc_grow(match->packets, match->packet_count, &match->packet_capacity, sizeof *match->packets);
        match->packets[match->packet_count++] = packet;
    }
    note_number(&match->templates, template->index);
    note_number(&match->exporters, session->family);
}

uint32_t match_set(struct match *match, const struct nfdec_set *set)
{
    bool records = set->kind == NFDEC_SET_DATA || set->kind == NFDEC_SET_OPTIONS;
    if (!match || match->at_end || !records || set->state != NFDEC_SET_DECODED || !set->template)
        return 0;
    if (!match->stream)
        match->stream = filter_stream_new(match->filter, &match->data);
    size_t words = filter_words(set->records) + 1;
    if (words > match->set_words) {
        match->set_bits = alloc_resize(match->set_bits, words, sizeof *match->set_bits);
        match->set_words = words;
    }
    uint32_t count = filter_stream_set(match->stream, set, match->set_bits);
    match->seen += set->records;
    match->count += count;
    if (count > 0)
        note_origin(match, set->message->packet, set->message->session, set->template);
    return count;
}

bool match_record(const struct match *match, uint32_t index)
{
    return !match || filter_bit(match->set_bits, index);
}

uint64_t match_seen(const struct match *match)
{
    return match->seen;
}

uint64_t match_count(const struct match *match)
{
    return match->count;
}

/* Where matching rows came from. */
static void note_rows(struct match *match)
{
    uint32_t sets = ledger_set_count(match->data.ledger);
    for (uint32_t i = 0; i < sets; i++) {
        const struct ledger_set *set = ledger_set(match->data.ledger, i);
        uint32_t count = ledger_set_row_count(set), run;
        if (count == 0 ||
            filter_ones(match->bits, set->first_row, set->first_row + count, &run) == set->first_row + count)
            continue;
        const struct ledger_message *message = ledger_message(match->data.ledger, set->message);
        const struct nfdec_template *template = nfdec_template_at(match->data.decoder, set->template);
        const struct nfdec_session *session = nfdec_session_at(match->data.decoder, message->session);
        if (template && session)
            note_origin(match, message->packet, session, template);
    }
}

static int compare_packets(const void *a, const void *b)
{
    const uint64_t *x = a, *y = b;
    return *x < *y ? -1 : *x > *y;
}

bool match_finish(struct match *match, enum match_what what, unsigned threads, struct filter_error *error)
{
    if (!match)
        return true;
    if (!filter_resolve(match->filter, error))
        return false;
    bool origins = what == MATCH_ORIGINS;
    if (what == MATCH_ROWS || (origins && match->at_end)) {
        match->seen = flow_store_rows(match->data.store);
        match->bits = alloc_array(filter_words(match->seen) + 1, sizeof *match->bits);
        filter_flows(match->filter, &match->data, threads, NULL, match->bits);
        match->count = filter_count(match->bits, match->seen);
        if (origins)
            note_rows(match);
    } else if (what == MATCH_CONNECTIONS) {
        match->seen = pairs_count(match->data.pairs);
        match->bits = alloc_array(filter_words(match->seen) + 1, sizeof *match->bits);
        filter_connections(match->filter, &match->data, threads, NULL, match->bits);
        match->count = filter_count(match->bits, match->seen);
    }
    if (match->packet_count > 0)
        qsort(match->packets, match->packet_count, sizeof *match->packets, compare_packets);
    return true;
}

const uint64_t *match_bits(const struct match *match)
{
    return match ? match->bits : NULL;
}

bool match_packet(const struct match *match, uint64_t packet)
{
    return !match || (match->packet_count > 0 &&
                      bsearch(&packet, match->packets, match->packet_count, sizeof packet, compare_packets));
}

bool match_template(const struct match *match, uint32_t index)
{
    return !match || has_number(&match->templates, index);
}

bool match_exporter(const struct match *match, uint32_t family)
{
    return !match || has_number(&match->exporters, family);
}
