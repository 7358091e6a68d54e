/* SPDX-License-Identifier: MIT */
/*
 * bench_screen NFSCOPE CAPTURE: how long a person waits. Drives the program in a terminal of 80x24 and prints, in ms: the
 * first screen with rows; how long keys take while the capture is read, from its end until all is paired, when all is
 * there, and while rows are sorted and filtered; the first screen of other orders; and what an idle second costs.
 *
 * A key is answered when the rule below the list names the row that the cursor has gone to. Keys come one after another, a
 * few ms apart, faster than a key that is held down repeats itself.
 */
#include <ctype.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "../screen/pty.h"
#include "base/slice.h"

#define RULE_ROW  16 /* says which connection it is: "connection 12 of 4 800 012" */
#define FIRST_ROW 3
#define LIST_ROWS 8 /* from there on, that are looked at */
#define KEYS      1000
#define WAITS     50000  /* of one kind */
#define LONG      120000 /* ms */
#define UNHEARD   5000   /* ms after which a key counts as one that did nothing */
#define PAUSE     5      /* ms between keys */
#define REST      100    /* ms after which the cursor goes no further */
#define LIMIT     50     /* ms that keys may take while something else is under way */
#define PAIRING   "pairing flows"

struct waits {
    double time[WAITS];
    size_t count;
    unsigned unheard;
};

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

static void print_waits(const char *what, struct waits *waits)
{
    size_t count = waits->count, over = 0;
    double *time = waits->time;
    qsort(time, count, sizeof *time, compare);
    while (over < count && time[count - 1 - over] > LIMIT)
        over++;
    printf("%-34s %zu keys", what, count);
    if (count > 0)
        printf("  p50 %.1f  p90 %.1f  p99 %.1f  most %.1f ms, %zu over %d ms", time[count / 2],
               time[count * 9 / 10], time[count * 99 / 100], time[count - 1], over, LIMIT);
    if (waits->unheard)
        printf(", %u did nothing", waits->unheard);
    printf("\n");
    fflush(stdout);
}

static void note(struct waits *waits, double time)
{
    if (time < 0)
        waits->unheard++;
    else if (waits->count < WAITS)
        waits->time[waits->count++] = time;
}

/* The number that stands there, with blanks between its thousands; behind it. */
static const char *read_number(const char *text, uint64_t *number)
{
    for (*number = 0; isdigit((unsigned char)*text) || (*text == ' ' && isdigit((unsigned char)text[1]));
         text++)
        if (*text != ' ')
            *number = *number * 10 + (uint64_t)(*text - '0');
    return text;
}

/* Where the cursor is, 1 ..., among how many; false: the screen does not say. */
static bool read_place(struct pty *pty, uint64_t *place, uint64_t *count)
{
    char row[512];
    pty_row(pty, RULE_ROW, row, sizeof row);
    const char *at = strstr(row, "connection ");
    if (!at)
        return false;
    at = read_number(at + strlen("connection "), place);
    return strncmp(at, " of ", 4) == 0 && *read_number(at + 4, count) != '\0' && *place > 0;
}

/* What rows of the list look like: the first one stays, where it is the first in another order, too. */
static void read_list(struct pty *pty, char text[LIST_ROWS][512])
{
    for (int row = 0; row < LIST_ROWS; row++)
        pty_row(pty, FIRST_ROW + row, text[row], sizeof text[row]);
}

/* Waits until some row of the list is another one, or the program idle with the same ones; how long that took. */
static double until_changed(struct pty *pty, char before[LIST_ROWS][512])
{
    static char text[LIST_ROWS][512];
    double begin = now();
    for (bool same = true, idle = false; same && !idle && now() - begin < LONG;) {
        idle = pty_sync_within(pty, 1);
        read_list(pty, text);
        for (int row = 0; row < LIST_ROWS; row++)
            same &= strcmp(text[row], before[row]) == 0;
    }
    return now() - begin;
}

/* Whether the cursor is where the key takes it. */
static bool answers(char key, uint64_t before, uint64_t place, uint64_t count)
{
    switch (key) {
    case 'j':
        return place == before + 1;
    case 'k':
        return place + 1 == before;
    case 'g':
        return place == 1;
    case 'G':
        return place == count;
    default: /* pages */
        return place != before;
    }
}

/*
 * Waits until a key is answered; as until_changed(). The cursor may have gone elsewhere with its row, when rows are in
 * another order: then the answer is what it came to rest at.
 */
static double until_answered(struct pty *pty, char key, uint64_t before)
{
    double begin = now(), moved = begin;
    uint64_t place, count, last = before;
    do {
        pty_listen(pty, 1);
        if (!read_place(pty, &place, &count))
            continue;
        if (answers(key, before, place, count))
            return now() - begin;
        if (place != last)
            moved = now();
        last = place;
        if (last != before && now() - moved > REST)
            return moved - begin;
    } while (now() - begin < UNHEARD);
    return -1;
}

/* A key that moves the cursor from where it is. */
static char moving_key(uint64_t place, uint64_t count, unsigned *seed)
{
    static const char down[] = "j\006\004jG", up[] = "k\002\025kg";
    *seed = *seed * 1103515245u + 12345u;
    unsigned choice = *seed >> 16;
    bool rises = place <= 1 || (place < count && choice % 2);
    return (rises ? down : up)[choice / 2 % 5];
}

