/* SPDX-License-Identifier: MIT */
/*
 * What the program says on stderr when it cannot go on: one line that begins with "nfscope: ", and under it,
 * where the culprit stands in an argument or an expression, that text with a caret.
 *
 *     struct complaint complaint = { 0 };
 *     complain(&complaint, COMPLAINT_USAGE, "unknown option '%s'", argument);
 *     complain_at(&complaint, argument, strlen(argument), 0);
 *     fputs(complaint.text.data, stderr);
 *
 * Text from outside is made harmless for terminals. Owner: whoever has the struct; complaint_release().
 */
#ifndef COMMAND_COMPLAINT_H
#define COMMAND_COMPLAINT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/strbuf.h"

/* Exit statuses, see nfscope(1). */
enum complaint_status {
    COMPLAINT_NONE = 0,
    COMPLAINT_USAGE = 1, /* wrong arguments, or a file that cannot be opened */
    COMPLAINT_INPUT = 2, /* bad input, a bad filter, a file cut short */
};

struct complaint {
    int status;         /* enum complaint_status */
    struct strbuf text; /* whole lines */
};

void complaint_release(struct complaint *complaint);

/* Starts afresh with one line. Always false, so that callers can return it. */
bool complain(struct complaint *complaint, enum complaint_status status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Adds the text and a caret under its octet `at` (may be `length`: behind the end). Always false. */
bool complain_at(struct complaint *complaint, const char *text, size_t length, size_t at);

#endif
