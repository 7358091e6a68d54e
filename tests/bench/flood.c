/* SPDX-License-Identifier: MIT */
/*
 * flood PORT RATE SECONDS EXPORTERS RECORDS: sends NetFlow v5 to this machine's loopback interface, RATE datagrams a second
 * of RECORDS records each, from as many exporters (source addresses and engines), for a while. Prints how many were
 * sent and how many a second that came to. Bounded, and it does not leave the machine.
 */
#include <inttypes.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define EXPORTERS_MOST 1000u
#define SECONDS_MOST   60u
#define RATE_MOST      2000000u
#define RECORDS_MOST   30u
#define HEADER         24u
#define RECORD         48u
#define BATCH          32u
#define NS             UINT64_C(1000000000)

struct exporter {
    int fd;
    uint16_t engine;
    uint32_t sequence;
};

struct datagrams {
    struct mmsghdr message[BATCH];
    struct iovec iov[BATCH];
    uint8_t payload[BATCH][HEADER + RECORDS_MOST * RECORD];
};

static void put(uint8_t *to, uint64_t value, unsigned octets)
{
    while (octets-- > 0) {
        to[octets] = (uint8_t)value;
        value >>= 8;
    }
}

static uint64_t now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * NS + (uint64_t)time.tv_nsec;
}

static unsigned number(const char *word, unsigned most)
{
    unsigned long value = strtoul(word, NULL, 10);
    if (value == 0 || value > most) {
        fprintf(stderr, "flood: '%s' is not from 1 to %u\n", word, most);
        exit(1);
    }
    return (unsigned)value;
}

static void open_exporter(struct exporter *exporter, unsigned index, uint16_t port)
{
    const struct sockaddr_in from = { .sin_family = AF_INET,
                                      .sin_addr.s_addr = htobe32(0x7f000001u + (index << 8)) };
    const struct sockaddr_in to = { .sin_family = AF_INET,
                                    .sin_port = htobe16(port),
                                    .sin_addr.s_addr = htobe32(INADDR_LOOPBACK) };
    int room = 4 << 20;
    *exporter =
        (struct exporter) { .fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), .engine = (uint16_t)index };
    (void)setsockopt(exporter->fd, SOL_SOCKET, SO_SNDBUF, &room, sizeof room);
    if (exporter->fd < 0 || bind(exporter->fd, (const struct sockaddr *)&from, sizeof from) != 0 ||
        connect(exporter->fd, (const struct sockaddr *)&to, sizeof to) != 0) {
        perror("flood");
        exit(1);
    }
}

/* Records of flows that differ in their addresses and ports. */
static void prepare(struct datagrams *d, unsigned records)
{
    for (unsigned i = 0; i < BATCH; i++) {
        uint8_t *at = d->payload[i];
        put(at, 5, 2);
        put(at + 2, records, 2);
        put(at + 4, 100000, 4);
        put(at + 8, (uint64_t)time(NULL), 4);
        d->iov[i] = (struct iovec) { .iov_base = at, .iov_len = HEADER + records * RECORD };
        d->message[i].msg_hdr = (struct msghdr) { .msg_iov = &d->iov[i], .msg_iovlen = 1 };
        for (unsigned r = 0; r < records; r++) {
            uint8_t *record = at + HEADER + r * RECORD;
            put(record, 0x0a000000u + r * 7919u + i, 4);
            put(record + 4, 0xc0000200u + r, 4);
            put(record + 16, 3 + r, 4);
            put(record + 20, 1000 + r, 4);
            put(record + 24, 1000, 4);
            put(record + 28, 2000, 4);
            put(record + 32, 1024 + r + i, 2);
            put(record + 34, 443, 2);
            record[38] = 6;
        }
    }
}

/* Sends a batch of one exporter; how many the kernel took. */
static unsigned send_batch(struct datagrams *d, struct exporter *exporter, unsigned count, unsigned records)
{
    for (unsigned i = 0; i < count; i++) {
        put(d->payload[i] + 16, exporter->sequence + i * records, 4);
        put(d->payload[i] + 20, exporter->engine, 2);
    }
    int sent = sendmmsg(exporter->fd, d->message, count, 0);
    if (sent <= 0)
        return 0;
    exporter->sequence += (unsigned)sent * records;
    return (unsigned)sent;
}

int main(int argc, char *argv[])
{
    static struct datagrams datagrams;
    static struct exporter exporters[EXPORTERS_MOST];
    if (argc != 6) {
        fprintf(stderr, "usage: flood PORT RATE SECONDS EXPORTERS RECORDS\n");
        return 1;
    }
    uint16_t port = (uint16_t)number(argv[1], UINT16_MAX);
    unsigned rate = number(argv[2], RATE_MOST), seconds = number(argv[3], SECONDS_MOST);
    unsigned count = number(argv[4], EXPORTERS_MOST), records = number(argv[5], RECORDS_MOST);
    for (unsigned i = 0; i < count; i++)
        open_exporter(&exporters[i], i, port);
    prepare(&datagrams, records);
    uint64_t begin = now(), sent = 0, passed;
    unsigned turn = 0;
    while ((passed = now() - begin) < seconds * NS) {
        uint64_t due = (uint64_t)((double)passed / (double)NS * rate);
        if (due <= sent) {
            const struct timespec nap = { .tv_nsec = 200000 };
            nanosleep(&nap, NULL);
            continue;
        }
        unsigned burst = due - sent < BATCH ? (unsigned)(due - sent) : BATCH;
        sent += send_batch(&datagrams, &exporters[turn++ % count], burst, records);
    }
    printf("%" PRIu64 " %.0f\n", sent, (double)sent / ((double)passed / (double)NS));
    for (unsigned i = 0; i < count; i++)
        (void)close(exporters[i].fd);
    return 0;
}
