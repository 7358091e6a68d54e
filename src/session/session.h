/* SPDX-License-Identifier: MIT */
/*
 * One run over one input: frames in, datagrams, decoder, ledger, flow store, pairs. session.c holds the loop.
 *
 *     struct session *run = session_new(&config, &error);
 *     enum session_result result = session_run(run);
 *     ...session_ledger(run), session_store(run), session_pairs(run)...
 *     session_free(run);
 */
#ifndef SESSION_SESSION_H
#define SESSION_SESSION_H

#include <stdbool.h>
#include <stdint.h>

#include "capture/capture.h"
#include "capture/writer.h"
#include "datagram/datagram.h"
#include "flow/labels.h"
#include "flow/ledger.h"
#include "flow/sampling_use.h"
#include "flow/store.h"
#include "nfdec/decoder.h"
#include "pair/pair.h"
#include "session/archive/archive.h"
#include "session/octets.h"

/* A packet as a tap sees it; borrowed until the call returns. */
struct session_packet {
    const struct frame *frame; /* NULL for --hex */
    const struct datagram *datagram;
    uint64_t number; /* ledger_packet_number */
};

/*
 * What a view gets while the run goes on, in the decoder's order; absent members are not called. For a late set
 * `set->message` names the packet it came in and `packet` is the one that brought the template (NULL at the end).
 * Return false to stop the run (the reader of our output has gone): then only `finish` is called.
 */
struct session_tap {
    bool (*message)(void *user, const struct session_packet *packet, const struct nfdec_message *message);
    bool (*set)(void *user, const struct session_packet *packet, const struct nfdec_set *set);
    bool (*message_end)(void *user, const struct session_packet *packet, const struct nfdec_message *message);
    bool (*packet_end)(void *user, const struct session_packet *packet); /* all its items were given */
    bool (*idle)(void *user, int64_t now); /* of live input, now and then: ns since 1970 UTC */
    void (*finish)(void *user); /* all was given; the ledger's diagnostics still stand as they came */
};

struct session;

struct session_config {
    struct capture_config capture;
    const uint8_t *hex; /* instead of a capture: one datagram's octets */
    size_t hex_length;
    bool brief;       /* keep no messages and sets in the ledger: memory does not grow with the input */
    bool sum_flows;   /* decode flows for the totals in the ledger, without keeping them */
    bool check_times; /* tell of impossible times of flows that are summed; kept ones are always looked at */
    enum octets_keep keep_octets; /* so that packets can be looked at again (replay.h); not with brief */
    struct writer *writer; /* gets the frames of all export packets, as they come; borrowed. NULL: none */
    uint64_t spool_limit;  /* octets of those that stand in no plain file; 0: 8 GiB */
    bool keep_flows;       /* fill the flow store (implies sum_flows) */
    bool keep_pairs;       /* pair them (implies keep_flows) */
    bool unordered;        /* leave the pairs in order of appearance: they are not to be listed, or not yet */
    unsigned threads;      /* to work with; 0 and 1: the caller's alone. The result is the same */
    uint64_t max_packets;  /* stop after that many export packets; 0: none */
    int64_t max_time;      /* stop after that many ns; 0: none */
    uint64_t max_written;  /* stop when the writer has that many octets; 0: none */
    /*
     * Called every `progress_every` ns or so while the capture is read, with all rows so far in the store and paired,
     * so that they can be looked at; false stops the run. NULL: not called. Where flows are paired once
     * more when all is read and before connections are brought together. `progress_wanted`, if there is one, is asked first: false saves the call.
     */
    bool (*progress)(void *user, const struct session *run);
    bool (*progress_wanted)(void *user);
    void *progress_user;
    int64_t progress_every;
    /* Datagrams that are no export packets, as names may be in them; from the thread that reads. NULL: not called. */
    void (*stranger)(void *user, const struct datagram *datagram);
    void *stranger_user;
    const struct session_tap *tap;
    void *tap_user;
    /*
     * What is kept in memory may grow to so many octets; then its older half is let go, `forgot` is called, if there is
     * one, and session_generation() is another. 0: no bound.
     */
    size_t memory;
    void (*forgot)(void *user, const struct session *run);
    void *forgot_user;
    struct archive *archive; /* gets all export packets, decoded; borrowed. NULL: none */
};

enum session_result {
    SESSION_DONE,
    SESSION_CUT, /* the input was cut short or damaged: session_message() */
    SESSION_STOPPED, /* session_stop(), a signal, max_packets, max_time, the tap, or the writer, which has failed */
};

enum session_phase {
    SESSION_READING,
    SESSION_READ, /* all is in the store; connections are brought together next, and cannot be read meanwhile */
    SESSION_OVER,
};

/* What became of the frames. */
struct session_counts {
    uint64_t frames;            /* read, BPF passed */
    uint64_t datagrams;         /* UDP payloads */
    uint64_t exports;           /* export packets among them */
    uint64_t not_export;        /* datagrams that are something else */
    uint64_t exports_elsewhere; /* of exports: on ports not known for it, recognised by content */
    uint64_t dropped;           /* by the kernel, before we could see them; up to date while input is live */
    uint64_t dropped_interface; /* by an interface or its driver */
    uint64_t forgotten;         /* of exports: let go as memory was full */
    uint64_t forgotten_flows;   /* in them */
    uint64_t octets_lost;       /* exports whose octets could not be kept, though that was wanted */
};

struct session *session_new(const struct session_config *config, struct capture_error *error);
void session_free(struct session *run);
enum session_result session_run(struct session *run);
const char *session_message(const struct session *run);
enum session_phase session_phase(const struct session *run);

/* How far in its input a run is, in octets of the files as they are; *total 0: nobody knows how much there is. */
void session_position(const struct session *run, uint64_t *done, uint64_t *total);

/* From any thread or signal handler: ends the capture, and session_run() with what has come. */
void session_stop(struct session *run);
bool session_is_live(const struct session *run); /* packets come as they are sent */

/* Grows whenever messages, sets, rows and connections have been numbered anew; until then numbers stay. */
uint32_t session_generation(const struct session *run);

const struct session_counts *session_counts(const struct session *run);
const struct datagrams_counters *session_datagrams(const struct session *run);
const struct ledger *session_ledger(const struct session *run);
const struct flow_store *session_store(const struct session *run); /* NULL unless keep_flows */
const struct pairs *session_pairs(const struct session *run);      /* NULL unless keep_pairs */
const struct nfdec *session_decoder(const struct session *run);
const struct labels *session_labels(const struct session *run); /* NULL where flows are not looked at */
const struct sampling_use *session_sampling_use(const struct session *run); /* the same */
const struct octets *session_octets(const struct session *run);             /* NULL unless keep_octets */
const struct capture *session_capture(const struct session *run);           /* NULL for --hex */

#endif
