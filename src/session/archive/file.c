/* SPDX-License-Identifier: MIT */
#include "session/archive/file.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <zlib.h>

#include "base/alloc.h"
#include "base/strbuf.h"
#include "base/time.h"

#define GZIP      16 /* added to zlib's window bits */
#define LEVEL     4  /* half the time of the usual 6, and a tenth more octets */
#define NAME_MOST 4096

struct archive_file {
    struct archive_file_config config;
    char *pattern; /* of names */
    char name[NAME_MOST];
    int fd;        /* -1: it could not be opened */
    bool first;    /* nothing was written yet at all */
    bool created;  /* by us, and nothing is in it yet */
    uint64_t size; /* of what is whole in it */
    int64_t slot;  /* of rotate_time */
    int64_t tried; /* time of the line for which it was opened last */
    z_stream z;
    uint8_t *member; /* a line, compressed */
    size_t room;
    bool failing;
    uint64_t lost, lost_before; /* lines; those lost when it began to fail */
};

static void say(struct archive_file *file, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void say(struct archive_file *file, const char *format, ...)
{
    char text[NAME_MOST + 256];
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    if (file->config.say)
        file->config.say(file->config.user, text);
}

/* "x.json.gz" becomes "x-%Y%m%d-%H%M%S.json.gz"; a name that has conversions stays as it is. */
static char *pattern_of(const struct archive_file_config *config)
{
    struct strbuf text = { 0 };
    const char *base = strrchr(config->name, '/'), *dot = strchr(base ? base : config->name, '.');
    bool rotates = config->rotate_octets > 0 || config->rotate_time > 0;
    size_t front = dot ? (size_t)(dot - config->name) : strlen(config->name);
    if (!rotates || strchr(config->name, '%'))
        return alloc_text(config->name);
    strbuf_add(&text, config->name, front);
    strbuf_text(&text, "-%Y%m%d-%H%M%S");
    strbuf_text(&text, config->name + front);
    return text.data;
}

/* What a conversion stands for; -1: it is none that is known. */
static int part_of(const struct tm *parts, char conversion)
{
    switch (conversion) {
    case 'Y':
        return parts->tm_year + 1900;
    case 'm':
        return parts->tm_mon + 1;
    case 'd':
        return parts->tm_mday;
    case 'H':
        return parts->tm_hour;
    case 'M':
        return parts->tm_min;
    case 'S':
        return parts->tm_sec;
    default:
        return -1;
    }
}

/* The name for that time; other conversions than those above stay as they are. */
static bool make_name(struct archive_file *file, int64_t time)
{
    struct tm parts;
    struct strbuf name = { 0 };
    time_t seconds = (time_t)(time / TIME_SECOND);
    if (!localtime_r(&seconds, &parts))
        return false;
    for (const char *c = file->pattern; *c; c++) {
        int part = *c == '%' ? part_of(&parts, c[1]) : -1;
        if (part >= 0)
            strbuf_format(&name, "%02d", part);
        else
            strbuf_char(&name, *c);
        c += part >= 0;
    }
    bool fits = name.length > 0 && name.length < sizeof file->name;
    if (fits)
        (void)snprintf(file->name, sizeof file->name, "%s", name.data);
    strbuf_release(&name);
    return fits;
}

static void close_file(struct archive_file *file)
{
    if (file->fd >= 0)
        (void)close(file->fd);
    file->fd = -1;
}

/* Opens the file of that name; errno where it fails. */
static bool open_name(struct archive_file *file)
{
    struct stat status;
    close_file(file);
    file->fd = open(file->name, O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0666);
    file->created = file->fd >= 0;
    if (file->fd < 0 && errno == EEXIST)
        file->fd = open(file->name, O_WRONLY | O_APPEND | O_CLOEXEC);
    if (file->fd < 0)
        return false;
    file->size = fstat(file->fd, &status) == 0 && S_ISREG(status.st_mode) ? (uint64_t)status.st_size : 0;
    return true;
}

static bool open_new(struct archive_file *file, int64_t time)
{
    file->tried = time;
    file->slot = file->config.rotate_time > 0 ? time / file->config.rotate_time : 0;
    errno = *file->pattern ? ENAMETOOLONG : ENOENT;
    return make_name(file, time) && open_name(file);
}

struct archive_file *archive_file_new(const struct archive_file_config *config, int64_t now, char *error,
                                      size_t size)
{
    struct archive_file *file = alloc_new(sizeof *file);
    file->config = *config;
    file->pattern = pattern_of(config);
    file->fd = -1;
    file->first = true;
    bool fine = open_new(file, now);
    if (!fine)
        (void)snprintf(error, size, "cannot write '%s': %s", *file->name ? file->name : config->name,
                       strerror(errno));
    else if (deflateInit2(&file->z, LEVEL, Z_DEFLATED, MAX_WBITS + GZIP, 8, Z_DEFAULT_STRATEGY) != Z_OK)
        alloc_failed(sizeof file->z);
    if (fine)
        return file;
    close_file(file);
    free(file->pattern);
    free(file);
    return NULL;
}

void archive_file_free(struct archive_file *file)
{
    if (!file)
        return;
    if (file->lost > 0)
        say(file, "%" PRIu64 " packet%s could not be written to '%s'", file->lost, file->lost == 1 ? "" : "s",
            file->name);
    close_file(file);
    (void)deflateEnd(&file->z);
    free(file->pattern);
    free(file->member);
    free(file);
}

/* The line as a gzip member; its length. */
static size_t compress_line(struct archive_file *file, const char *line, size_t length)
{
    size_t most = deflateBound(&file->z, (uLong)length);
    if (most > file->room) {
        free(file->member);
        file->room = most + most / 2;
        file->member = alloc_array(file->room, 1);
    }
    (void)deflateReset(&file->z);
    file->z.next_in = (Bytef *)(uintptr_t)line; /* zlib has no const there; it does not write */
    file->z.avail_in = (uInt)length;
    file->z.next_out = file->member;
    file->z.avail_out = (uInt)file->room;
    (void)deflate(&file->z, Z_FINISH);
    return file->room - file->z.avail_out;
}

/* A part of a member would spoil what is written behind it. */
static bool write_member(struct archive_file *file, size_t length)
{
    size_t done = 0;
    while (done < length) {
        ssize_t written = write(file->fd, file->member + done, length - done);
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0) {
            int reason = written < 0 ? errno : EIO;
            if (done > 0 && ftruncate(file->fd, (off_t)file->size) != 0)
                close_file(file);
            errno = reason;
            return false;
        }
        done += (size_t)written;
    }
    file->size += length;
    file->created = false;
    return true;
}

