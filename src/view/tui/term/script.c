/* SPDX-License-Identifier: MIT */
#include "view/tui/term/script.h"

#include <errno.h>
#include <locale.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/alloc.h"
#include "base/utf8.h"

#define LONG_WAIT 2000  /* ms that ":wait idle" takes by the script's clock */
#define GIVE_UP   60000 /* ms of real time that it may take */
#define WORD      256

struct script {
    FILE *file;
    char *line;
    size_t room;
    const char *at; /* what is left of the line; NULL: the next one is due */
    unsigned number;
    bool typing; /* between quotes */
    bool waiting, idle;
    char until[WORD]; /* what has to be seen before it goes on; "": nothing */
    int height, width;
    int64_t time;
    bool ascii;
    struct cells seen;
    char failure[512];
    pthread_mutex_t mutex; /* of woken */
    pthread_cond_t wake;
    bool woken;
};

struct script *script_new(const char *path, bool ascii)
{
    FILE *file = fopen(path, "r");
    if (!file)
        return NULL;
    struct script *s = alloc_new(sizeof *s);
    setlocale(LC_CTYPE, "");
    s->file = file;
    s->height = 24;
    s->width = 80;
    s->ascii = ascii;
    pthread_mutex_init(&s->mutex, NULL);
    pthread_cond_init(&s->wake, NULL);
    return s;
}

void script_free(struct script *s)
{
    fclose(s->file);
    free(s->line);
    cells_release(&s->seen);
    pthread_mutex_destroy(&s->mutex);
    pthread_cond_destroy(&s->wake);
    free(s);
}

const char *script_failure(const struct script *s)
{
    return s->failure[0] ? s->failure : NULL;
}

static void fail(struct script *s, const char *what, const char *about)
{
    if (!s->failure[0])
        snprintf(s->failure, sizeof s->failure, "line %u: %s%.300s", s->number, what, about);
}

enum view_of { TEXT, ROLES, LOOKS };

static void write_file(struct script *s, const char *path, enum view_of what)
{
    struct strbuf text = { 0 };
    FILE *out = fopen(path, "w");
    if (!out) {
        fail(s, "cannot write ", path);
        return;
    }
    if (what == ROLES)
        cells_roles(&s->seen, &text);
    else if (what == LOOKS)
        cells_looks(&s->seen, &text);
    else
        cells_text(&s->seen, &text);
    fwrite(text.data, 1, text.length, out);
    fclose(out);
    strbuf_release(&text);
}

static bool is_seen(const struct script *s, const char *text)
{
    struct strbuf all = { 0 };
    cells_text(&s->seen, &all);
    bool seen = all.data && strstr(all.data, text);
    strbuf_release(&all);
    return seen;
}

/* Waits until another thread has something; false: it takes too long. */
static bool wait_for_wake(struct script *s)
{
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += GIVE_UP / 1000;
    pthread_mutex_lock(&s->mutex);
    while (!s->woken && pthread_cond_timedwait(&s->wake, &s->mutex, &until) != ETIMEDOUT)
        continue;
    bool woken = s->woken;
    s->woken = false;
    pthread_mutex_unlock(&s->mutex);
    return woken;
}

/* A line that begins with a colon. False: it makes no event. */
static bool command(struct script *s, const char *line, struct event *event)
{
    char word[WORD];
    int a, b, c;
    if (sscanf(line, ":size %dx%d", &a, &b) == 2 && a > 0 && b > 0 && a <= 1000 && b <= 1000) {
        s->width = a;
        s->height = b;
        event->kind = EVENT_RESIZE;
    } else if (sscanf(line, ":click %d %d", &a, &b) == 2) {
        *event = (struct event) { .kind = EVENT_CLICK, .row = a, .column = b };
    } else if (sscanf(line, ":wheel %d %d %d", &a, &b, &c) == 3) {
        *event = (struct event) { .kind = EVENT_WHEEL, .row = a, .column = b, .delta = c };
    } else if (strcmp(line, ":wait idle") == 0) {
        s->waiting = true;
        s->idle = false;
        event->kind = EVENT_WAKE; /* it may be so already, and says so in the next turn */
        s->time += LONG_WAIT;
    } else if (strncmp(line, ":until ", 7) == 0 && line[7] && strlen(line + 7) < WORD) {
        memcpy(s->until, line + 7, strlen(line + 7) + 1);
    } else if (sscanf(line, ":dump %255s", word) == 1) {
        write_file(s, word, TEXT);
    } else if (sscanf(line, ":roles %255s", word) == 1) {
        write_file(s, word, ROLES);
    } else if (sscanf(line, ":looks %255s", word) == 1) {
        write_file(s, word, LOOKS);
    } else if (strncmp(line, ":expect ", 8) == 0) {
        if (!is_seen(s, line + 8))
            fail(s, "not seen: ", line + 8);
    } else if (strncmp(line, ":refuse ", 8) == 0) {
        if (is_seen(s, line + 8))
            fail(s, "seen: ", line + 8);
    } else {
        fail(s, "no such command: ", line);
    }
    return event->kind != EVENT_NONE;
}

