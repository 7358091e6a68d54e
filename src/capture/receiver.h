/* SPDX-License-Identifier: MIT */
/*
 * Datagrams of a UDP socket, taken from the kernel by a thread of its own and kept in a ring until they are asked for:
 * the kernel's buffer is small, and does not wait while we have something else to do. They come out as frames (enclose.h).
 *
 *     struct receiver *receiver = receiver_new(fd, 2055, octets);
 *     while (receiver_next(receiver, &frame))
 *         ...frame.data is valid until the next call...
 *     ...none yet: poll(receiver_descriptor(receiver)) ...
 */
#ifndef CAPTURE_RECEIVER_H
#define CAPTURE_RECEIVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "capture/frame.h"

struct receiver;

/*
 * `fd`: bound to `port`, does not wait, tells arrival times (SO_TIMESTAMPNS) and destinations (IP_PKTINFO,
 * IPV6_RECVPKTINFO); borrowed. The ring has room for `room` octets. `clock`: capture_config.test_clock. NULL: there is no
 * thread to be had.
 */
struct receiver *receiver_new(int fd, uint16_t port, size_t room, int64_t clock);
void receiver_free(struct receiver *receiver);

/* Sets all of *frame but number and input. False: nothing has come. */
bool receiver_next(struct receiver *receiver, struct frame *frame);
int receiver_descriptor(const struct receiver *receiver);

/*
 * No more is wanted than what has come to the socket by now: it is in the ring when this returns, as far as there is
 * room for it.
 */
void receiver_stop(struct receiver *receiver);

uint64_t receiver_count(const struct receiver *receiver); /* datagrams given out */
uint64_t receiver_lost(const struct receiver *receiver);  /* at receiver_stop(): there was no room for them */
int receiver_error(const struct receiver *receiver);      /* errno of the socket that ended it; 0: none */

#endif
