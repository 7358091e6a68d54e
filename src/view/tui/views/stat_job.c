/* SPDX-License-Identifier: MIT */
#include "view/tui/views/stat_job.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "query/filter.h"
#include "session/replay.h"

#define PATIENCE 200  /* ms to wait for the session at once */
#define TOP      1000 /* groups that are listed */
#define TOP_SIDE 100  /* of protocols and ports */

const struct stat_grouping stat_groupings[] = {
    { "top talkers", "Address", STATS_TALKERS, STATS_EITHER, STATS_ADDRESS },
    { "top senders", "Address", STATS_TALKERS, STATS_SENT, STATS_ADDRESS },
    { "top receivers", "Address", STATS_TALKERS, STATS_RECEIVED, STATS_ADDRESS },
    { "networks", "Network", STATS_TALKERS, STATS_EITHER, STATS_NET },
    { "autonomous systems", "AS", STATS_TALKERS, STATS_EITHER, STATS_AS },
    { "server ports", "Port", STATS_PORTS, STATS_EITHER, STATS_ADDRESS },
    { "applications", "Application", STATS_APPLICATIONS, STATS_EITHER, STATS_ADDRESS },
    { "interfaces", "Interface", STATS_INTERFACES, STATS_EITHER, STATS_ADDRESS },
    { "exporters", "Exporter", STATS_EXPORTERS, STATS_EITHER, STATS_ADDRESS },
};
const unsigned stat_grouping_count = sizeof stat_groupings / sizeof *stat_groupings;

static bool make_groups(struct stat_job *job, enum stat_part part, const struct query_data *data,
                        const uint64_t *chosen)
{
    const struct stat_grouping *grouping = &stat_groupings[job->wish.grouping];
    struct stats_request request = { .data = data,
                                     .kind = part == STAT_PROTOCOLS ? STATS_PROTOCOLS
                                             : part == STAT_PORTS   ? STATS_PORTS
                                                                    : grouping->kind,
                                     .unit = job->wish.unit,
                                     .side = grouping->side,
                                     .by = grouping->by,
                                     .top = part == STAT_GROUPS ? TOP : TOP_SIDE,
                                     .chosen = chosen,
                                     .names = job->config->names,
                                     .threads = job->config->threads };
    return stats_make(&request, &job->groups[part], &job->job.progress);
}

static bool make_timeline(struct stat_job *job, const struct query_data *data, const uint64_t *chosen)
{
    struct timeline_request request = { .data = data,
                                        .length = job->wish.length,
                                        .bins = job->wish.bins,
                                        .chosen = chosen,
                                        .threads = job->config->threads };
    return timeline_make(&request, &job->timeline, &job->job.progress);
}

static bool make_all(struct stat_job *job, const struct query_data *data, const uint64_t *chosen)
{
    if (job->wish.parts & 1u << STAT_TIMELINE && !make_timeline(job, data, chosen))
        return false;
    for (unsigned part = STAT_GROUPS; part < STAT_PARTS; part++)
        if (job->wish.parts & 1u << part && !make_groups(job, (enum stat_part)part, data, chosen))
            return false;
    return true;
}

static void run_job(struct job *base)
{
    struct stat_job *job = (struct stat_job *)(void *)base;
    const struct session *run = load_session(job->load);
    uint64_t *chosen = NULL;
    while (!load_read(job->load, PATIENCE))
        if (query_job_cancelled(&base->progress))
            return;
    struct replay *replay = replay_new(run);
    struct query_data data = { .store = session_store(run),
                               .ledger = session_ledger(run),
                               .decoder = session_decoder(run),
                               .pairs = session_pairs(run),
                               .source = { .set = replay_set, .user = replay },
                               .files = job->config->files,
                               .file_count = job->config->file_count };
    bool fine = true;
    if (job->filter) {
        chosen = alloc_array(filter_words(flow_store_rows(data.store)) + 1, sizeof *chosen);
        fine = filter_flows(job->filter->filter, &data, job->config->threads, &base->progress, chosen);
    }
    job->whole = fine && make_all(job, &data, chosen) && !query_job_cancelled(&base->progress);
    free(chosen);
    replay_free(replay);
    load_release(job->load);
}

static void done_job(struct job *base)
{
    struct stat_job *job = (struct stat_job *)(void *)base;
    if (job->user)
        job->told(job->user, job);
    timeline_release(&job->timeline);
    for (unsigned part = STAT_GROUPS; part < STAT_PARTS; part++)
        stats_release(&job->groups[part]);
    shared_filter_drop(job->filter);
    free(job);
}

struct stat_job *stat_job_start(struct app *app, const struct stat_wish *wish,
                                void (*told)(void *user, struct stat_job *job), void *user)
{
    struct stat_job *job = alloc_new(sizeof *job);
    job->job = (struct job) { .run = run_job, .done = done_job };
    job->app = app;
    job->config = app_config(app);
    job->load = job->config->load;
    job->wish = *wish;
    job->filter = shared_filter_hold(app_filter(app));
    job->told = told;
    job->user = user;
    jobs_start(job->config->jobs, &job->job);
    return job;
}

void stat_job_drop(struct stat_job **job)
{
    if (!*job)
        return;
    jobs_cancel((*job)->config->jobs, &(*job)->job);
    (*job)->user = NULL;
    *job = NULL;
}
