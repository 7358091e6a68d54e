/* SPDX-License-Identifier: MIT */
#include "command/shape_options.h"

#include <stdlib.h>

/* In the order of enum clock_form. */
static bool take_clock(struct shape_options *options, const struct place *place, struct complaint *complaint)
{
    static const char *const forms[] = { "a", "ad", "r", "e", "d", "u", "ud" };
    int word = take_word(place, forms, sizeof forms / sizeof *forms, complaint);
    if (word < 0)
        return false;
    options->clock_word = place->value;
    options->clock = (enum clock_form)(CLOCK_ABSOLUTE + word);
    return true;
}

bool shape_options_take(struct shape_options *options, const struct place *place, struct complaint *complaint)
{
    switch (place->symbol) {
    case OPTION_FIELD:
        config_add(&options->fields, place->value);
        return true;
    case OPTION_FLOW_FILTER:
        return take_once(&options->flow_filter, place, complaint);
    case OPTION_MATCH_HOST:
        return take_once(&options->match_host, place, complaint);
    case OPTION_SORT:
        return take_once(&options->sort, place, complaint);
    case OPTION_LIMIT:
        return take_number(place, 1, UINT64_MAX, &options->limit, complaint);
    case OPTION_MIN_PACKETS:
        return take_number(place, 0, UINT64_MAX, &options->min_packets, complaint);
    case OPTION_SCALED:
        return options->scaled = true;
    case OPTION_TIME:
        return take_clock(options, place, complaint);
    case OPTION_UTC:
        return options->utc = true;
    default:
        return true;
    }
}

void shape_options_release(struct shape_options *options)
{
    free(options->fields.word);
    keys_release(&options->choice);
    free(options->matching);
}
