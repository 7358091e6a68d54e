/* SPDX-License-Identifier: MIT */
/* argv -> configuration -> one run that writes -> exit status (see nfscope(1)). */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <langinfo.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "command/complaint.h"
#include "command/config.h"
#include "command/flow_filter.h"
#include "command/live.h"
#include "command/naming.h"
#include "command/operands.h"
#include "command/options.h"
#include "command/output.h"
#include "command/write.h"
#include "view/batch/batch.h"
#include "view/tui/tui.h"

/*
 * Descriptors 0, 1 and 2 that the caller closed would be given to the first files opened. They get /dev/null,
 * the wrong way round, so that reading and writing still fails as it should.
 */
static void guard_standard_streams(void)
{
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
        if (fcntl(fd, F_GETFD) == -1 && errno == EBADF && open("/dev/null", fd ? O_RDONLY : O_WRONLY) != fd)
            _exit(COMPLAINT_USAGE);
    }
}

static void keep_reading(int signal_number)
{
    (void)signal_number;
}

static void on_signal(int signal_number, void (*handler)(int), int flags)
{
    struct sigaction action = { .sa_handler = handler, .sa_flags = flags };
    sigemptyset(&action.sa_mask);
    sigaction(signal_number, &action, NULL);
}

/*
 * In `tcpdump -w - | nfscope` Ctrl-C goes to both. The first one is for the program that captures: its end is
 * the end of our input, and what came is put out. A second one ends us.
 */
static void outlive_writer(const struct config *config)
{
    for (size_t i = 0; i < config->files.count; i++) {
        struct stat status;
        bool standard = strcmp(config->files.word[i], "-") == 0;
        if (standard && fstat(STDIN_FILENO, &status) == 0 && S_ISFIFO(status.st_mode))
            on_signal(SIGINT, keep_reading, SA_RESTART | (int)SA_RESETHAND);
    }
}

/* Flushes standard output; a reader that has gone is no failure. */
static int finish_output(void)
{
    if (fflush(stdout) == 0 || errno == EPIPE)
        return 0;
    fprintf(stderr, "nfscope: cannot write to standard output: %s\n", strerror(errno));
    return COMPLAINT_USAGE;
}

/* Files that cannot be opened are the caller's mistake; those that are no captures are bad input. */
static enum complaint_status status_of(const struct config *config, const struct capture_error *error)
{
    for (size_t i = 0; error->fault == CAPTURE_FILE && i < config->files.count; i++) {
        const char *path = config->files.word[i];
        struct stat status;
        if (strcmp(path, "-") != 0 &&
            (stat(path, &status) != 0 || S_ISDIR(status.st_mode) || access(path, R_OK) != 0))
            return COMPLAINT_USAGE;
    }
    return COMPLAINT_INPUT;
}

/* Why there is nothing to see, where there is nothing, or less than was sent to us. */
static void explain_nothing(const struct config *config, const struct batch_outcome *outcome)
{
    if (!config->quiet && config->live.listens.count > 0 && outcome->not_export > 0)
        fprintf(stderr, "nfscope: %" PRIu64 " datagram%s came that %s no export packet%s\n",
                outcome->not_export, outcome->not_export == 1 ? "" : "s",
                outcome->not_export == 1 ? "is" : "are", outcome->not_export == 1 ? "" : "s");
    if (config->quiet || outcome->exports > 0 || live_wanted(config))
        return;
    if (outcome->frames == 0)
        fprintf(stderr, "nfscope: %s\n",
                config->filter ? "no frame passed the capture filter" : "the capture holds no frames");
    else if (config->json || config->csv) /* text says so by itself */
        fprintf(stderr,
                "nfscope: no export packet in %" PRIu64
                " frame%s; export packets are NetFlow or IPFIX over UDP\n",
                outcome->frames, outcome->frames == 1 ? "" : "s");
}

/* Bars need a terminal, or a reader, that knows block characters. */
static struct report_options report_options_of(const struct config *config)
{
    struct report_options options = config->report_options;
    options.ascii = config->ascii || strcmp(nl_langinfo(CODESET), "UTF-8") != 0;
    return options;
}

static bool reads_standard_input(const struct config_words *inputs)
{
    for (size_t i = 0; i < inputs->count; i++)
        if (strcmp(inputs->word[i], "-") == 0)
            return true;
    return false;
}

