/* SPDX-License-Identifier: MIT */
#include "capture/listener.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <linux/sock_diag.h>

#include "base/alloc.h"
#include "capture/receiver.h"

#define HOST_MOST 255

struct listener {
    int fd;
    uint16_t port;
    size_t asked, granted; /* octets of the kernel's buffer */
    bool both;             /* IPv4 and IPv6 through one socket */
    bool shared;           /* somebody else listens there too */
    uint32_t drops_seen;   /* the kernel's counter, which wraps */
    uint64_t drops;
    char where[HOST_MOST + 16];
    struct receiver *receiver; /* NULL before listener_start() */
};

/* Takes HOST:PORT apart; host is "" where there is none. */
static bool split(const char *where, char host[HOST_MOST + 1], uint16_t *port)
{
    const char *colon = strrchr(where, ':'), *digits = colon ? colon + 1 : where, *from = where;
    size_t length = colon ? (size_t)(colon - where) : 0;
    unsigned long number = 0;
    size_t count = strspn(digits, "0123456789");
    if (count == 0 || count > 5 || digits[count] != '\0')
        return false;
    number = strtoul(digits, NULL, 10);
    if (length >= 2 && where[0] == '[' && where[length - 1] == ']') {
        from++;
        length -= 2;
    } else if (memchr(where, ':', length)) {
        return false; /* an IPv6 address needs brackets */
    }
    if (number == 0 || number > UINT16_MAX || length > HOST_MOST || (colon && length == 0))
        return false;
    memcpy(host, from, length);
    host[length] = '\0';
    *port = (uint16_t)number;
    return true;
}

static bool fail(char error[TROUBLE_LINE], const char *where, const char *why)
{
    (void)snprintf(error, TROUBLE_LINE, "cannot listen on %s: %s", where, why);
    return false;
}

static void set(int fd, int level, int option, int value)
{
    (void)setsockopt(fd, level, option, &value, sizeof value); /* what is refused is done without */
}

/* As large as is asked for: beyond the system's limit only who administers it may. */
static void size_buffer(struct listener *listener)
{
    int wanted = listener->asked < INT32_MAX / 2 ? (int)listener->asked : INT32_MAX / 2, granted = 0;
    socklen_t size = sizeof granted;
    if (setsockopt(listener->fd, SOL_SOCKET, SO_RCVBUFFORCE, &wanted, sizeof wanted) != 0)
        set(listener->fd, SOL_SOCKET, SO_RCVBUF, wanted);
    if (getsockopt(listener->fd, SOL_SOCKET, SO_RCVBUF, &granted, &size) == 0 && granted > 0)
        listener->granted = (size_t)granted / 2; /* Linux doubles what is asked for, for its own use */
}

/* Others may listen on our port, as we may on theirs; that there is one already is told of. */
static bool bind_socket(struct listener *listener, const struct sockaddr *address, socklen_t length)
{
    if (bind(listener->fd, address, length) == 0) {
        set(listener->fd, SOL_SOCKET, SO_REUSEPORT, 1);
        return true;
    }
    if (errno != EADDRINUSE)
        return false;
    set(listener->fd, SOL_SOCKET, SO_REUSEPORT, 1);
    listener->shared = bind(listener->fd, address, length) == 0;
    return listener->shared;
}

