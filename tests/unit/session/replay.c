/* SPDX-License-Identifier: MIT */
/* Packets, sets and records again; tests/again/ does it for whole outputs of all samples. */
#include "session/replay.h"

#include <criterion/criterion.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "nfdec/record.h"
#include "wire.h"

enum { PACKETS = 300, RECORDS = 20, RECORD = 16 };

/* Packet i: a data set of RECORDS records, each of which tells its packet; the template comes with packet `with`. */
static void many_packets(struct octets *capture, uint32_t with)
{
    struct octets payload = { .length = 0 };
    begin_capture(capture);
    for (uint32_t i = 0; i < PACKETS; i++) {
        payload.length = 0;
        put_ipfix(&payload, i * RECORDS);
        begin_set(&payload, 256);
        for (uint32_t r = 0; r < RECORDS; r++)
            put_record(&payload, 0x0a000000 + i, 0x0b000000 + r, 1000 * i + r, 1);
        end_set(&payload);
        if (i == with) {
            begin_set(&payload, 2);
            put_template(&payload, 256);
            end_set(&payload);
        }
        add_datagram(capture, 40000, 4739, &payload);
    }
}

static void write_capture(const char *path, const struct octets *capture)
{
    FILE *file = fopen(path, "wb");
    cr_assert_not_null(file);
    cr_assert_eq(fwrite(capture->data, 1, capture->length, file), capture->length);
    cr_assert_eq(fclose(file), 0);
}

/* The capture in a file of its own, whose name is put into `path`. */
static struct session *run_file(const struct octets *capture, char path[64])
{
    struct capture_error error;
    const char *name = path;
    snprintf(path, 64, "%s", "/tmp/nfscope-replay-XXXXXX");
    int fd = mkstemp(path);
    cr_assert_geq(fd, 0);
    close(fd);
    write_capture(path, capture);
    struct session_config config = { .capture = { .files = &name, .file_count = 1 },
                                     .keep_octets = OCTETS_KEEP_ALL };
    struct session *run = session_new(&config, &error);
    cr_assert_not_null(run, "%s", error.text);
    cr_assert_eq(session_run(run), SESSION_DONE);
    return run;
}

static struct session *run_stream(const struct octets *capture, uint64_t limit)
{
    struct session_config config = { .keep_octets = OCTETS_KEEP_ALL, .spool_limit = limit };
    return run_session(capture, config, SESSION_DONE);
}

/* Whether set `index`, which is a data set, has its packet's records. */
static bool has_its_records(struct replay *replay, const struct session *run, uint32_t index)
{
    struct nfdec_set set;
    struct nfdec_record record;
    uint32_t message = ledger_set(session_ledger(run), index)->message, count = 0;
    if (!replay_set(replay, index, &set))
        return false;
    nfdec_record_begin(&record, &set);
    while (nfdec_record_next(&record)) {
        static const uint8_t src[] = { 10, 0 }, dst[] = { 11, 0, 0 };
        cr_assert_eq(record.length, RECORD);
        if (memcmp(record.data, src, 2) != 0 || record.data[2] * 256u + record.data[3] != message ||
            memcmp(record.data + 4, dst, 3) != 0 || record.data[7] != count)
            return false;
        count++;
    }
    return count == RECORDS && set.message->packet == ledger_message(session_ledger(run), message)->packet;
}

static bool is_data(const struct session *run, uint32_t index)
{
    return ledger_set(session_ledger(run), index)->kind == NFDEC_SET_DATA;
}

/* All data sets, `step` further each time. */
static void expect_all(const struct session *run, uint32_t step)
{
    struct replay *replay = replay_new(run);
    uint32_t count = ledger_set_count(session_ledger(run));
    for (uint32_t i = 0, at = 0; i < count; i++, at = (at + step) % count)
        if (is_data(run, at))
            cr_assert(has_its_records(replay, run, at), "set %u: %s", at, replay_reason(replay));
    replay_free(replay);
}

