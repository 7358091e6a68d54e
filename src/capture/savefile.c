/* SPDX-License-Identifier: MIT */
#include "capture/savefile.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <pcap.h>

#include "base/alloc.h"
#include "base/be.h"
#include "capture/link.h"

struct savefile {
    pcap_t *pcap; /* owns the stream */
    uint16_t link;
};

static bool savefile_recognises(const uint8_t *head)
{
    static const uint32_t magics[] = {
        0xa1b2c3d4, 0xd4c3b2a1, /* microseconds */
        0xa1b23c4d, 0x4d3cb2a1, /* nanoseconds */
        0xa1b2cd34, 0x34cdb2a1, /* Kuznetzov's patched libpcap: longer packet headers */
    };
    for (size_t i = 0; i < sizeof magics / sizeof magics[0]; i++)
        if (be32(head) == magics[i])
            return true;
    return false;
}

/* libpcap has only its error texts to tell a file that ends too early from one with wrong octets. */
static void explain(const char *text, struct trouble *trouble)
{
    unsigned wanted, got;
    if (sscanf(text, "truncated dump file; tried to read %u captured bytes, only got %u", &wanted, &got) == 2)
        trouble_set(trouble, TROUBLE_CUT, "%u of %u octets of the next", got, wanted);
    else if (sscanf(text, "truncated dump file; tried to read %u header bytes, only got %u", &wanted, &got) ==
             2)
        trouble_set(trouble, TROUBLE_CUT, "%u of %u octets of the next packet's header", got, wanted);
    else if (sscanf(text, "truncated dump file; tried to read %u file header bytes", &wanted) == 1)
        trouble_set(trouble, TROUBLE_CUT, "less than the %u octets of the file header", wanted);
    else if (sscanf(text, "invalid packet capture length %u", &wanted) == 1)
        trouble_set(trouble, TROUBLE_DAMAGED, "a packet that claims %u octets", wanted);
    else
        trouble_set(trouble, strstr(text, "truncated") ? TROUBLE_CUT : TROUBLE_DAMAGED, "%s", text);
}

static void *savefile_open(struct window *window, struct trouble *trouble)
{
    char text[PCAP_ERRBUF_SIZE] = "";
    FILE *stream = window_stream(window);
    if (!stream) {
        trouble_set(trouble, TROUBLE_DAMAGED, "out of memory");
        return NULL;
    }
    pcap_t *pcap = pcap_fopen_offline_with_tstamp_precision(stream, PCAP_TSTAMP_PRECISION_NANO, text);
    if (!pcap) {
        explain(text, trouble);
        (void)fclose(stream);
        return NULL;
    }
    struct savefile *savefile = alloc_new(sizeof *savefile);
    savefile->pcap = pcap;
    savefile->link = link_from_dlt(pcap_datalink(pcap));
    return savefile;
}

static bool savefile_next(void *reader, struct frame *frame, struct trouble *trouble)
{
    struct savefile *savefile = reader;
    struct pcap_pkthdr *header;
    const u_char *data;
    int result = pcap_next_ex(savefile->pcap, &header, &data);
    if (result != 1) {
        if (result == PCAP_ERROR)
            explain(pcap_geterr(savefile->pcap), trouble);
        return false;
    }
    frame->data = data;
    frame->length = header->caplen;
    frame->wire_length = header->len;
    /* Seconds are unsigned in the file; libpcap extends their sign. tv_usec holds nanoseconds here. */
    frame->time = (int64_t)(uint32_t)header->ts.tv_sec * 1000000000 + header->ts.tv_usec;
    frame->link = savefile->link;
    return true;
}

static void savefile_close(void *reader)
{
    struct savefile *savefile = reader;
    pcap_close(savefile->pcap);
    free(savefile);
}

const struct reader_ops savefile_reader = {
    .patient = true,
    .recognises = savefile_recognises,
    .open = savefile_open,
    .next = savefile_next,
    .close = savefile_close,
};
