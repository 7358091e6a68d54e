/* SPDX-License-Identifier: MIT */
#include "session/session.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/alloc.h"
#include "base/now.h"
#include "base/time.h"
#include "flow/sampling.h"
#include "session/decoder.h"
#include "session/expect.h"
#include "session/frames.h"
#include "session/recognise.h"
#include "session/ring.h"
#include "session/rows.h"
#include "session/sink.h"
#include "session/unwrap.h"

struct session {
    struct session_config config;
    struct capture *capture; /* NULL for --hex */
    struct datagrams *datagrams;
    struct recogniser *recogniser;
    struct unwrapper *unwrapper;
    unsigned hangups; /* seen */
    struct nfdec *decoder;
    struct ledger *ledger;
    struct flow_store *store;
    struct pairs *pairs;
    struct sink *sink;       /* of flows into both; without them, where flows are looked at and not kept */
    struct rows_books books; /* that it enters */
    struct labels *labels;
    struct sampling_use *sampling_use;
    struct octets *octets;
    struct frames *frames; /* of fragments, for the writer */
    struct session_counts counts;
    const struct session_tap *tap; /* NULL: none, or it wants no more */
    uint16_t dport;                /* of the packet under way */
    bool stop;
    enum session_phase phase;
    bool live;
    int64_t started;  /* reading, CLOCK_MONOTONIC */
    int64_t reported; /* when progress was told last */
    int64_t looked;   /* when idle work was done last */
    struct ring ring;
};

static void diagnose(void *user, const struct nfdec_diagnostic *diagnostic)
{
    struct session *run = user;
    ledger_diagnose(run->ledger, diagnostic);
}

/* Octets of an export packet, as far as can be told, that never became whole. */
static void lose(void *user, const struct datagram_lost *lost)
{
    struct session *run = user;
    bool elsewhere;
    if (!recognise(run->recogniser, &lost->datagram, false, &elsewhere))
        return;
    struct nfdec_diagnostic d = { .packet = lost->frame,
                                  .a = lost->octets,
                                  .b = lost->datagram.wire_length,
                                  .code = NFDEC_DIAG_FRAGMENTS_MISSING };
    ledger_diagnose(run->ledger, &d);
}

static bool open_input(struct session *run, struct capture_error *error)
{
    if (run->config.hex)
        return true;
    run->capture = capture_new(&run->config.capture, error);
    run->live = run->capture && capture_is_live(run->capture);
    return run->capture != NULL;
}

/* Offline, a set waits for its own template to the end; what is shown as it comes cannot. */
#define BORROW_AFTER (60 * INT64_C(1000000000))

static uint32_t family_of(void *user, uint32_t session)
{
    const struct session *run = user;
    return nfdec_session_at(run->decoder, session)->family;
}

static struct pairs_config pairs_config(struct session *run)
{
    return (struct pairs_config) { .threads = run->config.threads, .family = family_of, .user = run };
}

/* What is shown as it comes is shown with all that is known of it. */
static struct sink_config sink_config(struct session *run)
{
    return (struct sink_config) { .store = run->store,
                                  .pairs = run->pairs,
                                  .threads = run->config.threads,
                                  .at_once = run->config.tap != NULL,
                                  .rows = rows_enter,
                                  .set = rows_enter_set,
                                  .user = &run->books };
}

struct session *session_new(const struct session_config *config, struct capture_error *error)
{
    struct session *run = alloc_new(sizeof *run);
    run->config = *config;
    run->tap = config->tap;
    ring_init(&run->ring, config->memory);
    if (!open_input(run, error)) { /* first: no thread is to have rights that are given up there */
        free(run);
        return NULL;
    }
    run->datagrams = datagrams_new(&(struct datagrams_config) { .lost = lose, .user = run });
    run->recogniser = recogniser_new();
    run->unwrapper = unwrapper_new(diagnose, run);
    run->ledger = ledger_new();
    if (config->brief)
        ledger_keep_brief(run->ledger);
    if (config->keep_flows || config->keep_pairs)
        run->store = flow_store_new();
    const struct pairs_config pairs = pairs_config(run);
    if (config->keep_pairs)
        run->pairs = pairs_new(&pairs);
    if (config->keep_octets || config->writer)
        run->octets = octets_new(config->keep_octets ? config->keep_octets : OCTETS_KEEP_FRAGMENTS,
                                 config->spool_limit);
    if (run->store || (config->sum_flows && config->check_times)) {
        run->labels = labels_new();
        run->sampling_use = sampling_use_new();
        run->books = (struct rows_books) { .ledger = run->ledger, .sampling_use = run->sampling_use };
        const struct sink_config sink = sink_config(run);
        run->sink = sink_new(&sink);
    }
    struct nfdec_config decoder = { .diagnose = diagnose,
                                    .user = run,
                                    .borrow_after = run->live ? BORROW_AFTER : 0 };
    run->decoder = decoder_new(&decoder);
    return run;
}

