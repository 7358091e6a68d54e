/* SPDX-License-Identifier: MIT */
/* Findings as sentences: health.def filled in. */
#include <string.h>

#include "base/time.h"
#include "flow/health.h"

struct kind {
    const char *word, *sentence, *advice;
    uint8_t severity, topic;
};

static const struct kind kinds[HEALTH_CODE_COUNT] = {
#define HEALTH(code, name, weight, of, text, what)                                                           \
    [HEALTH_##code] = { .word = (name),                                                                      \
                        .sentence = (text),                                                                  \
                        .advice = (what),                                                                    \
                        .severity = HEALTH_##weight,                                                         \
                        .topic = HEALTH_##of },
#include "flow/health.def"
#undef HEALTH
};

const char *health_advice(enum health_code code)
{
    return kinds[code].advice;
}

const char *health_word(enum health_code code)
{
    return kinds[code].word;
}

enum health_topic health_topic_of(enum health_code code)
{
    return (enum health_topic)kinds[code].topic;
}

enum health_severity health_severity_of(enum health_code code)
{
    return (enum health_severity)kinds[code].severity;
}

const char *health_topic_name(enum health_topic topic)
{
    static const char *const names[HEALTH_TOPICS] = {
        [HEALTH_LOSS] = "loss",           [HEALTH_CLOCK] = "clock",       [HEALTH_TIMES] = "times",
        [HEALTH_TEMPLATES] = "templates", [HEALTH_DECODING] = "decoding", [HEALTH_SAMPLING] = "sampling",
    };
    return names[topic];
}

const char *health_severity_name(enum health_severity severity)
{
    static const char *const names[] = {
        [HEALTH_OK] = "ok", [HEALTH_NOTE] = "note", [HEALTH_WARNING] = "warning", [HEALTH_ERROR] = "error"
    };
    return names[severity];
}

static void duration(struct strbuf *out, int64_t ns)
{
    char text[TIME_TEXT];
    strbuf_add(out, text, time_span_text(ns, text));
}

static void share(struct strbuf *out, uint64_t part, uint64_t whole)
{
    strbuf_format(out, "%.1f", whole ? 100.0 * (double)part / (double)whole : 0.0);
}

/* One placeholder; *count is the last number that was written. */
static void fill_in(struct strbuf *out, char placeholder, const struct health_finding *f, uint64_t *count)
{
    switch (placeholder) {
    case 'a':
    case 'b':
        *count = placeholder == 'a' ? f->a : f->b;
        strbuf_unsigned(out, *count);
        break;
    case 'd':
        duration(out, f->d);
        break;
    case 'e':
        duration(out, f->e);
        break;
    case 'f':
        duration(out, f->f);
        break;
    case 'i':
        strbuf_unsigned(out, f->id);
        break;
    case 'p':
        share(out, f->a, f->b);
        break;
    case 't':
        if (f->text)
            strbuf_clean(out, f->text, strlen(f->text));
        break;
    case 'u':
        strbuf_text(out, nfdec_counting_noun((enum nfdec_counting)f->counting));
        break;
    case 'w':
        strbuf_text(out, nfdec_counting_words((enum nfdec_counting)f->counting));
        break;
    case 's':
        strbuf_text(out, nfdec_counting_noun(nfdec_counting_standard(f->session->version)));
        strbuf_char(out, 's');
        break;
    default:
        strbuf_char(out, placeholder);
    }
}

/* "[thing]" and "{one|several}", by the last number; returns the place of the closing bracket. */
static const char *agree(struct strbuf *out, const char *at, uint64_t count)
{
    const char *end = strchr(at, *at == '[' ? ']' : '}');
    const char *bar = memchr(at, '|', (size_t)(end - at));
    if (*at == '[') {
        strbuf_add(out, at + 1, (size_t)(end - at - 1));
        strbuf_text(out, count == 1 ? "" : "s");
    } else if (count == 1) {
        strbuf_add(out, at + 1, (size_t)(bar - at - 1));
    } else {
        strbuf_add(out, bar + 1, (size_t)(end - bar - 1));
    }
    return end;
}

void health_sentence(const struct health_finding *finding, struct strbuf *out)
{
    uint64_t count = 0;
    for (const char *at = kinds[finding->code].sentence; *at; at++) {
        if (*at == '%')
            fill_in(out, *++at, finding, &count);
        else if (*at == '[' || *at == '{')
            at = agree(out, at, count);
        else
            strbuf_char(out, *at);
    }
}
