/* SPDX-License-Identifier: MIT */
/* Views over each other, and what all of them are told. */
#include <assert.h>

#include "view/tui/screen/settings.h"
#include "view/tui/screen/state.h"

static bool open_view(struct app *app, enum view_number number, enum view_number over,
                      const struct target *target)
{
    struct stack *stack = &app->stack[over];
    const struct view_ops *ops = app->config.views[number];
    if (!ops || stack->depth == DEPTH_MOST)
        return false;
    void *view = ops->open(app, target);
    if (!view)
        return false;
    stack->at[stack->depth++] = (struct opened) { .ops = ops, .view = view };
    struct list *list = ops->list ? ops->list(view) : NULL;
    if (list)
        settings_apply(app, ops->name, list);
    app->dirty = true;
    return true;
}

bool app_push(struct app *app, enum view_number number, const struct target *target)
{
    return open_view(app, number, app->current, target);
}

void app_show(struct app *app, enum view_number number)
{
    if (app->stack[number].depth > 0 || open_view(app, number, number, &app->config.kept[number]))
        app->current = number;
    app->dirty = true;
}

void app_keep(const struct app *app, struct app_config *config)
{
    config->first = app->current;
    for (int number = 0; number < VIEWS; number++) {
        const struct opened *first = app->stack[number].depth > 0 ? &app->stack[number].at[0] : NULL;
        if (first && first->ops->keep)
            first->ops->keep(first->view, &config->kept[number]);
    }
}

void app_close_top(struct app *app)
{
    struct stack *stack = &app->stack[app->current];
    struct opened *top = app_top(app);
    top->ops->close(top->view);
    stack->depth--;
}

/* To the view below, to the first one, or out. */
void app_back(struct app *app)
{
    app->dirty = true;
    if (app->stack[app->current].depth > 1)
        app_close_top(app);
    else if (app->current != VIEW_CONNECTIONS)
        app_show(app, VIEW_CONNECTIONS);
    else
        leave_or_ask(app);
}

uint32_t app_contexts(struct app *app)
{
    struct opened *top = app_top(app);
    uint32_t contexts = IN_ALL | (app->loaded ? 0 : IN_LOADING);
    if (!app->loaded && app->progress.live)
        contexts |= IN_LIVE;
    uint32_t own = top->ops->contexts ? top->ops->contexts(top->view) : 0;
    assert((own & ~top->ops->keys) == 0);
    return contexts | own;
}

void app_tell(struct app *app, unsigned changes)
{
    for (int number = 0; number < VIEWS; number++) {
        struct stack *stack = &app->stack[number];
        for (int i = 0; i < stack->depth; i++)
            if (stack->at[i].ops->changed)
                stack->at[i].ops->changed(stack->at[i].view, changes);
    }
    app->dirty = true;
}
