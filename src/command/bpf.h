/* SPDX-License-Identifier: MIT */
/* The capture filter (BPF) as it stands on the command line, and what to say when it is wrong. */
#ifndef COMMAND_BPF_H
#define COMMAND_BPF_H

#include <stdbool.h>
#include <stddef.h>

#include "command/complaint.h"
#include "command/config.h"

/* Puts config->filter together from words, -f or -F and checks it. */
bool bpf_gather(struct config *config, struct complaint *complaint);

/* Adds a word as a shell reads it back. */
void bpf_quoted(struct strbuf *line, const char *word);

/* Adds the command that was meant, as far as its inputs go: "nfscope -r a.pcap". */
void bpf_command(struct strbuf *line, const struct config *config);

/* Where libpcap stops understanding `filter`, wrong for `reason`: an offset; SIZE_MAX: cannot be told. */
size_t bpf_culprit(const char *filter, const char *reason);

#endif
