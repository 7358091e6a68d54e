/* SPDX-License-Identifier: MIT */
#include "names/hosts.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PLENTY 1000000

static bool load_octets(struct hosts *hosts, const char *text, size_t length)
{
    char path[] = "/tmp/nfscope-hosts-XXXXXX";
    int fd = mkstemp(path);
    cr_assert(fd >= 0);
    cr_assert_eq(write(fd, text, length), (ssize_t)length);
    close(fd);
    bool loaded = hosts_load(hosts, path);
    unlink(path);
    return loaded;
}

static struct hosts *hosts_from(const char *text)
{
    struct hosts *hosts = hosts_new(PLENTY);
    cr_assert(load_octets(hosts, text, strlen(text)));
    return hosts;
}

static const char *name_of(const struct hosts *hosts, const char *text)
{
    struct addr address;
    const char *name;
    cr_assert(addr_parse(text, &address));
    enum hosts_state state = hosts_find(hosts, &address, &name);
    cr_assert_eq(state == HOSTS_NAMED, name != NULL);
    return name ? name : "";
}

/* The name of 192.0.2.1 after one line with it. */
static void expect_line(const char *line, const char *wanted)
{
    struct hosts *hosts = hosts_from(line);
    cr_expect_str_eq(name_of(hosts, "192.0.2.1"), wanted, "%s", line);
    cr_expect_eq(hosts_count(hosts), *wanted != '\0', "%s", line);
    hosts_free(hosts);
}

Test(names_hosts, lines_with_a_name)
{
    expect_line("192.0.2.1 one\n", "one");
    expect_line("192.0.2.1 one", "one");
    expect_line("192.0.2.1 one alias other\n", "one");
    expect_line("\t 192.0.2.1 \t one \t \n", "one");
    expect_line("192.0.2.1 one\r\n", "one");
    expect_line("192.0.2.1 one\r", "one");
    expect_line("192.0.2.1 one#two\n", "one");
    expect_line("192.0.2.1\tone.example.org # a comment\r\n", "one.example.org");
    expect_line("# 192.0.2.9 no\n\n\r\n   \n192.0.2.1 One_2-x\n", "One_2-x");
    expect_line("192.0.2.1 first\n192.0.2.1 second\n", "first");
}

Test(names_hosts, broken_lines)
{
    expect_line("", "");
    expect_line("\n", "");
    expect_line("192.0.2.1", "");
    expect_line("192.0.2.1   \n", "");
    expect_line("192.0.2.1 #one\n", "");
    expect_line("#192.0.2.1 one\n", "");
    expect_line("192.0.2.1# one\n", "");
    expect_line("192.0.2 one\n", "");
    expect_line("192.0.2.256 one\n", "");
    expect_line("192.0.2.1.1 one\n", "");
    expect_line("one 192.0.2.1\n", "");
    expect_line("fe80::1%eth0 one\n", "");
    expect_line("1:2:3:4:5:6:7:8:9:a:b:c:d:e:f:1:2:3:4:5:6:7:8:9:0:1:2:3:4 one\n", "");
    expect_line("broken\n:x ::\n\xff\xfe\x01 x\n192.0.2.1 one\n", "one");
}

Test(names_hosts, names_of_foreign_octets)
{
    expect_line("192.0.2.1 a\033[2Jb\n", "a\\x1b\\x5b2Jb");
    expect_line("192.0.2.1 m\xc3\xbcller\n", "m\\xc3\\xbcller");
    expect_line("192.0.2.1 a\\x41/\"<\x7f\n", "a\\x5cx41\\x2f\\x22\\x3c\\x7f");
    expect_line("192.0.2.1 a\rb\n", "a\\x0db");
}

