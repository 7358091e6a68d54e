/* SPDX-License-Identifier: MIT */
#include "command/write.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/strbuf.h"
#include "capture/writer.h"
#include "session/matches.h"
#include "view/format.h"

bool writing_begin(struct writing *w, const struct config *config, struct complaint *complaint)
{
    char error[CAPTURE_ERROR];
    w->config = config;
    w->writer = NULL;
    if (!config->write)
        return true;
    struct writer_config wanted = { .path = config->write,
                                    .inputs = config->files.word,
                                    .input_count = config->files.count,
                                    .flush = config->flush };
    w->writer = writer_new(&wanted, error);
    return w->writer || complain(complaint, COMPLAINT_USAGE, "%s", error);
}

void writing_configure(const struct writing *w, struct session_config *session)
{
    if (w->writer && w->filter)
        matches_configure(w->filter, session);
    else
        session->writer = w->writer;
}

void writing_excerpt(void *writing, const struct session *run)
{
    struct writing *w = writing;
    if (!w->writer || !w->filter)
        return;
    struct excerpt *excerpt = excerpt_new(run);
    matches_take(excerpt, run, w->filter, w->inputs->word, w->inputs->count, w->threads);
    excerpt_complete(excerpt);
    (void)excerpt_write(excerpt, w->writer); /* what fails is said when the file is closed */
    w->counts = *excerpt_counts(excerpt);
    w->reason = excerpt_reason(excerpt);
    excerpt_free(excerpt);
}

void writing_flush(const struct writing *w)
{
    if (w->writer)
        (void)writer_flush(w->writer);
}

/* False: it is not whole, with a complaint or because its reader has gone, which is no failure. */
static bool end_file(struct writing *w, struct complaint *complaint)
{
    char error[CAPTURE_ERROR];
    bool whole = writer_close(w->writer, error);
    w->writer = NULL;
    if (!whole && *error)
        complain(complaint, COMPLAINT_USAGE, "%s", error);
    return whole;
}

void writing_drop(struct writing *w)
{
    if (w->writer)
        writer_drop(w->writer);
    w->writer = NULL;
}

int writing_end(struct writing *w, struct complaint *complaint)
{
    if (w->writer)
        (void)end_file(w, complaint);
    return complaint->status;
}

/* On standard output where that is text for people and nothing else. */
static void say(const struct config *config, const struct strbuf *line)
{
    bool beside = config->json || config->csv || strcmp(config->write, "-") == 0;
    fprintf(beside ? stderr : stdout, "%s%s\n", beside ? "nfscope: " : "", line->data);
}

/* "12 export packets with 34 matching records written to x.pcap" */
static void add_packets(const struct writing *w, struct strbuf *line, uint64_t exports)
{
    format_count(line, w->filter ? w->counts.packets : exports, "export packet");
    if (w->filter) {
        strbuf_text(line, " with ");
        format_count(line, w->counts.matches, "matching record");
    }
    strbuf_text(line, " written to ");
    if (strcmp(w->config->write, "-") == 0)
        strbuf_text(line, "standard output");
    else
        strbuf_clean(line, w->config->write, strlen(w->config->write));
}

/* ", and 3 more for their templates, 2 for options data" */
static void add_needed(const struct writing *w, struct strbuf *line)
{
    const struct {
        uint64_t count;
        const char *what;
    } needed[] = { { w->counts.templates, "for their templates" },
                   { w->counts.options, "for options data" },
                   { w->counts.known, "to make their senders known" } };
    bool first = true;
    for (size_t i = 0; i < sizeof needed / sizeof *needed; i++) {
        if (needed[i].count == 0)
            continue;
        strbuf_format(line, "%s%" PRIu64 "%s %s", first ? ", and " : ", ", needed[i].count,
                      first ? " more" : "", needed[i].what);
        first = false;
    }
}

/* What is not as it was asked for. */
static int complain_missing(const struct writing *w, struct complaint *complaint)
{
    if (w->counts.left > 0)
        fprintf(stderr,
                "nfscope: %" PRIu64 " records of options data were not looked at, as there are too many\n",
                w->counts.left);
    if (w->counts.gone == 0)
        return 0;
    complain(complaint, COMPLAINT_INPUT, "%" PRIu64 " packet%s could not be written: %s", w->counts.gone,
             w->counts.gone == 1 ? "" : "s", w->reason);
    return complaint->status;
}

int writing_report(struct writing *w, uint64_t exports, struct complaint *complaint)
{
    struct strbuf line = { 0 };
    if (!w->writer)
        return 0;
    uint64_t frames = writer_frames(w->writer);
    uint64_t packets = w->filter ? w->counts.packets + w->counts.templates + w->counts.options +
                                       w->counts.known - w->counts.gone
                                 : exports;
    if (!end_file(w, complaint))
        return complaint->status;
    add_packets(w, &line, exports);
    add_needed(w, &line);
    if (frames != packets) {
        strbuf_text(&line, ", in ");
        format_count(&line, frames, "frame");
    }
    if (!w->config->quiet)
        say(w->config, &line);
    strbuf_release(&line);
    return complain_missing(w, complaint);
}
