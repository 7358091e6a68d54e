/* SPDX-License-Identifier: MIT */
#include "view/tui/views/packet_filter.h"

#include <stdlib.h>

#include "base/alloc.h"

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

static void add_message(struct packet_filter *f, uint32_t message)
{
    if (f->count > 0 && f->message[f->count - 1] == message)
        return;
    f->message = alloc_grow(f->message, f->count, &f->capacity, sizeof *f->message);
    f->message[f->count++] = message;
}

/* The messages of all sets with a row that was chosen. */
static bool work(struct flow_job *job, const struct query_data *data)
{
    struct packet_filter *f = (struct packet_filter *)(void *)job;
    uint32_t sets = ledger_set_count(data->ledger);
    for (uint32_t i = 0; i < sets; i++) {
        const struct ledger_set *set = ledger_set(data->ledger, i);
        uint64_t count = ledger_set_row_count(set);
        if (count > 0 && set->first_row + count <= job->rows && any_bit(job->chosen, set->first_row, count))
            add_message(f, set->message);
    }
    return true;
}

static void told(struct flow_job *job)
{
    struct packet_filter *f = (struct packet_filter *)(void *)job;
    f->told(job->user, f);
}

static void release(struct flow_job *job)
{
    free(((struct packet_filter *)(void *)job)->message);
}

struct packet_filter *packet_filter_start(struct app *app,
                                          void (*tell)(void *user, struct packet_filter *found), void *user)
{
    static const struct flow_job_ops ops = { .work = work, .told = told, .release = release };
    struct packet_filter *f = alloc_new(sizeof *f);
    f->told = tell;
    flow_job_start(&f->base, &ops, app, user);
    return f;
}

void packet_filter_drop(struct packet_filter **filter)
{
    if (*filter)
        flow_job_drop(&(*filter)->base);
    *filter = NULL;
}
