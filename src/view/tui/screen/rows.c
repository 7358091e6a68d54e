/* SPDX-License-Identifier: MIT */
#include "view/tui/screen/rows.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/alloc.h"
#include "query/order.h"
#include "session/replay.h"

#define TOP      4096 /* rows that are sorted first */
#define RUN      1024 /* rows that are searched at a time */
#define REST     4    /* times as long as a job took nothing is found anew */
#define PATIENCE 50   /* ms between looks whether a job that waits to read was cancelled */

static int64_t now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * INT64_C(1000) + t.tv_nsec / 1000000;
}

/* What a job found. */
struct found {
    uint64_t *chosen; /* a bit each; NULL: all */
    uint32_t *order;  /* NULL: as they are numbered, and all of them */
    uint64_t count;   /* rows there are */
    uint64_t known;   /* of order */
    bool mirrored;    /* read from the end: by start, the latest first */
    bool rising;      /* order has the numbers in their own order */
};

struct rows_job {
    struct job job;
    struct rows *rows; /* NULL: nobody wants it any more */
    struct rows_config config;
    struct shared_filter *filter;
    int field;
    bool descending, only_count;
    uint64_t all; /* how many there were at its start */
    bool whole;   /* it came to its end */
    struct found found;
    struct found first; /* to be looked at early, under the jobs' lock; then what was before */
    bool first_ready;
    void (*told)(void *user, uint64_t count);
    void *user;
};

struct rows {
    struct rows_config config;
    struct shared_filter *filter;
    int field;
    bool descending, loaded;
    uint64_t all;
    struct found found;
    struct rows_job *job, *counting;
    bool stale;            /* more came since the job that made `found` began */
    int64_t began, rested; /* ms: that job; and until when reading has the processor */
};

struct shared_filter *shared_filter_hold(struct shared_filter *filter)
{
    if (filter)
        filter->holders++;
    return filter;
}

void shared_filter_drop(struct shared_filter *filter)
{
    if (!filter || --filter->holders > 0)
        return;
    filter_free(filter->filter);
    free(filter);
}

static void found_release(struct found *found)
{
    free(found->chosen);
    free(found->order);
    *found = (struct found) { .chosen = NULL };
}

static struct query_data data_of(const struct rows_config *config, struct replay *replay)
{
    const struct session *run = load_session(config->load);
    return (struct query_data) { .store = session_store(run),
                                 .ledger = session_ledger(run),
                                 .decoder = session_decoder(run),
                                 .pairs = session_pairs(run),
                                 .source = { .set = replay_set, .user = replay },
                                 .files = config->files,
                                 .file_count = config->file_count };
}

/* Numbers of the bits, in order. */
static uint32_t *list_bits(const uint64_t *bits, uint64_t all, uint64_t count)
{
    uint32_t *out = alloc_array((size_t)count, sizeof *out);
    uint64_t n = 0;
    for (uint64_t word = 0; word < filter_words(all) && n < count; word++)
        for (uint64_t rest = bits[word]; rest && n < count; rest &= rest - 1)
            out[n++] = (uint32_t)(word * 64 + (unsigned)__builtin_ctzll(rest));
    return out;
}

/* False: cancelled. */
static bool choose(struct rows_job *job, const struct query_data *data)
{
    const struct filter *filter = job->filter->filter;
    job->found.chosen = alloc_array(filter_words(job->all) + 1, sizeof *job->found.chosen);
    bool done =
        job->config.connections
            ? filter_connections(filter, data, job->config.threads, &job->job.progress, job->found.chosen)
            : filter_flows(filter, data, job->config.threads, &job->job.progress, job->found.chosen);
    if (done)
        job->found.count = filter_count(job->found.chosen, job->all);
    return done;
}

/* Offers the first rows, while the rest is still to be sorted. */
static void offer(void *user, const uint32_t *numbers, uint64_t count)
{
    struct rows_job *job = user;
    job->first = (struct found) { .count = job->found.count, .known = count };
    job->first.order = alloc_array((size_t)count, sizeof *numbers);
    memcpy(job->first.order, numbers, count * sizeof *numbers);
    job->first_ready = true; /* jobs_offer() is a barrier */
    jobs_offer(&job->job);
}

static bool sort(struct rows_job *job, const struct query_data *data)
{
    struct order_request request = { .data = data,
                                     .field = { .symbol = (uint8_t)job->field },
                                     .connections = job->config.connections,
                                     .descending = job->descending,
                                     .chosen = job->found.chosen,
                                     .names = job->config.names,
                                     .threads = job->config.threads };
    const struct order_early early = { .most = TOP, .found = offer, .user = job };
    job->found.order = alloc_array((size_t)order_count(&request), sizeof *job->found.order);
    job->found.known = order_all_early(&request, job->found.count > 4 * TOP ? &early : NULL, job->found.order,
                                       &job->job.progress);
    job->found.count = job->found.known;
    return job->found.known != ORDER_CANCELLED;
}

