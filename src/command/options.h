/* SPDX-License-Identifier: MIT */
/* The options of the command line as data: options.def, and what other programs call them. */
#ifndef COMMAND_OPTIONS_H
#define COMMAND_OPTIONS_H

#include <stdbool.h>
#include <stdio.h>

enum option_symbol {
#define HEADING(title)
#define OPTION(letter, name, argument, symbol, help) OPTION_##symbol,
#include "command/options.def"
#undef OPTION
#undef HEADING
    OPTION_COUNT_ALL
};

struct option_info {
    char letter;          /* 0: none */
    const char *name;     /* long one without dashes; NULL: none */
    const char *argument; /* NULL: takes none; "[...]": may be left out */
};

extern const struct option_info option_table[OPTION_COUNT_ALL];

/* How an option is called in messages, "--read" or "-c"; into `buffer`. */
const char *option_spelling(enum option_symbol symbol, char buffer[32]);

/*
 * A sentence for an option nobody knows, given as it was typed without "=value": how it is spelled here, or
 * "did you mean ...?"; "" where there is nothing to say. Into `buffer`.
 */
const char *option_hint(const char *typed, char buffer[96]);

void options_help(FILE *out);

#endif
