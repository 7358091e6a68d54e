/* SPDX-License-Identifier: MIT */
#include "query/timeline.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/order.h"
#include "base/time.h"
#include "query/order_keys.h"
#include "query/spread.h"
#include "query/stats_base.h"

#define BLOCKS_A_PIECE 16u

__extension__ typedef unsigned __int128 wide;

enum { START, END, BYTES, PACKETS, REVERSE_BYTES, REVERSE_PACKETS, COLUMNS };

struct worker {
    uint64_t column[COLUMNS][NFDEC_ROWS];
    struct order_reader *reader; /* of times of export; NULL: those of flows are wanted */
    int64_t earliest, latest;
    struct query_sets sets;
    uint64_t has; /* enum stats_has of the flows that counted */
    struct stats_sums *bin;
};

struct task {
    const struct timeline_request *request;
    struct stats_base base;
    struct order_keys keys; /* of times of export */
    struct worker *workers;
    struct timeline *timeline;
    struct query_job *job;
};

/* A flow is exported at once. */
static void read_export_times(struct worker *worker, uint64_t block)
{
    struct order_reader *reader = worker->reader;
    order_read(reader, block);
    for (uint32_t i = 0; i < reader->count; i++)
        worker->column[START][i] = worker->column[END][i] = (uint64_t)order_value(reader->key[i]);
}

static void read_flow_times(const struct flow_store *store, struct worker *worker, uint64_t block)
{
    uint32_t rows = flow_store_column(store, block, NFDEC_COL_START, worker->column[START]);
    flow_store_column(store, block, NFDEC_COL_END, worker->column[END]);
    for (uint32_t i = 0; i < rows; i++) { /* an end before the start: the other way round */
        uint64_t start = worker->column[START][i];
        if ((int64_t)worker->column[END][i] >= (int64_t)start)
            continue;
        worker->column[START][i] = worker->column[END][i];
        worker->column[END][i] = start;
    }
}

static void read_times(const struct task *task, struct worker *worker, uint64_t block)
{
    if (worker->reader)
        read_export_times(worker, block);
    else
        read_flow_times(task->request->data->store, worker, block);
}

static void read_counters(const struct task *task, struct worker *worker, uint64_t block)
{
    const struct flow_store *store = task->request->data->store;
    flow_store_column(store, block, NFDEC_COL_BYTES, worker->column[BYTES]);
    flow_store_column(store, block, NFDEC_COL_PACKETS, worker->column[PACKETS]);
    if (!task->base.reverse) /* zero, then */
        return;
    flow_store_column(store, block, NFDEC_COL_REVERSE_BYTES, worker->column[REVERSE_BYTES]);
    flow_store_column(store, block, NFDEC_COL_REVERSE_PACKETS, worker->column[REVERSE_PACKETS]);
}

static uint32_t rows_of(const struct task *task, uint64_t block)
{
    uint64_t left = flow_store_rows(task->request->data->store) - block * NFDEC_ROWS;
    return left < NFDEC_ROWS ? (uint32_t)left : NFDEC_ROWS;
}

static void find_span(void *user, unsigned number, uint64_t from, uint64_t to)
{
    struct task *task = user;
    struct worker *worker = &task->workers[number];
    for (uint64_t block = from; block < to && !query_job_cancelled(task->job); block++) {
        uint32_t rows = rows_of(task, block);
        read_times(task, worker, block);
        for (uint32_t i = 0; i < rows; i++) {
            if (!stats_base_counts(&task->base, block * NFDEC_ROWS + i))
                continue;
            int64_t start = (int64_t)worker->column[START][i], end = (int64_t)worker->column[END][i];
            worker->earliest = start < worker->earliest ? start : worker->earliest;
            int64_t last = end > start ? end - 1 : end; /* nothing falls into what begins with its end */
            worker->latest = last > worker->latest ? last : worker->latest;
        }
        query_job_step(task->job, rows);
    }
}

/* How much of an amount is due when `passed` of `length` has gone by. */
static uint64_t due(uint64_t amount, uint64_t passed, uint64_t length)
{
    return (uint64_t)((wide)amount * passed / length);
}

