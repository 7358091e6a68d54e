/* SPDX-License-Identifier: MIT */
#include "flow/sequence.h"

#include <stddef.h>

/* A number this far from the expected one is no loss and no lateness: the counting began anew. */
#define FAR (1u << 24)
/* A number this far behind the expected one is lateness; further back the counting began anew. */
#define BACK 4096u
/* Uptime that went back by more than messages overtake each other (ms), and how close a wrap of 2^32 may be. */
#define UPTIME_BACK 60000u
#define UPTIME_WRAP (UINT32_MAX - 600000u)

/* A clock that went back by as much as the uptime did, or by this much: the message is an old one (ns). */
#define CLOCK_BACK INT64_C(1000000000)
#define CLOCK_NEAR INT64_C(10000000000)
/* Clocks of messages that overtake each other are no further apart than this, as messages may be sent by several. */
#define CLOCK_AHEAD INT64_C(1000000000)

static bool clock_went_back(const struct sequence *s, const struct sequence_message *m)
{
    return m->export_time <= s->export_time - CLOCK_BACK;
}

static bool uptime_restarted(const struct sequence *s, const struct sequence_message *m)
{
    if (!s->uptime || !m->uptime || s->uptime > UPTIME_WRAP)
        return false;
    return m->uptime < s->uptime && s->uptime - m->uptime > UPTIME_BACK;
}

/* Both clocks of the exporter went back alike: it did not start anew, it is a message from before. */
static bool is_older(const struct sequence *s, const struct sequence_message *m)
{
    if (!clock_went_back(s, m))
        return false;
    if (!s->uptime || !m->uptime)
        return true;
    int64_t apart = s->export_time - m->export_time - (int64_t)(s->uptime - m->uptime) * 1000000;
    return m->uptime < s->uptime && apart < CLOCK_NEAR && apart > -CLOCK_NEAR;
}

bool sequence_is_recent(const struct sequence *s, uint32_t number, uint32_t stamp)
{
    for (unsigned i = 0; i < s->recent_count; i++)
        if (s->recent[i].number == number && s->recent[i].stamp == stamp)
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

static void forget_gaps(struct sequence *s)
{
    for (unsigned i = 0; i < SEQUENCE_GAPS; i++)
        s->gaps[i].length = 0;
}

/*
 * Late messages fill a gap, or are older than the first one or than the gaps remembered. They were sent before: what
 * is behind by number and ahead by clock comes from a counting that began anew.
 */
static bool is_late(const struct sequence *s, const struct sequence_message *m, bool in_gap)
{
    bool ahead = m->export_time > s->export_time + CLOCK_AHEAD;
    if (m->number == 0 && ahead)
        return false;
    if (in_gap)
        return true;
    if (s->next - m->number > BACK)
        return is_older(s, m);
    return !ahead || (int32_t)(m->number - s->first) < 0;
}

static enum sequence_event look_back(struct sequence *s, const struct sequence_message *m)
{
    if (sequence_is_recent(s, m->number, m->stamp))
        return SEQUENCE_DUPLICATE;
    if (is_late(s, m, find_gap(s, m->number) != NULL))
        return SEQUENCE_LATE;
    forget_gaps(s);
    return m->uptime < s->uptime && s->uptime <= UPTIME_WRAP ? SEQUENCE_REBOOT : SEQUENCE_RESTART;
}

enum sequence_event sequence_begin(struct sequence *s, const struct sequence_message *m, uint32_t *units)
{
    *units = 0;
    if (!s->seen)
        return SEQUENCE_IN_ORDER;
    if (uptime_restarted(s, m) && !is_older(s, m)) {
        forget_gaps(s);
        return SEQUENCE_REBOOT;
    }
    int32_t ahead = (int32_t)(m->number - s->next);
    if (ahead == 0 || (s->adrift && ahead > 0 && (uint32_t)ahead < FAR))
        return SEQUENCE_IN_ORDER;
    if (ahead < 0)
        return look_back(s, m);
    if ((uint32_t)ahead >= FAR) {
        forget_gaps(s);
        return SEQUENCE_RESTART;
    }
    *units = (uint32_t)ahead;
    s->gaps[s->gap_at++ % SEQUENCE_GAPS] =
        (struct sequence_gap) { .from = s->next, .length = *units, .session = m->session };
    return SEQUENCE_GAP;
}

/* Takes `units` from number on out of the gap that holds it; what is left on both sides stays open. */
static uint32_t fill_gap(struct sequence *s, uint32_t number, uint32_t units, uint32_t *behind)
{
    struct sequence_gap *gap = find_gap(s, number);
    if (!gap)
        return 0;
    uint32_t before = number - gap->from, after = gap->length - before;
    uint32_t filled = units < after ? units : after;
    *behind = gap->session;
    gap->length = before;
    if (after > filled)
        s->gaps[s->gap_at++ % SEQUENCE_GAPS] =
            (struct sequence_gap) { .from = number + filled, .length = after - filled, .session = *behind };
    return filled;
}

uint32_t sequence_end(struct sequence *s, enum sequence_event event, const struct sequence_message *m,
                      uint32_t *behind)
{
    if (event == SEQUENCE_DUPLICATE)
        return 0;
    s->recent[s->recent_at++ % SEQUENCE_RECENT] = (struct sequence_recent) { m->number, m->stamp };
    if (s->recent_count < SEQUENCE_RECENT)
        s->recent_count++;
    if (event == SEQUENCE_LATE) {
        if ((int32_t)(m->number - s->first) < 0)
            s->first = m->number;
        return fill_gap(s, m->number, m->units, behind);
    }
    if (!s->seen || event >= SEQUENCE_RESTART)
        s->first = m->number;
    else if (m->number - s->first > SEQUENCE_REACH)
        s->first = m->number - SEQUENCE_REACH;
    s->seen = true;
    s->uptime = m->uptime;
    s->export_time = m->export_time;
    s->next = m->number + m->units;
    s->adrift = m->unknown;
    return 0;
}
