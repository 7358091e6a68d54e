/* SPDX-License-Identifier: MIT */
/*
 *     launch COMMAND [ARGUMENT...] 3>FIGURES
 *
 * Runs a command and writes to descriptor 3: its exit status, seconds of wall clock, seconds of processors, and the
 * most memory it had resident in KiB. The kernel counts for that what the process was before exec: a small one here.
 */
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define FIGURES 3

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

static double seconds(const struct timeval *time)
{
    return (double)time->tv_sec + 1e-6 * (double)time->tv_usec;
}

int main(int argc, char *argv[])
{
    struct rusage usage;
    pid_t pid;
    int status;
    if (argc < 2 || fcntl(FIGURES, F_SETFD, FD_CLOEXEC) != 0) {
        fputs("usage: launch COMMAND [ARGUMENT...] 3>FIGURES\n", stderr);
        return 2;
    }
    double start = now();
    int failure = posix_spawnp(&pid, argv[1], NULL, NULL, argv + 1, environ);
    if (failure != 0) {
        fprintf(stderr, "launch: %s: %s\n", argv[1], strerror(failure));
        return 2;
    }
    close(STDOUT_FILENO); /* whoever closes its other end has to be noticed by the command alone */
    while (wait4(pid, &status, 0, &usage) < 0)
        if (errno != EINTR)
            return 2;
    dprintf(FIGURES, "%d %.6f %.6f %ld\n", WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status),
            now() - start, seconds(&usage.ru_utime) + seconds(&usage.ru_stime), usage.ru_maxrss);
    return 0;
}