Test(names_hosts, ipv6)
{
    struct hosts *hosts = hosts_from("::1 loop ip6-loopback\n2001:DB8:0:0::1 six\n::ffff:192.0.2.1 mapped\n");
    cr_expect_str_eq(name_of(hosts, "::1"), "loop");
    cr_expect_str_eq(name_of(hosts, "2001:db8::1"), "six");
    cr_expect_str_eq(name_of(hosts, "::ffff:192.0.2.1"), "mapped");
    cr_expect_str_eq(name_of(hosts, "192.0.2.1"), "");
    cr_expect_str_eq(name_of(hosts, "2001:db8::2"), "");
    hosts_free(hosts);
}

Test(names_hosts, octets_of_zero)
{
    static const char text[] = "192.0.2.1\0 one\n192.0.2.2 t\0wo\n\0\n192.0.2.3 three\n";
    struct hosts *hosts = hosts_new(PLENTY);
    cr_assert(load_octets(hosts, text, sizeof text - 1));
    cr_expect_str_eq(name_of(hosts, "192.0.2.1"), "");
    cr_expect_str_eq(name_of(hosts, "192.0.2.2"), "t\\x00wo");
    cr_expect_str_eq(name_of(hosts, "192.0.2.3"), "three");
    hosts_free(hosts);
}

Test(names_hosts, length_of_a_name)
{
    struct addr address = addr_v4(1);
    char raw[HOSTS_NAME + 2];
    for (size_t length = 250; length <= HOSTS_NAME + 1; length++) {
        struct hosts *hosts = hosts_new(PLENTY);
        const char *name;
        memset(raw, 'x', sizeof raw);
        hosts_answer(hosts, &address, raw, length);
        hosts_find(hosts, &address, &name);
        if (length <= HOSTS_NAME)
            cr_expect_eq(strlen(name), length);
        else
            cr_expect_null(name);
        hosts_free(hosts);
    }
    struct hosts *hosts = hosts_new(PLENTY);
    const char *name;
    memset(raw, 1, sizeof raw);
    hosts_answer(hosts, &address, raw, HOSTS_NAME);
    hosts_find(hosts, &address, &name);
    cr_expect_eq(strlen(name), HOSTS_NAME / 4 * 4, "no escape is cut");
    hosts_free(hosts);
}

Test(names_hosts, long_lines)
{
    static char text[100000];
    struct hosts *hosts = hosts_new(PLENTY);
    size_t used = (size_t)snprintf(text, sizeof text, "192.0.2.1 one");
    for (size_t i = 0; i < 10000; i++, used += 6)
        memcpy(text + used, " alias", 6);
    used += (size_t)snprintf(text + used, 100, "\n192.0.2.3 ");
    memset(text + used, 'x', 5000);
    used += 5000;
    used += (size_t)snprintf(text + used, 100, "\n192.0.2.4 four\n");
    cr_assert(load_octets(hosts, text, used));
    cr_expect_str_eq(name_of(hosts, "192.0.2.1"), "one");
    cr_expect_str_eq(name_of(hosts, "192.0.2.3"), "");
    cr_expect_str_eq(name_of(hosts, "192.0.2.4"), "four");
    hosts_free(hosts);
}

/* A name that the limit of a line cuts is no name: "hostname" may not become "host". */
Test(names_hosts, no_piece_of_a_name)
{
    for (int blanks = 2025; blanks < 2050; blanks++) {
        char text[2200];
        int length = snprintf(text, sizeof text, "192.0.2.1%*shostname alias alias alias\n", blanks, "");
        struct hosts *hosts = hosts_new(PLENTY);
        cr_assert(load_octets(hosts, text, (size_t)length));
        const char *name = name_of(hosts, "192.0.2.1");
        cr_expect(*name == '\0' || strcmp(name, "hostname") == 0, "%d: %s", blanks, name);
        hosts_free(hosts);
    }
}

