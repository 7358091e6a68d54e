/* SPDX-License-Identifier: MIT */
#include "capture/device.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <pcap.h>

#include "base/alloc.h"
#include "base/time.h"
#include "capture/link.h"

#define NAME_MOST 255

struct device {
    pcap_t *pcap;
    char name[NAME_MOST + 1];
    char remark[TROUBLE_LINE]; /* of libpcap on what it could not do; "": none */
    int descriptor;
    bool nanoseconds;
    uint16_t link;
    struct device_config config;
    struct pcap_stat seen; /* libpcap's counters, which wrap */
    struct input_counts counts;
};

static const char *state_of(const pcap_if_t *interface)
{
    if (!(interface->flags & PCAP_IF_UP))
        return "down";
    if (!(interface->flags & PCAP_IF_RUNNING))
        return "up";
    return interface->flags & PCAP_IF_LOOPBACK ? "running, loopback" : "running";
}

bool device_list(void (*tell)(void *user, unsigned number, const char *name, const char *description,
                              const char *state),
                 void *user, char error[TROUBLE_LINE])
{
    char text[PCAP_ERRBUF_SIZE];
    pcap_if_t *all;
    unsigned number = 0;
    if (pcap_findalldevs(&all, text) != 0) {
        (void)snprintf(error, TROUBLE_LINE, "cannot list interfaces: %s", text);
        return false;
    }
    for (const pcap_if_t *each = all; each; each = each->next)
        tell(user, ++number, each->name, each->description ? each->description : "", state_of(each));
    pcap_freealldevs(all);
    return true;
}

/* What a number in the list stands for. */
struct wanted {
    unsigned long number;
    unsigned count;
    char *name;
};

static void note_wanted(void *user, unsigned number, const char *name, const char *description,
                        const char *state)
{
    (void)description, (void)state;
    struct wanted *wanted = user;
    wanted->count = number;
    if (number == wanted->number)
        (void)snprintf(wanted->name, NAME_MOST + 1, "%s", name);
}

/* A name is taken as it is; a number is looked up. */
static enum device_fault find_name(const char *given, char name[NAME_MOST + 1], char error[TROUBLE_LINE])
{
    size_t digits = strspn(given, "0123456789");
    (void)snprintf(name, NAME_MOST + 1, "%s", given);
    if (digits == 0 || given[digits] != '\0')
        return DEVICE_FINE;
    struct wanted wanted = { .number = strtoul(given, NULL, 10), .name = name };
    name[0] = '\0';
    if (!device_list(note_wanted, &wanted, error))
        return DEVICE_FAILED;
    if (name[0])
        return DEVICE_FINE;
    (void)snprintf(error, TROUBLE_LINE, "no interface has number %.20s; the last one is %u, see -D", given,
                   wanted.count);
    return DEVICE_UNKNOWN;
}

static enum device_fault fail(char error[TROUBLE_LINE], enum device_fault fault, const char *name,
                              const char *why)
{
    (void)snprintf(error, TROUBLE_LINE, "cannot capture on %.64s: %.300s", name, why);
    return fault;
}

/* What pcap_activate() says, where it is an error. */
static enum device_fault explain(struct device *device, int result, char error[TROUBLE_LINE])
{
    const char *text = pcap_geterr(device->pcap);
    switch (result) {
    case PCAP_ERROR_NO_SUCH_DEVICE:
        (void)snprintf(error, TROUBLE_LINE, "no interface is called '%.64s'", device->name);
        return DEVICE_UNKNOWN;
    case PCAP_ERROR_PERM_DENIED:
    case PCAP_ERROR_PROMISC_PERM_DENIED:
        (void)snprintf(error, TROUBLE_LINE, "no permission to capture on %.64s", device->name);
        return DEVICE_FORBIDDEN;
    case PCAP_ERROR_IFACE_NOT_UP:
        return fail(error, DEVICE_FAILED, device->name, "it is down");
    case PCAP_ERROR:
        return fail(error, DEVICE_FAILED, device->name, text);
    default:
        return fail(error, DEVICE_FAILED, device->name, *text ? text : pcap_statustostr(result));
    }
}

static enum device_fault activate(struct device *device, char error[TROUBLE_LINE])
{
    const struct device_config *config = &device->config;
    char text[PCAP_ERRBUF_SIZE];
    device->pcap = pcap_create(device->name, text);
    if (!device->pcap)
        return fail(error, DEVICE_FAILED, device->name, text);
    (void)pcap_set_snaplen(device->pcap, config->snaplen ? (int)config->snaplen : DEVICE_SNAPLEN);
    (void)pcap_set_promisc(device->pcap, !config->no_promiscuous);
    (void)pcap_set_immediate_mode(device->pcap, 1);
    (void)pcap_set_buffer_size(device->pcap, config->buffer < INT_MAX ? (int)config->buffer : INT_MAX);
    device->nanoseconds = pcap_set_tstamp_precision(device->pcap, PCAP_TSTAMP_PRECISION_NANO) == 0;
    int result = pcap_activate(device->pcap);
    if (result < 0)
        return explain(device, result, error);
    if (result == PCAP_WARNING || result == PCAP_WARNING_PROMISC_NOTSUP)
        (void)snprintf(device->remark, sizeof device->remark, "%.300s", pcap_geterr(device->pcap));
    return DEVICE_FINE;
}