static bool open_socket(struct listener *listener, const struct sockaddr *address, socklen_t length,
                        bool both)
{
    int family = address->sa_family;
    listener->fd = socket(family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (listener->fd < 0)
        return false;
    if (family == AF_INET6)
        set(listener->fd, IPPROTO_IPV6, IPV6_V6ONLY, !both);
    if (!bind_socket(listener, address, length)) {
        int reason = errno;
        (void)close(listener->fd);
        listener->fd = -1;
        errno = reason;
        return false;
    }
    listener->both = both;
    size_buffer(listener);
    set(listener->fd, SOL_SOCKET, SO_TIMESTAMPNS, 1);
    if (family == AF_INET || both)
        set(listener->fd, IPPROTO_IP, IP_PKTINFO, 1);
    if (family == AF_INET6)
        set(listener->fd, IPPROTO_IPV6, IPV6_RECVPKTINFO, 1);
    return true;
}

/* All addresses: of both families, or of IPv4 where there is no IPv6. */
static bool open_any(struct listener *listener, char error[TROUBLE_LINE])
{
    struct sockaddr_in6 six = { .sin6_family = AF_INET6, .sin6_port = htobe16(listener->port) };
    struct sockaddr_in four = { .sin_family = AF_INET, .sin_port = htobe16(listener->port) };
    char name[32];
    (void)snprintf(name, sizeof name, "port %u", listener->port);
    return open_socket(listener, (const struct sockaddr *)&six, sizeof six, true) ||
           (errno == EAFNOSUPPORT &&
            open_socket(listener, (const struct sockaddr *)&four, sizeof four, false)) ||
           fail(error, name, strerror(errno));
}

static bool open_host(struct listener *listener, const char *host, char error[TROUBLE_LINE])
{
    const struct addrinfo hints = { .ai_socktype = SOCK_DGRAM, .ai_flags = AI_PASSIVE | AI_NUMERICSERV };
    struct addrinfo *found = NULL;
    char service[8];
    (void)snprintf(service, sizeof service, "%u", listener->port);
    int result = getaddrinfo(host, service, &hints, &found);
    if (result != 0)
        return fail(error, listener->where, result == EAI_SYSTEM ? strerror(errno) : gai_strerror(result));
    bool open = open_socket(listener, found->ai_addr, found->ai_addrlen, false);
    int reason = errno;
    freeaddrinfo(found);
    return open || fail(error, listener->where, strerror(reason));
}

static enum input_result listener_next(void *self, struct frame *frame, struct trouble *trouble)
{
    struct listener *listener = self;
    if (receiver_next(listener->receiver, frame))
        return INPUT_FRAME;
    int reason = receiver_error(listener->receiver);
    if (!reason)
        return INPUT_LATER;
    trouble_set(trouble, TROUBLE_GONE, "%s", strerror(reason));
    return INPUT_END;
}

static int listener_descriptor(const void *self)
{
    const struct listener *listener = self;
    return receiver_descriptor(listener->receiver);
}

static void listener_stop(void *self)
{
    struct listener *listener = self;
    receiver_stop(listener->receiver);
}

/* The kernel's counter goes on from where it was looked at last. */
static bool listener_counts(void *self, struct input_counts *counts)
{
    struct listener *listener = self;
    uint32_t info[SK_MEMINFO_VARS] = { 0 };
    socklen_t size = sizeof info;
    if (getsockopt(listener->fd, SOL_SOCKET, SO_MEMINFO, info, &size) == 0) {
        listener->drops += info[SK_MEMINFO_DROPS] - listener->drops_seen;
        listener->drops_seen = info[SK_MEMINFO_DROPS];
    }
    *counts = (struct input_counts) { .received = receiver_count(listener->receiver),
                                      .dropped = listener->drops + receiver_lost(listener->receiver) };
    return true;
}

static void listener_describe(const void *self, struct strbuf *out)
{
    const struct listener *listener = self;
    strbuf_format(out, "listening on %s (UDP%s), receive buffer ", listener->where,
                  listener->both ? ", IPv4 and IPv6" : "");
    input_describe_size(out, listener->granted);
    if (listener->granted < listener->asked) {
        strbuf_text(out, " of ");
        input_describe_size(out, listener->asked);
        strbuf_text(out, " asked for (sysctl net.core.rmem_max)");
    }
    if (listener->shared)
        strbuf_text(out, "; another program listens there too, and gets some of the exporters");
}

static void listener_close(void *self)
{
    struct listener *listener = self;
    receiver_free(listener->receiver);
    if (listener->fd >= 0)
        (void)close(listener->fd);
    free(listener);
}

static const struct input_ops listener_input = {
    .next = listener_next,
    .descriptor = listener_descriptor,
    .stop = listener_stop,
    .counts = listener_counts,
    .describe = listener_describe,
    .close = listener_close,
};

bool listener_open(struct input *input, const char *where, size_t buffer, bool *bad_word,
                   char error[TROUBLE_LINE])
{
    struct listener *listener = alloc_new(sizeof *listener);
    char host[HOST_MOST + 1];
    *input = (struct input) { .ops = &listener_input, .self = listener, .live = true };
    listener->fd = -1;
    listener->asked = buffer;
    *bad_word = !split(where, host, &listener->port);
    if (*bad_word) {
        (void)snprintf(error, TROUBLE_LINE, "'%.200s' is no [HOST:]PORT to listen on", where);
        return false;
    }
    (void)snprintf(listener->where, sizeof listener->where, "%s%s", *host ? "" : "port ", where);
    input->name = alloc_text(listener->where);
    return *host ? open_host(listener, host, error) : open_any(listener, error);
}

bool listener_start(struct input *input, int64_t clock, char error[TROUBLE_LINE])
{
    struct listener *listener = input->self;
    if (input->ops != &listener_input)
        return true;
    listener->receiver = receiver_new(listener->fd, listener->port, listener->asked, clock);
    return listener->receiver || fail(error, listener->where, "there is no thread to be had");
}
