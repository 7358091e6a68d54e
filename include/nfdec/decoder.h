/* SPDX-License-Identifier: MIT */
/*
 * The decoder: octets of export datagrams in, messages, sets and records out.
 * NetFlow v1, v5, v7, v9 (RFC 3954) and IPFIX (RFC 7011, RFC 5103, RFC 6313).
 *
 *     struct nfdec *dec = nfdec_new(NULL);
 *     struct nfdec_packet packet = { .data = octets, .length = n, .number = 1, .address_length = 4 };
 *     if (nfdec_feed(dec, &packet) == NFDEC_OK) {
 *         const struct nfdec_item *item;
 *         while ((item = nfdec_next(dec)) != NULL) {
 *             if (item->kind != NFDEC_ITEM_SET || !item->set.template)
 *                 continue;
 *             struct nfdec_record record;
 *             nfdec_record_begin(&record, &item->set);
 *             while (nfdec_record_next(&record)) {
 *                 struct nfdec_field field;
 *                 nfdec_field_begin(&field, &record);
 *                 while (nfdec_field_next(&field)) {
 *                     char text[256];
 *                     nfdec_field_text(&field, text, sizeof text);
 *                     printf("%s=%s ", field.spec->name, text);
 *                 }
 *                 puts("");
 *             }
 *         }
 *     }
 *     nfdec_finish(dec);   // then nfdec_next() as above: sets that waited in vain come out as diagnostics
 *     nfdec_free(dec);
 *
 * Many decoders may live in one process; one decoder is used by one thread at a time. Nothing is global.
 * State is kept per exporter session: address, port, version and observation domain / source id.
 */
#ifndef NFDEC_DECODER_H
#define NFDEC_DECODER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "nfdec/diagnostic.h"
#include "nfdec/status.h"
#include "nfdec/template.h"

struct nfdec;

/* Limits and hooks; zero means the default in brackets. Copied by nfdec_new(). */
struct nfdec_config {
    size_t waiting_octets;  /* sets that wait for their template, all together [64 MiB] */
    uint32_t max_sessions;  /* [262144] */
    uint32_t max_templates; /* all versions together [1048576] */
    int64_t borrow_after;   /* ns of packet time after which a waiting set is decoded with a template that
                               the same exporter and domain announced from another port; [never before
                               nfdec_finish()] */
    void (*diagnose)(void *user, const struct nfdec_diagnostic *diagnostic); /* [none] */
    void *user;
    void *(*allocate)(void *user, size_t size); /* [malloc] both or none; used for everything */
    void (*release)(void *user, void *memory);  /* [free] */
};

/* A UDP payload as it was captured. The octets must stay until nfdec_next() has returned NULL. */
struct nfdec_packet {
    const uint8_t *data;
    size_t length;      /* octets there */
    size_t wire_length; /* octets that were sent; 0: the same as length */
    size_t announced;   /* octets that the UDP header announces, where that is more; else 0 */
    uint64_t number; /* the caller's name for it, shown in texts: its low 40 bits, usually a frame number */
    int64_t time;    /* capture time, ns since 1970 UTC */
    uint8_t address[16];    /* exporter address in network order */
    uint8_t address_length; /* 4 or 16 */
    uint16_t port;          /* exporter's source port */
};

/*
 * Who speaks: one per exporter address, port, version and domain. Owned by the decoder, valid until
 * nfdec_free(). The counters run.
 */
struct nfdec_session {
    uint32_t index;  /* in nfdec_session_at(); dense, in order of appearance */
    uint32_t family; /* same for all ports of one address, version and domain */
    uint8_t address[16];
    uint8_t address_length;
    uint16_t port;
    uint16_t version;          /* 1, 5, 7, 9, 10 */
    uint32_t domain;           /* observation domain, source id; v5: engine type << 8 | engine id */
    int64_t init_time;         /* systemInitTimeMilliseconds in ns; 0: not announced */
    uint32_t sampling;         /* interval announced for the whole session; 0: none */
    uint32_t sampler_count;    /* samplers announced by id */
    uint64_t sampling_packet;  /* that announced sampling or a sampler first; valid where there is one */
    uint64_t sampling_changes; /* how often an interval was announced that differs from the one before */
    uint64_t apart[8];         /* unused: two lines of a cache, which go together, from the index to ... */
    uint64_t messages;         /* ... these, which run while other threads read it */
    uint64_t records;          /* data records decoded */
    uint64_t options;          /* options data records decoded */
};

/* A message header, normalised (RFC 7011 section 3.1, RFC 3954 section 5.1, v1/v5/v7 export formats). */
struct nfdec_message {
    const struct nfdec_session *session;
    uint64_t packet;     /* nfdec_packet.number */
    int64_t time;        /* capture time, ns */
    int64_t export_time; /* header clock, ns since 1970 UTC, to the precision of the version */
    uint32_t offset;     /* of the header in the datagram */
    uint32_t length;     /* octets of the message, header included, as far as they are there */
    uint32_t sequence;   /* v5/v7 flows, v9 packets, IPFIX data records; v1 has none: 0 */
    uint32_t uptime;     /* ms since system start; IPFIX has none: 0 */
    uint16_t version;
    uint16_t count; /* as announced (v1/v5/v7 records, v9 records of all kinds); IPFIX: length field */
    uint8_t engine_type, engine_id; /* v5 */
    uint8_t sampling_mode;          /* v5: upper 2 bits of the sampling field */
    uint16_t sampling_interval;     /* v5: lower 14 bits */
};

