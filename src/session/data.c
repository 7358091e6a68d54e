/* SPDX-License-Identifier: MIT */
#include "session/data.h"

#include "session/replay.h"

/* Each thread has a reader of its own. */
static void *open_source(void *run)
{
    return replay_new(run);
}

static void close_source(void *replay)
{
    replay_free(replay);
}

struct query_data session_data(const struct session *run, const char *const *files, size_t file_count)
{
    struct query_data data = { .store = session_store(run),
                               .ledger = session_ledger(run),
                               .decoder = session_decoder(run),
                               .pairs = session_pairs(run),
                               .labels = session_labels(run),
                               .files = files,
                               .file_count = file_count };
    if (session_octets(run))
        data.source = (struct query_source) { .set = replay_set,
                                              .user = (void *)(uintptr_t)run, /* is only read */
                                              .open = open_source,
                                              .close = close_source };
    return data;
}
