/* SPDX-License-Identifier: MIT */
#include "view/batch/batch.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "view/batch/run.h"
#include "view/format.h"

#define PIECE       ((size_t)256 << 10) /* octets written at once */
#define PIPE_OCTETS (1 << 20)
#define HOLD_LIVE   INT64_C(1000000000) /* ns that live output is held for a template */

static const struct show *const shows[BATCH_SHOW_COUNT] = {
    [BATCH_CONNECTIONS] = &show_connections, [BATCH_FLOWS] = &show_flows,
    [BATCH_RECORDS] = &show_records,         [BATCH_PACKETS] = &show_packets,
    [BATCH_TEMPLATES] = &show_templates,     [BATCH_EXPORTERS] = &show_exporters,
    [BATCH_DIAGNOSTICS] = &show_diagnostics,
};

static const struct show *const reports[BATCH_REPORT_END] = {
    [BATCH_REPORT_TALKERS] = &show_groups,     [BATCH_REPORT_PORTS] = &show_groups,
    [BATCH_REPORT_PROTOCOLS] = &show_groups,   [BATCH_REPORT_APPLICATIONS] = &show_groups,
    [BATCH_REPORT_BY_EXPORTER] = &show_groups, [BATCH_REPORT_INTERFACES] = &show_groups,
    [BATCH_REPORT_TIMELINE] = &show_timeline,  [BATCH_REPORT_HEALTH] = &show_health,
};

/* Cuts text where --limit ends it. */
static void count_lines(struct batch *b, struct strbuf *text)
{
    const char *at = text->data, *end = at + text->length;
    while (b->lines < b->config->limit && at < end && (at = memchr(at, '\n', (size_t)(end - at)))) {
        b->lines++;
        at++;
    }
    if (b->lines < b->config->limit)
        return;
    b->full = true;
    text->length = at ? (size_t)(at - text->data) : 0;
}

/* Lines as they are wanted. */
static struct strbuf *shape_text(struct batch *b, struct strbuf *text)
{
    if (b->config->limit && b->counted && text->length > 0)
        count_lines(b, text);
    if (!b->shape || b->shaped)
        return text;
    shape_lines(b->shape, text->data, text->length, &b->shaped_text);
    strbuf_clear(text);
    return &b->shaped_text;
}

/* Writes what there is; a signal may cut a write short without anything being wrong. */
static void write_text(struct batch *b, struct strbuf *text)
{
    size_t done = 0;
    while (done < text->length && !b->error) {
        errno = 0;
        done += fwrite(text->data + done, 1, text->length - done, b->config->out);
        if (done == text->length)
            break;
        if (errno == EINTR)
            clearerr(b->config->out);
        else
            b->error = errno ? errno : EIO;
    }
    while (!b->error && fflush(b->config->out) != 0) {
        if (errno == EINTR)
            clearerr(b->config->out);
        else
            b->error = errno ? errno : EIO;
    }
    strbuf_clear(text);
}

static void write_out(struct batch *b)
{
    write_text(b, shape_text(b, &b->out));
}

bool batch_line(struct batch *b)
{
    if (b->out.length >= PIECE || (b->config->flush && b->out.length > 0))
        write_out(b);
    return !batch_ended(b);
}

bool batch_write(struct batch *b, struct strbuf *text)
{
    if (b->out.length > 0)
        write_out(b);
    write_text(b, shape_text(b, text));
    return !batch_ended(b);
}

bool batch_more(struct batch *b)
{
    if (b->counted || !b->config->limit)
        return true;
    if (b->lines == b->config->limit)
        return false;
    b->lines++;
    return true;
}

void batch_count(struct batch *b, uint64_t shown, uint64_t all, const char *one)
{
    if (b->match)
        strbuf_format(&b->out, "%llu of ", (unsigned long long)shown);
    format_count(&b->out, all, one);
}

struct shape *batch_shape(const struct batch *b, bool head)
{
    const struct batch_config *config = b->config;
    bool chosen = config->choice && config->choice->count > 0;
    if (!config->csv && !chosen)
        return NULL;
    struct shape_config shape = {
        .form = config->csv ? SHAPE_CSV
                : b->table  ? SHAPE_TABLE
                            : SHAPE_JSON,
        .group = config->report ? (enum keys_group)(BATCH_SHOW_COUNT + config->report - 1)
                                : (enum keys_group)config->show,
        .choice = config->choice,
        .scaled = config->scaled,
        .head = head && !config->quiet,
        .eager = config->flush,
        .clock = config->clock,
    };
    return shape_new(&shape);
}

static const struct show show_nothing = { .brief = true };

/* Whether flows are written as they come: not where it takes all of them to know which are next. */
static bool flows_come(const struct batch_config *config)
{
    return config->live && config->show == BATCH_FLOWS && !config->sorted &&
           !(config->filter && match_asks_at_end(config->filter));
}

static const struct show *show_of(const struct batch_config *config)
{
    if (config->silent)
        return &show_nothing;
    if (!config->json && (config->tree || config->octets))
        return &show_tree;
    if (!config->report && flows_come(config))
        return &show_flows_live;
    return config->report ? reports[config->report] : shows[config->show];
}