/* The next key of a line; false: there is none. */
static bool next_key(struct script *s, struct event *event)
{
    while (*s->at == ' ' && !s->typing)
        s->at++;
    if (*s->at == '"' && (s->typing || s->at[1])) {
        s->typing = !s->typing;
        s->at++;
        return next_key(s, event);
    }
    if (!*s->at) {
        s->typing = false;
        return false;
    }
    uint32_t point = 0;
    size_t length = s->typing ? utf8_decode(s->at, strlen(s->at), &point) : strcspn(s->at, " ");
    event->kind = EVENT_KEY;
    event->key = s->typing ? point : key_of_name(s->at, length);
    if (event->key == KEY_CODE_NONE)
        fail(s, "no such key: ", s->at);
    s->at += length ? length : 1;
    return event->key != KEY_CODE_NONE;
}

static bool next_line(struct script *s)
{
    ssize_t length = getline(&s->line, &s->room, s->file);
    if (length < 0)
        return false;
    s->number++;
    if (length > 0 && s->line[length - 1] == '\n')
        s->line[length - 1] = '\0';
    s->at = s->line;
    return true;
}

static void next(void *self, int milliseconds, struct event *event)
{
    struct script *s = self;
    *event = (struct event) { .kind = EVENT_NONE };
    for (;;) {
        if (s->failure[0]) {
            event->kind = EVENT_QUIT;
            return;
        }
        if (s->waiting && !s->idle) {
            if (milliseconds < 0 && !wait_for_wake(s))
                fail(s, "it does not become idle", "");
            event->kind = s->failure[0] ? EVENT_QUIT : EVENT_WAKE;
            return;
        }
        s->waiting = false;
        if (s->until[0] && !is_seen(s, s->until)) {
            if (milliseconds < 0 && !wait_for_wake(s))
                fail(s, "it does not come: ", s->until);
            event->kind = s->failure[0] ? EVENT_QUIT : EVENT_WAKE;
            return;
        }
        s->until[0] = '\0';
        bool ordered = s->at && s->at == s->line && s->at[0] == ':' && s->at[1] >= 'a' && s->at[1] <= 'z';
        if (s->at && !ordered && s->at[0] != '#' && next_key(s, event))
            return;
        if (ordered) {
            bool made = command(s, s->at, event);
            s->at = NULL;
            if (made)
                return;
            continue;
        }
        if (!next_line(s)) {
            event->kind = EVENT_QUIT;
            return;
        }
    }
}

/* One event a frame, so that each is seen. */
static bool pending(void *self)
{
    (void)self;
    return false;
}

static void paint(void *self, const struct cells *cells)
{
    struct script *s = self;
    if (s->seen.height != cells->height || s->seen.width != cells->width)
        cells_size(&s->seen, cells->height, cells->width);
    memcpy(s->seen.cell, cells->cell, (size_t)cells->height * (size_t)cells->width * sizeof *cells->cell);
}

static void size(void *self, int *height, int *width)
{
    struct script *s = self;
    *height = s->height;
    *width = s->width;
}

static void nothing(void *self)
{
    (void)self;
}

static void no_mouse(void *self, bool on)
{
    (void)self;
    (void)on;
}

static void send_text(void *self, const char *text, size_t length)
{
    (void)self;
    (void)text;
    (void)length;
}

static void idle(void *self)
{
    struct script *s = self;
    s->idle = true;
}

static int64_t clock_of(void *self)
{
    struct script *s = self;
    return s->time;
}

static void wake(void *self)
{
    struct script *s = self;
    pthread_mutex_lock(&s->mutex);
    s->woken = true;
    pthread_cond_signal(&s->wake);
    pthread_mutex_unlock(&s->mutex);
}

struct display script_display(struct script *s)
{
    static const struct display_ops ops = {
        .next = next,
        .pending = pending,
        .paint = paint,
        .redraw = nothing,
        .size = size,
        .suspend = nothing,
        .mouse = no_mouse,
        .send = send_text,
        .idle = idle,
        .clock = clock_of,
        .wake = wake,
    };
    return (struct display) { .ops = &ops, .self = s, .ascii = s->ascii };
}