void session_free(struct session *run)
{
    if (!run)
        return;
    capture_free(run->capture);
    datagrams_free(run->datagrams);
    recogniser_free(run->recogniser);
    unwrapper_free(run->unwrapper);
    sink_free(run->sink);
    nfdec_free(run->decoder);
    ledger_free(run->ledger);
    flow_store_free(run->store);
    labels_free(run->labels);
    sampling_use_free(run->sampling_use);
    pairs_free(run->pairs);
    frames_free(run->frames);
    octets_free(run->octets);
    free(run);
}

/* Totals alone need no rows. */
static void sum_flows(struct session *run, const struct nfdec_set *set)
{
    struct nfdec_sums sums = nfdec_set_sums(set);
    ledger_set_sums(run->ledger, set, sums.bytes + sums.reverse_bytes, sums.packets + sums.reverse_packets);
}

/* A tap that wants to stop is not called again; what the packet under way still holds is entered all the same. */
static void tap_said(struct session *run, bool going_on)
{
    if (going_on)
        return;
    run->tap = NULL;
    run->stop = true;
}

static void take_set(struct session *run, const struct session_packet *packet, const struct nfdec_set *set)
{
    uint32_t entry = ledger_set_add(run->ledger, set);
    bool flows = set->state == NFDEC_SET_DECODED && set->kind == NFDEC_SET_DATA && set->template;
    if (flows && run->sink && entry != LEDGER_NONE)
        sink_take(run->sink, set, entry);
    else if (flows && (run->sink || run->config.sum_flows)) /* a late one, too, whose entry was let go */
        sum_flows(run, set);
    if (run->labels && set->state == NFDEC_SET_DECODED && set->kind == NFDEC_SET_OPTIONS && set->template)
        labels_learn(run->labels, set);
    if (run->config.archive)
        archive_set(run->config.archive, set);
    if (run->tap && run->tap->set)
        tap_said(run, run->tap->set(run->config.tap_user, packet, set));
}

static void take_item(struct session *run, const struct session_packet *packet, const struct nfdec_item *item)
{
    switch (item->kind) {
    case NFDEC_ITEM_MESSAGE:
        ledger_message_begin(run->ledger, item->message, run->dport);
        if (run->config.archive)
            archive_message(run->config.archive, item->message);
        if (run->tap && run->tap->message)
            tap_said(run, run->tap->message(run->config.tap_user, packet, item->message));
        break;
    case NFDEC_ITEM_SET:
        take_set(run, packet, &item->set);
        break;
    case NFDEC_ITEM_END:
        ledger_message_end(run->ledger, item->message);
        if (run->config.archive)
            archive_message_end(run->config.archive, item->message);
        if (run->tap && run->tap->message_end)
            tap_said(run, run->tap->message_end(run->config.tap_user, packet, item->message));
        break;
    }
}

static void take_items(struct session *run, const struct session_packet *packet)
{
    const struct nfdec_item *item;
    while ((item = nfdec_next(run->decoder)) != NULL)
        take_item(run, packet, item);
    if (packet && run->tap && run->tap->packet_end)
        tap_said(run, run->tap->packet_end(run->config.tap_user, packet));
}

