/* SPDX-License-Identifier: MIT */
#include "view/tui/term/terminal.h"

#include <curses.h>
#include <errno.h>
#include <fcntl.h>
#include <langinfo.h>
#include <locale.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <term.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/now.h"
#include "view/tui/term/crash.h"
#include "view/tui/term/paint.h"
#include "view/tui/term/signals.h"

#define ESCAPE_WAIT  25 /* ms after which an Esc is a key and no sequence */
#define PASTE_BEGIN  (KEY_MAX + 1)
#define PASTE_END    (KEY_MAX + 2)
#define PASTE_WAIT   200 /* ms until what is missing of a paste is given up */
#define PASTE_MOST   4096
#define WHEEL_LINES  3
#define DOUBLE_CLICK 400 /* ms */

struct terminal {
    struct terminal_config config;
    FILE *in, *out;
    int fd;                /* of out */
    struct termios before; /* its mode */
    int signals;
    SCREEN *screen;
    WINDOW *keys; /* of its own: reading refreshes a window */
    struct paint paint;
    struct strbuf paste;
    bool pasting, gone, quit, resized, go_on, stop, woken;
    bool bracketed; /* pastes come marked */
    bool mouse;     /* is reported */
    bool promised;  /* pending() has said that something is there */
    int nothing;    /* times in a row that there was something to read, and nothing came */
    int64_t clicked;
    int click_row, click_column;
};

/* Octets past curses, in one piece. */
static void send_octets(struct terminal *t, const char *data, size_t length)
{
    while (length > 0) {
        ssize_t n = write(t->fd, data, length);
        if (n < 0 && errno != EINTR)
            return;
        data += n > 0 ? n : 0;
        length -= n > 0 ? (size_t)n : 0;
    }
}

/* Which names of terminals to try: curses has none for some new ones that are xterms to it. */
static const char *usable_name(void)
{
    const char *names[] = { getenv("TERM"), "xterm-256color", "xterm" };
    if (!names[0] || !*names[0] || strcmp(names[0], "dumb") == 0)
        return NULL;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        int status;
        if (setupterm(names[i], STDOUT_FILENO, &status) != OK)
            continue;
        const char *move_to = tigetstr("cup");
        bool fine = move_to && (intptr_t)move_to != -1;
        del_curterm(cur_term);
        if (fine)
            return names[i];
        return NULL;
    }
    return NULL;
}

bool terminal_usable(char error[256])
{
    int fd = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
    if (fd == -1) {
        snprintf(error, 256, "there is no terminal for a screen");
        return false;
    }
    close(fd);
    if (usable_name())
        return true;
    const char *name = getenv("TERM");
    snprintf(error, 256, "a terminal of kind '%.64s' (TERM) cannot show a screen", name ? name : "");
    return false;
}

static bool has_capability(const char *name)
{
    const char *text = tigetstr(name);
    return text && (intptr_t)text != -1;
}

static void add_capability(struct strbuf *out, const char *name)
{
    if (has_capability(name))
        strbuf_text(out, tigetstr(name));
}

/* What brings the terminal back when curses cannot. */
static void guard(struct terminal *t)
{
    struct strbuf bytes = { 0 };
    if (t->bracketed)
        strbuf_text(&bytes, "\033[?2004l");
    if (tigetflag("XT") > 0 || has_capability("kmous"))
        strbuf_text(&bytes, "\033[?1000l\033[?1002l\033[?1003l\033[?1006l");
    add_capability(&bytes, "sgr0");
    add_capability(&bytes, "rmkx");
    add_capability(&bytes, "cnorm");
    add_capability(&bytes, "rmcup");
    strbuf_text(&bytes, "\r\n");
    crash_guard(t->fd, bytes.data, bytes.length, &t->before);
    strbuf_release(&bytes);
}

static void report_mouse(bool on)
{
    mousemask(on ? BUTTON1_PRESSED | BUTTON4_PRESSED | BUTTON5_PRESSED : 0, NULL);
    mouseinterval(0);
}

static void set_mouse(void *self, bool on)
{
    struct terminal *t = self;
    t->mouse = on;
    report_mouse(on);
}

