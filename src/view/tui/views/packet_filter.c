/* SPDX-License-Identifier: MIT */
#include "view/tui/views/packet_filter.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "query/filter.h"
#include "session/replay.h"

#define PATIENCE 200 /* ms to wait for the session at once */

struct packet_filter {
    struct job job;
    const struct app_config *config;
    struct shared_filter *filter;
    void (*told)(void *user, const struct packet_filtered *found);
    void *user; /* NULL: it was given up */
    struct packet_filtered found;
    size_t capacity;
    bool whole;
};

/* Whether one of so many bits from `first` on is set. */
static bool any_bit(const uint64_t *bits, uint64_t first, uint64_t count)
{
    uint64_t end = first + count;
    for (uint64_t at = first; at < end;) {
        uint64_t word = bits[at / 64] >> at % 64;
        uint64_t here = 64 - at % 64, left = end - at;
        if (left < here)
            word &= (UINT64_C(1) << left) - 1;
        if (word)
            return true;
        at += here;
    }
    return false;
}

static void collect(struct packet_filter *f, const struct ledger *ledger, const uint64_t *bits, uint64_t rows)
{
    uint32_t sets = ledger_set_count(ledger);
    for (uint32_t i = 0; i < sets; i++) {
        const struct ledger_set *set = ledger_set(ledger, i);
        uint64_t count = ledger_set_row_count(set);
        if (count == 0 || set->first_row + count > rows || !any_bit(bits, set->first_row, count))
            continue;
        struct packet_filtered *found = &f->found;
        if (found->count > 0 && found->message[found->count - 1] == set->message)
            continue;
        found->message = alloc_grow(found->message, found->count, &f->capacity, sizeof *found->message);
        found->message[found->count++] = set->message;
    }
}

static void run_job(struct job *base)
{
    struct packet_filter *f = (struct packet_filter *)(void *)base;
    const struct app_config *config = f->config;
    const struct session *run = load_session(config->load);
    while (!load_read(config->load, PATIENCE))
        if (query_job_cancelled(&base->progress))
            return;
    struct replay *replay = replay_new(run);
    struct query_data data = { .store = session_store(run),
                               .ledger = session_ledger(run),
                               .decoder = session_decoder(run),
                               .pairs = session_pairs(run),
                               .source = { .set = replay_set, .user = replay },
                               .files = config->files,
                               .file_count = config->file_count };
    uint64_t rows = flow_store_rows(data.store);
    f->found.generation = session_generation(run);
    uint64_t *bits = alloc_array(filter_words(rows) + 1, sizeof *bits);
    f->whole = filter_flows(f->filter->filter, &data, config->threads, &base->progress, bits);
    if (f->whole)
        collect(f, data.ledger, bits, rows);
    free(bits);
    replay_free(replay);
    load_release(config->load);
}

static void done_job(struct job *base)
{
    struct packet_filter *f = (struct packet_filter *)(void *)base;
    if (f->user && f->whole)
        f->told(f->user, &f->found);
    else
        free(f->found.message);
    shared_filter_drop(f->filter);
    free(f);
}

struct packet_filter *packet_filter_start(struct app *app,
                                          void (*told)(void *user, const struct packet_filtered *found),
                                          void *user)
{
    struct packet_filter *f = alloc_new(sizeof *f);
    f->job = (struct job) { .run = run_job, .done = done_job };
    f->config = app_config(app);
    f->filter = shared_filter_hold(app_filter(app));
    f->told = told;
    f->user = user;
    jobs_start(f->config->jobs, &f->job);
    return f;
}

void packet_filter_drop(struct packet_filter **filter)
{
    if (!*filter)
        return;
    jobs_cancel((*filter)->config->jobs, &(*filter)->job);
    (*filter)->user = NULL;
    *filter = NULL;
}
