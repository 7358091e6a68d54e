/* SPDX-License-Identifier: MIT */
#include "command/output.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/suggest.h"
#include "command/reports.h"
#include "query/order.h"

#define KEYS_MOST 128 /* of a show, to be suggested */
#define KEY_HEAD  24

static const char *const show_words[] = {
#define SHOW(symbol, word, help) word,
#include "view/batch/show.def"
#undef SHOW
};

static bool wants_packets(const struct config *config)
{
    return config->tree || config->octets;
}

/* "-e byts", the caret under the word, or behind its beginning. */
static bool complain_word_at(struct complaint *complaint, const char *option, const char *word, size_t begin)
{
    struct strbuf line = { 0 };
    size_t at = strlen(option) + 1 + begin;
    strbuf_format(&line, "%s %s", option, word);
    complain_at(complaint, line.data, line.length, at);
    strbuf_release(&line);
    return false;
}

static bool complain_word(struct complaint *complaint, const char *option, const char *word)
{
    return complain_word_at(complaint, option, word, 0);
}

static bool settle_packets(struct config *config, struct complaint *complaint)
{
    char letter = config->tree ? 'V' : 'x';
    if (config->json || config->csv)
        return complain(complaint, COMPLAINT_USAGE,
                        "-%c is for text; all that a record says is in -T %s --show records", letter,
                        config->csv ? "csv" : "json");
    if (config->show_given && config->show != BATCH_PACKETS)
        return complain(complaint, COMPLAINT_USAGE, "-%c shows export packets; leave out --show %s", letter,
                        show_words[config->show]);
    if (config->shape.fields.count > 0)
        return complain(complaint, COMPLAINT_USAGE, "-%c shows whole packets; leave out -e", letter);
    if (config->shape.limit > 0)
        return complain(complaint, COMPLAINT_USAGE, "-%c is limited by '-c N' export packets", letter);
    config->show = BATCH_PACKETS;
    return true;
}

/* Keys and the objects they are in; `heads` is memory of the latter. */
static size_t key_words(enum keys_group group, const char *words[2 * KEYS_MOST],
                        char heads[KEYS_MOST][KEY_HEAD])
{
    const char *path;
    size_t count = 0;
    for (size_t i = 0; i < KEYS_MOST && (path = keys_path(group, i)); i++) {
        size_t length = strcspn(path, ".");
        words[count++] = path;
        if (path[length] == '\0' || length >= KEY_HEAD)
            continue;
        memcpy(heads[i], path, length);
        words[count++] = heads[i];
    }
    return count;
}

/* The keys of what is put out, and how it is called. */
static enum keys_group group_of(const struct config *config)
{
    return config->report ? (enum keys_group)(BATCH_SHOW_COUNT + config->report - 1)
                          : (enum keys_group)config->show;
}

static const char *word_of(const struct config *config, const char **option)
{
    *option = config->report ? "-z" : "--show";
    return config->report ? report_word(config->report) : show_words[config->show];
}

static bool complain_key(const struct config *config, const char *word, struct complaint *complaint)
{
    char heads[KEYS_MOST][KEY_HEAD] = { { 0 } };
    const char *words[2 * KEYS_MOST];
    const char *option, *shown = word_of(config, &option);
    size_t count = key_words(group_of(config), words, heads);
    const char *nearest = suggest_word(word, words, count);
    if (nearest)
        complain(complaint, COMPLAINT_USAGE, "%s %s has no '%s'; did you mean '%s'?", option, shown, word,
                 nearest);
    else
        complain(complaint, COMPLAINT_USAGE, "%s %s has no '%s'; its keys are in nfscope-json(5)", option,
                 shown, word);
    return complain_word(complaint, "-e", word);
}

/* Several columns may be given at once, with commas between them. */
static bool settle_fields(struct config *config, struct complaint *complaint)
{
    for (size_t i = 0; i < config->shape.fields.count; i++) {
        char *words = alloc_text(config->shape.fields.word[i]), *rest = words;
        bool known = true;
        for (char *word; known && (word = strsep(&rest, ","));)
            known = keys_choose(group_of(config), word, &config->shape.choice) ||
                    complain_key(config, word, complaint);
        free(words);
        if (!known)
            return false;
    }
    return true;
}