/* A packet that cannot be kept is no failure: the first one is told of, all are counted. */
static void keep_octets(struct session *run, const struct session_packet *packet, uint32_t first_message)
{
    uint32_t count = ledger_message_count(run->ledger) - first_message;
    if (octets_packet(run->octets, packet->frame, packet->datagram, first_message, count))
        return;
    struct nfdec_diagnostic d = { .packet = packet->number,
                                  .a = spool_end(octets_spool(run->octets)) - SPOOL_BEGIN,
                                  .code = NFDEC_DIAG_OCTETS_NOT_KEPT };
    if (run->counts.octets_lost++ == 0)
        ledger_diagnose(run->ledger, &d);
}

/* All frames of a packet to the writer; those of fragments that are not to be had again are left out. */
static void write_frames(struct session *run, const struct session_packet *packet)
{
    const struct datagram *d = packet->datagram;
    bool going_on =
        packet->frame == NULL || d->reassembled || writer_frame(run->config.writer, packet->frame);
    if (d->reassembled && !run->frames)
        run->frames = frames_new(run->capture, run->octets);
    for (uint32_t i = 0; going_on && i < d->mark_count; i++) {
        struct frame frame;
        uint32_t before;
        if (frames_fragment(run->frames, d->marks[i], &frame, &before))
            going_on = writer_frame(run->config.writer, &frame);
    }
    run->stop |= !going_on;
}

static void bound_memory(struct session *run)
{
    const struct ring_parts parts = { .ledger = run->ledger,
                                      .octets = run->octets,
                                      .store = &run->store,
                                      .pairs = &run->pairs,
                                      .sink = &run->sink,
                                      .pairs_config = pairs_config(run),
                                      .sink_config = sink_config(run) };
    if (!ring_bound(&run->ring, &parts))
        return;
    run->counts.forgotten = run->ring.messages;
    run->counts.forgotten_flows = run->ring.rows;
    if (run->config.forgot)
        run->config.forgot(run->config.forgot_user, run);
}

static void look_at_limits(struct session *run)
{
    const struct session_config *config = &run->config;
    if (config->memory)
        bound_memory(run);
    run->stop |= config->max_packets && run->counts.exports >= config->max_packets;
    run->stop |=
        config->max_written && config->writer && writer_octets(config->writer) >= config->max_written;
}

static void take_datagram(struct session *run, const struct frame *frame, const struct datagram *d)
{
    struct session_packet packet = { .frame = frame, .datagram = d, .number = 1 };
    struct nfdec_packet octets = { .data = d->data,
                                   .length = d->length,
                                   .wire_length = d->wire_length,
                                   .announced = d->announced,
                                   .port = d->sport };
    if (d->src.family == 4)
        memcpy(octets.address, d->src.octets, octets.address_length = 4);
    else if (d->src.family == 6)
        memcpy(octets.address, d->src.octets, octets.address_length = 16);
    if (frame) {
        packet.number = ledger_packet_number(frame->input, frame->number);
        octets.time = frame->time;
    }
    octets.number = packet.number;
    run->dport = d->dport;
    if (nfdec_feed(run->decoder, &octets) != NFDEC_OK)
        return;
    run->counts.exports++;
    if (run->config.writer)
        write_frames(run, &packet);
    uint32_t first_message = ledger_message_count(run->ledger);
    take_items(run, &packet);
    if (run->octets)
        keep_octets(run, &packet, first_message);
    look_at_limits(run);
}

static void tell_progress(struct session *run)
{
    if (run->sink)
        sink_finish(run->sink);
    run->stop |= !run->config.progress(run->config.progress_user, run);
}

static void report_progress(struct session *run, int64_t now)
{
    const struct session_config *config = &run->config;
    if (!config->progress || now - run->reported < config->progress_every)
        return;
    if (!config->progress_wanted || config->progress_wanted(config->progress_user))
        tell_progress(run);
    run->reported = now_monotonic();
}

static void count_drops(struct session *run)
{
    run->counts.dropped = run->counts.dropped_interface = 0;
    for (size_t i = 0; i < capture_input_count(run->capture); i++) {
        struct capture_counts counts = capture_counts(run->capture, i);
        run->counts.dropped += counts.dropped;
        run->counts.dropped_interface += counts.dropped_interface;
    }
}

#define IDLE_EVERY (TIME_SECOND / 10)

