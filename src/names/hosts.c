/* SPDX-License-Identifier: MIT */
#include "names/hosts.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "base/alloc.h"

#define FIRST_SLOTS 256u
#define CHUNK_SIZE  65536u
#define LINE_SIZE   2048u               /* an address and one name fit; aliases behind them do not matter */
#define FILE_LIMIT  ((size_t)256 << 20) /* octets; /dev/zero has an end, too */

struct entry {
    struct addr address;
    uint8_t state; /* enum hosts_state; HOSTS_ABSENT: a free slot */
    const char *name;
};

struct chunk {
    struct chunk *next;
    size_t used;
    char text[CHUNK_SIZE];
};

struct hosts {
    struct entry *slots;
    size_t slot_count; /* a power of two; never more than 3/4 full, so that every probe ends */
    size_t count, max_entries;
    struct chunk *chunks; /* newest first; they never move */
    uint64_t key[2];
};

/* What is left of a line */
struct text {
    const char *at, *end;
};

struct hosts *hosts_new(size_t max_entries)
{
    struct hosts *hosts = alloc_new(sizeof *hosts);
    hosts->slot_count = FIRST_SLOTS;
    hosts->slots = alloc_array(hosts->slot_count, sizeof *hosts->slots);
    hosts->max_entries = max_entries;
    if (getentropy(hosts->key, sizeof hosts->key) != 0)
        hosts->key[0] = (uint64_t)(uintptr_t)hosts; /* address randomisation is better than nothing */
    return hosts;
}

void hosts_free(struct hosts *hosts)
{
    if (!hosts)
        return;
    for (struct chunk *chunk = hosts->chunks, *next; chunk; chunk = next) {
        next = chunk->next;
        free(chunk);
    }
    free(hosts->slots);
    free(hosts);
}

static uint64_t rotate(uint64_t value, unsigned bits)
{
    return value << bits | value >> (64 - bits);
}

static void sip_round(uint64_t v[4])
{
    v[0] += v[1];
    v[1] = rotate(v[1], 13) ^ v[0];
    v[0] = rotate(v[0], 32);
    v[2] += v[3];
    v[3] = rotate(v[3], 16) ^ v[2];
    v[0] += v[3];
    v[3] = rotate(v[3], 21) ^ v[0];
    v[2] += v[1];
    v[1] = rotate(v[1], 17) ^ v[2];
    v[2] = rotate(v[2], 32);
}

/* SipHash-1-3 over three words. Keyed: the addresses come from the wire, and whoever sends them must not be
 * able to make them all fall into one slot. */
static uint64_t hash(const struct hosts *hosts, const struct addr *address)
{
    const uint64_t *key = hosts->key;
    uint64_t words[3] = { [2] = address->family };
    memcpy(words, address->octets, sizeof address->octets);
    uint64_t v[4] = { key[0] ^ 0x736f6d6570736575u, key[1] ^ 0x646f72616e646f6du,
                      key[0] ^ 0x6c7967656e657261u, key[1] ^ 0x7465646279746573u };
    for (size_t i = 0; i < 3; i++) {
        v[3] ^= words[i];
        sip_round(v);
        v[0] ^= words[i];
    }
    v[2] ^= 0xff;
    for (size_t i = 0; i < 3; i++)
        sip_round(v);
    return v[0] ^ v[1] ^ v[2] ^ v[3];
}

/* The slot of an address, or the free one where it would go. */
static struct entry *slot_of(const struct hosts *hosts, const struct addr *address)
{
    size_t mask = hosts->slot_count - 1;
    size_t i = (size_t)hash(hosts, address) & mask;
    while (hosts->slots[i].state != HOSTS_ABSENT && !addr_equal(&hosts->slots[i].address, address))
        i = (i + 1) & mask;
    return &hosts->slots[i];
}

static void grow(struct hosts *hosts)
{
    struct entry *old = hosts->slots;
    size_t old_count = hosts->slot_count;
    hosts->slots = alloc_array(old_count * 2, sizeof *old);
    hosts->slot_count = old_count * 2;
    for (size_t i = 0; i < old_count; i++) {
        if (old[i].state != HOSTS_ABSENT)
            *slot_of(hosts, &old[i].address) = old[i];
    }
    free(old);
}

/* The entry of an address, made where it is not there yet; NULL where the cache is full. */
static struct entry *enter(struct hosts *hosts, const struct addr *address)
{
    struct entry *entry = slot_of(hosts, address);
    if (entry->state != HOSTS_ABSENT)
        return entry;
    if (hosts->count >= hosts->max_entries || !address->family)
        return NULL;
    if (hosts->count + 1 > hosts->slot_count / 4 * 3) {
        grow(hosts);
        entry = slot_of(hosts, address);
    }
    hosts->count++;
    *entry = (struct entry) { .address = *address, .state = HOSTS_NONE };
    return entry;
}

