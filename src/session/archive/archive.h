/* SPDX-License-Identifier: MIT */
/*
 * Archives: every export packet, decoded, as a line that the analyzer of the Python package `netflow` reads. A packet
 * with sets that wait for their template is written when they are decoded, an hour after it came, or at the end.
 *
 *     archive_message(archive, message);   // in the order of the decoder's items
 *     archive_set(archive, set);           // late ones too
 *     archive_message_end(archive, message);
 *     archive_finish(archive);             // writes what still waits
 */
#ifndef SESSION_ARCHIVE_ARCHIVE_H
#define SESSION_ARCHIVE_ARCHIVE_H

#include <stddef.h>
#include <stdint.h>

#include "nfdec/decoder.h"
#include "session/archive/file.h"

struct archive;

struct archive *archive_new(const struct archive_file_config *config, int64_t now, char *error, size_t size);
void archive_free(struct archive *archive);

void archive_message(struct archive *archive, const struct nfdec_message *message);
void archive_set(struct archive *archive, const struct nfdec_set *set);
void archive_message_end(struct archive *archive, const struct nfdec_message *message);
void archive_finish(struct archive *archive);
void archive_reopen(struct archive *archive);

uint64_t archive_lost(const struct archive *archive); /* packets that could not be written */

#endif
