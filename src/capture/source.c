/* SPDX-License-Identifier: MIT */
#include "capture/source.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"

#define BUFFER_SIZE ((size_t)256 << 10) /* half the cost of stdio's 4 KiB when reading large files */
#define NAME_SHOWN  240                 /* of longer paths messages show the end */

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
static bool fail_head(const struct source *source, char error[TROUBLE_LINE])
{
    const struct trouble *trouble = source_trouble(source);
    if (!trouble)
        return fail(error, "", source->name, " is empty");
    (void)snprintf(error, TROUBLE_LINE, "%s %s: %s", source->name,
                   trouble->kind == TROUBLE_CUT ? "is cut short" : "cannot be read", trouble->text);
    return false;
}

static bool is_gzip(const uint8_t *head, size_t length)
{
    return length >= 2 && head[0] == 0x1f && head[1] == 0x8b;
}

/* A regular file that is not compressed needs nothing between itself and stdio. */
static bool open_plain(struct source *source, int fd)
{
    ssize_t got = pread(fd, source->head, sizeof source->head, lseek(fd, 0, SEEK_CUR));
    if (got < 0 || is_gzip(source->head, (size_t)got))
        return false;
    source->head_length = (size_t)got;
    source->stream = fdopen(fd, "rb");
    return source->stream != NULL;
}

static void open_feed(struct source *source, int fd, FILE *stream)
{
    source->feed = feed_new(fd, stream);
    source->head_length = feed_head(source->feed, source->head);
    source->stream = feed_open(source->feed);
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
    if (!S_ISREG(st.st_mode) || !open_plain(source, fd))
        open_feed(source, fd, NULL);
    return true;
}

bool source_open(struct source *source, const char *path, FILE *stream, bool ahead, char error[TROUBLE_LINE])
{
    *source = (struct source) { .name = shown_name(path, stream) };
    if (stream)
        open_feed(source, -1, stream);
    else if (!open_path(source, path, error))
        return false;
    if (!source->stream)
        return fail_errno(error, source->name);
    if (source->head_length == 0)
        return fail_head(source, error);
    if (ahead && source->feed)
        feed_ahead(source->feed);
    /* glibc takes the size only together with a buffer */
    source->buffer = alloc_array(BUFFER_SIZE, 1);
    (void)setvbuf(source->stream, source->buffer, _IOFBF, BUFFER_SIZE);
    return true;
}

const struct trouble *source_trouble(const struct source *source)
{
    const struct trouble *trouble = source->feed ? feed_trouble(source->feed) : NULL;
    return trouble && trouble->kind ? trouble : NULL;
}

void source_release(struct source *source)
{
    if (source->stream)
        (void)fclose(source->stream);
    feed_free(source->feed);
    free(source->buffer);
    free(source->name);
    *source = (struct source) { .name = NULL };
}