static struct batch_config batch_config_of(const struct config *config, const struct config_words *inputs,
                                           struct names *names, struct filter *filter)
{
    return (struct batch_config) {
        .show = config->show,
        .report = config->report,
        .report_options = report_options_of(config),
        .json = config->json,
        .csv = config->csv,
        .choice = &config->shape.choice,
        .limit = config->shape.limit,
        .scaled = config->shape.scaled || keys_scaled(&config->shape.choice),
        .sorted = config->shape.sort != NULL,
        .descending = config->shape.descending,
        .sort = config->shape.sort_field,
        .min_packets = config->shape.min_packets,
        .clock = config->shape.clock,
        .filter = filter,
        .log = stderr,
        .tree = config->tree,
        .octets = config->octets,
        .quiet = config->quiet,
        .live = live_wanted(config) || (config->flush && reads_standard_input(inputs)),
        .flush = config->flush,
        .verbose = true,
        .out = stdout,
        .names = names,
        .name_wait = config->name_wait,
        .files = inputs->word,
        .file_count = inputs->count,
        .silent = (config->write || config->live.archive) && !config->output,
    };
}

#define THREADS_MOST 8 /* by default: who writes the output keeps no more of them busy */

static unsigned threads_of(const struct config *config)
{
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    if (config->threads)
        return config->threads;
    return processors < 2 ? 1 : processors < THREADS_MOST ? (unsigned)processors : THREADS_MOST;
}

/* The lesser of two limits, of which 0 is none. */
static uint64_t fewer(uint64_t a, uint64_t b)
{
    return a == 0 || (b > 0 && b < a) ? b : a;
}

static bool fail_to_open(const struct config *config, const struct capture_error *error,
                         struct complaint *complaint)
{
    if (live_wanted(config) && error->fault != CAPTURE_FILE)
        return live_complain(error, complaint);
    return complain(complaint, status_of(config, error), "%s", error->text);
}

static struct session_config session_config_of(const struct config *config)
{
    return (struct session_config) {
        .capture = { .files = config->files.word,
                     .file_count = config->files.count,
                     .filter = config->filter,
                     .read_ahead = threads_of(config) > 1 },
        .hex = config->hex_octets,
        .hex_length = config->hex_length,
        .threads = threads_of(config),
        .max_packets = fewer(config->max_packets, config->live.max_packets),
    };
}

/* A screen where somebody looks at one, unless text was asked for. */
static bool wants_screen(const struct config *config)
{
    char why[256];
    return config->tui || (!config->text && !config->write && !config->live.archive &&
                           isatty(STDOUT_FILENO) && tui_possible(why));
}

static int judge_screen(const struct config *config, enum tui_result result,
                        const struct capture_error *error, const char *message, struct complaint *complaint)
{
    switch (result) {
    case TUI_NO_INPUT:
        (void)fail_to_open(config, error, complaint);
        return complaint->status;
    case TUI_NO_TERMINAL:
        complain(complaint, COMPLAINT_USAGE, "%s", message);
        return complaint->status;
    case TUI_CUT:
        complain(complaint, COMPLAINT_INPUT, "%s", message);
        return complaint->status;
    case TUI_HANGING:
    case TUI_DONE:
        break;
    }
    return 0;
}

static int run_screen(const struct config *config, struct live *live, struct names *names,
                      struct complaint *complaint)
{
    struct tui_config screen = { .colour = (enum tui_colour)config->colour,
                                 .ascii = config->ascii,
                                 .no_mouse = config->no_mouse,
                                 .names = names,
                                 .names_wanted = config->name_letters || config->hosts.count > 0,
                                 .files = live->inputs.word,
                                 .file_count = live->inputs.count,
                                 .interface_count = config->live.interfaces.count,
                                 .live_count = config->live.interfaces.count + config->live.listens.count,
                                 .capture_filter = config->filter,
                                 .recorded = config->write || config->live.archive,
                                 .filter = config->shape.flow_filter,
                                 .threads = threads_of(config) };
    struct filter *filter; /* the screen parses it again, but here is where a mistake is told of */
    if (!flow_filter_make(config, names, &filter, complaint))
        return complaint->status;
    filter_free(filter);
    struct session_config session = session_config_of(config);
    naming_configure(config, names, &session);
    struct writing writing = { .filter = NULL };
    if (!writing_begin(&writing, config, complaint))
        return complaint->status;
    writing_configure(&writing, &session);
    live->archiving.silent = true;
    live_configure(live, &session);
    struct capture_error error = { .fault = CAPTURE_FILE };
    char message[1024];
    enum tui_result result = tui_run(&screen, &session, &error, message);
    if (result == TUI_HANGING) { /* a thread still waits for input: nothing may be taken from under it */
        writing_flush(&writing);
        _exit(0);
    }
    if (result == TUI_NO_INPUT || result == TUI_NO_TERMINAL)
        writing_drop(&writing);
    int written = writing_end(&writing, complaint);
    int status = judge_screen(config, result, &error, message, complaint);
    return written ? written : status;
}

