/* SPDX-License-Identifier: MIT */
#include "view/tui/screen/rows_work.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/now.h"
#include "query/order.h"
#include "session/replay.h"

#define TOP        4096 /* rows that are sorted first */
#define SCREENFUL  256  /* rows that are offered as soon as they are found */
#define OFFER      100  /* ms between offers */
#define NOTHING    500  /* ms after which it is said that nothing was found so far */
#define PATIENCE   50   /* ms between looks whether a job that waits to read was cancelled */
#define PART_LEAST 16u  /* blocks that are asked at a time, at first ... */
#define PART_MOST  512u /* ... and later on: between them is a look whether there is something to offer */
#define PICK_LEAST 256u /* places of an order that are asked at a time, at first ... */
#define PICK_MOST  8192u
#define PICKED     32768u /* ... and together, before all rows are asked as they are numbered */

struct numbers *numbers_new(uint64_t room)
{
    struct numbers *numbers = alloc_new(sizeof *numbers);
    numbers->holders = 1;
    numbers->at = alloc_array((size_t)room, sizeof *numbers->at);
    return numbers;
}

struct numbers *numbers_hold(struct numbers *numbers)
{
    if (numbers)
        atomic_fetch_add(&numbers->holders, 1);
    return numbers;
}

void numbers_drop(struct numbers *numbers)
{
    if (!numbers || atomic_fetch_sub(&numbers->holders, 1) > 1)
        return;
    free(numbers->at);
    free(numbers);
}

