/* SPDX-License-Identifier: MIT */
#include "view/tui/views/stat_job.h"

#include <stdlib.h>

#include "base/alloc.h"

#define TOP      1000 /* groups that are listed */
#define TOP_SIDE 100  /* of protocols and ports */

const struct stat_grouping stat_groupings[] = {
    { "top talkers", "talkers", "Address", STATS_TALKERS, STATS_EITHER, STATS_ADDRESS },
    { "top senders", "talkers,side=src", "Address", STATS_TALKERS, STATS_SENT, STATS_ADDRESS },
    { "top receivers", "talkers,side=dst", "Address", STATS_TALKERS, STATS_RECEIVED, STATS_ADDRESS },
    { "networks", "talkers,by=net", "Network", STATS_TALKERS, STATS_EITHER, STATS_NET },
    { "autonomous systems", "talkers,by=as", "AS", STATS_TALKERS, STATS_EITHER, STATS_AS },
    { "server ports", "ports", "Port", STATS_PORTS, STATS_EITHER, STATS_ADDRESS },
    { "applications", "applications", "Application", STATS_APPLICATIONS, STATS_EITHER, STATS_ADDRESS },
    { "interfaces", "interfaces", "Interface", STATS_INTERFACES, STATS_EITHER, STATS_ADDRESS },
    { "exporters", "exporters", "Exporter", STATS_EXPORTERS, STATS_EITHER, STATS_ADDRESS },
};
const unsigned stat_grouping_count = sizeof stat_groupings / sizeof *stat_groupings;

static bool make_groups(struct stat_job *job, enum stat_part part, const struct query_data *data)
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
                                     .chosen = job->base.chosen,
                                     .names = job->base.config->names,
                                     .threads = job->base.config->threads };
    return stats_make(&request, &job->groups[part], &job->base.job.progress);
}

static bool make_timeline(struct stat_job *job, const struct query_data *data)
{
    struct timeline_request request = { .data = data,
                                        .base = job->wish.base,
                                        .length = job->wish.length,
                                        .bins = job->wish.bins,
                                        .chosen = job->base.chosen,
                                        .threads = job->base.config->threads };
    return timeline_make(&request, &job->timeline, &job->base.job.progress);
}

static bool work(struct flow_job *base, const struct query_data *data)
{
    struct stat_job *job = (struct stat_job *)(void *)base;
    bool done = true, any = false;
    job->duplicates = pairs_have_duplicates(data->pairs);
    for (unsigned part = 0; done && part < STAT_PARTS; part++) {
        if (!(job->wish.parts & 1u << part))
            continue;
        if (any && !flow_job_next_part(base, data))
            return false;
        done =
            part == STAT_TIMELINE ? make_timeline(job, data) : make_groups(job, (enum stat_part)part, data);
        any = true;
    }
    return done;
}

static void told(struct flow_job *base)
{
    struct stat_job *job = (struct stat_job *)(void *)base;
    job->told(base->user, job);
}

static void release(struct flow_job *base)
{
    struct stat_job *job = (struct stat_job *)(void *)base;
    timeline_release(&job->timeline);
    for (unsigned part = STAT_GROUPS; part < STAT_PARTS; part++)
        stats_release(&job->groups[part]);
}

struct stat_job *stat_job_start(struct app *app, const struct stat_wish *wish,
                                void (*tell)(void *user, struct stat_job *job), void *user)
{
    static const struct flow_job_ops ops = { .work = work, .told = told, .release = release };
    struct stat_job *job = alloc_new(sizeof *job);
    job->wish = *wish;
    job->told = tell;
    flow_job_start(&job->base, &ops, app, user);
    return job;
}

void stat_job_drop(struct stat_job **job)
{
    if (*job)
        flow_job_drop(&(*job)->base);
    *job = NULL;
}
