/* SPDX-License-Identifier: MIT */
/*
 * Own code for two small formats: libpcap writes one link type and microseconds or nanoseconds, and no pcapng. Numbers
 * are little-endian whatever the machine, so that the same input makes the same file everywhere.
 *
 *     pcap    header 24, then for each frame a header of 16 octets and its octets (classic.c)
 *     pcapng  section header; for each link type, once it occurs, an interface with times in nanoseconds (if_tsresol 9);
 *             for each frame an enhanced packet block   (draft-ietf-opsawg-pcapng sections 4.1 to 4.3)
 */
#include "capture/writer.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <zlib.h>

#include "base/alloc.h"

#define BUFFER     ((size_t)256 << 10)
#define HEAD_MOST  64u     /* octets of the longest header */
#define SNAPLEN    262144u /* what libpcap takes for all link types that are usual */
#define LINKS_MOST 64u
#define NS         1000000000
#define MAGIC_NANO 0xa1b23c4du
#define PCAP_LINK  1u /* of a file without frames: Ethernet */
#define NAME_SHOWN 240

struct writer {
    int fd;
    gzFile gz; /* NULL: not compressed, or not begun; owns fd */
    bool gzip, pcapng, begun, flush;
    char *name; /* as messages say it */
    char *path;
    bool created; /* by us */
    uint64_t frames;
    uint64_t written;          /* octets, before they are compressed, without those in the buffer */
    uint16_t link[LINKS_MOST]; /* of the interfaces; pcap: one */
    unsigned links;
    int error;  /* errno; 0: none */
    bool mixed; /* the failure is a second link type, other_link */
    uint16_t other_link;
    size_t length; /* octets in the buffer */
    uint8_t buffer[BUFFER];
};

static bool ends_in(const char *name, size_t length, const char *end)
{
    size_t n = strlen(end);
    return length > n && memcmp(name + length - n, end, n) == 0;
}

static char *shown_name(const char *path)
{
    char text[NAME_SHOWN + 8];
    size_t length = strlen(path);
    bool shorten = length > NAME_SHOWN;
    if (!strcmp(path, "-"))
        return alloc_text("standard output");
    (void)snprintf(text, sizeof text, "'%s%s'", shorten ? "..." : "",
                   path + (shorten ? length - NAME_SHOWN : 0));
    return alloc_text(text);
}

/* The input that is the same file, or NULL. */
static const char *same_file(const struct writer_config *config, int fd)
{
    struct stat out, in;
    if (fstat(fd, &out) != 0 || !S_ISREG(out.st_mode))
        return NULL;
    for (size_t i = 0; i < config->input_count; i++) {
        const char *path = config->inputs[i];
        int failed = strcmp(path, "-") ? stat(path, &in) : fstat(STDIN_FILENO, &in);
        if (failed == 0 && in.st_dev == out.st_dev && in.st_ino == out.st_ino)
            return path;
    }
    return NULL;
}