/* "bytes:desc" */
static bool settle_sort(struct config *config, struct complaint *complaint)
{
    const char *word = config->shape.sort, *colon = strchr(word, ':');
    size_t length = colon ? (size_t)(colon - word) : strlen(word);
    bool connections = config->show == BATCH_CONNECTIONS;
    if (!connections && config->show != BATCH_FLOWS)
        return complain(complaint, COMPLAINT_USAGE,
                        "--sort is for connections and flows; --show %s has its own order",
                        show_words[config->show]);
    bool turned = colon && strcmp(colon, ":desc") != 0 && strcmp(colon, ":asc") != 0;
    if (turned || *word == '-') { /* other programs turn the order round by a sign */
        complain(complaint, COMPLAINT_USAGE, "--sort takes FIELD, FIELD:asc or FIELD:desc, not '%s'", word);
        return complain_word_at(complaint, "--sort", word, turned ? length : 0);
    }
    config->shape.descending = colon && strcmp(colon, ":desc") == 0;
    if (!field_find(word, length, &config->shape.sort_field)) {
        const char *nearest = field_nearest(word, length);
        complain(complaint, COMPLAINT_USAGE, "no field '%.*s'%s%s%s", (int)length, word,
                 nearest ? "; did you mean '" : "", nearest ? nearest : "", nearest ? "'?" : "");
        return complain_word(complaint, "--sort", word);
    }
    const char *refusal = order_refusal(&config->shape.sort_field, connections);
    if (!refusal)
        return true;
    complain(complaint, COMPLAINT_USAGE, "cannot sort by '%.*s': it %s", (int)length, word, refusal);
    return complain_word(complaint, "--sort", word);
}

/* What has no times, or shows them as they were sent. */
static const char *without_times(const struct config *config)
{
    if (config->shape.fields.count > 0)
        return NULL;
    if (config->report)
        return config->report == BATCH_REPORT_TIMELINE ? NULL : report_word(config->report);
    if (wants_packets(config))
        return config->tree ? "-V" : "-x";
    switch (config->show) {
    case BATCH_RECORDS:
    case BATCH_TEMPLATES:
    case BATCH_DIAGNOSTICS:
        return show_words[config->show];
    default:
        return NULL;
    }
}

static bool settle_times(struct config *config, struct complaint *complaint)
{
    const char *option = config->shape.clock_word ? "-t" : "--utc", *without = without_times(config);
    if (!config->shape.clock_word && !config->shape.utc)
        return true;
    if (!config->json && !config->csv && without)
        return complain(complaint, COMPLAINT_USAGE,
                        "%s has no effect on %s: it shows no times, or those of records as sent", option,
                        without);
    if (config->json || config->csv)
        return complain(complaint, COMPLAINT_USAGE, "%s is for text; times of -T %s are RFC 3339 in UTC",
                        option, config->csv ? "csv" : "json");
    if (config->shape.utc && config->shape.clock == CLOCK_USUAL)
        config->shape.clock = CLOCK_USUAL_UTC;
    else if (config->shape.utc && config->shape.clock == CLOCK_ABSOLUTE)
        config->shape.clock = CLOCK_UTC;
    else if (config->shape.utc && config->shape.clock == CLOCK_ABSOLUTE_DATE)
        config->shape.clock = CLOCK_UTC_DATE;
    return true;
}

static bool settle_write(const struct config *config, struct complaint *complaint)
{
    if (config->write && config->hex)
        return complain(complaint, COMPLAINT_USAGE,
                        "-w writes frames of captures; a packet given in hex has none");
    if (config->write && config->tui && config->shape.flow_filter)
        return complain(complaint, COMPLAINT_USAGE,
                        "-w with -Y writes when all is read, and not from the screen; leave out --tui");
    if (config->write && strcmp(config->write, "-") == 0 && (config->output || config->tui))
        return complain(complaint, COMPLAINT_USAGE, "-w - takes all of standard output; give a file");
    if (config->write && strcmp(config->write, "-") == 0 && isatty(STDOUT_FILENO))
        return complain(complaint, COMPLAINT_USAGE,
                        "-w - would write a capture to the terminal; give a file");
    return true;
}

