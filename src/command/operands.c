/* SPDX-License-Identifier: MIT */
#include "command/operands.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/addr.h"
#include "capture/capture.h"
#include "command/bpf.h"
#include "command/hexdump.h"

bool operands_stdin_readable(void)
{
    struct stat status;
    return fstat(STDIN_FILENO, &status) == 0 &&
           (S_ISFIFO(status.st_mode) || S_ISREG(status.st_mode) || S_ISSOCK(status.st_mode));
}

/* "192.0.2.1", "192.0.2.0/24": no path, but a filter that lacks a word. */
static bool is_address(const char *word)
{
    char text[ADDR_TEXT];
    struct addr address;
    snprintf(text, sizeof text, "%.*s", (int)strcspn(word, "/"), word);
    return addr_parse(text, &address);
}

/* A path rather than a filter: it is there, or it looks like one; and it is no filter. */
static bool operand_is_file(const char *operand)
{
    char reason[CAPTURE_ERROR];
    if (strcmp(operand, "-") == 0)
        return true;
    bool there = access(operand, F_OK) == 0, looks_like_one = strpbrk(operand, "./") && !is_address(operand);
    return (there || looks_like_one) && !capture_filter_ok(operand, reason);
}

static bool settle_hex(struct config *config, struct complaint *complaint)
{
    if (config->files.count > 0 || live_options_given(&config->live))
        return complain(complaint, COMPLAINT_USAGE, "--hex and %s are two inputs; give one of them",
                        config->files.count > 0             ? "-r"
                        : config->live.interfaces.count > 0 ? "-i"
                                                            : "--listen");
    if (config->expression || config->expression_file)
        return complain(complaint, COMPLAINT_USAGE, "a capture filter has nothing to filter with --hex");
    return hexdump_read(config->operands.word, config->operands.count, &config->hex_octets,
                        &config->hex_length, complaint);
}

static bool stdin_twice(const struct config *config)
{
    size_t count = 0;
    for (size_t i = 0; i < config->files.count; i++)
        count += strcmp(config->files.word[i], "-") == 0;
    return count > 1;
}

/* Live input: the operands are a capture filter. */
static bool settle_live(struct config *config, struct complaint *complaint)
{
    const char *option = config->live.interfaces.count > 0 ? "-i" : "--listen";
    if (config->files.count > 0)
        return complain(complaint, COMPLAINT_USAGE, "%s and -r are two inputs; give one of them", option);
    if (config->live.follow)
        return complain(complaint, COMPLAINT_USAGE, "--follow is for files; %s does not end by itself",
                        option);
    return bpf_gather(config, complaint);
}

bool operands_settle(struct config *config, bool stdin_is_input, struct complaint *complaint)
{
    if (config->hex)
        return settle_hex(config, complaint);
    if (live_options_given(&config->live))
        return settle_live(config, complaint);
    bool one_operand = config->operands.count == 1 && !config->expression && !config->expression_file;
    if (config->files.count == 0 && one_operand && operand_is_file(config->operands.word[0])) {
        config_add(&config->files, config->operands.word[0]);
        config->operands.count = 0;
    }
    if (stdin_twice(config))
        return complain(complaint, COMPLAINT_USAGE, "standard input is given twice");
    if (!bpf_gather(config, complaint))
        return false;
    if (config->files.count == 0) {
        if (!stdin_is_input)
            return complain(complaint, COMPLAINT_USAGE,
                            "no input; give a capture: nfscope -r FILE (see nfscope --help)");
        config_add(&config->files, "-");
    }
    return true;
}
