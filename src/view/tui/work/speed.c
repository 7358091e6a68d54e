/* SPDX-License-Identifier: MIT */
#include "view/tui/work/speed.h"

#include "base/time.h"

/* Its beginning; that of the first one is the start. */
static struct speed_second *second_of(struct speed *speed, int64_t number)
{
    return &speed->second[number % SPEED_SECONDS];
}

static int64_t number_of(int64_t time)
{
    return time / TIME_SECOND;
}

/* The earliest beginning that is known of the seconds before this one. */
static const struct speed_second *earliest(struct speed *speed, int64_t now)
{
    int64_t first = now < SPEED_SECONDS ? 0 : now - SPEED_SECONDS + 1;
    for (int64_t number = first; number < now; number++)
        if (number_of(second_of(speed, number)->at) == number)
            return second_of(speed, number);
    return NULL;
}

void speed_note(struct speed *speed, int64_t elapsed, uint64_t packets, uint64_t flows)
{
    int64_t now = number_of(elapsed);
    if (now > 0 && number_of(second_of(speed, now)->at) != now)
        *second_of(speed, now) = (struct speed_second) { .at = elapsed, .packets = packets, .flows = flows };
    const struct speed_second *then = earliest(speed, now);
    double seconds = then ? (double)(elapsed - then->at) / (double)TIME_SECOND : 0;
    speed->packets = then ? (double)(packets - then->packets) / seconds : 0;
    speed->flows = then && flows > then->flows ? (double)(flows - then->flows) / seconds : 0;
}
