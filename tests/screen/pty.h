/* SPDX-License-Identifier: MIT */
/*
 * The program in a terminal: a pseudo-terminal, and libvterm, which understands what comes out of it.
 *
 *     struct pty *pty = pty_start(argv, &(struct pty_config) { .term = "xterm-256color", .height = 24, .width = 80 });
 *     pty_sync(pty);                      // until the program has nothing left to do
 *     pty_type(pty, "j");
 *     pty_sync(pty);
 *     pty_sees(pty, "7 connections")
 *     pty_end(pty)
 *
 * Nothing here sleeps: the program says through a pipe (NFSCOPE_TEST_IDLE_FD) when its frame is out and it waits.
 */
#ifndef TESTS_SCREEN_PTY_H
#define TESTS_SCREEN_PTY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct pty_config {
    const char *term;
    int height, width;
    bool roomy; /* what is shown is kept on a screen of the largest size, whatever the terminal's is */
    const char *const *environment; /* "NAME=value" more, NULL at the end; NULL: none */
    int input;                      /* standard input of the program; 0: the terminal */
    bool shell;                     /* under a parent that does what a shell does when it stops */
};

struct pty;

struct pty *pty_start(const char *const argv[], const struct pty_config *config);
void pty_type(struct pty *pty, const char *octets);
void pty_type_n(struct pty *pty, const char *octets, size_t length);
void pty_resize(struct pty *pty, int height, int width);
void pty_signal(struct pty *pty, int number);
void pty_click(struct pty *pty, int row, int column);

/* Until the program is idle; false: it ended, or took longer than so many ms. */
bool pty_sync(struct pty *pty);
bool pty_sync_within(struct pty *pty, int milliseconds);

/* What comes within so many ms; returns how many octets. */
size_t pty_listen(struct pty *pty, int milliseconds);

/* Until the program has ended: its status as of waitpid(); -1: it has not within so many ms. */
int pty_wait(struct pty *pty, int milliseconds);

/* Of .shell: until it has stopped, and then on. */
bool pty_stopped(struct pty *pty, int milliseconds);
void pty_continue(struct pty *pty);

pid_t pty_pid(const struct pty *pty); /* of the program, or of its shell */

void pty_close(struct pty *pty); /* the terminal is gone; the program may be there still */
void pty_end(struct pty *pty);   /* and everything else */

bool pty_sees(struct pty *pty, const char *text);
void pty_row(struct pty *pty, int row, char *text, size_t size);
bool pty_alternate(const struct pty *pty); /* the alternate screen is shown */
bool pty_mouse(const struct pty *pty);     /* the program gets it */
bool pty_cursor_visible(const struct pty *pty);
bool pty_mode_kept(const struct pty *pty);  /* the terminal's mode is what it was before the program */
uint64_t pty_octets(const struct pty *pty); /* that came in all */
const char *pty_log(const struct pty *pty, size_t *length); /* all that came, up to a limit */

#endif
