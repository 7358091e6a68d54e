/* SPDX-License-Identifier: MIT */
/* Names of code points and of enterprises; declared in element.h beside the elements they belong to. */
#include "nfdec/element.h"

#include <string.h>

struct code {
    const char *registry;
    const char *name;
    uint32_t value;
};

static const struct code codes[] = {
#define CODES_OF(pen, element, registry)
#define CODE(set, number, word) { .registry = #set, .name = (word), .value = (number) },
#include "decode/codes.def"
#undef CODES_OF
#undef CODE
};

/* Elements whose registry has another name, or which are not IANA's. */
struct binding {
    uint32_t pen;
    const char *element;
    const char *registry;
};

static const struct binding bindings[] = {
#define CODES_OF(number, word, set) { .pen = (number), .element = #word, .registry = #set },
#define CODE(set, number, word)
#include "decode/codes.def"
#undef CODES_OF
#undef CODE
};

struct enterprise {
    uint32_t pen;
    const char *name;
};

static const struct enterprise enterprises[] = {
#define PEN(number, word) { .pen = (number), .name = (word) },
#include "decode/pens.def"
#undef PEN
};

static int compare(const struct code *code, const char *registry, uint64_t value)
{
    int order = strcmp(code->registry, registry);
    if (order != 0)
        return order;
    return code->value < value ? -1 : code->value > value;
}

const char *nfdec_registry_name(const char *registry, uint64_t value)
{
    size_t low = 0, high = sizeof codes / sizeof codes[0];
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = compare(&codes[middle], registry, value);
        if (order == 0)
            return codes[middle].name;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

/* ICMP types whose only code is 0 stand in the registries of types alone. */
static const char *icmp_name(const struct nfdec_element *element, uint64_t value)
{
    if (value % 256 != 0)
        return NULL;
    if (strcmp(element->name, "icmpTypeCodeIPv4") == 0)
        return nfdec_registry_name("icmpTypeIPv4", value / 256);
    if (strcmp(element->name, "icmpTypeCodeIPv6") == 0)
        return nfdec_registry_name("icmpTypeIPv6", value / 256);
    return NULL;
}

const char *nfdec_code_name(const struct nfdec_element *element, uint64_t value)
{
    for (size_t i = 0; i < sizeof bindings / sizeof bindings[0]; i++)
        if (bindings[i].pen == element->pen && strcmp(bindings[i].element, element->name) == 0)
            return nfdec_registry_name(bindings[i].registry, value);
    if (element->pen != 0)
        return NULL;
    const char *name = nfdec_registry_name(element->name, value);
    return name ? name : icmp_name(element, value);
}

const char *nfdec_pen_name(uint32_t pen)
{
    size_t low = 0, high = sizeof enterprises / sizeof enterprises[0];
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (enterprises[middle].pen == pen)
            return enterprises[middle].name;
        if (enterprises[middle].pen < pen)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}
