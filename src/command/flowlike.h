/* SPDX-License-Identifier: MIT */
/* Recognises expressions that compare fields of flows, "port == 2055", where a capture filter belongs. */
#ifndef COMMAND_FLOWLIKE_H
#define COMMAND_FLOWLIKE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/strbuf.h"

/*
 * Whether `filter`, which libpcap does not accept, is one: *at is its first operator, and `capture` the same in
 * BPF's words, left empty where BPF has none.
 */
bool flowlike(const char *filter, size_t *at, struct strbuf *capture);

/* Moves *at to the next token of an expression and returns its length; 0: no more. */
size_t flowlike_token(const char *expression, size_t *at);

#endif
