/* SPDX-License-Identifier: MIT */
/* A pcap file that is written as fast as the disk takes it; frames can be held back to come out of order. */
#ifndef BENCH_CAPFILE_H
#define BENCH_CAPFILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CAPFILE_PAYLOAD 1472 /* octets of a UDP payload at most */

/* A UDP datagram over IPv4. */
struct capfile_datagram {
    int64_t time; /* ms since 1970 */
    uint32_t source;
    uint16_t sport, dport, length;
    uint8_t payload[CAPFILE_PAYLOAD];
};

struct capfile {
    int fd;
    uint16_t ip_id;
    uint64_t frames, octets;
    size_t used;
    uint8_t *buffer;
};

/* Both end the program with a message where the file cannot be written. */
void capfile_open(struct capfile *file, const char *path);
void capfile_close(struct capfile *file);
void capfile_write(struct capfile *file, const struct capfile_datagram *datagram);

#endif
