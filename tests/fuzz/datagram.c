/* SPDX-License-Identifier: MIT */
/*
 * Frames to one datagrams object. The input: an octet that chooses the link type, an octet of limits, then
 * frames of  captured length 16 | octets missing from the capture 8 | seconds since the last, signed 8 | octets.
 */
#include <stdlib.h>
#include <string.h>

#include "base/cursor.h"
#include "datagram/datagram.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const uint16_t LINKS[] = { 1, 0, 9, 12, 50, 51, 101, 104, 108, 113, 228, 229, 276, 147 };

static void check(const struct datagram *out, bool ok)
{
    static volatile uint8_t sink;
    if (ok != (out->reason == DATAGRAM_OK) || (unsigned)out->reason >= DATAGRAM_REASONS)
        abort();
    if (!ok)
        return;
    if (out->length > out->wire_length || out->src.family != out->dst.family || out->src.family == 0)
        abort();
    for (uint32_t i = 0; i < out->length; i++)
        sink = (uint8_t)(sink + out->data[i]);
}

/* A copy of exactly the frame's size, so that a read beyond it is seen. */
static uint8_t *copy_of(const uint8_t *octets, size_t length)
{
    uint8_t *copy = malloc(length ? length : 1);
    if (!copy)
        abort();
    memcpy(copy, octets, length);
    return copy;
}

static void check_counters(const struct datagrams *dg, uint64_t frames, uint32_t most)
{
    const struct datagrams_counters *c = datagrams_counters(dg);
    for (size_t i = 0; i < DATAGRAM_REASONS; i++)
        frames -= c->reason[i];
    if (frames != 0 || c->incomplete > most)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct cursor c = cursor_of(data, size);
    uint16_t link = LINKS[cursor_u8(&c) % (sizeof LINKS / sizeof LINKS[0])];
    uint8_t limits = cursor_u8(&c);
    struct datagrams_config config = { .max_octets = (size_t)2048 << (limits & 7),
                                       .max_datagrams = 1 + (uint32_t)(limits >> 3 & 7),
                                       .expiry = INT64_C(10000000000) };
    struct datagrams *dg = datagrams_new(&config);
    uint64_t frames = 0;
    int64_t time = 0;
    while (cursor_left(&c) >= 4) {
        size_t length = cursor_u16(&c);
        uint8_t missing = cursor_u8(&c);
        time += (int8_t)cursor_u8(&c) * INT64_C(1000000000);
        if (length > cursor_left(&c))
            length = cursor_left(&c);
        uint8_t *octets = copy_of(cursor_take(&c, length), length);
        struct datagram out;
        bool ok = datagrams_take(dg, octets, (uint32_t)length, (uint32_t)length + missing, link, time, &out);
        check(&out, ok);
        check_counters(dg, ++frames, config.max_datagrams);
        free(octets);
    }
    datagrams_free(dg);
    return 0;
}