static void run_job(struct job *base)
{
    struct rows_job *job = (struct rows_job *)(void *)base;
    while (!load_read(job->config.load, PATIENCE))
        if (query_job_cancelled(&base->progress))
            return;
    const struct session *run = load_session(job->config.load);
    struct replay *replay = replay_new(run);
    struct query_data data = data_of(&job->config, replay);
    job->all = job->config.connections ? pairs_count(data.pairs) : flow_store_rows(data.store);
    job->found.count = job->all;
    bool fine = !job->filter || choose(job, &data);
    if (fine && !job->only_count && job->field != ROWS_NATURAL)
        fine = sort(job, &data);
    replay_free(replay);
    load_release(job->config.load);
    if (fine && !job->only_count && job->filter && job->field == ROWS_NATURAL) {
        job->found.order = list_bits(job->found.chosen, job->all, job->found.count);
        job->found.known = job->found.count;
        job->found.rising = true;
    }
    job->whole = fine && !query_job_cancelled(&base->progress);
}

/* On the worker: some hundred megabytes are not given back at once. */
static void free_job(struct job *base)
{
    struct rows_job *job = (struct rows_job *)(void *)base;
    found_release(&job->found);
    found_release(&job->first);
    free(job);
}

/* The rows that were asked for are there, or the first of them; what was before goes with the job. */
static void take(struct rows *rows, struct found *found)
{
    struct found before = rows->found;
    rows->found = *found;
    *found = before;
}

static void look_job(struct job *base)
{
    struct rows_job *job = (struct rows_job *)(void *)base;
    if (!job->rows || !job->first_ready || query_job_cancelled(&base->progress))
        return;
    job->first_ready = false;
    take(job->rows, &job->first);
    job->rows->config.changed(job->rows->config.user);
}

static void done_job(struct job *base)
{
    struct rows_job *job = (struct rows_job *)(void *)base;
    struct rows *rows = job->rows;
    if (rows && job->only_count && rows->counting == job) {
        rows->counting = NULL;
        if (job->whole)
            job->told(job->user, job->found.count);
    } else if (rows && !job->only_count && rows->job == job) {
        rows->job = NULL;
        rows->rested = now() + REST * (now() - rows->began);
        if (job->whole) {
            take(rows, &job->found);
            rows->config.changed(rows->config.user);
        }
    }
    shared_filter_drop(job->filter);
}

/* Asked for by start, the latest first: that is the same, read from its end. */
static bool backwards(const struct rows *rows)
{
    return rows->descending && rows->field == ROWS_NATURAL && rows->loaded;
}

static struct rows_job *make_job(struct rows *rows, struct shared_filter *filter)
{
    struct rows_job *job = alloc_new(sizeof *job);
    job->job = (struct job) { .run = run_job, .look = look_job, .done = done_job, .free = free_job };
    job->rows = rows;
    job->config = rows->config;
    job->filter = shared_filter_hold(filter);
    job->found.mirrored = backwards(rows);
    job->field = rows->field;
    job->descending = rows->descending;
    return job;
}

static void give_up(struct rows_job **job)
{
    if (!*job)
        return;
    jobs_cancel((*job)->config.jobs, &(*job)->job);
    (*job)->rows = NULL;
    *job = NULL;
}

/* Whether the rows are simply all, as they are numbered. */
static bool plain(const struct rows *rows)
{
    return !rows->filter && rows->field == ROWS_NATURAL;
}

/* The rows that were there are wanted no more. */
static void discard(struct rows *rows)
{
    struct rows_job *last = alloc_new(sizeof *last);
    last->job.free = free_job;
    take(rows, &last->found);
    jobs_discard(rows->config.jobs, &last->job);
}

static void start(struct rows *rows)
{
    rows->stale = false;
    give_up(&rows->job);
    if (plain(rows)) {
        discard(rows);
        rows->found.mirrored = backwards(rows);
        rows->config.changed(rows->config.user);
        return;
    }
    rows->job = make_job(rows, rows->filter);
    rows->began = now();
    jobs_start(rows->config.jobs, &rows->job->job);
}

struct rows *rows_new(const struct rows_config *config)
{
    struct rows *rows = alloc_new(sizeof *rows);
    rows->config = *config;
    rows->field = ROWS_NATURAL;
    return rows;
}

void rows_free(struct rows *rows)
{
    if (!rows)
        return;
    give_up(&rows->job);
    give_up(&rows->counting);
    found_release(&rows->found);
    shared_filter_drop(rows->filter);
    free(rows);
}

