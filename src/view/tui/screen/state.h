/* SPDX-License-Identifier: MIT */
/* What struct app holds. Private to this folder. */
#ifndef VIEW_TUI_SCREEN_STATE_H
#define VIEW_TUI_SCREEN_STATE_H

#include <stdio.h>

#include "view/batch/rows_json.h"
#include "view/tui/packet/bad_sets.h"
#include "view/tui/panel/editor.h"
#include "view/tui/panel/menu.h"
#include "view/tui/panel/pager.h"
#include "view/tui/screen/app.h"
#include "view/tui/screen/preferences.h"
#include "view/tui/screen/spark.h"
#include "view/tui/screen/values.h"

#define DEPTH_MOST 16 /* views over each other */

/* A view on the stack. */
struct opened {
    const struct view_ops *ops;
    void *view;
};

/* The views of a digit: the one it opened, and those that were drilled into from there. */
struct stack {
    struct opened at[DEPTH_MOST];
    int depth; /* 0: not opened yet */
};

/* What has the keys instead of the view. */
enum modal { MODAL_NONE, MODAL_FILTER, MODAL_PROMPT, MODAL_MENU, MODAL_HELP, MODAL_LEAVE };

enum prompt_kind { PROMPT_FIND, PROMPT_COMMAND, PROMPT_FILE, PROMPT_KINDS };

enum menu_kind { MENU_SORT, MENU_CELL, MENU_COPY, MENU_SHOWN, MENU_EXPORT, MENU_NOTE };

enum export_kind {
    EXPORT_MARKED_PACKETS,
    EXPORT_PACKETS,
    EXPORT_MARKED_ROWS,
    EXPORT_ROWS,
    EXPORT_MARKED_JSON,
    EXPORT_JSON,
    EXPORT_ROW_PACKETS, /* of the exporter, or with records of the template, under the cursor */
    EXPORT_ALL          /* packets of all flows, whatever is listed */
};

/* Rows that are being written as CSV, or as lines of JSON. */
struct csv {
    FILE *file; /* NULL: none */
    char *path;
    bool marked;
    uint64_t row, written;
    struct rows_json *json; /* NULL: CSV */
    struct strbuf line;
};

/* The filter that is being typed, and the one in use. */
struct filterbar {
    struct editor editor;
    struct editor_history history;
    struct shared_filter *used, *typed; /* typed: NULL unless the text is a filter */
    struct strbuf text;                 /* of the one in use */
    struct filter_error error;          /* of the text that is typed, where it is none */
    bool valid;
    bool counted;
    uint64_t count;
    struct filter_completion completion;
    struct values values; /* of the field whose value is typed */
    int choice;           /* of the completions; -1: none yet */
    bool closed;          /* the list of completions is not wanted */
};

/* A search that goes through rows in small pieces, so that keys are still taken. */
struct search {
    struct strbuf text; /* what was searched last */
    bool active, forward;
    bool problems;     /* it is problems that are searched, not the text */
    uint64_t at, left; /* row, and rows not looked at yet */
};

struct app {
    struct app_config config;
    struct cells cells;
    struct stack stack[VIEWS];
    enum view_number current;
    struct rows *rows[2]; /* flows, connections */
    bool rows_changed;    /* they are others */
    bool readable;        /* the session stands still: we are in a handler */
    bool dirty, quit;
    bool renumbered;       /* leave, to begin anew */
    bool paused;           /* live: what is shown stands still */
    bool following;        /* live: the last row is the current one */
    uint64_t paused_at[2]; /* flows, connections that are shown then */
    bool loaded;
    struct load_progress progress;
    int64_t zero;
    struct app_forms forms;
    unsigned chosen;       /* bits of enum form that are the person's, now or last time */
    struct strbuf message; /* instead of the view's status */
    bool message_shown;
    uint64_t count;  /* typed in front of a key */
    uint64_t digits; /* that called views a moment ago, as a number; 0: none */
    int64_t digit_time;
    enum view_number before_digit;
    enum modal modal;
    enum modal below; /* what has the keys again when a prompt is left */
    struct filterbar filter;
    struct editor prompt;
    enum prompt_kind prompt_kind;
    struct editor_history prompt_history[PROMPT_KINDS];
    struct editor_history hidden; /* "view column" of the state file */
    struct menu menu;
    enum menu_kind menu_kind;
    struct pager help;
    int help_topic, help_width;
    struct search search;
    struct bad_sets bad_sets;
    struct spark spark;
    struct csv csv;
    struct job *exporting; /* packets that are being written; NULL: none */
    enum export_kind export_kind;
    struct strbuf export_later; /* where all packets go when input has ended; "": nowhere */
    int64_t stopped;            /* when reading was, ms */
    bool saved;                 /* live packets, or they are written as they come */
    struct area body;
    int tabs_begin, tab_end[VIEWS]; /* columns of the title */
    struct strbuf left, right;      /* for drawing */
};

