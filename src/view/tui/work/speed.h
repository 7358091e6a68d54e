/* SPDX-License-Identifier: MIT */
/*
 * How much comes a second, of late: over the last ten seconds, or since the start where that is less.
 *
 *     speed_note(&speed, elapsed, packets, flows);      // at least once a second
 *     speed.packets, speed.flows                        // a second
 */
#ifndef VIEW_TUI_WORK_SPEED_H
#define VIEW_TUI_WORK_SPEED_H

#include <stdint.h>

#define SPEED_SECONDS 10

/* What there was when a second began. */
struct speed_second {
    int64_t at; /* ns since the start */
    uint64_t packets, flows;
};

/* Zeroed: at the start. */
struct speed {
    double packets, flows;                     /* a second; 0 within the first one */
    struct speed_second second[SPEED_SECONDS]; /* the latest, each in the place of its number */
};

/* So many there are now, `elapsed` ns after the start. */
void speed_note(struct speed *speed, int64_t elapsed, uint64_t packets, uint64_t flows);

#endif
