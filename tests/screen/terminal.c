/* SPDX-License-Identifier: MIT */
/* terminal NFSCOPE SAMPLES [TEST]: the screen in real terminals of many kinds, and what it leaves behind. */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "pty.h"

#define SOON 1000 /* ms in which a program has to be gone; sanitizers get more, below */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SLOW 10
#else
#define SLOW 3 /* other work on the machine */
#endif

/* Soon, if not at once: it may have been idle before it was told of the last thing. */
static bool sees(struct pty *pty, const char *text)
{
    for (unsigned i = 0; i < 100 && !pty_sees(pty, text); i++)
        (void)pty_sync_within(pty, 50);
    return pty_sees(pty, text);
}

static int failures;
static char program[4096], capture[4096];

#define CHECK(what)                                                                                          \
    do {                                                                                                     \
        if (!(what)) {                                                                                       \
            printf("%s:%d: not so: %s\n", __func__, __LINE__, #what);                                        \
            failures++;                                                                                      \
        }                                                                                                    \
    } while (0)

static struct pty *start(const struct pty_config *config)
{
    const char *argv[] = { program, "-n", "-r", capture, NULL };
    struct pty_config whole = *config;
    whole.term = config->term ? config->term : "xterm-256color";
    whole.height = config->height ? config->height : 24;
    whole.width = config->width ? config->width : 80;
    return pty_start(argv, &whole);
}

static struct pty *start_plain(void)
{
    struct pty *pty = start(&(struct pty_config) { .term = NULL });
    CHECK(pty_sync(pty));
    return pty;
}

static void type(struct pty *pty, const char *keys)
{
    pty_type(pty, keys);
    CHECK(pty_sync(pty));
}

/* The program has gone, and the terminal is as it was. */
static void expect_gone(struct pty *pty)
{
    CHECK(pty_wait(pty, SLOW * SOON) != -1);
    CHECK(!pty_alternate(pty));
    CHECK(pty_cursor_visible(pty));
    CHECK(!pty_mouse(pty));
    CHECK(pty_mode_kept(pty));
}

static void keys(void)
{
    struct pty *pty = start_plain();
    char row[512];
    CHECK(pty_alternate(pty));
    CHECK(!pty_cursor_visible(pty));
    CHECK(sees(pty, "13 connections"));
    type(pty, "j");
    pty_row(pty, 4, row, sizeof row);
    CHECK(row[0] == '>');
    type(pty, "\033OB"); /* cursor down */
    pty_row(pty, 5, row, sizeof row);
    CHECK(row[0] == '>');
    type(pty, "f");
    CHECK(pty_cursor_visible(pty));
    type(pty, "\033[200~port 53\n\033[201~"); /* a paste, whose line end does not accept it */
    CHECK(sees(pty, "ok 2 of 13"));
    type(pty, "\r");
    CHECK(sees(pty, "2 of 13 connections"));
    type(pty, "?");
    CHECK(sees(pty, "A row is a connection"));
    type(pty, "\033"); /* a lone Esc */
    CHECK(sees(pty, "2 of 13 connections"));
    type(pty, "2");
    CHECK(sees(pty, "[2Flows]"));
    pty_type(pty, "Q");
    expect_gone(pty);
    pty_end(pty);
}

static void mouse(void)
{
    struct pty *pty = start_plain();
    char row[512];
    pty_click(pty, 6, 20);
    CHECK(pty_sync(pty));
    pty_row(pty, 6, row, sizeof row);
    CHECK(row[0] == '>');
    pty_click(pty, 2, 12); /* the heading of the durations */
    CHECK(pty_sync(pty));
    CHECK(sees(pty, "Dur▼"));
    pty_end(pty);
}

/* A key of the cursor costs a quarter of a frame at the most, and nothing happens while nothing happens. */
static void budget(void)
{
    struct pty *pty = start_plain();
    uint64_t before = pty_octets(pty);
    type(pty, "\f");
    uint64_t whole = pty_octets(pty) - before, most = 0;
    for (int i = 0; i < 10; i++) {
        before = pty_octets(pty);
        type(pty, i < 5 ? "j" : "k");
        most = pty_octets(pty) - before > most ? pty_octets(pty) - before : most;
    }
    printf("budget: a frame %llu octets, a key %llu at the most\n", (unsigned long long)whole,
           (unsigned long long)most);
    CHECK(whole > 500);
    CHECK(most * 4 <= whole);
    CHECK(pty_listen(pty, 1200) == 0);
    pty_end(pty);
}

static void resizes(void)
{
    static const int sizes[][2] = { { 10, 60 }, { 60, 200 }, { 1, 1 },  { 100, 300 },
                                    { 9, 59 },  { 16, 60 },  { 24, 80 } };
    struct pty *pty = start_plain();
    char row[2048];
    type(pty, "s");
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        pty_resize(pty, sizes[i][0], sizes[i][1]);
        CHECK(pty_sync(pty));
        pty_row(pty, 0, row, sizeof row);
        if (sizes[i][0] >= 10 && sizes[i][1] >= 60)
            CHECK(strstr(row, "softflowd-v9.pcap"));
        else if (sizes[i][1] >= 30)
            CHECK(sees(pty, "is too small"));
    }
    CHECK(sees(pty, "sort by"));
    pty_end(pty);
}

