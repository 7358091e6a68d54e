/* SPDX-License-Identifier: MIT */
/*
 *     again FILE...
 *
 * Each file, as a file and as a stream, and all of them merged, through the shows that write while a run goes on: what
 * they write must be what they write of the same run replayed afterwards. Diagnostics are no part of a replay: lines
 * of them are left out of trees.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "session/replay.h"
#include "view/batch/batch.h"
#include "view/batch/run.h"

struct input {
    const char *const *files;
    size_t count;
    bool stream; /* the first file as an open stream */
};

struct look {
    const char *name;
    const struct show *show;
    bool json, tree, octets;
};

static const struct look looks[] = {
    { "records, JSON", &show_records, .json = true },
    { "records, text", &show_records, .json = false },
    { "packets, JSON", &show_packets, .json = true },
    { "tree and octets", &show_tree, .tree = true, .octets = true },
};

#define LOOKS (sizeof looks / sizeof looks[0])

static struct batch_config batch_config_of(const struct input *input, const struct look *look, FILE *out)
{
    return (struct batch_config) { .json = look->json,
                                   .tree = look->tree,
                                   .octets = look->octets,
                                   .quiet = true,
                                   .out = out,
                                   .files = input->files,
                                   .file_count = input->count };
}

static struct session *new_session(const struct input *input, const struct look *look, bool keep,
                                   const struct session_tap *tap, void *user)
{
    struct capture_error error;
    struct session_config config = { .capture = { .files = input->files, .file_count = input->count },
                                     .keep_octets = keep ? OCTETS_KEEP_ALL : OCTETS_KEEP_NONE,
                                     .sum_flows = look->show->check_flows,
                                     .check_times = look->show->check_flows,
                                     .brief = !keep && look->show->brief,
                                     .tap = tap,
                                     .tap_user = user };
    if (input->stream)
        config.capture.stream = fopen(input->files[0], "rb");
    return session_new(&config, &error);
}

/* All messages of a run again; the number of those that are not to be had. */
static uint32_t replay_all(struct batch *b, const struct show *show)
{
    struct replay *replay = replay_new(b->run);
    uint32_t count = ledger_message_count(session_ledger(b->run)), gone = 0;
    if (!replay_tap(replay, 0, count, show->tap, b)) {
        fprintf(stderr, "again: %s\n", replay_reason(replay) ? replay_reason(replay) : "stopped");
        gone++;
    }
    replay_free(replay);
    return gone;
}

/* What a show writes, to be freed; NULL: the file cannot be opened. */
static char *write_show(const struct input *input, const struct look *look, bool again)
{
    char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);
    struct batch_config config = batch_config_of(input, look, out);
    struct batch b = { .config = &config, .many = input->count > 1 };
    struct session *run = new_session(input, look, again, again ? NULL : look->show->tap, &b);
    if (run) {
        b.run = run;
        b.hold = look->show->hold ? hold_new(&b.out, 0) : NULL;
        look->show->begin(&b);
        (void)session_run(run);
        if (again && replay_all(&b, look->show) > 0)
            strbuf_text(&b.out, "gone\n");
        look->show->end(&b);
        (void)batch_write(&b, &(struct strbuf) { 0 });
        if (b.out.length > 0)
            (void)fwrite(b.out.data, 1, b.out.length, out);
        look->show->release(&b);
        hold_free(b.hold);
        strbuf_release(&b.out);
        session_free(run);
    }
    (void)fclose(out);
    if (run)
        return text;
    free(text);
    return NULL;
}

static bool is_diagnostic(const char *line, size_t length)
{
    static const char *const severities[] = { " info ", " warning ", " error " };
    char copy[256];
    size_t n = length < sizeof copy - 1 ? length : sizeof copy - 1;
    memcpy(copy, line, n);
    copy[n] = '\0';
    const char *offset = strstr(copy, "offset ");
    for (size_t i = 0; offset && i < sizeof severities / sizeof severities[0]; i++)
        if (strncmp(offset + 7 + strspn(offset + 7, "0123456789"), severities[i], strlen(severities[i])) == 0)
            return true;
    return false;
}

static void drop_diagnostics(char *text)
{
    char *to = text;
    for (const char *line = text; *line;) {
        size_t length = strcspn(line, "\n") + (strchr(line, '\n') != NULL);
        if (!is_diagnostic(line, length)) {
            memmove(to, line, length);
            to += length;
        }
        line += length;
    }
    *to = '\0';
}

static int compare(const struct input *input, const struct look *look)
{
    char *streamed = write_show(input, look, false), *again = write_show(input, look, true);
    int differs = !streamed != !again;
    if (streamed && again) {
        if (look->tree) {
            drop_diagnostics(streamed);
            drop_diagnostics(again);
        }
        differs = strcmp(streamed, again) != 0;
    }
    if (differs) {
        size_t at = 0;
        while (streamed && again && streamed[at] && streamed[at] == again[at])
            at++;
        while (at > 0 && again && again[at - 1] != '\n')
            at--;
        printf("%s%s: %s: differs at octet %zu:\n-%.200s\n+%.200s\n", input->files[0],
               input->stream      ? " (stream)"
               : input->count > 1 ? " and others"
                                  : "",
               look->name, at, streamed ? streamed + at : "nothing", again ? again + at : "nothing");
    }
    free(streamed);
    free(again);
    return differs;
}

int main(int argc, char *argv[])
{
    int differing = 0, pairs = 0;
    const char *const *files = (const char *const *)argv + 1;
    for (int i = 0; i + 1 < argc; i++)
        for (size_t look = 0; look < LOOKS; look++)
            for (int stream = 0; stream < 2; stream++, pairs++)
                differing += compare(&(struct input) { &files[i], 1, stream == 1 }, &looks[look]);
    for (int i = 0; i + 2 < argc; i += 2)
        for (size_t look = 0; look < LOOKS; look++, pairs++)
            differing += compare(&(struct input) { &files[i], 2, false }, &looks[look]);
    printf("%d of %d outputs differ\n", differing, pairs);
    return pairs == 0 || differing > 0;
}
