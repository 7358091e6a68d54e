/* SPDX-License-Identifier: MIT */
/*
 * What was decoded, again: packets, messages, sets and all their records, from the ledger, the templates and the octets
 * (octets.h). Needs session_config.keep_octets. Each reader has windows of its own, so that it may be used on any
 * thread, as long as the session stands still: between the calls of its progress callback, and when it is done.
 *
 *     struct replay *replay = replay_new(run);
 *     struct nfdec_set set;
 *     if (replay_set(replay, index, &set))
 *         ...nfdec_record_begin(&record, &set)...
 *     else
 *         ...replay_reason(replay)...
 *     replay_free(replay);
 *
 * In order it is as fast as reading the file; anywhere it takes one read. What is given is valid until the next call.
 * A file that was changed or cut short meanwhile is found out: then there is nothing, and never something false.
 */
#ifndef SESSION_REPLAY_H
#define SESSION_REPLAY_H

#include <stdbool.h>
#include <stdint.h>

#include "nfdec/decoder.h"
#include "session/session.h"

struct replay;

struct replay *replay_new(const struct session *run); /* borrowed */
void replay_free(struct replay *replay);

/*
 * The packet of a message of the ledger. Its frame is as it was captured, whole; of a datagram put together from
 * fragments it is the last one's, and of --hex there is none. NULL: replay_reason() says why.
 */
const struct session_packet *replay_packet(struct replay *replay, uint32_t message);

/*
 * The frames of that packet in the order in which they came: one, unless it came in fragments. `before` is how many
 * messages came before the frame. 0, and false: they are not to be had.
 */
uint32_t replay_frame_count(struct replay *replay, uint32_t message);
bool replay_frame(struct replay *replay, uint32_t message, uint32_t index, struct frame *frame,
                  uint32_t *before);

/* A message of the ledger as the decoder gave it. */
bool replay_message(struct replay *replay, uint32_t message, struct nfdec_message *out);

/*
 * A set of the ledger as it was decoded; late ones as they were in the end. `replay` is a struct replay: this has the
 * form that query/source.h wants.
 */
bool replay_set(void *replay, uint32_t set, struct nfdec_set *out);

/*
 * Messages [first, end), which begin and end with a packet, through a tap as in the run itself; a set that had to wait
 * is followed by its late form at once. False: the tap has stopped, or, with a reason, octets are gone.
 */
bool replay_tap(struct replay *replay, uint32_t first, uint32_t end, const struct session_tap *tap,
                void *user);

/* Why the last call gave nothing, as half a sentence: "the octets of this packet were not kept"; NULL: it did. */
const char *replay_reason(const struct replay *replay);

#endif
