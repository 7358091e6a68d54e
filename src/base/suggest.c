/* SPDX-License-Identifier: MIT */
#include "base/suggest.h"

#include <stdbool.h>
#include <string.h>

#define LONGEST 31

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Optimal string alignment, row by row: `row[2]` is the one in work. */
size_t suggest_distance(const char *a, const char *b)
{
    size_t a_length = strlen(a), b_length = strlen(b);
    if (a_length > LONGEST || b_length > LONGEST)
        return a_length + b_length;
    size_t row[3][LONGEST + 1] = { { 0 } };
    for (size_t j = 0; j <= b_length; j++)
        row[2][j] = j;
    for (size_t i = 1; i <= a_length; i++) {
        memcpy(row[0], row[1], sizeof row[0]);
        memcpy(row[1], row[2], sizeof row[1]);
        row[2][0] = i;
        for (size_t j = 1; j <= b_length; j++) {
            size_t change = row[1][j - 1] + (a[i - 1] != b[j - 1]);
            size_t one = smaller(row[1][j], row[2][j - 1]) + 1;
            row[2][j] = smaller(change, one);
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                row[2][j] = smaller(row[2][j], row[0][j - 2] + 1);
        }
    }
    return row[2][b_length];
}

const char *suggest_word(const char *word, const char *const *words, size_t count)
{
    size_t length = strlen(word);
    const char *nearest = NULL;
    size_t least = length < 4 ? 2 : length / 3 + 2; /* only what is nearer than that is meant */
    for (size_t i = 0; length > 0 && i < count; i++) {
        size_t distance = suggest_distance(word, words[i]);
        bool begun = nearest && distance == least && strncmp(word, words[i], length) == 0;
        if (distance < least || begun) { /* a word that is not whole yet rather than one that is mistyped */
            least = distance;
            nearest = words[i];
        }
    }
    for (size_t i = 0; !nearest && length >= 2 && i < count; i++) {
        if (strncmp(word, words[i], length) == 0)
            nearest = words[i];
    }
    return nearest;
}
