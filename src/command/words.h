/* SPDX-License-Identifier: MIT */
/* Lists of words of the command line, which are borrowed. Owner: whoever has the struct; free(words.word). */
#ifndef COMMAND_WORDS_H
#define COMMAND_WORDS_H

#include <stddef.h>

struct config_words {
    const char **word;
    size_t count, capacity;
};

void config_add(struct config_words *words, const char *word);

#endif
