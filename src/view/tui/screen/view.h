/* SPDX-License-Identifier: MIT */
/*
 * The contract of a view: what stands between the filter line and the status line of the screen.
 *
 * To add a view:
 *   1. Make src/view/tui/views/NAME.c with `const struct view_ops view_NAME = { .name = ..., .draw = ..., }`.
 *   2. Add it to src/view/tui/views/views.def, under the digit that calls it.
 *   3. Give it a bit in enum key_context (input/keymap.h), and its own keys a line each in input/keys.def with that
 *      bit; .contexts() says which of the shared keys hold as well (IN_ROWS, IN_PANES, ...), .keys all it may say. What stands in keys.def
 *      is dispatched to .act() as an enum request, and is in the hint line, the help and the manual.
 *   4. Add goldens (tests/screen/).
 *
 * A view draws into cells, by roles, and knows of no terminal. It reads app_session() whenever the frame calls it: the
 * session stands still then. Where that is NULL (the loader has it, for a second at most, at the end of loading) it
 * shows what it still has, or nothing. Handlers change the view's own state and return effects; only the frame draws.
 * Long work goes to a job (work/jobs.h, app->jobs).
 *
 * Lists are made of panel/list.h, which does rows, columns, the cursor, and most keys.
 */
#ifndef VIEW_TUI_SCREEN_VIEW_H
#define VIEW_TUI_SCREEN_VIEW_H

#include <stdbool.h>
#include <stdint.h>

#include "base/strbuf.h"
#include "view/tui/cells/cells.h"
#include "view/tui/input/keymap.h"

struct app;
struct list;
struct rows;

/* In the order of their digits. */
enum view_number {
    VIEW_CONNECTIONS,
    VIEW_FLOWS,
    VIEW_PACKETS,
    VIEW_EXPORTERS,
    VIEW_TEMPLATES,
    VIEW_STATISTICS,
    VIEWS
};

/* In whose words a filter is. */
enum filter_language { FILTER_NFSCOPE, FILTER_TCPDUMP, FILTER_TSHARK, FILTER_NFDUMP, FILTER_LANGUAGES };

/* What a handler wants done; several may be or-ed. */
enum effect {
    EFFECT_NONE = 0,
    EFFECT_DRAW = 1,    /* something looks different now */
    EFFECT_REFUSED = 2, /* not for this view, or there is nothing to be done with it here */
    EFFECT_BACK = 4,    /* leave this view */
    EFFECT_QUIT = 8,
};

/* What a view is opened for, by Enter in another one. */
enum target_kind {
    TARGET_NONE,       /* all there is: the view of a digit; the rest is what .keep() gave, or 0 */
    TARGET_CONNECTION, /* number: row of its first flow */
    TARGET_FLOW,       /* number: row of the flow store */
    TARGET_PACKET,     /* number: ledger_packet_number(); first, length: octets of its datagram, or 0 */
    TARGET_EXPORTER,   /* number: nfdec_session.family */
    TARGET_TEMPLATE,   /* number: nfdec_template.index */
};

struct target {
    enum target_kind kind;
    uint64_t number;
    uint32_t first, length;
    bool octets; /* of packets: with the octets in focus */
};

/* Why .changed() is called. */
enum change {
    CHANGE_DATA = 1,   /* more was read */
    CHANGE_LOADED = 2, /* all is read: numbers of connections are others now */
    CHANGE_ROWS = 4,   /* other rows, or in another order: filter, sort */
    CHANGE_NAMES = 8,  /* names came */
    CHANGE_SETTINGS = 16,
    CHANGE_HIDE = 32, /* nothing can be read for a while after this call: keep what is needed to draw */
};

/* An absent member means that there is nothing to do, or to say. `view` is what .open() gave. */
struct view_ops {
    const char *name;  /* one word: of help, settings and the command line */
    const char *title; /* "Connections" */
    const char *brief; /* "Conns", where there is little room */
    const char *about; /* the first lines of its help */
    void *(*open)(struct app *app, const struct target *target);
    void (*close)(void *view);
    uint32_t (*contexts)(void *view); /* of enum key_context, as things stand */
    uint32_t keys;                    /* all that .contexts() may say, for the help */
    void (*draw)(void *view, struct cells *cells, struct area area);
    unsigned (*act)(void *view, enum request request, const struct event *event);
    unsigned (*mouse)(void *view, const struct event *event);
    void (*changed)(void *view, unsigned changes);
    /*
     * In every turn of the loop: begins jobs of its own that are due, and gives up those under way where it is not
     * `shown` any more. While more is read there are turns ten times a second.
     */
    void (*tend)(void *view, bool shown);
    /* The numbers of all that is shown are others soon: what it is to be opened with then, so that it looks the same. */
    void (*keep)(void *view, struct target *out);
    /* The status line, left and right: "1.2k conns ..."; the frame's own words take its place at times. */
    void (*status)(void *view, struct strbuf *left, struct strbuf *right);
    /* What the filter line says at its right: "1 204 of 4 800 012". */
    void (*result)(void *view, struct strbuf *out);
    /* Of what it was opened for, in the breadcrumb: "conn 10.0.0.1:53". */
    void (*crumb)(void *view, struct strbuf *out);
    /*
     * When what the cursor's row shows was; false: its records do not say. A view that has this has the line of traffic
     * over time above it, where the screen is wide.
     */
    bool (*span)(void *view, int64_t *start, int64_t *end);
    /*
     * The list that has the focus; NULL: something else has it. With it the frame finds, copies, marks and hides columns;
     * where .contexts() has IN_COLUMNS, IN_FIND.
     */
    struct list *(*list)(void *view);
    /* What the main list shows of, for sorting (IN_SORT) and for the filter's count; NULL: neither. */
    struct rows *(*rows)(void *view);
    /* Adds the value of a cell in the cursor's row as a filter has it; its field is the column's. False: it has none. */
    bool (*cell_value)(void *view, unsigned column, struct strbuf *out);
    /* Adds what -z of the command line gives for what is shown; NULL: --show has the view's name. */
    void (*report)(void *view, struct strbuf *out);
    /* Adds a filter for just what the cursor's row shows. False: that language has no words for it. */
    bool (*filter)(void *view, enum filter_language language, struct strbuf *out);
};

#endif
