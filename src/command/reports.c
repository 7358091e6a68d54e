/* SPDX-License-Identifier: MIT */
#include "command/reports.h"

#include <inttypes.h>
#include <string.h>

#include "base/strbuf.h"
#include "base/suggest.h"
#include "base/time.h"
#include "query/timeline.h"

static const char *const words[] = {
#define REPORT(symbol, word, help) word,
#include "view/batch/report.def"
#undef REPORT
};

enum { REPORTS = sizeof words / sizeof *words };

#define BIT(symbol) (1u << BATCH_REPORT_##symbol)
#define GROUPS                                                                                               \
    (BIT(TALKERS) | BIT(PORTS) | BIT(PROTOCOLS) | BIT(APPLICATIONS) | BIT(BY_EXPORTER) | BIT(INTERFACES))

enum key { KEY_UNIT, KEY_TOP, KEY_BY, KEY_SIDE, KEY_NET4, KEY_NET6, KEY_TIME, KEY_BIN, KEY_BINS };

static const struct {
    const char *name;
    unsigned reports; /* that take it */
} keys[] = {
    [KEY_UNIT] = { "unit", GROUPS | BIT(TIMELINE) },
    [KEY_TOP] = { "top", GROUPS },
    [KEY_BY] = { "by", BIT(TALKERS) },
    [KEY_SIDE] = { "side", BIT(TALKERS) },
    [KEY_NET4] = { "net4", BIT(TALKERS) },
    [KEY_NET6] = { "net6", BIT(TALKERS) },
    [KEY_TIME] = { "time", BIT(TIMELINE) },
    [KEY_BIN] = { "bin", BIT(TIMELINE) },
    [KEY_BINS] = { "bins", BIT(TIMELINE) },
};

enum { KEYS = sizeof keys / sizeof *keys, MOST = 16 };

/* What is being read. */
struct reading {
    enum batch_report report;
    struct report_options *options;
    const struct place *place;
    struct complaint *complaint;
};

const char *report_word(enum batch_report report)
{
    return words[report - 1];
}

/* What was typed, the caret under `at`. */
static bool point(const struct reading *r, const char *at)
{
    struct strbuf line = { 0 };
    const char *option = r->place->option, *value = r->place->value;
    size_t length = strlen(option);
    bool joined = value >= option && value <= option + length;
    strbuf_text(&line, option);
    if (!joined)
        strbuf_format(&line, " %s", value);
    complain_at(r->complaint, line.data, line.length,
                joined ? (size_t)(at - option) : length + 1 + (size_t)(at - value));
    strbuf_release(&line);
    return false;
}

static bool same(const char *text, size_t length, const char *word)
{
    return strlen(word) == length && memcmp(text, word, length) == 0;
}

/* Of some words that a key takes; -1 and a complaint. */
static int take_choice(const struct reading *r, const char *key, const char *text, size_t length,
                       const char *const *choices, size_t count)
{
    struct strbuf list = { 0 };
    for (size_t i = 0; i < count; i++) {
        if (same(text, length, choices[i])) {
            strbuf_release(&list);
            return (int)i;
        }
        strbuf_format(&list, "%s%s", i == 0 ? "" : i + 1 == count ? " or " : ", ", choices[i]);
    }
    complain(r->complaint, COMPLAINT_USAGE, "%s is %s, not '%.*s'", key, list.data, (int)length, text);
    strbuf_release(&list);
    point(r, text);
    return -1;
}

/* Decimal digits up to `most`, and what stands behind them. */
static const char *digits(const char *text, size_t length, uint64_t most, uint64_t *value)
{
    const char *end = text + length;
    *value = 0;
    for (; text < end && *text >= '0' && *text <= '9'; text++) {
        unsigned digit = (unsigned)(*text - '0');
        if (*value > (most - digit) / 10)
            return NULL;
        *value = *value * 10 + digit;
    }
    return text;
}

static bool take_count(const struct reading *r, const char *key, const char *text, size_t length,
                       uint64_t least, uint64_t most, uint64_t *value)
{
    const char *behind = digits(text, length, most, value);
    if (length > 0 && behind == text + length && *value >= least)
        return true;
    complain(r->complaint, COMPLAINT_USAGE, "%s is a number from %" PRIu64 " to %" PRIu64 ", not '%.*s'", key,
             least, most, (int)length, text);
    return point(r, text);
}

/* "500ms", "10s", "5m", "1h", "1d": whole numbers of milliseconds at least. */
static bool take_duration(const struct reading *r, const char *text, size_t length, int64_t *ns)
{
    static const struct {
        const char *name;
        int64_t ns;
    } units[] = { { "ms", 1000000 },           { "s", TIME_SECOND },        { "m", 60 * TIME_SECOND },
                  { "min", 60 * TIME_SECOND }, { "h", 3600 * TIME_SECOND }, { "d", 86400 * TIME_SECOND } };
    uint64_t value = 0;
    const char *behind = digits(text, length, 100000, &value), *end = text + length;
    for (size_t i = 0; behind && behind > text && value > 0 && i < sizeof units / sizeof *units; i++) {
        if (same(behind, (size_t)(end - behind), units[i].name)) {
            *ns = (int64_t)value * units[i].ns;
            return true;
        }
    }
    complain(r->complaint, COMPLAINT_USAGE, "bin is a time as 500ms, 10s, 5m, 1h or 1d, not '%.*s'",
             (int)length, text);
    return point(r, text);
}

