/* SPDX-License-Identifier: MIT */
#include "command/config.h"

#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "command/operands.h"
#include "command/output.h"
#include "command/options.h"

#define WORDS 24

/* A command line of at most WORDS words, separated by blanks; '_' stands for a blank in a word. */
struct line {
    char text[256];
    char *argv[WORDS + 2];
    int argc;
};

static void split(struct line *line, const char *words)
{
    cr_assert_lt(strlen(words), sizeof line->text);
    memcpy(line->text, words, strlen(words) + 1);
    line->argv[0] = line->text + strlen(words); /* "" */
    line->argc = 1;
    char *save = NULL;
    for (char *word = strtok_r(line->text, " ", &save); word; word = strtok_r(NULL, " ", &save)) {
        cr_assert_leq(line->argc, WORDS);
        for (char *c = word; *c; c++)
            *c = *c == '_' ? ' ' : *c;
        line->argv[line->argc++] = word;
    }
    line->argv[line->argc] = NULL;
}

/* Everything the program does with a command line before it reads. */
static bool understand(struct config *config, struct line *line, bool stdin_is_input,
                       struct complaint *complaint)
{
    return config_parse(config, line->argc, line->argv, complaint) &&
           (config->action != CONFIG_RUN ||
            (output_settle(config, complaint) && operands_settle(config, stdin_is_input, complaint)));
}

static void fine(struct config *config, struct line *line, const char *words)
{
    struct complaint complaint = { 0 };
    split(line, words);
    cr_assert(understand(config, line, false, &complaint), "%s: %s", words, complaint.text.data);
    cr_assert_null(complaint.text.data);
}

Test(config, defaults)
{
    struct config config;
    struct line line;
    fine(&config, &line, "-r x.pcap");
    cr_assert_eq(config.action, CONFIG_RUN);
    cr_assert_eq(config.show, BATCH_CONNECTIONS);
    cr_assert_eq(config.name_wait, 2000);
    cr_assert_eq(config.max_packets, 0);
    cr_assert_null(config.filter);
    cr_assert_not(config.json || config.tree || config.octets || config.quiet || config.flush ||
                  config.no_names);
    config_release(&config);
}

Test(config, every_option_is_understood)
{
    struct config config;
    struct line line;
    fine(&config, &line,
         "-r a --read=b -c 7 --show records -T json -q -l -n --hosts h --hosts=i --name-wait 0 udp port 53");
    cr_assert_eq(config.files.count, 2);
    cr_assert_str_eq(config.files.word[0], "a");
    cr_assert_str_eq(config.files.word[1], "b");
    cr_assert_eq(config.max_packets, 7);
    cr_assert_eq(config.show, BATCH_RECORDS);
    cr_assert(config.json && config.quiet && config.flush && config.no_names);
    cr_assert_eq(config.hosts.count, 2);
    cr_assert_str_eq(config.hosts.word[1], "i");
    cr_assert_eq(config.name_wait, 0);
    cr_assert_str_eq(config.filter, "udp port 53");
    config_release(&config);
}

Test(config, letters_go_together_and_stand_among_words)
{
    struct config config;
    struct line line;
    fine(&config, &line, "udp -qnlra.pcap port -Tjson 53");
    cr_assert(config.quiet && config.no_names && config.flush && config.json);
    cr_assert_str_eq(config.files.word[0], "a.pcap");
    cr_assert_str_eq(config.filter, "udp port 53");
    config_release(&config);
}

Test(config, a_double_dash_ends_options)
{
    struct config config;
    struct line line;
    struct complaint complaint = { 0 };
    split(&line, "-r a -- -q");
    cr_assert(config_parse(&config, line.argc, line.argv, &complaint));
    cr_assert_not(config.quiet);
    cr_assert_eq(config.operands.count, 1);
    cr_assert_str_eq(config.operands.word[0], "-q");
    config_release(&config);
}

Test(config, help_and_version_need_no_input)
{
    struct config config;
    struct line line;
    fine(&config, &line, "--help");
    cr_assert_eq(config.action, CONFIG_HELP);
    config_release(&config);
    fine(&config, &line, "-v");
    cr_assert_eq(config.action, CONFIG_VERSION);
    config_release(&config);
}

Test(config, packets_are_shown_with_their_tree_and_octets)
{
    struct config config;
    struct line line;
    fine(&config, &line, "-V -r a");
    cr_assert_eq(config.show, BATCH_PACKETS);
    cr_assert(config.tree && !config.octets);
    config_release(&config);
    fine(&config, &line, "-x --show packets -r a");
    cr_assert_eq(config.show, BATCH_PACKETS);
    cr_assert(config.octets && !config.tree);
    config_release(&config);
}

