/* SPDX-License-Identifier: MIT */
/*
 * monkey NFSCOPE SAMPLES SEED EVENTS: keys, pastes, clicks and sizes at random, on captures that are empty, hostile and
 * never end. The program may leave when it is told to; it may not crash, hang, or leave the terminal as it should not.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "pty.h"

#define BATCH 8 /* events between moments at which the program has to be idle */

static unsigned state;

static unsigned roll(unsigned sides)
{
    state = state * 1103515245u + 12345u;
    return (state >> 16) % sides;
}

/* No Q, ^C, ^Z and no q or Esc too often: it would leave; and no w, which writes files. */
static const char *const keys[] = {
    "j",
    "k",
    "h",
    "l",
    "g",
    "G",
    "7G",
    "\033OA",
    "\033OB",
    "\033OC",
    "\033OD",
    "\033[5~",
    "\033[6~",
    "\006",
    "\002",
    "\004",
    "\025",
    "\t",
    "\033[Z",
    "1",
    "2",
    "3",
    "4",
    "5",
    "6",
    "\r",
    "\r",
    "\r",
    " ",
    "U",
    "f",
    "/",
    ":",
    "n",
    "N",
    "s",
    "<",
    ">",
    "r",
    "c",
    "a",
    "y",
    "d",
    "z",
    "t",
    "u",
    "R",
    "M",
    "?",
    "x",
    "]",
    "[",
    "e",
    "E",
    "T",
    "D",
    "+",
    "-",
    "*",
    "b",
    "v",
    "o",
    "\f",
    "port 53",
    "bytes > 1k",
    "proto tcp",
    "srcpi",
    "(",
    "\"",
    "0",
    "9",
    "\177",
    "\025",
    "\001",
    "\005",
    "\013",
    "\027",
    "é",
    "\033[200~ip == 10.0.0.1 \n or x\033[201~",
    "sort bytes:desc",
    "go 3",
    "cmd",
};

static void one(struct pty *pty)
{
    unsigned what = roll(100);
    if (what < 80)
        pty_type(pty, keys[roll(sizeof keys / sizeof *keys)]);
    else if (what < 88)
        pty_resize(pty, (int)roll(100) + 1, (int)roll(300) + 1);
    else if (what < 94)
        pty_click(pty, (int)roll(24), (int)roll(80));
    else
        pty_type(pty, roll(2) ? "\033" : "q");
}

static char octets[60000]; /* of a capture: what a pipe holds */
static size_t octets_length;

/* Puts the capture into the pipe, in which is nothing then but that. */
static bool refill(int fd)
{
    char rest[4096];
    while (read(fd, rest, sizeof rest) > 0)
        continue;
    return write(fd, octets, octets_length) == (ssize_t)octets_length;
}

/* A pipe by name that stays open at our end. */
static int make_fifo(const char *path, const char *from)
{
    FILE *file = fopen(from, "rb");
    octets_length = file ? fread(octets, 1, sizeof octets, file) : 0;
    if (file)
        fclose(file);
    unlink(path);
    return octets_length > 0 && mkfifo(path, 0600) == 0 ? open(path, O_RDWR | O_NONBLOCK) : -1;
}

/* Runs the program on one capture; false: something went wrong. */
static bool run(const char *program, const char *capture, unsigned events, int pipe_end)
{
    bool ends = pipe_end < 0;
    const char *argv[] = { program, "-n", "-r", capture, NULL };
    unsigned done = 0;
    while (done < events) {
        if (!ends && !refill(pipe_end))
            return false;
        /* libvterm 0.1 does not survive each output that was meant for another size */
        struct pty *pty = pty_start(
            argv,
            &(struct pty_config) { .term = "xterm-256color", .height = 24, .width = 80, .roomy = true });
        int status = -1;
        unsigned begin = done;
        pty_sync_within(pty, ends ? 20000 : 200);
        for (; done < events && status == -1; done++) {
            one(pty);
            if (done % BATCH == 0 && ends && !pty_sync(pty)) {
                status = pty_wait(pty, 2000);
                if (status == -1) {
                    printf("%s: hangs after event %u of seed\n", capture, done);
                    pty_end(pty);
                    return false;
                }
            }
            if (done % BATCH == 0 && !ends)
                pty_listen(pty, 20);
            if (status == -1)
                status = pty_wait(pty, 0);
        }
        if (status == -1) {
            pty_signal(pty, SIGTERM);
            status = pty_wait(pty, 10000);
        }
        /* SIGTERM may end it after it has put the terminal right */
        bool ended = status == 0 || (WIFSIGNALED(status) && WTERMSIG(status) == SIGTERM);
        bool fine = ended && !pty_alternate(pty) && pty_cursor_visible(pty) && pty_mode_kept(pty);
        if (!fine) {
            size_t length;
            const char *log = pty_log(pty, &length);
            printf("%s: status %x, events %u to %u%s%s%s\n", capture, (unsigned)status, begin, done,
                   pty_alternate(pty) ? ", in the alternate screen" : "",
                   pty_cursor_visible(pty) ? "" : ", no cursor", pty_mode_kept(pty) ? "" : ", another mode");
            fwrite(log + (length > 3000 ? length - 3000 : 0), 1, length > 3000 ? 3000 : length, stdout);
        }
        pty_end(pty);
        if (!fine)
            return false;
    }
    return true;
}

int main(int argc, char *argv[])
{
    char path[4096], fifo[4096];
    if (argc != 5)
        return 2;
    state = (unsigned)strtoul(argv[3], NULL, 10);
    unsigned events = (unsigned)strtoul(argv[4], NULL, 10);
    static const char *const captures[] = {
        "softflowd-v9.pcap",         "odd-port.pcap", "hostile.pcap", "two-exporters.pcap",
        "bad/template-missing.pcap", "lists.pcap"
    };
    for (size_t i = 0; i < sizeof captures / sizeof *captures; i++) {
        snprintf(path, sizeof path, "%s/%s", argv[2], captures[i]);
        if (!run(argv[1], path, events, -1))
            return 1;
        printf("%s: fine\n", captures[i]);
        fflush(stdout);
    }
    snprintf(path, sizeof path, "%s/softflowd-v9.pcap", argv[2]);
    snprintf(fifo, sizeof fifo, "monkey.%d", (int)getpid());
    int fd = make_fifo(fifo, path);
    bool fine = fd >= 0 && run(argv[1], fifo, events / 4, fd);
    printf("a pipe that never ends: %s\n", fine ? "fine" : "FAILED");
    unlink(fifo);
    return fine ? 0 : 1;
}
