/* SPDX-License-Identifier: MIT */
#include "command/options.h"

#include <stdbool.h>
#include <string.h>

#include "base/suggest.h"

#define HELP_COLUMN 22

const struct option_info option_table[OPTION_COUNT_ALL] = {
#define HEADING(title)
#define OPTION(short_one, long_one, word, symbol, help)                                                      \
    [OPTION_##symbol] = { .letter = short_one, .name = long_one, .argument = word },
#include "command/options.def"
#undef OPTION
#undef HEADING
};

/* A line of --help: a heading, or an option. */
struct help_line {
    const char *heading;
    enum option_symbol symbol;
    const char *text;
};

static const struct help_line help_lines[] = {
#define HEADING(title)                               { .heading = title },
#define OPTION(letter, name, argument, option, help) { .symbol = OPTION_##option, .text = help },
#include "command/options.def"
#undef OPTION
#undef HEADING
};

static const struct {
    const char *there, *here;
} foreign[] = {
#define FOREIGN(spelling, sentence) { spelling, sentence },
#include "command/foreign.def"
#undef FOREIGN
};

static const struct {
    const char *word, *text;
} show_words[] = {
#define SHOW(symbol, show_word, help) { show_word, help },
#include "view/batch/show.def"
#undef SHOW
};

static const struct {
    const char *word, *text;
} report_words[] = {
#define REPORT(symbol, report_word, help) { report_word, help },
#include "view/batch/report.def"
#undef REPORT
};

const char *option_spelling(enum option_symbol symbol, char buffer[32])
{
    const struct option_info *info = &option_table[symbol];
    if (info->name)
        snprintf(buffer, 32, "--%s", info->name);
    else
        snprintf(buffer, 32, "-%c", info->letter);
    return buffer;
}

/* "--flows" for "--show flows", "-show" for "--show". */
static bool near_miss(const char *typed, char buffer[96])
{
    for (size_t i = 0; i < sizeof show_words / sizeof *show_words; i++) {
        if (strncmp(typed, "--", 2) == 0 && strcmp(typed + 2, show_words[i].word) == 0) {
            snprintf(buffer, 96, "did you mean '--show %s'?", show_words[i].word);
            return true;
        }
    }
    for (size_t i = 0; i < OPTION_COUNT_ALL; i++) {
        const char *name = option_table[i].name;
        if (name && typed[0] == '-' && strcmp(typed + 1, name) == 0) {
            snprintf(buffer, 96, "did you mean '--%s'?", name);
            return true;
        }
    }
    return false;
}

const char *option_hint(const char *typed, char buffer[96])
{
    buffer[0] = '\0';
    for (size_t i = 0; i < sizeof foreign / sizeof *foreign; i++) {
        if (strcmp(typed, foreign[i].there) == 0)
            return foreign[i].here;
    }
    if (near_miss(typed, buffer) || strncmp(typed, "--", 2) != 0)
        return buffer;

    const char *names[OPTION_COUNT_ALL];
    size_t count = 0;
    for (size_t i = 0; i < OPTION_COUNT_ALL; i++) {
        if (option_table[i].name)
            names[count++] = option_table[i].name;
    }
    const char *name = suggest_word(typed + 2, names, count);
    if (name)
        snprintf(buffer, 96, "did you mean '--%s'?", name);
    return buffer;
}

/* Text whose further lines stand under the first. */
static void help_text(FILE *out, int column, const char *text)
{
    fprintf(out, "%*s", HELP_COLUMN > column ? HELP_COLUMN - column : 1, "");
    for (const char *c = text; *c; c++) {
        fputc(*c, out);
        if (*c == '\n')
            fprintf(out, "%*s", HELP_COLUMN, "");
    }
    fputc('\n', out);
}

static void help_option(FILE *out, const struct help_line *line)
{
    const struct option_info *info = &option_table[line->symbol];
    int column = info->letter ? fprintf(out, "  -%c", info->letter) : fprintf(out, "    ");
    if (info->name)
        column += fprintf(out, "%s--%s", info->letter ? ", " : "  ", info->name);
    if (info->argument)
        column += fprintf(out, " %s", info->argument);
    help_text(out, column, line->text);
}

void options_help(FILE *out)
{
    fputs("usage: nfscope [option ...] [-r FILE] ... [capture filter word ...]\n"
          "       nfscope [option ...]  -i IF ...    [capture filter word ...]\n"
          "       nfscope [option ...] --listen [HOST:]PORT ...\n"
          "       nfscope FILE\n"
          "       tcpdump -w - ... | nfscope\n"
          "       nfscope --hex [FILE]\n\n"
          "Shows what NetFlow v1, v5, v7, v9 and IPFIX exporters said: out of captures,\n"
          "from interfaces and UDP ports, on a screen or as text, JSON or CSV.\n",
          out);
    for (size_t i = 0; i < sizeof help_lines / sizeof *help_lines; i++) {
        if (help_lines[i].heading)
            fprintf(out, "\n%s:\n", help_lines[i].heading);
        else
            help_option(out, &help_lines[i]);
    }
    fputs("\nWords of --show:\n", out);
    for (size_t i = 0; i < sizeof show_words / sizeof *show_words; i++)
        help_text(out, fprintf(out, "  %s", show_words[i].word), show_words[i].text);
    fputs("\nReports of -z:\n", out);
    for (size_t i = 0; i < sizeof report_words / sizeof *report_words; i++)
        help_text(out, fprintf(out, "  %s", report_words[i].word), report_words[i].text);
}
