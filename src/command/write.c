/* SPDX-License-Identifier: MIT */
#include "command/write.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/strbuf.h"
#include "capture/writer.h"

bool writing_begin(struct writing *w, const struct config *config, struct complaint *complaint)
{
    char error[CAPTURE_ERROR];
    *w = (struct writing) { .config = config };
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
    session->writer = w->writer;
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

static void add_count(struct strbuf *line, uint64_t count, const char *what)
{
    strbuf_format(line, "%" PRIu64 " %s%s", count, what, count == 1 ? "" : "s");
}

/* On standard output where that is text for people and nothing else. */
static void say(const struct config *config, const struct strbuf *line)
{
    bool beside = config->json || config->csv || strcmp(config->write, "-") == 0;
    fprintf(beside ? stderr : stdout, "%s%s\n", beside ? "nfscope: " : "", line->data);
}

int writing_report(struct writing *w, uint64_t exports, struct complaint *complaint)
{
    struct strbuf line = { 0 };
    if (!w->writer)
        return 0;
    uint64_t frames = writer_frames(w->writer);
    if (!end_file(w, complaint))
        return complaint->status;
    add_count(&line, exports, "export packet");
    strbuf_format(&line, " written to ");
    if (strcmp(w->config->write, "-") == 0)
        strbuf_text(&line, "standard output");
    else
        strbuf_clean(&line, w->config->write, strlen(w->config->write));
    if (frames != exports) {
        strbuf_text(&line, ", in ");
        add_count(&line, frames, "frame");
    }
    if (!w->config->quiet)
        say(w->config, &line);
    strbuf_release(&line);
    return 0;
}
