/* SPDX-License-Identifier: MIT */
/* What struct app holds. Private to this folder. */
#ifndef VIEW_TUI_SCREEN_STATE_H
#define VIEW_TUI_SCREEN_STATE_H

#include "view/tui/screen/app.h"

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

struct app {
    struct app_config config;
    struct cells cells;
    struct stack stack[VIEWS];
    enum view_number current;
    bool readable; /* the session stands still: we are in a handler */
    bool dirty, quit;
    bool loaded;
    struct load_progress progress;
    struct app_forms forms;
    struct strbuf message; /* instead of the view's status */
    bool message_shown;
    uint64_t count; /* typed in front of a key */
    uint64_t digit; /* that called a view a moment ago; 0: none */
    int64_t digit_time;
    enum view_number before_digit;
    struct area body;
    struct strbuf left, right; /* for drawing */
};

/* The view that has the keys. */
static inline struct opened *app_top(struct app *app)
{
    struct stack *stack = &app->stack[app->current];
    return &stack->at[stack->depth - 1];
}

uint32_t app_contexts(struct app *app);

/* frame.c: everything into app->cells. */
void frame_draw(struct app *app);
bool frame_too_small(const struct app *app);

#endif