/* One such key; how long it took to be answered, or a negative number. */
static double press(struct pty *pty, unsigned *seed)
{
    uint64_t place = 1, count = 2;
    (void)read_place(pty, &place, &count);
    char key = moving_key(place, count, seed);
    pty_type_n(pty, &key, 1);
    return until_answered(pty, key, place);
}

/* Keys until the program is idle, or `limit` ms have passed. */
static void press_until_idle(struct pty *pty, struct waits *waits, double limit, unsigned *seed)
{
    for (double begin = now(); now() - begin < limit;) {
        note(waits, press(pty, seed));
        if (pty_sync_within(pty, PAUSE))
            break;
    }
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

/* Keys that fall into what is done when all is read count by themselves: there are few of them. */
static void measure_loading(struct pty *pty, double begin, unsigned *seed)
{
    static struct waits reading, ending;
    char row[512] = "";
    while (row[0] != '>' && now() - begin < LONG) {
        pty_listen(pty, 1);
        pty_row(pty, FIRST_ROW, row, sizeof row);
    }
    printf("%-34s %.0f ms\n", "first screen with rows", now() - begin);
    for (bool over = false, idle = false; !idle && now() - begin < LONG;) {
        double time = press(pty, seed);
        idle = pty_sync_within(pty, PAUSE);
        over |= idle || pty_sees(pty, PAIRING);
        note(over ? &ending : &reading, time);
    }
    printf("%-34s %.0f ms\n", "all is read and paired", now() - begin);
    print_waits("keys while it is read", &reading);
    print_waits("keys at the end of reading", &ending);
}

static void measure_idle_keys(struct pty *pty, unsigned *seed)
{
    static struct waits waits;
    for (int i = 0; i < KEYS; i++) {
        note(&waits, press(pty, seed));
        pty_sync(pty);
    }
    print_waits("keys when all is there", &waits);
}

/* Something else is asked for: when the first screen of it is there, when all of it, and how long keys take until then. */
static void measure_change(struct pty *pty, const char *keys, const char *what, struct waits *waits,
                           unsigned *seed)
{
    static char before[LIST_ROWS][512];
    pty_type(pty, "g");
    pty_sync_within(pty, LONG);
    read_list(pty, before);
    double begin = now();
    pty_type(pty, keys);
    double first = until_changed(pty, before);
    press_until_idle(pty, waits, LONG, seed);
    printf("%-34s first screen %.0f ms, whole %.0f ms\n", what, first, now() - begin);
    fflush(stdout);
}

static void measure_orders(struct pty *pty, unsigned *seed)
{
    static struct waits waits;
    static const struct {
        const char *keys, *what;
    } orders[] = {
        { "r", "by start, the latest first" },
        { ">", "by duration" },
        { ">", "by protocol" },
        { ">", "by client" },
        { "r", "the same, reversed" },
        { ">", "by server" },
        { ">", "by octets of the client" },
        { "r", "the same, reversed" },
        { ">", "by octets of the server" },
        { ">", "by packets of the client" },
        { ">", "by packets of the server" }, /* the rows of the client's, so that only the end is seen */
        { "r", "the same, reversed" },
    };
    for (size_t i = 0; i < sizeof orders / sizeof *orders; i++)
        measure_change(pty, orders[i].keys, orders[i].what, &waits, seed);
    print_waits("keys while rows are sorted", &waits);
}

static void measure_filters(struct pty *pty, unsigned *seed)
{
    static struct waits waits;
    static const char *const filters[] = { "port 53 and bytes > 100", "proto tcp", "bytes > 1000", "port 443",
                                           "" };
    for (size_t i = 0; i < sizeof filters / sizeof *filters; i++) {
        char keys[64];
        snprintf(keys, sizeof keys, "f\025%s\r", filters[i]);
        measure_change(pty, keys, *filters[i] ? filters[i] : "no filter", &waits, seed);
    }
    print_waits("keys while rows are filtered", &waits);
}

static void measure_idle(struct pty *pty)
{
    long before = ticks_of(pty_pid(pty));
    size_t octets = pty_listen(pty, 2000);
    printf("%-34s %zu octets, %.1f ms of processor\n", "two idle seconds", octets,
           (double)(ticks_of(pty_pid(pty)) - before) * 1000.0 / (double)sysconf(_SC_CLK_TCK));
}

/* How long the program takes to end, in the middle of a sort. */
static void measure_end(struct pty *pty)
{
    pty_type(pty, "<<");
    pty_listen(pty, 100);
    double begin = now();
    pty_type(pty, "Q");
    pty_wait(pty, LONG);
    printf("%-34s %.0f ms\n", "gone after Q, while rows are sorted", now() - begin);
}

int main(int argc, char *argv[])
{
    unsigned seed = 1;
    if (argc != 3)
        return 2;
    const char *command[] = { argv[1], "-n", "-r", argv[2], NULL };
    double begin = now();
    struct pty *pty =
        pty_start(command, &(struct pty_config) { .term = "xterm-256color", .height = 24, .width = 80 });
    slice_short(); /* how long this process waits for a processor is none of the program's */
    measure_loading(pty, begin, &seed);
    measure_idle_keys(pty, &seed);
    measure_orders(pty, &seed);
    measure_filters(pty, &seed);
    measure_idle(pty);
    measure_end(pty);
    pty_end(pty);
    return 0;
}
