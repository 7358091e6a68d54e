/* SPDX-License-Identifier: MIT */
/* What a capture consists of. */
#ifndef CAPTURE_FRAME_H
#define CAPTURE_FRAME_H

#include <stdint.h>

#define FRAME_NOWHERE UINT64_MAX
#define FRAME_LEAD    12 /* octets in front of a frame in its file that tell, with others, how long it is */

/* What stands in place of a frame (session/unwrap.h). */
enum frame_wrapping {
    FRAME_PLAIN,   /* nothing: it is one */
    FRAME_LINE,    /* a line of an archive */
    FRAME_MESSAGE, /* a bare message of IPFIX */
};

#define FRAME_NO_LINK 147 /* LINKTYPE_USER0: of those that are none */

/* A captured frame. Borrowed octets. */
struct frame {
    const uint8_t *data; /* where there is an offset, FRAME_LEAD octets before it may be read, too */
    uint64_t offset; /* of data in its file, for capture_octets(); FRAME_NOWHERE: is not to be had again */
    uint32_t length; /* octets captured */
    uint32_t wire_length; /* octets on the wire, at least length */
    int64_t time;         /* ns since 1970 UTC; 0 where the capture has no time */
    uint64_t number;      /* in its file, from 1; counts frames that the expression dropped too */
    uint16_t input;       /* which of config.files, from 0 */
    uint16_t link;        /* LINKTYPE_ value (the number in files, not libpcap's DLT_ where they differ) */
    uint8_t wrapping;     /* enum frame_wrapping */
};

#endif
