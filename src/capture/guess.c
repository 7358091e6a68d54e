/* SPDX-License-Identifier: MIT */
#include "capture/guess.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

#define TEXT_HEAD 64 /* octets that tell text */

/* What people give us, as captures are kept packed, and flows are stored. */
static const struct {
    uint8_t length;
    char magic[7];
    const char *words;
} formats[] = {
    { 4, "\x28\xb5\x2f\xfd", "it is compressed: zstd -dc FILE | nfscope" },
    { 6, "\xfd\x37zXZ\0", "it is compressed: xz -dc FILE | nfscope" },
    { 3, "BZh", "it is compressed: bzip2 -dc FILE | nfscope" },
    { 4, "\x04\x22\x4d\x18", "it is compressed: lz4 -dc FILE | nfscope" },
    { 4, "PK\x03\x04", "it is a zip archive: unzip -p FILE | nfscope" },
    { 3, "\x0c\xa5\x01", "it is an nfcapd file, which holds no packets" },
    { 3, "\x0c\xa5\x02", "it is an nfcapd file, which holds no packets" },
};

static bool looks_like_text(const uint8_t *head, size_t length)
{
    size_t ascii = 0;
    if (length > TEXT_HEAD)
        length = TEXT_HEAD;
    for (size_t i = 0; i < length; i++) {
        bool plain = head[i] < 0x80 && (isprint(head[i]) || isspace(head[i]));
        if (!plain && head[i] < 0x80)
            return false;
        ascii += plain;
    }
    return ascii * 2 >= length;
}

const char *guess_format(const uint8_t *head, size_t length)
{
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++)
        if (length > formats[i].length && memcmp(head, formats[i].magic, formats[i].length) == 0)
            return formats[i].words;
    return looks_like_text(head, length) ? "it looks like text" : "unknown format";
}
