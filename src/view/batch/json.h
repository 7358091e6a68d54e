/* SPDX-License-Identifier: MIT */
/*
 * JSON into a strbuf. Whether a comma is due is seen from the last character written: no value can end in one
 * of those that open something, as strings end in a quotation mark. Keys are plain words and are not escaped.
 *
 *     json_open(out, '{');
 *     json_number(out, "frame", 12);
 *     json_key(out, "sets");
 *     json_open(out, '[');
 *     ...
 *     json_close(out, ']');
 *     json_close(out, '}');
 */
#ifndef VIEW_BATCH_JSON_H
#define VIEW_BATCH_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/addr.h"
#include "base/strbuf.h"

/* Whether a comma is due before the next key or array item. */
static inline bool json_due(const struct strbuf *out)
{
    if (out->length == 0)
        return false;
    char last = out->data[out->length - 1];
    return last != '{' && last != '[' && last != ':' && last != ',' && last != '\n';
}

/* A comma where one is due; a second call does nothing. */
static inline void json_item(struct strbuf *out)
{
    if (json_due(out))
        strbuf_char(out, ',');
}

static inline void json_open(struct strbuf *out, char bracket)
{
    json_item(out);
    strbuf_char(out, bracket);
}

static inline void json_close(struct strbuf *out, char bracket)
{
    strbuf_char(out, bracket);
}

void json_key(struct strbuf *out, const char *key);
void json_number(struct strbuf *out, const char *key, uint64_t value);
void json_signed(struct strbuf *out, const char *key, int64_t value);
void json_bool(struct strbuf *out, const char *key, bool value);
void json_word(struct strbuf *out, const char *key, const char *word);   /* nothing in it needs escaping */
void json_string(struct strbuf *out, const char *key, const char *text); /* anything */
void json_time(struct strbuf *out, const char *key, int64_t ns);         /* RFC 3339 UTC */
void json_address(struct strbuf *out, const char *key, const struct addr *address); /* nothing for family 0 */
void json_digits_seconds(struct strbuf *out, int64_t ns);                           /* the number alone */
void json_seconds(struct strbuf *out, const char *key, int64_t ns); /* a number of seconds, exact */

#endif
