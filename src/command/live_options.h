/* SPDX-License-Identifier: MIT */
/* Options of live input. */
#ifndef COMMAND_LIVE_OPTIONS_H
#define COMMAND_LIVE_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "command/complaint.h"
#include "command/take.h"
#include "command/words.h"

struct live_options {
    struct config_words interfaces; /* to capture from */
    struct config_words listens;    /* where to receive */
    bool follow, no_promiscuous;
    bool list_interfaces, list_link_types; /* instead of a run */
    uint64_t snaplen;                      /* 0: all */
    size_t buffer;                         /* octets; 0: by default */
    size_t memory;                         /* octets; 0: no bound */
    const char *link_type;                 /* NULL: the interface's first */
    const char *user;                      /* to become; NULL: nobody else */
    int64_t max_time;                      /* ns; 0: no end */
    uint64_t max_packets;                  /* of -a; 0: no end */
    uint64_t max_written;                  /* octets of -w; 0: no end */
    const char *archive;                   /* NULL: none */
    uint64_t rotate_octets;                /* 0: never */
    int64_t rotate_time;                   /* ns; 0: never */
};

/* Takes an option that is one of live input. False: the complaint says what is wrong with its value. */
bool live_options_take(struct live_options *options, const struct place *place, struct complaint *complaint);

/* An interface or a port is given. */
static inline bool live_options_given(const struct live_options *options)
{
    return options->interfaces.count + options->listens.count > 0;
}

void live_options_release(struct live_options *options);

#endif
