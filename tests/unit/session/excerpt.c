/* SPDX-License-Identifier: MIT */
/* Excerpts decode alone to what they were: chosen by hand, and chosen at random out of random exports. */
#include "session/excerpt.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "wire.h"

#define NS INT64_C(1000000000)

enum { OPTIONS = 400 }; /* id of the options template below */

/* --- exports --- */

/* A template of shape 0, 1 or 2: so many fields of 4 octets more than one. */
static void put_shape(struct octets *o, uint16_t id, unsigned shape)
{
    static const uint16_t fields[] = { 8, 12, 1 };
    put_u16(o, id);
    put_u16(o, (uint16_t)(shape + 1));
    for (unsigned i = 0; i <= shape; i++) {
        put_u16(o, fields[i]);
        put_u16(o, 4);
    }
}

static void announce(struct octets *o, uint16_t id, unsigned shape)
{
    begin_set(o, 2);
    put_shape(o, id, shape);
    end_set(o);
}

static void withdraw(struct octets *o, uint16_t id)
{
    begin_set(o, 2);
    put_u16(o, id);
    put_u16(o, 0);
    end_set(o);
}

/* Octets that hold whole records of every shape. */
static void put_data(struct octets *o, uint16_t id)
{
    begin_set(o, id);
    for (uint32_t i = 0; i < 6; i++)
        put_u32(o, 0x0a000000 + i);
    end_set(o);
}

/* Interface `scope` has this name of one letter. */
static void announce_options(struct octets *o)
{
    begin_set(o, 3);
    put_u16(o, OPTIONS);
    put_u16(o, 2);
    put_u16(o, 1); /* scope fields */
    put_u16(o, 10);
    put_u16(o, 4);
    put_u16(o, 82);
    put_u16(o, 1);
    end_set(o);
}

static void put_name(struct octets *o, uint32_t scope, char name)
{
    begin_set(o, OPTIONS);
    put_u32(o, scope);
    put_u8(o, (uint8_t)name);
    end_set(o);
}

static void begin_message(struct octets *o, uint32_t sequence)
{
    o->length = 0;
    put_ipfix(o, sequence);
}

/* --- runs --- */

static struct session *run_path(const char *path)
{
    struct capture_error error;
    struct session_config config = { .capture = { .files = &path, .file_count = 1 },
                                     .keep_octets = OCTETS_KEEP_ALL };
    struct session *run = session_new(&config, &error);
    cr_assert_not_null(run, "%s", error.text);
    cr_assert_eq(session_run(run), SESSION_DONE);
    return run;
}

static void temporary(char path[64])
{
    snprintf(path, 64, "%s", "/tmp/nfscope-excerpt-XXXXXX");
    int fd = mkstemp(path);
    cr_assert_geq(fd, 0);
    close(fd);
}

static struct session *run_capture(const struct octets *capture, char path[64])
{
    temporary(path);
    FILE *file = fopen(path, "wb");
    cr_assert(file && fwrite(capture->data, 1, capture->length, file) == capture->length);
    fclose(file);
    return run_path(path);
}

/* The excerpt with these sets, decoded alone. */
static struct session *run_excerpt(const struct session *run, const uint32_t *sets, size_t count,
                                   struct excerpt_counts *counts)
{
    char path[64], error[CAPTURE_ERROR];
    struct excerpt *e = excerpt_new(run);
    for (size_t i = 0; i < count; i++)
        excerpt_take(e, sets[i], 1);
    excerpt_complete(e);
    temporary(path);
    struct writer *writer = writer_new(&(struct writer_config) { .path = path }, error);
    cr_assert_not_null(writer, "%s", error);
    cr_expect(excerpt_write(e, writer));
    cr_expect(writer_close(writer, error), "%s", error);
    *counts = *excerpt_counts(e);
    cr_expect_eq(counts->gone, 0);
    cr_expect_eq(counts->matches, count);
    excerpt_free(e);
    struct session *alone = run_path(path);
    unlink(path);
    return alone;
}