/* Connections have other numbers now: there are none until the next job has found them. */
static void renumber(struct rows *rows)
{
    discard(rows);
    if (!plain(rows))
        rows->found.order = alloc_array(1, sizeof *rows->found.order);
}

/*
 * While more comes, what was found is found anew now and then: a job keeps the loader waiting, which has several times as
 * long for itself after it.
 */
void rows_grown(struct rows *rows, uint64_t all, bool loaded)
{
    bool last = loaded && !rows->loaded;
    rows->stale |= all != rows->all || last;
    rows->all = all;
    rows->loaded = loaded;
    if (last && rows->config.connections)
        renumber(rows);
    if (last)
        rows->found.mirrored = backwards(rows);
    if (plain(rows) || !rows->stale || (!last && (rows->job || now() < rows->rested)))
        return;
    start(rows);
}

void rows_filter(struct rows *rows, struct shared_filter *filter)
{
    struct shared_filter *before = rows->filter;
    rows->filter = shared_filter_hold(filter);
    shared_filter_drop(before);
    start(rows);
}

void rows_sort(struct rows *rows, int field, bool descending)
{
    bool natural = rows->config.connections && field == FIELD_START;
    rows->field = natural ? ROWS_NATURAL : field;
    rows->descending = descending;
    start(rows);
}

uint64_t rows_count(const struct rows *rows)
{
    return rows->found.order ? rows->found.count : rows->all;
}

uint64_t rows_all(const struct rows *rows)
{
    return rows->all;
}

uint64_t rows_at(const struct rows *rows, uint64_t place)
{
    if (rows->found.mirrored && place < rows_count(rows))
        place = rows_count(rows) - 1 - place;
    if (!rows->found.order)
        return place < rows->all ? place : ROWS_NONE;
    return place < rows->found.known ? rows->found.order[place] : ROWS_NONE;
}

/* Whole runs first: that takes a millisecond for four million, where looking at each for itself takes several. */
static uint64_t search(const struct found *found, uint32_t number)
{
    uint64_t from = 0;
    for (bool there = false; from + RUN <= found->known; from += RUN) {
        for (unsigned i = 0; i < RUN; i++)
            there |= found->order[from + i] == number;
        if (there)
            break;
    }
    while (from < found->known && found->order[from] != number)
        from++;
    return from < found->known ? from : ROWS_NONE;
}

static uint64_t search_rising(const struct found *found, uint32_t number)
{
    uint64_t from = 0, to = found->known;
    while (from < to) {
        uint64_t middle = from + (to - from) / 2;
        if (found->order[middle] < number)
            from = middle + 1;
        else
            to = middle;
    }
    return from < found->known && found->order[from] == number ? from : ROWS_NONE;
}

static uint64_t place_of(const struct rows *rows, uint64_t number)
{
    const struct found *found = &rows->found;
    if (!found->order)
        return number < rows->all ? number : ROWS_NONE;
    if (number > UINT32_MAX)
        return ROWS_NONE;
    return found->rising ? search_rising(found, (uint32_t)number) : search(found, (uint32_t)number);
}

uint64_t rows_place(const struct rows *rows, uint64_t number)
{
    uint64_t place = place_of(rows, number);
    return rows->found.mirrored && place != ROWS_NONE ? rows_count(rows) - 1 - place : place;
}

int rows_natural_field(const struct rows *rows)
{
    return rows->config.connections && rows->loaded ? FIELD_START : ROWS_NATURAL;
}

bool rows_refuses(const struct rows *rows, const struct field *field)
{
    return order_refusal(field, rows->config.connections) != NULL;
}

int rows_field(const struct rows *rows)
{
    return rows->field;
}

int rows_order_field(const struct rows *rows)
{
    return backwards(rows) ? FIELD_START : rows->field;
}

bool rows_descending(const struct rows *rows)
{
    return rows->descending;
}

bool rows_filtered(const struct rows *rows)
{
    return rows->filter != NULL;
}

bool rows_busy(const struct rows *rows, double *share)
{
    if (!rows->job)
        return false;
    const struct query_job *progress = &rows->job->job.progress;
    uint64_t total = atomic_load(&progress->total);
    *share = total ? (double)atomic_load(&progress->done) / (double)total : -1;
    return true;
}

void rows_stop(struct rows *rows)
{
    give_up(&rows->job);
}

void rows_count_for(struct rows *rows, struct shared_filter *filter, void (*told)(void *user, uint64_t count),
                    void *user)
{
    give_up(&rows->counting);
    if (!filter)
        return;
    rows->counting = make_job(rows, filter);
    rows->counting->only_count = true;
    rows->counting->told = told;
    rows->counting->user = user;
    jobs_start(rows->config.jobs, &rows->counting->job);
}
