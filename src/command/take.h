/* SPDX-License-Identifier: MIT */
/* Values of options: taken, or complained of. Only the files that read options use it. */
#ifndef COMMAND_TAKE_H
#define COMMAND_TAKE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "command/complaint.h"
#include "command/options.h"

/* Where an argument stands that is being looked at. */
struct place {
    const char *option; /* as typed: "--show", "--show=flows", "-qT" */
    const char *value;  /* of the option; NULL: none */
    enum option_symbol symbol;
};

/* Adds the argument and its value as they were typed, the caret under the value. Always false. */
bool complain_value(struct complaint *complaint, const struct place *place);

/* A number from `least` to `most`, plain decimal. */
bool take_number(const struct place *place, uint64_t least, uint64_t most, uint64_t *number,
                 struct complaint *complaint);

/* A word out of a list: its index, or -1 and a complaint. */
int take_word(const struct place *place, const char *const *words, size_t count, struct complaint *complaint);

/* A value that may be given once. */
bool take_once(const char **slot, const struct place *place, struct complaint *complaint);

#endif