static enum device_fault set_link_type(struct device *device, char error[TROUBLE_LINE])
{
    const char *wanted = device->config.link_type;
    if (!wanted)
        return DEVICE_FINE;
    int dlt = pcap_datalink_name_to_val(wanted);
    if (dlt >= 0 && pcap_set_datalink(device->pcap, dlt) == 0)
        return DEVICE_FINE;
    (void)snprintf(error, TROUBLE_LINE, "%.64s has no link type '%.64s'; -L lists those it has", device->name,
                   wanted);
    return DEVICE_LINK_TYPE;
}

static enum device_fault set_filter(struct device *device, char error[TROUBLE_LINE])
{
    struct bpf_program program;
    const char *filter = device->config.filter;
    if (!filter)
        return DEVICE_FINE;
    if (pcap_compile(device->pcap, &program, filter, 1, PCAP_NETMASK_UNKNOWN) != 0) {
        (void)snprintf(error, TROUBLE_LINE, "the filter does not fit packets of %.64s: %.300s", device->name,
                       pcap_geterr(device->pcap));
        return DEVICE_FILTER;
    }
    int result = pcap_setfilter(device->pcap, &program);
    pcap_freecode(&program);
    return result == 0 ? DEVICE_FINE : fail(error, DEVICE_FAILED, device->name, pcap_geterr(device->pcap));
}

static enum device_fault start(struct device *device, char error[TROUBLE_LINE])
{
    char text[PCAP_ERRBUF_SIZE];
    enum device_fault fault = find_name(device->config.name, device->name, error);
    if (!fault)
        fault = activate(device, error);
    if (!fault)
        fault = set_link_type(device, error);
    if (!fault)
        fault = set_filter(device, error);
    if (!fault && pcap_setnonblock(device->pcap, 1, text) != 0)
        fault = fail(error, DEVICE_FAILED, device->name, text);
    if (fault)
        return fault;
    device->link = link_from_dlt(pcap_datalink(device->pcap));
    device->descriptor = pcap_get_selectable_fd(device->pcap);
    return DEVICE_FINE;
}

static enum input_result device_next(void *self, struct frame *frame, struct trouble *trouble)
{
    struct device *device = self;
    struct pcap_pkthdr *header;
    const u_char *data;
    int result = pcap_next_ex(device->pcap, &header, &data);
    if (result == 0)
        return INPUT_LATER;
    if (result < 0) {
        trouble_set(trouble, TROUBLE_GONE, "%s", pcap_geterr(device->pcap));
        return INPUT_END;
    }
    frame->data = data;
    frame->length = header->caplen;
    frame->wire_length = header->len;
    frame->time =
        header->ts.tv_sec * TIME_SECOND + header->ts.tv_usec * (device->nanoseconds ? 1 : INT64_C(1000));
    frame->link = device->link;
    device->counts.received++;
    return INPUT_FRAME;
}

static int device_descriptor(const void *self)
{
    const struct device *device = self;
    return device->descriptor;
}

static bool device_counts(void *self, struct input_counts *counts)
{
    struct device *device = self;
    struct pcap_stat now;
    if (pcap_stats(device->pcap, &now) == 0) {
        device->counts.dropped += now.ps_drop - device->seen.ps_drop;
        device->counts.dropped_interface += now.ps_ifdrop - device->seen.ps_ifdrop;
        device->seen = now;
    }
    *counts = device->counts;
    return true;
}

static void device_describe(const void *self, struct strbuf *out)
{
    const struct device *device = self;
    int dlt = pcap_datalink(device->pcap);
    const char *description = pcap_datalink_val_to_description_or_dlt(dlt);
    strbuf_text(out, "capturing on ");
    strbuf_clean(out, device->name, strlen(device->name));
    strbuf_format(out, " (%s), snapshot length %d, buffer ", description, pcap_snapshot(device->pcap));
    input_describe_size(out, device->config.buffer);
    if (*device->remark) {
        strbuf_text(out, "; ");
        strbuf_clean(out, device->remark, strlen(device->remark));
    }
}

static void device_close(void *self)
{
    struct device *device = self;
    if (device->pcap)
        pcap_close(device->pcap);
    free(device);
}

static const struct input_ops device_input = {
    .next = device_next,
    .descriptor = device_descriptor,
    .counts = device_counts,
    .describe = device_describe,
    .close = device_close,
};

enum device_fault device_open(struct input *input, const struct device_config *config,
                              char error[TROUBLE_LINE])
{
    struct device *device = alloc_new(sizeof *device);
    device->config = *config;
    *input = (struct input) { .ops = &device_input, .self = device, .live = true, .filtered = true };
    enum device_fault fault = start(device, error);
    input->name = alloc_text(device->name);
    return fault;
}

enum device_fault device_link_types(const struct device_config *config,
                                    void (*tell)(void *user, const char *name, const char *description),
                                    void *user, char error[TROUBLE_LINE])
{
    struct device device = { .config = *config };
    int *types = NULL;
    enum device_fault fault = find_name(config->name, device.name, error);
    if (!fault)
        fault = activate(&device, error);
    int count = fault ? 0 : pcap_list_datalinks(device.pcap, &types);
    for (int i = 0; i < count; i++) {
        const char *name = pcap_datalink_val_to_name(types[i]);
        if (name)
            tell(user, name, pcap_datalink_val_to_description(types[i]));
    }
    if (count > 0)
        pcap_free_datalinks(types);
    if (device.pcap)
        pcap_close(device.pcap);
    return fault;
}
