/* SPDX-License-Identifier: MIT */
#include "command/take.h"

#include <inttypes.h>
#include <string.h>

#include "base/strbuf.h"
#include "base/suggest.h"

bool complain_value(struct complaint *complaint, const struct place *place)
{
    struct strbuf line = { 0 };
    size_t length = strlen(place->option);
    size_t at = place->value >= place->option && place->value <= place->option + length
                    ? (size_t)(place->value - place->option)
                    : length + 1;
    strbuf_text(&line, place->option);
    if (at > length) {
        strbuf_char(&line, ' ');
        strbuf_text(&line, place->value);
    }
    complain_at(complaint, line.data, line.length, at);
    strbuf_release(&line);
    return false;
}

int take_word(const struct place *place, const char *const *words, size_t count, struct complaint *complaint)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(place->value, words[i]) == 0)
            return (int)i;
    }
    char spelling[32];
    struct strbuf hint = { 0 };
    const char *nearest = suggest_word(place->value, words, count);
    strbuf_text(&hint, nearest ? "did you mean '" : "give ");
    if (nearest)
        strbuf_format(&hint, "%s'?", nearest);
    for (size_t i = 0; !nearest && i < count; i++)
        strbuf_format(&hint, "%s%s", i == 0 ? "" : i + 1 == count ? " or " : ", ", words[i]);
    complain(complaint, COMPLAINT_USAGE, "unknown word '%s' for %s; %s", place->value,
             option_spelling(place->symbol, spelling), hint.data);
    strbuf_release(&hint);
    complain_value(complaint, place);
    return -1;
}

bool take_number(const struct place *place, uint64_t least, uint64_t most, uint64_t *number,
                 struct complaint *complaint)
{
    uint64_t value = 0;
    bool fine = *place->value != '\0';
    for (const char *c = place->value; fine && *c; c++) {
        unsigned digit = (unsigned)(*c - '0');
        fine = digit <= 9 && value <= (most - digit) / 10;
        value = value * 10 + digit;
    }
    if (fine && value >= least) {
        *number = value;
        return true;
    }
    char spelling[32];
    option_spelling(place->symbol, spelling);
    if (most == UINT64_MAX)
        complain(complaint, COMPLAINT_USAGE, "%s takes a number, %" PRIu64 " or more, not '%s'", spelling,
                 least, place->value);
    else
        complain(complaint, COMPLAINT_USAGE, "%s takes a number from %" PRIu64 " to %" PRIu64 ", not '%s'",
                 spelling, least, most, place->value);
    return complain_value(complaint, place);
}

bool take_once(const char **slot, const struct place *place, struct complaint *complaint)
{
    if (!*slot) {
        *slot = place->value;
        return true;
    }
    char spelling[32];
    complain(complaint, COMPLAINT_USAGE, "%s is given twice", option_spelling(place->symbol, spelling));
    return complain_value(complaint, place);
}
