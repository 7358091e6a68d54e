/* SPDX-License-Identifier: MIT */
#include "names/dns.h"

#include <ares.h>
#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/alloc.h"

#define TRY_MILLISECONDS 1000
#define TRIES            2
#define MAX_IN_FLIGHT    4096u
/* Look-ups started at a stretch: without a network each of them fails at once, and the clock must be read now
 * and then while a long queue empties. */
#define BURST 64

struct request {
    struct dns *dns;
    struct addr address;
    struct request *next; /* in the free list */
};

struct dns {
    ares_channel channel;
    void (*answer)(void *context, const struct addr *address, const char *name);
    void (*answer_name)(void *context, const char *name, const struct addr *address);
    void *context;
    struct request *requests; /* one for each look-up that may be in flight */
    struct request *unused;
    size_t in_flight;
    size_t names_in_flight; /* look-ups of addresses of names */
    struct addr *queue;     /* [queue_first, queue_end) wait */
    size_t queue_first, queue_end, queue_capacity;
};

static bool open_channel(struct dns *dns, const char *server)
{
    char dns_only[] = "b"; /* the hosts files are read by hosts.c */
    struct ares_options options = {
        .flags = ARES_FLAG_NOSEARCH, .timeout = TRY_MILLISECONDS, .tries = TRIES, .lookups = dns_only
    };
    int given = ARES_OPT_FLAGS | ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_LOOKUPS;
    if (ares_init_options(&dns->channel, &options, given) != ARES_SUCCESS)
        return false;
    if (!server || ares_set_servers_ports_csv(dns->channel, server) == ARES_SUCCESS)
        return true;
    ares_destroy(dns->channel);
    return false;
}

struct dns *dns_new(const struct dns_config *config)
{
    if (ares_library_init(ARES_LIB_INIT_ALL) != ARES_SUCCESS)
        return NULL;
    struct dns *dns = alloc_new(sizeof *dns);
    if (!open_channel(dns, config->server)) {
        free(dns);
        ares_library_cleanup();
        return NULL;
    }
    dns->answer = config->answer;
    dns->answer_name = config->answer_name;
    dns->context = config->context;
    size_t count = config->in_flight < 1               ? 1
                   : config->in_flight > MAX_IN_FLIGHT ? MAX_IN_FLIGHT
                                                       : config->in_flight;
    dns->requests = alloc_array(count, sizeof *dns->requests);
    for (size_t i = 0; i < count; i++) {
        dns->requests[i] = (struct request) { .dns = dns, .next = dns->unused };
        dns->unused = &dns->requests[i];
    }
    return dns;
}

void dns_free(struct dns *dns)
{
    if (!dns)
        return;
    dns->answer = NULL;
    dns->answer_name = NULL;
    ares_destroy(dns->channel); /* ends every open look-up through ended() */
    ares_library_cleanup();
    free(dns->requests);
    free(dns->queue);
    free(dns);
}

static bool askable_v4(const uint8_t *octets)
{
    bool link_local = octets[0] == 169 && octets[1] == 254;
    return octets[0] != 0 && octets[0] != 127 && octets[0] < 224 &&
           !link_local; /* 224: multicast, reserved */
}

static bool askable_v6(const uint8_t *octets)
{
    static const uint8_t zero[10];
    bool link_local = octets[0] == 0xfe && (octets[1] & 0xc0) == 0x80;
    /* ::/80 has the unspecified, the loopback, and the IPv4 addresses in IPv6's clothes */
    return octets[0] != 0xff && !link_local && memcmp(octets, zero, sizeof zero) != 0;
}

bool dns_askable(const struct addr *address)
{
    return address->family == 4   ? askable_v4(address->octets)
           : address->family == 6 ? askable_v6(address->octets)
                                  : false;
}

static void ended(void *context, int status, int timeouts, struct hostent *host)
{
    (void)timeouts;
    struct request *request = context;
    struct dns *dns = request->dns;
    struct addr address = request->address;
    request->next = dns->unused;
    dns->unused = request;
    dns->in_flight--;
    if (dns->answer)
        dns->answer(dns->context, &address, status == ARES_SUCCESS && host ? host->h_name : NULL);
}

/* Moves look-ups from the queue into flight, BURST at most. c-ares may end one before the call returns; what
 * that frees is taken by the loop here, not by a recursion. */
static void start(struct dns *dns)
{
    for (int i = 0; i < BURST && dns->unused && dns->queue_first < dns->queue_end; i++) {
        struct request *request = dns->unused;
        dns->unused = request->next;
        dns->in_flight++;
        request->address = dns->queue[dns->queue_first++];
        struct addr address = request->address;
        bool v4 = address.family == 4;
        ares_gethostbyaddr(dns->channel, address.octets, v4 ? 4 : 16, v4 ? AF_INET : AF_INET6, ended,
                           request);
    }
    if (dns->queue_first == dns->queue_end)
        dns->queue_first = dns->queue_end = 0;
}