/* The view that has the keys. */
static inline struct opened *app_top(struct app *app)
{
    struct stack *stack = &app->stack[app->current];
    return &stack->at[stack->depth - 1];
}

uint32_t app_contexts(struct app *app);

/* stack.c */
void app_close_top(struct app *app);
void app_back(struct app *app); /* to the view below, to the first one, or out */

/* requests.c */
void app_apply(struct app *app, unsigned effects);
/* What a request does, whoever it comes from: a key, a menu, the command line. */
void app_act(struct app *app, enum request request, const struct event *event);
void app_show(struct app *app, enum view_number number);
void app_tell(struct app *app, unsigned changes); /* all views */
struct list *app_list(struct app *app);           /* that has the focus; NULL: none */
struct rows *app_current_rows(struct app *app);   /* of the view; NULL: none */
uint64_t app_new_rows(struct app *app);           /* live: that came since what is shown stands still */

/* frame.c: everything into app->cells. */
void frame_draw(struct app *app);
bool frame_too_small(const struct app *app);
uint32_t frame_spark_bins(
    struct app *app); /* of the line of traffic that are seen and to be counted; 0: none */
/* What a click around the view asks for: a tab, the filter line, "?". REQUEST_NONE: nothing. */
enum request frame_clicked(const struct app *app, int row, int column);

/* filterbar.c */
void filterbar_open(struct app *app);
void filterbar_take(struct app *app, const struct event *event);
void filterbar_draw(struct app *app, struct area row,
                    struct area below); /* both when it is open and when not */
void filterbar_release(struct app *app);

/* prompt.c */
void prompt_open(struct app *app, enum prompt_kind kind, const char *text);
void prompt_take(struct app *app, const struct event *event);
void prompt_draw(struct app *app, struct area row);

/* commands.c */
void command_run(struct app *app, const char *line);
size_t command_count(void); /* of those that are no keys */
const char *command_name(size_t index, const char **help);
/* Completes the word before the cursor in place, as far as it is clear; false: there is nothing it could be. */
bool command_complete(struct app *app, struct editor *editor, struct strbuf *others);

/* batch_command.c */
void batch_command(struct app *app, struct strbuf *out);

/* choices.c: menus */
void choices_open(struct app *app, enum menu_kind kind);
/* Text to be read: in the status row, or in a box where it is longer; it goes to the clipboard, too. */
void choices_note(struct app *app, const char *title, const char *text);
void choices_take(struct app *app, const struct event *event);
void sort_neighbour(struct app *app, int step); /* 0: the other way round */

/* export.c */
void export_loaded(struct app *app); /* all is read */
void export_begin(struct app *app, enum export_kind kind, const char *path);
void export_go_on(struct app *app);                        /* with rows, a little */
bool export_json_row(struct app *app, struct strbuf *out); /* the cursor's; false: not while more is read */
void export_stop(struct app *app);                         /* with rows: the file goes */
void export_leave(struct app *app);                        /* at the end of the app */

/* leave.c */
void leave_or_ask(struct app *app);                              /* asks where packets would be lost */
bool leave_is_meant(struct app *app, const struct event *event); /* by a key that quits */
void leave_take(struct app *app, const struct event *event);

/* help.c */
void help_open(struct app *app, int topic);
bool help_open_word(struct app *app, const char *word); /* "": of the view; false: there is no such topic */
const char *help_topic_word(const struct app *app, int topic); /* NULL: there are no more */
bool help_shown(const struct app *app);
void help_search(struct app *app, const char *text); /* "": what was searched last */
void help_take(struct app *app, const struct event *event);
void help_draw(struct app *app, struct area area);

/* search.c */
void search_begin(struct app *app, const char *text, bool forward);
void search_again(struct app *app, bool forward);
void search_go_on(struct app *app); /* a little */

#endif