static bool take_value(const struct reading *r, enum key key, const char *text, size_t length)
{
    static const char *const units[] = { "bytes", "packets", "flows", "connections" };
    static const char *const sides[] = { "either", "src", "dst" };
    static const char *const ways[] = { "address", "net", "as" };
    static const char *const bases[TIMELINE_BASES] = { "flow", "export" };
    struct report_options *options = r->options;
    uint64_t number = 0;
    int word = 0;
    switch (key) {
    case KEY_UNIT:
        word = take_choice(r, "unit", text, length, units, 4);
        options->unit = word < 0 ? STATS_BYTES : (enum stats_unit)word;
        return word >= 0;
    case KEY_SIDE:
        word = take_choice(r, "side", text, length, sides, 3);
        options->side = word < 0 ? STATS_EITHER : (enum stats_side)word;
        return word >= 0;
    case KEY_BY:
        word = take_choice(r, "by", text, length, ways, 3);
        options->by = word < 0 ? STATS_ADDRESS : (enum stats_by)word;
        return word >= 0;
    case KEY_TOP:
        options->top_given = true;
        return take_count(r, "top", text, length, 0, UINT32_MAX, &options->top);
    case KEY_NET4:
    case KEY_NET6:
        if (!take_count(r, keys[key].name, text, length, 1, key == KEY_NET4 ? 32 : 128, &number))
            return false;
        *(key == KEY_NET4 ? &options->net4 : &options->net6) = (uint8_t)number;
        options->by = STATS_NET;
        return true;
    case KEY_TIME:
        word = take_choice(r, "time", text, length, bases, TIMELINE_BASES);
        options->base = word < 0 ? TIMELINE_FLOW_TIME : (enum timeline_base)word;
        return word >= 0;
    case KEY_BIN:
        return take_duration(r, text, length, &options->length);
    case KEY_BINS:
        if (!take_count(r, "bins", text, length, 1, TIMELINE_MOST, &number))
            return false;
        options->bins = (uint32_t)number;
        return true;
    }
    return true;
}

static bool complain_key(const struct reading *r, const char *text, size_t length)
{
    struct strbuf list = { 0 };
    for (size_t i = 0; i < KEYS; i++)
        if (keys[i].reports >> r->report & 1)
            strbuf_format(&list, "%s%s", list.length > 0 ? ", " : "", keys[i].name);
    if (list.length > 0)
        complain(r->complaint, COMPLAINT_USAGE, "-z %s has no key '%.*s'; it has %s", report_word(r->report),
                 (int)length, text, list.data);
    else
        complain(r->complaint, COMPLAINT_USAGE, "-z %s has no keys", report_word(r->report));
    strbuf_release(&list);
    return point(r, text);
}

/* "unit=packets" */
static bool take_key(const struct reading *r, const char *text, size_t length)
{
    const char *equals = memchr(text, '=', length);
    size_t name = equals ? (size_t)(equals - text) : length;
    for (size_t i = 0; i < KEYS; i++) {
        if (!(keys[i].reports >> r->report & 1) || !same(text, name, keys[i].name))
            continue;
        if (equals)
            return take_value(r, (enum key)i, equals + 1, length - name - 1);
        complain(r->complaint, COMPLAINT_USAGE, "%s needs a value: %s=...", keys[i].name, keys[i].name);
        return point(r, text);
    }
    return complain_key(r, text, name);
}

static bool take_report(struct reading *r, const char *text, size_t length)
{
    char word[32];
    for (size_t i = 0; i < REPORTS; i++) {
        if (same(text, length, words[i])) {
            r->report = (enum batch_report)(i + 1);
            return true;
        }
    }
    size_t copied = length < sizeof word ? length : sizeof word - 1;
    memcpy(word, text, copied);
    word[copied] = '\0';
    struct strbuf list = { 0 };
    const char *nearest = suggest_word(word, words, REPORTS);
    if (nearest)
        strbuf_format(&list, "did you mean '%s'?", nearest);
    else
        strbuf_format(&list, "give %s", words[0]);
    for (size_t i = 1; !nearest && i < REPORTS; i++)
        strbuf_format(&list, "%s%s", i + 1 == REPORTS ? " or " : ", ", words[i]);
    complain(r->complaint, COMPLAINT_USAGE, "unknown word '%s' for -z; %s", word, list.data);
    strbuf_release(&list);
    return point(r, text);
}

bool report_take(enum batch_report *report, struct report_options *options, const struct place *place,
                 struct complaint *complaint)
{
    struct reading r = { .options = options, .place = place, .complaint = complaint };
    const char *text = place->value;
    if (*report != BATCH_NO_REPORT) {
        complain(complaint, COMPLAINT_USAGE, "-z is given twice");
        return point(&r, text);
    }
    size_t length = strcspn(text, ",");
    if (!take_report(&r, text, length))
        return false;
    *report = r.report;
    for (text += length; *text == ','; text += length) {
        length = strcspn(++text, ",");
        if (!take_key(&r, text, length))
            return false;
    }
    return true;
}
