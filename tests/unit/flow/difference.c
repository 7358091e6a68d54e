/* SPDX-License-Identifier: MIT */
#include "flow/difference.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

struct field {
    uint16_t id, length;
};

static struct nfdec_template *template_of(const char *letters)
{
    struct nfdec_field_spec *fields;
    struct nfdec_template *t = calloc(1, sizeof *t + strlen(letters) * sizeof *fields);
    static char names[26][2];
    t->fields = fields = (struct nfdec_field_spec *)(t + 1);
    for (const char *at = letters; *at; at++) {
        int letter = *at >= 'a' ? *at - 'a' : *at - 'A';
        names[letter][0] = (char)('a' + letter);
        fields[t->field_count++] = (struct nfdec_field_spec) { .name = names[letter],
                                                               .id = (uint16_t)(letter + 1),
                                                               .length = *at >= 'a' ? 4 : 8 };
    }
    return t;
}

/* Letters are fields, of 4 octets where small and of 8 where large. */
static void expect(const char *before, const char *after, const char *wanted)
{
    struct nfdec_template *a = template_of(before), *b = template_of(after);
    struct difference *d = difference_new(a, b);
    struct strbuf text = { .data = NULL };
    difference_text(&text, d, 10);
    cr_expect_str_eq(text.data ? text.data : "", wanted, "%s -> %s: %s", before, after, text.data);
    strbuf_release(&text);
    difference_free(d);
    free(a);
    free(b);
}

Test(difference, of_templates)
{
    expect("abc", "abc", "");
    expect("abc", "abcd", "+d");
    expect("abc", "ac", "-b");
    expect("abc", "aBc", "b of 8 octets, not 4");
    expect("", "ab", "+a, +b");
    expect("ab", "", "-a, -b");
    expect("abc", "xyz", "-a, -b, -c, +x, +y, +z");
}

Test(difference, as_few_as_possible_have_moved)
{
    expect("abcdef", "fabcde", "f from place 6 to 1");
    expect("abcdef", "bcdefa", "a from place 1 to 6");
    expect("abc", "xabc", "+x");
    expect("ab", "ba", "a from place 1 to 2");
    expect("abc", "cxB", "-a, b of 8 octets, not 4, b from place 2 to 3, +x");
}

/* The first with the first, and so on. */
Test(difference, of_fields_that_repeat)
{
    expect("aba", "ab", "-a");
    expect("ab", "aba", "+a");
    expect("aab", "aAb", "a of 8 octets, not 4");
}

Test(difference, text_is_bounded)
{
    struct nfdec_template *a = template_of(""), *b = template_of("abcdef");
    struct difference *d = difference_new(a, b);
    struct strbuf text = { .data = NULL };
    difference_text(&text, d, 2);
    cr_expect_str_eq(text.data, "+a, +b and 4 more");
    strbuf_release(&text);
    difference_free(d);
    difference_free(NULL);
    free(a);
    free(b);
}
