/* SPDX-License-Identifier: MIT */
#include "names/names.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "fake_dns.h"

static int64_t now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* A names struct that asks the server and nobody else. */
static struct names *asking(const struct fake_dns *server, size_t max_hosts)
{
    char error[256] = "";
    struct names_config config = { .hosts = true,
                                   .dns = true,
                                   .services = true,
                                   .no_system = true,
                                   .dns_server = fake_dns_address(server),
                                   .max_hosts = max_hosts };
    struct names *names = names_new(&config, error);
    cr_assert_not_null(names, "%s", error);
    return names;
}

static const char *host(struct names *names, enum fake_dns_mood mood, unsigned number)
{
    struct addr address = fake_dns_host(mood, number);
    return names_host(names, &address);
}

static void write_file(char path[32], const char *text)
{
    snprintf(path, 32, "/tmp/nfscope-names-XXXXXX");
    int fd = mkstemp(path);
    cr_assert(fd >= 0);
    cr_assert_eq(write(fd, text, strlen(text)), (ssize_t)strlen(text));
    close(fd);
}

Test(names, many_look_ups)
{
    enum { COUNT = 3000 };
    struct fake_dns *server = fake_dns_start();
    struct names *names = asking(server, 0);
    for (unsigned i = 0; i < COUNT; i++)
        cr_assert_null(host(names, FAKE_DNS_ANSWER, i));
    cr_assert_eq(names_wait(names, 30000), 0);
    cr_assert_not(names_pending(names));
    for (unsigned i = 0; i < COUNT; i++) {
        char wanted[64];
        const char *name = host(names, FAKE_DNS_ANSWER, i);
        cr_assert_not_null(name, "%u", i);
        cr_assert_str_eq(name, fake_dns_name(i, wanted));
    }
    names_free(names);
    fake_dns_stop(server);
}

Test(names, the_limit_of_a_wait_holds)
{
    struct fake_dns *server = fake_dns_start();
    struct names *names = asking(server, 0);
    int64_t start = now();
    for (unsigned i = 0; i < 300; i++)
        host(names, FAKE_DNS_NEVER, i);
    cr_expect(names_pending(names));
    cr_expect(now() - start < 1000, "nothing blocks");
    start = now();
    cr_expect_eq(names_wait(names, 400), 300);
    int64_t took = now() - start;
    cr_expect(took >= 390 && took < 2000, "%lld ms", (long long)took);
    start = now();
    cr_expect_eq(names_wait(names, 0), 300);
    cr_expect_eq(names_wait(names, -1), 300);
    cr_expect(now() - start < 1000);
    names_free(names);
    fake_dns_stop(server);
}

Test(names, a_wait_cancels_nothing)
{
    struct fake_dns *server = fake_dns_start();
    struct names *names = asking(server, 0);
    host(names, FAKE_DNS_DELAY, 7);
    cr_expect_eq(names_wait(names, 20), 1);
    cr_expect_null(host(names, FAKE_DNS_DELAY, 7));
    cr_expect_eq(names_wait(names, 20000), 0);
    cr_expect_str_eq(host(names, FAKE_DNS_DELAY, 7), "host-0-7.test");
    names_free(names);
    fake_dns_stop(server);
}

Test(names, replies_come_in_without_a_wait)
{
    struct fake_dns *server = fake_dns_start();
    struct names *names = asking(server, 0);
    host(names, FAKE_DNS_ANSWER, 1);
    int64_t end = now() + 10000;
    while (names_pending(names) && now() < end)
        usleep(1000);
    cr_expect_str_eq(host(names, FAKE_DNS_ANSWER, 1), "host-0-1.test");
    names_free(names);
    fake_dns_stop(server);
}

Test(names, a_wait_ends_with_the_last_answer)
{
    struct fake_dns *server = fake_dns_start();
    struct names *names = asking(server, 0);
    host(names, FAKE_DNS_ANSWER, 1);
    host(names, FAKE_DNS_DELAY, 2);
    int64_t start = now();
    cr_expect_eq(names_wait(names, 60000), 0);
    cr_expect(now() - start < 10000);
    names_free(names);
    fake_dns_stop(server);
}

