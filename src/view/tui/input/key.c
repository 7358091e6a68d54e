/* SPDX-License-Identifier: MIT */
#include "view/tui/input/key.h"

#include <stdio.h>
#include <string.h>

#include "base/utf8.h"

static const struct {
    uint32_t key;
    const char *name;
} names[] = {
    { KEY_CODE_TAB, "Tab" },        { KEY_CODE_ENTER, "Enter" }, { KEY_CODE_ESC, "Esc" },
    { KEY_CODE_SPACE, "Space" },    { KEY_CODE_UP, "Up" },       { KEY_CODE_DOWN, "Down" },
    { KEY_CODE_LEFT, "Left" },      { KEY_CODE_RIGHT, "Right" }, { KEY_CODE_PAGE_UP, "PgUp" },
    { KEY_CODE_PAGE_DOWN, "PgDn" }, { KEY_CODE_HOME, "Home" },   { KEY_CODE_END, "End" },
    { KEY_CODE_BACK_TAB, "S-Tab" }, { KEY_CODE_DELETE, "Del" },  { KEY_CODE_INSERT, "Ins" },
    { KEY_CODE_BACKSPACE, "BkSp" },
};

size_t key_text(uint32_t point, char out[KEY_TEXT])
{
    if (point < 0x80) {
        out[0] = (char)point;
        return 1;
    }
    if (point < 0x800) {
        out[0] = (char)(0xC0 | point >> 6);
        out[1] = (char)(0x80 | (point & 0x3F));
        return 2;
    }
    if (point < 0x10000) {
        out[0] = (char)(0xE0 | point >> 12);
        out[1] = (char)(0x80 | (point >> 6 & 0x3F));
        out[2] = (char)(0x80 | (point & 0x3F));
        return 3;
    }
    out[0] = (char)(0xF0 | point >> 18);
    out[1] = (char)(0x80 | (point >> 12 & 0x3F));
    out[2] = (char)(0x80 | (point >> 6 & 0x3F));
    out[3] = (char)(0x80 | (point & 0x3F));
    return 4;
}

size_t key_label(uint32_t key, char name[KEY_NAME])
{
    size_t n = 0;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (names[i].key == key)
            return (size_t)snprintf(name, KEY_NAME, "%s", names[i].name);
    }
    if (key >= KEY_CODE_F1 && key <= KEY_CODE_F12)
        return (size_t)snprintf(name, KEY_NAME, "F%u", (unsigned)(key - KEY_CODE_F1 + 1));
    if (key > 0 && key < 27)
        return (size_t)snprintf(name, KEY_NAME, "^%c", (char)('@' + key));
    if (key >= 0x20 && key < KEY_CODE_FIRST)
        n = key_text(key, name);
    name[n] = '\0';
    return n;
}

uint32_t key_of_name(const char *name, size_t length)
{
    uint32_t point;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (strlen(names[i].name) == length && memcmp(names[i].name, name, length) == 0)
            return names[i].key;
    }
    if (length >= 2 && length <= 3 && name[0] == 'F' && name[1] >= '1' && name[1] <= '9') {
        unsigned number = (unsigned)(name[1] - '0');
        if (length == 3)
            number = number * 10 + (unsigned)(name[2] - '0');
        return number >= 1 && number <= 12 ? KEY_CODE_F1 + number - 1 : KEY_CODE_NONE;
    }
    if (length == 2 && name[0] == '^' && name[1] >= 'A' && name[1] <= 'Z')
        return (uint32_t)(name[1] - '@');
    return length > 0 && utf8_decode(name, length, &point) == length ? point : KEY_CODE_NONE;
}

bool key_is_text(uint32_t key)
{
    return key >= 0x20 && key != 0x7F && key < KEY_CODE_FIRST;
}
