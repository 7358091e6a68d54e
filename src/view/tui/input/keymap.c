/* SPDX-License-Identifier: MIT */
#include "view/tui/input/keymap.h"

#include <stdio.h>
#include <string.h>

const struct binding keymap[REQUEST_COUNT] = {
    [REQUEST_NONE] = { .symbol = "", .keys = "", .help = "" },
#define KEYS(symbol_, keys_, contexts_, group_, hint_, command_, help_)                                      \
    [REQUEST_##symbol_] = { .symbol = #symbol_,                                                              \
                            .keys = keys_,                                                                   \
                            .contexts = (uint32_t)(contexts_),                                               \
                            .group = KEY_##group_,                                                           \
                            .hint = hint_,                                                                   \
                            .command = command_,                                                             \
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

const char *keymap_keys(const struct own_keys *own, enum request request)
{
    return own && own->keys[request] ? own->keys[request] : keymap[request].keys;
}

enum request keymap_find(const struct own_keys *own, uint32_t key, uint32_t contexts)
{
    for (int i = 1; own && i < REQUEST_COUNT; i++)
        if (own->keys[i] && keymap[i].contexts & contexts && has_key(own->keys[i], key))
            return (enum request)i;
    for (int i = 1; i < REQUEST_COUNT; i++)
        if (!(own && own->keys[i]) && keymap[i].contexts & contexts && has_key(keymap[i].keys, key))
            return (enum request)i;
    return REQUEST_NONE;
}

/* Whether a name is a symbol in small letters, with dashes. */
static bool is_symbol(const char *symbol, const char *name, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        char c = symbol[i] == '_'                       ? '-'
                 : symbol[i] >= 'A' && symbol[i] <= 'Z' ? (char)(symbol[i] + 32)
                                                        : symbol[i];
        if (!c || c != name[i])
            return false;
    }
    return symbol[length] == '\0';
}

enum request keymap_named(const char *name, size_t length)
{
    for (int i = 1; i < REQUEST_COUNT; i++)
        if (is_symbol(keymap[i].symbol, name, length))
            return (enum request)i;
    return REQUEST_NONE;
}

bool keymap_all_keys(const char *keys)
{
    while (*keys) {
        size_t length = strcspn(keys, " ");
        if (key_of_name(keys, length) == KEY_CODE_NONE)
            return false;
        keys += length + strspn(keys + length, " ");
    }
    return true;
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

size_t keymap_first_key(const struct own_keys *own, enum request request, char name[KEY_NAME])
{
    const char *keys = keymap_keys(own, request);
    return (size_t)snprintf(name, KEY_NAME, "%.*s", (int)strcspn(keys, " "), keys);
}

const char *keymap_group_title(enum key_group group)
{
    static const char *const titles[KEY_GROUPS] = {
        [KEY_MOVE] = "Move", [KEY_ACT] = "Act",        [KEY_FILTER] = "Find and filter",
        [KEY_VIEW] = "View", [KEY_OUT] = "Take along", [KEY_OTHER] = "Other",
    };
    return titles[group];
}