Test(replay, in_order_and_in_any_other)
{
    static struct octets capture;
    char path[64];
    many_packets(&capture, 100);
    struct session *runs[] = { run_file(&capture, path), run_stream(&capture, 0) };
    for (size_t i = 0; i < 2; i++) {
        cr_expect_eq(session_counts(runs[i])->octets_lost, 0);
        expect_all(runs[i], 1);
        expect_all(runs[i], 113);
        session_free(runs[i]);
    }
    unlink(path);
}

Test(replay, a_packet_with_its_frame)
{
    static struct octets capture;
    char path[64];
    many_packets(&capture, 0);
    struct session *runs[] = { run_file(&capture, path), run_stream(&capture, 0) };
    for (size_t i = 0; i < 2; i++) {
        struct replay *replay = replay_new(runs[i]);
        const struct session_packet *packet = replay_packet(replay, 7);
        cr_assert_not_null(packet);
        cr_expect_eq(packet->number, 8);
        cr_expect_eq(packet->frame->number, 8);
        cr_expect_eq(packet->frame->time, (CLOCK + 7) * INT64_C(1000000000));
        cr_expect_eq(packet->frame->link, 101);
        cr_expect_eq(packet->frame->length, 28 + 16 + 4 + RECORDS * RECORD);
        cr_expect_eq(packet->datagram->data, packet->frame->data + 28);
        cr_expect_eq(packet->datagram->sport, 40000);
        struct nfdec_message m;
        cr_expect(replay_message(replay, 7, &m));
        cr_expect(m.version == 10 && m.sequence == 7 * RECORDS && m.session->domain == 1);
        cr_expect_null(replay_reason(replay));
        replay_free(replay);
        session_free(runs[i]);
    }
    unlink(path);
}

static void expect_gone(const struct session *run, uint32_t from, const char *reason)
{
    struct replay *replay = replay_new(run);
    for (uint32_t i = 0; i < ledger_set_count(session_ledger(run)); i++) {
        if (!is_data(run, i))
            continue;
        cr_assert_eq(has_its_records(replay, run, i), ledger_set(session_ledger(run), i)->message < from,
                     "set %u", i);
        if (ledger_set(session_ledger(run), i)->message >= from)
            cr_assert_not_null(strstr(replay_reason(replay), reason), "%s", replay_reason(replay));
    }
    replay_free(replay);
}

Test(replay, a_file_that_became_shorter)
{
    static struct octets capture;
    char path[64];
    many_packets(&capture, 0);
    struct session *run = run_file(&capture, path);
    struct replay *replay = replay_new(run);
    cr_assert(has_its_records(replay, run, 0));
    cr_assert_eq(truncate(path, (off_t)capture.length - 1), 0);
    expect_gone(run, PACKETS - 1, "cut short");
    cr_assert_eq(truncate(path, 24), 0);
    expect_gone(run, 0, "cut short");
    cr_assert_eq(truncate(path, 0), 0);
    cr_expect(has_its_records(replay, run, 0), "what was read is right all the same");
    cr_expect_not(has_its_records(replay, run, PACKETS));
    cr_expect_null(replay_packet(replay, PACKETS - 1));
    replay_free(replay);
    session_free(run);
    unlink(path);
}

/* Any octet of what tells how a packet is read: never records that are none, and never beyond the end. */
Test(replay, a_file_that_was_changed)
{
    static struct octets capture, changed;
    char path[64];
    many_packets(&capture, 0);
    struct session *run = run_file(&capture, path);
    enum { FRAME = 16 + 28 + 16 + 4 + RECORDS * RECORD, TEMPLATE = 4 + 4 + 16 };
    size_t at = 24 + FRAME + TEMPLATE; /* the second packet */
    for (size_t i = 8; i < 16 + 28 + 16 + 4; i++) {
        struct nfdec_set set;
        changed = capture;
        changed.data[at + i] ^= 0xff;
        write_capture(path, &changed);
        struct replay *replay = replay_new(run);
        bool there = replay_set(replay, 2, &set);
        if (i < 16 || i == 60 || i == 61 || i == 44 || i == 45) /* lengths, set id, version */
            cr_expect_not(there, "octet %zu", i);
        if (there)
            cr_expect_eq(set.records * RECORD, set.length, "octet %zu", i);
        replay_free(replay);
    }
    memset(changed.data, 0, changed.length);
    write_capture(path, &changed);
    expect_gone(run, 0, "changed");
    session_free(run);
    unlink(path);
}

