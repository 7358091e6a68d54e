/* SPDX-License-Identifier: MIT */
#include "command/words.h"

#include "base/alloc.h"

void config_add(struct config_words *words, const char *word)
{
    words->word = alloc_grow(words->word, words->count, &words->capacity, sizeof *words->word);
    words->word[words->count++] = word;
}