/* In each state that has keys of its own. */
static void signals(void)
{
    static const int numbers[] = { SIGTERM, SIGHUP, SIGINT };
    static const char *const states[] = { "", "f", "s", "?", "/abc", ":", "\rj" };
    for (size_t n = 0; n < sizeof numbers / sizeof *numbers; n++)
        for (size_t s = 0; s < sizeof states / sizeof *states; s++) {
            struct pty *pty = start_plain();
            if (*states[s])
                type(pty, states[s]);
            pty_signal(pty, numbers[n]);
            expect_gone(pty);
            pty_end(pty);
        }
}

static void crash(void)
{
    static const int numbers[] = { SIGSEGV, SIGABRT, SIGBUS };
    static const char *const terms_of[] = { NULL, "tmux-256color", "linux" };
    for (size_t n = 0; n < sizeof numbers / sizeof *numbers; n++) {
        struct pty *pty = start(&(struct pty_config) { .term = terms_of[n] });
        CHECK(pty_sync(pty));
        type(pty, "f");
        pty_signal(pty, numbers[n]);
        expect_gone(pty);
        int status = pty_wait(pty, SOON);
        CHECK(WIFSIGNALED(status) || WEXITSTATUS(status) != 0);
        pty_end(pty);
    }
}

static void suspend(void)
{
    /* of this kind, as others switch the mouse on in a way that some libvterm do not see */
    struct pty *pty = start(&(struct pty_config) { .term = "tmux-256color", .shell = true });
    CHECK(pty_sync(pty));
    for (int i = 0; i < 2; i++) {
        pty_type(pty, "\032");
        CHECK(pty_stopped(pty, SLOW * SOON));
        CHECK(!pty_alternate(pty));
        CHECK(pty_cursor_visible(pty));
        CHECK(pty_mode_kept(pty));
        pty_continue(pty);
        CHECK(pty_sync(pty));
        CHECK(pty_alternate(pty));
        CHECK(pty_mouse(pty) == (i == 0));
        CHECK(sees(pty, "13 connections"));
        type(pty, "jM"); /* as it was is how it comes back */
    }
    pty_type(pty, "Q");
    expect_gone(pty);
    pty_end(pty);
}

/* The terminal is closed: so is the program. */
static void vanish(void)
{
    static const char *const states[] = { "", "f", "?" };
    for (size_t s = 0; s < sizeof states / sizeof *states; s++) {
        struct pty *pty = start_plain();
        if (*states[s])
            type(pty, states[s]);
        pty_close(pty);
        CHECK(pty_wait(pty, SLOW * SOON) != -1);
        pty_end(pty);
    }
}

static void terms(void)
{
    static const char *const names[] = { "xterm-256color", "xterm", "screen-256color", "tmux-256color",
                                         "linux",          "vt100", "xterm-kitty" };
    /* for this one ncurses loads libgpm, which loses ten octets of its own */
    static const char *const gpm[] = { "ASAN_OPTIONS=detect_leaks=0", NULL };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        bool console = strcmp(names[i], "linux") == 0;
        struct pty *pty =
            start(&(struct pty_config) { .term = names[i], .environment = console ? gpm : NULL });
        if (!pty_sync(pty)) {
            printf("TERM=%s: no screen\n", names[i]);
            failures++;
        }
        CHECK(sees(pty, "13 connections"));
        CHECK(sees(pty, "→Bytes"));
        type(pty, "jjk");
        pty_type(pty, "q");
        CHECK(pty_wait(pty, SLOW * SOON) == 0);
        CHECK(pty_cursor_visible(pty));
        CHECK(pty_mode_kept(pty));
        pty_end(pty);
    }
}

/* Text, and not one escape, where no screen can be. */
static void dumb(void)
{
    struct pty *pty = start(&(struct pty_config) { .term = "dumb" });
    size_t length;
    CHECK(pty_wait(pty, 20000) == 0);
    const char *log = pty_log(pty, &length);
    CHECK(length > 500);
    CHECK(memchr(log, '\033', length) == NULL);
    pty_end(pty);
}

