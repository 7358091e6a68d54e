/* SPDX-License-Identifier: MIT */
#include "capture/window.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#include "base/alloc.h"
#include "build.h"

#define MANY ((size_t)3 << 20) /* octets: some buffers and pieces */

/* Differs from place to place, and cannot be compressed to nothing. */
static uint8_t octet_at(size_t at)
{
    uint32_t mixed = (uint32_t)at * 2654435761u;
    return (uint8_t)(mixed >> 27 ^ at >> 13);
}

static uint8_t *many(void)
{
    uint8_t *octets = alloc_array(MANY, 1);
    for (size_t i = 0; i < MANY; i++)
        octets[i] = octet_at(i);
    return octets;
}

static void *write_all(void *context)
{
    const int *to = context;
    uint8_t *octets = many();
    for (size_t at = 0, n; at < MANY; at += n) {
        n = at % 777 + 1 < MANY - at ? at % 777 + 1 : MANY - at;
        if (write(*to, octets + at, n) != (ssize_t)n)
            break;
    }
    free(octets);
    close(*to);
    return NULL;
}

enum kind { PLAIN, STREAM, PIPE, GZIP, GZIP_AHEAD, KINDS };

struct fixture {
    struct window window;
    int writer;
    pthread_t thread;
};

static int open_file(bool compressed)
{
    struct octets nothing = { .length = 0 };
    char *name = write_file(&nothing);
    uint8_t *octets = many();
    int fd = open(name, O_RDWR);
    gzFile file = compressed ? gzdopen(dup(fd), "wb1") : NULL;
    if (file) {
        cr_assert_eq(gzwrite(file, octets, (unsigned)MANY), (int)MANY);
        cr_assert_eq(gzclose(file), Z_OK);
    } else {
        cr_assert_eq(write(fd, octets, MANY), (ssize_t)MANY);
    }
    cr_assert_eq(lseek(fd, 0, SEEK_SET), 0);
    unlink(name);
    free(name);
    free(octets);
    return fd;
}

static void set_up(struct fixture *f, enum kind kind)
{
    int ends[2];
    struct feed *feed;
    f->writer = -1;
    if (kind == PIPE) {
        cr_assert_eq(pipe(ends), 0);
        f->writer = ends[1];
        cr_assert_eq(pthread_create(&f->thread, NULL, write_all, &f->writer), 0);
        feed = feed_new(ends[0], NULL);
    } else if (kind == STREAM) {
        feed = feed_new(-1, fdopen(open_file(false), "rb"));
    } else {
        feed = feed_new(open_file(kind != PLAIN), NULL);
    }
    window_init(&f->window, feed);
    cr_assert_not_null(window_need(&f->window, 4));
    if (kind == GZIP_AHEAD)
        window_ahead(&f->window);
    cr_assert_eq(f->window.ahead != NULL, kind == GZIP_AHEAD);
}

static void tear_down(struct fixture *f)
{
    window_release(&f->window);
    if (f->writer >= 0)
        pthread_join(f->thread, NULL);
}

static void check_octets(const uint8_t *octets, size_t at, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (octets[i] != octet_at(at + i))
            cr_assert_fail("octet %zu, %zu of %zu", at + i, i, n);
}

Test(window, gives_all_octets_whatever_they_come_from)
{
    /* steps of frames, some of them longer than what is moved in front of a piece, and than a buffer */
    static const size_t steps[] = {
        16, 1400, 1, 60, 9000, 16, 1514, 16384, 16385, 3, 100000, 262160, 700000
    };
    for (enum kind kind = PLAIN; kind < KINDS; kind++) {
        struct fixture f;
        set_up(&f, kind);
        size_t at = 0, i = 0, n = steps[0];
        const uint8_t *octets;
        while ((octets = window_need(&f.window, n))) {
            check_octets(octets, at, n);
            cr_assert_null(window_trouble(&f.window));
            window_skip(&f.window, n);
            at += n;
            n = steps[++i % (at < MANY / 2 ? 9 : 13)];
        }
        cr_expect_eq(window_left(&f.window), MANY - at, "kind %d", (int)kind);
        check_octets(f.window.at, at, MANY - at);
        cr_expect_null(window_need(&f.window, n), "the end is the end");
        cr_expect_not_null(window_need(&f.window, MANY - at));
        cr_expect_null(window_trouble(&f.window));
        tear_down(&f);
    }
}

Test(window, octets_that_were_needed_stay_the_next)
{
    for (enum kind kind = PLAIN; kind < KINDS; kind++) {
        struct fixture f;
        set_up(&f, kind);
        for (size_t n = 1; n < MANY; n *= 3)
            check_octets(window_need(&f.window, n), 0, n);
        check_octets(window_need(&f.window, MANY), 0, MANY);
        cr_expect_null(window_need(&f.window, MANY + 1));
        tear_down(&f);
    }
}

Test(window, what_is_left_can_be_had_as_a_stream)
{
    for (enum kind kind = PLAIN; kind < KINDS; kind++) {
        struct fixture f;
        uint8_t part[5000];
        size_t at = 12345, got;
        set_up(&f, kind);
        cr_assert_not_null(window_need(&f.window, at));
        window_skip(&f.window, at);
        FILE *stream = window_stream(&f.window);
        cr_assert_not_null(stream);
        while ((got = fread(part, 1, sizeof part, stream)) > 0) {
            check_octets(part, at, got);
            at += got;
        }
        cr_expect_eq(at, MANY);
        fclose(stream);
        tear_down(&f);
    }
}

Test(window, may_be_released_at_any_time)
{
    struct window none = { .feed = NULL };
    window_release(&none);
    for (enum kind kind = PLAIN; kind < KINDS; kind++) {
        if (kind == PIPE)
            continue; /* its writer would be ended by a signal */
        struct fixture f;
        set_up(&f, kind);
        cr_expect_not_null(window_need(&f.window, MANY / 2));
        tear_down(&f);
    }
}
