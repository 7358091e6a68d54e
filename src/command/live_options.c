/* SPDX-License-Identifier: MIT */
#include "command/live_options.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "capture/device.h"

#define SECONDS_MOST 1e9
#define MEMORY_LEAST ((size_t)16 << 20)

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
    complain(complaint, COMPLAINT_USAGE, "duration: takes a number of seconds above 0, not '%s'",
             place->value);
    return complain_value(complaint, place);
}

/* As tshark counts them: of 1000 octets. */
static bool take_kilobytes(const struct place *place, uint64_t *octets, struct complaint *complaint)
{
    uint64_t number = 0;
    if (!take_number(place, 1, UINT64_MAX / 1000, &number, complaint))
        return false;
    *octets = number * 1000;
    return true;
}

/* When something is to happen: "duration:60", "packets:100", "filesize:1000". NULL: it cannot be told in this way. */
struct limits {
    int64_t *time;
    uint64_t *packets, *octets;
    const char *help;
};

static bool take_limit(const struct limits *limits, const struct place *place, struct complaint *complaint)
{
    char spelling[32];
    const char *whole = place->value, *colon = strchr(whole, ':');
    struct place rest = { .option = colon ? whole : place->option,
                          .value = colon ? colon + 1 : whole,
                          .symbol = place->symbol };
    size_t length = colon ? (size_t)(colon - whole) : 0;
    if (length == 8 && strncmp(whole, "duration", length) == 0)
        return take_seconds(&rest, limits->time, complaint);
    if (limits->packets && length == 7 && strncmp(whole, "packets", length) == 0)
        return take_number(&rest, 1, UINT64_MAX, limits->packets, complaint);
    if (length == 8 && strncmp(whole, "filesize", length) == 0)
        return take_kilobytes(&rest, limits->octets, complaint);
    complain(complaint, COMPLAINT_USAGE, "%s takes %s, not '%s'", option_spelling(place->symbol, spelling),
             limits->help, whole);
    return complain_value(complaint, place);
}

static bool take_stop(struct live_options *options, const struct place *place, struct complaint *complaint)
{
    const struct limits limits = { .time = &options->max_time,
                                   .packets = &options->max_packets,
                                   .octets = &options->max_written,
                                   .help = "duration:SECONDS, packets:N or filesize:KB" };
    return take_limit(&limits, place, complaint);
}

static bool take_rotation(struct live_options *options, const struct place *place,
                          struct complaint *complaint)
{
    const struct limits limits = { .time = &options->rotate_time,
                                   .octets = &options->rotate_octets,
                                   .help = "duration:SECONDS or filesize:KB" };
    return take_limit(&limits, place, complaint);
}

static bool take_memory(struct live_options *options, const struct place *place, struct complaint *complaint)
{
    if (!take_size(place, &options->memory, complaint))
        return false;
    if (options->memory >= MEMORY_LEAST)
        return true;
    complain(complaint, COMPLAINT_USAGE, "--memory takes 16 MiB at least, not '%s'", place->value);
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
    case OPTION_ARCHIVE:
        return take_once(&options->archive, place, complaint);
    case OPTION_ROTATE:
        return take_rotation(options, place, complaint);
    case OPTION_NO_PROMISCUOUS:
        return options->no_promiscuous = true;
    case OPTION_SNAPLEN:
        return take_snaplen(options, place, complaint);
    case OPTION_BUFFER:
        return take_size(place, &options->buffer, complaint);
    case OPTION_MEMORY:
        return take_memory(options, place, complaint);
    case OPTION_LINK_TYPE:
        return take_once(&options->link_type, place, complaint);
    case OPTION_USER:
        return take_once(&options->user, place, complaint);
    case OPTION_LIST_INTERFACES:
        return options->list_interfaces = true;
    case OPTION_LIST_LINK_TYPES:
        return options->list_link_types = true;
    default:
        return true; /* there are no others */
    }
}

void live_options_release(struct live_options *options)
{
    free(options->interfaces.word);
    free(options->listens.word);
}