Test(names_hosts, many_entries)
{
    enum { COUNT = 200000 };
    FILE *file = tmpfile();
    cr_assert_not_null(file);
    for (unsigned i = 0; i < COUNT; i++)
        fprintf(file, i % 2 ? "10.%u.%u.%u host%u\n" : "2001:db8::%u:%u:%u host%u\n", i >> 16, i >> 8 & 255,
                i & 255, i);
    fflush(file);
    char path[64], text[64], wanted[32];
    snprintf(path, sizeof path, "/proc/self/fd/%d", fileno(file));
    struct hosts *hosts = hosts_new(PLENTY);
    cr_assert(hosts_load(hosts, path));
    cr_expect_eq(hosts_count(hosts), COUNT);
    for (unsigned i = 0; i < COUNT; i += 7) {
        snprintf(text, sizeof text, i % 2 ? "10.%u.%u.%u" : "2001:db8::%u:%u:%u", i >> 16, i >> 8 & 255,
                 i & 255);
        snprintf(wanted, sizeof wanted, "host%u", i);
        cr_assert_str_eq(name_of(hosts, text), wanted);
    }
    hosts_free(hosts);
    fclose(file);
}

Test(names_hosts, names_do_not_move)
{
    struct hosts *hosts = hosts_new(PLENTY);
    struct addr first = addr_v4(1);
    const char *before, *after;
    hosts_answer(hosts, &first, "first", 5);
    hosts_find(hosts, &first, &before);
    for (uint32_t i = 2; i < 50000; i++) {
        struct addr address = addr_v4(i);
        hosts_answer(hosts, &address, "another", 7);
    }
    hosts_find(hosts, &first, &after);
    cr_expect_eq(before, after);
    cr_expect_str_eq(before, "first");
    hosts_free(hosts);
}

Test(names_hosts, limit_of_entries)
{
    struct hosts *hosts = hosts_new(3);
    static const char text[] = "10.0.0.1 a\n10.0.0.2 b\n10.0.0.1 again\n10.0.0.3 c\n10.0.0.4 d\n";
    cr_assert(load_octets(hosts, text, strlen(text)), "a full cache is no error of the file");
    cr_expect_eq(hosts_count(hosts), 3);
    cr_expect_str_eq(name_of(hosts, "10.0.0.3"), "c");
    cr_expect_str_eq(name_of(hosts, "10.0.0.4"), "");
    struct addr address = addr_v4(99);
    cr_expect_not(hosts_ask(hosts, &address));
    cr_expect_not(hosts_answer(hosts, &address, "x", 1));
    hosts_free(hosts);
}

Test(names_hosts, states)
{
    struct hosts *hosts = hosts_new(PLENTY);
    struct addr address = addr_v4(5), none = { 0 };
    const char *name;
    cr_expect_eq(hosts_find(hosts, &address, &name), HOSTS_ABSENT);
    cr_expect_null(name);
    cr_expect(hosts_ask(hosts, &address));
    cr_expect_not(hosts_ask(hosts, &address), "once");
    cr_expect_eq(hosts_find(hosts, &address, &name), HOSTS_ASKED);
    cr_expect(hosts_answer(hosts, &address, NULL, 0));
    cr_expect_eq(hosts_find(hosts, &address, &name), HOSTS_NONE);
    cr_expect(hosts_answer(hosts, &address, "late", 4));
    cr_expect_not(hosts_answer(hosts, &address, "later", 5));
    cr_expect_eq(hosts_find(hosts, &address, &name), HOSTS_NAMED);
    cr_expect_str_eq(name, "late");
    cr_expect_not(hosts_ask(hosts, &none));
    cr_expect_not(hosts_answer(hosts, &none, "x", 1));
    hosts_free(hosts);
    hosts_free(NULL);
}

Test(names_hosts, files_that_cannot_be_read)
{
    struct hosts *hosts = hosts_new(PLENTY);
    cr_expect_not(hosts_load(hosts, "/nonexistent"));
    cr_expect_eq(errno, ENOENT);
    cr_expect_not(hosts_load(hosts, "/"));
    cr_expect_eq(errno, EISDIR);
    hosts_free(hosts);
}
