/* SPDX-License-Identifier: MIT */
/*
 * A decoder under test, and a log of what it gave out for the last datagram: a copy of every item, the records of
 * its set as text, and two lines that tell the whole in short.
 *
 * `script`: M message, E end, T templates, O options templates, D3 data set of 3 records, P3 options data,
 * W waiting, U undecoded, X reserved id; L in front: late, B: borrowed. `words`: the words of the diagnostics.
 * Everything that can be read of an item is read, texts, lists and columns included, from octets of exactly the
 * size that is there.
 */
#ifndef TESTS_DECODE_RIG_H
#define TESTS_DECODE_RIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "message.h"
#include "nfdec/nfdec.h"

#define RIG_ITEMS 300

struct rig_item {
    enum nfdec_item_kind kind;
    struct nfdec_message message;
    struct nfdec_set set; /* its data is gone */
    char text[1200];      /* "name=value name=value; name=..." */
};

struct rig {
    struct nfdec *dec;
    struct nfdec_packet
        packet; /* of the last datagram; what is set in it holds for the next, but the number */
    struct rig_item item[RIG_ITEMS];
    size_t items;
    struct nfdec_diagnostic diagnostic[RIG_ITEMS];
    size_t diagnostics;
    uint64_t records; /* of data sets, in all */
    char script[4000], words[8000];
    struct nfdec_columns columns;
};

struct rig *rig_new(struct nfdec_config config); /* its hook for diagnostics is the rig's */
void rig_free(struct rig *rig);
void rig_feed(struct rig *rig,
              struct message *b); /* ends the message under way, feeds, and clears the builder */
void rig_feed_cut(struct rig *rig, const struct message *b,
                  size_t length); /* the first octets of a whole one */
void rig_finish(struct rig *rig);

/* The n-th item that is a set. */
const struct rig_item *rig_set(const struct rig *rig, size_t n);

#define rig_expect(rig, expected_script, expected_words)                                                     \
    do {                                                                                                     \
        cr_assert_str_eq((rig)->script, expected_script, "items: %s", (rig)->script);                        \
        cr_assert_str_eq((rig)->words, expected_words, "diagnostics: %s", (rig)->words);                     \
    } while (0)

#endif
