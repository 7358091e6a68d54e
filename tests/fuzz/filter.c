/* SPDX-License-Identifier: MIT */
/*
 * Any text as a filter: it is one, or there is a reason with a place in it; completions are within the text; what is a
 * filter can be asked of records.
 */
#include <stdlib.h>
#include <string.h>

#include "query/filter.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define RECORDS 3u
#define V5_SIZE (24 + RECORDS * 48)

/* A message of v5 with some values in it. */
static void build(uint8_t octets[V5_SIZE])
{
    for (size_t i = 0; i < V5_SIZE; i++)
        octets[i] = (uint8_t)(i * 7);
    octets[0] = octets[2] = 0;
    octets[1] = 5;
    octets[3] = RECORDS;
}

static void ask(const struct filter *filter)
{
    uint8_t octets[V5_SIZE];
    uint64_t bits[1];
    build(octets);
    struct nfdec *decoder = nfdec_new(NULL);
    struct nfdec_packet packet = {
        .data = octets, .length = sizeof octets, .number = 1, .address_length = 4
    };
    struct query_data none = { .decoder = decoder };
    struct filter_stream *stream = filter_stream_new(filter, &none);
    const struct nfdec_item *item;
    if (nfdec_feed(decoder, &packet) != NFDEC_OK)
        abort();
    while ((item = nfdec_next(decoder)) != NULL)
        if (item->kind == NFDEC_ITEM_SET && filter_stream_set(stream, &item->set, bits) > RECORDS)
            abort();
    filter_stream_free(stream);
    nfdec_free(decoder);
}

static void check(const char *text, size_t length)
{
    struct filter_error error;
    struct filter *filter = filter_parse(text, NULL, &error);
    if (!filter && (error.state == FILTER_VALID || error.at + error.length > length || !*error.reason))
        abort();
    if (filter && !filter_needs_pairs(filter))
        ask(filter);
    filter_free(filter);
    for (size_t cursor = 0; cursor <= length; cursor += 1 + length / 4) {
        struct filter_completion found;
        filter_complete(text, cursor, &found);
        if (found.from > cursor || found.count > FILTER_COMPLETIONS)
            abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = malloc(size + 1);
    if (!text || size > 4096) {
        free(text);
        return 0;
    }
    memcpy(text, data, size);
    text[size] = '\0';
    check(text, strlen(text));
    free(text);
    return 0;
}
