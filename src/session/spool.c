/* SPDX-License-Identifier: MIT */
#include "session/spool.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

#include "base/alloc.h"

#define BUFFER ((size_t)256 << 10)

struct spool {
    uint64_t limit;
    uint64_t begin;   /* what stands before it was let go */
    uint64_t written; /* octets in the file; those behind them are in the buffer */
    size_t length;    /* of what is in the buffer */
    int fd;           /* -1: not made yet */
    int error;
    bool full;
    uint8_t buffer[BUFFER];
};

struct spool *spool_new(uint64_t limit)
{
    struct spool *spool = alloc_new(sizeof *spool);
    spool->limit = limit;
    spool->begin = spool->written = SPOOL_BEGIN;
    spool->fd = -1;
    return spool;
}

void spool_free(struct spool *spool)
{
    if (!spool)
        return;
    if (spool->fd >= 0)
        (void)close(spool->fd);
    free(spool);
}

/* Not every file system knows files that never had a name. */
static int open_nameless(const char *folder)
{
    char path[4096];
    int fd = -1;
#ifdef O_TMPFILE
    fd = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
#endif
    if (fd >= 0)
        return fd;
    int length = snprintf(path, sizeof path, "%s/nfscope-XXXXXX", folder);
    if (length < 0 || (size_t)length >= sizeof path) {
        errno = ENAMETOOLONG;
        return -1;
    }
    fd = mkostemp(path, O_CLOEXEC);
    if (fd >= 0)
        (void)unlink(path);
    return fd;
}

static bool stop(struct spool *spool, int error)
{
    spool->full = true;
    spool->error = error;
    return false;
}

static bool write_out(struct spool *spool)
{
    const char *folder = getenv("TMPDIR");
    if (spool->fd < 0)
        spool->fd = open_nameless(folder && *folder ? folder : "/tmp");
    if (spool->fd < 0)
        return stop(spool, errno);
    for (size_t done = 0; done < spool->length;) {
        ssize_t n =
            pwrite(spool->fd, spool->buffer + done, spool->length - done, (off_t)(spool->written + done));
        if (n > 0)
            done += (size_t)n;
        else if (n == 0 || errno != EINTR)
            return stop(spool, n == 0 ? ENOSPC : errno); /* what was to be had stays in the buffer */
    }
    spool->written += spool->length;
    spool->length = 0;
    return true;
}

uint64_t spool_end(const struct spool *spool)
{
    return spool->written + spool->length;
}

bool spool_add(struct spool *spool, const void *octets, size_t length)
{
    const uint8_t *from = octets;
    if (spool->full)
        return false;
    if (spool_end(spool) - spool->begin + length > spool->limit)
        return stop(spool, 0);
    while (length > 0) {
        size_t room = BUFFER - spool->length, n = length < room ? length : room;
        memcpy(spool->buffer + spool->length, from, n);
        spool->length += n;
        from += n;
        length -= n;
        if (spool->length == BUFFER && !write_out(spool))
            return false;
    }
    return true;
}

/* Places stay: the file gets a hole, where its file system knows holes. */
void spool_forget(struct spool *spool, uint64_t at)
{
    uint64_t end = at < spool->written ? at : spool->written;
    if (end <= spool->begin)
        return;
    if (spool->fd >= 0)
        (void)fallocate(spool->fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, (off_t)spool->begin,
                        (off_t)(end - spool->begin));
    spool->begin = end;
}

bool spool_full(const struct spool *spool)
{
    return spool->full;
}

int spool_error(const struct spool *spool)
{
    return spool->error;
}

static size_t read_file(const struct spool *spool, uint64_t at, uint8_t *to, size_t room)
{
    size_t done = 0;
    while (done < room) {
        ssize_t n = pread(spool->fd, to + done, room - done, (off_t)(at + done));
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            break;
        done += (size_t)n;
    }
    return done;
}

size_t spool_read(const struct spool *spool, uint64_t at, uint8_t *to, size_t room)
{
    size_t done = 0;
    if (at < SPOOL_BEGIN)
        return 0;
    if (at < spool->written) {
        uint64_t left = spool->written - at;
        size_t n = left < room ? (size_t)left : room;
        done = read_file(spool, at, to, n);
        if (done < n)
            return done;
    }
    uint64_t behind = at + done - spool->written;
    if (behind < spool->length && done < room) {
        size_t left = spool->length - (size_t)behind, n = left < room - done ? left : room - done;
        memcpy(to + done, spool->buffer + behind, n);
        done += n;
    }
    return done;
}
