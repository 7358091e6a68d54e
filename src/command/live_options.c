/* SPDX-License-Identifier: MIT */
#include "command/live_options.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "capture/device.h"

#define SECONDS_MOST 1e9

#define MIB ((uint64_t)1 << 20)

/* A number of MiB, or what its suffix says. */
static bool take_size(const struct place *place, size_t *octets, struct complaint *complaint)
{
    static const struct {
        const char *suffix;
        uint64_t unit;
    } units[] = { { "", MIB }, { "k", MIB >> 10 }, { "m", MIB }, { "g", MIB << 10 } };
    char spelling[32];
    const char *suffix = place->value + strspn(place->value, "0123456789");
    uint64_t number = suffix > place->value ? strtoull(place->value, NULL, 10) : 0;
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        if (strcasecmp(suffix, units[i].suffix) != 0 || number == 0 || number > SIZE_MAX / units[i].unit)
            continue;
        *octets = (size_t)(number * units[i].unit);
        return true;
    }
    complain(complaint, COMPLAINT_USAGE, "%s takes a number of MiB, or one with K, M or G, not '%s'",
             option_spelling(place->symbol, spelling), place->value);
    return complain_value(complaint, place);
}

/* Seconds, decimals included. */
static bool take_seconds(const struct place *place, int64_t *ns, struct complaint *complaint)
{
    char *end;
    double seconds = strtod(place->value, &end);
    if (*place->value >= '0' && *place->value <= '9' && *end == '\0' && seconds > 0 &&
        seconds <= SECONDS_MOST) {
        *ns = (int64_t)(seconds * 1e9);
        return true;
    }
    complain(complaint, COMPLAINT_USAGE, "-a duration: takes a number of seconds, not '%s'", place->value);
    return complain_value(complaint, place);
}

static bool take_stop(struct live_options *options, const struct place *place, struct complaint *complaint)
{
    static const char *const words[] = { "duration", "packets" };
    const char *whole = place->value, *colon = strchr(whole, ':');
    struct place rest = { .option = colon ? whole : place->option,
                          .value = colon ? colon + 1 : whole,
                          .symbol = place->symbol };
    size_t length = colon ? (size_t)(colon - whole) : 0;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (length != strlen(words[i]) || strncmp(whole, words[i], length) != 0)
            continue;
        return i == 0 ? take_seconds(&rest, &options->max_time, complaint)
                      : take_number(&rest, 1, UINT64_MAX, &options->max_packets, complaint);
    }
    complain(complaint, COMPLAINT_USAGE, "-a takes duration:SECONDS or packets:N, not '%s'", whole);
    return complain_value(complaint, place);
}

/* "-show" is a long option that lacks a dash rather than -s. */
static bool take_snaplen(struct live_options *options, const struct place *place, struct complaint *complaint)
{
    char hint[96];
    size_t length = strlen(place->option);
    if (place->value == place->option + 2 && *option_hint(place->option, hint)) {
        complain(complaint, COMPLAINT_USAGE, "unknown option '%s'; %s", place->option, hint);
        return complain_at(complaint, place->option, length, 0);
    }
    return take_number(place, 0, DEVICE_SNAPLEN, &options->snaplen, complaint);
}

bool live_options_take(struct live_options *options, const struct place *place, struct complaint *complaint)
{
    switch (place->symbol) {
    case OPTION_INTERFACE:
        config_add(&options->interfaces, place->value);
        return true;
    case OPTION_LISTEN:
        config_add(&options->listens, place->value);
        return true;
    case OPTION_FOLLOW:
        return options->follow = true;
    case OPTION_AUTOSTOP:
        return take_stop(options, place, complaint);
    case OPTION_NO_PROMISCUOUS:
        return options->no_promiscuous = true;
    case OPTION_SNAPLEN:
        return take_snaplen(options, place, complaint);
    case OPTION_BUFFER:
        return take_size(place, &options->buffer, complaint);
    case OPTION_LINK_TYPE:
        return take_once(&options->link_type, place, complaint);
    case OPTION_USER:
        return take_once(&options->user, place, complaint);
    case OPTION_LIST_INTERFACES:
        return options->list_interfaces = true;
    case OPTION_LIST_LINK_TYPES:
        return options->list_link_types = true;
    default:
        return true; /* not ours */
    }
}

void live_options_release(struct live_options *options)
{
    free(options->interfaces.word);
    free(options->listens.word);
}