/* For the tap. In tests nothing becomes old. */
static int64_t wall_clock(const struct session *run)
{
    struct timespec wall;
    clock_gettime(CLOCK_REALTIME, &wall);
    int64_t now = wall.tv_sec * TIME_SECOND + wall.tv_nsec;
    return run->config.capture.test_clock ? run->config.capture.test_clock : now;
}

/* What has to be done although nothing comes. */
static void do_idle_work(struct session *run, int64_t now)
{
    if (!run->live || now - run->looked < IDLE_EVERY)
        return;
    run->looked = now;
    if (run->config.archive && run->hangups != capture_hangups(run->capture))
        archive_reopen(run->config.archive);
    run->hangups = capture_hangups(run->capture);
    count_drops(run);
    if (run->config.writer)
        run->stop |= !writer_flush(run->config.writer);
    if (run->tap && run->tap->idle)
        tap_said(run, run->tap->idle(run->config.tap_user, wall_clock(run)));
}

#define FRAMES_A_LOOK 64u /* frames of a file between looks at the clock; live ones may be rare */

static void look_at_clock(struct session *run, enum capture_result result)
{
    if (!run->live && result == CAPTURE_FRAME && run->counts.frames % FRAMES_A_LOOK)
        return;
    int64_t now = now_monotonic();
    report_progress(run, now);
    do_idle_work(run, now);
    if (run->config.max_time && now - run->started >= run->config.max_time)
        run->stop = true;
}

/* It came through a socket on which we listen as a collector. */
static bool was_sent_to_us(const struct session *run, const struct frame *frame)
{
    const struct capture_config *config = &run->config.capture;
    return config->listen_count > 0 && frame->input >= config->file_count + config->interface_count;
}

static void take_frame(struct session *run, const struct frame *frame)
{
    struct datagram d;
    bool elsewhere;
    uint64_t number = ledger_packet_number(frame->input, frame->number);
    bool expected = frame->wrapping != FRAME_PLAIN || was_sent_to_us(run, frame);
    if (frame->wrapping != FRAME_PLAIN && !(frame = unwrap(run->unwrapper, frame, number)))
        return;
    datagrams_name_frame(run->datagrams, number);
    if (run->octets)
        datagrams_mark_frame(run->datagrams, octets_mark(run->octets));
    bool whole = datagrams_take(run->datagrams, frame->data, frame->length, frame->wire_length, frame->link,
                                frame->time, &d);
    if (run->octets && (whole ? d.reassembled : d.reason == DATAGRAM_FRAGMENT))
        octets_fragment(run->octets, frame, number, ledger_message_count(run->ledger));
    if (!whole)
        return;
    run->counts.datagrams++;
    if (!recognise(run->recogniser, &d, expected, &elsewhere)) {
        struct nfdec_diagnostic told;
        run->counts.not_export++;
        if (run->config.stranger)
            run->config.stranger(run->config.stranger_user, &d);
        if (recognise_damage(run->recogniser, &d, number, &told))
            ledger_diagnose(run->ledger, &told);
        return;
    }
    run->counts.exports_elsewhere += elsewhere;
    take_datagram(run, frame, &d);
}

#define FRAMES_AT_ONCE 32u

/* The frame, which is the first of as many as there is room for, and those that have been read with it. */
static void take_frames(struct session *run, struct frame *frames)
{
    size_t count = 1 + capture_more(run->capture, frames + 1, FRAMES_AT_ONCE - 1);
    struct expect expect;
    expect_begin(&expect, run->decoder, run->ledger, frames, count);
    for (size_t i = 0; i < count && !run->stop; i++) {
        expect_next(&expect);
        run->counts.frames++;
        take_frame(run, &frames[i]);
        look_at_clock(run, CAPTURE_FRAME);
    }
}

static enum capture_result read_capture(struct session *run)
{
    enum capture_result result = CAPTURE_END;
    struct frame frames[FRAMES_AT_ONCE];
    run->started = now_monotonic();
    while (!run->stop &&
           ((result = capture_next(run->capture, frames)) == CAPTURE_FRAME || result == CAPTURE_IDLE)) {
        if (result == CAPTURE_FRAME)
            take_frames(run, frames);
        else
            look_at_clock(run, result);
    }
    count_drops(run);
    datagrams_finish(run->datagrams);
    return result;
}

