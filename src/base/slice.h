/* SPDX-License-Identifier: MIT */
/*
 * For how long a thread has the processor at a time. One with short slices gets it soon when it wakes; one with long
 * slices, which works without rest, lets it and all usual threads in as soon as they wake. What share each gets in all
 * stays the same, so nobody starves. Threads have the slices of the one that made them.
 *
 * Linux lets threads say so from 6.12 on; elsewhere nothing happens.
 */
#ifndef BASE_SLICE_H
#define BASE_SLICE_H

void slice_short(void); /* of the calling thread: somebody waits for it */
void slice_long(void);

#endif
