/* SPDX-License-Identifier: MIT */
#include "command/live.h"

#include <inttypes.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/suggest.h"
#include "base/time.h"
#include "capture/device.h"
#include "command/privileges.h"
#include "view/format.h"

#define IDLE_MS 100

bool live_wanted(const struct config *config)
{
    return live_options_given(&config->live) || config->live.follow;
}

static void add_inputs(struct live *live, const struct config_words *words)
{
    for (size_t i = 0; i < words->count; i++)
        config_add(&live->inputs, words->word[i]);
}

static void say_forgotten(const struct live *live)
{
    struct strbuf line = { 0 };
    format_count(&line, live->forgotten, "packet");
    strbuf_text(&line, " with ");
    format_count(&line, live->forgotten_flows, "flow");
    fprintf(stderr, "nfscope: %s %s let go, as memory was full\n", line.data,
            live->forgotten == 1 ? "was" : "were");
    strbuf_release(&line);
}

void live_release(struct live *live)
{
    if (live->forgotten > 0 && !live->silent)
        say_forgotten(live);
    free(live->inputs.word);
    if (live->signals > 0)
        (void)close(live->signals);
}

void live_begin(struct live *live, const struct config *config, bool screen)
{
    static const int signals[] = { SIGINT, SIGTERM, SIGHUP };
    sigset_t set;
    *live = (struct live) { .config = config, .silent = screen };
    add_inputs(live, &config->files);
    add_inputs(live, &config->live.interfaces);
    add_inputs(live, &config->live.listens);
    if (!live_wanted(config) || screen)
        return;
    sigemptyset(&set);
    for (size_t i = 0; i < sizeof signals / sizeof *signals; i++) {
        struct sigaction now; /* nohup and background jobs of a shell have some ignored */
        if (sigaction(signals[i], NULL, &now) == 0 && now.sa_handler != SIG_IGN)
            sigaddset(&set, signals[i]);
    }
    sigprocmask(SIG_BLOCK, &set, NULL);
    live->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

/* A line on stderr that begins with the program's name. */
static void say(struct strbuf *line)
{
    fprintf(stderr, "nfscope: %s\n", line->data);
    strbuf_clear(line);
}

static bool opened(void *user, struct capture *cap, struct capture_error *error)
{
    const struct live *live = user;
    const struct config *config = live->config;
    struct strbuf line = { 0 };
    if (!privileges_drop(config->live.user, error->text, sizeof error->text)) {
        error->fault = CAPTURE_REFUSED;
        return false;
    }
    if (!live_wanted(config)) /* files: there are no more rights than these */
        return true;
    for (size_t i = 0; !config->quiet && !live->silent && i < capture_input_count(cap); i++) {
        capture_describe(cap, i, &line);
        if (line.length > 0)
            say(&line);
    }
    if (!config->quiet && !live->silent)
        fputs("nfscope: waiting for export packets (NetFlow, IPFIX) until Ctrl-C\n", stderr);
    strbuf_release(&line);
    return true;
}

/* What came, and what got lost on the way to us: that is said whatever else is quiet. */
static void closing(void *user, struct capture *cap)
{
    const struct live *live = user;
    struct strbuf line = { 0 };
    for (size_t i = 0; !live->silent && i < capture_input_count(cap); i++) {
        struct capture_counts counts = capture_counts(cap, i);
        uint64_t dropped = counts.dropped + counts.dropped_interface;
        if (!counts.live || (live->config->quiet && dropped == 0))
            continue;
        strbuf_clean(&line, counts.name, strlen(counts.name));
        strbuf_text(&line, ": ");
        format_count(&line, counts.received, "packet");
        strbuf_format(&line, " received, %" PRIu64 " dropped by the kernel", counts.dropped);
        if (i < live->config->live.interfaces.count)
            strbuf_format(&line, ", %" PRIu64 " by the interface", counts.dropped_interface);
        if (counts.dropped > 0)
            strbuf_text(&line, " (a larger buffer is -B)");
        say(&line);
    }
    strbuf_release(&line);
}

/* Said when it happens first; how much it came to in the end, at the end. */
static void forgot(void *user, const struct session *run)
{
    struct live *live = user;
    if (live->forgotten == 0 && !live->silent)
        fputs("nfscope: memory is full (--memory): the oldest packets are let go, and counted\n", stderr);
    live->forgotten = session_counts(run)->forgotten;
    live->forgotten_flows = session_counts(run)->forgotten_flows;
}

/* Where tests let live input begin; 0: its times are true. See tests/live/goldens.py. */
static int64_t test_clock(void)
{
    const char *seconds = getenv("NFSCOPE_TEST_CLOCK");
    int64_t ns = 0;
    if (seconds && !time_from_seconds(strtoull(seconds, NULL, 10), &ns))
        return 0;
    return ns;
}

void live_configure(struct live *live, struct session_config *session)
{
    const struct config *config = live->config;
    struct capture_config *capture = &session->capture;
    session->max_time = config->live.max_time;
    session->max_written = config->live.max_written;
    session->archive = live->archiving.archive;
    session->memory = config->live.memory;
    session->forgot = forgot;
    session->forgot_user = live;
    if (live_wanted(config) || config->live.user)
        capture->opened = opened;
    capture->user = live;
    if (!live_wanted(config))
        return;
    capture->interfaces = config->live.interfaces.word;
    capture->interface_count = config->live.interfaces.count;
    capture->listens = config->live.listens.word;
    capture->listen_count = config->live.listens.count;
    capture->follow = config->live.follow;
    capture->no_promiscuous = config->live.no_promiscuous;
    capture->snaplen = (uint32_t)config->live.snaplen;
    capture->link_type = config->live.link_type;
    capture->buffer = config->live.buffer;
    capture->idle = IDLE_MS;
    capture->signals = live->signals;
    capture->count_hangups = config->live.archive != NULL;
    capture->closing = closing;
    capture->test_clock = test_clock();
}

/* Names of interfaces. */
struct interface_names {
    char **name;
    size_t count, capacity;
};

static void note_name(void *user, unsigned number, const char *name, const char *description,
                      const char *state)
{
    (void)number, (void)description, (void)state;
    struct interface_names *names = user;
    names->name = alloc_grow(names->name, names->count, &names->capacity, sizeof *names->name);
    names->name[names->count++] = alloc_text(name);
}

static void complain_interface(const struct capture_error *error, struct complaint *complaint)
{
    struct interface_names names = { 0 };
    char reason[CAPTURE_ERROR];
    const char *nearest = NULL;
    if (device_list(note_name, &names, reason))
        nearest = suggest_word(error->culprit, (const char *const *)names.name, names.count);
    if (nearest)
        complain(complaint, COMPLAINT_USAGE, "%s; did you mean '%s'?", error->text, nearest);
    else
        complain(complaint, COMPLAINT_USAGE, "%s%s", error->text,
                 strstr(error->text, "-D") ? "" : "; -D lists those there are");
    for (size_t i = 0; i < names.count; i++)
        free(names.name[i]);
    free(names.name);
}

bool live_complain(const struct capture_error *error, struct complaint *complaint)
{
    char advice[CAPTURE_ERROR + 64];
    switch (error->fault) {
    case CAPTURE_INTERFACE:
        complain_interface(error, complaint);
        break;
    case CAPTURE_FORBIDDEN:
        privileges_advice(advice, sizeof advice);
        complain(complaint, COMPLAINT_USAGE, "%s%s%s", error->text, *advice ? "; " : "", advice);
        break;
    case CAPTURE_FILTER:
        complain(complaint, COMPLAINT_INPUT, "%s", error->text);
        break;
    case CAPTURE_FILE:
    case CAPTURE_LINK_TYPE:
    case CAPTURE_LISTEN:
    case CAPTURE_REFUSED:
        complain(complaint, COMPLAINT_USAGE, "%s", error->text);
        break;
    }
    if (error->culprit && (error->fault == CAPTURE_INTERFACE || error->fault == CAPTURE_LISTEN))
        complain_at(complaint, error->culprit, strlen(error->culprit), 0);
    return false;
}

static void write_interface(void *user, unsigned number, const char *name, const char *description,
                            const char *state)
{
    struct strbuf line = { 0 };
    strbuf_format(&line, "%u. ", number);
    strbuf_clean(&line, name, strlen(name));
    if (*description) {
        strbuf_text(&line, " (");
        strbuf_clean(&line, description, strlen(description));
        strbuf_char(&line, ')');
    }
    fprintf(user, "%s [%s]\n", line.data, state);
    strbuf_release(&line);
}

bool live_list_interfaces(FILE *out, struct complaint *complaint)
{
    char error[CAPTURE_ERROR];
    return device_list(write_interface, out, error) || complain(complaint, COMPLAINT_USAGE, "%s", error);
}

static void write_link_type(void *user, const char *name, const char *description)
{
    fprintf(user, "  %s (%s)\n", name, description ? description : "no description");
}

bool live_list_link_types(FILE *out, const struct config *config, struct complaint *complaint)
{
    static const enum capture_fault faults[] = { [DEVICE_UNKNOWN] = CAPTURE_INTERFACE,
                                                 [DEVICE_FORBIDDEN] = CAPTURE_FORBIDDEN,
                                                 [DEVICE_FAILED] = CAPTURE_REFUSED };
    if (config->live.interfaces.count == 0)
        return complain(complaint, COMPLAINT_USAGE,
                        "-L lists the link types of an interface; give one with -i");
    for (size_t i = 0; i < config->live.interfaces.count; i++) {
        struct capture_error error = { .culprit = config->live.interfaces.word[i] };
        const struct device_config device = { .name = error.culprit,
                                              .no_promiscuous = true,
                                              .buffer = CAPTURE_BUFFER };
        fprintf(out, "link types of %s, for -y:\n", error.culprit);
        enum device_fault fault = device_link_types(&device, write_link_type, out, error.text);
        if (fault == DEVICE_FINE)
            continue;
        error.fault = faults[fault];
        return live_complain(&error, complaint);
    }
    return true;
}
