/* SPDX-License-Identifier: MIT */
/*
 * bench_screen NFSCOPE CAPTURE: how long a person waits. Drives the program in a terminal of 80x24 and prints, in ms: the
 * first screen with rows, keys while the capture is read, the end of loading, keys when all is there, the first screen of
 * another order and keys while that is made; and what an idle second costs.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "../screen/pty.h"

#define RULE_ROW  16 /* says which connection it is: "connection 12 of 4 800 012" */
#define FIRST_ROW 3
#define KEYS      1000
#define LONG      120000 /* ms */

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static int compare(const void *a, const void *b)
{
    double left = *(const double *)a, right = *(const double *)b;
    return left < right ? -1 : left > right;
}

static void print_keys(const char *what, double *times, size_t count)
{
    if (count == 0) {
        printf("%-34s none\n", what);
        return;
    }
    qsort(times, count, sizeof *times, compare);
    printf("%-34s %zu keys  p50 %.1f  p99 %.1f  most %.1f ms\n", what, count, times[count / 2],
           times[count * 99 / 100], times[count - 1]);
}

/* Waits until a row is another one; how long that took, or a negative number: it was not. */
static double until_changed(struct pty *pty, int row, const char *before, double limit)
{
    char text[512];
    double begin = now();
    do {
        pty_listen(pty, 1);
        pty_row(pty, row, text, sizeof text);
        if (strcmp(text, before) != 0)
            return now() - begin;
    } while (now() - begin < limit);
    return -1;
}

static const char *random_key(unsigned *seed)
{
    static const char *const keys[] = { "j", "k", "\006", "\002", "\004", "\025", "j", "\006", "g", "G" };
    *seed = *seed * 1103515245u + 12345u;
    return keys[(*seed >> 16) % (sizeof keys / sizeof *keys)];
}

/* Keys that move the cursor, one after another, until `limit` ms have passed or the program is idle. */
static size_t press(struct pty *pty, double *times, size_t most, double limit, unsigned *seed)
{
    double begin = now();
    size_t count = 0;
    while (count < most && now() - begin < limit) {
        char before[512];
        pty_row(pty, RULE_ROW, before, sizeof before);
        pty_type(pty, count % 2 ? "k" : random_key(seed));
        double taken = until_changed(pty, RULE_ROW, before, 1000);
        if (taken >= 0 && taken < 1000)
            times[count++] = taken;
        if (pty_sync_within(pty, 1))
            break;
    }
    return count;
}

static long ticks_of(pid_t pid)
{
    char path[64], text[1024] = "";
    long user = 0, system = 0;
    snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
    FILE *file = fopen(path, "r");
    if (!file)
        return 0;
    size_t n = fread(text, 1, sizeof text - 1, file);
    fclose(file);
    text[n] = '\0';
    const char *behind = strrchr(text, ')');
    if (behind)
        sscanf(behind, ") %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %ld %ld", &user, &system);
    return user + system;
}

static void measure_loading(struct pty *pty, double begin, unsigned *seed)
{
    static double times[20 * KEYS];
    char row[512] = "";
    while (row[0] != '>' && now() - begin < LONG) {
        pty_listen(pty, 1);
        pty_row(pty, FIRST_ROW, row, sizeof row);
    }
    printf("%-34s %.0f ms\n", "first screen with rows", now() - begin);
    size_t count = press(pty, times, sizeof times / sizeof *times, LONG, seed);
    printf("%-34s %.0f ms\n", "all is read and paired", now() - begin);
    print_keys("keys while it is read", times, count);
}

static void measure_order(struct pty *pty, const char *key, const char *what, unsigned *seed)
{
    static double times[20 * KEYS];
    char before[512], label[64];
    pty_type(pty, "g");
    pty_sync(pty);
    pty_row(pty, FIRST_ROW, before, sizeof before);
    double begin = now();
    pty_type(pty, key);
    double first = until_changed(pty, FIRST_ROW, before, LONG);
    printf("%-34s %.0f ms\n", what, first);
    size_t count = press(pty, times, sizeof times / sizeof *times, LONG, seed);
    snprintf(label, sizeof label, "... whole");
    printf("%-34s %.0f ms\n", label, now() - begin);
    print_keys("... keys meanwhile", times, count);
}

int main(int argc, char *argv[])
{
    static double times[KEYS];
    unsigned seed = 1;
    if (argc != 3)
        return 2;
    const char *command[] = { argv[1], "-n", "-r", argv[2], NULL };
    double begin = now();
    struct pty *pty =
        pty_start(command, &(struct pty_config) { .term = "xterm-256color", .height = 24, .width = 80 });
    measure_loading(pty, begin, &seed);
    pty_sync_within(pty, 3000);
    for (int i = 0; i < KEYS; i++) {
        double pressed = now();
        pty_type(pty, random_key(&seed));
        if (!pty_sync(pty))
            return 1;
        times[i] = now() - pressed;
    }
    print_keys("keys when all is there", times, KEYS);
    measure_order(pty, "r", "by start, the latest first", &seed);
    measure_order(pty, ">", "by duration", &seed);
    measure_order(pty, ">>>>", "by octets of the client", &seed);
    measure_order(pty, "fport 53 and bytes > 100\r", "a filter", &seed);
    pty_sync_within(pty, 3000);
    long before = ticks_of(pty_pid(pty));
    size_t octets = pty_listen(pty, 2000);
    printf("%-34s %zu octets, %.1f ms of processor\n", "two idle seconds", octets,
           (double)(ticks_of(pty_pid(pty)) - before) * 1000.0 / (double)sysconf(_SC_CLK_TCK));
    begin = now();
    pty_type(pty, "Q");
    pty_wait(pty, LONG);
    printf("%-34s %.0f ms\n", "gone after Q", now() - begin);
    pty_end(pty);
    return 0;
}
