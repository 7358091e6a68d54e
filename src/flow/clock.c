/* SPDX-License-Identifier: MIT */
#include "flow/clock.h"

#define SECOND INT64_C(1000000000)
#define MS_NS  INT64_C(1000000)

/* Headers of v9 and IPFIX have whole seconds; a step is more than what that leaves open. */
#define STEP       (2 * SECOND)
#define STEP_IPFIX (60 * SECOND)
#define WRAP       ((INT64_C(1) << 32) * MS_NS)
/* Uptime that is this much below that of the message before is of a system that started anew (ms). */
#define BACK 60000u
/* A line is drawn over this much time, and must rise by as much as whole seconds leave open. */
#define DRIFT_TIME (300 * SECOND)
#define DRIFT_RISE (2 * SECOND)

int64_t clock_distance(int64_t to, int64_t from)
{
    int64_t apart;
    if (__builtin_sub_overflow(to, from, &apart))
        return to < from ? INT64_MIN : INT64_MAX;
    return apart;
}

static bool beyond(int64_t apart, int64_t most)
{
    return apart > most || apart < -most;
}

static void add_step(struct clock_facts *facts, int64_t step, uint64_t packet)
{
    if (facts->steps++)
        return;
    facts->step = step;
    facts->step_packet = packet;
}

/* Without an uptime a message that was held up looks like a step: it is one if the next message says so, too. */
static void look_for_ipfix_step(struct clock_facts *facts, struct clock_last *last,
                                const struct nfdec_message *m, int64_t skew)
{
    bool jumps = last->seen && beyond(clock_distance(skew, last->base), STEP_IPFIX);
    if (last->jump_packet && !jumps)
        add_step(facts, clock_distance(last->base, last->before), last->jump_packet);
    last->jump_packet = jumps && !last->jump_packet ? m->packet : 0;
    last->before = last->base;
    last->base = skew;
    last->seen = true;
}

static void look_for_step(struct clock_facts *facts, struct clock_last *last, const struct nfdec_message *m)
{
    int64_t base = m->export_time - m->uptime * MS_NS;
    int64_t apart = clock_distance(base, last->base);
    bool back = m->uptime < last->uptime && last->uptime - m->uptime > BACK;
    bool known = last->seen;
    *last = (struct clock_last) { .seen = true, .uptime = m->uptime, .base = base };
    if (!known || !beyond(apart, STEP))
        return;
    if (back && !beyond(apart - WRAP, STEP)) {
        if (!facts->wraps++)
            facts->wrap_packet = m->packet;
    } else if (!back) {
        add_step(facts, apart, m->packet);
    }
}

static double seconds(int64_t ns)
{
    return (double)ns / 1e9;
}

void clock_take(struct clock_facts *facts, struct clock_last *last, const struct nfdec_message *m)
{
    int64_t skew = clock_distance(m->export_time, m->time);
    if (!facts->messages)
        facts->origin = m->time;
    if (!facts->messages || skew < facts->least) {
        facts->least = skew;
        facts->least_packet = m->packet;
    }
    if (!facts->messages || skew > facts->most) {
        facts->most = skew;
        facts->most_packet = m->packet;
    }
    facts->messages++;
    double t = seconds(clock_distance(m->time, facts->origin)), s = seconds(skew);
    facts->sum_t += t;
    facts->sum_s += s;
    facts->sum_tt += t * t;
    facts->sum_ts += t * s;
    if (m->version == 10)
        look_for_ipfix_step(facts, last, m, skew);
    else
        look_for_step(facts, last, m);
}

int64_t clock_drift(const struct clock_facts *facts, int64_t duration)
{
    double n = (double)facts->messages, spread = n * facts->sum_tt - facts->sum_t * facts->sum_t;
    if (duration < DRIFT_TIME || facts->messages < 10 || facts->steps || !(spread > 0))
        return 0;
    double slope = (n * facts->sum_ts - facts->sum_t * facts->sum_s) / spread;
    double rise = slope * seconds(duration);
    if (!(rise >= seconds(DRIFT_RISE) || rise <= -seconds(DRIFT_RISE)) || slope > 1 || slope < -1)
        return 0;
    return (int64_t)(slope * 1e9);
}
