/* SPDX-License-Identifier: MIT */
/*
 * Frames that are no frames: lines of archives and bare messages of IPFIX files. They become raw IP frames with what is
 * known of their exporter, so that all behind takes them like any other.
 */
#ifndef SESSION_UNWRAP_H
#define SESSION_UNWRAP_H

#include <stdint.h>

#include "capture/frame.h"
#include "nfdec/diagnostic.h"

struct unwrapper;

/* `diagnose` is told of what could not be used. */
struct unwrapper *unwrapper_new(void (*diagnose)(void *user, const struct nfdec_diagnostic *diagnostic),
                                void *user);
void unwrapper_free(struct unwrapper *unwrapper);

/* Of a frame whose wrapping is not FRAME_PLAIN. NULL: there was nothing in it. The frame is valid until the next call; `packet` is what diagnostics call it. */
const struct frame *unwrap(struct unwrapper *unwrapper, const struct frame *frame, uint64_t packet);

#endif
