/* SPDX-License-Identifier: MIT */
#include "session/archive/names.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"

/* As in decode/fixed.c, in whose order templates have them. */
#define FIRST_FIELDS                                                                                         \
    { "IPV4_SRC_ADDR", 4 }, { "IPV4_DST_ADDR", 4 }, { "NEXT_HOP", 4 }, { "INPUT", 2 }, { "OUTPUT", 2 },      \
        { "IN_PACKETS", 4 }, { "IN_OCTETS", 4 }, { "FIRST_SWITCHED", 4 }, { "LAST_SWITCHED", 4 },            \
        { "SRC_PORT", 2 },                                                                                   \
    {                                                                                                        \
        "DST_PORT", 2                                                                                        \
    }

static const struct archive_fixed v1[] = {
    FIRST_FIELDS, { NULL, 2 }, { "PROTO", 1 }, { "TOS", 1 }, { "TCP_FLAGS", 1 }, { NULL, 7 },
};

static const struct archive_fixed v5[] = {
    FIRST_FIELDS,    { NULL, 1 },     { "TCP_FLAGS", 1 }, { "PROTO", 1 },    { "TOS", 1 },
    { "SRC_AS", 2 }, { "DST_AS", 2 }, { "SRC_MASK", 1 },  { "DST_MASK", 1 }, { NULL, 2 },
};

static const struct archive_fixed v7[] = {
    FIRST_FIELDS,      { NULL, 1 },     { "TCP_FLAGS", 1 }, { "PROTO", 1 },
    { "TOS", 1 },      { "SRC_AS", 2 }, { "DST_AS", 2 },    { "SRC_MASK", 1 },
    { "DST_MASK", 1 }, { NULL, 2 },     { "ROUTER_SC", 4 },
};

/* Where the package's spelling of a NetFlow v9 field differs from the usual one. */
static const struct spelling {
    uint16_t type;
    const char *name;
} spellings[] = { { 50, "NTERVAL" }, { 63, "BPG_IPV6_NEXT_HOP" }, { 100, "DEPRECATED" } };

#define SPELLINGS (sizeof spellings / sizeof *spellings)

const struct archive_fixed *archive_fixed(uint16_t version, unsigned *count)
{
    *count = (unsigned)(version == 1   ? sizeof v1 / sizeof *v1
                        : version == 5 ? sizeof v5 / sizeof *v5
                                       : sizeof v7 / sizeof *v7);
    return version == 1 ? v1 : version == 5 ? v5 : v7;
}

bool archive_is_address(uint16_t v9_type)
{
    static const uint8_t addresses[] = { 8, 12, 15, 18, 27, 28, 62, 63 };
    return memchr(addresses, v9_type < 256 ? v9_type : 0, sizeof addresses) != NULL;
}

static const char *v9_name(uint16_t type)
{
    for (size_t i = 0; i < SPELLINGS; i++)
        if (spellings[i].type == type)
            return spellings[i].name;
    return nfdec_v9_name(type);
}

const char *archive_name(uint16_t version, const struct nfdec_template *template, uint16_t index)
{
    const struct nfdec_field_spec *spec = &template->fields[index];
    if (template->kind == NFDEC_TEMPLATE_FIXED) {
        unsigned count;
        const struct archive_fixed *fixed = archive_fixed(version, &count);
        return index < count ? fixed[index].name : NULL;
    }
    if (spec->repeat_of != index)
        return NULL; /* a dict has each key once */
    const char *name = version == 9 && !spec->scope ? v9_name(spec->id) : NULL;
    return name ? name : spec->name;
}

struct v9_entry {
    const char *name;
    uint16_t type;
};

struct archive_names {
    struct v9_entry *v9;
    size_t count, capacity;
};

static int by_name(const void *a, const void *b)
{
    const struct v9_entry *left = a, *right = b;
    return strcmp(left->name, right->name);
}

struct archive_names *archive_names_new(void)
{
    struct archive_names *names = alloc_new(sizeof *names);
    for (unsigned type = 0; type <= UINT16_MAX; type++) {
        const char *name = v9_name((uint16_t)type);
        if (!name)
            continue;
        names->v9 = alloc_grow(names->v9, names->count, &names->capacity, sizeof *names->v9);
        names->v9[names->count++] = (struct v9_entry) { name, (uint16_t)type };
    }
    qsort(names->v9, names->count, sizeof *names->v9, by_name);
    return names;
}

void archive_names_free(struct archive_names *names)
{
    if (!names)
        return;
    free(names->v9);
    free(names);
}

/* "9.12345": an enterprise number and an id. */
static bool numbers(const char *name, struct archive_field *field)
{
    char *end;
    if (*name < '0' || *name > '9')
        return false;
    unsigned long pen = strtoul(name, &end, 10);
    if (*end != '.' || end[1] < '0' || end[1] > '9')
        return false;
    unsigned long id = strtoul(end + 1, &end, 10);
    if (*end != '\0' || pen > UINT32_MAX || id > UINT16_MAX)
        return false;
    *field = (struct archive_field) { .pen = (uint32_t)pen, .id = (uint16_t)id };
    const struct nfdec_element *element = nfdec_element_find(field->pen, field->id);
    field->type = element ? (enum nfdec_type)element->type : NFDEC_OCTET_ARRAY;
    return true;
}

static bool element(const char *name, struct archive_field *field)
{
    const struct nfdec_element *found = nfdec_element_find_name(name);
    if (found)
        *field = (struct archive_field) { .pen = found->pen, .id = found->id, .type = found->type };
    return found != NULL;
}

/* "reverseOctetDeltaCount" is octetDeltaCount of the other direction (RFC 5103). */
static bool reverse(const char *name, struct archive_field *field)
{
    char forward[128];
    size_t length = strlen(name);
    if (strncmp(name, "reverse", 7) != 0 || length < 8 || length - 7 >= sizeof forward)
        return false;
    memcpy(forward, name + 7, length - 6);
    forward[0] = (char)(forward[0] >= 'A' && forward[0] <= 'Z' ? forward[0] - 'A' + 'a' : forward[0]);
    if (!element(forward, field) || field->pen != 0)
        return false;
    field->pen = NFDEC_PEN_REVERSE;
    return true;
}

static bool v9_field(const struct archive_names *names, const char *name, struct archive_field *field)
{
    const struct v9_entry key = { .name = name };
    const struct v9_entry *found = bsearch(&key, names->v9, names->count, sizeof *names->v9, by_name);
    if (found) {
        const struct nfdec_element *means = nfdec_element_find_v9(found->type);
        *field =
            (struct archive_field) { .id = found->type, .type = means ? means->type : NFDEC_OCTET_ARRAY };
        return true;
    }
    return (element(name, field) || numbers(name, field)) && field->pen == 0;
}

bool archive_field(const struct archive_names *names, uint16_t version, const char *name,
                   struct archive_field *field)
{
    if (version == 9)
        return v9_field(names, name, field);
    return element(name, field) || numbers(name, field) || reverse(name, field);
}
