/* SPDX-License-Identifier: MIT */
/*
 * Writes a capture of exported flows, and beside it what it holds.
 *
 *     generate KIND FLOWS FILE [--exporters N] [--templates N] [--hosts N] [--loss PERCENT] [--reorder PERCENT]
 *              [--seed N]
 *
 * KIND is v5, v9, ipfix or mix (one exporter after the other of each). The same arguments make the same octets.
 * FILE.truth.json says what a reader has to find.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "exporter.h"

#define SLOTS       32 /* conversations of an exporter whose other flows are still to come */
#define IP6_PERCENT 30 /* of conversations that v9 and IPFIX exporters see */

struct options {
    const char *kind, *path;
    uint64_t flows, seed;
    uint32_t exporters, templates, hosts;
    double loss, reorder;
};

struct station {
    struct exporter exporter;
    struct talk slot[SLOTS]; /* stages 0: empty */
};

struct generator {
    struct options options;
    struct traffic traffic;
    struct capfile file;
    struct outlet outlet;
    struct station *stations;
    struct prng prng;
    uint64_t planned; /* flows of all conversations so far */
    uint64_t connections, singles;
};

static void die(const char *text, const char *word)
{
    fprintf(stderr, "generate: %s%s\n", text, word);
    exit(2);
}

static double number(const char *word, double least, double most)
{
    char *end;
    double value = strtod(word, &end);
    if (end == word || *end || value < least || value > most)
        die("not in range: ", word);
    return value;
}

static void take_option(struct options *o, const char *name, const char *value)
{
    if (!value)
        die("no value for ", name);
    if (!strcmp(name, "--exporters"))
        o->exporters = (uint32_t)number(value, 1, 100000);
    else if (!strcmp(name, "--templates"))
        o->templates = (uint32_t)number(value, 1, 1e6);
    else if (!strcmp(name, "--hosts"))
        o->hosts = (uint32_t)number(value, 16, TRAFFIC_HOSTS_MAX);
    else if (!strcmp(name, "--loss"))
        o->loss = number(value, 0, 90);
    else if (!strcmp(name, "--reorder"))
        o->reorder = number(value, 0, 90);
    else if (!strcmp(name, "--seed"))
        o->seed = (uint64_t)number(value, 0, 1e15);
    else
        die("no such option: ", name);
}

static struct options parse(int argc, char *argv[])
{
    struct options o = { .exporters = 8, .hosts = 50000, .seed = 1 };
    if (argc < 4)
        die("usage: generate KIND FLOWS FILE [--exporters N] [--templates N] [--hosts N] [--loss PERCENT] "
            "[--reorder PERCENT] [--seed N]",
            "");
    o.kind = argv[1];
    o.flows = (uint64_t)number(argv[2], 1, 1e9);
    o.path = argv[3];
    for (int i = 4; i < argc; i += 2)
        take_option(&o, argv[i], argv[i + 1]);
    if (strcmp(o.kind, "v5") && strcmp(o.kind, "v9") && strcmp(o.kind, "ipfix") && strcmp(o.kind, "mix"))
        die("no such kind: ", o.kind);
    return o;
}

static uint16_t version_of(const char *kind, uint32_t index)
{
    static const uint16_t versions[] = { 9, 10, 5 };
    if (!strcmp(kind, "mix"))
        return versions[index % 3];
    return !strcmp(kind, "v5") ? 5 : !strcmp(kind, "v9") ? 9 : 10;
}

static void set_up(struct generator *g)
{
    const struct options *o = &g->options;
    uint32_t with_templates = 0;
    g->prng.state = o->seed ^ 0x5EED;
    traffic_init(&g->traffic, o->seed, o->hosts, o->flows);
    capfile_open(&g->file, o->path);
    g->outlet = (struct outlet) {
        .file = &g->file, .prng = { o->seed ^ 0x1055 }, .loss = o->loss, .reorder = o->reorder
    };
    g->stations = calloc(o->exporters, sizeof *g->stations);
    if (!g->stations)
        die("no memory", "");
    for (uint32_t i = 0; i < o->exporters; i++)
        with_templates += version_of(o->kind, i) != 5;
    for (uint32_t i = 0; i < o->exporters; i++)
        exporter_init(&g->stations[i].exporter, i, version_of(o->kind, i),
                      with_templates ? o->templates / with_templates : 0, o->flows / o->exporters);
}

/* Exports the conversation's next flow; when it was the last, the conversation is over. */
static void advance(struct generator *g, struct station *station, struct talk *talk)
{
    int64_t now = traffic_clock(&g->traffic) + 250;
    if (exporter_add(&station->exporter, &g->outlet, talk, now)) {
        talk->seen[talk->stage & 1] = true;
        traffic_meet(&g->traffic, talk);
    }
    if (++talk->stage < talk->stages)
        return;
    g->connections += talk->seen[0] && talk->seen[1];
    g->singles += talk->seen[0] != talk->seen[1];
    talk->stages = 0;
}

