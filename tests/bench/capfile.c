/* SPDX-License-Identifier: MIT */
#include "capfile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "put.h"

#define BUFFER    ((size_t)1 << 20)
#define COLLECTOR 0xC0000201u /* 192.0.2.1 */
#define HEADERS   (16 + 14 + 20 + 8)

static void fail(const char *what)
{
    fprintf(stderr, "generate: %s: %s\n", what, strerror(errno));
    exit(1);
}

static void drain(struct capfile *file)
{
    size_t done = 0;
    while (done < file->used) {
        ssize_t n = write(file->fd, file->buffer + done, file->used - done);
        if (n < 0 && errno != EINTR)
            fail("cannot write");
        if (n > 0)
            done += (size_t)n;
    }
    file->octets += file->used;
    file->used = 0;
}

void capfile_open(struct capfile *file, const char *path)
{
    /* little-endian, microseconds, version 2.4, snap length 65535, Ethernet */
    static const uint8_t header[24] = { 0xd4, 0xc3, 0xb2, 0xa1, 2, [6] = 4, [16] = 0xff, 0xff, [20] = 1 };
    *file = (struct capfile) { .fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644),
                               .buffer = malloc(BUFFER) };
    if (file->fd < 0 || !file->buffer)
        fail(path);
    memcpy(file->buffer, header, sizeof header);
    file->used = sizeof header;
}

void capfile_close(struct capfile *file)
{
    drain(file);
    if (close(file->fd) != 0)
        fail("cannot write");
    free(file->buffer);
}

static uint8_t *put_le32(uint8_t *out, uint32_t value)
{
    for (int i = 0; i < 4; i++)
        *out++ = (uint8_t)(value >> 8 * i);
    return out;
}

static uint8_t *put_ip(uint8_t *out, const struct capfile_datagram *d, uint16_t id)
{
    uint8_t *begin = out;
    uint32_t sum = 0;
    out = put(out, 0x4500, 2);
    out = put(out, d->length + 28u, 2);
    out = put(out, id, 2);
    out = put(out, 0x4000, 2); /* not to be fragmented */
    out = put(out, 0x4011, 2); /* 64 hops, UDP */
    out = put(out, 0, 2);
    out = put(out, d->source, 4);
    out = put(out, COLLECTOR, 4);
    for (int i = 0; i < 20; i += 2)
        sum += (uint32_t)(begin[i] << 8 | begin[i + 1]);
    sum = (sum >> 16) + (sum & 0xFFFF);
    sum += sum >> 16;
    (void)put(begin + 10, ~sum & 0xFFFF, 2);
    return out;
}

void capfile_write(struct capfile *file, const struct capfile_datagram *d)
{
    static const uint8_t ethernet[14] = { 2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 8, 0 };
    if (file->used + HEADERS + d->length > BUFFER)
        drain(file);
    uint8_t *out = file->buffer + file->used;
    out = put_le32(out, (uint32_t)(d->time / 1000));
    out = put_le32(out, (uint32_t)(d->time % 1000) * 1000);
    out = put_le32(out, d->length + 42u);
    out = put_le32(out, d->length + 42u);
    memcpy(out, ethernet, sizeof ethernet);
    out = put_ip(out + sizeof ethernet, d, file->ip_id++);
    out = put(out, d->sport, 2);
    out = put(out, d->dport, 2);
    out = put(out, d->length + 8u, 2);
    out = put(out, 0, 2); /* no checksum */
    memcpy(out, d->payload, d->length);
    file->used += HEADERS + d->length;
    file->frames++;
}
