/* SPDX-License-Identifier: MIT */
/* Lines of archives: whatever comes out of one goes through the decoder. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "nfdec/decoder.h"
#include "session/archive/unarchive.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void decode(struct nfdec *dec, const struct unarchived *packet)
{
    const struct nfdec_packet input = {
        .data = packet->data, .length = packet->length, .number = 1, .address_length = 4
    };
    if (packet->length > UINT16_MAX)
        abort();
    if (nfdec_feed(dec, &input) == NFDEC_OK)
        while (nfdec_next(dec))
            continue;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct unarchive *u = unarchive_new();
    struct nfdec *dec = nfdec_new(NULL);
    const uint8_t *end = data + size;
    while (data < end) {
        const uint8_t *newline = memchr(data, '\n', (size_t)(end - data));
        const uint8_t *next = newline ? newline + 1 : end;
        struct unarchived packet;
        if (unarchive_line(u, data, (size_t)(next - data), &packet))
            decode(dec, &packet);
        data = next;
    }
    nfdec_free(dec);
    unarchive_free(u);
    return 0;
}