Test(config, a_hex_dump_is_shown_as_a_tree_or_as_records)
{
    struct config config;
    struct line line;
    fine(&config, &line, "--hex 0005 0001");
    cr_assert_eq(config.show, BATCH_PACKETS);
    cr_assert(config.tree);
    cr_assert_eq(config.hex_length, 4);
    config_release(&config);
    fine(&config, &line, "-T json 00050001 --hex");
    cr_assert_eq(config.show, BATCH_RECORDS);
    cr_assert_not(config.tree);
    config_release(&config);
    fine(&config, &line, "--hex=00050001 --show templates");
    cr_assert_eq(config.show, BATCH_TEMPLATES);
    cr_assert_not(config.tree);
    config_release(&config);
}

Test(config, standard_input_is_read_where_nothing_else_is)
{
    struct config config;
    struct line line;
    struct complaint complaint = { 0 };
    split(&line, "udp");
    cr_assert(understand(&config, &line, true, &complaint));
    cr_assert_eq(config.files.count, 1);
    cr_assert_str_eq(config.files.word[0], "-");
    cr_assert_str_eq(config.filter, "udp");
    config_release(&config);
}

Test(config, the_only_operand_may_be_a_file)
{
    char path[] = "/tmp/nfscope-config-XXXXXX";
    int fd = mkstemp(path);
    cr_assert_geq(fd, 0);
    close(fd);
    struct config config;
    struct line line;
    fine(&config, &line, path);
    cr_assert_eq(config.files.count, 1);
    cr_assert_str_eq(config.files.word[0], path);
    cr_assert_null(config.filter);
    config_release(&config);
    unlink(path);
}

Test(config, a_path_is_no_filter_even_where_nothing_is_there)
{
    struct config config;
    struct line line;
    fine(&config, &line, "no-such.pcap");
    cr_assert_str_eq(config.files.word[0], "no-such.pcap");
    config_release(&config);
}

Test(config, a_filter_comes_from_a_file_with_comments)
{
    char path[] = "/tmp/nfscope-config-XXXXXX", words[64];
    static const char text[] = "udp # of all\n\tand port 2055\n";
    int fd = mkstemp(path);
    cr_assert_geq(fd, 0);
    cr_assert_eq(write(fd, text, sizeof text - 1), (ssize_t)sizeof text - 1);
    close(fd);
    snprintf(words, sizeof words, "-r a -F%s", path);
    struct config config;
    struct line line;
    fine(&config, &line, words);
    cr_assert_str_eq(config.filter, "udp           and port 2055");
    config_release(&config);
    unlink(path);
}

/* What is refused: command line, exit status, the whole text on stderr. */
struct refusal {
    char words[64];
    int status;
    char text[256];
};

