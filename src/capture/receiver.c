/* SPDX-License-Identifier: MIT */
#include "capture/receiver.h"

#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/time.h"
#include "capture/enclose.h"

#define BATCH        64u    /* datagrams a call */
#define PAYLOAD_MOST 65536u /* more than a datagram can have */
#define CONTROL_ROOM 256u
#define LOST_MOST    (1u << 20) /* datagrams that are only counted: somebody goes on sending */
#define ALIGNMENT    16u

/* In front of each frame in the ring. */
struct entry {
    int64_t time;
    uint32_t length; /* of the frame; 0: the ring goes on at its beginning */
    uint32_t size;   /* of all, up to the next entry */
};

/* What one call of the kernel fills. */
struct batch {
    struct mmsghdr message[BATCH];
    struct iovec iov[BATCH];
    struct sockaddr_storage from[BATCH];
    _Alignas(struct cmsghdr) uint8_t control[BATCH][CONTROL_ROOM];
    uint8_t payload[BATCH][PAYLOAD_MOST];
};

/* The thread writes at `head` and the reader reads at `tail`; both only grow, the place is their remainder by room. */
struct receiver {
    int fd, filled, emptied; /* the socket; eventfds: something is in the ring, there is room in it again */
    uint16_t port;
    int64_t clock; /* of tests: when the next datagram comes; 0: the kernel says so */
    uint8_t *ring;
    size_t room;
    atomic_size_t head, tail;
    atomic_size_t wanted;     /* octets that the thread waits for */
    atomic_bool hungry, stop; /* the reader waits for something; no more is wanted */
    size_t given;             /* of the reader: where the entry given out last ends */
    uint64_t count;
    atomic_uint_fast64_t lost;
    atomic_int error;
    struct batch *batch;
    pthread_t thread;
    bool joined;
};

static void wake(int event)
{
    const uint64_t one = 1;
    ssize_t written = write(event, &one, sizeof one);
    (void)written; /* fails only where it is awake already */
}

static void clear(int event)
{
    uint64_t count;
    ssize_t got = read(event, &count, sizeof count);
    (void)got; /* fails only where there is nothing to clear */
}

static struct addr address_of(const struct sockaddr_storage *socket_address, uint16_t *port)
{
    if (socket_address->ss_family == AF_INET) {
        const struct sockaddr_in *in = (const void *)socket_address;
        *port = be16toh(in->sin_port);
        return addr_v4(be32toh(in->sin_addr.s_addr));
    }
    const struct sockaddr_in6 *in6 = (const void *)socket_address;
    *port = be16toh(in6->sin6_port);
    return addr_v6(in6->sin6_addr.s6_addr);
}

/* A socket of both families shows IPv4 addresses as ::ffff:192.0.2.1. */
static void unmap(struct addr *a)
{
    static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };
    if (a->family == 6 && memcmp(a->octets, mapped, sizeof mapped) == 0)
        *a = addr_from(a->octets + sizeof mapped, 4);
}

/* Arrival time and destination, which the kernel has added. */
static int64_t read_control(struct msghdr *message, struct addr *dst)
{
    int64_t time = 0;
    for (struct cmsghdr *c = CMSG_FIRSTHDR(message); c; c = CMSG_NXTHDR(message, c)) {
        if (c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_TIMESTAMPNS) {
            struct timespec stamp;
            memcpy(&stamp, CMSG_DATA(c), sizeof stamp);
            time = stamp.tv_sec * TIME_SECOND + stamp.tv_nsec;
        } else if (c->cmsg_level == IPPROTO_IP && c->cmsg_type == IP_PKTINFO) {
            struct in_pktinfo info;
            memcpy(&info, CMSG_DATA(c), sizeof info);
            *dst = addr_v4(be32toh(info.ipi_addr.s_addr));
        } else if (c->cmsg_level == IPPROTO_IPV6 && c->cmsg_type == IPV6_PKTINFO) {
            struct in6_pktinfo info;
            memcpy(&info, CMSG_DATA(c), sizeof info);
            *dst = addr_v6(info.ipi6_addr.s6_addr);
        }
    }
    return time;
}

