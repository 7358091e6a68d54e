/* SPDX-License-Identifier: MIT */
#include <criterion/criterion.h>
#include <stdint.h>
#include <string.h>

#include "names/names.h"

static const struct row {
    unsigned number;
    const char *name;
} rows[] = {
#define PROTOCOL(number_, name_) { number_, name_ },
#include "names/protocols.def"
};

#define COUNT (sizeof rows / sizeof *rows)

Test(names_protocols, sorted_and_unique)
{
    for (size_t i = 0; i < COUNT; i++) {
        cr_expect(i == 0 || rows[i - 1].number < rows[i].number, "%s", rows[i].name);
        for (size_t k = 0; k < i; k++)
            cr_expect_str_neq(rows[i].name, rows[k].name);
    }
}

Test(names_protocols, lower_case_without_blanks)
{
    for (size_t i = 0; i < COUNT; i++)
        cr_expect_eq(strspn(rows[i].name, "abcdefghijklmnopqrstuvwxyz0123456789-+./"), strlen(rows[i].name),
                     "%s", rows[i].name);
}

Test(names_protocols, well_known)
{
    static const struct row wanted[] = {
        { 0, "hopopt" },     { 1, "icmp" },      { 2, "igmp" },     { 6, "tcp" },   { 17, "udp" },
        { 33, "dccp" },      { 41, "ipv6" },     { 47, "gre" },     { 50, "esp" },  { 51, "ah" },
        { 58, "ipv6-icmp" }, { 88, "eigrp" },    { 89, "ospfigp" }, { 103, "pim" }, { 112, "vrrp" },
        { 132, "sctp" },     { 136, "udplite" },
    };
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++)
        cr_expect_str_eq(names_protocol((uint8_t)wanted[i].number), wanted[i].name);
}

Test(names_protocols, none)
{
    static const uint8_t numbers[] = { 61, 63, 68, 99, 114, 200, 252, 253, 254, 255 };
    for (size_t i = 0; i < sizeof numbers; i++)
        cr_expect_null(names_protocol(numbers[i]), "%u", numbers[i]);
}
