/* SPDX-License-Identifier: MIT */
#include "session/excerpt.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "session/announcements.h"
#include "session/applied.h"
#include "session/recognise.h"

#define LOOKS_MOST 100000000u /* at messages, for one that makes a sender known */

/* Why a message is part of it; the first reason counts. */
enum reason { NOT, MATCH, TEMPLATES, OPTIONS, KNOWN };

/* A frame to be written. */
struct piece {
    uint32_t before; /* messages that came before it */
    bool fragment;   /* of them: what comes before the packet of the next message */
    uint32_t index;  /* of the frame within its packet */
    uint32_t message;
};

struct excerpt {
    const struct session *run;
    const struct ledger *ledger;
    struct replay *replay;
    struct announcements *announcements;
    struct applied *applied;
    uint8_t *why;   /* of messages: enum reason */
    uint32_t *todo; /* first messages of packets that were included and not looked at yet */
    size_t todo_count, todo_room;
    uint32_t *first; /* of templates: the first set of the excerpt that announces it; LEDGER_NONE */
    uint32_t *known; /* of sessions: a packet of the excerpt that makes the sender known; LEDGER_NONE */
    uint64_t looks;  /* for such */
    const char *reason;
    struct excerpt_counts counts;
};

struct excerpt *excerpt_new(const struct session *run)
{
    struct excerpt *e = alloc_new(sizeof *e);
    e->run = run;
    e->ledger = session_ledger(run);
    e->replay = replay_new(run);
    e->applied = applied_new(run);
    e->why = alloc_array((size_t)ledger_message_count(e->ledger) + 1, 1);
    return e;
}

void excerpt_free(struct excerpt *e)
{
    if (!e)
        return;
    replay_free(e->replay);
    announcements_free(e->announcements);
    applied_free(e->applied);
    free(e->why);
    free(e->todo);
    free(e->first);
    free(e->known);
    free(e);
}

static uint32_t message_of(const struct excerpt *e, uint32_t set)
{
    return ledger_set(e->ledger, set)->message;
}

/* Messages that came in one packet. */
struct packet {
    uint32_t first, end;
};

static struct packet packet_of(const struct excerpt *e, uint32_t message)
{
    uint64_t number = ledger_message(e->ledger, message)->packet;
    struct packet p = { .first = message, .end = message + 1 };
    while (p.first > 0 && ledger_message(e->ledger, p.first - 1)->packet == number)
        p.first--;
    while (p.end < ledger_message_count(e->ledger) && ledger_message(e->ledger, p.end)->packet == number)
        p.end++;
    return p;
}

static void count(struct excerpt *e, enum reason why)
{
    uint64_t *counters[] = { [MATCH] = &e->counts.packets,
                             [TEMPLATES] = &e->counts.templates,
                             [OPTIONS] = &e->counts.options,
                             [KNOWN] = &e->counts.known };
    (*counters[why])++;
}

static void include(struct excerpt *e, uint32_t message, enum reason why)
{
    if (e->why[message] != NOT)
        return;
    struct packet p = packet_of(e, message);
    for (uint32_t i = p.first; i < p.end; i++)
        e->why[i] = (uint8_t)why;
    count(e, why);
    e->todo = alloc_grow(e->todo, e->todo_count, &e->todo_room, sizeof *e->todo);
    e->todo[e->todo_count++] = p.first;
}

static void include_set(struct excerpt *e, uint32_t set, enum reason why)
{
    include(e, message_of(e, set), why);
}

/* All flows of a packet that carries a match are there to be looked at, so that options data applies to them. */
void excerpt_take(struct excerpt *e, uint32_t set, uint32_t matches)
{
    uint32_t message = message_of(e, set);
    bool known = e->why[message] == MATCH;
    e->counts.matches += matches;
    include(e, message, MATCH);
    if (known)
        return;
    struct packet p = packet_of(e, message);
    for (uint32_t m = p.first; m < p.end; m++) {
        const struct ledger_message *entry = ledger_message(e->ledger, m);
        for (uint32_t i = entry->first_set; i < entry->first_set + entry->set_count; i++) {
            struct nfdec_set again;
            if (ledger_set(e->ledger, i)->kind == NFDEC_SET_DATA && replay_set(e->replay, i, &again) &&
                again.template)
                applied_flows(e->applied, i, &again);
        }
    }
}

/* --- templates --- */

