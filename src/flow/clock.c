/* SPDX-License-Identifier: MIT */
#include "flow/clock.h"

#define SECOND INT64_C(1000000000)
#define MS_NS  INT64_C(1000000)

/* Headers of v9 and IPFIX have whole seconds; a step is more than what that leaves open. */
#define STEP       (2 * SECOND)
#define STEP_IPFIX (10 * SECOND) /* messages may also have been held up on their way */
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

static void look_for_step(struct clock_facts *facts, struct clock_last *last, const struct nfdec_message *m,
                          int64_t skew)
{
    int64_t base = m->version == 10 ? skew : m->export_time - m->uptime * MS_NS;
    int64_t apart = clock_distance(base, last->base);
    bool back = m->version != 10 && m->uptime < last->uptime && last->uptime - m->uptime > BACK;
    bool known = last->seen;
    *last = (struct clock_last) { .seen = true, .uptime = m->uptime, .base = base };
    if (!known || !beyond(apart, m->version == 10 ? STEP_IPFIX : STEP))
        return;
    if (back && !beyond(apart - WRAP, STEP)) {
        if (!facts->wraps++)
            facts->wrap_packet = m->packet;
    } else if (!back && !facts->steps++) {
        facts->step = apart;
        facts->step_packet = m->packet;
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
    look_for_step(facts, last, m, skew);
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
