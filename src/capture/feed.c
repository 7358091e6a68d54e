/* SPDX-License-Identifier: MIT */
#include "capture/feed.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <zlib.h>

#include "base/alloc.h"

#define RAW_SIZE  ((size_t)64 << 10)
#define LOOK      ((size_t)4 << 10) /* read first, to see what it is; a page, so that those behind it are whole */
#define GZIP_ONLY 16                /* added to zlib's window bits */
#define ROOM_MAX  ((size_t)1 << 30) /* zlib counts in unsigned int */

struct feed {
    int fd;
    FILE *stream;
    uint64_t begin; /* of a file: where the descriptor stood */
    uint8_t *raw;   /* as read; raw[raw_at..raw_end) is still to be used */
    size_t raw_at, raw_end;
    bool gzip;
    bool between; /* behind a gzip member: another may follow */
    bool ended;
    bool hurry, follow; /* does not wait; has no end */
    bool later;         /* nothing is there yet */
    bool starved;       /* nothing is there, and it cannot be told when there will be */
    z_stream z;
    struct trouble trouble;
};

/* Whether read() would wait. */
static bool would_wait(const struct feed *feed)
{
    struct pollfd ready = { .fd = feed->fd, .events = POLLIN };
    return feed->hurry && !feed->stream && poll(&ready, 1, 0) == 0;
}

/* A file that is shorter than what was read of it: what is written now is no continuation. */
static bool is_truncated(const struct feed *feed)
{
    uint64_t at, size;
    return feed_position(feed, &at, &size) && size < at;
}

/* 0 at the end, on errors, and where it is `later`. */
static size_t read_raw(struct feed *feed, uint8_t *to, size_t room)
{
    ssize_t got;
    feed->starved = false;
    feed->later = would_wait(feed);
    if (feed->later)
        return 0;
    if (feed->stream) {
        got = (ssize_t)fread(to, 1, room, feed->stream);
        if (got == 0 && ferror(feed->stream))
            got = -1;
    } else {
        do
            got = read(feed->fd, to, room);
        while (got < 0 && errno == EINTR);
    }
    if (got < 0)
        trouble_set(&feed->trouble, TROUBLE_DAMAGED, "reading failed: %s", strerror(errno));
    bool truncated = got == 0 && feed->follow && is_truncated(feed);
    if (truncated)
        trouble_set(&feed->trouble, TROUBLE_GONE, "it was truncated");
    feed->later = feed->starved = got == 0 && feed->follow && !truncated;
    return got > 0 ? (size_t)got : 0;
}

static bool have_raw(struct feed *feed)
{
    if (feed->raw_at < feed->raw_end)
        return true;
    feed->raw_at = 0;
    feed->raw_end = read_raw(feed, feed->raw, RAW_SIZE);
    return feed->raw_end > 0;
}

static size_t pull_plain(struct feed *feed, uint8_t *to, size_t room)
{
    size_t n = feed->raw_end - feed->raw_at;
    if (n == 0)
        return read_raw(feed, to, room);
    if (n > room)
        n = room;
    memcpy(to, feed->raw + feed->raw_at, n);
    feed->raw_at += n;
    return n;
}

/* Uses some octets of raw, of which there are some, for the room that z has, which is some. */
static void inflate_some(struct feed *feed)
{
    z_stream *z = &feed->z;
    z->next_in = feed->raw + feed->raw_at;
    z->avail_in = (uInt)(feed->raw_end - feed->raw_at);
    int result = inflate(z, Z_NO_FLUSH);
    feed->raw_at = feed->raw_end - z->avail_in;
    feed->between = result == Z_STREAM_END;
    if (result == Z_OK || result == Z_STREAM_END)
        return;
    trouble_set(&feed->trouble, TROUBLE_DAMAGED, "gzip data that is damaged (%s)",
                z->msg ? z->msg : zError(result));
    feed->ended = true;
}

/* Members may follow each other (RFC 1952 section 2.2); anything else behind one is padding. */
static bool next_member(struct feed *feed)
{
    feed->between = false;
    return feed->raw[feed->raw_at] == 0x1f && inflateReset(&feed->z) == Z_OK;
}

