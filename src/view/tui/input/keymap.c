/* SPDX-License-Identifier: MIT */
#include "view/tui/input/keymap.h"

#include <stdio.h>
#include <string.h>

const struct binding keymap[REQUEST_COUNT] = {
    [REQUEST_NONE] = { .keys = "", .help = "" },
#define KEYS(symbol, keys_, contexts_, group_, hint_, command_, help_)                                       \
    [REQUEST_##symbol] = { .keys = keys_,                                                                    \
                           .contexts = (uint32_t)(contexts_),                                                \
                           .group = KEY_##group_,                                                            \
                           .hint = hint_,                                                                    \
                           .command = command_,                                                              \
                           .help = help_ },
#include "view/tui/input/keys.def"
#undef KEYS
};

static bool has_key(const char *keys, uint32_t key)
{
    while (*keys) {
        size_t length = strcspn(keys, " ");
        if (key_of_name(keys, length) == key)
            return true;
        keys += length + strspn(keys + length, " ");
    }
    return false;
}

enum request keymap_find(uint32_t key, uint32_t contexts)
{
    for (int i = 1; i < REQUEST_COUNT; i++)
        if (keymap[i].contexts & contexts && has_key(keymap[i].keys, key))
            return (enum request)i;
    return REQUEST_NONE;
}

enum request keymap_command(const char *name, size_t length)
{
    for (int i = 1; i < REQUEST_COUNT; i++) {
        const char *command = keymap[i].command;
        if (command && strlen(command) == length && memcmp(command, name, length) == 0)
            return (enum request)i;
    }
    return REQUEST_NONE;
}

size_t keymap_first_key(enum request request, char name[KEY_NAME])
{
    size_t length = strcspn(keymap[request].keys, " ");
    return (size_t)snprintf(name, KEY_NAME, "%.*s", (int)length, keymap[request].keys);
}

const char *keymap_group_title(enum key_group group)
{
    static const char *const titles[KEY_GROUPS] = {
        [KEY_MOVE] = "Move", [KEY_ACT] = "Act",        [KEY_FILTER] = "Find and filter",
        [KEY_VIEW] = "View", [KEY_OUT] = "Take along", [KEY_OTHER] = "Other",
    };
    return titles[group];
}