ParameterizedTestParameters(config, refusals)
{
    static struct refusal refusals[] = {
        { "", 1, "nfscope: no input; give a capture: nfscope -r FILE (see nfscope --help)\n" },
        { "udp", 1, "nfscope: no input; give a capture: nfscope -r FILE (see nfscope --help)\n" },
        { "--shwo x", 1, "nfscope: unknown option '--shwo'; did you mean '--show'?\n    --shwo\n    ^\n" },
        { "--shwo=x", 1, "nfscope: unknown option '--shwo'; did you mean '--show'?\n    --shwo=x\n    ^\n" },
        { "-show", 1, "nfscope: unknown option '-show'; did you mean '--show'?\n    -show\n    ^\n" },
        { "--flows", 1,
          "nfscope: unknown option '--flows'; did you mean '--show flows'?\n    --flows\n    ^\n" },
        { "--lsten", 1, "nfscope: unknown option '--lsten'; did you mean '--listen'?\n    --lsten\n    ^\n" },
        { "--listen", 1, "nfscope: --listen needs a value: [HOST:]PORT\n    --listen\n            ^\n" },
        { "-nqJ", 1, "nfscope: unknown option '-J'\n    -nqJ\n       ^\n" },
        { "-R x", 1, "nfscope: unknown option '-R'; each file is one '-r FILE'\n    -R\n    ^\n" },
        { "-qR x", 1, "nfscope: unknown option '-R'; each file is one '-r FILE'\n    -qR\n      ^\n" },
        { "--version=3", 1, "nfscope: --version takes no value\n    --version=3\n             ^\n" },
        { "--show", 1, "nfscope: --show needs a value: WORD\n    --show\n          ^\n" },
        { "-qr", 1, "nfscope: --read needs a value: FILE\n    -qr\n       ^\n" },
        { "--show flow", 1,
          "nfscope: unknown word 'flow' for --show; did you mean 'flows'?\n    --show flow\n           ^\n" },
        { "--show=flow", 1,
          "nfscope: unknown word 'flow' for --show; did you mean 'flows'?\n    --show=flow\n           ^\n" },
        { "-qTxml", 1, "nfscope: unknown word 'xml' for -T; give text, json or csv\n    -qTxml\n       ^\n" },
        { "-c 0", 1, "nfscope: -c takes a number, 1 or more, not '0'\n    -c 0\n       ^\n" },
        { "-c 1k", 1, "nfscope: -c takes a number, 1 or more, not '1k'\n    -c 1k\n       ^\n" },
        { "-c 18446744073709551616", 1,
          "nfscope: -c takes a number, 1 or more, not '18446744073709551616'\n"
          "    -c 18446744073709551616\n       ^\n" },
        { "--name-wait=600001", 1,
          "nfscope: --name-wait takes a number from 0 to 600000, not '600001'\n"
          "    --name-wait=600001\n                ^\n" },
        { "-r a -V -T json", 1,
          "nfscope: -V is for text; all that a record says is in -T json --show records\n" },
        { "-r a -x --show flows", 1, "nfscope: -x shows export packets; leave out --show flows\n" },
        { "-r - -r -", 1, "nfscope: standard input is given twice\n" },
        { "-r a --hex 00", 1, "nfscope: --hex and -r are two inputs; give one of them\n" },
        { "--hex 00 -f udp", 1, "nfscope: a capture filter has nothing to filter with --hex\n" },
        { "-r a -f udp -f tcp", 1, "nfscope: -f is given twice\n    -f tcp\n       ^\n" },
        { "-r a -f udp -F b", 1, "nfscope: two capture filters: -f and -F; give one of them\n" },
        { "-r a -f udp tcp", 1, "nfscope: two capture filters: -f and the words 'tcp'; give one of them\n" },
        { "-r a -F b port 53", 1,
          "nfscope: two capture filters: -F and the words 'port ...'; give one of them\n" },
        { "-r a -F /no-such", 1, "nfscope: cannot open '/no-such': No such file or directory\n" },
        { "192.0.2.1", 2, "nfscope: bad capture filter: syntax error\n    192.0.2.1\n    ^\n" },
        { "192.0.2.0/24", 2, "nfscope: bad capture filter: syntax error\n    192.0.2.0/24\n    ^\n" },
        { "-r a udp prot 53", 2, "nfscope: bad capture filter: syntax error\n    udp prot 53\n        ^\n" },
        { "-r a udp and", 2,
          "nfscope: bad capture filter: syntax error at its end\n    udp and\n           ^\n" },
        { "-r a port == 53", 2,
          "nfscope: this is a flow filter, and words filter the captured packets (BPF, as tcpdump): "
          "nfscope -r a -Y 'port == 53'; of packets it is nfscope -r a port 53\n    port == 53\n         "
          "^\n" },
        { "-r a_b (port=53)", 2,
          "nfscope: this is a flow filter, and words filter the captured packets (BPF, as tcpdump): "
          "nfscope -r 'a b' -Y '(port=53)'; of packets it is nfscope -r 'a b' '(port 53)'\n    (port=53)\n   "
          "      ^\n" },
        { "-r a bytes > 1M", 2,
          "nfscope: this is a flow filter, and words filter the captured packets (BPF, as tcpdump): "
          "nfscope -r a -Y 'bytes > 1M'\n    bytes > 1M\n          ^\n" },
        { "-r a /etc/passwd", 1,
          "nfscope: '/etc/passwd' is a file, and files are given with -r: nfscope -r a -r /etc/passwd\n" },
        { "/etc/passwd port 53", 1,
          "nfscope: '/etc/passwd' is a file, and files are given with -r: nfscope -r /etc/passwd port 53\n" },
    };
    return cr_make_param_array(struct refusal, refusals, sizeof refusals / sizeof *refusals);
}

ParameterizedTest(struct refusal *refusal, config, refusals)
{
    struct config config;
    struct line line;
    struct complaint complaint = { 0 };
    split(&line, refusal->words);
    cr_assert_not(understand(&config, &line, false, &complaint), "%s", refusal->words);
    cr_expect_eq(complaint.status, refusal->status, "%s: %d", refusal->words, complaint.status);
    cr_expect_str_eq(complaint.text.data, refusal->text);
    complaint_release(&complaint);
    config_release(&config);
}

Test(config, foreign_spellings_are_not_our_own)
{
    static const char *const foreign[] = {
#define FOREIGN(spelling, sentence) spelling,
#include "command/foreign.def"
#undef FOREIGN
    };
    for (size_t i = 0; i < sizeof foreign / sizeof *foreign; i++) {
        for (size_t j = 0; j < OPTION_COUNT_ALL; j++) {
            const struct option_info *info = &option_table[j];
            cr_expect_not(foreign[i][2] == '\0' && foreign[i][1] == info->letter, "%s", foreign[i]);
            cr_expect_not(info->name && strcmp(foreign[i] + 2, info->name) == 0, "%s", foreign[i]);
        }
    }
}

Test(config, help_fits_a_terminal)
{
    char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);
    cr_assert_not_null(out);
    options_help(out);
    fclose(out);
    char *save = NULL;
    for (char *row = strtok_r(text, "\n", &save); row; row = strtok_r(NULL, "\n", &save))
        cr_expect_leq(strlen(row), 80, "%s", row);
    free(text);
}
