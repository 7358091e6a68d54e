/* SPDX-License-Identifier: MIT */
#include "view/tui/term/crash.h"

#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const int fatal[] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGQUIT };

enum { FATAL = sizeof fatal / sizeof *fatal };

/* Of the process, as signal handlers are. */
static struct {
    volatile sig_atomic_t guarding;
    bool registered;
    int fd;
    char bytes[CRASH_BYTES];
    size_t length;
    struct termios mode;
    struct sigaction before[FATAL];
    char stack[16384]; /* for handlers: the stack may be what overflowed */
} crash;

static void restore(void)
{
    if (!crash.guarding)
        return;
    crash.guarding = 0;
    ssize_t written = write(crash.fd, crash.bytes, crash.length);
    (void)written; /* nobody is left to tell */
    tcsetattr(crash.fd, TCSANOW, &crash.mode);
}

static void on_fatal(int signal_number)
{
    restore();
    for (size_t i = 0; i < FATAL; i++)
        if (fatal[i] == signal_number)
            sigaction(signal_number, &crash.before[i], NULL);
    raise(signal_number);
}

void crash_guard(int fd, const char *bytes, size_t length, const struct termios *mode)
{
    stack_t stack = { .ss_sp = crash.stack, .ss_size = sizeof crash.stack };
    struct sigaction action = { .sa_handler = on_fatal, .sa_flags = SA_ONSTACK };
    sigemptyset(&action.sa_mask);
    crash.fd = fd;
    crash.length = length < CRASH_BYTES ? length : CRASH_BYTES;
    memcpy(crash.bytes, bytes, crash.length);
    crash.mode = *mode;
    if (!crash.registered)
        atexit(restore);
    crash.registered = true;
    crash.guarding = 1;
    sigaltstack(&stack, NULL);
    for (size_t i = 0; i < FATAL; i++)
        sigaction(fatal[i], &action, &crash.before[i]);
}

void crash_relax(void)
{
    if (!crash.guarding)
        return;
    crash.guarding = 0;
    for (size_t i = 0; i < FATAL; i++)
        sigaction(fatal[i], &crash.before[i], NULL);
}
