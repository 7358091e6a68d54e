/* SPDX-License-Identifier: MIT */
/* Live input from the command's side: signals, what is said when it begins and ends, and what may go wrong. */
#ifndef COMMAND_LIVE_H
#define COMMAND_LIVE_H

#include <stdbool.h>
#include <stdio.h>

#include "capture/capture.h"
#include "command/archiving.h"
#include "command/complaint.h"
#include "command/config.h"

/* A run of live input; all-zero at first. */
struct live {
    const struct config *config;
    bool silent; /* the screen says it all */
    int signals; /* signalfd; 0: none */
    struct archiving archiving;
    uint64_t forgotten, forgotten_flows; /* packets and flows that --memory had no room for */
    struct config_words inputs;          /* names of all inputs, as the capture numbers them */
};

/* Whether the configuration's input comes as it is sent or written. */
bool live_wanted(const struct config *config);

/*
 * From now on SIGINT and SIGTERM stop live input instead of the program, unless there is a `screen`, which has its own way
 * with signals and says itself what is to be said. To be called before any thread is made.
 */
void live_begin(struct live *live, const struct config *config, bool screen);

void live_release(struct live *live);

/* Fills in what the options of live input are about. `live` stays until the run is freed. */
void live_configure(struct live *live, struct session_config *session);

/* Adds what helps with an error of live input: other spellings, setcap. Always false. */
bool live_complain(const struct capture_error *error, struct complaint *complaint);

/* -D and -L: writes the list. False: the complaint says why not. */
bool live_list_interfaces(FILE *out, struct complaint *complaint);
bool live_list_link_types(FILE *out, const struct config *config, struct complaint *complaint);

#endif
