/* SPDX-License-Identifier: MIT */
#include "session/archive/archive.h"

#include <stdbool.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/strbuf.h"
#include "base/time.h"
#include "session/archive/text.h"

#define WAIT_MOST (3600 * TIME_SECOND)
#define MEMORY_MOST                                                                                          \
    ((size_t)64 << 20) /* octets of lines that wait; beyond it the oldest is written as it is */
#define BUCKETS 4096u

/* The records of a set; the sets of a message stand in their order whenever they are decoded. */
struct piece {
    struct piece *next;
    uint32_t number; /* of the set in its datagram */
    struct strbuf text;
};

/* A message whose line is not written yet. */
struct entry {
    struct entry *next; /* in the queue, or among those of its bucket's list ... */
    struct entry *same; /* ... here */
    uint64_t packet;
    uint32_t offset; /* of the message in the datagram */
    int64_t time;
    unsigned waiting; /* sets */
    struct strbuf head;
    struct piece *first, *last;
    size_t memory;
};

struct archive {
    struct archive_file *file;
    struct entry *now; /* the message under way */
    struct entry *first,
        *last; /* that wait, the oldest first; those that were written in between have waiting 0 */
    struct entry *bucket[BUCKETS];
    size_t memory;
    int64_t arrival; /* of the last message, ... */
    int64_t
        same; /* ... and how many had the same before it: lines of one key would be one line for the analyzer */
    struct strbuf line;
};

struct archive *archive_new(const struct archive_file_config *config, int64_t now, char *error, size_t size)
{
    struct archive_file *file = archive_file_new(config, now, error, size);
    if (!file)
        return NULL;
    struct archive *archive = alloc_new(sizeof *archive);
    archive->file = file;
    return archive;
}

static void release_text(struct entry *entry)
{
    while (entry->first) {
        struct piece *piece = entry->first;
        entry->first = piece->next;
        strbuf_release(&piece->text);
        free(piece);
    }
    entry->last = NULL;
    strbuf_release(&entry->head);
}

static void free_entry(struct entry *entry)
{
    release_text(entry);
    free(entry);
}

static void write_entry(struct archive *archive, struct entry *entry)
{
    struct strbuf *line = &archive->line;
    strbuf_clear(line);
    strbuf_add(line, entry->head.data, entry->head.length);
    for (const struct piece *piece = entry->first; piece; piece = piece->next) {
        if (piece->text.length == 0)
            continue;
        if (line->data[line->length - 1] == '}')
            strbuf_char(line, ',');
        strbuf_add(line, piece->text.data, piece->text.length);
    }
    archive_text_end(line);
    (void)archive_file_write(archive->file, line->data, line->length, entry->time);
}

static struct entry **bucket_of(struct archive *archive, uint64_t packet, uint32_t offset)
{
    uint64_t hash = (packet * 31 + offset) * UINT64_C(0x9E3779B97F4A7C15);
    return &archive->bucket[hash >> 52];
}

static struct entry *find(struct archive *archive, uint64_t packet, uint32_t offset)
{
    struct entry *entry = *bucket_of(archive, packet, offset);
    while (entry && (entry->packet != packet || entry->offset != offset))
        entry = entry->same;
    return entry;
}

/* Takes an entry out of its bucket; it is written, and stays in the queue until it is the first. */
static void settle(struct archive *archive, struct entry *entry)
{
    struct entry **link = bucket_of(archive, entry->packet, entry->offset);
    while (*link != entry)
        link = &(*link)->same;
    *link = entry->same;
    write_entry(archive, entry);
    release_text(entry);
    archive->memory -= entry->memory - sizeof *entry;
    entry->memory = sizeof *entry;
    entry->waiting = 0;
}

/* Lets go of the queue's front as long as it is written, too old, or too much waits. */
static void drain(struct archive *archive, int64_t now)
{
    while (archive->first) {
        struct entry *entry = archive->first;
        bool due = entry->time < now - WAIT_MOST || archive->memory > MEMORY_MOST;
        if (entry->waiting > 0 && !due)
            return;
        if (entry->waiting > 0)
            settle(archive, entry);
        archive->first = entry->next;
        if (!archive->first)
            archive->last = NULL;
        archive->memory -= entry->memory;
        free_entry(entry);
    }
}