Test(names, some_are_answered_and_some_are_not)
{
    struct fake_dns *server = fake_dns_start();
    struct names *names = asking(server, 0);
    for (unsigned i = 0; i < 20; i++) {
        host(names, FAKE_DNS_ANSWER, i);
        host(names, FAKE_DNS_NXDOMAIN, i);
        host(names, FAKE_DNS_DELAY, i);
        host(names, i < 5 ? FAKE_DNS_NEVER : FAKE_DNS_EMPTY, i);
    }
    cr_expect_eq(names_wait(names, 2000), 5);
    for (unsigned i = 0; i < 20; i++) {
        cr_expect_not_null(host(names, FAKE_DNS_ANSWER, i));
        cr_expect_null(host(names, FAKE_DNS_NXDOMAIN, i));
        cr_expect_not_null(host(names, FAKE_DNS_DELAY, i));
    }
    names_free(names);
    fake_dns_stop(server);
}

Test(names, an_address_is_asked_for_once)
{
    struct fake_dns *server = fake_dns_start();
    struct names *names = asking(server, 0);
    for (unsigned i = 0; i < 10; i++) {
        host(names, FAKE_DNS_ANSWER, 1);
        host(names, FAKE_DNS_NXDOMAIN, 1);
        names_wait(names, i < 5 ? 0 : 10000);
    }
    cr_expect_eq(fake_dns_questions(server), 2, "%u", fake_dns_questions(server));
    names_free(names);
    fake_dns_stop(server);
}

Test(names, some_addresses_are_not_asked_for)
{
    static const char *const texts[] = { "0.0.0.0", "127.0.0.1", "169.254.1.1", "224.0.0.251",
                                         "::",      "::1",       "fe80::1",     "ff02::1" };
    struct fake_dns *server = fake_dns_start();
    struct names *names = asking(server, 0);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct addr address;
        cr_assert(addr_parse(texts[i], &address));
        cr_expect_null(names_host(names, &address));
    }
    cr_expect_null(names_host(names, &(struct addr) { 0 }));
    cr_expect_not(names_pending(names));
    cr_expect_eq(fake_dns_questions(server), 0);
    names_free(names);
    fake_dns_stop(server);
}

Test(names, a_hostile_name_is_clean_or_none)
{
    struct fake_dns *server = fake_dns_start();
    struct names *names = asking(server, 0);
    host(names, FAKE_DNS_HOSTILE, 1);
    host(names, FAKE_DNS_ROOT, 1);
    cr_expect_eq(names_wait(names, 20000), 0);
    const char *name = host(names, FAKE_DNS_HOSTILE, 1);
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-\\";
    cr_expect(!name || strspn(name, plain) == strlen(name), "%s", name);
    cr_expect_null(host(names, FAKE_DNS_ROOT, 1));
    names_free(names);
    fake_dns_stop(server);
}

Test(names, a_full_cache_asks_no_more)
{
    struct fake_dns *server = fake_dns_start();
    struct names *names = asking(server, 10);
    for (unsigned i = 0; i < 50; i++)
        host(names, FAKE_DNS_ANSWER, i);
    cr_expect_eq(names_wait(names, 20000), 0);
    cr_expect_eq(fake_dns_questions(server), 10);
    cr_expect_str_eq(host(names, FAKE_DNS_ANSWER, 9), "host-0-9.test");
    cr_expect_null(host(names, FAKE_DNS_ANSWER, 10));
    cr_expect_eq(fake_dns_questions(server), 10);
    names_free(names);
    fake_dns_stop(server);
}

Test(names, freed_with_open_look_ups)
{
    struct fake_dns *server = fake_dns_start();
    for (int wait = 0; wait < 3; wait++) {
        struct names *names = asking(server, 0);
        for (unsigned i = 0; i < 200; i++) {
            host(names, FAKE_DNS_NEVER, i);
            host(names, FAKE_DNS_DELAY, i);
            host(names, FAKE_DNS_ANSWER, i);
        }
        if (wait)
            names_wait(names, wait * 10);
        names_free(names);
    }
    fake_dns_stop(server);
}

