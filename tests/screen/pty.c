/* SPDX-License-Identifier: MIT */
#include "pty.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>
#include <utmp.h>
#include <vterm.h>

#define LOG_MOST  (4u << 20)
#define PATIENCE  20000    /* ms that anything may take: sanitizers and other work make it slow */
#define ROOMY     100, 300 /* rows and columns */
#define IDLE_FD   9
#define REPORT_FD 8
#define ORDER_FD  7

struct pty {
    int master, slave; /* slave: to see the mode after the program has gone */
    int idle;
    int report, order; /* of the shell */
    pid_t pid;         /* of the program, or of its shell */
    VTerm *vt;
    VTermScreen *screen;
    bool roomy, alternate, cursor, mouse;
    struct termios before;
    uint64_t octets;
    char *log;
    size_t log_length;
    bool ended;
    int status;
};

static int64_t now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * INT64_C(1000) + t.tv_nsec / 1000000;
}

static int on_property(VTermProp property, VTermValue *value, void *user)
{
    struct pty *pty = user;
    if (property == VTERM_PROP_ALTSCREEN)
        pty->alternate = value->boolean;
    if (property == VTERM_PROP_CURSORVISIBLE)
        pty->cursor = value->boolean;
    if (property == VTERM_PROP_MOUSE)
        pty->mouse = value->number != VTERM_PROP_MOUSE_NONE;
    return 1;
}

static void on_output(const char *octets, size_t length, void *user)
{
    pty_type_n(user, octets, length);
}

static const VTermScreenCallbacks callbacks = { .settermprop = on_property };

/* What a shell does: the program in a group of its own, in front; told when it stops, and let go on. */
static void be_shell(const char *const argv[])
{
    pid_t child = fork();
    int status;
    char order;
    struct sigaction ignore = { .sa_handler = SIG_IGN }, usual = { .sa_handler = SIG_DFL };
    sigaction(SIGTTOU, &ignore, NULL);
    if (child == 0) {
        setpgid(0, 0);
        tcsetpgrp(STDIN_FILENO, getpid());
        sigaction(SIGTTOU, &usual, NULL);
        execv(argv[0], (char *const *)(uintptr_t)argv);
        _exit(127);
    }
    setpgid(child, child);
    while (waitpid(child, &status, WUNTRACED) == child && WIFSTOPPED(status)) {
        tcsetpgrp(STDIN_FILENO, getpid());
        if (write(REPORT_FD, "s", 1) != 1 || read(ORDER_FD, &order, 1) != 1)
            break;
        tcsetpgrp(STDIN_FILENO, child);
        kill(-child, SIGCONT);
    }
    _exit(WIFEXITED(status) ? WEXITSTATUS(status) : 128);
}

static void be_program(const char *const argv[], const struct pty_config *config, const int ends[3])
{
    setenv("TERM", config->term, 1);
    setenv("LC_ALL", "C.UTF-8", 1);
    setenv("TZ", "UTC", 1);
    setenv("NFSCOPE_TEST_IDLE_FD", "9", 1);
    setenv("XDG_CONFIG_HOME", "/dev/null/none", 1); /* what a person has chosen is none of a test's */
    setenv("XDG_STATE_HOME", "/dev/null/none", 1);
    unsetenv("NO_COLOR");
    for (const char *const *word = config->environment; word && *word; word++)
        putenv(strdup(*word));
    int high[3]; /* out of the way of what they become */
    for (int i = 0; i < 3; i++)
        high[i] = fcntl(ends[i], F_DUPFD, 20);
    if (config->input)
        dup2(config->input, STDIN_FILENO);
    dup2(high[0], IDLE_FD);
    dup2(high[1], REPORT_FD);
    dup2(high[2], ORDER_FD);
    if (config->shell)
        be_shell(argv);
    execv(argv[0], (char *const *)(uintptr_t)argv);
    _exit(127);
}