/* Variable lengths that reach further than they did must not lead beyond the set. */
Test(replay, records_of_variable_length_are_counted_again)
{
    static struct octets capture;
    struct octets payload = { .length = 0 };
    char path[64];
    begin_capture(&capture);
    put_ipfix(&payload, 0);
    begin_set(&payload, 2);
    put_u16(&payload, 256);
    put_u16(&payload, 1);
    put_u16(&payload, 82); /* interfaceName */
    put_u16(&payload, 65535);
    end_set(&payload);
    begin_set(&payload, 256);
    for (unsigned i = 0; i < 4; i++) {
        put_u8(&payload, 3);
        put_octets(&payload, "abc", 3);
    }
    end_set(&payload);
    add_datagram(&capture, 40000, 4739, &payload);
    struct session *run = run_file(&capture, path);
    struct replay *replay = replay_new(run);
    struct nfdec_set set;
    cr_assert(replay_set(replay, 1, &set) && set.records == 4);
    replay_free(replay);
    capture.data[capture.length - 4] = 200;
    write_capture(path, &capture);
    replay = replay_new(run);
    cr_expect_not(replay_set(replay, 1, &set));
    replay_free(replay);
    session_free(run);
    unlink(path);
}

Test(replay, a_spool_with_a_limit)
{
    static struct octets capture;
    many_packets(&capture, 0);
    enum { FRAME = 28 + 16 + 4 + RECORDS * RECORD };
    struct session *run = run_stream(&capture, SPOOL_BEGIN + 24 + 100 * FRAME + 50);
    cr_expect_eq(session_counts(run)->octets_lost, PACKETS - 100);
    cr_expect_eq(ledger_diagnostic_total(session_ledger(run), NFDEC_DIAG_OCTETS_NOT_KEPT), 1, "told once");
    expect_gone(run, 100, "not kept");
    session_free(run);
}

Test(replay, a_spool_without_a_place)
{
    static struct octets capture;
    many_packets(&capture, 0);
    setenv("TMPDIR", "/no/such/folder", 1);
    struct session *run = run_stream(&capture, 0);
    cr_expect_eq(session_counts(run)->octets_lost, 0, "as long as it fits into memory");
    session_free(run);
    struct spool *spool = spool_new(1u << 30);
    static uint8_t much[400 << 10], back[400 << 10];
    cr_expect_not(spool_add(spool, much, sizeof much));
    cr_expect_not(spool_add(spool, much, 1));
    spool_free(spool);
    unsetenv("TMPDIR");
    spool = spool_new(1u << 30);
    for (size_t i = 0; i < sizeof much; i++)
        much[i] = (uint8_t)(i * 7 + i / 251);
    cr_expect(spool_add(spool, much, sizeof much));
    cr_expect_eq(spool_read(spool, SPOOL_BEGIN, back, sizeof back), sizeof back, "half of it in the file");
    cr_expect_eq(memcmp(much, back, sizeof back), 0);
    cr_expect_eq(spool_read(spool, SPOOL_BEGIN + 300000, back, sizeof back), sizeof back - 300000);
    cr_expect_eq(memcmp(much + 300000, back, sizeof back - 300000), 0);
    cr_expect_eq(spool_read(spool, 0, back, 1), 0);
    cr_expect_eq(spool_read(spool, spool_end(spool), back, 1), 0);
    spool_free(spool);
}

Test(replay, without_octets)
{
    static struct octets capture;
    many_packets(&capture, 0);
    struct session *run = run_session(&capture, (struct session_config) { .hex = NULL }, SESSION_DONE);
    expect_gone(run, 0, "not kept");
    session_free(run);
}

