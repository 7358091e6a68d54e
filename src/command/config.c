/* SPDX-License-Identifier: MIT */
#include "command/config.h"

#include <getopt.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/suggest.h"
#include "command/options.h"
#include "command/reports.h"
#include "command/take.h"

#define NAME_WAIT_DEFAULT 2000
#define NAME_WAIT_MOST    600000
#define THREADS_MOST      1024
#define LONG_OPTION       256 /* getopt values from here on are option symbols */

static const char *const show_words[] = {
#define SHOW(symbol, word, help) word,
#include "view/batch/show.def"
#undef SHOW
};

static bool take_show(struct config *config, const struct place *place, struct complaint *complaint)
{
    int word = take_word(place, show_words, BATCH_SHOW_COUNT, complaint);
    if (word < 0)
        return false;
    config->show = (enum batch_show)word;
    config->show_given = true;
    return true;
}

static bool take_format(struct config *config, const struct place *place, struct complaint *complaint)
{
    static const char *const formats[] = { "text", "json", "csv" };
    int word = take_word(place, formats, sizeof formats / sizeof *formats, complaint);
    config->json = word == 1;
    config->csv = word == 2;
    return word >= 0;
}

static bool take_name_wait(struct config *config, const struct place *place, struct complaint *complaint)
{
    uint64_t number = 0;
    if (!take_number(place, 0, NAME_WAIT_MOST, &number, complaint))
        return false;
    config->name_wait = (int)number;
    return true;
}

static bool take_threads(struct config *config, const struct place *place, struct complaint *complaint)
{
    uint64_t number = 0;
    if (!take_number(place, 1, THREADS_MOST, &number, complaint))
        return false;
    config->threads = (unsigned)number;
    return true;
}

static bool take_colour(struct config *config, const struct place *place, struct complaint *complaint)
{
    static const char *const words[] = { "auto", "always", "never" };
    int word = take_word(place, words, sizeof words / sizeof *words, complaint);
    config->colour = word < 0 ? CONFIG_COLOUR_AUTO : (enum config_colour)word;
    return word >= 0;
}

/* Options that only text output knows of. */
static bool asks_for_text(enum option_symbol symbol)
{
    switch (symbol) {
    case OPTION_HEX:
    case OPTION_SHOW:
    case OPTION_FORMAT:
    case OPTION_TREE:
    case OPTION_OCTETS:
    case OPTION_QUIET:
    case OPTION_FIELD:
    case OPTION_SORT:
    case OPTION_LIMIT:
    case OPTION_MIN_PACKETS:
    case OPTION_TIME:
    case OPTION_UTC:
    case OPTION_SCALED:
    case OPTION_REPORT:
        return true;
    default:
        return false;
    }
}

/* Of these, those that leave open what to put out. */
static bool beside_output(enum option_symbol symbol)
{
    return symbol == OPTION_HEX || symbol == OPTION_QUIET;
}

static bool take_option(struct config *config, const struct place *place, struct complaint *complaint)
{
    switch (place->symbol) {
    case OPTION_READ:
        config_add(&config->files, place->value);
        return true;
    case OPTION_HEX:
        config->hex = true;
        if (place->value)
            config_add(&config->operands, place->value);
        return true;
    case OPTION_COUNT:
        return take_number(place, 1, UINT64_MAX, &config->max_packets, complaint);
    case OPTION_FILTER:
        return take_once(&config->expression, place, complaint);
    case OPTION_FILTER_FILE:
        return take_once(&config->expression_file, place, complaint);
    case OPTION_SHOW:
        return take_show(config, place, complaint);
    case OPTION_REPORT:
        return report_take(&config->report, &config->report_options, place, complaint);
    case OPTION_FORMAT:
        return take_format(config, place, complaint);
    case OPTION_FIELD:
    case OPTION_SORT:
    case OPTION_LIMIT:
    case OPTION_MIN_PACKETS:
    case OPTION_TIME:
    case OPTION_UTC:
    case OPTION_SCALED:
    case OPTION_FLOW_FILTER:
    case OPTION_MATCH_HOST:
        return shape_options_take(&config->shape, place, complaint);
    case OPTION_WRITE:
        return take_once(&config->write, place, complaint);
    case OPTION_TREE:
        return config->tree = true;
    case OPTION_OCTETS:
        return config->octets = true;
    case OPTION_QUIET:
        return config->quiet = true;
    case OPTION_FLUSH:
        return config->flush = true;
    case OPTION_TUI:
        return config->tui = true;
    case OPTION_COLOUR:
        return take_colour(config, place, complaint);
    case OPTION_ASCII:
        return config->ascii = true;
    case OPTION_NO_MOUSE:
        return config->no_mouse = true;
    case OPTION_NO_NAMES:
        return config->no_names = true;
    case OPTION_NAMES:
        return take_once(&config->name_letters, place, complaint);
    case OPTION_HOSTS:
        config_add(&config->hosts, place->value);
        return true;
    case OPTION_NAME_WAIT:
        return take_name_wait(config, place, complaint);
    case OPTION_THREADS:
        return take_threads(config, place, complaint);
    case OPTION_VERSION:
        config->action = CONFIG_VERSION;
        return true;
    case OPTION_HELP:
        config->action = CONFIG_HELP;
        return true;
    default:
        return live_options_take(&config->live, place, complaint);
    }
}