static bool has_room(struct receiver *receiver, size_t size)
{
    return atomic_load(&receiver->head) + size - atomic_load(&receiver->tail) <= receiver->room;
}

/* Waits for room, and for so much that it is worth waking up; false: no more is wanted. */
static bool wait_for_room(struct receiver *receiver, size_t size)
{
    struct pollfd room = { .fd = receiver->emptied, .events = POLLIN };
    if (size < receiver->room / 8)
        size = receiver->room / 8;
    atomic_store(&receiver->wanted, size);
    while (!has_room(receiver, size)) {
        if (atomic_load(&receiver->stop))
            return false;
        (void)poll(&room, 1, -1);
        clear(receiver->emptied);
    }
    atomic_store(&receiver->wanted, 0);
    return true;
}

/* Room for `size` octets in a row, behind which another entry's head fits; NULL: no more is wanted. */
static struct entry *reserve(struct receiver *receiver, size_t size)
{
    size_t at = receiver->head % receiver->room, rest = receiver->room - at;
    bool wraps = rest < size + sizeof(struct entry);
    size_t needed = (wraps ? rest + size : size) + sizeof(struct entry);
    if (!has_room(receiver, needed) && !wait_for_room(receiver, needed))
        return NULL;
    struct entry *entry = (void *)(receiver->ring + at);
    if (!wraps)
        return entry;
    *entry = (struct entry) { .size = (uint32_t)rest };
    atomic_fetch_add(&receiver->head, rest);
    return (void *)receiver->ring;
}