/* Nothing is emptied before it is sure that it may be. */
static int open_path(const struct writer_config *config, const char *name, bool *created,
                     char error[CAPTURE_ERROR])
{
    bool standard = strcmp(config->path, "-") == 0;
    int fd = standard ? fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 0)
                      : open(config->path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    *created = !standard && fd >= 0;
    if (fd < 0 && !standard && errno == EEXIST)
        fd = open(config->path, O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
    if (fd < 0) {
        (void)snprintf(error, CAPTURE_ERROR, "cannot write %s: %s", name, strerror(errno));
        return -1;
    }
    if (!same_file(config, fd))
        return fd;
    (void)snprintf(error, CAPTURE_ERROR, "cannot write %s: it is the input", name);
    (void)close(fd);
    return -1;
}

struct writer *writer_new(const struct writer_config *config, char error[CAPTURE_ERROR])
{
    size_t length = strlen(config->path);
    bool gzip = ends_in(config->path, length, ".gz");
    char *name = shown_name(config->path);
    bool created;
    int fd = open_path(config, name, &created, error);
    if (fd < 0) {
        free(name);
        return NULL;
    }
    struct writer *w = alloc_new(sizeof *w);
    w->fd = fd;
    w->gzip = gzip;
    w->name = name;
    w->path = alloc_text(config->path);
    w->created = created;
    w->flush = config->flush;
    w->pcapng = config->pcapng || ends_in(config->path, gzip ? length - 3 : length, ".pcapng");
    return w;
}

static void fail(struct writer *w, int error)
{
    if (!w->error)
        w->error = error ? error : EIO;
}

static void write_all(struct writer *w, const uint8_t *octets, size_t length)
{
    w->written += length;
    while (length > 0 && !w->error) {
        ssize_t done;
        errno = 0;
        if (w->gz)
            done = gzwrite(w->gz, octets, (unsigned)length);
        else
            done = write(w->fd, octets, length);
        if (done > 0) {
            octets += done;
            length -= (size_t)done;
        } else if (errno != EINTR || w->gz) {
            fail(w, errno);
        }
    }
}

static void drain(struct writer *w)
{
    write_all(w, w->buffer, w->length);
    w->length = 0;
}

static void put(struct writer *w, const uint8_t *octets, size_t length)
{
    if (length > BUFFER - w->length)
        drain(w);
    if (length > BUFFER) {
        write_all(w, octets, length);
        return;
    }
    memcpy(w->buffer + w->length, octets, length);
    w->length += length;
}

/* A header under construction. */
struct head {
    uint8_t octets[HEAD_MOST];
    size_t length;
};

static void add(struct head *head, uint64_t value, unsigned octets)
{
    for (unsigned i = 0; i < octets; i++)
        head->octets[head->length++] = (uint8_t)(value >> 8 * i);
}

static void begin_pcap(struct writer *w, uint16_t link)
{
    struct head head = { .length = 0 };
    add(&head, MAGIC_NANO, 4);
    add(&head, 2, 2);
    add(&head, 4, 2);
    add(&head, 0, 8);
    add(&head, SNAPLEN, 4);
    add(&head, link, 4);
    w->link[w->links++] = link;
    put(w, head.octets, head.length);
}

static void begin_pcapng(struct writer *w)
{
    struct head head = { .length = 0 };
    add(&head, 0x0a0d0d0a, 4);
    add(&head, 28, 4);
    add(&head, 0x1a2b3c4d, 4);
    add(&head, 1, 2);
    add(&head, 0, 2);
    add(&head, UINT64_MAX, 8); /* length of the section: not said */
    add(&head, 28, 4);
    put(w, head.octets, head.length);
}

static void begin_interface(struct writer *w, uint16_t link)
{
    struct head head = { .length = 0 };
    add(&head, 1, 4);
    add(&head, 32, 4);
    add(&head, link, 2);
    add(&head, 0, 2);
    add(&head, 0, 4); /* snapshot length: no limit */
    add(&head, 9, 2); /* if_tsresol */
    add(&head, 1, 2);
    add(&head, 9, 4); /* ... 10^-9, padded */
    add(&head, 0, 4); /* end of options */
    add(&head, 32, 4);
    w->link[w->links++] = link;
    put(w, head.octets, head.length);
}

/* From here on the file is ours; what it held goes. */
static void begin(struct writer *w, uint16_t link)
{
    struct stat status;
    w->begun = true;
    if (strcmp(w->path, "-") != 0 && fstat(w->fd, &status) == 0 && S_ISREG(status.st_mode) &&
        ftruncate(w->fd, 0) != 0)
        fail(w, errno);
    if (w->gzip && !(w->gz = gzdopen(w->fd, "wb")))
        fail(w, ENOMEM);
    if (w->pcapng)
        begin_pcapng(w);
    else
        begin_pcap(w, link);
}

void writer_expect_links(struct writer *w)
{
    w->pcapng |= !w->begun;
}

/* The interface of a link type, which may be a new one; LINKS_MOST: there can be no more. */
static unsigned interface_of(struct writer *w, uint16_t link)
{
    unsigned i = 0;
    while (i < w->links && w->link[i] != link)
        i++;
    if (i < w->links || i == LINKS_MOST)
        return i;
    if (w->pcapng) {
        begin_interface(w, link);
        return i;
    }
    drain(w); /* what fits is there to be read */
    w->mixed = true;
    w->other_link = link;
    fail(w, EINVAL);
    return LINKS_MOST;
}

static void put_pcap(struct writer *w, const struct frame *frame)
{
    struct head head = { .length = 0 };
    uint64_t time = frame->time > 0 ? (uint64_t)frame->time : 0;
    add(&head, time / NS, 4);
    add(&head, time % NS, 4);
    add(&head, frame->length, 4);
    add(&head, frame->wire_length, 4);
    put(w, head.octets, head.length);
    put(w, frame->data, frame->length);
}

static void put_pcapng(struct writer *w, const struct frame *frame, unsigned interface)
{
    static const uint8_t padding[4] = { 0 };
    struct head head = { .length = 0 }, tail = { .length = 0 };
    uint64_t time = frame->time > 0 ? (uint64_t)frame->time : 0;
    uint32_t pad = -frame->length & 3, total = 32 + frame->length + pad;
    add(&head, 6, 4);
    add(&head, total, 4);
    add(&head, interface, 4);
    add(&head, time >> 32, 4);
    add(&head, time & UINT32_MAX, 4);
    add(&head, frame->length, 4);
    add(&head, frame->wire_length, 4);
    put(w, head.octets, head.length);
    put(w, frame->data, frame->length);
    put(w, padding, pad);
    add(&tail, total, 4);
    put(w, tail.octets, tail.length);
}

bool writer_frame(struct writer *w, const struct frame *frame)
{
    if (!w->begun)
        begin(w, frame->link);
    unsigned interface = interface_of(w, frame->link);
    if (interface == LINKS_MOST)
        fail(w, EINVAL);
    if (w->error)
        return false;
    if (w->pcapng)
        put_pcapng(w, frame, interface);
    else
        put_pcap(w, frame);
    w->frames++;
    return w->flush ? writer_flush(w) : !w->error;
}

bool writer_flush(struct writer *w)
{
    drain(w);
    errno = 0;
    if (w->gz && !w->error && gzflush(w->gz, Z_SYNC_FLUSH) != Z_OK)
        fail(w, errno);
    return !w->error;
}

uint64_t writer_octets(const struct writer *w)
{
    return w->written + w->length;
}

uint64_t writer_frames(const struct writer *w)
{
    return w->frames;
}

static void explain(const struct writer *w, char error[CAPTURE_ERROR])
{
    *error = '\0';
    if (w->mixed)
        (void)snprintf(error, CAPTURE_ERROR,
                       "cannot write %s: packets of link types %u and %u do not fit into one pcap file; "
                       "give it a name ending in .pcapng",
                       w->name, w->link[0], w->other_link);
    else if (w->error && w->error != EPIPE)
        (void)snprintf(error, CAPTURE_ERROR, "cannot write %s: %s", w->name, strerror(w->error));
}

static void release(struct writer *w)
{
    free(w->name);
    free(w->path);
    free(w);
}

bool writer_close(struct writer *w, char error[CAPTURE_ERROR])
{
    if (!w->begun)
        begin(w, PCAP_LINK);
    drain(w);
    errno = 0;
    if (w->gz) {
        int result = gzclose(w->gz);
        if (result != Z_OK)
            fail(w, errno);
    } else if (close(w->fd) != 0) {
        fail(w, errno);
    }
    bool whole = !w->error;
    explain(w, error);
    release(w);
    return whole;
}

void writer_drop(struct writer *w)
{
    if (w->created && !w->begun)
        (void)unlink(w->path);
    if (w->begun)
        drain(w);
    if (w->gz)
        (void)gzclose(w->gz);
    else
        (void)close(w->fd);
    release(w);
}
