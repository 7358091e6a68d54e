/* SPDX-License-Identifier: MIT */
#include "command/bpf.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "capture/capture.h"
#include "command/flowlike.h"
#include "query/filter.h"

#define FILE_MOST 65536u /* octets of a file with an expression */

void bpf_quoted(struct strbuf *line, const char *word)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-+.,:/@%=";
    if (*word && word[strspn(word, plain)] == '\0') {
        strbuf_text(line, word);
        return;
    }
    strbuf_char(line, '\'');
    for (const char *c = word; *c; c++) {
        if (*c == '\'')
            strbuf_text(line, "'\\''");
        else
            strbuf_char(line, *c);
    }
    strbuf_char(line, '\'');
}

void bpf_command(struct strbuf *line, const struct config *config)
{
    strbuf_text(line, "nfscope");
    for (size_t i = 0; i < config->files.count; i++) {
        strbuf_text(line, " -r ");
        bpf_quoted(line, config->files.word[i]);
    }
}

static bool is_file(const char *word)
{
    struct stat status;
    return stat(word, &status) == 0 && S_ISREG(status.st_mode);
}

/* A wrong filter with the names of files among its words: "nfscope a.pcap port 2055". */
static bool complain_files(const struct config *config, struct complaint *complaint)
{
    const char *file = NULL;
    struct strbuf command = { 0 }, words = { 0 };
    bpf_command(&command, config);
    for (size_t i = 0; i < config->operands.count; i++) {
        const char *word = config->operands.word[i];
        struct strbuf *line = is_file(word) ? &command : &words;
        strbuf_text(line, line == &command ? " -r " : " ");
        bpf_quoted(line, word);
        if (line == &command && !file)
            file = word;
    }
    if (file)
        complain(complaint, COMPLAINT_USAGE, "'%s' is a file, and files are given with -r: %s%s", file,
                 command.data, words.length ? words.data : "");
    strbuf_release(&command);
    strbuf_release(&words);
    return file != NULL;
}

/* What it is called as a flow filter, and in BPF's words where it has some. */
static bool complain_flow_filter(const struct config *config, struct complaint *complaint)
{
    struct strbuf capture = { 0 }, command = { 0 };
    struct filter_error error;
    size_t at = 0;
    struct filter *filter = config->shape.flow_filter ? NULL : filter_parse(config->filter, NULL, &error);
    bool is_one = flowlike(config->filter, &at, &capture);
    if (filter) {
        bpf_command(&command, config);
        strbuf_text(&command, " -Y ");
        bpf_quoted(&command, config->filter);
    }
    if (is_one && capture.length > 0) {
        strbuf_text(&command, filter ? "; of packets it is " : "");
        bpf_command(&command, config);
        strbuf_char(&command, ' ');
        if (strpbrk(capture.data, "()&|!<>*$;"))
            bpf_quoted(&command, capture.data);
        else
            strbuf_text(&command, capture.data);
    }
    if (is_one || filter) {
        complain(complaint, COMPLAINT_INPUT,
                 "this is a flow filter, and words filter the captured packets (BPF, as tcpdump)%s%s",
                 command.length ? ": " : "", command.length ? command.data : "");
        complain_at(complaint, config->filter, strlen(config->filter), at);
    }
    filter_free(filter);
    strbuf_release(&capture);
    strbuf_release(&command);
    return is_one || filter;
}

/* libpcap's reason, without its words around "syntax error". */
static const char *short_reason(const char *reason)
{
    return strstr(reason, "syntax error") ? "syntax error" : reason;
}

static bool complain_filter(const struct config *config, const char *reason, struct complaint *complaint)
{
    size_t length = strlen(config->filter), at = bpf_culprit(config->filter, reason);
    complain(complaint, COMPLAINT_INPUT, "bad capture filter: %s%s", short_reason(reason),
             at == length ? " at its end" : "");
    if (at <= length)
        complain_at(complaint, config->filter, length, at);
    return false;
}

