/* SPDX-License-Identifier: MIT */
#include "fake_dns.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/cursor.h"

#define PACKET  512
#define DELAYED 256

struct packet {
    size_t length;
    uint8_t data[PACKET];
    struct sockaddr_in peer;
    int64_t due; /* milliseconds */
};

struct fake_dns {
    int socket, stop[2]; /* stop: closing the writing end ends the thread */
    pthread_t thread;
    atomic_uint questions;
    char address[32];
    struct packet delayed[DELAYED];
    size_t delayed_count;
};

static void must(bool fine, const char *what)
{
    if (fine)
        return;
    perror(what);
    abort();
}

static int64_t now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void put(struct packet *packet, const void *data, size_t length)
{
    must(length <= PACKET - packet->length, "reply too long");
    memcpy(packet->data + packet->length, data, length);
    packet->length += length;
}

static void put16(struct packet *packet, unsigned value)
{
    put(packet, (const uint8_t[]) { (uint8_t)(value >> 8), (uint8_t)value }, 2);
}

/* One name in labels, divided at the dots. */
static void put_name(struct packet *packet, const char *name)
{
    while (*name) {
        size_t length = strcspn(name, ".");
        put(packet, &(uint8_t) { (uint8_t)length }, 1);
        put(packet, name, length);
        name += length + (name[length] == '.');
    }
    put(packet, "", 1);
}

/* Section 4.1.3 of RFC 1035, the name of the question again; the length of the name is put in afterwards. */
static void put_ptr(struct packet *packet, const char *name)
{
    put16(packet, 0xc00c);
    put16(packet, 12); /* PTR */
    put16(packet, 1);
    put16(packet, 0);
    put16(packet, 60);
    size_t at = packet->length;
    put16(packet, 0);
    put_name(packet, name);
    packet->data[at + 1] = (uint8_t)(packet->length - at - 2);
}

static void put_header(struct packet *packet, unsigned id, unsigned flags, unsigned answers)
{
    packet->length = 0;
    put16(packet, id);
    put16(packet, flags);
    put16(packet, 1);
    put16(packet, answers);
    put16(packet, 0);
    put16(packet, 0);
}

/* The numbers of an in-addr.arpa name, last first; 0 for anything else. */
static struct cursor parse_question(struct cursor *c, unsigned numbers[4])
{
    struct cursor start = cursor_rest(c);
    size_t labels = 0, before = c->at;
    for (unsigned length; (length = cursor_u8(c)) != 0; labels++) {
        const uint8_t *text = cursor_take(c, length);
        must(text != NULL, "question");
        char number[64] = { 0 };
        memcpy(number, text, length < 63 ? length : 63);
        if (labels < 4)
            numbers[labels] = (unsigned)strtoul(number, NULL, 10);
    }
    cursor_skip(c, 4);
    must(!cursor_failed(c), "question");
    return cursor_sub(&start, c->at - before);
}

static void make_reply(struct packet *reply, unsigned id, const struct cursor *question, const unsigned n[4])
{
    static const struct {
        unsigned flags, answers;
    } heads[] = {
        [FAKE_DNS_ANSWER] = { 0x8180, 1 },  [FAKE_DNS_NXDOMAIN] = { 0x8183, 0 },
        [FAKE_DNS_DELAY] = { 0x8180, 1 },   [FAKE_DNS_HOSTILE] = { 0x8180, 1 },
        [FAKE_DNS_GARBAGE] = { 0x8180, 9 }, [FAKE_DNS_TRUNCATED] = { 0x8380, 0 },
        [FAKE_DNS_EMPTY] = { 0x8180, 0 },   [FAKE_DNS_ROOT] = { 0x8180, 1 },
    };
    unsigned mood = n[2] < sizeof heads / sizeof *heads && heads[n[2]].flags ? n[2] : FAKE_DNS_NXDOMAIN;
    put_header(reply, id, heads[mood].flags, heads[mood].answers);
    put(reply, question->data, question->length);
    char name[64];
    if (mood == FAKE_DNS_ANSWER || mood == FAKE_DNS_DELAY)
        put_ptr(reply, fake_dns_name(n[1] * 256 + n[0], name));
    else if (mood == FAKE_DNS_HOSTILE)
        put_ptr(reply, "\033[2J\n\"x.test");
    else if (mood == FAKE_DNS_ROOT)
        put_ptr(reply, "");
    else if (mood == FAKE_DNS_GARBAGE)
        put(reply, "\xc0\xff\xc0\x0c\x3f???", 8);
}