/* A conversation begins in a slot; what was there before is one flow further then, or done. */
static void begin_talk(struct generator *g)
{
    struct station *station = &g->stations[prng_below(&g->prng, g->options.exporters)];
    struct talk *slot = &station->slot[prng_below(&g->prng, SLOTS)];
    bool ip6 = station->exporter.version != 5 && prng_below(&g->prng, 100) < IP6_PERCENT;
    uint64_t left = g->options.flows - g->planned;
    while (slot->stages)
        advance(g, station, slot);
    traffic_next(&g->traffic, ip6, slot);
    if (slot->stages > left)
        slot->stages = (uint8_t)left;
    g->planned += slot->stages;
    advance(g, station, slot);
}

static void finish(struct generator *g)
{
    for (uint32_t i = 0; i < g->options.exporters; i++) {
        struct station *station = &g->stations[i];
        for (unsigned s = 0; s < SLOTS; s++)
            while (station->slot[s].stages)
                advance(g, station, &station->slot[s]);
        exporter_flush(&station->exporter, &g->outlet, traffic_clock(&g->traffic) + 250);
    }
    outlet_release(&g->outlet, traffic_clock(&g->traffic) + 250);
    capfile_close(&g->file);
}

static void add(struct exporter_truth *sum, const struct exporter_truth *truth)
{
    sum->frames += truth->frames;
    sum->flows += truth->flows;
    sum->options += truth->options;
    sum->bytes += truth->bytes;
    sum->packets += truth->packets;
    sum->templates += truth->templates;
    sum->lost += truth->lost;
    sum->reordered += truth->reordered;
}

static void write_truth(FILE *out, const struct exporter_truth *t)
{
    fprintf(out,
            "\"frames\":%" PRIu64 ",\"flows\":%" PRIu64 ",\"options\":%" PRIu64 ",\"bytes\":%" PRIu64
            ",\"packets\":%" PRIu64 ",\"templates\":%" PRIu64 ",\"lost\":%" PRIu64 ",\"reordered\":%" PRIu64,
            t->frames, t->flows, t->options, t->bytes, t->packets, t->templates, t->lost, t->reordered);
}

static void write_exporter(FILE *out, const struct exporter *e)
{
    const char *unit = e->version == 5 ? "flows" : e->version == 9 ? "packets" : "records";
    fprintf(out, "  {\"exporter\":\"%u.%u.%u.%u\",\"port\":%u,\"version\":%u,\"domain\":%u,\"unit\":\"%s\",",
            e->address >> 24, e->address >> 16 & 255, e->address >> 8 & 255, e->address & 255, e->port,
            e->version, e->domain, unit);
    write_truth(out, &e->truth);
    fputc('}', out);
}

static void write_summary(const struct generator *g)
{
    const struct options *o = &g->options;
    size_t length = strlen(o->path) + sizeof ".truth.json";
    char *path = malloc(length);
    struct exporter_truth sum = { 0 };
    if (!path)
        die("no memory", "");
    (void)snprintf(path, length, "%s.truth.json", o->path);
    FILE *out = fopen(path, "w");
    if (!out)
        die("cannot write ", path);
    free(path);
    for (uint32_t i = 0; i < o->exporters; i++)
        add(&sum, &g->stations[i].exporter.truth);
    fprintf(out, "{\"kind\":\"%s\",\"seed\":%" PRIu64 ",\"octets\":%" PRIu64 ",\"dropped\":%" PRIu64 ",\n",
            o->kind, o->seed, g->file.octets, g->outlet.dropped);
    write_truth(out, &sum);
    fprintf(out,
            ",\"connections\":%" PRIu64 ",\"singles\":%" PRIu64 ",\"addresses\":%" PRIu64
            ",\n\"exporters\":[\n",
            g->connections, g->singles, traffic_addresses(&g->traffic));
    for (uint32_t i = 0; i < o->exporters; i++) {
        write_exporter(out, &g->stations[i].exporter);
        fputs(i + 1 < o->exporters ? ",\n" : "\n", out);
    }
    fputs("]}\n", out);
    if (fclose(out) != 0)
        die("cannot write: ", strerror(errno));
}

int main(int argc, char *argv[])
{
    struct generator g = { .options = parse(argc, argv) };
    set_up(&g);
    while (g.planned < g.options.flows)
        begin_talk(&g);
    finish(&g);
    write_summary(&g);
    traffic_release(&g.traffic);
    free(g.stations);
    return 0;
}
