/* SPDX-License-Identifier: MIT */
#include "capture/source.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"

#define NAME_SHOWN 240 /* of longer paths messages show the end */

static char *shown_name(const char *path, const FILE *stream)
{
    char text[NAME_SHOWN + 8];
    if (stream)
        return alloc_text("the input");
    if (!strcmp(path, "-"))
        return alloc_text("standard input");
    size_t length = strlen(path);
    bool shorten = length > NAME_SHOWN;
    (void)snprintf(text, sizeof text, "'%s%s'", shorten ? "..." : "",
                   path + (shorten ? length - NAME_SHOWN : 0));
    return alloc_text(text);
}

static bool fail(char error[TROUBLE_LINE], const char *what, const char *name, const char *why)
{
    (void)snprintf(error, TROUBLE_LINE, "%s%s%s", what, name, why);
    return false;
}

static bool fail_errno(char error[TROUBLE_LINE], const char *name)
{
    (void)snprintf(error, TROUBLE_LINE, "cannot open %s: %s", name, strerror(errno));
    return false;
}

/* What is below the stream has failed within the first octets. */
static bool fail_head(struct source *source, char error[TROUBLE_LINE])
{
    const struct trouble *trouble = window_trouble(&source->window);
    if (!trouble)
        return fail(error, "", source->name, " is empty");
    (void)snprintf(error, TROUBLE_LINE, "%s %s: %s", source->name,
                   trouble->kind == TROUBLE_CUT ? "is cut short" : "cannot be read", trouble->text);
    return false;
}

static bool open_path(struct source *source, const char *path, char error[TROUBLE_LINE])
{
    int fd = strcmp(path, "-") ? open(path, O_RDONLY | O_CLOEXEC) : fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0);
    struct stat st;
    if (fd < 0)
        return fail_errno(error, source->name);
    if (fstat(fd, &st) == 0 && S_ISDIR(st.st_mode)) {
        (void)close(fd);
        return fail(error, "", source->name, " is a directory");
    }
    window_init(&source->window, feed_new(fd, NULL));
    return true;
}

bool source_open(struct source *source, const char *path, FILE *stream, bool ahead, char error[TROUBLE_LINE])
{
    *source = (struct source) { .name = shown_name(path, stream) };
    if (stream)
        window_init(&source->window, feed_new(-1, stream));
    else if (!open_path(source, path, error))
        return false;
    if (!window_need(&source->window, SOURCE_HEAD) && window_left(&source->window) == 0)
        return fail_head(source, error);
    if (ahead)
        window_ahead(&source->window);
    return true;
}

bool source_position(const struct source *source, uint64_t *at, uint64_t *size)
{
    return feed_position(source->window.feed, at, size);
}

void source_release(struct source *source)
{
    window_release(&source->window);
    free(source->name);
    *source = (struct source) { .name = NULL };
}
