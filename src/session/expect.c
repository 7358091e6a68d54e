/* SPDX-License-Identifier: MIT */
#include "session/expect.h"

#include <string.h>

#include "datagram/datagram.h"

#define EXPORTERS_IN_CACHE 256u
#define AHEAD              3u /* frames: what is fetched in one step leads to what is fetched in the next */

static const struct nfdec_session *sender_of(const struct nfdec *decoder, const struct frame *frame)
{
    struct datagram d;
    if (frame->wrapping != FRAME_PLAIN || !datagram_plain(frame->data, frame->length, frame->link, &d))
        return NULL;
    struct nfdec_packet packet = { .data = d.data, .length = d.length, .address_length = 4, .port = d.sport };
    memcpy(packet.address, d.src.octets, packet.address_length);
    return nfdec_expect(decoder, &packet);
}

static void step(struct expect *expect)
{
    if (expect->third)
        ledger_expect_facts(expect->ledger, expect->third);
    if (expect->second) {
        nfdec_expect_sets(expect->second);
        ledger_expect(expect->ledger, expect->second);
    }
    expect->third = expect->second;
    expect->second = NULL;
    if (expect->at < expect->count)
        expect->second = sender_of(expect->decoder, &expect->frames[expect->at++]);
}

void expect_begin(struct expect *expect, const struct nfdec *decoder, const struct ledger *ledger,
                  const struct frame *frames, size_t count)
{
    bool pays = count > 1 && nfdec_session_at(decoder, EXPORTERS_IN_CACHE);
    *expect =
        (struct expect) { .decoder = decoder, .ledger = ledger, .frames = frames, .count = pays ? count : 0 };
    for (unsigned i = 0; i < AHEAD && pays; i++)
        step(expect);
}

void expect_next(struct expect *expect)
{
    if (expect->count)
        step(expect);
}