Test(replay, hex)
{
    struct octets payload = { .length = 0 };
    struct capture_error error;
    put_v5(&payload, 0, 3);
    struct session_config config = { .hex = payload.data,
                                     .hex_length = payload.length,
                                     .keep_octets = OCTETS_KEEP_ALL };
    struct session *run = session_new(&config, &error);
    cr_assert_not_null(run);
    session_run(run);
    struct replay *replay = replay_new(run);
    const struct session_packet *packet = replay_packet(replay, 0);
    struct nfdec_set set;
    cr_assert_not_null(packet);
    cr_expect_null(packet->frame);
    cr_expect(replay_set(replay, 0, &set) && set.records == 3);
    cr_expect_eq(replay_frame_count(replay, 0), 0);
    cr_expect_not(replay_frame(replay, 0, 0, &(struct frame) { .data = NULL }, &(uint32_t) { 0 }));
    replay_free(replay);
    session_free(run);
}

/* The UDP datagram of `payload` as two fragments of IPv4, with a frame of something else between them. */
static void add_fragments(struct octets *capture, const struct octets *payload, size_t first)
{
    struct octets other = { .length = 0 };
    put_v5(&other, 0, 1);
    for (unsigned i = 0; i < 2; i++) {
        size_t length = i == 0 ? first : 8 + payload->length - first;
        put_u32(capture, CLOCK + (uint32_t)capture->open_set++);
        put_u32(capture, 0);
        put_u32(capture, (uint32_t)(20 + length));
        put_u32(capture, (uint32_t)(20 + length));
        put_u16(capture, 0x4500);
        put_u16(capture, (uint16_t)(20 + length));
        put_u16(capture, 77);
        put_u16(capture, (uint16_t)(i == 0 ? 0x2000 : first / 8));
        put_u32(capture, 0x40110000);
        put_u32(capture, EXPORTER);
        put_u32(capture, 0xc0000264);
        if (i == 0) {
            put_u16(capture, 40000);
            put_u16(capture, 2055);
            put_u32(capture, (uint32_t)(8 + payload->length) << 16);
            put_octets(capture, payload->data, length - 8);
            add_datagram(capture, 40001, 2055, &other);
        } else {
            put_octets(capture, payload->data + first - 8, length);
        }
    }
}

static void expect_frame(struct replay *replay, uint32_t message, uint32_t index, uint64_t number,
                         uint32_t before)
{
    struct frame frame;
    uint32_t came;
    cr_assert(replay_frame(replay, message, index, &frame, &came));
    cr_expect_eq(frame.number, number);
    cr_expect_eq(came, before);
    cr_expect_eq(frame.time, (CLOCK + (int64_t)number - 1) * 1000000000);
    cr_expect_eq(frame.data[0], 0x45);
}

Test(replay, fragments)
{
    static struct octets capture;
    struct octets payload = { .length = 0 };
    char path[64];
    begin_capture(&capture);
    put_v5(&payload, 0, 30);
    add_fragments(&capture, &payload, 800);
    struct session *runs[] = { run_file(&capture, path), run_stream(&capture, 0) };
    for (size_t i = 0; i < 2; i++) {
        struct replay *replay = replay_new(runs[i]);
        struct nfdec_set set;
        cr_assert_eq(ledger_set_count(session_ledger(runs[i])), 2);
        cr_assert(replay_set(replay, 1, &set), "%s", replay_reason(replay));
        cr_expect_eq(set.records, 30);
        cr_expect_eq(memcmp(set.data, payload.data + 24, set.length), 0);
        const struct session_packet *packet = replay_packet(replay, 1);
        cr_expect(packet->datagram->reassembled && packet->frame->number == 3);
        cr_expect_eq(replay_frame_count(replay, 1), 2);
        expect_frame(replay, 1, 1, 3, 1);
        expect_frame(replay, 1, 0, 1, 0);
        cr_expect_eq(replay_packet(replay, 1)->frame->number, 3);
        cr_expect_eq(replay_frame_count(replay, 0), 1);
        expect_frame(replay, 0, 0, 2, 0);
        cr_expect(replay_set(replay, 1, &set) && set.records == 30);
        replay_free(replay);
        session_free(runs[i]);
    }
    unlink(path);
}

static void *read_all(void *argument)
{
    const struct session *run = argument;
    struct replay *replay = replay_new(run);
    uint32_t count = ledger_set_count(session_ledger(run));
    size_t wrong = 0;
    for (uint32_t round = 1; round < 20; round++)
        for (uint32_t i = 0; i < count; i++)
            if (is_data(run, i * round % count) && !has_its_records(replay, run, i * round % count))
                wrong++;
    replay_free(replay);
    return wrong ? argument : NULL;
}