/* Text must say when there is nothing: silence looks like a fault. */
static bool nothing(struct batch *b)
{
    const struct session_counts *counts = session_counts(b->run);
    if (counts->exports > 0 || ledger_diagnostic_count(session_ledger(b->run)) > 0)
        return false;
    if (batch_talks(b) && !b->config->silent) {
        strbuf_text(&b->out, "no NetFlow or IPFIX packets in ");
        format_count(&b->out, counts->frames, "frame");
        strbuf_char(&b->out, '\n');
    }
    return true;
}

static void conclude(struct batch *b, enum session_result result, struct batch_outcome *outcome)
{
    const struct session_counts *counts = session_counts(b->run);
    *outcome = (struct batch_outcome) { .exports = counts->exports,
                                        .frames = counts->frames,
                                        .not_export = counts->not_export };
    if (b->error == EPIPE) {
        outcome->result = BATCH_CLOSED;
    } else if (b->error) {
        outcome->result = BATCH_FAILED;
        snprintf(outcome->message, sizeof outcome->message, "cannot write to standard output: %s",
                 strerror(b->error));
    } else if (b->unasked) {
        outcome->result = BATCH_CUT;
        snprintf(outcome->message, sizeof outcome->message, "bad flow filter: %s", b->filter_error.reason);
    } else if (result == SESSION_CUT) {
        outcome->result = BATCH_CUT;
        snprintf(outcome->message, sizeof outcome->message, "%s", session_message(b->run));
    }
}

/*
 * A reader that is busy for a moment must not stop us, nor be woken for every 64 KiB: that takes longer than all the
 * rest. What is no pipe, or may not be so large, stays as it is.
 */
static void widen_pipe(FILE *out)
{
#ifdef F_SETPIPE_SZ
    (void)fcntl(fileno(out), F_SETPIPE_SZ, PIPE_OCTETS);
#else
    (void)out;
#endif
}

/* Live: what there is goes out whenever nothing more comes, and does not wait long for a template. */
static bool pass_on(void *user, int64_t now)
{
    struct batch *b = user;
    if (b->hold)
        hold_tick(b->hold, now, HOLD_LIVE);
    if (b->out.length > 0)
        write_out(b);
    return !batch_ended(b);
}

void batch_begin_clock(struct batch *b, int64_t zero)
{
    b->clock.zero = zero;
    b->clock.zero_known = true;
    if (b->shape)
        shape_zero(b->shape, zero);
}

/* Remembers where matching records came from. */
static bool note_set(void *user, const struct session_packet *packet, const struct nfdec_set *set)
{
    struct batch *b = user;
    match_set(b->match, set);
    return !b->tap || !b->tap->set || b->tap->set(b, packet, set);
}

static void run_and_write(struct batch *b, const struct show *show, struct session *run,
                          struct batch_outcome *outcome)
{
    b->run = run;
    widen_pipe(b->config->out);
    b->shape = batch_shape(b, true);
    if (show->begin)
        show->begin(b);
    enum session_result result = session_run(run);
    if (!show->brief && ledger_message_count(session_ledger(run)) > 0)
        batch_begin_clock(b, ledger_message(session_ledger(run), 0)->time);
    if (show->keep_flows || show->keep_pairs)
        b->samplings = samplings_new(session_decoder(run));
    b->unasked = !match_finish(b->match, show->match, b->threads, &b->filter_error);
    if (!b->unasked && !batch_ended(b) && !nothing(b) && show->end)
        show->end(b);
    if (!b->error)
        write_out(b);
    if (!b->error && b->shape) {
        shape_finish(b->shape, &b->shaped_text);
        write_text(b, &b->shaped_text);
    }
    if (show->release)
        show->release(b);
    if (b->config->finished)
        b->config->finished(b->config->finished_user, run);
    samplings_free(b->samplings);
    conclude(b, result, outcome);
}

bool batch_run(const struct batch_config *config, const struct session_config *run_config,
               struct batch_outcome *outcome, struct capture_error *error)
{
    const struct show *show = show_of(config);
    struct batch_config own = *config;
    bool chosen = config->choice && config->choice->count > 0;
    own.json |= config->csv || chosen;
    struct batch b = { .config = &own,
                       .many = config->file_count > 1,
                       .threads = run_config->threads,
                       .clock = { .form = config->clock },
                       .counted = own.json || show->lines,
                       .table = chosen && !config->json && !config->csv };
    struct session_config wanted = *run_config;
    wanted.sum_flows |= show->check_flows;
    wanted.check_times |= show->check_flows;
    wanted.brief = show->brief && !run_config->keep_octets;
    wanted.keep_flows |= show->keep_flows;
    wanted.keep_pairs |= show->keep_pairs;
    struct session_tap tap = show->tap ? *show->tap : (struct session_tap) { .message = NULL };
    tap.idle = pass_on;
    if (config->filter && show->match == MATCH_ORIGINS)
        tap.set = note_set;
    match_configure(config->filter, show->match, &wanted);
    wanted.tap = &tap;
    wanted.tap_user = &b;
    struct session *run = session_new(&wanted, error);
    if (!run)
        return false;
    if (show->hold)
        b.hold = hold_new(&b.out, 0);
    b.tap = show->tap;
    b.match = match_new(config->filter, run, config->files, config->file_count);
    run_and_write(&b, show, run, outcome);
    hold_free(b.hold);
    match_free(b.match);
    shape_free(b.shape);
    session_free(run);
    strbuf_release(&b.out);
    strbuf_release(&b.shaped_text);
    return true;
}
