/* SPDX-License-Identifier: MIT */
/*
 * Text into a buffer of the caller, without memory of its own: for the decoder library, whose texts are cut
 * to the room they are given. The first piece that does not fit ends the text for good.
 *
 *     struct text t = text_of(buffer, size);
 *     text_add(&t, "port ");
 *     text_unsigned(&t, port);
 *     return t.length;
 */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct text {
    char *data;
    size_t size;   /* of the buffer; 0: nothing is ever written, not even the terminator */
    size_t length; /* written so far, always terminated */
    bool full;     /* something did not fit */
};

struct text text_of(char *buffer, size_t size);
void text_octets(struct text *t, const char *data, size_t length); /* as many as fit */
void text_whole(struct text *t, const char *data, size_t length);  /* all or nothing */
void text_add(struct text *t, const char *terminated);             /* as many as fit */
void text_unsigned(struct text *t, uint64_t value);
void text_signed(struct text *t, int64_t value);
void text_hex(struct text *t, const uint8_t *octets, size_t length); /* lower case, no blanks, whole octets */

/* Text from the wire as strbuf_clean() shows it; never cut within a character or an escape. */
void text_clean(struct text *t, const char *data, size_t length);

#endif
