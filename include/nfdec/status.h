/* SPDX-License-Identifier: MIT */
/*
 * Results of calls into the decoder library.
 *
 * Bad input is never a status: it is a diagnostic (diagnostic.h) and decoding goes on.
 * A status tells of resources and of wrong calls only.
 */
#ifndef NFDEC_STATUS_H
#define NFDEC_STATUS_H

#if defined(__GNUC__)
#define NFDEC_API        __attribute__((visibility("default")))
#define NFDEC_MUST_CHECK __attribute__((warn_unused_result))
#else
#define NFDEC_API
#define NFDEC_MUST_CHECK
#endif

enum nfdec_status {
    NFDEC_OK = 0,
    NFDEC_NO_MEMORY,  /* an allocation failed; the decoder stays usable */
    NFDEC_NOT_EXPORT, /* the datagram is no NetFlow v1/v5/v7/v9 or IPFIX message */
    NFDEC_BAD_HEX,    /* nfdec_hex_decode: not a string of hex octets */
};

/* A sentence for a status; never NULL, static storage. */
NFDEC_API const char *nfdec_status_text(enum nfdec_status status);

#endif
