/* SPDX-License-Identifier: MIT */
/* Hex and hex dumps: never beyond the room, and what was read reads back from plain hex. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "nfdec/decoder.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { ROOM = 4096 };

static void check_plain(const uint8_t *octets, size_t count)
{
    static const char digits[] = "0123456789abcdef";
    static char text[2 * ROOM];
    static uint8_t again[ROOM];
    size_t length = 0;
    for (size_t i = 0; i < count; i++) {
        text[2 * i] = digits[octets[i] >> 4];
        text[2 * i + 1] = digits[octets[i] & 15];
    }
    if (nfdec_hex_decode(text, 2 * count, again, ROOM, &length) != NFDEC_OK || length != count ||
        memcmp(octets, again, count) != 0)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    size_t room = size > 0 ? data[0] * 16u : 0, length = 0;
    uint8_t *out = malloc(room ? room : 1);
    char *text = malloc(size ? size : 1);
    if (out && text) {
        if (size > 0)
            memcpy(text, data, size);
        if (nfdec_hex_decode(text, size, out, room, &length) == NFDEC_OK) {
            if (length == 0 || length > room)
                abort();
            check_plain(out, length);
        } else if (length > size) {
            abort();
        }
    }
    free(out);
    free(text);
    return 0;
}