/* Whether an expression can stand in brackets: those in it close each other, but for what is in quotation marks. */
static bool is_whole(const char *text)
{
    unsigned depth = 0;
    char quote = '\0';
    for (; *text; text++) {
        if (quote)
            quote = *text == quote ? '\0' : quote;
        else if (*text == '"' || *text == '\'')
            quote = *text;
        else if (*text == '(')
            depth++;
        else if (*text == ')' && depth-- == 0)
            return false;
    }
    return depth == 0 && !quote;
}

/* --match-host becomes a flow filter, or a part of one. */
static bool settle_host(struct shape_options *shape, struct complaint *complaint)
{
    struct strbuf text = { 0 };
    const char *host = shape->match_host;
    size_t fine = strspn(host, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._:/-");
    if (*host == '\0' || host[fine] != '\0') {
        complain(complaint, COMPLAINT_USAGE,
                 "--match-host takes an address, a net or a name, not '%s'; more is -Y", host);
        return complain_word_at(complaint, "--match-host", host, fine);
    }
    if (shape->flow_filter && !is_whole(shape->flow_filter))
        return true; /* it is wrong by itself, and told of as it was typed */
    strbuf_format(&text, "host %s", host);
    if (shape->flow_filter)
        strbuf_format(&text, " and (%s)", shape->flow_filter);
    shape->flow_filter = shape->matching = text.data;
    return true;
}

/* Reports have an order and a number of lines of their own. */
static bool settle_report(const struct config *config, struct complaint *complaint)
{
    const char *word = report_word(config->report);
    bool lines = config->report == BATCH_REPORT_HEALTH;
    bool groups = config->report != BATCH_REPORT_TIMELINE && !lines;
    if (wants_packets(config))
        return complain(complaint, COMPLAINT_USAGE, "-z %s shows no packets; leave out -%c", word,
                        config->tree ? 'V' : 'x');
    if (config->show_given)
        return complain(complaint, COMPLAINT_USAGE, "-z %s is put out instead of --show %s; give one of them",
                        word, show_words[config->show]);
    if (config->shape.sort)
        return complain(complaint, COMPLAINT_USAGE, "-z %s has its own order%s", word,
                        groups ? ", by unit=" : "");
    if (config->shape.limit > 0 && !lines)
        return complain(complaint, COMPLAINT_USAGE, "the lines of -z %s are limited by '%s'", word,
                        groups ? "top=N" : "bins=N");
    return true;
}

bool output_settle(struct config *config, struct complaint *complaint)
{
    bool text = !config->json && !config->csv;
    if (config->tui && config->text)
        return complain(complaint, COMPLAINT_USAGE, "--tui is a screen, and another option asks for text");
    if (!settle_write(config, complaint))
        return false;
    if (config->shape.match_host && !settle_host(&config->shape, complaint))
        return false;
    if (config->report && !settle_report(config, complaint))
        return false;
    if (wants_packets(config) && !settle_packets(config, complaint))
        return false;
    if (config->hex && !config->show_given && !config->report && !wants_packets(config)) {
        config->show = text ? BATCH_PACKETS : BATCH_RECORDS;
        config->tree = text && config->shape.fields.count == 0;
    }
    if (config->shape.min_packets > 0 && config->report)
        return complain(complaint, COMPLAINT_USAGE,
                        "--min-packets hides connections of a list; -z %s counts all",
                        report_word(config->report));
    if (config->shape.min_packets > 0 && config->show != BATCH_CONNECTIONS)
        return complain(complaint, COMPLAINT_USAGE, "--min-packets hides connections; --show %s has none",
                        show_words[config->show]);
    if (config->shape.scaled && config->show != BATCH_CONNECTIONS && config->show != BATCH_FLOWS)
        return complain(complaint, COMPLAINT_USAGE, "--scaled is for connections and flows, not for %s",
                        wants_packets(config) ? "packets" : show_words[config->show]);
    return settle_fields(config, complaint) && (!config->shape.sort || settle_sort(config, complaint)) &&
           settle_times(config, complaint);
}