/* What falls into each bin is what is due at its end and was not at its beginning. */
static void spread_flow(const struct timeline *timeline, struct stats_sums *bin, uint64_t start, uint64_t end,
                        uint64_t bytes, uint64_t packets)
{
    uint64_t first = start / timeline->length, last = end / timeline->length, length = end - start;
    if (last > first && end % timeline->length == 0)
        last--; /* its end is the beginning of a bin, into which nothing falls */
    uint64_t bytes_before = 0, packets_before = 0;
    for (uint64_t i = first; i < last; i++) {
        uint64_t passed = (i + 1) * timeline->length - start;
        uint64_t bytes_due = due(bytes, passed, length), packets_due = due(packets, passed, length);
        bin[i].bytes += bytes_due - bytes_before;
        bin[i].packets += packets_due - packets_before;
        bytes_before = bytes_due;
        packets_before = packets_due;
    }
    bin[last].bytes += bytes - bytes_before;
    bin[last].packets += packets - packets_before;
    bin[first].flows++;
}

static void fill_bins(void *user, unsigned number, uint64_t from, uint64_t to)
{
    struct task *task = user;
    struct worker *worker = &task->workers[number];
    const struct timeline *timeline = task->timeline;
    for (uint64_t block = from; block < to && !query_job_cancelled(task->job); block++) {
        uint32_t rows = rows_of(task, block);
        read_times(task, worker, block);
        read_counters(task, worker, block);
        for (uint32_t i = 0; i < rows; i++) {
            uint64_t row = block * NFDEC_ROWS + i;
            if (!stats_base_counts(&task->base, row))
                continue;
            uint64_t start = worker->column[START][i] - (uint64_t)timeline->start;
            uint64_t end = worker->column[END][i] - (uint64_t)timeline->start;
            spread_flow(timeline, worker->bin, start, end,
                        worker->column[BYTES][i] + worker->column[REVERSE_BYTES][i],
                        worker->column[PACKETS][i] + worker->column[REVERSE_PACKETS][i]);
            worker->has |= stats_base_has(&task->base, row, &worker->sets);
            worker->bin[start / timeline->length].connections += stats_base_first(&task->base, 0, row);
        }
        query_job_step(task->job, rows);
    }
}

/* The largest multiple of the length that is not behind the time; of the earliest times there may be none. */
static int64_t round_down(int64_t time, uint64_t length)
{
    int64_t rest = time % (int64_t)length;
    if (rest < 0)
        rest += (int64_t)length;
    return time < INT64_MIN + rest ? INT64_MIN : time - rest;
}

static uint64_t bins_for(int64_t earliest, int64_t latest, uint64_t length)
{
    return ((uint64_t)latest - (uint64_t)round_down(earliest, length)) / length + 1;
}

/* Lengths that people count in. */
static uint64_t round_length(int64_t earliest, int64_t latest, uint64_t most)
{
    static const uint64_t steps[] = { 1000000,        2000000,        5000000,        10000000,
                                      20000000,       50000000,       100000000,      200000000,
                                      500000000,      1000000000,     2000000000,     5000000000,
                                      10000000000,    15000000000,    30000000000,    60000000000,
                                      120000000000,   300000000000,   600000000000,   900000000000,
                                      1800000000000,  3600000000000,  7200000000000,  10800000000000,
                                      21600000000000, 43200000000000, 86400000000000, 604800000000000 };
    size_t i = 0, last = sizeof steps / sizeof *steps - 1;
    while (i < last && bins_for(earliest, latest, steps[i]) > most)
        i++;
    return steps[i];
}

