/* SPDX-License-Identifier: MIT */
/*
 * The command line, understood: argv in, a configuration or a complaint out.
 *
 *     struct config config;
 *     struct complaint complaint = { 0 };
 *     if (config_parse(&config, argc, argv, &complaint))
 *         ...config.action says what is wanted; output_settle() (output.h) what is put out, operands_settle()
 *         (operands.h) what is read...
 *     config_release(&config);
 *
 * Owner: whoever has the struct; argv is borrowed.
 */
#ifndef COMMAND_CONFIG_H
#define COMMAND_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "command/complaint.h"
#include "command/live_options.h"
#include "command/shape_options.h"
#include "command/words.h"
#include "view/batch/batch.h"

enum config_action { CONFIG_RUN, CONFIG_HELP, CONFIG_VERSION };

enum config_colour { CONFIG_COLOUR_AUTO, CONFIG_COLOUR_ALWAYS, CONFIG_COLOUR_NEVER };

struct config {
    enum config_action action;
    struct config_words files; /* captures to read, "-" is standard input */
    struct live_options live;
    struct config_words hosts;    /* hosts files */
    struct config_words operands; /* the capture filter, word by word, or what --hex decodes */
    const char *expression;       /* of -f */
    const char *expression_file;  /* of -F */
    char *filter;                 /* the capture filter, whichever way it was given; NULL: none */
    bool hex;
    uint8_t *hex_octets; /* of --hex */
    size_t hex_length;
    uint64_t max_packets; /* 0: all */
    enum batch_show show;
    bool show_given;
    bool json, csv, tree, octets, quiet, flush;
    struct shape_options shape;
    enum batch_report report; /* of -z */
    struct report_options report_options;
    const char *write; /* of -w; NULL: none */
    bool output;       /* some option says what to put out */
    bool text;         /* some option asks for text: no screen */
    bool tui;          /* a screen, or an error */
    bool ascii, no_mouse;
    enum config_colour colour;
    bool no_names;
    const char *name_letters; /* of -N; NULL: not given */
    struct naming {           /* which names these mean */
        bool hosts;           /* hosts files of the system, and DNS */
        bool services;
        bool answers; /* DNS answers in the capture */
    } naming;
    int name_wait;    /* ms */
    unsigned threads; /* 0: as many as are of use */
};

/* Reads options. Needs config_release() whatever it returns. */
bool config_parse(struct config *config, int argc, char *const argv[], struct complaint *complaint);

void config_release(struct config *config);

#endif