static bool lose(struct archive_file *file)
{
    int reason = errno;
    if (!file->failing) {
        file->lost_before = file->lost;
        say(file, "cannot write '%s': %s; its packets are counted, and everything else goes on", file->name,
            strerror(reason));
    }
    file->failing = true;
    file->lost++;
    return false;
}

/* A file that could not be opened is tried again, once a second. */
static bool have_file(struct archive_file *file, int64_t time)
{
    bool full = file->config.rotate_octets > 0 && file->size >= file->config.rotate_octets;
    bool over = file->config.rotate_time > 0 && time / file->config.rotate_time > file->slot;
    if (file->first) { /* until now it had the name of the time at which we began */
        file->first = false;
        over = strchr(file->pattern, '%') != NULL;
        if (over && file->created)
            (void)unlink(file->name);
    }
    if (file->fd >= 0 && (full || over)) {
        (void)open_new(file, time);
    } else if (file->fd < 0 && (time < file->tried || time - file->tried >= TIME_SECOND)) {
        (void)open_new(file, time);
    }
    return file->fd >= 0;
}

bool archive_file_write(struct archive_file *file, const char *line, size_t length, int64_t time)
{
    if (!have_file(file, time) || !write_member(file, compress_line(file, line, length)))
        return lose(file);
    if (file->failing)
        say(file, "'%s' can be written again; %" PRIu64 " packet%s could not", file->name,
            file->lost - file->lost_before, file->lost - file->lost_before == 1 ? "" : "s");
    file->failing = false;
    return true;
}

void archive_file_reopen(struct archive_file *file)
{
    if (!open_name(file))
        say(file, "cannot open '%s' again: %s", file->name, strerror(errno));
}

uint64_t archive_file_lost(const struct archive_file *file)
{
    return file->lost;
}