enum nfdec_set_kind {
    NFDEC_SET_TEMPLATES,
    NFDEC_SET_OPTIONS_TEMPLATES,
    NFDEC_SET_DATA,    /* template is set: records can be read; or waits, or cannot be decoded */
    NFDEC_SET_OPTIONS, /* data of an options template */
    NFDEC_SET_UNKNOWN, /* reserved id: skipped */
};

enum nfdec_set_state {
    NFDEC_SET_DECODED,
    NFDEC_SET_WAITING,   /* template not seen yet: comes again as a late set, or as a diagnostic at the end */
    NFDEC_SET_UNDECODED, /* a diagnostic says why */
};

/* A set (IPFIX) or flowset (v9); the records of v1/v5/v7 count as one set. */
struct nfdec_set {
    const struct nfdec_message *message;   /* of a late set: the message it came in */
    const struct nfdec_template *template; /* NULL unless state is NFDEC_SET_DECODED and it holds records */
    const uint8_t *data;                   /* records, behind the set header */
    uint32_t length;                       /* octets of data, padding included */
    uint32_t offset;      /* of the set header in the datagram (of the first record for v1/v5/v7) */
    uint32_t data_offset; /* of data in the datagram */
    uint32_t records;     /* whole records in data; templates (withdrawals included) in a template set */
    uint32_t withdrawn;   /* of a template set: withdrawals among them */
    uint32_t number;      /* of the set in its datagram, 0 ... */
    int64_t init_time;    /* of its session (nfdec_session.init_time) when it was decoded */
    uint16_t id;
    uint8_t kind;      /* enum nfdec_set_kind */
    uint8_t state;     /* enum nfdec_set_state */
    bool late;         /* decoded after its packet had passed; message and data are of that packet */
    bool borrowed;     /* with a template of another port, see nfdec_config.borrow_after */
    bool cut;          /* the capture ends within it: there are more records than `records` */
    bool no_time_base; /* times since system start, and nobody has said yet when that was: rows have none */
};

enum nfdec_item_kind {
    NFDEC_ITEM_MESSAGE, /* a message begins */
    NFDEC_ITEM_SET,     /* a set of it; late sets come right behind the template set that resolved them */
    NFDEC_ITEM_END,     /* the message ended */
};

struct nfdec_item {
    enum nfdec_item_kind kind;
    const struct nfdec_message *message; /* of a late set: the message it came in */
    struct nfdec_set set;                /* of NFDEC_ITEM_SET only */
};

NFDEC_API struct nfdec *nfdec_new(const struct nfdec_config *config); /* NULL: no memory */
NFDEC_API void nfdec_free(struct nfdec *dec);                         /* NULL is fine */

/*
 * Takes a datagram. NFDEC_NOT_EXPORT: nothing was changed, and there is nothing to read with nfdec_next().
 * What is left of a datagram before is dropped: read items until NULL first.
 */
NFDEC_API NFDEC_MUST_CHECK enum nfdec_status nfdec_feed(struct nfdec *dec, const struct nfdec_packet *packet);

/*
 * For those who have packets of thousands of sessions, whose state is in no cache: what is known of the sender of a packet
 * that is fed a few packets later is fetched, and then what is known of its templates. Changes nothing.
 * nfdec_expect() guesses the session without a look at it; NULL: it is a new one, or there is none.
 */
NFDEC_API const struct nfdec_session *nfdec_expect(const struct nfdec *dec,
                                                   const struct nfdec_packet *packet);
NFDEC_API void nfdec_expect_sets(const struct nfdec_session *session);

/* The next item, valid until the next call into the decoder; NULL: feed the next datagram. */
NFDEC_API const struct nfdec_item *nfdec_next(struct nfdec *dec);

/* End of input: waiting sets are decoded with borrowed templates or given up; read nfdec_next() until NULL. */
NFDEC_API void nfdec_finish(struct nfdec *dec);

/* Whether an allocation has failed since the last call; what it cost was skipped. */
NFDEC_API bool nfdec_out_of_memory(struct nfdec *dec);

/*
 * How sure the octets are an export message: 0 not at all; NFDEC_PROBE_WEAK: could be, on a port known for
 * it; NFDEC_PROBE_STRONG: its inner structure (lengths, counts, times, ids) holds together.
 */
enum nfdec_probe { NFDEC_PROBE_NO, NFDEC_PROBE_WEAK, NFDEC_PROBE_STRONG };
NFDEC_API enum nfdec_probe nfdec_probe(const uint8_t *data, size_t length, size_t wire_length);

/* Sessions and template versions by index, in order of appearance; NULL behind the last. */
NFDEC_API const struct nfdec_session *nfdec_session_at(const struct nfdec *dec, uint32_t index);
NFDEC_API const struct nfdec_template *nfdec_template_at(const struct nfdec *dec, uint32_t index);

/* The version of a template that holds for a packet of a session (the first later one where it came late). */
NFDEC_API const struct nfdec_template *nfdec_template_for(const struct nfdec_session *session, uint16_t id,
                                                          uint64_t packet);

/* Sampling interval announced for a sampler id by options data; 0: not announced. */
NFDEC_API bool nfdec_sampler_at(const struct nfdec_session *session, uint32_t index, uint64_t *sampler,
                                uint32_t *interval); /* by id; false: no more */
NFDEC_API uint32_t nfdec_sampler_interval(const struct nfdec_session *session, uint64_t sampler);

/*
 * Reads hex octets ("00 05 00 01", "0005:0001", 0x prefix, offsets of a hex dump and its text column) into
 * `out`, of `size` octets; *length is what was read. NFDEC_BAD_HEX: *length is the place of the culprit.
 */
NFDEC_API NFDEC_MUST_CHECK enum nfdec_status nfdec_hex_decode(const char *text, size_t text_length,
                                                              uint8_t *out, size_t size, size_t *length);

#endif