/* Whether some escape sequence sets a colour. */
static bool has_colour(const char *log, size_t length)
{
    for (size_t i = 0; i + 3 < length; i++) {
        if (log[i] != '\033' || log[i + 1] != '[')
            continue;
        for (size_t k = i + 2; k < length && (log[k] == ';' || (log[k] >= '0' && log[k] <= '9')); k++) {
            bool begins = log[k - 1] == '[' || log[k - 1] == ';';
            const char *m = memchr(log + k, 'm', length - k < 16 ? length - k : 16);
            if (begins && (log[k] == '3' || log[k] == '4') && k + 1 < length && log[k + 1] >= '0' &&
                log[k + 1] <= '8' && m && strspn(log + k, "0123456789;") == (size_t)(m - (log + k)))
                return true;
        }
    }
    return false;
}

static void colours(void)
{
    static const char *const none[] = { "NO_COLOR=1", NULL };
    size_t length;
    struct pty *pty = start_plain();
    const char *log = pty_log(pty, &length);
    CHECK(has_colour(log, length));
    pty_end(pty);
    pty = start(&(struct pty_config) { .environment = none });
    CHECK(pty_sync(pty));
    type(pty, "jf");
    log = pty_log(pty, &length);
    CHECK(!has_colour(log, length));
    CHECK(sees(pty, "13 connections"));
    pty_end(pty);
}

static void ascii(void)
{
    static const char *const c_locale[] = { "LC_ALL=C", NULL };
    struct pty *pty = start(&(struct pty_config) { .environment = c_locale });
    size_t length;
    CHECK(pty_sync(pty));
    type(pty, "jfx");
    const char *log = pty_log(pty, &length);
    bool plain = true;
    for (size_t i = 0; i < length; i++)
        plain &= (unsigned char)log[i] < 0x80;
    CHECK(plain);
    CHECK(sees(pty, ">Bytes"));
    pty_end(pty);
}

/* What the shell exports about the size does not count. */
static void exported_size(void)
{
    static const char *const wrong[] = { "LINES=10", "COLUMNS=60", NULL };
    struct pty *pty = start(&(struct pty_config) { .environment = wrong, .height = 30, .width = 120 });
    CHECK(pty_sync(pty));
    CHECK(sees(pty, "[1 Connections]"));
    pty_resize(pty, 24, 80);
    CHECK(pty_sync(pty));
    CHECK(sees(pty, "[1Conns]"));
    pty_end(pty);
}

/* The capture comes from standard input; keys from the terminal. It says nothing for a while, and is left then. */
static void standard_input(void)
{
    const char *argv[] = { program, "-n", NULL };
    int ends[2];
    char octets[65536];
    FILE *file = fopen(capture, "rb");
    CHECK(file && pipe(ends) == 0);
    if (!file)
        return;
    size_t length = fread(octets, 1, sizeof octets, file);
    fclose(file);
    CHECK(write(ends[1], octets, length) == (ssize_t)length);
    struct pty *pty = pty_start(
        argv, &(struct pty_config) { .term = "xterm", .height = 24, .width = 80, .input = ends[0] });
    close(ends[0]);
    for (int i = 0; i < 400 && !pty_sees(pty, "192.0.2.10"); i++)
        pty_listen(pty, 50);
    CHECK(sees(pty, "standard input"));
    CHECK(sees(pty, "192.0.2.10"));
    pty_type(pty, "fport 53\r"); /* while it waits for more */
    for (int i = 0; i < 400 && !pty_sees(pty, "2 of 13 connections"); i++)
        pty_listen(pty, 50);
    CHECK(sees(pty, "2 of 13 connections"));
    CHECK(sees(pty, "192.0.2.10:40054"));
    CHECK(!pty_sees(pty, "192.0.2.10:50080"));
    pty_type(pty, "Q");
    expect_gone(pty);
    pty_end(pty);
    close(ends[1]);
}

static const struct {
    const char *name;
    void (*run)(void);
} tests[] = {
    { "keys", keys },          { "mouse", mouse },          { "budget", budget },
    { "resizes", resizes },    { "signals", signals },      { "crash", crash },
    { "suspend", suspend },    { "vanish", vanish },        { "terms", terms },
    { "dumb", dumb },          { "colours", colours },      { "ascii", ascii },
    { "size", exported_size }, { "stdin", standard_input },
};

int main(int argc, char *argv[])
{
    if (argc < 3)
        return 2;
    snprintf(program, sizeof program, "%s", argv[1]);
    snprintf(capture, sizeof capture, "%s/softflowd-v9.pcap", argv[2]);
    struct sigaction ignore = { .sa_handler = SIG_IGN };
    sigaction(SIGPIPE, &ignore, NULL);
    for (size_t i = 0; i < sizeof tests / sizeof *tests; i++) {
        if (argc > 3 && strcmp(argv[3], tests[i].name) != 0)
            continue;
        int before = failures;
        tests[i].run();
        printf("%s: %s\n", tests[i].name, failures == before ? "fine" : "FAILED");
        fflush(stdout);
    }
    return failures ? 1 : 0;
}