void dns_ask(struct dns *dns, const struct addr *address)
{
    /* the room in front is used again when it is at least half, so an element moves about once */
    if (dns->queue_end == dns->queue_capacity && dns->queue_first > dns->queue_end / 2) {
        dns->queue_end -= dns->queue_first;
        memmove(dns->queue, dns->queue + dns->queue_first, dns->queue_end * sizeof *dns->queue);
        dns->queue_first = 0;
    }
    dns->queue = alloc_grow(dns->queue, dns->queue_end, &dns->queue_capacity, sizeof *dns->queue);
    dns->queue[dns->queue_end++] = *address;
    start(dns);
}

/* The look-up of a name: freed when it ends. */
struct name_request {
    struct dns *dns;
    char *name;
};

static void take_node(const struct name_request *request, const struct ares_addrinfo_node *node)
{
    struct addr address = { .family = 0 };
    if (node->ai_family == AF_INET)
        address = addr_from(
            (const uint8_t *)&((const struct sockaddr_in *)(const void *)node->ai_addr)->sin_addr, 4);
    else if (node->ai_family == AF_INET6)
        address =
            addr_from(((const struct sockaddr_in6 *)(const void *)node->ai_addr)->sin6_addr.s6_addr, 16);
    if (address.family)
        request->dns->answer_name(request->dns->context, request->name, &address);
}

static void name_ended(void *context, int status, int timeouts, struct ares_addrinfo *found)
{
    (void)timeouts;
    struct name_request *request = context;
    request->dns->names_in_flight--;
    if (status == ARES_SUCCESS && found && request->dns->answer_name)
        for (const struct ares_addrinfo_node *node = found->nodes; node; node = node->ai_next)
            take_node(request, node);
    if (found)
        ares_freeaddrinfo(found);
    free(request->name);
    free(request);
}

void dns_ask_name(struct dns *dns, const char *name)
{
    struct name_request *request = alloc_new(sizeof *request);
    struct ares_addrinfo_hints hints = { .ai_family = AF_UNSPEC, .ai_flags = ARES_AI_NOSORT };
    *request = (struct name_request) { .dns = dns, .name = alloc_text(name) };
    dns->names_in_flight++;
    ares_getaddrinfo(dns->channel, name, NULL, &hints, name_ended, request);
}

size_t dns_open(const struct dns *dns)
{
    return dns->in_flight + dns->names_in_flight + dns->queue_end - dns->queue_first;
}

static int64_t now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* How long to sleep, in milliseconds: not beyond the next timeout of c-ares, which is rounded up so that the
 * loop does not spin through the last millisecond of it. */
static int nap(struct dns *dns, int64_t left)
{
    if (left <= 0 || (!dns->in_flight && !dns->names_in_flight))
        return 0;
    struct timeval most = { .tv_sec = (time_t)(left / 1000), .tv_usec = (suseconds_t)(left % 1000 * 1000) };
    struct timeval room;
    const struct timeval *next = ares_timeout(dns->channel, &most, &room);
    return next ? (int)(next->tv_sec * 1000 + (next->tv_usec + 999) / 1000) : (int)left;
}

/* Sleeps until a socket is ready, then lets c-ares read, write and time out. */
static void step(struct dns *dns, int64_t left)
{
    ares_socket_t sockets[ARES_GETSOCK_MAXNUM];
    struct pollfd polled[ARES_GETSOCK_MAXNUM];
    nfds_t count = 0;
    /* as ARES_GETSOCK_READABLE and _WRITABLE, which shift a signed 1 by 31 */
    unsigned bits = (unsigned)ares_getsock(dns->channel, sockets, ARES_GETSOCK_MAXNUM);
    for (int i = 0; i < ARES_GETSOCK_MAXNUM; i++) {
        bool readable = bits >> i & 1, writable = bits >> (i + ARES_GETSOCK_MAXNUM) & 1;
        short events = (short)((readable ? POLLIN : 0) | (writable ? POLLOUT : 0));
        if (events)
            polled[count++] = (struct pollfd) { .fd = sockets[i], .events = events };
    }
    int ready = poll(polled, count, nap(dns, left));
    if (ready <= 0)
        ares_process_fd(dns->channel, ARES_SOCKET_BAD, ARES_SOCKET_BAD); /* timeouts only */
    for (nfds_t i = 0; ready > 0 && i < count; i++) {
        if (!polled[i].revents)
            continue;
        bool writable = polled[i].revents & POLLOUT, other = polled[i].revents & ~POLLOUT;
        ares_process_fd(dns->channel, other ? polled[i].fd : ARES_SOCKET_BAD,
                        writable ? polled[i].fd : ARES_SOCKET_BAD);
    }
}

void dns_wait(struct dns *dns, int milliseconds)
{
    int64_t until = now() + (milliseconds > 0 ? milliseconds : 0);
    int64_t left;
    do {
        left = until - now();
        start(dns);
        if (!dns_open(dns))
            return;
        step(dns, left);
    } while (left > 0);
    start(dns);
}
