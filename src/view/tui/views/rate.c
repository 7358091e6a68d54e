/* SPDX-License-Identifier: MIT */
#include "view/tui/views/rate.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "view/tui/cells/cells.h"

#define FIRST_LENGTH 1000000 /* ns of a bucket at first */

void rate_release(struct rate *rate)
{
    free(rate->bucket);
    *rate = (struct rate) { 0 };
}

static void grow(struct rate *rate, uint32_t exporters)
{
    if (exporters <= rate->exporters)
        return;
    rate->bucket = alloc_resize(rate->bucket, exporters, sizeof *rate->bucket);
    memset(rate->bucket + rate->exporters, 0, (exporters - rate->exporters) * sizeof *rate->bucket);
    rate->exporters = exporters;
}

/* Buckets twice as long. */
static void stretch(struct rate *rate)
{
    for (uint32_t e = 0; e < rate->exporters; e++) {
        uint32_t *bucket = rate->bucket[e];
        for (unsigned i = 0; i < RATE_BUCKETS / 2; i++)
            bucket[i] = bucket[2 * i] + bucket[2 * i + 1];
        memset(bucket + RATE_BUCKETS / 2, 0, RATE_BUCKETS / 2 * sizeof *bucket);
    }
    rate->used = (rate->used + 1) / 2;
    rate->length *= 2;
}

static void add(struct rate *rate, uint32_t family, int64_t time)
{
    if (rate->length == 0) {
        rate->start = time;
        rate->length = FIRST_LENGTH;
    }
    uint64_t since = time > rate->start ? (uint64_t)time - (uint64_t)rate->start : 0;
    while (since / (uint64_t)rate->length >= RATE_BUCKETS && rate->length < INT64_MAX / 2)
        stretch(rate);
    uint64_t at = since / (uint64_t)rate->length;
    if (at >= RATE_BUCKETS)
        at = RATE_BUCKETS - 1;
    rate->bucket[family][at]++;
    if (at >= rate->used)
        rate->used = (unsigned)at + 1;
}

void rate_update(struct rate *rate, const struct session *run)
{
    const struct ledger *ledger = session_ledger(run);
    uint32_t count = ledger_message_count(ledger);
    if (rate->generation != session_generation(run))
        rate_release(rate);
    rate->generation = session_generation(run);
    grow(rate, ledger_exporter_count(ledger));
    for (; rate->seen < count; rate->seen++) {
        const struct ledger_message *m = ledger_message(ledger, rate->seen);
        const struct nfdec_session *session = nfdec_session_at(session_decoder(run), m->session);
        if (session && session->family < rate->exporters)
            add(rate, session->family, m->time);
    }
}

/* What falls into one column of `width`. */
static uint64_t column_sum(const uint32_t *bucket, unsigned used, unsigned column, unsigned width)
{
    unsigned from = column * used / width, to = (column + 1) * used / width;
    uint64_t sum = 0;
    for (unsigned i = from; i < to || i == from; i++)
        sum += bucket[i];
    return used < width ? bucket[from] : sum;
}

void rate_text(const struct rate *rate, uint32_t exporter, unsigned width, struct strbuf *out)
{
    uint64_t most = 0;
    if (exporter >= rate->exporters || rate->used == 0)
        return;
    const uint32_t *bucket = rate->bucket[exporter];
    for (unsigned i = 0; i < width; i++) {
        uint64_t sum = column_sum(bucket, rate->used, i, width);
        most = sum > most ? sum : most;
    }
    for (unsigned i = 0; i < width && most > 0; i++) {
        uint64_t sum = column_sum(bucket, rate->used, i, width);
        unsigned eighths = (unsigned)((sum * 8 + most - 1) / most);
        strbuf_text(out, cells_block(eighths));
    }
}
