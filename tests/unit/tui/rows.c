/* SPDX-License-Identifier: MIT */
/*
 * Rows that are filtered and sorted beside the screen. The worker stands still whenever it has something to tell, until the
 * test has looked: so it does not matter how long anything takes.
 */
#include <criterion/criterion.h>
#include <inttypes.h>
#include <semaphore.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "query/field.h"
#include "view/tui/screen/rows.h"

#define PACKETS   1500u
#define RECORDS   30u
#define FLOWS     (PACKETS * RECORDS)
#define V5        (24u + RECORDS * 48u)
#define FRAME     (28u + V5)
#define SCREENFUL 256u /* as soon as that many are found, they are there */

static struct {
    uint8_t octets[24 + PACKETS * (16 + FRAME)];
    size_t length;
} file;
static struct load *load;
static struct jobs *jobs;
static struct rows *rows;
static sem_t told, looked;
static unsigned changes;

static void put(unsigned octets, uint64_t value)
{
    while (octets-- > 0)
        file.octets[file.length++] = (uint8_t)(value >> 8 * octets);
}

static uint32_t bytes_of(uint64_t flow)
{
    return (uint32_t)(flow * 7919 % 5000 + 40);
}

static void put_record(uint32_t flow)
{
    put(4, 0x0A000000 + flow);
    put(4, 0xC0000200 + flow % 256);
    put(4, 0);
    put(4, 1u << 16 | 2);
    put(4, 3);
    put(4, bytes_of(flow));
    put(4, 1000 + flow);
    put(4, 1000 + flow);
    put(4, 40000u << 16 | (flow % 100 == 7 ? 53 : 443));
    put(4, 17u << 8); /* UDP */
    put(8, 0);
}

static void put_packet(uint32_t packet)
{
    put(4, 1772442000 + packet);
    put(4, 0);
    put(4, FRAME);
    put(4, FRAME);
    put(4, 0x45000000 | FRAME); /* IPv4, UDP */
    put(4, 0);
    put(4, 0x40110000);
    put(4, 0xC0000201);
    put(4, 0xC00002FE);
    put(4, 40000u << 16 | 2055);
    put(4, (8 + V5) << 16);
    put(4, 5u << 16 | RECORDS);
    put(4, 100000000);
    put(4, 1772442000);
    put(4, 0);
    put(4, packet * RECORDS);
    put(4, 0);
    for (uint32_t i = 0; i < RECORDS; i++)
        put_record(packet * RECORDS + i);
}

static void tell(void *user)
{
    (void)user;
    sem_post(&told);
    sem_wait(&looked);
}

static void nothing(void *user)
{
    (void)user;
}

static void changed(void *user)
{
    (void)user;
    changes++;
}

static void read_all(void)
{
    static const char *const name = "-";
    struct capture_error error;
    file.length = 0;
    put(4, 0xA1B2C3D4);
    put(4, 0x00020004);
    put(4, 0);
    put(4, 0);
    put(4, 65535);
    put(4, 101); /* raw IP */
    for (uint32_t i = 0; i < PACKETS; i++)
        put_packet(i);
    const struct session_config config = {
        .capture = { .stream = fmemopen(file.octets, file.length, "rb"), .files = &name, .file_count = 1 }
    };
    load = load_new(&config, nothing, NULL, &error);
    cr_assert_not_null(load, "%s", error.text);
    load_start(load);
    while (load_progress(load).state != LOAD_DONE)
        nanosleep(&(struct timespec) { .tv_nsec = 1000000 }, NULL);
    cr_assert_eq(load_progress(load).connections, FLOWS); /* nobody answers */
}

static void begin(void)
{
    sem_init(&told, 0, 0);
    sem_init(&looked, 0, 0);
    read_all();
    jobs = jobs_new(tell, NULL);
    const struct rows_config config = {
        .connections = true, .load = load, .jobs = jobs, .threads = 2, .changed = changed
    };
    rows = rows_new(&config);
    rows_grown(rows, FLOWS, true);
}

static void end(void)
{
    for (int i = 0; i < 16; i++)
        sem_post(&looked);
    jobs_stop(jobs);
    rows_free(rows);
    jobs_free(jobs);
    load_free(load);
    sem_destroy(&told);
    sem_destroy(&looked);
}

TestSuite(rows, .init = begin, .fini = end);

/* Lets the worker tell what it has, and go on. */
static void step(void)
{
    sem_wait(&told);
    jobs_deliver(jobs);
    sem_post(&looked);
}

static void finish(void)
{
    double share;
    while (rows_busy(rows, &share))
        step();
    cr_assert_not(rows_partial(rows));
}