static size_t pull_gzip(struct feed *feed, uint8_t *to, size_t room)
{
    feed->z.next_out = to;
    feed->z.avail_out = (uInt)(room < ROOM_MAX ? room : ROOM_MAX);
    size_t before = feed->z.avail_out;
    while (!feed->ended && feed->z.avail_out == before) {
        if (!have_raw(feed)) {
            if (feed->later)
                break;
            feed->ended = true;
            if (!feed->between && !feed->trouble.kind)
                trouble_set(&feed->trouble, TROUBLE_CUT, "the end of the gzip data");
        } else if (feed->between && !next_member(feed)) {
            feed->ended = true;
        } else {
            inflate_some(feed);
        }
    }
    return before - feed->z.avail_out;
}

size_t feed_pull(struct feed *feed, uint8_t *to, size_t room)
{
    return feed->gzip ? pull_gzip(feed, to, room) : pull_plain(feed, to, room);
}

static void look(struct feed *feed)
{
    size_t got;
    while (feed->raw_end < 2 && (got = read_raw(feed, feed->raw + feed->raw_end, LOOK - feed->raw_end)) > 0)
        feed->raw_end += got;
    if (feed->raw_end < 2 || feed->raw[0] != 0x1f || feed->raw[1] != 0x8b)
        return;
    feed->gzip = inflateInit2(&feed->z, MAX_WBITS + GZIP_ONLY) == Z_OK;
    feed->raw = alloc_resize(feed->raw, RAW_SIZE, 1);
}

struct feed *feed_new(int fd, FILE *stream)
{
    struct feed *feed = alloc_new(sizeof *feed);
    feed->fd = fd;
    feed->stream = stream;
    feed->raw = alloc_array(LOOK, 1);
    off_t begin = stream ? -1 : lseek(fd, 0, SEEK_CUR);
    feed->begin = begin > 0 ? (uint64_t)begin : 0;
    look(feed);
    return feed;
}

bool feed_is_slow_file(const struct feed *feed)
{
    struct stat status;
    return feed->gzip && !feed->stream && fstat(feed->fd, &status) == 0 && S_ISREG(status.st_mode);
}

bool feed_is_plain_file(const struct feed *feed, uint64_t *begin)
{
    struct stat status;
    *begin = feed->begin;
    return !feed->gzip && !feed->stream && fstat(feed->fd, &status) == 0 && S_ISREG(status.st_mode);
}

bool feed_is_file(const struct feed *feed, const char *path)
{
    struct stat own, there;
    if (strcmp(path, "-") == 0 || fstat(feed->fd, &own) != 0 || stat(path, &there) != 0)
        return true;
    return own.st_dev == there.st_dev && own.st_ino == there.st_ino;
}

size_t feed_again(const struct feed *feed, uint64_t offset, uint8_t *to, size_t room)
{
    size_t done = 0;
    while (done < room && offset + done <= INT64_MAX) {
        ssize_t got = pread(feed->fd, to + done, room - done, (off_t)(offset + done));
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            break;
        done += (size_t)got;
    }
    return done;
}

bool feed_position(const struct feed *feed, uint64_t *at, uint64_t *size)
{
    struct stat status;
    off_t place = feed->stream ? -1 : lseek(feed->fd, 0, SEEK_CUR);
    bool file = place >= 0 && fstat(feed->fd, &status) == 0 && S_ISREG(status.st_mode);
    *at = file ? (uint64_t)place : 0;
    *size = file ? (uint64_t)status.st_size : 0;
    return file;
}

void feed_hurry(struct feed *feed, bool follow)
{
    feed->hurry = true;
    feed->follow = follow;
}

bool feed_later(const struct feed *feed)
{
    return feed->later;
}

int feed_descriptor(const struct feed *feed)
{
    return feed->starved ? -1 : feed->fd;
}

const struct trouble *feed_trouble(const struct feed *feed)
{
    return &feed->trouble;
}

void feed_free(struct feed *feed)
{
    if (!feed)
        return;
    if (feed->gzip)
        (void)inflateEnd(&feed->z);
    if (feed->stream)
        (void)fclose(feed->stream);
    else
        (void)close(feed->fd);
    free(feed->raw);
    free(feed);
}