void found_release(struct found *found)
{
    numbers_drop(found->order);
    *found = (struct found) { .order = NULL };
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

/* --- offers --- */

/*
 * What `first` is to be, while the rest is still looked for. Nothing is done before the screen has taken what was
 * offered last.
 */
static void offer(struct rows_job *job, struct numbers *order, uint64_t count, uint64_t known)
{
    found_release(&job->first);
    job->first = (struct found) { .order = order,
                                  .count = count,
                                  .known = known,
                                  .mirrored = job->found.mirrored,
                                  .rising = job->found.rising };
    job->offered = now_milliseconds();
    job->offered_count = count;
    atomic_store(&job->first_ready, true);
    jobs_offer(&job->job);
}

/* The first ones of a sort. */
static void offer_sorted(void *user, const uint32_t *numbers, uint64_t count)
{
    struct rows_job *job = user;
    if (!job->early || atomic_load(&job->first_ready))
        return;
    struct numbers *order = numbers_new(count);
    memcpy(order->at, numbers, count * sizeof *numbers);
    offer(job, order, job->found.count, count);
}

/* Numbers of the bits from ... to - 1, in order; `from` begins a word. */
static struct numbers *list_bits(const uint64_t *bits, uint64_t from, uint64_t to, uint64_t count)
{
    struct numbers *out = numbers_new(count);
    uint64_t n = 0;
    for (uint64_t word = from / 64; word < filter_words(to) && n < count; word++)
        for (uint64_t rest = bits[word]; rest && n < count; rest &= rest - 1)
            out->at[n++] = (uint32_t)(word * 64 + (unsigned)__builtin_ctzll(rest));
    return out;
}

/* Those that were found among from ... to - 1, all that were asked: a screenful at once, then more now and then. */
static void offer_found(struct rows_job *job, uint64_t from, uint64_t to)
{
    uint64_t count = job->matches, before = job->offered_count;
    int64_t waited = now_milliseconds() - job->offered;
    bool first = before < SCREENFUL && count >= SCREENFUL;
    bool due = first || (count > before && waited >= OFFER) || (count == 0 && waited >= NOTHING);
    if (due && !atomic_load(&job->first_ready))
        offer(job, list_bits(job->chosen.bits, from, to, count), count, count);
}

/* --- the filter --- */

/* Those of an order that pass, from its beginning until there are enough for a screen. False: cancelled. */
static bool find_head(struct rows_job *job, struct filter_parts *parts)
{
    uint64_t bits[PICK_MOST / 64], most = job->all < PICKED ? job->all : PICKED, count = 0;
    struct numbers *head = numbers_new(SCREENFUL + PICK_MOST);
    bool going_on = true;
    for (uint64_t from = 0, step = PICK_LEAST; going_on && from < most && count < SCREENFUL; from += step) {
        step = from < PICK_LEAST ? PICK_LEAST : from < PICK_MOST ? from : PICK_MOST;
        step = step < most - from ? step : most - from;
        const uint32_t *numbers = job->sorted.order->at + from;
        going_on = filter_parts_pick(parts, numbers, (uint32_t)step, bits);
        for (uint64_t i = 0; i < step && going_on; i++)
            if (filter_bit(bits, i))
                head->at[count++] = numbers[i];
    }
    if (going_on && count > 0)
        offer(job, numbers_hold(head), count, count);
    numbers_drop(head);
    return going_on;
}

/* All of them, as they are numbered, or from the end. False: cancelled. */
static bool ask_parts(struct rows_job *job, struct filter_parts *parts)
{
    uint64_t all = job->all, blocks = (all + FILTER_PART - 1) / FILTER_PART, step = PART_LEAST;
    bool offers = job->early && !job->only_count && job->field == ROWS_NATURAL;
    for (uint64_t done = 0; done < blocks; done += step, step = done < PART_MOST ? done : PART_MOST) {
        step = step < blocks - done ? step : blocks - done;
        uint64_t first = job->found.mirrored ? blocks - done - step : done;
        uint64_t from = first * FILTER_PART, to = (first + step) * FILTER_PART;
        to = to < all ? to : all;
        if (!filter_parts_ask(parts, from, to, job->chosen.bits))
            return false;
        job->matches += filter_count(job->chosen.bits + from / 64, to - from);
        if (offers && job->found.mirrored)
            offer_found(job, from, all);
        else if (offers)
            offer_found(job, 0, to);
    }
    return true;
}

/* False: cancelled. */
static bool choose(struct rows_job *job, const struct query_data *data)
{
    if (job->chosen.bits && job->chosen.all == job->all) {
        job->matches = filter_count(job->chosen.bits, job->all);
        return true;
    }
    free(job->chosen.bits);
    job->chosen =
        (struct chosen) { job->all, alloc_array(filter_words(job->all) + 1, sizeof *job->chosen.bits) };
    struct filter_parts *parts = filter_parts_new(job->filter->filter, data, job->config.connections,
                                                  job->config.threads, &job->job.progress);
    bool head = job->early && !job->only_count && job->sorted.order;
    bool done = (!head || find_head(job, parts)) && ask_parts(job, parts);
    filter_parts_free(parts);
    return done;
}

/* --- the order --- */

static bool sort(struct rows_job *job, const struct query_data *data)
{
    struct order_request request = { .data = data,
                                     .field = { .symbol = (uint8_t)job->field },
                                     .connections = job->config.connections,
                                     .descending = job->descending,
                                     .chosen = job->chosen.bits,
                                     .names = job->config.names,
                                     .threads = job->config.threads };
    const struct order_early early = { .most = TOP, .found = offer_sorted, .user = job };
    job->found.order = numbers_new(order_count(&request));
    job->found.known = order_all_early(&request, job->found.count > 4 * TOP ? &early : NULL,
                                       job->found.order->at, &job->job.progress);
    job->found.count = job->found.known;
    if (!job->filter)
        job->sorted = (struct sorted) { job->all, numbers_hold(job->found.order) };
    return job->found.known != ORDER_CANCELLED;
}

/* The chosen ones, in the order that is known of all. */
static void pick(struct rows_job *job)
{
    const uint32_t *sorted = job->sorted.order->at;
    uint64_t n = 0;
    job->found.order = numbers_new(job->found.count);
    for (uint64_t i = 0; i < job->all && n < job->found.count; i++)
        if (filter_bit(job->chosen.bits, sorted[i]))
            job->found.order->at[n++] = sorted[i];
    job->found.known = n;
}

/* Puts what was chosen in order. False: cancelled. */
static bool arrange(struct rows_job *job, const struct query_data *data)
{
    if (job->sorted.order) {
        pick(job);
    } else if (job->field != ROWS_NATURAL) {
        return sort(job, data);
    } else if (job->filter) {
        job->found.order = list_bits(job->chosen.bits, 0, job->all, job->found.count);
        job->found.known = job->found.count;
    }
    return true;
}

static bool work(struct rows_job *job, const struct query_data *data)
{
    job->all = job->config.connections ? pairs_count(data->pairs) : flow_store_rows(data->store);
    job->found.count = job->all;
    job->found.rising = job->field == ROWS_NATURAL;
    job->offered = now_milliseconds();
    if (job->sorted.order && job->sorted.all != job->all) {
        numbers_drop(job->sorted.order);
        job->sorted.order = NULL;
    }
    if (job->filter && !choose(job, data))
        return false;
    if (job->filter)
        job->found.count = job->matches;
    return job->only_count || arrange(job, data);
}

void rows_work(struct job *base)
{
    struct rows_job *job = (struct rows_job *)(void *)base;
    while (!load_read(job->config.load, PATIENCE))
        if (query_job_cancelled(&base->progress))
            return;
    struct replay *replay = replay_new(load_session(job->config.load));
    struct query_data data = data_of(&job->config, replay);
    job->whole = work(job, &data) && !query_job_cancelled(&base->progress);
    replay_free(replay);
    load_release(job->config.load);
}

void rows_work_free(struct job *base)
{
    struct rows_job *job = (struct rows_job *)(void *)base;
    found_release(&job->found);
    found_release(&job->first);
    numbers_drop(job->sorted.order);
    free(job->chosen.bits);
    free(job);
}