static bool colours_wanted(const struct terminal_config *config)
{
    const char *no_colour = getenv("NO_COLOR");
    if (config->colour == TERMINAL_COLOUR_AUTO)
        return !no_colour || !*no_colour;
    return config->colour == TERMINAL_COLOUR_ALWAYS;
}

static void begin(struct terminal *t)
{
    set_term(t->screen);
    raw();
    noecho();
    nonl();
    set_escdelay(ESCAPE_WAIT);
    t->keys = newpad(1, 1);
    keypad(t->keys, TRUE);
    nodelay(t->keys, TRUE);
    paint_begin(&t->paint, colours_wanted(&t->config));
    t->bracketed = tigetflag("XT") > 0 || strncmp(getenv("TERM"), "tmux", 4) == 0;
    if (t->bracketed) {
        define_key("\033[200~", PASTE_BEGIN);
        define_key("\033[201~", PASTE_END);
        send_octets(t, "\033[?2004h", 8);
    }
    set_mouse(t, !t->config.no_mouse);
}

/*
 * Twice, as reading must never wait (curses would, within what looks like the beginning of a click) and writing must:
 * that is a matter of the open file.
 */
static bool open_files(struct terminal *t)
{
    int in = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    t->fd = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
    t->in = in == -1 ? NULL : fdopen(in, "r");
    t->out = t->fd == -1 ? NULL : fdopen(t->fd, "w");
    return t->in && t->out;
}

static void release(struct terminal *t)
{
    if (t->in)
        fclose(t->in);
    if (t->out)
        fclose(t->out);
    paint_release(&t->paint);
    strbuf_release(&t->paste);
    free(t);
}

struct terminal *terminal_new(const struct terminal_config *config, char error[256])
{
    if (!terminal_usable(error))
        return NULL;
    struct terminal *t = alloc_new(sizeof *t);
    t->config = *config;
    setlocale(LC_CTYPE, "");
    if (!open_files(t) || tcgetattr(t->fd, &t->before) != 0) {
        snprintf(error, 256, "cannot open the terminal: %s", strerror(errno));
        release(t);
        return NULL;
    }
    unsetenv("LINES"); /* or no change of size would count */
    unsetenv("COLUMNS");
    const char *name = usable_name();
    t->signals = signals_begin(); /* before newterm(), which would take those signals */
    t->bracketed = true;
    guard(t);
    t->screen = name && t->signals != -1 ? newterm(name, t->out, t->in) : NULL;
    if (!t->screen) {
        crash_relax();
        signals_end();
        snprintf(error, 256, "the terminal cannot be used");
        release(t);
        return NULL;
    }
    begin(t);
    crash_relax();
    guard(t); /* now with what curses knows of it */
    return t;
}

static void end_curses(struct terminal *t)
{
    struct strbuf cursor = { 0 };
    report_mouse(false);
    if (t->bracketed)
        send_octets(t, "\033[?2004l", 8);
    add_capability(&cursor, "cnorm");
    endwin();
    send_octets(t, cursor.data, cursor.length); /* some terminals forget it with the alternate screen */
    strbuf_release(&cursor);
}

void terminal_free(struct terminal *t)
{
    if (!t)
        return;
    if (!t->gone)
        end_curses(t);
    crash_relax();
    signals_end();
    delwin(t->keys);
    delscreen(t->screen);
    release(t);
}

static void get_size(void *self, int *height, int *width)
{
    struct terminal *t = self;
    struct winsize size;
    bool known = ioctl(t->fd, TIOCGWINSZ, &size) == 0 && size.ws_row > 0 && size.ws_col > 0;
    *height = known ? size.ws_row : LINES;
    *width = known ? size.ws_col : COLS;
}

static void resize(struct terminal *t)
{
    int height, width;
    get_size(t, &height, &width);
    resizeterm(height, width);
    t->paint.whole = true;
}

static void repaint(void *self)
{
    struct terminal *t = self;
    t->paint.whole = true;
    clearok(curscr, TRUE);
}

static void suspend(void *self)
{
    struct terminal *t = self;
    end_curses(t);
    crash_relax();
    signals_catch_stop(false);
    kill(0, SIGTSTP);
    signals_catch_stop(true);
    guard(t);
    reset_prog_mode();
    if (t->bracketed)
        send_octets(t, "\033[?2004h", 8);
    report_mouse(t->mouse);
    resize(t);
    repaint(t);
}