Test(names, hosts_files_come_before_dns_and_the_first_one_wins)
{
    char first[32], second[32], error[256];
    write_file(first, "10.1.0.1 first\n");
    write_file(second, "10.1.0.1 second\n10.1.0.2 other\n");
    struct fake_dns *server = fake_dns_start();
    struct names_config config = { .hosts = true,
                                   .dns = true,
                                   .host_files = (const char *const[]) { first, second },
                                   .host_file_count = 2,
                                   .no_system = true,
                                   .dns_server = fake_dns_address(server) };
    struct names *names = names_new(&config, error);
    cr_assert_not_null(names);
    cr_expect_str_eq(host(names, FAKE_DNS_ANSWER, 1), "first");
    cr_expect_str_eq(host(names, FAKE_DNS_ANSWER, 2), "other");
    cr_expect_eq(names_wait(names, 100), 0);
    cr_expect_eq(fake_dns_questions(server), 0);
    names_free(names);
    fake_dns_stop(server);
    unlink(first);
    unlink(second);
}

Test(names, without_dns_nothing_is_asked)
{
    struct fake_dns *server = fake_dns_start();
    char error[256];
    struct names_config config = { .hosts = true, .no_system = true, .dns_server = fake_dns_address(server) };
    struct names *names = names_new(&config, error);
    cr_expect_null(host(names, FAKE_DNS_ANSWER, 1));
    cr_expect_not(names_pending(names));
    cr_expect_eq(names_wait(names, 10000), 0);
    cr_expect_eq(fake_dns_questions(server), 0);
    names_free(names);
    fake_dns_stop(server);
}

Test(names, what_is_off_is_off)
{
    char error[256];
    struct names_config config = { .dns = true,
                                   .host_files = (const char *const[]) { "/nonexistent" },
                                   .host_file_count = 1 };
    struct names *names = names_new(&config, error);
    cr_assert_not_null(names, "no hosts wanted, no hosts file read");
    cr_expect_null(host(names, FAKE_DNS_ANSWER, 1));
    cr_expect_null(names_service(names, 22, 6));
    cr_expect_eq(names_wait(names, 10000), 0);
    names_free(names);
    names_free(NULL);
}

Test(names, services_where_they_are_wanted)
{
    char error[256];
    struct names *names = names_new(&(struct names_config) { .services = true }, error);
    cr_assert_not_null(names);
    cr_expect_str_eq(names_service(names, 22, 6), "ssh");
    cr_expect_null(names_service(names, 22, 17));
    names_free(names);
}

Test(names, the_system_is_usable_whatever_it_has)
{
    char error[256];
    struct names *names = names_new(&(struct names_config) { .hosts = true, .dns = true }, error);
    cr_assert_not_null(names);
    names_free(names);
}

Test(names, errors_say_what_failed)
{
    char error[256] = "";
    struct names_config config = { .hosts = true, .no_system = true, .host_file_count = 1 };
    config.host_files = (const char *const[]) { "/nonexistent/hosts" };
    cr_expect_null(names_new(&config, error));
    cr_expect_str_eq(error, "cannot read hosts file '/nonexistent/hosts': No such file or directory");
    config.host_files = (const char *const[]) { "/" };
    cr_expect_null(names_new(&config, error));
    cr_expect_str_eq(error, "cannot read hosts file '/': Is a directory");
    char longer[600];
    memset(longer, 'x', sizeof longer);
    longer[sizeof longer - 1] = '\0';
    config.host_files = (const char *const[]) { longer };
    cr_expect_null(names_new(&config, error));
    cr_expect_eq(strlen(error), 255);
    config = (struct names_config) { .hosts = true, .dns = true, .no_system = true, .dns_server = "nowhere" };
    cr_expect_null(names_new(&config, error));
    cr_expect_str_eq(error, "cannot use DNS server 'nowhere'");
}
