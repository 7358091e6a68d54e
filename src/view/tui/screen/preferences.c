/* SPDX-License-Identifier: MIT */
#include "view/tui/screen/preferences.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "view/tui/screen/xdg.h"

static bool set_look(struct preferences *wanted, const char *name, const char *value)
{
    static const char *const whens[] = { "auto", "always", "never" };
    static const char *const answers[] = { "no", "yes" };
    int when = forms_word(value, whens, 3), answer = forms_word(value, answers, 2);
    bool colour = strcmp(name, "color") == 0 && when >= 0, ascii = strcmp(name, "ascii") == 0 && answer >= 0;
    if (colour)
        wanted->colour = (enum terminal_colour)when;
    if (ascii)
        wanted->ascii = answer;
    return colour || ascii;
}

/* "key sort = S F6"; without keys it has none. */
static bool set_keys(struct preferences *wanted, const char *name, const char *keys)
{
    name += strspn(name, " \t");
    enum request request = keymap_named(name, strcspn(name, " \t"));
    if (request == REQUEST_NONE || !keymap_all_keys(keys))
        return false;
    free(wanted->keys.keys[request]);
    wanted->keys.keys[request] = alloc_text(keys);
    return true;
}

/* Without blanks at its ends. */
static char *trimmed(char *text)
{
    text += strspn(text, " \t");
    size_t length = strlen(text);
    while (length > 0 && strchr(" \t", text[length - 1]))
        text[--length] = '\0';
    return text;
}

static bool set(struct preferences *wanted, char *name, char *value)
{
    if (strncmp(name, "key", 3) == 0 && (name[3] == ' ' || name[3] == '\t'))
        return set_keys(wanted, name + 4, trimmed(value)); /* where "#" is a key */
    value[strcspn(value, "#")] = '\0';
    value = trimmed(value);
    unsigned form = forms_set(&wanted->forms, name, value);
    wanted->said |= form;
    return form || set_look(wanted, name, value);
}

static void take_line(void *user, char *line, unsigned number)
{
    struct preferences *wanted = user;
    char *name = line + strspn(line, " \t"), *equals = strchr(name, '=');
    if (*name == '\0' || *name == '#')
        return;
    if (equals)
        *equals = '\0';
    name = trimmed(name);
    if (!(equals && set(wanted, name, equals + 1)) && !wanted->complaint[0])
        snprintf(wanted->complaint, sizeof wanted->complaint,
                 "config file, line %u: '%.40s' is no setting (see FILES in nfscope(1))", number, name);
}

void preferences_read(struct preferences *wanted)
{
    struct strbuf path = { 0 };
    *wanted = (struct preferences) { .forms = { .mouse = true } };
    if (xdg_path("XDG_CONFIG_HOME", ".config", "config", &path))
        xdg_each_line(path.data, take_line, wanted);
    strbuf_release(&path);
}

void preferences_release(struct preferences *wanted)
{
    for (int i = 0; i < REQUEST_COUNT; i++)
        free(wanted->keys.keys[i]);
}