/* Takes what came through the pipe. */
static void read_signals(struct terminal *t)
{
    char octets[64];
    ssize_t n;
    while ((n = read(t->signals, octets, sizeof octets)) > 0) {
        for (ssize_t i = 0; i < n; i++) {
            t->quit |= octets[i] == SIGNALS_QUIT;
            t->resized |= octets[i] == SIGNALS_RESIZE;
            t->stop |= octets[i] == SIGNALS_SUSPEND;
            t->go_on |= octets[i] == SIGNALS_GO_ON;
            t->woken |= octets[i] == SIGNALS_WAKE;
        }
    }
}

static uint32_t key_of(wint_t code)
{
    static const struct {
        wint_t code;
        uint32_t key;
    } keys[] = {
        { KEY_UP, KEY_CODE_UP },
        { KEY_DOWN, KEY_CODE_DOWN },
        { KEY_LEFT, KEY_CODE_LEFT },
        { KEY_RIGHT, KEY_CODE_RIGHT },
        { KEY_PPAGE, KEY_CODE_PAGE_UP },
        { KEY_NPAGE, KEY_CODE_PAGE_DOWN },
        { KEY_HOME, KEY_CODE_HOME },
        { KEY_END, KEY_CODE_END },
        { KEY_BTAB, KEY_CODE_BACK_TAB },
        { KEY_DC, KEY_CODE_DELETE },
        { KEY_BACKSPACE, KEY_CODE_BACKSPACE },
        { KEY_IC, KEY_CODE_INSERT },
        { KEY_ENTER, KEY_CODE_ENTER },
        { KEY_A1, KEY_CODE_HOME },
        { KEY_C1, KEY_CODE_END },
        { KEY_A3, KEY_CODE_PAGE_UP },
        { KEY_C3, KEY_CODE_PAGE_DOWN },
        { KEY_FIND, KEY_CODE_HOME },
        { KEY_SELECT, KEY_CODE_END },
    };
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        if (keys[i].code == code)
            return keys[i].key;
    if (code >= KEY_F(1) && code <= KEY_F(12))
        return KEY_CODE_F1 + (uint32_t)(code - KEY_F(1));
    return KEY_CODE_NONE;
}

static void take_mouse(struct terminal *t, struct event *event)
{
    MEVENT mouse;
    if (getmouse(&mouse) != OK)
        return;
    event->row = mouse.y;
    event->column = mouse.x;
    if (mouse.bstate & (BUTTON4_PRESSED | BUTTON5_PRESSED)) {
        event->kind = EVENT_WHEEL;
        event->delta = mouse.bstate & BUTTON5_PRESSED ? WHEEL_LINES : -WHEEL_LINES;
    } else if (mouse.bstate & BUTTON1_PRESSED) {
        int64_t time = now_milliseconds();
        event->kind = EVENT_CLICK;
        event->twice =
            time - t->clicked < DOUBLE_CLICK && t->click_row == mouse.y && t->click_column == mouse.x;
        t->clicked = event->twice ? 0 : time;
        t->click_row = mouse.y;
        t->click_column = mouse.x;
    }
}

/* A character of a paste; line ends and tabs become blanks. */
static void add_point(struct strbuf *text, wint_t point)
{
    char octets[KEY_TEXT];
    if (point == '\r' || point == '\n' || point == '\t')
        point = ' ';
    if (text->length < PASTE_MOST && key_is_text(point))
        strbuf_add(text, octets, key_text(point, octets));
}

/* A key that curses has; false: none, or none that counts. */
static bool take_key(struct terminal *t, struct event *event)
{
    wint_t code;
    int kind = wget_wch(t->keys, &code);
    if (kind == ERR)
        return false;
    t->nothing = 0;
    if (kind == KEY_CODE_YES && code == PASTE_BEGIN) {
        t->pasting = true;
        strbuf_clear(&t->paste);
    } else if (kind == KEY_CODE_YES && code == PASTE_END) {
        t->pasting = false;
        *event = (struct event) { .kind = EVENT_PASTE, .text = t->paste.data, .length = t->paste.length };
    } else if (t->pasting && kind == OK) {
        add_point(&t->paste, code);
    } else if (kind == KEY_CODE_YES && code == KEY_MOUSE) {
        take_mouse(t, event);
    } else {
        event->key = kind == KEY_CODE_YES       ? key_of(code)
                     : code == 127 || code == 8 ? KEY_CODE_BACKSPACE
                     : code == '\n'             ? KEY_CODE_ENTER
                     : code < KEY_CODE_FIRST    ? (uint32_t)code
                                                : KEY_CODE_NONE;
        event->kind = event->key != KEY_CODE_NONE ? EVENT_KEY : EVENT_NONE;
    }
    return true;
}

