/* SPDX-License-Identifier: MIT */
#include "session/announcements.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "base/order.h"
#include "nfdec/announced.h"

/* A template that was withdrawn, and where. */
struct ended {
    uint32_t session, template, set;
    uint16_t id;
};

struct withdrawal {
    uint64_t packet;
    uint32_t set;
};

/* A template by those who share it. */
struct shared {
    uint64_t key; /* family << 16 | id */
    uint32_t template;
    uint32_t withdrawal; /* set; LEDGER_NONE: it was not withdrawn */
    bool told;           /* of the first one of a key: all were given */
};

/* Pairs of a template and a set that announces it, by set and by template. */
struct announcements {
    const struct session *run;
    uint32_t *template, *set; /* in order of sets */
    size_t count, template_room, set_room;
    uint32_t *sets_of;  /* sets in order of templates, ... */
    uint32_t *first_of; /* ... of each template from here on; one more than templates */
    uint32_t templates;
    struct withdrawal *withdrawal; /* by packet */
    size_t withdrawals, withdrawal_room;
    struct ended *ended; /* by session, id and set */
    size_t ended_count, ended_room;
    struct shared *shared; /* by key: one of each template */
};

static void add(struct announcements *a, uint32_t template, uint32_t set)
{
    a->template = alloc_grow(a->template, a->count, &a->template_room, sizeof *a->template);
    a->set = alloc_grow(a->set, a->count, &a->set_room, sizeof *a->set);
    a->template[a->count] = template;
    a->set[a->count++] = set;
}

/* What it means from this packet on, and what it meant for a moment if the packet defines it several times. */
static void add_versions(struct announcements *a, const struct nfdec_template *t,
                         const struct nfdec_message *message, uint32_t set)
{
    if (!t || t->session != message->session) /* not kept */
        return;
    add(a, t->index, set);
    while (t->first_packet == message->packet && t->previous &&
           t->previous->first_packet == message->packet) {
        t = t->previous;
        add(a, t->index, set);
    }
}

static void read_set(struct announcements *a, struct replay *replay, uint32_t index)
{
    struct nfdec_set set;
    struct nfdec_announced announced;
    bool withdraws = false;
    if (!replay_set(replay, index, &set))
        return;
    nfdec_announced_begin(&announced, &set);
    while (nfdec_announced_next(&announced)) {
        withdraws |= announced.withdrawal;
        if (!announced.withdrawal)
            add_versions(a, announced.template, set.message, index);
    }
    if (!withdraws)
        return;
    a->withdrawal = alloc_grow(a->withdrawal, a->withdrawals, &a->withdrawal_room, sizeof *a->withdrawal);
    a->withdrawal[a->withdrawals++] = (struct withdrawal) { .packet = set.message->packet, .set = index };
}

static void sort_by_template(struct announcements *a)
{
    while (nfdec_template_at(session_decoder(a->run), a->templates))
        a->templates++;
    a->first_of = alloc_array((size_t)a->templates + 2, sizeof *a->first_of);
    a->sets_of = alloc_array(a->count + 1, sizeof *a->sets_of);
    for (size_t i = 0; i < a->count; i++)
        a->first_of[a->template[i] + 2]++;
    for (uint32_t t = 0; t < a->templates; t++)
        a->first_of[t + 1] += a->first_of[t];
    for (size_t i = 0; i < a->count; i++)
        a->sets_of[a->first_of[a->template[i] + 1]++] = a->set[i];
}

static int by_packet(const void *x, const void *y)
{
    const struct withdrawal *a = x, *b = y;
    if (a->packet != b->packet)
        return a->packet < b->packet ? -1 : 1;
    return (a->set > b->set) - (a->set < b->set);
}

static int by_session(const void *x, const void *y)
{
    const struct ended *a = x, *b = y;
    if (a->session != b->session)
        return a->session < b->session ? -1 : 1;
    if (a->id != b->id)
        return a->id < b->id ? -1 : 1;
    return (a->set > b->set) - (a->set < b->set);
}

/* The first withdrawal of a packet; LEDGER_NONE: it has none. */
static uint32_t withdrawal_in(const struct announcements *a, uint64_t packet)
{
    size_t low = 0, high = a->withdrawals;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (a->withdrawal[middle].packet < packet)
            low = middle + 1;
        else
            high = middle;
    }
    return low < a->withdrawals && a->withdrawal[low].packet == packet ? a->withdrawal[low].set : LEDGER_NONE;
}