static void read_hex(struct session *run)
{
    struct datagram d = { .data = run->config.hex,
                          .length = (uint32_t)run->config.hex_length,
                          .wire_length = (uint32_t)run->config.hex_length };
    run->counts.frames = run->counts.datagrams = 1;
    take_datagram(run, NULL, &d);
    run->counts.not_export = run->counts.exports == 0;
}

/* Samplers that flows name and nobody has announced: only now is that known. Number 0 stands for none. */
static void check_samplers(struct session *run)
{
    const struct sampler_use *use;
    if (!run->sampling_use)
        return;
    struct samplings *samplings = samplings_new(run->decoder);
    for (size_t i = 0; (use = sampling_use_at(run->sampling_use, i)) != NULL; i++) {
        struct sampling_flow flow = { .sampler = use->sampler, .has_sampler = true };
        if (samplings_of(samplings, use->session, &flow).source != SAMPLING_SAMPLER_UNKNOWN)
            continue;
        struct nfdec_diagnostic d = { .packet = use->packet,
                                      .a = use->sampler,
                                      .b = use->flows,
                                      .session = use->session,
                                      .offset = use->offset,
                                      .id = use->set,
                                      .code = NFDEC_DIAG_SAMPLER_UNKNOWN };
        ledger_diagnose(run->ledger, &d);
    }
    samplings_free(samplings);
}

enum session_result session_run(struct session *run)
{
    enum capture_result result = CAPTURE_END;
    if (run->capture)
        result = read_capture(run);
    else
        read_hex(run);
    bool stopped = run->stop;
    run->stop = false;
    nfdec_finish(run->decoder);
    take_items(run, NULL);
    if (run->sink)
        sink_finish(run->sink);
    check_samplers(run);
    if (run->config.archive)
        archive_finish(run->config.archive);
    if (run->config.tap && run->config.tap->finish)
        run->config.tap->finish(run->config.tap_user);
    ledger_sort(run->ledger);
    run->phase = SESSION_READ;
    if (run->config.progress && run->pairs)
        (void)run->config.progress(run->config.progress_user, run); /* there is nothing left to stop */
    if (run->pairs)
        pairs_finish(run->pairs, run->store);
    if (run->pairs && !run->config.unordered)
        pairs_order(run->pairs);
    run->phase = SESSION_OVER;
    if (stopped || run->stop || (run->capture && capture_stopped(run->capture)))
        return SESSION_STOPPED;
    return result == CAPTURE_CUT ? SESSION_CUT : SESSION_DONE;
}

const char *session_message(const struct session *run)
{
    return run->capture ? capture_message(run->capture) : "";
}

enum session_phase session_phase(const struct session *run)
{
    return run->phase;
}

void session_position(const struct session *run, uint64_t *done, uint64_t *total)
{
    *done = *total = 0;
    if (run->capture)
        capture_position(run->capture, done, total);
}

void session_stop(struct session *run)
{
    if (run->capture)
        capture_stop(run->capture);
}

bool session_is_live(const struct session *run)
{
    return run->live;
}

uint32_t session_generation(const struct session *run)
{
    return run->ring.generation;
}

const struct session_counts *session_counts(const struct session *run)
{
    return &run->counts;
}

const struct datagrams_counters *session_datagrams(const struct session *run)
{
    return datagrams_counters(run->datagrams);
}

const struct ledger *session_ledger(const struct session *run)
{
    return run->ledger;
}

const struct flow_store *session_store(const struct session *run)
{
    return run->store;
}

const struct pairs *session_pairs(const struct session *run)
{
    return run->pairs;
}

const struct nfdec *session_decoder(const struct session *run)
{
    return run->decoder;
}

const struct labels *session_labels(const struct session *run)
{
    return run->labels;
}

const struct sampling_use *session_sampling_use(const struct session *run)
{
    return run->sampling_use;
}

const struct octets *session_octets(const struct session *run)
{
    return run->octets;
}

const struct capture *session_capture(const struct session *run)
{
    return run->capture;
}