static struct shared_filter *parse(const char *text)
{
    struct filter_error error;
    struct filter *filter = filter_parse(text, NULL, &error);
    cr_assert_not_null(filter, "%s", error.reason);
    struct shared_filter *shared = calloc(1, sizeof *shared);
    shared->filter = filter;
    return shared_filter_hold(shared);
}

static void use(const char *text)
{
    struct shared_filter *filter = text ? parse(text) : NULL;
    rows_filter(rows, filter);
    shared_filter_drop(filter);
}

static bool is_large(uint64_t flow)
{
    return bytes_of(flow) > 1000;
}

/* As many as there are so far, these are the large ones in the order of `list`. */
static void expect_large(const uint64_t *list)
{
    uint64_t place = 0, count = rows_count(rows);
    for (uint64_t i = 0; i < FLOWS && place < count; i++)
        if (is_large(list[i]))
            cr_assert_eq(rows_at(rows, place++), list[i], "number %" PRIu64, i);
    cr_assert_eq(place, count);
    for (place = 0; place < count; place += SCREENFUL)
        cr_assert_eq(rows_place(rows, rows_at(rows, place)), place);
}

static uint64_t count_large(void)
{
    uint64_t count = 0;
    for (uint64_t i = 0; i < FLOWS; i++)
        count += is_large(i);
    return count;
}

/* A filter of large ones: a screenful is there before all are known, and stays. */
static void filter_large(const uint64_t *list)
{
    use("bytes > 1000");
    step();
    cr_assert(rows_partial(rows));
    cr_assert_geq(rows_count(rows), SCREENFUL);
    cr_assert_lt(rows_count(rows), count_large());
    expect_large(list);
    finish();
    cr_assert_eq(rows_count(rows), count_large());
    cr_assert_eq(rows_matches(rows), count_large());
    expect_large(list);
}

static uint64_t list[FLOWS];

Test(rows, the_first_that_match_are_there_before_all_are_asked)
{
    for (uint64_t i = 0; i < FLOWS; i++)
        list[i] = i;
    filter_large(list);
}

Test(rows, a_list_that_is_read_from_its_end_is_asked_from_its_end)
{
    for (uint64_t i = 0; i < FLOWS; i++)
        list[i] = FLOWS - 1 - i;
    rows_sort(rows, FIELD_START, true);
    filter_large(list);
}

Test(rows, an_order_that_is_known_is_followed)
{
    double share;
    rows_sort(rows, FIELD_BYTES, true);
    finish();
    for (uint64_t i = 0; i < FLOWS; i++) {
        list[i] = rows_at(rows, i);
        cr_assert(i == 0 || bytes_of(list[i - 1]) >= bytes_of(list[i]));
    }
    filter_large(list);
    use(NULL);
    cr_assert_not(rows_busy(rows, &share), "nothing has to be sorted anew");
    cr_assert_eq(rows_count(rows), FLOWS);
    cr_assert_eq(rows_at(rows, FLOWS - 1), list[FLOWS - 1]);
}

Test(rows, an_order_that_is_asked_for_later_is_of_those_that_match)
{
    use("bytes > 1000 and port 53");
    finish();
    uint64_t count = rows_count(rows);
    cr_assert_gt(count, SCREENFUL);
    rows_sort(rows, FIELD_BYTES, false);
    finish();
    cr_assert_eq(rows_count(rows), count);
    for (uint64_t i = 0; i < count; i++) {
        cr_assert(is_large(rows_at(rows, i)) && rows_at(rows, i) % 100 == 7);
        cr_assert(i == 0 || bytes_of(rows_at(rows, i - 1)) <= bytes_of(rows_at(rows, i)));
    }
}

Test(rows, another_filter_takes_the_place_of_one_under_way)
{
    use("bytes > 1000");
    step();
    cr_assert(rows_partial(rows));
    use("port 53");
    finish();
    cr_assert_eq(rows_count(rows), FLOWS / 100);
    cr_assert_eq(rows_at(rows, 1), 107);
}

static uint64_t counted_rows;

static void count_told(void *user, uint64_t count)
{
    (void)user;
    counted_rows = count;
}

Test(rows, what_was_counted_is_not_asked_again)
{
    struct shared_filter *filter = parse("bytes > 1000");
    counted_rows = 0;
    rows_count_for(rows, filter, count_told, NULL);
    while (counted_rows == 0)
        step();
    cr_assert_eq(counted_rows, count_large());
    cr_assert_eq(rows_count(rows), FLOWS);
    rows_filter(rows, filter);
    shared_filter_drop(filter);
    changes = 0;
    finish();
    cr_assert_eq(changes, 1, "all come at once");
    cr_assert_eq(rows_count(rows), count_large());
}