static int by_key(const void *x, const void *y)
{
    const struct shared *a = x, *b = y;
    if (a->key != b->key)
        return a->key < b->key ? -1 : 1;
    return (a->template > b->template) - (a->template <b->template);
}

static void find_ends(struct announcements *a)
{
    a->shared = alloc_array((size_t)a->templates + 1, sizeof *a->shared);
    if (a->withdrawals)
        qsort(a->withdrawal, a->withdrawals, sizeof *a->withdrawal, by_packet);
    for (uint32_t i = 0; i < a->templates; i++) {
        const struct nfdec_template *t = nfdec_template_at(session_decoder(a->run), i);
        uint32_t set = t->end == NFDEC_TEMPLATE_WITHDRAWN ? withdrawal_in(a, t->end_packet) : LEDGER_NONE;
        a->shared[i] = (struct shared) { .key = (uint64_t)t->session->family << 16 | t->id,
                                         .template = i,
                                         .withdrawal = set };
        if (set == LEDGER_NONE)
            continue;
        a->ended = alloc_grow(a->ended, a->ended_count, &a->ended_room, sizeof *a->ended);
        a->ended[a->ended_count++] =
            (struct ended) { .session = t->session->index, .template = i, .set = set, .id = t->id };
    }
    if (a->templates)
        qsort(a->shared, a->templates, sizeof *a->shared, by_key);
    if (a->ended_count)
        qsort(a->ended, a->ended_count, sizeof *a->ended, by_session);
}

struct announcements *announcements_new(const struct session *run, struct replay *replay)
{
    struct announcements *a = alloc_new(sizeof *a);
    const struct ledger *ledger = session_ledger(run);
    uint32_t count = ledger_set_count(ledger);
    a->run = run;
    for (uint32_t i = 0; i < count; i++) {
        uint8_t kind = ledger_set(ledger, i)->kind;
        if (kind == NFDEC_SET_TEMPLATES || kind == NFDEC_SET_OPTIONS_TEMPLATES)
            read_set(a, replay, i);
    }
    sort_by_template(a);
    find_ends(a);
    return a;
}

void announcements_free(struct announcements *a)
{
    if (!a)
        return;
    free(a->template);
    free(a->set);
    free(a->sets_of);
    free(a->first_of);
    free(a->withdrawal);
    free(a->ended);
    free(a->shared);
    free(a);
}

const uint32_t *announcements_of(const struct announcements *a, uint32_t template, size_t *count)
{
    uint32_t first = a->first_of[template];
    *count = a->first_of[template + 1] - first;
    return a->sets_of + first;
}

const uint32_t *announcements_in(const struct announcements *a, uint32_t set, size_t *count)
{
    size_t low = 0, high = a->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (a->set[middle] < set)
            low = middle + 1;
        else
            high = middle;
    }
    size_t end = low;
    while (end < a->count && a->set[end] == set)
        end++;
    *count = end - low;
    return a->template + low;
}

bool announcements_withdrawn(const struct announcements *a, uint32_t session, uint16_t id, uint32_t set,
                             uint32_t *template, uint32_t *withdrawal)
{
    struct ended wanted = { .session = session, .set = set, .id = id };
    size_t low = 0, high = a->ended_count;
    while (low < high) { /* the first behind the set */
        size_t middle = low + (high - low) / 2;
        if (by_session(&a->ended[middle], &wanted) <= 0)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == 0 || a->ended[low - 1].session != session || a->ended[low - 1].id != id)
        return false;
    *template = a->ended[low - 1].template;
    *withdrawal = a->ended[low - 1].set;
    return true;
}

void announcements_contest(struct announcements *a, uint32_t family, uint16_t id,
                           void (*take)(void *user, uint32_t set), void *user)
{
    uint64_t key = (uint64_t)family << 16 | id;
    size_t low = 0, high = a->templates;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (a->shared[middle].key < key)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == a->templates || a->shared[low].told)
        return;
    a->shared[low].told = a->shared[low].key == key;
    for (; low < a->templates && a->shared[low].key == key; low++) {
        size_t n;
        const uint32_t *sets = announcements_of(a, a->shared[low].template, &n);
        if (n > 0)
            take(user, sets[0]);
        if (a->shared[low].withdrawal != LEDGER_NONE)
            take(user, a->shared[low].withdrawal);
    }
}