static void begin_vterm(struct pty *pty, int height, int width)
{
    pty->vt = vterm_new(height, width);
    vterm_set_utf8(pty->vt, 1);
    vterm_output_set_callback(pty->vt, on_output, pty);
    pty->screen = vterm_obtain_screen(pty->vt);
    vterm_screen_enable_altscreen(pty->screen, 1);
    vterm_screen_set_callbacks(pty->screen, &callbacks, pty);
    vterm_screen_reset(pty->screen, 1);
    pty->cursor = true;
}

struct pty *pty_start(const char *const argv[], const struct pty_config *config)
{
    struct pty *pty = calloc(1, sizeof *pty);
    struct winsize size = { .ws_row = (unsigned short)config->height,
                            .ws_col = (unsigned short)config->width };
    int idle[2], report[2], order[2];
    if (!pty || openpty(&pty->master, &pty->slave, NULL, NULL, &size) != 0 || pipe(idle) != 0 ||
        pipe(report) != 0 || pipe(order) != 0)
        abort();
    tcgetattr(pty->slave, &pty->before);
    pty->log = malloc(LOG_MOST);
    pty->roomy = config->roomy;
    if (pty->roomy)
        begin_vterm(pty, ROOMY);
    else
        begin_vterm(pty, config->height, config->width);
    pty->pid = fork();
    if (pty->pid == 0) {
        close(pty->master);
        login_tty(pty->slave);
        be_program(argv, config, (const int[]) { idle[1], report[1], order[0] });
    }
    close(idle[1]);
    close(report[1]);
    close(order[0]);
    pty->idle = idle[0];
    pty->report = report[0];
    pty->order = order[1];
    fcntl(pty->master, F_SETFL, O_NONBLOCK);
    fcntl(pty->idle, F_SETFL, O_NONBLOCK);
    return pty;
}

void pty_type_n(struct pty *pty, const char *octets, size_t length)
{
    while (length > 0) {
        ssize_t n = write(pty->master, octets, length);
        if (n < 0 && errno != EAGAIN && errno != EINTR)
            return;
        octets += n > 0 ? n : 0;
        length -= n > 0 ? (size_t)n : 0;
    }
}

void pty_type(struct pty *pty, const char *octets)
{
    pty_type_n(pty, octets, strlen(octets));
}

void pty_resize(struct pty *pty, int height, int width)
{
    struct winsize size = { .ws_row = (unsigned short)height, .ws_col = (unsigned short)width };
    if (!pty->roomy)
        vterm_set_size(pty->vt, height, width);
    ioctl(pty->master, TIOCSWINSZ, &size);
}

void pty_signal(struct pty *pty, int number)
{
    kill(pty->pid, number);
}

void pty_click(struct pty *pty, int row, int column)
{
    vterm_mouse_move(pty->vt, row, column, VTERM_MOD_NONE);
    vterm_mouse_button(pty->vt, 1, true, VTERM_MOD_NONE);
    vterm_mouse_button(pty->vt, 1, false, VTERM_MOD_NONE);
}

/* Takes what has come; false: nothing. */
static bool drain(struct pty *pty)
{
    char octets[4096];
    ssize_t n = pty->master >= 0 ? read(pty->master, octets, sizeof octets) : 0;
    if (n <= 0)
        return false;
    vterm_input_write(pty->vt, octets, (size_t)n);
    size_t room = LOG_MOST - pty->log_length, kept = (size_t)n < room ? (size_t)n : room;
    memcpy(pty->log + pty->log_length, octets, kept);
    pty->log_length += kept;
    pty->octets += (uint64_t)n;
    return true;
}

/* Whether the program has said that it is idle since the last time. */
static bool take_idle(struct pty *pty)
{
    char octets[64];
    bool said = false;
    while (read(pty->idle, octets, sizeof octets) > 0)
        said = true;
    return said;
}

static void wait_a_little(struct pty *pty, int64_t until)
{
    struct pollfd fds[] = { { .fd = pty->master, .events = POLLIN }, { .fd = pty->idle, .events = POLLIN } };
    int64_t left = until - now();
    poll(fds, 2, left < 0 ? 0 : left > 50 ? 50 : (int)left);
}