static bool store(struct receiver *receiver, struct mmsghdr *message, const uint8_t *payload)
{
    struct enclose_ends ends = { .dport = receiver->port };
    ends.src = address_of(message->msg_hdr.msg_name, &ends.sport);
    ends.dst = ends.src; /* until the kernel says better */
    int64_t time = read_control(&message->msg_hdr, &ends.dst);
    if (receiver->clock) {
        time = receiver->clock;
        receiver->clock += TIME_SECOND;
    }
    unmap(&ends.src);
    unmap(&ends.dst);
    if (ends.src.family != ends.dst.family)
        ends.dst = ends.src;
    uint32_t before = enclose_size(&ends), length = before + message->msg_len;
    uint32_t size = (uint32_t)sizeof(struct entry) + length;
    size = (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    struct entry *entry = reserve(receiver, size);
    if (!entry)
        return false;
    uint8_t *octets = (uint8_t *)(entry + 1);
    *entry = (struct entry) { .time = time, .length = length, .size = size };
    memcpy(octets + before, payload, message->msg_len);
    enclose(octets, &ends, message->msg_len);
    atomic_fetch_add(&receiver->head, size);
    return true;
}

/* Takes what is there; false where nothing more will come. */
static bool take(struct receiver *receiver)
{
    struct batch *batch = receiver->batch;
    for (unsigned i = 0; i < BATCH; i++) {
        batch->message[i].msg_hdr.msg_namelen = sizeof batch->from[i];
        batch->message[i].msg_hdr.msg_controllen = CONTROL_ROOM;
    }
    int got = recvmmsg(receiver->fd, batch->message, BATCH, MSG_DONTWAIT, NULL);
    if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
        return !atomic_load(&receiver->stop);
    if (got < 0 && errno != EINTR && errno != ECONNREFUSED)
        atomic_store(&receiver->error, errno);
    if (atomic_load(&receiver->error))
        return false;
    for (int i = 0; i < got; i++) {
        if (store(receiver, &batch->message[i], batch->payload[i]))
            continue;
        /* the stop has come, and there is no room: they are counted */
        atomic_fetch_add(&receiver->lost, (unsigned)(got - i));
        return atomic_load(&receiver->lost) < LOST_MOST;
    }
    if (got > 0 && atomic_exchange(&receiver->hungry, false))
        wake(receiver->filled);
    return true;
}

static void *run(void *argument)
{
    struct receiver *receiver = argument;
    struct pollfd ready[] = { { .fd = receiver->fd, .events = POLLIN },
                              { .fd = receiver->emptied, .events = POLLIN } };
    do {
        (void)poll(ready, 2, atomic_load(&receiver->stop) ? 0 : -1);
        clear(receiver->emptied);
    } while (take(receiver));
    wake(receiver->filled);
    return NULL;
}

static struct batch *new_batch(void)
{
    struct batch *batch = alloc_new(sizeof *batch);
    for (unsigned i = 0; i < BATCH; i++) {
        batch->iov[i] = (struct iovec) { .iov_base = batch->payload[i], .iov_len = PAYLOAD_MOST };
        batch->message[i].msg_hdr = (struct msghdr) {
            .msg_name = &batch->from[i],
            .msg_iov = &batch->iov[i],
            .msg_iovlen = 1,
            .msg_control = batch->control[i],
        };
    }
    return batch;
}

struct receiver *receiver_new(int fd, uint16_t port, size_t room, int64_t clock)
{
    struct receiver *receiver = alloc_new(sizeof *receiver);
    receiver->fd = fd;
    receiver->port = port;
    receiver->clock = clock;
    receiver->filled = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    receiver->emptied = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    receiver->room =
        (room < 4 * (size_t)PAYLOAD_MOST ? 4 * (size_t)PAYLOAD_MOST : room) / ALIGNMENT * ALIGNMENT;
    receiver->ring = alloc_array(receiver->room, 1);
    receiver->batch = new_batch();
    if (receiver->filled >= 0 && receiver->emptied >= 0 &&
        pthread_create(&receiver->thread, NULL, run, receiver) == 0)
        return receiver;
    receiver->joined = true;
    receiver_free(receiver);
    return NULL;
}

bool receiver_next(struct receiver *receiver, struct frame *frame)
{
    size_t tail = receiver->given, wanted;
    atomic_store(&receiver->tail, tail);
    if ((wanted = atomic_load(&receiver->wanted)) > 0 && has_room(receiver, wanted))
        wake(receiver->emptied);
    for (;;) {
        if (tail == atomic_load(&receiver->head)) {
            clear(receiver->filled);
            atomic_store(&receiver->hungry, true);
            if (tail == atomic_load(&receiver->head))
                return false;
        }
        const struct entry *entry = (const void *)(receiver->ring + tail % receiver->room);
        tail += entry->size;
        if (!entry->length)
            continue;
        *frame = (struct frame) { .data = (const uint8_t *)(entry + 1),
                                  .offset = FRAME_NOWHERE,
                                  .length = entry->length,
                                  .wire_length = entry->length,
                                  .time = entry->time,
                                  .number = frame->number,
                                  .input = frame->input,
                                  .link = ENCLOSE_LINK };
        receiver->given = tail;
        receiver->count++;
        return true;
    }
}

int receiver_descriptor(const struct receiver *receiver)
{
    return receiver->filled;
}

void receiver_stop(struct receiver *receiver)
{
    if (receiver->joined)
        return;
    atomic_store(&receiver->stop, true);
    wake(receiver->emptied);
    pthread_join(receiver->thread, NULL);
    receiver->joined = true;
}

uint64_t receiver_count(const struct receiver *receiver)
{
    return receiver->count;
}

uint64_t receiver_lost(const struct receiver *receiver)
{
    return atomic_load(&receiver->lost);
}

int receiver_error(const struct receiver *receiver)
{
    return atomic_load(&receiver->error);
}

void receiver_free(struct receiver *receiver)
{
    if (!receiver)
        return;
    receiver_stop(receiver);
    (void)close(receiver->filled);
    (void)close(receiver->emptied);
    free(receiver->ring);
    free(receiver->batch);
    free(receiver);
}
