/* SPDX-License-Identifier: MIT */
#include "nfdec/diagnostic.h"

#include <string.h>

#include "base/text.h"
#include "base/time.h"
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

/* One of what sequence numbers count. */
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

static void add_duration(struct text *t, int64_t ns)
{
    char text[TIME_TEXT];
    text_octets(t, text, time_span_text(ns, text));
}

static const char *form_name(uint64_t form)
{
    static const char *const names[NFDEC_FORM_COUNT] = {
        [NFDEC_FORM_SECONDS] = "seconds since 1970",
        [NFDEC_FORM_MILLISECONDS] = "milliseconds since 1970",
        [NFDEC_FORM_MICROSECONDS] = "microseconds since 1970",
        [NFDEC_FORM_NANOSECONDS] = "nanoseconds since 1970",
        [NFDEC_FORM_NTP] = "NTP time since 1900",
        [NFDEC_FORM_UNIX] = "NTP time counted from 1970",
    };
    return form < NFDEC_FORM_COUNT ? names[form] : "something else";
}

static void add_more(struct text *t, uint32_t records)
{
    if (records < 2)
        return;
    text_add(t, ", and ");
    text_unsigned(t, records - 1);
    text_add(t, records == 2 ? " more record of the set does" : " more records of the set do");
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
        break;
    case 'c':
        text_add(t, nfdec_counting_words((enum nfdec_counting)diagnostic->a));
        break;
    case 'r':
        text_unsigned(t, diagnostic->a & UINT32_MAX);
        break;
    case 'm':
        add_more(t, (uint32_t)(diagnostic->a >> 32));
        break;
    case 'd':
        add_duration(t, (int64_t)diagnostic->b);
        break;
    case 'n':
        if (diagnostic->id > 0 && diagnostic->id == diagnostic->a)
            text_add(t, diagnostic->a == 1 ? " in its one set: it counts sets" : ": it counts its sets");
        break;
    case 'k':
        text_add(t, nfdec_type_name((enum nfdec_type)diagnostic->a));
        break;
    case 's':
        text_add(t, form_name(diagnostic->b));
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

/* "[octet]" and "{one|several}", by the last number; returns the place behind the bracket. */
static const char *agree(struct text *t, const char *at, uint64_t count)
{
    size_t length = strcspn(at, "]}"), bar = strcspn(at, "|");
    if (*at == '[') {
        text_octets(t, at + 1, length - 1);
        text_add(t, count == 1 ? "" : "s");
    } else if (count == 1) {
        text_octets(t, at + 1, bar - 1);
    } else {
        text_octets(t, at + bar + 1, length - bar - 1);
    }
    return at + length + 1;
}

size_t nfdec_diagnostic_text(const struct nfdec_diagnostic *diagnostic, char *buffer, size_t size)
{
    struct text t = text_of(buffer, size);
    const char *at = diagnostic->code < NFDEC_CODE_COUNT ? kinds[diagnostic->code].text : "unknown";
    uint64_t last = 0; /* number */
    for (;;) {
        size_t plain = strcspn(at, "%[{");
        text_octets(&t, at, plain);
        at += plain;
        if (at[0] == '\0' || at[1] == '\0')
            return t.length;
        if (at[0] != '%') {
            at = agree(&t, at, last);
            continue;
        }
        last = at[1] == 'a' ? diagnostic->a : at[1] == 'b' ? diagnostic->b : last;
        fill_in(&t, at[1], diagnostic);
        at += 2;
    }
}