/* What signals and the terminal's end left to tell. */
static bool take_other(struct terminal *t, struct event *event)
{
    read_signals(t);
    if (t->go_on) {
        t->go_on = false;
        reset_prog_mode();
        resize(t);
        repaint(t);
        event->kind = EVENT_RESIZE;
    } else if (t->quit || t->gone) {
        event->kind = t->quit ? EVENT_QUIT : EVENT_GONE;
        t->quit = false;
    } else if (t->stop) {
        t->stop = false;
        suspend(t);
        event->kind = EVENT_RESIZE;
    } else if (t->resized) {
        t->resized = false;
        resize(t);
        event->kind = EVENT_RESIZE;
    } else if (t->woken) {
        t->woken = false;
        event->kind = EVENT_WAKE;
    }
    return event->kind != EVENT_NONE;
}

/* What was pending and is no event counts, too: the loop looks round then, and may say that it is idle. */
static bool take_any(struct terminal *t, struct event *event)
{
    if (take_other(t, event))
        return true;
    bool taken = false;
    while (event->kind == EVENT_NONE && take_key(t, event))
        taken = true;
    return event->kind != EVENT_NONE || (taken && t->promised);
}

static void next(void *self, int milliseconds, struct event *event)
{
    struct terminal *t = self;
    int64_t until = now_milliseconds() + milliseconds;
    *event = (struct event) { .kind = EVENT_NONE };
    while (!take_any(t, event)) {
        struct pollfd fds[] = { { .fd = fileno(t->in), .events = POLLIN },
                                { .fd = t->signals, .events = POLLIN } };
        int64_t left = milliseconds < 0 ? -1 : until - now_milliseconds();
        if (t->pasting)
            left = PASTE_WAIT;
        else if (milliseconds >= 0 && left <= 0)
            break;
        int n = poll(fds, 2, (int)left);
        if (n == 0 && t->pasting)
            t->pasting = false;
        if (n < 0 && errno != EINTR)
            t->gone = true;
        if (n > 0 && fds[0].revents & (POLLHUP | POLLERR | POLLNVAL))
            t->gone = true;
        if (n > 0 && fds[0].revents & POLLIN && ++t->nothing > 16) /* it ended without a hang-up */
            t->gone = true;
    }
    t->promised = false;
}

static bool pending(void *self)
{
    struct terminal *t = self;
    struct pollfd fds[] = { { .fd = fileno(t->in), .events = POLLIN },
                            { .fd = t->signals, .events = POLLIN } };
    t->promised = poll(fds, 2, 0) > 0;
    return t->promised;
}

static void paint(void *self, const struct cells *cells)
{
    struct terminal *t = self;
    paint_cells(&t->paint, cells);
}

static void idle(void *self)
{
    struct terminal *t = self;
    if (t->config.idle < 0)
        return;
    ssize_t written = write(t->config.idle, "i", 1);
    (void)written; /* who waits for it has gone */
}

static int64_t clock_of(void *self)
{
    (void)self;
    return now_milliseconds();
}

static void wake(void *self)
{
    (void)self;
    signals_wake();
}

static void send_text(void *self, const char *text, size_t length)
{
    struct terminal *t = self;
    fflush(t->out);
    send_octets(t, text, length);
}

struct display terminal_display(struct terminal *t)
{
    static const struct display_ops ops = {
        .next = next,
        .pending = pending,
        .paint = paint,
        .redraw = repaint,
        .size = get_size,
        .suspend = suspend,
        .mouse = set_mouse,
        .send = send_text,
        .idle = idle,
        .clock = clock_of,
        .wake = wake,
    };
    bool utf8 = strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
    return (struct display) { .ops = &ops, .self = t, .ascii = t->config.ascii || !utf8 };
}
