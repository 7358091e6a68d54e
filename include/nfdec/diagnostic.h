/* SPDX-License-Identifier: MIT */
/*
 * Diagnostics: everything that is wrong or remarkable in the input, located and in one sentence.
 * The list of codes is diagnostics.def.
 */
#ifndef NFDEC_DIAGNOSTIC_H
#define NFDEC_DIAGNOSTIC_H

#include <stddef.h>
#include <stdint.h>

#include "nfdec/status.h"

struct nfdec_session;

enum nfdec_severity { NFDEC_INFO, NFDEC_WARNING, NFDEC_ERROR };

enum nfdec_code {
#define DIAGNOSTIC(code, word, severity, text) NFDEC_DIAG_##code,
#include "nfdec/diagnostics.def"
#undef DIAGNOSTIC
    NFDEC_CODE_COUNT
};

/* What sequence numbers may be seen to count (countings.def). */
enum nfdec_counting {
#define COUNTING(symbol, unit, ahead, word, noun, words) NFDEC_COUNTS_##symbol,
#include "nfdec/countings.def"
#undef COUNTING
    NFDEC_COUNTING_COUNT
};

/* What numbers that stand for times may be seen to be. */
enum nfdec_time_form {
    NFDEC_FORM_SECONDS, /* since 1970, as the next three */
    NFDEC_FORM_MILLISECONDS,
    NFDEC_FORM_MICROSECONDS,
    NFDEC_FORM_NANOSECONDS,
    NFDEC_FORM_NTP,  /* seconds since 1900 and a binary fraction */
    NFDEC_FORM_UNIX, /* the same since 1970 */
    NFDEC_FORM_COUNT
};

struct nfdec_diagnostic {
    uint64_t packet;                     /* number of the packet it is about */
    uint64_t a, b;                       /* numbers of the text; meaning by code */
    const struct nfdec_session *session; /* NULL where none could be made out */
    uint32_t offset;                     /* octet in the datagram's payload */
    uint16_t id;                         /* set or template id */
    uint16_t code;                       /* enum nfdec_code */
};

NFDEC_API const char *nfdec_counting_word(enum nfdec_counting counting);  /* "records" */
NFDEC_API const char *nfdec_counting_noun(enum nfdec_counting counting);  /* "record" */
NFDEC_API const char *nfdec_counting_words(enum nfdec_counting counting); /* "export packets" */

/* How the sequence numbers of a version count by its standard. */
NFDEC_API enum nfdec_counting nfdec_counting_standard(uint16_t version);

#define NFDEC_DIAGNOSTIC_TEXT 192 /* room for every text */

NFDEC_API const char *nfdec_code_word(enum nfdec_code code);
NFDEC_API enum nfdec_severity nfdec_code_severity(enum nfdec_code code);
NFDEC_API const char *nfdec_severity_name(enum nfdec_severity severity);

/* Writes the sentence, cut to `size`, always terminated. Returns its length. */
NFDEC_API size_t nfdec_diagnostic_text(const struct nfdec_diagnostic *diagnostic, char *buffer, size_t size);

#endif
