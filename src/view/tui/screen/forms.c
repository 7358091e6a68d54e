/* SPDX-License-Identifier: MIT */
#include "view/tui/screen/forms.h"

#include <string.h>

static const char *const times[TIME_FORMS] = { "utc", "local", "relative", "delta" };
static const char *const units[UNIT_FORMS] = { "si", "iec", "exact" };
static const char *const answers[] = { "no", "yes" };

int forms_word(const char *word, const char *const *words, int count)
{
    for (int i = 0; i < count; i++)
        if (strcmp(word, words[i]) == 0)
            return i;
    return -1;
}

unsigned forms_set(struct app_forms *forms, const char *name, const char *value)
{
    static const char *const names[] = { "time", "units", "names", "mouse" };
    int which = forms_word(name, names, 4);
    int index = which == 0   ? forms_word(value, times, TIME_FORMS)
                : which == 1 ? forms_word(value, units, UNIT_FORMS)
                             : forms_word(value, answers, 2);
    if (which < 0 || index < 0)
        return 0;
    if (which == 0)
        forms->time = (enum time_form)index;
    else if (which == 1)
        forms->unit = (enum unit_form)index;
    else if (which == 2)
        forms->names = index;
    else
        forms->mouse = index;
    return 1u << which;
}

void forms_put(const struct app_forms *forms, enum form form, struct strbuf *out)
{
    switch (form) {
    case FORM_TIME:
        strbuf_format(out, "time %s", times[forms->time]);
        break;
    case FORM_UNITS:
        strbuf_format(out, "units %s", units[forms->unit]);
        break;
    case FORM_NAMES:
        strbuf_format(out, "names %s", answers[forms->names]);
        break;
    case FORM_MOUSE:
        strbuf_format(out, "mouse %s", answers[forms->mouse]);
        break;
    }
}
