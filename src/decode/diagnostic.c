/* SPDX-License-Identifier: MIT */
#include "nfdec/diagnostic.h"

#include <string.h>

#include "base/text.h"
#include "nfdec/decoder.h"

struct kind {
    const char *word;
    const char *text;
    enum nfdec_severity severity;
};

static const struct kind kinds[NFDEC_CODE_COUNT] = {
#define DIAGNOSTIC(code, stable, weight, sentence)                                                           \
    [NFDEC_DIAG_##code] = { .word = (stable), .text = (sentence), .severity = NFDEC_##weight },
#include "nfdec/diagnostics.def"
#undef DIAGNOSTIC
};

const char *nfdec_code_word(enum nfdec_code code)
{
    return (unsigned)code < NFDEC_CODE_COUNT ? kinds[code].word : "unknown";
}

enum nfdec_severity nfdec_code_severity(enum nfdec_code code)
{
    return (unsigned)code < NFDEC_CODE_COUNT ? kinds[code].severity : NFDEC_ERROR;
}

const char *nfdec_severity_name(enum nfdec_severity severity)
{
    static const char *const names[] = {
        [NFDEC_INFO] = "info",
        [NFDEC_WARNING] = "warning",
        [NFDEC_ERROR] = "error",
    };
    return (unsigned)severity < sizeof names / sizeof names[0] ? names[severity] : "unknown";
}

struct counting {
    const char *word, *noun, *words;
};

static const struct counting countings[NFDEC_COUNTING_COUNT] = {
#define COUNTING(symbol, unit, ahead, stable, things, longer)                                                \
    [NFDEC_COUNTS_##symbol] = { .word = (stable), .noun = (things), .words = (longer) },
#include "nfdec/countings.def"
#undef COUNTING
};

const char *nfdec_counting_word(enum nfdec_counting counting)
{
    return (unsigned)counting < NFDEC_COUNTING_COUNT ? countings[counting].word : "unknown";
}

const char *nfdec_counting_noun(enum nfdec_counting counting)
{
    return (unsigned)counting < NFDEC_COUNTING_COUNT ? countings[counting].noun : "unknown";
}

const char *nfdec_counting_words(enum nfdec_counting counting)
{
    return (unsigned)counting < NFDEC_COUNTING_COUNT ? countings[counting].words : "unknown";
}

enum nfdec_counting nfdec_counting_standard(uint16_t version)
{
    switch (version) {
    case 5:
    case 7:
        return NFDEC_COUNTS_FLOWS;
    case 9:
        return NFDEC_COUNTS_PACKETS;
    default:
        return NFDEC_COUNTS_RECORDS;
    }
}

/* What sequence numbers count. */
static const char *sequence_unit(const struct nfdec_diagnostic *d)
{
    if (d->b > 0 && d->b <= NFDEC_COUNTING_COUNT)
        return countings[d->b - 1].noun;
    return countings[nfdec_counting_standard(d->session ? d->session->version : 0)].noun;
}

/* The id of a template, or of the sets that announce them for all of a kind (RFC 7011 section 8.1). */
static void add_templates(struct text *t, uint16_t id)
{
    if (id == 2 || id == 3) {
        text_add(t, id == 2 ? "all templates were" : "all options templates were");
        return;
    }
    text_add(t, "template ");
    text_unsigned(t, id);
    text_add(t, " was");
}

static void fill_in(struct text *t, char placeholder, const struct nfdec_diagnostic *diagnostic)
{
    switch (placeholder) {
    case 'a':
        text_unsigned(t, diagnostic->a);
        break;
    case 'b':
    case 'f':
        text_unsigned(t, diagnostic->b);
        break;
    case 'i':
        text_unsigned(t, diagnostic->id);
        break;
    case 't':
        add_templates(t, diagnostic->id);
        break;
    case 'u':
        text_add(t, sequence_unit(diagnostic));
        text_add(t, "s");
        break;
    case 'c':
        text_add(t, nfdec_counting_words((enum nfdec_counting)diagnostic->a));
        break;
    case 'l':
        if (diagnostic->b <= diagnostic->a)
            break;
        text_add(t, ": ");
        text_unsigned(t, diagnostic->b - diagnostic->a);
        text_add(t, " left unread");
        break;
    default:
        text_octets(t, &placeholder, 1);
        break;
    }
}

size_t nfdec_diagnostic_text(const struct nfdec_diagnostic *diagnostic, char *buffer, size_t size)
{
    struct text t = text_of(buffer, size);
    const char *at = diagnostic->code < NFDEC_CODE_COUNT ? kinds[diagnostic->code].text : "unknown";
    for (;;) {
        size_t plain = strcspn(at, "%");
        text_octets(&t, at, plain);
        at += plain;
        if (at[0] == '\0' || at[1] == '\0')
            return t.length;
        fill_in(&t, at[1], diagnostic);
        at += 2;
    }
}