/* As tcpdump reads it: '#' begins a comment, line ends are blanks. */
static bool read_expression(const char *path, struct strbuf *text, struct complaint *complaint)
{
    FILE *stream = fopen(path, "re");
    if (!stream)
        return complain(complaint, COMPLAINT_USAGE, "cannot open '%s': %s", path, strerror(errno));
    size_t got = fread(strbuf_room(text, FILE_MOST + 1), 1, FILE_MOST + 1, stream);
    int reason = ferror(stream) ? errno : 0;
    fclose(stream);
    if (reason)
        return complain(complaint, COMPLAINT_USAGE, "cannot read '%s': %s", path, strerror(reason));
    if (got > FILE_MOST || memchr(text->data, '\0', got))
        return complain(complaint, COMPLAINT_INPUT, "'%s' holds no capture filter", path);
    text->data[got] = '\0';
    text->length = got;
    bool comment = false;
    for (size_t i = 0; i < got; i++) {
        comment = (comment || text->data[i] == '#') && text->data[i] != '\n';
        if (comment || strchr("\r\n\t", text->data[i]))
            text->data[i] = ' ';
    }
    while (text->length > 0 && text->data[text->length - 1] == ' ')
        text->data[--text->length] = '\0';
    return true;
}

static bool gather_text(struct config *config, struct strbuf *text, struct complaint *complaint)
{
    if (config->expression && config->expression_file)
        return complain(complaint, COMPLAINT_USAGE, "two capture filters: -f and -F; give one of them");
    if (config->operands.count > 0 && (config->expression || config->expression_file))
        return complain(complaint, COMPLAINT_USAGE,
                        "two capture filters: %s and the words '%s%s'; give one of them",
                        config->expression ? "-f" : "-F", config->operands.word[0],
                        config->operands.count > 1 ? " ..." : "");
    if (config->expression_file)
        return read_expression(config->expression_file, text, complaint);
    if (config->expression)
        strbuf_text(text, config->expression);
    for (size_t i = 0; i < config->operands.count; i++) {
        if (i > 0)
            strbuf_char(text, ' ');
        strbuf_text(text, config->operands.word[i]);
    }
    return true;
}

bool bpf_gather(struct config *config, struct complaint *complaint)
{
    struct strbuf text = { 0 };
    char reason[CAPTURE_ERROR];
    if (!gather_text(config, &text, complaint)) {
        strbuf_release(&text);
        return false;
    }
    config->filter = text.data; /* NULL: none */
    if (!config->filter || capture_filter_ok(config->filter, reason))
        return true;
    if (complain_files(config, complaint) || complain_flow_filter(config, complaint))
        return false;
    return complain_filter(config, reason, complaint);
}

#define COMPLETED 1024

/* Whether some ending makes sense of the first `length` octets of a filter. */
static bool can_go_on(const char *filter, size_t length)
{
    static const char *const endings[] = {
        "",      "udp",   "1",      "1.2.3.4", "::1",     "port 1",         "host 1.2.3.4", "= 1",
        "1 = 1", "] = 1", "0] = 1", "1-2",     ":1] = 1", "mask 255.0.0.0", "0:0:0:0:0:0",  "broadcast",
    };
    char text[COMPLETED + 64], reason[CAPTURE_ERROR];
    int open = 0;
    for (size_t i = 0; i < length; i++)
        open += (filter[i] == '(') - (filter[i] == ')');
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        int used = snprintf(text, sizeof text, "%.*s %s", (int)length, filter, endings[i]);
        for (int depth = 0; depth < open && used < (int)sizeof text - 1; depth++)
            text[used++] = ')';
        text[used] = '\0';
        if (capture_filter_ok(text, reason) || !strstr(reason, "syntax error"))
            return true;
    }
    return false;
}

/* The word of the filter that libpcap's message quotes, or the number in it. */
static size_t quoted_culprit(const char *filter, const char *reason)
{
    char word[128];
    const char *quote = strpbrk(reason, "'\""), *end = quote ? strpbrk(quote + 1, "'\" ") : NULL;
    if (!end) {
        quote = strpbrk(reason, "0123456789");
        end = quote ? quote + strspn(quote, "0123456789") : NULL;
        if (!end || end - quote < 2)
            return SIZE_MAX;
        quote--;
    }
    snprintf(word, sizeof word, "%.*s", (int)(end - quote - 1), quote + 1);
    const char *found = *word ? strstr(filter, word) : NULL;
    return found ? (size_t)(found - filter) : SIZE_MAX;
}

size_t bpf_culprit(const char *filter, const char *reason)
{
    size_t length = strlen(filter), at = 0, token = 0;
    if (!strstr(reason, "syntax error"))
        return quoted_culprit(filter, reason);
    if (length > COMPLETED)
        return SIZE_MAX;
    while ((token = flowlike_token(filter, &at)) > 0) {
        if (!can_go_on(filter, at + token))
            return at;
        at += token;
    }
    return length;
}
