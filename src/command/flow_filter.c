/* SPDX-License-Identifier: MIT */
#include "command/flow_filter.h"

#include <string.h>

#include "capture/capture.h"
#include "command/bpf.h"

static bool complain_error(const struct config *config, const struct filter_error *error,
                           struct complaint *complaint)
{
    const char *text = config->shape.flow_filter;
    if (*error->suggestion)
        complain(complaint, COMPLAINT_INPUT, "bad flow filter: %s; did you mean '%s'?", error->reason,
                 error->suggestion);
    else
        complain(complaint, COMPLAINT_INPUT, "bad flow filter: %s", error->reason);
    return complain_at(complaint, text, strlen(text), error->at);
}

/* Words of tcpdump that say nothing of flows, "ether host ...". */
static bool complain_capture_filter(const struct config *config, const struct filter_error *error,
                                    struct complaint *complaint)
{
    char reason[CAPTURE_ERROR];
    struct strbuf command = { 0 };
    bool blank = config->shape.flow_filter[strspn(config->shape.flow_filter, " \t\r\n")] == '\0';
    if (blank || config->filter || !capture_filter_ok(config->shape.flow_filter, reason))
        return false;
    bpf_command(&command, config);
    strbuf_text(&command, " -f ");
    bpf_quoted(&command, config->shape.flow_filter);
    complain(complaint, COMPLAINT_INPUT, "this is a capture filter (BPF), and -Y filters flows: %s",
             command.data);
    complain_at(complaint, config->shape.flow_filter, strlen(config->shape.flow_filter), error->at);
    strbuf_release(&command);
    return true;
}

/* Records are written as they come, before there is any connection, and before late ones are counted. */
static bool streams(const struct config *config)
{
    return config->show == BATCH_RECORDS || config->tree || config->octets;
}

static bool check_end(const struct config *config, const struct filter *filter, struct complaint *complaint)
{
    size_t at, length;
    if (!streams(config) || !filter_needs_end(filter))
        return true;
    filter_end_place(filter, &at, &length);
    complain(complaint, COMPLAINT_INPUT,
             "%.*s is known when all is read: --show flows and packets can ask for it, records cannot",
             (int)length, config->shape.flow_filter + at);
    return complain_at(complaint, config->shape.flow_filter, strlen(config->shape.flow_filter), at);
}

bool flow_filter_make(const struct config *config, struct names *names, struct filter **filter,
                      struct complaint *complaint)
{
    const struct filter_options options = { .names = names };
    struct filter_error error;
    *filter = NULL;
    if (!config->shape.flow_filter)
        return true;
    struct filter *made = filter_parse(config->shape.flow_filter, &options, &error);
    if (!made)
        return complain_capture_filter(config, &error, complaint) ? false
                                                                  : complain_error(config, &error, complaint);
    if (filter_unresolved(made) > 0 && names)
        names_wait(names, config->name_wait);
    /* answers of DNS in the capture may have what is not known yet */
    bool later = names && config->naming.answers && !streams(config);
    if (!filter_resolve(made, &error) && !later ? complain_error(config, &error, complaint)
                                                : check_end(config, made, complaint)) {
        *filter = made;
        return true;
    }
    filter_free(made);
    return false;
}