static void send_packet(const struct fake_dns *server, const struct packet *packet)
{
    (void)!sendto(server->socket, packet->data, packet->length, 0, (const struct sockaddr *)&packet->peer,
                  sizeof packet->peer);
}

static void serve_one(struct fake_dns *server)
{
    uint8_t data[PACKET];
    struct packet reply = { 0 };
    socklen_t size = sizeof reply.peer;
    ssize_t length = recvfrom(server->socket, data, sizeof data, 0, (struct sockaddr *)&reply.peer, &size);
    if (length < 12)
        return;
    struct cursor c = cursor_of(data, (size_t)length);
    unsigned id = cursor_u16(&c), numbers[4] = { 0 };
    cursor_skip(&c, 10);
    struct cursor question = parse_question(&c, numbers);
    atomic_fetch_add(&server->questions, 1);
    if (numbers[2] == FAKE_DNS_NEVER)
        return;
    make_reply(&reply, id, &question, numbers);
    if (numbers[2] == FAKE_DNS_DELAY && server->delayed_count < DELAYED) {
        reply.due = now() + FAKE_DNS_DELAY_MS;
        server->delayed[server->delayed_count++] = reply;
    } else {
        send_packet(server, &reply);
    }
}

static void send_due(struct fake_dns *server)
{
    for (size_t i = 0; i < server->delayed_count;) {
        if (server->delayed[i].due > now()) {
            i++;
            continue;
        }
        send_packet(server, &server->delayed[i]);
        server->delayed[i] = server->delayed[--server->delayed_count];
    }
}

static void *serve(void *context)
{
    struct fake_dns *server = context;
    struct pollfd polled[2] = { { .fd = server->socket, .events = POLLIN },
                                { .fd = server->stop[0], .events = POLLIN } };
    for (;;) {
        (void)poll(polled, 2, server->delayed_count ? 10 : -1);
        if (polled[1].revents)
            return NULL;
        if (polled[0].revents)
            serve_one(server);
        send_due(server);
    }
}

struct fake_dns *fake_dns_start(void)
{
    struct fake_dns *server = calloc(1, sizeof *server);
    must(server != NULL, "calloc");
    struct sockaddr_in own = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t size = sizeof own;
    server->socket = socket(AF_INET, SOCK_DGRAM, 0);
    must(server->socket >= 0, "socket");
    must(bind(server->socket, (const struct sockaddr *)&own, size) == 0, "bind");
    must(getsockname(server->socket, (struct sockaddr *)&own, &size) == 0, "getsockname");
    must(pipe(server->stop) == 0, "pipe");
    snprintf(server->address, sizeof server->address, "127.0.0.1:%u", (unsigned)ntohs(own.sin_port));
    must(pthread_create(&server->thread, NULL, serve, server) == 0, "pthread_create");
    return server;
}

void fake_dns_stop(struct fake_dns *server)
{
    close(server->stop[1]);
    pthread_join(server->thread, NULL);
    close(server->stop[0]);
    close(server->socket);
    free(server);
}

const char *fake_dns_address(const struct fake_dns *server)
{
    return server->address;
}

unsigned fake_dns_questions(struct fake_dns *server)
{
    return atomic_load(&server->questions);
}

struct addr fake_dns_host(enum fake_dns_mood mood, unsigned number)
{
    return addr_v4(10u << 24 | (uint32_t)mood << 16 | (number & 0xffff));
}

const char *fake_dns_name(unsigned number, char name[64])
{
    snprintf(name, 64, "host-%u-%u.test", number / 256, number % 256);
    return name;
}