/* Which announcement of a template a set gets: the last one before it, or, where it came late, the first. */
static uint32_t best_announcement(const uint32_t *sets, size_t n, uint32_t index)
{
    size_t low = 0, high = n;
    while (low < high) { /* the first behind the set */
        size_t middle = low + (high - low) / 2;
        if (sets[middle] < index)
            low = middle + 1;
        else
            high = middle;
    }
    return low > 0 ? sets[low - 1] : sets[0];
}

static void need_set(void *user, uint32_t set)
{
    include_set(user, set, TEMPLATES);
}

/*
 * A set that was decoded with the template of another port, or might be in the excerpt: which one it gets depends on all
 * of this id, in the order in which they were announced first.
 */
static void need_family(struct excerpt *e, const struct ledger_set *set)
{
    uint32_t session = ledger_message(e->ledger, set->message)->session;
    uint32_t family = nfdec_session_at(session_decoder(e->run), session)->family;
    announcements_contest(e->announcements, family, set->id, need_set, e);
}

/*
 * Versions of a template follow each other and none comes again, so that it is enough that the excerpt has one
 * announcement of it before the set.
 */
static void need_template(struct excerpt *e, uint32_t index, const struct ledger_set *set)
{
    size_t n;
    uint32_t known = e->first[set->template];
    if (set->borrowed) {
        need_family(e, set);
        return;
    }
    if (known != LEDGER_NONE && (known < index || set->late))
        return;
    const uint32_t *sets = announcements_of(e->announcements, set->template, &n);
    if (n > 0)
        include_set(e, best_announcement(sets, n, index), TEMPLATES);
}

/* A set that was not decoded, because its template had been withdrawn or was never seen, stays so. */
static void need_withdrawal(struct excerpt *e, uint32_t index, const struct ledger_set *set)
{
    uint32_t template, withdrawal;
    size_t n;
    uint32_t session = ledger_message(e->ledger, set->message)->session;
    if (!announcements_withdrawn(e->announcements, session, set->id, index, &template, &withdrawal)) {
        need_family(e, set);
        return;
    }
    const uint32_t *sets = announcements_of(e->announcements, template, &n);
    if (n > 0)
        include_set(e, best_announcement(sets, n, withdrawal), TEMPLATES);
    include_set(e, withdrawal, TEMPLATES);
}

static void note_announcements(struct excerpt *e, uint32_t index)
{
    size_t n;
    const uint32_t *templates = announcements_in(e->announcements, index, &n);
    for (size_t i = 0; i < n; i++)
        if (index < e->first[templates[i]])
            e->first[templates[i]] = index;
}

static bool announces(const struct ledger_set *set)
{
    return set->kind == NFDEC_SET_TEMPLATES || set->kind == NFDEC_SET_OPTIONS_TEMPLATES;
}

static bool is_fixed(const struct excerpt *e, const struct ledger_set *set)
{
    return nfdec_template_at(session_decoder(e->run), set->template)->kind == NFDEC_TEMPLATE_FIXED;
}

static void look_at_sets(struct excerpt *e, uint32_t message)
{
    const struct ledger_message *m = ledger_message(e->ledger, message);
    for (uint32_t i = m->first_set; i < m->first_set + m->set_count; i++)
        if (announces(ledger_set(e->ledger, i)))
            note_announcements(e, i);
    for (uint32_t i = m->first_set; i < m->first_set + m->set_count; i++) {
        const struct ledger_set *set = ledger_set(e->ledger, i);
        if (announces(set))
            continue;
        if (set->template != LEDGER_NONE && !is_fixed(e, set))
            need_template(e, i, set);
        else if (set->state == NFDEC_SET_UNDECODED && set->id >= 256)
            need_withdrawal(e, i, set);
    }
}

/* --- senders --- */

static bool same_sender(const struct excerpt *e, const struct ledger_message *a,
                        const struct ledger_message *b)
{
    const struct nfdec_session *x = nfdec_session_at(session_decoder(e->run), a->session);
    const struct nfdec_session *y = nfdec_session_at(session_decoder(e->run), b->session);
    struct addr left = addr_from(x->address, x->address_length);
    struct addr right = addr_from(y->address, y->address_length);
    return a->dport == b->dport && addr_equal(&left, &right);
}

/* The last packet before it that makes the sender known; LEDGER_NONE: there is none, or too far away. */
static uint32_t find_known(struct excerpt *e, uint32_t message)
{
    const struct ledger_message *m = ledger_message(e->ledger, message);
    for (uint32_t i = message; i > 0 && e->looks < LOOKS_MOST; i--, e->looks++) {
        if (!same_sender(e, ledger_message(e->ledger, i - 1), m))
            continue;
        const struct session_packet *packet = replay_packet(e->replay, i - 1);
        if (packet && recognise_alone(packet->datagram))
            return i - 1;
    }
    return LEDGER_NONE;
}

