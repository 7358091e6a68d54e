/* SPDX-License-Identifier: MIT */
#include "decode/waiting.h"

#include <string.h>

#include "decode/number.h"

void waiting_init(struct waiting_room *room, struct memory *mem, size_t limit)
{
    *room = (struct waiting_room) { .mem = mem, .limit = limit };
}

void waiting_release(struct waiting_room *room)
{
    while (room->oldest) {
        struct waiting *w = room->oldest;
        room->oldest = w->newer;
        memory_free(room->mem, w);
    }
    struct waiting *w;
    while ((w = waiting_take(room)) != NULL)
        memory_free(room->mem, w);
}

bool waiting_add(struct waiting_room *room, struct exporter *exporter, struct slot *slot,
                 const struct nfdec_set *set)
{
    struct waiting *w = memory_new(room->mem, sizeof *w + NUMBER_FRONT + set->length);
    if (!w)
        return false;
    w->exporter = exporter;
    w->message = *set->message;
    w->set = *set;
    memcpy(w->octets + NUMBER_FRONT, set->data, set->length);
    w->set.message = &w->message;
    w->set.data = w->octets + NUMBER_FRONT;
    w->set.late = true;
    w->older = room->newest;
    *(room->newest ? &room->newest->newer : &room->oldest) = w;
    room->newest = w;
    if (!room->due)
        room->due = w;
    *(slot->last ? &slot->last->next : &slot->first) = w;
    slot->last = w;
    room->octets += sizeof *w + NUMBER_FRONT + set->length;
    return true;
}

static void make_ready(struct waiting_room *room, struct waiting *w, const struct nfdec_template *t)
{
    *(w->older ? &w->older->newer : &room->oldest) = w->newer;
    *(w->newer ? &w->newer->older : &room->newest) = w->older;
    if (room->due == w)
        room->due = w->newer;
    room->octets -= sizeof *w + NUMBER_FRONT + w->set.length;
    w->set.template = t;
    w->next = NULL;
    *(room->ready_last ? &room->ready_last->next : &room->ready_first) = w;
    room->ready_last = w;
}

void waiting_wake(struct waiting_room *room, struct slot *slot)
{
    struct waiting *w = slot->first;
    slot->first = slot->last = NULL;
    while (w) {
        struct waiting *next = w->next;
        make_ready(room, w, slot->current);
        w = next;
    }
}

void waiting_settle(struct waiting_room *room, struct waiting *w, const struct nfdec_template *t)
{
    struct slots *slots = &w->exporter->slots;
    struct slot *slot = slots_find(slots, w->set.id);
    slot->first = w->next;
    if (!slot->first)
        slot->last = NULL;
    slots_drop(slots, room->mem, slot);
    make_ready(room, w, t);
}

struct waiting *waiting_take(struct waiting_room *room)
{
    struct waiting *w = room->ready_first;
    if (w) {
        room->ready_first = w->next;
        if (!room->ready_first)
            room->ready_last = NULL;
    }
    return w;
}