/* Messages of captures made here differ in their times. */
static uint32_t find_message(const struct session *run, int64_t time)
{
    const struct ledger *ledger = session_ledger(run);
    for (uint32_t i = 0; i < ledger_message_count(ledger); i++)
        if (ledger_message(ledger, i)->time == time)
            return i;
    return LEDGER_NONE;
}

static const struct nfdec_template *template_of(const struct session *run, const struct ledger_set *set)
{
    return set->template == LEDGER_NONE ? NULL : nfdec_template_at(session_decoder(run), set->template);
}

/* A set in the excerpt is what it was. */
static void expect_same_set(const struct session *run, const struct session *alone, uint32_t a, uint32_t b,
                            const char *what)
{
    const struct ledger_set *was = ledger_set(session_ledger(run), a);
    const struct ledger_set *is = ledger_set(session_ledger(alone), b);
    const struct nfdec_template *x = template_of(run, was), *y = template_of(alone, is);
    cr_assert(was->id == is->id && was->state == is->state && was->records == is->records &&
                  was->length == is->length && was->kind == is->kind,
              "%s: set %u of id %u: state %u and %u, records %u and %u", what, a, was->id, was->state,
              is->state, was->records, is->records);
    cr_assert_eq(!x, !y, "%s: set %u", what, a);
    if (x)
        cr_assert(nfdec_template_equal(x, y), "%s: set %u, template %u", what, a, x->id);
}

/* All that the excerpt holds is what it was; the chosen sets are there. */
static void expect_same(const struct session *run, const struct session *alone, const uint32_t *sets,
                        size_t count, const char *what)
{
    const struct ledger *ledger = session_ledger(run), *other = session_ledger(alone);
    for (uint32_t i = 0; i < ledger_message_count(other); i++) {
        const struct ledger_message *is = ledger_message(other, i);
        uint32_t message = find_message(run, is->time);
        cr_assert_neq(message, LEDGER_NONE);
        const struct ledger_message *was = ledger_message(ledger, message);
        cr_assert_eq(was->set_count, is->set_count);
        for (uint32_t s = 0; s < is->set_count; s++)
            expect_same_set(run, alone, was->first_set + s, is->first_set + s, what);
    }
    for (size_t i = 0; i < count; i++) {
        uint32_t message = ledger_set(ledger, sets[i])->message;
        cr_assert_neq(find_message(alone, ledger_message(ledger, message)->time), LEDGER_NONE, "%s: set %u",
                      what, sets[i]);
    }
}

/* Checks the excerpt of the one data set of message `message`, and which messages it takes. */
static void expect_excerpt(const struct octets *capture, uint32_t message, const char *messages)
{
    char path[64], got[64] = "";
    struct excerpt_counts counts;
    struct session *run = run_capture(capture, path);
    const struct ledger_message *m = ledger_message(session_ledger(run), message);
    uint32_t set = m->first_set + m->set_count - 1u;
    struct session *alone = run_excerpt(run, &set, 1, &counts);
    expect_same(run, alone, &set, 1, messages);
    for (uint32_t i = 0; i < ledger_message_count(session_ledger(alone)); i++) {
        size_t length = strlen(got);
        snprintf(got + length, sizeof got - length, "%s%u", i ? " " : "",
                 find_message(run, ledger_message(session_ledger(alone), i)->time));
    }
    cr_expect_str_eq(got, messages);
    cr_expect_eq(counts.packets, 1);
    session_free(alone);
    session_free(run);
    unlink(path);
}

/* --- by hand --- */

/* One message with one set, from a port. */
static void add(struct octets *capture, const struct octets *payload, uint16_t port)
{
    add_datagram(capture, port, 4739, payload);
}

static void add_announcement(struct octets *capture, uint16_t id, unsigned shape, uint16_t port)
{
    struct octets o;
    begin_message(&o, 0);
    announce(&o, id, shape);
    add(capture, &o, port);
}

static void add_withdrawal(struct octets *capture, uint16_t id)
{
    struct octets o;
    begin_message(&o, 0);
    withdraw(&o, id);
    add(capture, &o, 40000);
}