/* A packet that is taken for one only because its sender is known. One packet that makes it known is enough. */
static void need_sender(struct excerpt *e, uint32_t message)
{
    const struct session_packet *packet = replay_packet(e->replay, message);
    uint32_t session = ledger_message(e->ledger, message)->session;
    if (!packet || recognise_alone(packet->datagram) || e->known[session] < message)
        return;
    uint32_t known = find_known(e, message);
    if (known == LEDGER_NONE)
        return;
    e->known[session] = known;
    include(e, known, KNOWN);
}

/* --- the whole --- */

static void need_options(void *user, uint32_t set)
{
    include_set(user, set, OPTIONS);
}

static uint32_t *none_of(uint32_t count)
{
    uint32_t *numbers = alloc_array((size_t)count + 1, sizeof *numbers);
    for (uint32_t i = 0; i < count; i++)
        numbers[i] = LEDGER_NONE;
    return numbers;
}

void excerpt_complete(struct excerpt *e)
{
    uint32_t templates = 0, sessions = 0;
    while (nfdec_template_at(session_decoder(e->run), templates))
        templates++;
    while (nfdec_session_at(session_decoder(e->run), sessions))
        sessions++;
    e->first = none_of(templates);
    e->known = none_of(sessions);
    e->announcements = announcements_new(e->run, e->replay);
    e->counts.left = applied_find(e->applied, e->replay, need_options, e);
    for (size_t i = 0; i < e->todo_count; i++) { /* the list grows meanwhile */
        struct packet p = packet_of(e, e->todo[i]);
        for (uint32_t m = p.first; m < p.end; m++)
            look_at_sets(e, m);
        need_sender(e, p.first);
    }
}

static int by_place(const void *x, const void *y)
{
    const struct piece *a = x, *b = y;
    if (a->before != b->before)
        return a->before < b->before ? -1 : 1;
    if (a->fragment != b->fragment)
        return a->fragment ? -1 : 1;
    if (a->message != b->message)
        return a->message < b->message ? -1 : 1;
    return (a->index > b->index) - (a->index < b->index);
}

/* Frames to be written, and what is to be known of all of them before. */
struct list {
    struct piece *piece;
    size_t count, room;
    uint16_t link; /* of the first one */
    bool fragments, links;
};

/* The frames of a packet; those of fragments stood among others. False: it is gone. */
static bool list_frames(struct excerpt *e, uint32_t message, struct list *list)
{
    uint32_t frames = replay_frame_count(e->replay, message);
    size_t before = list->count;
    for (uint32_t i = 0; i < frames; i++) {
        struct frame frame;
        struct piece piece = { .fragment = frames > 1, .index = i, .message = message };
        if (!replay_frame(e->replay, message, i, &frame, &piece.before)) {
            list->count = before;
            return false;
        }
        if (list->count == 0)
            list->link = frame.link;
        list->links |= frame.link != list->link;
        list->fragments |= piece.fragment;
        list->piece = alloc_grow(list->piece, list->count, &list->room, sizeof *list->piece);
        list->piece[list->count++] = piece;
    }
    return frames > 0;
}

static void list_all(struct excerpt *e, struct list *list)
{
    uint32_t messages = ledger_message_count(e->ledger);
    for (uint32_t m = 0; m < messages; m = packet_of(e, m).end) {
        if (e->why[m] == NOT || list_frames(e, m, list))
            continue;
        e->counts.gone++;
        e->reason = replay_reason(e->replay);
    }
    if (list->fragments)
        qsort(list->piece, list->count, sizeof *list->piece, by_place);
}

bool excerpt_write(struct excerpt *e, struct writer *writer)
{
    struct list list = { .count = 0 };
    bool written = true;
    list_all(e, &list);
    if (list.links)
        writer_expect_links(writer);
    for (size_t i = 0; written && i < list.count; i++) {
        struct frame frame;
        uint32_t before;
        if (replay_frame(e->replay, list.piece[i].message, list.piece[i].index, &frame, &before))
            written = writer_frame(writer, &frame);
        else
            e->reason = replay_reason(e->replay);
    }
    free(list.piece);
    return written;
}

const struct excerpt_counts *excerpt_counts(const struct excerpt *e)
{
    return &e->counts;
}

const char *excerpt_reason(const struct excerpt *e)
{
    return e->reason;
}
