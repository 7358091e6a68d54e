/* SPDX-License-Identifier: MIT */
/* What keys mean: the table keys.def, for dispatch, hints, help and the command line. */
#ifndef VIEW_TUI_INPUT_KEYMAP_H
#define VIEW_TUI_INPUT_KEYMAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "view/tui/input/key.h"

enum request {
    REQUEST_NONE,
#define KEYS(symbol, keys, contexts, group, hint, command, help) REQUEST_##symbol,
#include "view/tui/input/keys.def"
#undef KEYS
    REQUEST_COUNT
};

/* Where a key holds: a view says with view_ops.contexts() which of these are so at the moment. */
enum key_context {
    IN_CONNECTIONS = 1 << 0, /* the views, one bit each */
    IN_FLOWS = 1 << 1,
    IN_PACKETS = 1 << 2,
    IN_EXPORTERS = 1 << 3,
    IN_TEMPLATES = 1 << 4,
    IN_STATISTICS = 1 << 5,
    IN_HELP = 1 << 6,
    IN_ROWS = 1 << 8,      /* there are rows to go through */
    IN_PANES = 1 << 9,     /* there are several panes */
    IN_DETAIL = 1 << 10,   /* the detail pane can be hidden */
    IN_DRILL = 1 << 11,    /* Enter leads on */
    IN_LOADING = 1 << 12,  /* the capture is being read; set by the frame */
    IN_TREE = 1 << 13,     /* a tree has the focus */
    IN_HEX = 1 << 14,      /* octets have the focus */
    IN_COLUMNS = 1 << 15,  /* the rows have columns that can be chosen, copied and filtered by */
    IN_MARKS = 1 << 16,    /* rows can be marked */
    IN_FIND = 1 << 17,     /* text can be found in the rows */
    IN_INNER = 1 << 18,    /* the focus is in a pane that another one led to */
    IN_SORT = 1 << 19,     /* rows can be sorted */
    IN_TIMELINE = 1 << 21, /* time has the focus */
    IN_LIVE = 1 << 22,     /* packets come as they are sent; set by the frame */
    IN_WRITE = 1 << 23,    /* rows can be written to a file, and copied as JSON */
    IN_ALL = 1 << 20,      /* always; set by the frame */
};

enum key_group { KEY_MOVE, KEY_ACT, KEY_FILTER, KEY_VIEW, KEY_OUT, KEY_OTHER, KEY_GROUPS };

struct binding {
    const char *symbol;
    const char *keys; /* names, blanks between them */
    uint32_t contexts;
    enum key_group group;
    const char *hint, *command; /* NULL: none */
    const char *help;
};

/* By enum request; that of REQUEST_NONE is empty. */
extern const struct binding keymap[REQUEST_COUNT];

/* Keys of a person's own, in the form of the table's; NULL: those of the table. */
struct own_keys {
    char *keys[REQUEST_COUNT];
};

/* The keys of a request; `own` NULL: of the table. */
const char *keymap_keys(const struct own_keys *own, enum request request);

/* What a key means where `contexts` hold; REQUEST_NONE: nothing. Own keys come first. */
enum request keymap_find(const struct own_keys *own, uint32_t key, uint32_t contexts);

/* The request of a name, "page-down" of PAGE_DOWN; REQUEST_NONE: none. */
enum request keymap_named(const char *name, size_t length);

/* Whether all words are names of keys. */
bool keymap_all_keys(const char *keys);

/* The request of a command's name; REQUEST_NONE: none. */
enum request keymap_command(const char *name, size_t length);

/* The first key of a request, to be shown: "Enter", "f". 0: it has none. */
size_t keymap_first_key(const struct own_keys *own, enum request request, char name[KEY_NAME]);

const char *keymap_group_title(enum key_group group);

#endif
