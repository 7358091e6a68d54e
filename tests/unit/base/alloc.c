/* SPDX-License-Identifier: MIT */
#include "base/alloc.h"

#include <criterion/criterion.h>
#include <criterion/redirect.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

Test(alloc, memory_is_zeroed)
{
    static const unsigned char none[300];
    for (size_t n = 0; n < 300; n += 13) {
        unsigned char *one = alloc_new(n), *many = alloc_array(n, 1);
        cr_assert(one && many);
        cr_expect(memcmp(one, none, n) == 0);
        cr_expect(memcmp(many, none, n) == 0);
        free(one);
        free(many);
    }
}

Test(alloc, text_is_a_copy)
{
    char text[] = "exporter";
    char *copy = alloc_text(text);
    text[0] = 'E';
    cr_expect_str_eq(copy, "exporter");
    free(copy);
}

Test(alloc, grows_only_when_full)
{
    size_t capacity = 0, grown = 0;
    uint32_t *numbers = NULL;
    for (size_t i = 0; i < 1000; i++) {
        size_t before = capacity;
        numbers = alloc_grow(numbers, i, &capacity, sizeof *numbers);
        cr_assert_gt(capacity, i);
        cr_assert(capacity == before || i == before);
        grown += capacity != before;
        numbers[i] = (uint32_t)i * 3;
    }
    cr_expect_eq(grown, 7, "16, 32, ... 1024: seven times, not %zu", grown);
    for (size_t i = 0; i < 1000; i++)
        cr_assert_eq(numbers[i], i * 3);
    free(numbers);
}

/* The size of an array that cannot be is a failure as all others: one line, exit status 1. */
Test(alloc, overflow_ends_the_program, .exit_code = 1)
{
    volatile size_t count = SIZE_MAX / 4;
    cr_redirect_stderr();
    void *memory = alloc_resize(NULL, count, 8);
    cr_assert_fail("came back with %p", memory);
}
