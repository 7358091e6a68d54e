/* SPDX-License-Identifier: MIT */
/*
 * What no program can be faster than, one number (seconds) a run:
 *
 *     floor null FILE        libpcap reads all frames of a capture, as it comes: stdio's buffer of 4 KiB
 *     floor null256 FILE     the same with a buffer of 256 KiB
 *     floor touch FILE       read() in pieces of 256 KiB, every octet looked at
 *     floor inflate FILE.gz  zlib over a compressed file, in pieces of 256 KiB
 *     floor pretouch MIB     writes to that much fresh memory and gives it back: not timed. On virtual machines
 *                            the first touch of a page costs more than the work to be measured
 *
 * Behind the number is what was seen, to be checked: frames, or octets.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <pcap/pcap.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>
#include <zlib.h>

#define PIECE ((size_t)256 << 10)

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

static int fail(const char *what, const char *why)
{
    fprintf(stderr, "floor: %s: %s\n", what, why);
    return 1;
}

static int report(double start, const char *unit, uint64_t count)
{
    printf("%.6f s, %" PRIu64 " %s\n", now() - start, count, unit);
    return 0;
}

static void count_frame(u_char *user, const struct pcap_pkthdr *header, const u_char *data)
{
    (void)header;
    (void)data;
    ++*(uint64_t *)(void *)user;
}

static int null_loop(const char *path, size_t buffer_size)
{
    char error[PCAP_ERRBUF_SIZE];
    double start = now();
    uint64_t frames = 0;
    FILE *stream = fopen(path, "rb");
    char *buffer = buffer_size ? malloc(buffer_size) : NULL;
    if (!stream)
        return fail(path, strerror(errno));
    if (buffer)
        setvbuf(stream, buffer, _IOFBF, buffer_size);
    pcap_t *pcap = pcap_fopen_offline(stream, error);
    if (!pcap)
        return fail(path, error);
    if (pcap_loop(pcap, -1, count_frame, (u_char *)&frames) != 0)
        return fail(path, pcap_geterr(pcap));
    pcap_close(pcap);
    free(buffer);
    return report(start, "frames", frames);
}

static int touch(const char *path)
{
    double start = now();
    uint64_t octets = 0, sum = 0;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    uint64_t *buffer = malloc(PIECE);
    ssize_t got;
    if (fd < 0 || !buffer)
        return fail(path, strerror(errno));
    while ((got = read(fd, buffer, PIECE)) > 0) {
        octets += (uint64_t)got;
        for (size_t i = 0; i < (size_t)got / sizeof *buffer; i++)
            sum += buffer[i];
    }
    free(buffer);
    close(fd);
    if (sum == 1) /* the sum is wanted, or the compiler leaves it out */
        puts("");
    return report(start, "octets", octets);
}

static int inflate_file(const char *path)
{
    double start = now();
    uint64_t octets = 0;
    int fd = open(path, O_RDONLY | O_CLOEXEC), status = Z_OK;
    uint8_t *in = malloc(PIECE), *out = malloc(PIECE);
    z_stream stream = { 0 };
    ssize_t got;
    if (fd < 0 || !in || !out || inflateInit2(&stream, 16 + MAX_WBITS) != Z_OK)
        return fail(path, strerror(errno));
    while (status == Z_OK && (got = read(fd, in, PIECE)) > 0) {
        stream.next_in = in;
        stream.avail_in = (uInt)got;
        while (status == Z_OK && stream.avail_in > 0) {
            stream.next_out = out;
            stream.avail_out = (uInt)PIECE;
            status = inflate(&stream, Z_NO_FLUSH);
            octets += PIECE - stream.avail_out;
        }
    }
    inflateEnd(&stream);
    free(in);
    free(out);
    close(fd);
    return status == Z_STREAM_END ? report(start, "octets", octets) : fail(path, "not a whole gzip file");
}

/*
 * In huge pages, as the program takes most of its memory. A host that lets go of a guest's free memory does so a
 * moment later: what the first round had to wait for, the second finds there.
 */
static int pretouch(const char *mib)
{
    size_t size = strtoul(mib, NULL, 10) << 20;
    for (int round = 0; round < 2; round++) {
        uint8_t *memory =
            mmap(NULL, size ? size : 1, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (memory == MAP_FAILED)
            return fail("pretouch", strerror(errno));
        (void)madvise(memory, size, MADV_HUGEPAGE);
        for (size_t i = 0; i < size; i += 4096)
            *(volatile uint8_t *)(memory + i) = 1;
        (void)munmap(memory, size ? size : 1);
    }
    return 0;
}

int main(int argc, char *argv[])
{
    const char *what = argc == 3 ? argv[1] : "";
    if (!strcmp(what, "null"))
        return null_loop(argv[2], 0);
    if (!strcmp(what, "null256"))
        return null_loop(argv[2], PIECE);
    if (!strcmp(what, "touch"))
        return touch(argv[2]);
    if (!strcmp(what, "inflate"))
        return inflate_file(argv[2]);
    if (!strcmp(what, "pretouch"))
        return pretouch(argv[2]);
    fputs("usage: floor null|null256|touch|inflate FILE, floor pretouch MIB\n", stderr);
    return 2;
}