/* getopt's own form of the options; operands come in their place ('-'), missing values as ':'. */
static void getopt_tables(char letters[2 * OPTION_COUNT_ALL + 3], struct option names[OPTION_COUNT_ALL + 1])
{
    char *letter = letters;
    struct option *name = names;
    *letter++ = '-';
    *letter++ = ':';
    for (int i = 0; i < OPTION_COUNT_ALL; i++) {
        const struct option_info *info = &option_table[i];
        int has_argument = !info->argument ? no_argument
                           : strspn(info->argument, "[") && info->argument[strlen(info->argument) - 1] == ']'
                               ? optional_argument
                               : required_argument;
        if (info->letter) {
            *letter++ = info->letter;
            if (has_argument == required_argument)
                *letter++ = ':';
        }
        if (info->name)
            *name++ = (struct option) { .name = info->name, .has_arg = has_argument, .val = LONG_OPTION + i };
    }
    *letter = '\0';
    *name = (struct option) { 0 };
}

static enum option_symbol symbol_of(int value)
{
    if (value >= LONG_OPTION)
        return (enum option_symbol)(value - LONG_OPTION);
    int symbol = 0;
    while (symbol < OPTION_COUNT_ALL && option_table[symbol].letter != value)
        symbol++;
    return (enum option_symbol)symbol;
}

/* getopt said '?': an unknown option, or a value where none is taken (then `value` names the option). */
static bool complain_option(struct complaint *complaint, const char *argument, int value)
{
    char spelling[32], hint[96], letter[3] = { '-', (char)value, '\0' };
    size_t at = 0;
    if (value >= LONG_OPTION) {
        const char *equals = strchr(argument, '=');
        complain(complaint, COMPLAINT_USAGE, "%s takes no value",
                 option_spelling(symbol_of(value), spelling));
        return complain_at(complaint, argument, strlen(argument), equals ? (size_t)(equals - argument) : 0);
    }
    bool cluster = argument[0] == '-' && argument[1] != '-';
    size_t name_length = cluster ? strlen(argument) : strcspn(argument, "=");
    char *typed = alloc_text(argument);
    typed[name_length] = '\0';
    const char *about = option_hint(typed, hint);
    if (cluster) {
        const char *culprit = strchr(argument + 1, value);
        at = culprit && culprit != argument + 1 ? (size_t)(culprit - argument) : 0;
        if (!*about)
            about = option_hint(letter, hint);
    }
    complain(complaint, COMPLAINT_USAGE, "unknown option '%s'%s%s", cluster ? letter : typed,
             *about ? "; " : "", about);
    free(typed);
    return complain_at(complaint, argument, strlen(argument), at);
}

static bool complain_missing(struct complaint *complaint, const char *argument, int value)
{
    char spelling[32];
    enum option_symbol symbol = symbol_of(value);
    complain(complaint, COMPLAINT_USAGE, "%s needs a value: %s", option_spelling(symbol, spelling),
             option_table[symbol].argument);
    return complain_at(complaint, argument, strlen(argument), strlen(argument));
}

static bool read_options(struct config *config, int argc, char *const argv[], struct complaint *complaint)
{
    char letters[2 * OPTION_COUNT_ALL + 3];
    struct option names[OPTION_COUNT_ALL + 1];
    getopt_tables(letters, names);
    opterr = 0;
    optind = 0; /* begin afresh, also where argv was read before */
    for (;;) {
        int before = optind ? optind : 1;
        int value = getopt_long(argc, argv, letters, names, NULL);
        if (value == -1)
            break;
        if (value == 1) {
            config_add(&config->operands, optarg);
            continue;
        }
        if (value == '?')
            return complain_option(complaint, argv[before], optopt);
        if (value == ':')
            return complain_missing(complaint, argv[before], optopt);
        struct place place = { .option = argv[before], .value = optarg, .symbol = symbol_of(value) };
        config->text |= asks_for_text(place.symbol);
        config->output |= asks_for_text(place.symbol) && !beside_output(place.symbol);
        if (!take_option(config, &place, complaint))
            return false;
    }
    for (int i = optind; i < argc; i++)
        config_add(&config->operands, argv[i]);
    return true;
}

bool config_parse(struct config *config, int argc, char *const argv[], struct complaint *complaint)
{
    *config = (struct config) { .show = BATCH_CONNECTIONS, .name_wait = NAME_WAIT_DEFAULT };
    return read_options(config, argc, argv, complaint);
}

void config_release(struct config *config)
{
    free(config->files.word);
    live_options_release(&config->live);
    free(config->hosts.word);
    free(config->operands.word);
    shape_options_release(&config->shape);
    free(config->filter);
    free(config->hex_octets);
}