static void add_data(struct octets *capture, uint16_t id, uint16_t port)
{
    struct octets o;
    begin_message(&o, 0);
    put_data(&o, id);
    add(capture, &o, port);
}

Test(excerpt, the_nearest_announcement)
{
    static struct octets capture;
    begin_capture(&capture);
    add_announcement(&capture, 256, 0, 40000);
    add_announcement(&capture, 257, 0, 40000);
    add_announcement(&capture, 256, 0, 40000);
    add_data(&capture, 256, 40000);
    add_announcement(&capture, 256, 0, 40000);
    expect_excerpt(&capture, 3, "2 3");
}

Test(excerpt, the_version_in_force)
{
    static struct octets capture;
    begin_capture(&capture);
    add_announcement(&capture, 256, 0, 40000);
    add_data(&capture, 256, 40000);
    add_announcement(&capture, 256, 1, 40000);
    add_data(&capture, 256, 40000);
    add_announcement(&capture, 256, 0, 40000);
    add_data(&capture, 256, 40000);
    expect_excerpt(&capture, 1, "0 1");
    expect_excerpt(&capture, 3, "2 3");
    expect_excerpt(&capture, 5, "4 5");
}

Test(excerpt, a_template_that_came_late)
{
    static struct octets capture;
    begin_capture(&capture);
    add_data(&capture, 256, 40000);
    add_announcement(&capture, 300, 1, 40000);
    add_announcement(&capture, 256, 1, 40000);
    add_announcement(&capture, 256, 1, 40000);
    add_announcement(&capture, 256, 2, 40000);
    expect_excerpt(&capture, 0, "0 2");
}

/* Which one is borrowed depends on all of that id, and on who came first. */
Test(excerpt, a_template_that_is_borrowed)
{
    static struct octets capture;
    begin_capture(&capture);
    add_announcement(&capture, 256, 2, 40001);
    add_data(&capture, 256, 40000);
    add_announcement(&capture, 256, 1, 40001);
    add_data(&capture, 256, 40001);
    expect_excerpt(&capture, 1, "0 1 2");
}

Test(excerpt, what_was_not_decoded_stays_so)
{
    static struct octets capture;
    struct octets o;
    begin_capture(&capture);
    add_announcement(&capture, 256, 0, 40000); /* 0 */
    add_announcement(&capture, 257, 0, 40000);
    add_withdrawal(&capture, 256); /* 2 */
    begin_message(&o, 0);
    put_data(&o, 256); /* withdrawn */
    put_data(&o, 300); /* never announced */
    put_data(&o, 257);
    add(&capture, &o, 40000);                  /* 3 */
    add_announcement(&capture, 256, 1, 40000); /* 4: would decode the first set */
    begin_message(&o, 0);
    put_data(&o, 256);
    add(&capture, &o, 40000); /* 5 */
    expect_excerpt(&capture, 3, "0 1 2 3");
    char path[64];
    struct excerpt_counts counts;
    struct session *run = run_capture(&capture, path);
    uint32_t sets[] = { ledger_message(session_ledger(run), 3)->first_set + 2u,
                        ledger_message(session_ledger(run), 5)->first_set };
    struct session *alone = run_excerpt(run, sets, 2, &counts);
    expect_same(run, alone, sets, 2, "both");
    cr_expect(counts.packets == 2 && counts.templates == 4);
    session_free(alone);
    session_free(run);
    unlink(path);
}

/* On a port of its own a packet whose count is wrong is taken for one only behind another. */
Test(excerpt, a_packet_that_makes_its_sender_known)
{
    static struct octets capture;
    struct octets o = { .length = 0 };
    begin_capture(&capture);
    put_v5(&o, 0, 2);
    add_datagram(&capture, 40000, 12345, &o);
    add_datagram(&capture, 40000, 12345, &o);
    add_datagram(&capture, 40000, 54321, &o);
    o.data[3] = 40; /* records announced */
    add_datagram(&capture, 40000, 12345, &o);
    add_datagram(&capture, 40000, 12345, &o);
    expect_excerpt(&capture, 3, "1 3");
    expect_excerpt(&capture, 4, "1 4");
    expect_excerpt(&capture, 2, "2");
}