static const char *keep(struct hosts *hosts, const char *text, size_t length)
{
    struct chunk *chunk = hosts->chunks;
    if (!chunk || length + 1 > CHUNK_SIZE - chunk->used) {
        chunk = alloc_new(sizeof *chunk);
        chunk->next = hosts->chunks;
        hosts->chunks = chunk;
    }
    char *copy = chunk->text + chunk->used;
    memcpy(copy, text, length);
    copy[length] = '\0';
    chunk->used += length + 1;
    return copy;
}

/* Independent of the locale, as isalnum() is not. */
static bool plain(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '_' || c == '-';
}

/* Writes the clean form, cut before the octet that does not fit any more; returns its length. */
static size_t clean(const char *name, size_t length, char out[HOSTS_NAME])
{
    static const char digits[] = "0123456789abcdef";
    size_t used = 0;
    for (size_t i = 0; i < length; i++) {
        size_t need = plain(name[i]) ? 1 : 4;
        if (need > HOSTS_NAME - used)
            break;
        if (need == 1) {
            out[used] = name[i];
        } else {
            unsigned char octet = (unsigned char)name[i];
            const char escape[4] = { '\\', 'x', digits[octet >> 4], digits[octet & 15] };
            memcpy(out + used, escape, sizeof escape);
        }
        used += need;
    }
    return used;
}

enum hosts_state hosts_find(const struct hosts *hosts, const struct addr *address, const char **name)
{
    const struct entry *entry = slot_of(hosts, address);
    *name = entry->name;
    return (enum hosts_state)entry->state;
}

bool hosts_ask(struct hosts *hosts, const struct addr *address)
{
    size_t before = hosts->count;
    struct entry *entry = enter(hosts, address);
    if (!entry || hosts->count == before)
        return false;
    entry->state = HOSTS_ASKED;
    return true;
}

bool hosts_answer(struct hosts *hosts, const struct addr *address, const char *name, size_t length)
{
    struct entry *entry = enter(hosts, address);
    if (!entry || entry->state == HOSTS_NAMED)
        return false;
    entry->state = HOSTS_NONE;
    if (length && length <= HOSTS_NAME) {
        char out[HOSTS_NAME];
        entry->name = keep(hosts, out, clean(name, length, out));
        entry->state = HOSTS_NAMED;
    }
    return true;
}

void hosts_each(const struct hosts *hosts, const char *name,
                void (*take)(void *user, const struct addr *address), void *user)
{
    for (size_t i = 0; i < hosts->slot_count; i++) {
        const struct entry *entry = &hosts->slots[i];
        if (entry->state == HOSTS_NAMED && strcasecmp(entry->name, name) == 0)
            take(user, &entry->address);
    }
}

size_t hosts_count(const struct hosts *hosts)
{
    return hosts->count;
}

/* The next word; an empty one at the end. */
static struct text word(struct text *line)
{
    while (line->at < line->end && (*line->at == ' ' || *line->at == '\t'))
        line->at++;
    struct text found = { line->at, line->at };
    while (found.end < line->end && *found.end != ' ' && *found.end != '\t')
        found.end++;
    line->at = found.end;
    return found;
}

/* One line without its end: address, name, aliases. cut: the line went on, its last word may be a piece. */
static void take_line(struct hosts *hosts, const char *data, size_t length, bool cut)
{
    const char *comment = memchr(data, '#', length);
    if (comment) {
        length = (size_t)(comment - data);
        cut = false;
    }
    while (length && data[length - 1] == '\r')
        length--;
    struct text line = { data, data + length };
    struct text where = word(&line);
    struct text name = word(&line);
    size_t where_length = (size_t)(where.end - where.at), name_length = (size_t)(name.end - name.at);
    char text[ADDR_TEXT] = { 0 };
    struct addr address;
    if (where_length >= sizeof text || !name_length || name_length > HOSTS_NAME ||
        (cut && name.end == line.end))
        return;
    memcpy(text, where.at, where_length);
    if (strlen(text) == where_length && addr_parse(text, &address))
        hosts_answer(hosts, &address, name.at, name_length);
}

bool hosts_load(struct hosts *hosts, const char *path)
{
    FILE *file = fopen(path, "re");
    if (!file)
        return false;
    char line[LINE_SIZE];
    size_t length = 0, total = 0; /* length: of the line, also where it does not fit */
    int c;
    while (total < FILE_LIMIT && (c = getc_unlocked(file)) != EOF) {
        total++;
        if (c != '\n') {
            if (length < sizeof line)
                line[length] = (char)c;
            length++;
            continue;
        }
        take_line(hosts, line, length < sizeof line ? length : sizeof line, length > sizeof line);
        length = 0;
    }
    take_line(hosts, line, length < sizeof line ? length : sizeof line, length > sizeof line);
    int problem = ferror(file) ? errno : total == FILE_LIMIT ? EFBIG : 0;
    fclose(file);
    errno = problem;
    return problem == 0;
}
