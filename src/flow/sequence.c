/* SPDX-License-Identifier: MIT */
#include "flow/sequence.h"

#include <stddef.h>

/* A number this far from the expected one is no loss and no lateness: the counting began anew. */
#define FAR (1u << 24)
/* Uptime that went back by more than messages overtake each other (ms), and how close a wrap of 2^32 may be. */
#define UPTIME_BACK 60000u
#define UPTIME_WRAP (UINT32_MAX - 600000u)

static bool uptime_restarted(const struct sequence *s, uint32_t uptime)
{
    if (!s->uptime || !uptime || s->uptime > UPTIME_WRAP)
        return false;
    return uptime < s->uptime && s->uptime - uptime > UPTIME_BACK;
}

static bool is_recent(const struct sequence *s, uint32_t number)
{
    for (unsigned i = 0; i < SEQUENCE_RECENT; i++)
        if (s->recent[i] == number)
            return true;
    return false;
}

/* The gap that holds a number; NULL: none. */
static struct sequence_gap *find_gap(struct sequence *s, uint32_t number)
{
    for (unsigned i = 0; i < SEQUENCE_GAPS; i++)
        if (number - s->gaps[i].from < s->gaps[i].length)
            return &s->gaps[i];
    return NULL;
}

static void restart(struct sequence *s)
{
    for (unsigned i = 0; i < SEQUENCE_GAPS; i++)
        s->gaps[i].length = 0;
}

static enum sequence_event look_back(struct sequence *s, uint32_t number)
{
    if (find_gap(s, number))
        return SEQUENCE_LATE;
    if (is_recent(s, number))
        return SEQUENCE_DUPLICATE;
    uint32_t back = s->next - number;
    if (number == 0 || back > 4096) {
        restart(s);
        return SEQUENCE_RESTART;
    }
    return SEQUENCE_LATE; /* older than the first message, or than the gaps remembered */
}

enum sequence_event sequence_begin(struct sequence *s, uint32_t number, uint32_t uptime, uint32_t *units)
{
    bool anew = uptime_restarted(s, uptime);
    *units = 0;
    if (!s->seen) {
        for (unsigned i = 0; i < SEQUENCE_RECENT; i++)
            s->recent[i] = number;
        return SEQUENCE_IN_ORDER;
    }
    if (anew) {
        restart(s);
        return SEQUENCE_RESTART;
    }
    int32_t ahead = (int32_t)(number - s->next);
    if (ahead == 0 || (s->adrift && ahead > 0 && (uint32_t)ahead < FAR))
        return SEQUENCE_IN_ORDER;
    if (ahead < 0)
        return look_back(s, number);
    if ((uint32_t)ahead >= FAR) {
        restart(s);
        return SEQUENCE_RESTART;
    }
    *units = (uint32_t)ahead;
    s->gaps[s->gap_at++ % SEQUENCE_GAPS] = (struct sequence_gap) { .from = s->next, .length = *units };
    return SEQUENCE_GAP;
}

/* Takes `units` from number on out of the gap that holds it; what is left on both sides stays open. */
static uint32_t fill_gap(struct sequence *s, uint32_t number, uint32_t units)
{
    struct sequence_gap *gap = find_gap(s, number);
    if (!gap)
        return 0;
    uint32_t before = number - gap->from, behind = gap->length - before;
    uint32_t filled = units < behind ? units : behind;
    gap->length = before;
    if (behind > filled)
        s->gaps[s->gap_at++ % SEQUENCE_GAPS] =
            (struct sequence_gap) { .from = number + filled, .length = behind - filled };
    return filled;
}

uint32_t sequence_end(struct sequence *s, enum sequence_event event, uint32_t number, uint32_t uptime,
                      uint32_t units, bool unknown)
{
    if (event == SEQUENCE_DUPLICATE)
        return 0;
    s->recent[s->recent_at++ % SEQUENCE_RECENT] = number;
    if (event == SEQUENCE_LATE)
        return fill_gap(s, number, units);
    s->seen = true;
    s->uptime = uptime;
    s->next = number + units;
    s->adrift = unknown;
    return 0;
}
