/* SPDX-License-Identifier: MIT */
/*
 * What frames need that come next, where they are at hand. With thousands of exporters the state of each has left the cache
 * when it speaks again, two kilobytes in a dozen places: it is fetched, step by step, while the frames before are taken
 * apart. Changes nothing, and guesses do no harm.
 *
 *     struct expect expect;
 *     expect_begin(&expect, decoder, ledger, frames, count);
 *     for (size_t i = 0; i < count; i++) {
 *         expect_next(&expect);
 *         ...take frames[i]...
 *     }
 */
#ifndef SESSION_EXPECT_H
#define SESSION_EXPECT_H

#include <stdbool.h>
#include <stddef.h>

#include "capture/frame.h"
#include "flow/ledger.h"
#include "nfdec/decoder.h"

struct expect {
    const struct nfdec *decoder; /* all borrowed */
    const struct ledger *ledger;
    const struct frame *frames;
    size_t count, at;                           /* frames, and the first that was not looked at */
    const struct nfdec_session *second, *third; /* of frames that are one and two steps on; NULL: not known */
};

/* Where there are few exporters, all of them in the cache, nothing will be done. */
void expect_begin(struct expect *expect, const struct nfdec *decoder, const struct ledger *ledger,
                  const struct frame *frames, size_t count);

/* One step for each of the frames behind the one that is taken next. */
void expect_next(struct expect *expect);

#endif
