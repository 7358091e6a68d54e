/* SPDX-License-Identifier: MIT */
/* What a view is told while a session runs. */
#include <criterion/criterion.h>
#include <string.h>

#include "session/session.h"
#include "wire.h"

/* Calls as letters: M message, S set, L late set, U set given up, E end of message, P end of packet, F finish. */
struct record {
    char calls[64];
    size_t count, stop_at; /* 0: never stop */
    bool hex;
};

static bool note(struct record *r, char call)
{
    cr_assert_lt(r->count, sizeof r->calls - 1);
    r->calls[r->count++] = call;
    return r->count != r->stop_at;
}

static bool on_message(void *user, const struct session_packet *packet, const struct nfdec_message *message)
{
    struct record *r = user;
    cr_assert_not_null(packet);
    cr_expect_eq(packet->number, message->packet);
    cr_expect_eq(packet->frame == NULL, r->hex);
    return note(r, 'M');
}

static bool on_set(void *user, const struct session_packet *packet, const struct nfdec_set *set)
{
    struct record *r = user;
    if (!set->late)
        cr_assert(packet && packet->number == set->message->packet);
    return note(r, !set->late ? 'S' : set->state == NFDEC_SET_DECODED ? 'L' : 'U');
}

static bool on_message_end(void *user, const struct session_packet *packet,
                           const struct nfdec_message *message)
{
    cr_assert(packet && message);
    return note(user, 'E');
}

static bool on_packet_end(void *user, const struct session_packet *packet)
{
    cr_assert_not_null(packet);
    return note(user, 'P');
}

static void on_finish(void *user)
{
    note(user, 'F');
}

static const struct session_tap tap = { .message = on_message,
                                        .set = on_set,
                                        .message_end = on_message_end,
                                        .packet_end = on_packet_end,
                                        .finish = on_finish };

/* Data of 256 and 300, then a template of 256 with data behind it in the same message, then data again. */
static void make(struct octets *capture)
{
    struct octets payload = { .length = 0 };
    begin_capture(capture);
    put_v9(&payload, 1, 2);
    for (uint16_t id = 256; id <= 300; id += 44) {
        begin_set(&payload, id);
        put_record(&payload, 1, 2, 3, 4);
        end_set(&payload);
    }
    add_datagram(capture, 40000, 2055, &payload);
    payload.length = 0;
    put_v9(&payload, 2, 2);
    begin_set(&payload, 0);
    put_template(&payload, 256);
    end_set(&payload);
    begin_set(&payload, 256);
    put_record(&payload, 1, 2, 3, 4);
    end_set(&payload);
    add_datagram(capture, 40000, 2055, &payload);
    payload.length = 0;
    put_v5(&payload, 0, 1);
    add_datagram(capture, 40000, 2055, &payload);
}

static const char all[] = "MSSEP"
                          "MSLSEP"
                          "MSEP"
                          "UF";

Test(tap, is_told_all_in_order)
{
    static struct octets capture;
    struct record r = { .count = 0 };
    make(&capture);
    session_free(
        run_session(&capture, (struct session_config) { .tap = &tap, .tap_user = &r }, SESSION_DONE));
    cr_expect_str_eq(r.calls, all);
}

/* After it said stop it hears of nothing but the end. */
Test(tap, stops_the_run_at_any_call)
{
    static struct octets capture;
    make(&capture);
    for (size_t stop = 1; stop < sizeof all - 1; stop++) {
        struct record r = { .stop_at = stop };
        struct session *run = open_session(&capture, (struct session_config) { .tap = &tap, .tap_user = &r });
        cr_expect_eq(session_run(run), SESSION_STOPPED, "stop at call %zu", stop);
        cr_expect(strncmp(r.calls, all, stop) == 0 && strcmp(r.calls + stop, "F") == 0,
                  "stopped at call %zu, heard %s", stop, r.calls);
        session_free(run);
    }
}

Test(tap, of_hex_has_no_frame)
{
    struct octets payload = { .length = 0 };
    struct capture_error error;
    struct record r = { .hex = true };
    put_v5(&payload, 0, 1);
    struct session_config config = {
        .hex = payload.data, .hex_length = payload.length, .tap = &tap, .tap_user = &r
    };
    struct session *run = session_new(&config, &error);
    cr_assert_not_null(run);
    cr_expect_eq(session_run(run), SESSION_DONE);
    cr_expect_str_eq(r.calls, "MSEPF");
    session_free(run);
}

/* What waits when a run is stopped by number is still given. */
Test(tap, max_packets_gives_what_waits)
{
    static struct octets capture;
    struct record r = { .count = 0 };
    make(&capture);
    session_free(run_session(&capture,
                             (struct session_config) { .tap = &tap, .tap_user = &r, .max_packets = 1 },
                             SESSION_STOPPED));
    cr_expect_str_eq(r.calls, "MSSEPUUF");
}

Test(tap, members_may_be_absent)
{
    static const struct session_tap none = { .set = NULL };
    static struct octets capture;
    make(&capture);
    session_free(run_session(&capture, (struct session_config) { .tap = &none }, SESSION_DONE));
}
