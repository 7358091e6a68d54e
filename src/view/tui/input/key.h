/* SPDX-License-Identifier: MIT */
/* What a person does: keys with names, the mouse, pasted text. */
#ifndef VIEW_TUI_INPUT_KEY_H
#define VIEW_TUI_INPUT_KEY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define KEY_NAME 16 /* room for the name of a key */
#define KEY_TEXT 4  /* octets of a character */

/* Characters are keys under their code points, ^A ... ^Z under 1 ... 26; these lie above all of them. */
enum key {
    KEY_CODE_NONE = 0,
    KEY_CODE_TAB = 9,
    KEY_CODE_ENTER = 13,
    KEY_CODE_ESC = 27,
    KEY_CODE_SPACE = ' ',
    KEY_CODE_FIRST = 0x110000,
    KEY_CODE_UP = KEY_CODE_FIRST,
    KEY_CODE_DOWN,
    KEY_CODE_LEFT,
    KEY_CODE_RIGHT,
    KEY_CODE_PAGE_UP,
    KEY_CODE_PAGE_DOWN,
    KEY_CODE_HOME,
    KEY_CODE_END,
    KEY_CODE_BACK_TAB,
    KEY_CODE_BACKSPACE,
    KEY_CODE_DELETE,
    KEY_CODE_INSERT,
    KEY_CODE_F1,
    KEY_CODE_F12 = KEY_CODE_F1 + 11,
    KEY_CODE_LAST = KEY_CODE_F12
};

enum event_kind {
    EVENT_NONE,
    EVENT_KEY,
    EVENT_PASTE,  /* text of a bracketed paste */
    EVENT_CLICK,  /* button 1 */
    EVENT_WHEEL,  /* delta: lines, down is more */
    EVENT_RESIZE, /* the terminal has another size */
    EVENT_GONE,   /* the terminal is gone */
    EVENT_QUIT,   /* TERM, HUP or INT came */
    EVENT_WAKE,   /* another thread has something */
};

struct event {
    enum event_kind kind;
    uint32_t key;     /* of EVENT_KEY: a code point or enum key */
    int row, column;  /* of the mouse */
    int delta;        /* of EVENT_WHEEL */
    bool twice;       /* of EVENT_CLICK: a double click */
    uint64_t count;   /* digits typed in front: 12G; 0: none */
    const char *text; /* of EVENT_PASTE; valid until the next event */
    size_t length;
};

/* "Up", "F1", "^F", "S-Tab", "Space", "g". Returns its length. */
size_t key_label(uint32_t key, char name[KEY_NAME]);

/* The key of a name; KEY_CODE_NONE: there is none such. */
uint32_t key_of_name(const char *name, size_t length);

/* A key that is a character which can be typed into text. */
bool key_is_text(uint32_t key);

/* Writes that character as UTF-8 and returns its octets. */
size_t key_text(uint32_t key, char out[KEY_TEXT]);

#endif
