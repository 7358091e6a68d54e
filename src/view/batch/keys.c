/* SPDX-License-Identifier: MIT */
#include "view/batch/keys.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "nfdec/element.h"
#include "query/field.h"

struct key {
    enum keys_group group;
    enum keys_kind kind;
    bool more; /* only where it is chosen */
    const char *path;
};

static const struct key table[] = {
#define KEY(show, key_path, key_kind, help)  { KEYS_##show, KEYS_##key_kind, false, key_path },
#define MORE(show, key_path, key_kind, help) { KEYS_##show, KEYS_##key_kind, true, key_path },
#include "view/batch/keys.def"
#undef MORE
#undef KEY
};

enum { KEYS = sizeof table / sizeof *table };

/* Once: the second time it is there already. */
static void add(struct keys_choice *choice, struct keys_column column)
{
    for (size_t i = 0; i < choice->count; i++) {
        if (strcmp(choice->column[i].path, column.path) == 0) {
            free(column.own);
            return;
        }
    }
    choice->column = alloc_grow(choice->column, choice->count, &choice->capacity, sizeof *choice->column);
    choice->column[choice->count++] = column;
}

/* The field of flows or connections that a word names; NULL: there is none. */
static const struct field_info *field_of(enum keys_group group, const char *word)
{
    unsigned where = group == KEYS_FLOWS         ? FIELD_OF_FLOWS
                     : group == KEYS_CONNECTIONS ? FIELD_OF_CONNECTIONS
                                                 : 0;
    struct field field;
    if (!where || !field_find(word, strlen(word), &field) || field.symbol >= FIELD_COUNT ||
        !(field_table[field.symbol].where & where))
        return NULL;
    return &field_table[field.symbol];
}

static void add_key(struct keys_choice *choice, const struct key *key)
{
    const struct field_info *field = field_of(key->group, key->path);
    bool same = field && strcmp(field->name, key->path) == 0;
    add(choice, (struct keys_column) { .name = key->path,
                                       .path = key->path,
                                       .title = same ? field->title : key->path,
                                       .kind = key->kind });
}

static bool is_scaled(const char *path)
{
    return strncmp(path, "scaled_", 7) == 0;
}

void keys_all(enum keys_group group, bool scaled, struct keys_choice *choice)
{
    for (size_t i = 0; i < KEYS; i++)
        if (table[i].group == group && table[i].kind != KEYS_OBJECT && !table[i].more &&
            (scaled || !is_scaled(table[i].path)))
            add_key(choice, &table[i]);
}

bool keys_scaled(const struct keys_choice *choice)
{
    for (size_t i = 0; i < choice->count; i++)
        if (is_scaled(choice->column[i].path))
            return true;
    return false;
}

const char *keys_path(enum keys_group group, size_t index)
{
    for (size_t i = 0; i < KEYS; i++)
        if (table[i].group == group && index-- == 0)
            return table[i].path;
    return NULL;
}

/* Whether `path` is `word` or something in it. */
static bool within(const char *path, const char *word)
{
    size_t length = strlen(word);
    return strncmp(path, word, length) == 0 && (path[length] == '\0' || path[length] == '.');
}

/* "fields.octetDeltaCount", which is shown as "octetDeltaCount". */
static void add_element(struct keys_choice *choice, const char *name, const char *object)
{
    size_t head = strlen(object), length = strlen(name);
    char *own = alloc_new(head + length + 2);
    memcpy(own, object, head);
    own[head] = '.';
    memcpy(own + head + 1, name, length);
    add(choice,
        (struct keys_column) {
            .name = own + head + 1, .path = own, .title = own + head + 1, .own = own, .kind = KEYS_ANY });
}

/* Numbers with a dot between them, as those elements are called that nobody has named. */
static bool is_number(const char *word)
{
    size_t digits = strspn(word, "0123456789"), behind = 0;
    if (digits && word[digits] == '.')
        behind = strspn(word + digits + 1, "0123456789");
    return digits && behind && word[digits + 1 + behind] == '\0';
}

static bool choose_element(const char *word, struct keys_choice *choice)
{
    const char *object = strncmp(word, "scope.", 6) == 0 ? "scope" : "fields", *name = word;
    if (within(word, object) && word[strlen(object)] == '.')
        name = word + strlen(object) + 1;
    const struct nfdec_element *element = nfdec_element_find_name(name);
    if (element)
        name = element->name;
    else if (!is_number(name) && name == word)
        return false; /* with its object in front it is taken as it is: scopes of v9 have names of their own */
    if (*name)
        add_element(choice, name, object);
    return *name != '\0';
}

static bool choose_path(enum keys_group group, const char *word, struct keys_choice *choice)
{
    bool found = false;
    for (size_t i = 0; i < KEYS; i++) {
        if (table[i].group != group || !within(table[i].path, word) || table[i].kind == KEYS_OBJECT)
            continue;
        add_key(choice, &table[i]);
        found = true;
    }
    return found;
}

bool keys_choose(enum keys_group group, const char *word, struct keys_choice *choice)
{
    const struct field_info *field = field_of(group, word);
    if (choose_path(group, word, choice) || (field && choose_path(group, field->name, choice)))
        return true;
    return group == KEYS_RECORDS && choose_element(word, choice);
}

void keys_release(struct keys_choice *choice)
{
    for (size_t i = 0; i < choice->count; i++)
        free(choice->column[i].own);
    free(choice->column);
    *choice = (struct keys_choice) { 0 };
}