/* What the run's own output came to. */
static int judge(const struct config *config, const struct batch_outcome *outcome,
                 struct complaint *complaint)
{
    switch (outcome->result) {
    case BATCH_CLOSED:
        return 0;
    case BATCH_FAILED:
        complain(complaint, COMPLAINT_USAGE, "%s", outcome->message);
        return COMPLAINT_USAGE;
    case BATCH_CUT:
    case BATCH_DONE:
        break;
    }
    int status = finish_output();
    if (outcome->result == BATCH_CUT) {
        complain(complaint, COMPLAINT_INPUT, "%s", outcome->message);
        return COMPLAINT_INPUT;
    }
    explain_nothing(config, outcome);
    return status;
}

static int run_batch(const struct config *config, struct live *live, struct batch_config *batch,
                     struct complaint *complaint)
{
    struct session_config session = session_config_of(config);
    naming_configure(config, batch->names, &session);
    struct writing writing = { .inputs = &live->inputs, .filter = batch->filter, .threads = session.threads };
    if (!writing_begin(&writing, config, complaint))
        return complaint->status;
    writing_configure(&writing, &session);
    live_configure(live, &session);
    batch->finished = writing_excerpt;
    batch->finished_user = &writing;
    if (batch->silent)
        batch->filter = NULL; /* of what is shown */
    struct batch_outcome outcome = { .result = BATCH_DONE };
    struct capture_error error = { .fault = CAPTURE_FILE };
    if (!batch_run(batch, &session, &outcome, &error)) {
        writing_drop(&writing);
        (void)fail_to_open(config, &error, complaint);
        return complaint->status;
    }
    int written = writing_report(&writing, outcome.exports, complaint);
    int status = judge(config, &outcome, complaint);
    return written ? written : status;
}

static int run(const struct config *config, struct live *live, struct names *names,
               struct complaint *complaint)
{
    struct filter *filter;
    if (!flow_filter_make(config, names, &filter, complaint))
        return complaint->status;
    struct batch_config batch = batch_config_of(config, &live->inputs, names, filter);
    int status = run_batch(config, live, &batch, complaint);
    filter_free(filter);
    return status;
}

static int run_with_names(const struct config *config, struct live *live, struct complaint *complaint)
{
    struct names *names = naming_new(config, complaint);
    if (!names && complaint->status != COMPLAINT_NONE)
        return complaint->status;
    int status = wants_screen(config) ? run_screen(config, live, names, complaint)
                                      : run(config, live, names, complaint);
    names_free(names);
    return status;
}

static int act(struct config *config, struct complaint *complaint)
{
    switch (config->action) {
    case CONFIG_HELP:
        options_help(stdout);
        return finish_output();
    case CONFIG_VERSION:
        puts("nfscope " NFSCOPE_VERSION);
        return finish_output();
    case CONFIG_RUN:
        break;
    }
    if (!naming_settle(config, complaint) || !output_settle(config, complaint))
        return complaint->status;
    if (config->live.list_interfaces)
        return live_list_interfaces(stdout, complaint) ? finish_output() : complaint->status;
    if (config->live.list_link_types)
        return live_list_link_types(stdout, config, complaint) ? finish_output() : complaint->status;
    if (!operands_settle(config, operands_stdin_readable(), complaint))
        return complaint->status;
    outlive_writer(config);
    struct live live;
    live_begin(&live, config, wants_screen(config));
    int status;
    if (archiving_begin(&live.archiving, config, complaint)) {
        status = run_with_names(config, &live, complaint);
        int archived = archiving_end(&live.archiving);
        status = status ? status : archived;
    } else {
        status = complaint->status;
    }
    live_release(&live);
    return status;
}

int main(int argc, char *argv[])
{
    struct config config;
    struct complaint complaint = { .status = COMPLAINT_NONE };
    guard_standard_streams();
    setlocale(LC_CTYPE, "");
    on_signal(SIGPIPE, SIG_IGN, 0);
    int status = config_parse(&config, argc, argv, &complaint) ? act(&config, &complaint) : complaint.status;
    if (complaint.text.length > 0)
        fputs(complaint.text.data, stderr);
    complaint_release(&complaint);
    config_release(&config);
    return status;
}