static bool has_ended(struct pty *pty)
{
    if (!pty->ended && waitpid(pty->pid, &pty->status, WNOHANG) == pty->pid)
        pty->ended = true;
    return pty->ended;
}

bool pty_sync_within(struct pty *pty, int milliseconds)
{
    int64_t until = now() + milliseconds;
    while (now() < until) {
        bool idle = take_idle(pty);
        while (drain(pty))
            continue;
        if (idle)
            return true;
        if (has_ended(pty))
            return false;
        wait_a_little(pty, until);
    }
    return false;
}

bool pty_sync(struct pty *pty)
{
    return pty_sync_within(pty, PATIENCE);
}

size_t pty_listen(struct pty *pty, int milliseconds)
{
    int64_t until = now() + milliseconds;
    uint64_t before = pty->octets;
    while (now() < until) {
        struct pollfd fd = { .fd = pty->master, .events = POLLIN };
        poll(&fd, 1, (int)(until - now() > 0 ? until - now() : 0));
        drain(pty);
    }
    return (size_t)(pty->octets - before);
}

int pty_wait(struct pty *pty, int milliseconds)
{
    int64_t until = now() + milliseconds;
    while (!has_ended(pty) && now() < until) {
        struct timespec pause = { .tv_nsec = 2000000 };
        if (!drain(pty))
            nanosleep(&pause, NULL);
    }
    while (drain(pty))
        continue;
    return pty->ended ? pty->status : -1;
}

bool pty_stopped(struct pty *pty, int milliseconds)
{
    int64_t until = now() + milliseconds;
    while (now() < until) {
        struct pollfd fd = { .fd = pty->report, .events = POLLIN };
        char octet;
        while (drain(pty))
            continue;
        if (poll(&fd, 1, 20) <= 0)
            continue;
        while (drain(pty))
            continue;
        return read(pty->report, &octet, 1) == 1;
    }
    return false;
}

void pty_continue(struct pty *pty)
{
    take_idle(pty);
    if (write(pty->order, "c", 1) != 1)
        abort();
}

pid_t pty_pid(const struct pty *pty)
{
    return pty->pid;
}

void pty_close(struct pty *pty)
{
    close(pty->master);
    close(pty->slave);
    pty->master = pty->slave = -1;
}

void pty_end(struct pty *pty)
{
    if (!has_ended(pty)) {
        kill(pty->pid, SIGKILL);
        waitpid(pty->pid, &pty->status, 0);
    }
    if (pty->master >= 0)
        pty_close(pty);
    close(pty->idle);
    close(pty->report);
    close(pty->order);
    vterm_free(pty->vt);
    free(pty->log);
    free(pty);
}

void pty_row(struct pty *pty, int row, char *text, size_t size)
{
    int height, width;
    vterm_get_size(pty->vt, &height, &width);
    VTermRect rect = { .start_row = row, .end_row = row + 1, .start_col = 0, .end_col = width };
    size_t n = vterm_screen_get_text(pty->screen, text, size - 1, rect);
    text[n < size ? n : size - 1] = '\0';
}

bool pty_sees(struct pty *pty, const char *text)
{
    int height, width;
    char row[4096];
    vterm_get_size(pty->vt, &height, &width);
    for (int y = 0; y < height; y++) {
        pty_row(pty, y, row, sizeof row);
        if (strstr(row, text))
            return true;
    }
    return false;
}

bool pty_alternate(const struct pty *pty)
{
    return pty->alternate;
}

bool pty_mouse(const struct pty *pty)
{
    return pty->mouse;
}

bool pty_cursor_visible(const struct pty *pty)
{
    return pty->cursor;
}

bool pty_mode_kept(const struct pty *pty)
{
    struct termios mode;
    return tcgetattr(pty->slave, &mode) == 0 && mode.c_lflag == pty->before.c_lflag &&
           mode.c_iflag == pty->before.c_iflag && mode.c_oflag == pty->before.c_oflag;
}

uint64_t pty_octets(const struct pty *pty)
{
    return pty->octets;
}

const char *pty_log(const struct pty *pty, size_t *length)
{
    *length = pty->log_length;
    return pty->log;
}