static void settle_bins(struct task *task, int64_t earliest, int64_t latest)
{
    const struct timeline_request *request = task->request;
    struct timeline *timeline = task->timeline;
    uint64_t most = request->bins ? request->bins : TIMELINE_BINS;
    most = most < TIMELINE_MOST ? most : TIMELINE_MOST;
    uint64_t length = (uint64_t)request->length;
    if (request->length > 0)
        most = TIMELINE_MOST;
    else
        length = round_length(earliest, latest, most);
    uint64_t unit = length;
    while (bins_for(earliest, latest, length) > most && length < INT64_MAX / 4) /* of any 64-bit times */
        length += unit > length / 2 ? unit : length / unit / 2 * unit;
    timeline->length = length;
    timeline->start = round_down(earliest, length);
    timeline->count = (uint32_t)bins_for(earliest, latest, length);
}

/* What all threads have found. Counters that no flow has are in no bin. */
static void add_bins(struct timeline *timeline, struct worker *workers, unsigned threads)
{
    timeline->bin = alloc_array(timeline->count, sizeof *timeline->bin);
    timeline->total.has = 0;
    for (unsigned i = 0; i < threads; i++)
        timeline->total.has |= workers[i].has;
    for (uint32_t k = 0; k < timeline->count; k++) {
        timeline->bin[k].has = timeline->total.has;
        for (unsigned i = 0; i < threads; i++)
            stats_sums_add(&timeline->bin[k], &workers[i].bin[k]);
        stats_sums_add(&timeline->total, &timeline->bin[k]);
    }
}

static bool make_bins(struct task *task, unsigned threads, uint64_t blocks)
{
    struct timeline *timeline = task->timeline;
    int64_t earliest = INT64_MAX, latest = INT64_MIN;
    for (unsigned i = 0; i < threads; i++) {
        earliest = task->workers[i].earliest < earliest ? task->workers[i].earliest : earliest;
        latest = task->workers[i].latest > latest ? task->workers[i].latest : latest;
    }
    if (earliest > latest)
        return true; /* no flows */
    settle_bins(task, earliest, latest);
    for (unsigned i = 0; i < threads; i++)
        task->workers[i].bin = alloc_array(timeline->count, sizeof *timeline->bin);
    bool done = spread(threads, blocks, BLOCKS_A_PIECE, fill_bins, task, task->job);
    add_bins(timeline, task->workers, threads);
    for (unsigned i = 0; i < threads; i++)
        free(task->workers[i].bin);
    return done;
}

static void make_workers(struct task *task, const struct order_request *times, unsigned threads)
{
    bool by_export = task->request->base == TIMELINE_EXPORT_TIME;
    if (by_export)
        order_keys_init(&task->keys, times, task->job);
    task->workers = alloc_array(threads, sizeof *task->workers);
    for (unsigned i = 0; i < threads; i++) {
        task->workers[i].earliest = INT64_MAX;
        task->workers[i].latest = INT64_MIN;
        task->workers[i].reader = by_export ? order_reader_new(&task->keys) : NULL;
    }
}

static void free_workers(struct task *task, unsigned threads)
{
    for (unsigned i = 0; i < threads; i++)
        free(task->workers[i].reader);
    free(task->workers);
    order_keys_release(&task->keys);
}

bool timeline_make(const struct timeline_request *request, struct timeline *timeline, struct query_job *job)
{
    unsigned threads = spread_workers(request->threads);
    uint64_t rows = flow_store_rows(request->data->store), blocks = (rows + NFDEC_ROWS - 1) / NFDEC_ROWS;
    struct order_request times = { .data = request->data, .field = { .symbol = FIELD_RECEIVED } };
    struct task task = { .request = request, .timeline = timeline, .job = job };
    task.base = (struct stats_base) { .data = request->data, .chosen = request->chosen, .threads = threads };
    *timeline = (struct timeline) { .base = request->base, .total.has = STATS_HAS_ALL };
    query_job_begin(job, 2 * rows);
    make_workers(&task, &times, threads);
    bool done = stats_base_init(&task.base, job) &&
                spread(threads, blocks, BLOCKS_A_PIECE, find_span, &task, job) &&
                make_bins(&task, threads, blocks);
    stats_base_release(&task.base);
    free_workers(&task, threads);
    return done;
}

void timeline_release(struct timeline *timeline)
{
    free(timeline->bin);
}
