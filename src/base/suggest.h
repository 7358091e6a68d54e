/* SPDX-License-Identifier: MIT */
/* "did you mean": the nearest of some words to one that was mistyped. */
#ifndef BASE_SUGGEST_H
#define BASE_SUGGEST_H

#include <stddef.h>

/* Insertions, removals, replacements and swaps of neighbours that make b of a (words up to 31 octets long). */
size_t suggest_distance(const char *a, const char *b);

/* The word nearest to `word`, or the first one it is the beginning of; NULL where none is near. */
const char *suggest_word(const char *word, const char *const *words, size_t count);

#endif
