/* SPDX-License-Identifier: MIT */
/* Finding text in rows: a few at a time, so that keys are taken meanwhile, and any key ends it. */
#include <inttypes.h>
#include <string.h>

#include "view/tui/screen/amount.h"
#include "view/tui/screen/state.h"

#define ROWS_A_LOOK 64u /* between looks at the clock */
#define SLICE       15  /* ms */

void search_begin(struct app *app, const char *text, bool forward)
{
    if (*text) {
        strbuf_clear(&app->search.text);
        strbuf_text(&app->search.text, text);
    }
    search_again(app, forward);
}

void search_again(struct app *app, bool forward)
{
    struct search *search = &app->search;
    struct list *list = app_list(app);
    uint64_t count = list ? list->ops->count(list->user) : 0;
    if (search->text.length == 0) {
        app_say(app, "nothing was searched yet: / asks for what");
        return;
    }
    if (count == 0)
        return;
    *search = (struct search) {
        .text = search->text, .active = true, .forward = forward, .at = list->cursor, .left = count
    };
}

void app_find_problem(struct app *app, bool forward)
{
    struct search *search = &app->search;
    struct list *list = app_list(app);
    uint64_t count = list ? list->ops->count(list->user) : 0;
    if (!app_session(app) || count == 0 || !list->ops->problem)
        return;
    if (!app_bad_sets(app)->any) {
        app_say(app, "nothing is wrong with the sets that these flows came in");
        return;
    }
    *search = (struct search) { .text = search->text,
                                .active = true,
                                .forward = forward,
                                .problems = true,
                                .at = list->cursor,
                                .left = forward ? count - 1 - list->cursor : list->cursor };
}

static bool step(struct search *search, struct list *list, uint64_t count)
{
    search->left--;
    if (search->forward)
        search->at = search->at + 1 < count ? search->at + 1 : 0;
    else
        search->at = search->at > 0 ? search->at - 1 : count - 1;
    return search->problems ? list->ops->problem(list->user, search->at)
                            : list_row_holds(list, search->at, search->text.data);
}

static void say_progress(struct app *app, double percent)
{
    if (app->search.problems)
        app_say(app, "looking for a problem: %.0f %% of the rows; any key ends it", percent);
    else
        app_say(app, "looking for '%s': %.0f %% of the rows; any key ends it", app->search.text.data,
                percent);
}

void search_go_on(struct app *app)
{
    struct search *search = &app->search;
    struct list *list = app_list(app);
    uint64_t count = list ? list->ops->count(list->user) : 0;
    int64_t begin = app->config.display.ops->clock(app->config.display.self);
    if (count == 0 || search->at >= count) {
        search->active = false;
        return;
    }
    for (unsigned looked = 1; search->left > 0; looked++) {
        if (step(search, list, count)) {
            list_go(list, search->at);
            search->active = false;
            app->message_shown = false;
            app->dirty = true;
            return;
        }
        if (looked % ROWS_A_LOOK == 0 &&
            app->config.display.ops->clock(app->config.display.self) - begin >= SLICE) {
            say_progress(app, 100.0 * (double)(count - search->left) / (double)count);
            return;
        }
    }
    search->active = false;
    if (search->problems)
        app_say(app, search->forward ? "nothing more is wrong behind this row"
                                     : "nothing is wrong before this row");
    else
        app_say(app, "no row has '%s'", search->text.data);
}
