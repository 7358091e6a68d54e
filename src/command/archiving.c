/* SPDX-License-Identifier: MIT */
#include "command/archiving.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/strbuf.h"
#include "base/time.h"

static void say(void *user, const char *sentence)
{
    const struct archiving *a = user;
    struct strbuf line = { 0 };
    if (a->silent)
        return;
    strbuf_clean(&line, sentence, strlen(sentence));
    fprintf(stderr, "nfscope: %s\n", line.data);
    strbuf_release(&line);
}

bool archiving_begin(struct archiving *a, const struct config *config, struct complaint *complaint)
{
    const struct live_options *options = &config->live;
    struct archive_file_config file = { .name = options->archive,
                                        .rotate_octets = options->rotate_octets,
                                        .rotate_time = options->rotate_time,
                                        .say = say,
                                        .user = a };
    char error[512];
    struct timespec now;
    *a = (struct archiving) { .archive = NULL };
    if (!options->archive && (options->rotate_octets || options->rotate_time))
        return complain(complaint, COMPLAINT_USAGE, "--rotate is for archives; give one with --archive");
    if (!options->archive)
        return true;
    clock_gettime(CLOCK_REALTIME, &now);
    a->archive = archive_new(&file, now.tv_sec * TIME_SECOND + now.tv_nsec, error, sizeof error);
    return a->archive || complain(complaint, COMPLAINT_USAGE, "%s", error);
}

int archiving_end(struct archiving *a)
{
    if (!a->archive)
        return 0;
    bool whole = archive_lost(a->archive) == 0;
    archive_free(a->archive);
    a->archive = NULL;
    return whole ? 0 : COMPLAINT_USAGE;
}
