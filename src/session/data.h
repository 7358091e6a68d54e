/* SPDX-License-Identifier: MIT */
/* A run as queries want it. */
#ifndef SESSION_DATA_H
#define SESSION_DATA_H

#include "query/data.h"
#include "session/session.h"

/*
 * Borrowed from the run, which must stand still while it is used. `files`: names of its inputs. Octets of records can be
 * read where they were kept (session_config.keep_octets).
 */
struct query_data session_data(const struct session *run, const char *const *files, size_t file_count);

#endif