/* Names of interfaces: of those that flows have, as they were before and as they were in the end. */
Test(excerpt, options_data_that_applies)
{
    static struct octets capture;
    struct octets o;
    static const struct {
        uint32_t interface;
        char name;
    } named[] = { { 1, 'a' }, { 2, 'b' }, { 1, 'a' }, { 0, 0 }, { 1, 'c' }, { 2, 'd' }, { 1, 'c' } };
    begin_capture(&capture);
    begin_message(&o, 0);
    announce_options(&o);
    begin_set(&o, 2);
    put_u16(&o, 256);
    put_u16(&o, 2);
    put_u32(&o, 0x00080004); /* sourceIPv4Address */
    put_u32(&o, 0x000a0002); /* ingressInterface */
    end_set(&o);
    add(&capture, &o, 40000);                                     /* 0 */
    for (size_t i = 0; i < sizeof named / sizeof named[0]; i++) { /* 1 ... 7, flows at 4 */
        begin_message(&o, 0);
        if (named[i].interface) {
            put_name(&o, named[i].interface, named[i].name);
        } else {
            begin_set(&o, 256);
            put_u32(&o, 0x0a000001);
            put_u16(&o, 1);
            end_set(&o);
        }
        add(&capture, &o, 40000);
    }
    expect_excerpt(&capture, 4, "0 3 4 5");
}

/* --- at random --- */

static uint32_t random_below(uint64_t *state, uint32_t n)
{
    *state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(*state >> 33) % n;
}

/* A message of a few sets of any kind. */
static void put_anything(struct octets *o, uint64_t *seed)
{
    uint32_t sets = 1 + random_below(seed, 3);
    for (uint32_t i = 0; i < sets; i++) {
        uint16_t id = (uint16_t)(256 + random_below(seed, 3));
        uint32_t dice = random_below(seed, 20);
        if (dice < 5)
            announce(o, id, random_below(seed, 4) ? 0 : random_below(seed, 3));
        else if (dice == 5)
            withdraw(o, random_below(seed, 3) ? id : 2);
        else if (dice == 6)
            announce_options(o);
        else if (dice < 9)
            put_name(o, random_below(seed, 3), (char)('a' + random_below(seed, 3)));
        else
            put_data(o, id);
    }
}

/* Two ports of one exporter, so that templates are borrowed. */
static void random_capture(struct octets *capture, uint64_t *seed)
{
    struct octets o;
    uint32_t count = 3 + random_below(seed, 25);
    begin_capture(capture);
    for (uint32_t i = 0; i < count; i++) {
        begin_message(&o, i);
        put_anything(&o, seed);
        add(capture, &o, (uint16_t)(random_below(seed, 5) ? 40000 : 40001));
    }
}

Test(excerpt, at_random)
{
    static struct octets capture;
    for (uint64_t round = 0; round < 1500; round++) {
        uint64_t seed = round;
        char path[64], what[32];
        uint32_t sets[128];
        size_t count = 0;
        struct excerpt_counts counts;
        random_capture(&capture, &seed);
        struct session *run = run_capture(&capture, path);
        uint32_t every = 1 + random_below(&seed, 8);
        for (uint32_t i = 0; i < ledger_set_count(session_ledger(run)) && count < 128; i++)
            if (ledger_set(session_ledger(run), i)->kind == NFDEC_SET_DATA &&
                ledger_set(session_ledger(run), i)->records > 0 && random_below(&seed, every) == 0)
                sets[count++] = i;
        snprintf(what, sizeof what, "round %u", (unsigned)round);
        struct session *alone = run_excerpt(run, sets, count, &counts);
        expect_same(run, alone, sets, count, what);
        session_free(alone);
        session_free(run);
        unlink(path);
    }
}