Test(replay, readers_on_several_threads)
{
    static struct octets capture;
    char path[64];
    many_packets(&capture, 100);
    struct session *runs[] = { run_file(&capture, path), run_stream(&capture, 0) };
    for (size_t i = 0; i < 2; i++) {
        pthread_t thread[3];
        void *wrong;
        for (size_t t = 0; t < 3; t++)
            cr_assert_eq(pthread_create(&thread[t], NULL, read_all, runs[i]), 0);
        for (size_t t = 0; t < 3; t++) {
            pthread_join(thread[t], &wrong);
            cr_expect_null(wrong);
        }
        session_free(runs[i]);
    }
    unlink(path);
}

struct glance {
    uint32_t looked, right;
};

static bool look_meanwhile(void *user, const struct session *run)
{
    struct glance *glance = user;
    struct replay *replay = replay_new(run);
    uint32_t count = ledger_set_count(session_ledger(run));
    for (uint32_t i = 0; i < count; i++)
        if (is_data(run, i) && ledger_set(session_ledger(run), i)->state == NFDEC_SET_DECODED) {
            glance->looked++;
            glance->right += has_its_records(replay, run, i);
        }
    replay_free(replay);
    return true;
}

Test(replay, while_the_run_goes_on)
{
    static struct octets capture;
    struct glance glance = { 0, 0 };
    many_packets(&capture, 0);
    struct session_config config = { .keep_octets = OCTETS_KEEP_ALL,
                                     .progress = look_meanwhile,
                                     .progress_user = &glance };
    session_free(run_session(&capture, config, SESSION_DONE));
    cr_expect_gt(glance.looked, 100);
    cr_expect_eq(glance.looked, glance.right);
}

struct patient {
    struct replay *replay;
    uint64_t packet; /* looked at last */
    unsigned forgot;
};

/* The first record of each data set tells its packet. */
static void expect_own_records(struct replay *replay, const struct session *run)
{
    struct nfdec_set set;
    for (uint32_t i = ledger_set_count(session_ledger(run)); i-- > 0;) {
        if (!is_data(run, i) || ledger_set(session_ledger(run), i)->state != NFDEC_SET_DECODED)
            continue;
        cr_assert(replay_set(replay, i, &set), "%s", replay_reason(replay));
        cr_assert_eq(set.data[2] * 256u + set.data[3] + 1u, set.message->packet);
        cr_assert_eq(set.number, 0);
    }
}

/* Ends with the packet looked at that has another number next time. */
static bool look_patiently(void *user, const struct session *run)
{
    struct patient *patient = user;
    if (!patient->replay)
        patient->replay = replay_new(run);
    expect_own_records(patient->replay, run);
    uint32_t last = ledger_message_count(session_ledger(run)) - 1;
    cr_assert_not_null(replay_packet(patient->replay, last));
    patient->packet = ledger_message(session_ledger(run), last)->packet;
    return true;
}

static void look_behind(void *user, const struct session *run)
{
    struct patient *patient = user;
    struct nfdec_set set;
    uint32_t message = 0;
    patient->forgot++;
    while (ledger_message(session_ledger(run), message)->packet != patient->packet)
        message++;
    cr_assert(replay_set(patient->replay, ledger_message(session_ledger(run), message)->first_set, &set));
    cr_expect(set.number == 0 && set.message->packet == patient->packet);
    expect_own_records(patient->replay, run);
}

Test(replay, when_the_oldest_were_let_go)
{
    static struct octets capture;
    struct patient patient = { .forgot = 0 };
    struct session_config config = { .keep_octets = OCTETS_KEEP_ALL,
                                     .memory = 4096,
                                     .progress = look_patiently,
                                     .progress_user = &patient,
                                     .forgot = look_behind,
                                     .forgot_user = &patient };
    many_packets(&capture, 0);
    session_free(run_session(&capture, config, SESSION_DONE));
    cr_expect_gt(patient.forgot, 0);
    replay_free(patient.replay);
}
