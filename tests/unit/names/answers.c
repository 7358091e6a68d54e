/* SPDX-License-Identifier: MIT */
/* Names out of captured DNS answers. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "names/answers.h"
#include "names/names.h"

enum { A = 1, NS = 2, CNAME = 5, PTR = 12, AAAA = 28 };

static uint8_t octets[2048];
static size_t length;

static void put(const void *data, size_t size)
{
    memcpy(octets + length, data, size);
    length += size;
}

static void put_16(unsigned value)
{
    put((uint8_t[]) { (uint8_t)(value >> 8), (uint8_t)value }, 2);
}

/* Labels apart by dots; "@12" at the end: the rest stands at 12. */
static void put_name(const char *name)
{
    while (*name && *name != '@') {
        size_t size = strcspn(name, ".@");
        uint8_t octet = (uint8_t)size;
        put(&octet, 1);
        put(name, size);
        name += size;
        name += *name == '.';
    }
    if (*name == '@')
        put_16(0xC000u | (unsigned)strtoul(name + 1, NULL, 10));
    else
        put("", 1);
}

static void begin(unsigned flags, unsigned questions, unsigned answers)
{
    length = 0;
    put_16(4711);
    put_16(flags);
    put_16(questions);
    put_16(answers);
    put_16(0);
    put_16(0);
}

static void question(const char *name, unsigned type)
{
    put_name(name);
    put_16(type);
    put_16(1);
}

static void record(const char *name, unsigned type, const void *data, size_t size)
{
    put_name(name);
    put_16(type);
    put_16(0x8001); /* the top bit: as mDNS sets it */
    put("\0\0\0\1", 4);
    put_16((unsigned)size);
    put(data, size);
}

/* Data that is a name. */
static void pointing(const char *name, unsigned type, const char *target)
{
    size_t at;
    record(name, type, "", 0);
    at = length - 2;
    put_name(target);
    octets[at] = (uint8_t)((length - at - 2) >> 8);
    octets[at + 1] = (uint8_t)(length - at - 2);
}

static char found[1024];

static void take(void *user, const struct addr *address, const char *name, size_t name_length)
{
    char text[ADDR_TEXT];
    size_t used = strlen(found);
    (void)user;
    addr_text(address, text);
    snprintf(found + used, sizeof found - used, "%s=%.*s ", text, (int)name_length, name);
}

static void expect(const char *wanted)
{
    found[0] = '\0';
    answers_read(octets, length, take, NULL);
    cr_expect_str_eq(found, wanted);
}

static const uint8_t one[] = { 192, 0, 2, 1 }, two[] = { 192, 0, 2, 2 };
static const uint8_t six[] = { 0x20, 1, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1 };

Test(answers, addresses)
{
    begin(0x8180, 1, 3);
    question("www.example.com", A);
    record("@12", A, one, 4);
    record("WWW.example.com", AAAA, six, 16);
    record("other@16", A, two, 4);
    expect("192.0.2.1=www.example.com 2001:db8::1=WWW.example.com 192.0.2.2=other.example.com ");
}

Test(answers, chains_lead_to_the_name_that_was_asked_for)
{
    begin(0x8180, 1, 4);
    question("www.example.com", A);
    record("c.cdn.example", A, one, 4); /* before what leads to it */
    pointing("www.example.com", CNAME, "b.example.net");
    pointing("B.example.net", CNAME, "c.cdn.example");
    record("c.cdn.example", A, two, 4);
    expect("192.0.2.1=www.example.com 192.0.2.2=www.example.com ");
}

Test(answers, chains_in_a_circle_end)
{
    begin(0x8180, 0, 3);
    pointing("a.example", CNAME, "b.example");
    pointing("b.example", CNAME, "a.example");
    record("a.example", A, one, 4);
    found[0] = '\0';
    cr_expect_eq(answers_read(octets, length, take, NULL), 1);
}

Test(answers, reverse)
{
    begin(0x8180, 0, 4);
    pointing("7.2.0.192.in-addr.arpa", PTR, "host.example");
    pointing("1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.IP6.ARPA", PTR, "six.example");
    pointing("256.2.0.192.in-addr.arpa", PTR, "wrong.example");
    pointing("_http._tcp.local", PTR, "service.local");
    expect("192.0.2.7=host.example 2001:db8::1=six.example ");
}

Test(answers, what_is_no_answer)
{
    begin(0x0100, 1, 1); /* a question */
    question("a.example", A);
    record("a.example", A, one, 4);
    expect("");
    begin(0x8183, 0, 1); /* no such name */
    record("a.example", A, one, 4);
    expect("");
    begin(0x8380, 0, 1); /* cut off */
    record("a.example", A, one, 4);
    expect("");
    begin(0x8180, 0, 3);
    record("a.example", A, one, 3);
    record("a.example", NS, one, 4);
    record("", A, one, 4);
    expect("");
}

Test(answers, cut_anywhere)
{
    begin(0x8180, 1, 3);
    question("www.example.com", A);
    record("@12", A, one, 4);
    pointing("@12", CNAME, "x.example@16");
    record("@12", AAAA, six, 16);
    for (size_t whole = length; length > 0; length--) {
        uint8_t *copy = malloc(length);
        memcpy(copy, octets, length);
        size_t given = answers_read(copy, length, take, NULL);
        cr_expect(length == whole ? given == 2 : given < 2);
        free(copy);
    }
}

Test(answers, names_that_never_end)
{
    begin(0x8180, 0, 1);
    put_name("@12"); /* itself */
    put_16(A);
    put_16(1);
    put("\0\0\0\1\0\4", 6);
    put(one, 4);
    expect("");
    begin(0x8180, 0, 1);
    put_name("a@14"); /* behind itself */
    put_16(A);
    put_16(1);
    put("\0\0\0\1\0\4", 6);
    put(one, 4);
    expect("");
    begin(0x8180, 0, 1);
    for (unsigned i = 0; i < 5; i++)
        put("\x3f"
            "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
            64);
    put("\0\0\1\0\1\0\0\0\1\0\4", 11);
    put(one, 4);
    expect(""); /* longer than a name may be */
}

Test(answers, no_more_records_than_are_looked_at)
{
    begin(0x8180, 0, 65535);
    for (unsigned i = 0; i < ANSWERS_MOST + 3; i++)
        record("a", A, one, 4);
    found[0] = '\0';
    cr_expect_eq(answers_read(octets, length, take, NULL), ANSWERS_MOST);
}

Test(answers, become_names_of_hosts_where_nothing_else_is_known)
{
    char error[256];
    struct names *names = names_new(&(struct names_config) { .hosts = true, .no_system = true }, error);
    struct addr address = addr_v4(0xC0000201);
    cr_assert(names);
    cr_expect_null(names_host(names, &address));
    cr_expect(names_learn(names, &address, "a\033b.example", 11));
    cr_expect_str_eq(names_host(names, &address), "a\\x1bb.example");
    cr_expect_not(names_learn(names, &address, "other.example", 13));
    cr_expect_str_eq(names_host(names, &address), "a\\x1bb.example");
    names_free(names);
}
