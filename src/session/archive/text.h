/* SPDX-License-Identifier: MIT */
/*
 * The pieces of an archive's lines, JSON in the form of the Python collector:
 *
 *     {"<arrival>": {"client": [ip, port], "header": {...}, "flows": [{...}, ...]}}
 *
 * Numbers are whole ones, of any size; addresses are numbers in v1, v5, v7 and IPFIX and text in v9; strings of IPFIX are
 * text, of v9 numbers.
 */
#ifndef SESSION_ARCHIVE_TEXT_H
#define SESSION_ARCHIVE_TEXT_H

#include <stdint.h>

#include "base/strbuf.h"
#include "nfdec/decoder.h"

/* All up to the first flow. `arrival` is the key, ns since 1970. */
void archive_text_begin(struct strbuf *out, const struct nfdec_message *message, int64_t arrival);

/* The records of a decoded set, with commas between them. */
void archive_text_set(struct strbuf *out, const struct nfdec_set *set);

void archive_text_end(struct strbuf *out);

#endif