static void enqueue(struct archive *archive, struct entry *entry)
{
    struct entry **bucket = bucket_of(archive, entry->packet, entry->offset);
    entry->same = *bucket;
    *bucket = entry;
    if (archive->last)
        archive->last->next = entry;
    else
        archive->first = entry;
    archive->last = entry;
    archive->memory += entry->memory;
}

void archive_message(struct archive *archive, const struct nfdec_message *message)
{
    struct entry *entry = alloc_new(sizeof *entry);
    archive->same = message->time == archive->arrival ? archive->same + 1 : 0;
    *entry = (struct entry) { .packet = message->packet, .offset = message->offset, .time = message->time };
    archive->arrival = message->time;
    archive_text_begin(&entry->head, message, message->time + archive->same);
    if (archive->now)
        free_entry(archive->now);
    archive->now = entry;
}

static struct piece *add_piece(struct entry *entry, uint32_t number)
{
    struct piece *piece = alloc_new(sizeof *piece);
    piece->number = number;
    if (entry->last)
        entry->last->next = piece;
    else
        entry->first = piece;
    entry->last = piece;
    return piece;
}

/* Flows are what the package calls so: records of data, and in IPFIX of options too. */
static bool holds_flows(const struct nfdec_set *set)
{
    return set->state == NFDEC_SET_DECODED && set->template &&
           (set->kind == NFDEC_SET_DATA || (set->kind == NFDEC_SET_OPTIONS && set->message->version == 10));
}

static void take_late(struct archive *archive, const struct nfdec_set *set)
{
    const struct nfdec_message *message = set->message;
    bool now =
        archive->now && archive->now->packet == message->packet && archive->now->offset == message->offset;
    struct entry *entry = now ? archive->now : find(archive, message->packet, message->offset);
    struct piece *piece = entry ? entry->first : NULL;
    while (piece && piece->number != set->number)
        piece = piece->next;
    if (!piece || entry->waiting == 0)
        return; /* it was written an hour after it came */
    if (holds_flows(set))
        archive_text_set(&piece->text, set);
    entry->waiting--;
    archive->memory += now ? 0 : piece->text.capacity;
    entry->memory += now ? 0 : piece->text.capacity;
    if (entry->waiting == 0 && !now)
        settle(archive, entry);
}

void archive_set(struct archive *archive, const struct nfdec_set *set)
{
    if (set->late) {
        take_late(archive, set);
        return;
    }
    if (!archive->now || (set->state != NFDEC_SET_WAITING && !holds_flows(set)))
        return;
    struct piece *piece = add_piece(archive->now, set->number);
    if (set->state == NFDEC_SET_WAITING)
        archive->now->waiting++;
    else
        archive_text_set(&piece->text, set);
}

void archive_message_end(struct archive *archive, const struct nfdec_message *message)
{
    struct entry *entry = archive->now;
    archive->now = NULL;
    if (entry && entry->waiting > 0) {
        entry->memory = sizeof *entry + entry->head.capacity;
        for (const struct piece *piece = entry->first; piece; piece = piece->next)
            entry->memory += sizeof *piece + piece->text.capacity;
        enqueue(archive, entry);
    } else if (entry) {
        write_entry(archive, entry);
        free_entry(entry);
    }
    drain(archive, message->time);
}

void archive_finish(struct archive *archive)
{
    while (archive->first)
        drain(archive, INT64_MAX);
}

void archive_reopen(struct archive *archive)
{
    archive_file_reopen(archive->file);
}

uint64_t archive_lost(const struct archive *archive)
{
    return archive_file_lost(archive->file);
}

void archive_free(struct archive *archive)
{
    if (!archive)
        return;
    archive_finish(archive);
    if (archive->now)
        free_entry(archive->now);
    archive_file_free(archive->file);
    strbuf_release(&archive->line);
    free(archive);
}
