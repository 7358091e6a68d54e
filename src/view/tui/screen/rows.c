/* SPDX-License-Identifier: MIT */
#include "view/tui/screen/rows.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/now.h"
#include "query/order.h"
#include "view/tui/screen/rows_work.h"

#define RUN  1024 /* rows that are searched at a time */
#define REST 4    /* times as long as a job took nothing is found anew */

struct rows {
    struct rows_config config;
    struct shared_filter *filter;
    int field;
    bool descending, loaded;
    uint64_t all;
    struct found found;
    bool settled; /* `found` is what is asked for, though more may have come since */
    bool partial; /* `found` is what a job has offered so far */
    /* what jobs found, once all is read: an order of all rows, and those that a filter lets through */
    struct sorted sorted;
    struct chosen chosen;
    struct shared_filter *chosen_by;
    struct rows_job *job, *counting;
    bool stale;            /* more came since the job that made `found` began */
    int64_t began, rested; /* ms: that job; and until when reading has the processor */
};

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
    if (!job->rows || !atomic_load(&job->first_ready) || query_job_cancelled(&base->progress))
        return;
    take(job->rows, &job->first);
    atomic_store(&job->first_ready, false); /* what was before is the worker's */
    job->rows->partial = true;
    job->rows->config.changed(job->rows->config.user);
}

/* What it found is kept for jobs that come after it. */
static void keep(struct rows *rows, struct rows_job *job)
{
    if (!job->loaded)
        return;
    if (job->filter) {
        struct shared_filter *before = rows->chosen_by;
        struct chosen chosen = rows->chosen;
        rows->chosen = job->chosen;
        job->chosen = chosen;
        rows->chosen_by = shared_filter_hold(job->filter);
        shared_filter_drop(before);
    }
    if (job->sorted.order && job->sorted.order != rows->sorted.order && !job->only_count) {
        struct sorted sorted = rows->sorted;
        rows->sorted = job->sorted;
        job->sorted = sorted;
    }
}

static void done_job(struct job *base)
{
    struct rows_job *job = (struct rows_job *)(void *)base;
    struct rows *rows = job->rows;
    if (rows && job->only_count && rows->counting == job) {
        rows->counting = NULL;
        if (job->whole) {
            keep(rows, job);
            job->told(job->user, job->found.count);
        }
    } else if (rows && !job->only_count && rows->job == job) {
        rows->job = NULL;
        rows->rested = now_milliseconds() + REST * (now_milliseconds() - rows->began);
        if (job->whole) {
            keep(rows, job);
            take(rows, &job->found);
            rows->settled = true;
            rows->partial = false;
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
    job->job = (struct job) { .run = rows_work, .look = look_job, .done = done_job, .free = rows_work_free };
    job->rows = rows;
    job->config = rows->config;
    job->filter = shared_filter_hold(filter);
    job->found.mirrored = backwards(rows);
    job->field = rows->field;
    job->descending = rows->descending;
    job->loaded = rows->loaded;
    job->early = !rows->settled;
    if (filter)
        job->sorted = (struct sorted) { rows->sorted.all, numbers_hold(rows->sorted.order) };
    if (filter && filter == rows->chosen_by) {
        size_t words = filter_words(rows->chosen.all) + 1;
        job->chosen = (struct chosen) { rows->chosen.all, alloc_array(words, sizeof *job->chosen.bits) };
        memcpy(job->chosen.bits, rows->chosen.bits, words * sizeof *job->chosen.bits);
    }
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

/* Much that is wanted no more is given back by the worker. */
static struct rows_job *waste(void)
{
    struct rows_job *job = alloc_new(sizeof *job);
    job->job.free = rows_work_free;
    return job;
}

/* Other rows, of which nothing has to be found; what was before goes. */
static void show(struct rows *rows, struct found found)
{
    struct rows_job *before = waste();
    take(rows, &found);
    before->found = found;
    jobs_discard(rows->config.jobs, &before->job);
    rows->partial = false;
    rows->config.changed(rows->config.user);
}

/* What was found once all was read holds no more, or is of another order. */
static void forget_sorted(struct rows *rows)
{
    struct rows_job *before = waste();
    before->sorted = rows->sorted;
    rows->sorted = (struct sorted) { .order = NULL };
    jobs_discard(rows->config.jobs, &before->job);
}

static void forget_chosen(struct rows *rows)
{
    free(rows->chosen.bits);
    shared_filter_drop(rows->chosen_by);
    rows->chosen = (struct chosen) { .bits = NULL };
    rows->chosen_by = NULL;
}

static void start(struct rows *rows)
{
    const struct sorted *sorted = &rows->sorted;
    rows->stale = false;
    give_up(&rows->job);
    if (plain(rows)) {
        show(rows, (struct found) { .mirrored = backwards(rows) });
    } else if (!rows->filter && sorted->order && sorted->all == rows->all) {
        show(rows, (struct found) { numbers_hold(sorted->order), sorted->all, sorted->all, false, false });
    } else {
        rows->job = make_job(rows, rows->filter);
        rows->began = now_milliseconds();
        jobs_start(rows->config.jobs, &rows->job->job);
        return;
    }
    rows->settled = true;
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
    numbers_drop(rows->sorted.order);
    forget_chosen(rows);
    shared_filter_drop(rows->filter);
    free(rows);
}

/* Connections have other numbers now: there are none until the next job has found them. */
static void renumber(struct rows *rows)
{
    show(rows, (struct found) { .order = plain(rows) ? NULL : numbers_new(1) });
    rows->settled = false;
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
    if (plain(rows) || !rows->stale || (!last && (rows->job || now_milliseconds() < rows->rested)))
        return;
    start(rows);
}

void rows_filter(struct rows *rows, struct shared_filter *filter)
{
    struct shared_filter *before = rows->filter;
    rows->filter = shared_filter_hold(filter);
    shared_filter_drop(before);
    rows->settled = false;
    start(rows);
}

void rows_sort(struct rows *rows, int field, bool descending)
{
    bool natural = rows->config.connections && field == FIELD_START;
    rows->field = natural ? ROWS_NATURAL : field;
    rows->descending = descending;
    rows->settled = false;
    forget_sorted(rows);
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
    return place < rows->found.known ? rows->found.order->at[place] : ROWS_NONE;
}

/* Whole runs first: that takes a millisecond for four million, where looking at each for itself takes several. */
static uint64_t search(const struct found *found, uint32_t number)
{
    uint64_t from = 0;
    for (bool there = false; from + RUN <= found->known; from += RUN) {
        for (unsigned i = 0; i < RUN; i++)
            there |= found->order->at[from + i] == number;
        if (there)
            break;
    }
    while (from < found->known && found->order->at[from] != number)
        from++;
    return from < found->known ? from : ROWS_NONE;
}

static uint64_t search_rising(const struct found *found, uint32_t number)
{
    uint64_t from = 0, to = found->known;
    while (from < to) {
        uint64_t middle = from + (to - from) / 2;
        if (found->order->at[middle] < number)
            from = middle + 1;
        else
            to = middle;
    }
    return from < found->known && found->order->at[from] == number ? from : ROWS_NONE;
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

bool rows_partial(const struct rows *rows)
{
    return rows->partial && rows->job;
}

uint64_t rows_matches(const struct rows *rows)
{
    return rows->job ? atomic_load(&rows->job->matches) : rows_count(rows);
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
