/* SPDX-License-Identifier: MIT */
#include "view/tui/term/signals.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stddef.h>
#include <unistd.h>

static const struct {
    int number;
    char octet;
} caught[] = {
    { SIGTERM, SIGNALS_QUIT },    { SIGHUP, SIGNALS_QUIT },     { SIGINT, SIGNALS_QUIT },
    { SIGWINCH, SIGNALS_RESIZE }, { SIGTSTP, SIGNALS_SUSPEND }, { SIGCONT, SIGNALS_GO_ON },
};

enum { CAUGHT = sizeof caught / sizeof *caught };

/* Of the process, as signal handlers are. */
static struct {
    int pipe[2];
    struct sigaction before[CAUGHT];
} signals;

static void put(char octet)
{
    int kept = errno;
    ssize_t written = write(signals.pipe[1], &octet, 1);
    (void)written; /* full: there is enough in it to wake */
    errno = kept;
}

static void on_signal(int number)
{
    for (size_t i = 0; i < CAUGHT; i++)
        if (caught[i].number == number)
            put(caught[i].octet);
}

static void catch_signal(size_t i, struct sigaction *before)
{
    struct sigaction action = { .sa_handler = on_signal, .sa_flags = SA_RESTART };
    sigemptyset(&action.sa_mask);
    sigaction(caught[i].number, &action, before);
}

int signals_begin(void)
{
    if (pipe2(signals.pipe, O_NONBLOCK | O_CLOEXEC) != 0)
        return -1;
    for (size_t i = 0; i < CAUGHT; i++)
        catch_signal(i, &signals.before[i]);
    return signals.pipe[0];
}

void signals_end(void)
{
    for (size_t i = 0; i < CAUGHT; i++)
        sigaction(caught[i].number, &signals.before[i], NULL);
}

void signals_catch_stop(bool catch)
{
    for (size_t i = 0; i < CAUGHT; i++) {
        if (caught[i].number != SIGTSTP)
            continue;
        struct sigaction stop = { .sa_handler = SIG_DFL };
        sigemptyset(&stop.sa_mask);
        if (catch)
            catch_signal(i, NULL);
        else
            sigaction(SIGTSTP, &stop, NULL);
    }
}

void signals_wake(void)
{
    put(SIGNALS_WAKE);
}
