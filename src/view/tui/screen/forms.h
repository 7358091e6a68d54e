/* SPDX-License-Identifier: MIT */
/* How things are shown: what the keys t, u, R and M change, and how the config and the state file write it. */
#ifndef VIEW_TUI_SCREEN_FORMS_H
#define VIEW_TUI_SCREEN_FORMS_H

#include <stdbool.h>

#include "base/strbuf.h"

/* TIME_FORM_DELTA: in lists since the row before, elsewhere as UTC. */
enum time_form { TIME_FORM_UTC, TIME_FORM_LOCAL, TIME_FORM_RELATIVE, TIME_FORM_DELTA, TIME_FORMS };
enum unit_form { UNIT_FORM_SI, UNIT_FORM_IEC, UNIT_FORM_EXACT, UNIT_FORMS };

struct app_forms {
    enum time_form time;
    enum unit_form unit;
    bool names; /* of hosts, instead of addresses */
    bool mouse; /* is ours, not the terminal's */
};

/* Bits: which of them. */
enum form { FORM_TIME = 1, FORM_UNITS = 2, FORM_NAMES = 4, FORM_MOUSE = 8 };
#define FORM_LAST FORM_MOUSE

/* Sets one by its name and value; returns which. 0: there is no such name, or it has no such value. */
unsigned forms_set(struct app_forms *forms, const char *name, const char *value);

/* Adds "time utc". */
void forms_put(const struct app_forms *forms, enum form form, struct strbuf *out);

/* The place of a word among others; -1: it is none of them. */
int forms_word(const char *word, const char *const *words, int count);

#endif
