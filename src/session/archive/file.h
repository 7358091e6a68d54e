/* SPDX-License-Identifier: MIT */
/*
 * The file of an archive: each line is a gzip member of its own, written with one call, so that what is there can be read
 * whatever happens to us. A line that could not be written whole is taken back, counted, and told of once.
 *
 * In a name %Y %m %d %H %M %S stand for the local time; with rotation and no '%', "-%Y%m%d-%H%M%S" goes in front of its
 * first dot. What is there already is appended to.
 */
#ifndef SESSION_ARCHIVE_FILE_H
#define SESSION_ARCHIVE_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct archive_file_config {
    const char *name;
    uint64_t rotate_octets; /* begin another file at that size; 0: never */
    int64_t rotate_time;    /* ... and whenever that many ns since 1970 are over; 0: never */
    void (*say)(void *user,
                const char *sentence); /* what goes wrong, and right again; NULL: nobody wants to know */
    void *user;
};

struct archive_file;

/* NULL and a line in `error`: the file cannot be written. */
struct archive_file *archive_file_new(const struct archive_file_config *config, int64_t now, char *error,
                                      size_t size);
void archive_file_free(struct archive_file *file);

/* Appends a line, of that time. False: it is lost. */
bool archive_file_write(struct archive_file *file, const char *line, size_t length, int64_t time);

/* Opens the file anew, as somebody has moved the old one away. */
void archive_file_reopen(struct archive_file *file);

uint64_t archive_file_lost(const struct archive_file *file); /* lines */

#endif
