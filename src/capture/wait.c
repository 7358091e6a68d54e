/* SPDX-License-Identifier: MIT */
#include "capture/wait.h"

#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "base/alloc.h"

#define LOOK_AGAIN 100 /* ms */
#define OWN        2   /* descriptors beside those of inputs */

void wait_init(struct wait *wait, int signals, size_t inputs)
{
    *wait = (struct wait) { .signals = signals, .wakeup = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK) };
    wait->polled = alloc_array(inputs + OWN, sizeof *wait->polled);
}

void wait_release(struct wait *wait)
{
    if (wait->polled)
        (void)close(wait->wakeup);
    free(wait->polled);
    wait->polled = NULL;
}

/* The user is impatient when the second one comes. */
static void unblock_stops(void)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGQUIT);
    pthread_sigmask(SIG_UNBLOCK, &set, NULL);
}

static void read_signals(struct wait *wait)
{
    struct signalfd_siginfo info;
    while (read(wait->signals, &info, sizeof info) == (ssize_t)sizeof info) {
        if (info.ssi_signo == SIGHUP && !wait->hangup_stops) {
            wait->hangups++;
            continue;
        }
        atomic_store(&wait->stop, true);
        unblock_stops();
        return;
    }
}

static nfds_t fill(struct wait *wait, struct input *inputs, const size_t *idle, size_t count, int *ms)
{
    nfds_t used = 0;
    wait->polled[used++] = (struct pollfd) { .fd = wait->signals > 0 ? wait->signals : -1, .events = POLLIN };
    wait->polled[used++] = (struct pollfd) { .fd = wait->wakeup, .events = POLLIN };
    for (size_t i = 0; i < count; i++) {
        const struct input *input = &inputs[idle[i]];
        int fd = input->ops->descriptor ? input->ops->descriptor(input->self) : -1;
        if (fd >= 0)
            wait->polled[used++] = (struct pollfd) { .fd = fd, .events = POLLIN };
        else if (*ms < 0 || *ms > LOOK_AGAIN)
            *ms = LOOK_AGAIN;
    }
    return used;
}

bool wait_for(struct wait *wait, struct input *inputs, const size_t *idle, size_t count, int ms)
{
    int limit = ms;
    nfds_t used = fill(wait, inputs, idle, count, &limit);
    int ready = poll(wait->polled, used, limit);
    if (ready > 0 && wait->polled[0].revents)
        read_signals(wait);
    if (ready > 0 && wait->polled[1].revents) {
        uint64_t times;
        ssize_t got = read(wait->wakeup, &times, sizeof times);
        (void)got;
    }
    if (atomic_load(&wait->stop))
        return false;
    return ready > 0 || limit != ms;
}

void wait_stop(struct wait *wait)
{
    const uint64_t one = 1;
    atomic_store(&wait->stop, true);
    ssize_t written = write(wait->wakeup, &one, sizeof one);
    (void)written;
}
