/* SPDX-License-Identifier: MIT */
#include "capture/filter.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <pcap.h>

#include "base/alloc.h"
#include "capture/link.h"

#define LINK_ETHERNET 1
#define LINKS_MAX     64 /* link types of one run: pcapng files may claim 65536 */
#define SNAPLEN       262144

struct program {
    uint16_t link;
    enum frame_filter_verdict verdict; /* FILTER_PASS: ask bpf; else of all frames of this link type */
    struct bpf_program bpf;
    char *reason; /* of FILTER_UNFIT */
};

struct frame_filter {
    char *expression;
    struct program programs[LINKS_MAX];
    size_t count;
    const char *reason;
};

static bool compile(const char *expression, uint16_t link, struct bpf_program *bpf, char reason[TROUBLE_LINE])
{
    pcap_t *dead = pcap_open_dead(link_to_dlt(link), SNAPLEN);
    if (!dead) {
        (void)snprintf(reason, TROUBLE_LINE, "out of memory");
        return false;
    }
    bool fine = pcap_compile(dead, bpf, expression, 1, PCAP_NETMASK_UNKNOWN) == 0;
    if (!fine)
        (void)snprintf(reason, TROUBLE_LINE, "%s", pcap_geterr(dead));
    pcap_close(dead);
    return fine;
}

static struct program *add_program(struct frame_filter *filter, uint16_t link)
{
    char reason[TROUBLE_LINE];
    struct program *program = &filter->programs[filter->count++];
    program->link = link;
    program->verdict = FILTER_PASS;
    if (compile(filter->expression, link, &program->bpf, reason))
        return program;
    /* "arp" on raw IP is not wrong: no such frame can be there */
    program->verdict = strcmp(reason, "expression rejects all packets") ? FILTER_UNFIT : FILTER_DROP;
    program->reason = alloc_text(reason);
    return program;
}

static struct program *find_program(struct frame_filter *filter, uint16_t link)
{
    for (size_t i = 0; i < filter->count; i++)
        if (filter->programs[i].link == link)
            return &filter->programs[i];
    return filter->count < LINKS_MAX ? add_program(filter, link) : NULL;
}

struct frame_filter *frame_filter_new(const char *expression, char reason[TROUBLE_LINE])
{
    struct frame_filter *filter = alloc_new(sizeof *filter);
    filter->expression = alloc_text(expression);
    const struct program *program = add_program(filter, LINK_ETHERNET);
    if (program->verdict == FILTER_PASS)
        return filter;
    (void)snprintf(reason, TROUBLE_LINE, "%s", program->reason);
    frame_filter_free(filter);
    return NULL;
}

enum frame_filter_verdict frame_filter_judge(struct frame_filter *filter, const struct frame *frame)
{
    const struct program *program = find_program(filter, frame->link);
    if (!program) {
        filter->reason = "too many link types";
        return FILTER_UNFIT;
    }
    if (program->verdict != FILTER_PASS) {
        filter->reason = program->reason;
        return program->verdict;
    }
    const struct pcap_pkthdr header = { .caplen = frame->length, .len = frame->wire_length };
    return pcap_offline_filter(&program->bpf, &header, frame->data) ? FILTER_PASS : FILTER_DROP;
}

const char *frame_filter_reason(const struct frame_filter *filter)
{
    return filter->reason;
}

void frame_filter_free(struct frame_filter *filter)
{
    if (!filter)
        return;
    for (size_t i = 0; i < filter->count; i++) {
        if (filter->programs[i].verdict == FILTER_PASS)
            pcap_freecode(&filter->programs[i].bpf);
        free(filter->programs[i].reason);
    }
    free(filter->expression);
    free(filter);
}
