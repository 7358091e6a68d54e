/* SPDX-License-Identifier: MIT */
#include "command/output.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/suggest.h"

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

/* "-e byts", the caret under the word. */
static bool complain_word(struct complaint *complaint, const char *option, const char *word)
{
    struct strbuf line = { 0 };
    size_t at = strlen(option) + 1;
    strbuf_format(&line, "%s %s", option, word);
    complain_at(complaint, line.data, line.length, at);
    strbuf_release(&line);
    return false;
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
    if (config->fields.count > 0)
        return complain(complaint, COMPLAINT_USAGE, "-%c shows whole packets; leave out -e", letter);
    if (config->limit > 0)
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

static bool complain_key(const struct config *config, const char *word, struct complaint *complaint)
{
    char heads[KEYS_MOST][KEY_HEAD] = { { 0 } };
    const char *words[2 * KEYS_MOST];
    size_t count = key_words((enum keys_group)config->show, words, heads);
    const char *nearest = suggest_word(word, words, count);
    if (nearest)
        complain(complaint, COMPLAINT_USAGE, "--show %s has no '%s'; did you mean '%s'?",
                 show_words[config->show], word, nearest);
    else
        complain(complaint, COMPLAINT_USAGE, "--show %s has no '%s'; its keys are in nfscope-json(5)",
                 show_words[config->show], word);
    return complain_word(complaint, "-e", word);
}

/* Several columns may be given at once, with commas between them. */
static bool settle_fields(struct config *config, struct complaint *complaint)
{
    for (size_t i = 0; i < config->fields.count; i++) {
        char *words = alloc_text(config->fields.word[i]), *rest = words;
        bool known = true;
        for (char *word; known && (word = strsep(&rest, ","));)
            known = keys_choose((enum keys_group)config->show, word, &config->choice) ||
                    complain_key(config, word, complaint);
        free(words);
        if (!known)
            return false;
    }
    return true;
}

bool output_settle(struct config *config, struct complaint *complaint)
{
    bool text = !config->json && !config->csv;
    if (config->tui && config->text)
        return complain(complaint, COMPLAINT_USAGE, "--tui is a screen, and another option asks for text");
    if (wants_packets(config) && !settle_packets(config, complaint))
        return false;
    if (config->hex && !config->show_given && !wants_packets(config)) {
        config->show = text ? BATCH_PACKETS : BATCH_RECORDS;
        config->tree = text && config->fields.count == 0;
    }
    return settle_fields(config, complaint);
}
