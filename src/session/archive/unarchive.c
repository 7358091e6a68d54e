/* SPDX-License-Identifier: MIT */
#include "session/archive/unarchive.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "nfdec/template.h"
#include "session/archive/shapes.h"
#include "session/archive/value.h"

#define MESSAGE_MOST 65000u /* octets of a message of IPFIX, and of a set */
#define FIXED_RECORD 52u    /* octets of the longest record of v1, v5 and v7 */
#define PACKET_MOST  65500u /* octets of a datagram */

struct unarchive {
    struct archive_names *names;
    struct shapes *shapes;
    struct strbuf quoted; /* the line as jansson can read it */
    struct strbuf packet; /* what comes out */
    size_t message;       /* where its last message begins */
    size_t set;           /* where its last set begins; 0: none is open */
    struct strbuf record; /* of a flow */
    struct strbuf shape;  /* of a flow: exporter, kind, fields */
    struct strbuf open;   /* of the records in the open set */
    size_t exporter;      /* octets of shape that tell exporters apart */
    const json_t *header;
    uint32_t records; /* in the message, of all kinds */
    uint32_t data;    /* data records in all messages */
    struct unarchived *out;
};

struct unarchive *unarchive_new(void)
{
    struct unarchive *u = alloc_new(sizeof *u);
    u->names = archive_names_new();
    u->shapes = shapes_new();
    return u;
}

void unarchive_free(struct unarchive *u)
{
    if (!u)
        return;
    archive_names_free(u->names);
    shapes_free(u->shapes);
    strbuf_release(&u->quoted);
    strbuf_release(&u->packet);
    strbuf_release(&u->record);
    strbuf_release(&u->shape);
    strbuf_release(&u->open);
    free(u);
}

static void put(struct strbuf *out, uint64_t value, unsigned octets)
{
    for (unsigned shift = octets * 8; shift > 0; shift -= 8)
        strbuf_char(out, (char)(uint8_t)(value >> (shift - 8)));
}

static void put_at(struct strbuf *out, size_t at, uint32_t value)
{
    out->data[at] = (char)(uint8_t)(value >> 8);
    out->data[at + 1] = (char)(uint8_t)value;
}

/* A number of the header; 0 where there is none. */
static uint64_t header(const struct unarchive *u, const char *key)
{
    uint64_t number = 0;
    return value_number(json_object_get(u->header, key), 8, &number) ? number : 0;
}

static void begin_message(struct unarchive *u)
{
    struct strbuf *packet = &u->packet;
    u->message = packet->length;
    u->set = 0;
    u->records = 0;
    put(packet, u->out->version, 2);
    put(packet, 0, 2); /* length or count: when it ends */
    if (u->out->version == 10) {
        put(packet, header(u, "export_uptime"), 4);
        put(packet, header(u, "sequence_number") + u->data, 4);
        put(packet, header(u, "obervation_domain_id"), 4);
        return;
    }
    put(packet, header(u, "uptime"), 4);
    put(packet, header(u, "timestamp"), 4);
    if (u->out->version != 9)
        put(packet, header(u, "timestamp_nano"), 4);
    if (u->out->version != 1)
        put(packet, header(u, "sequence"), 4);
    if (u->out->version == 9) {
        put(packet, header(u, "source_id"), 4);
    } else if (u->out->version != 1) {
        put(packet, header(u, "engine_type"), 1);
        put(packet, header(u, "engine_id"), 1);
        put(packet, header(u, "sampling_interval"), 2);
    }
}

static void close_set(struct unarchive *u)
{
    if (u->set)
        put_at(&u->packet, u->set + 2, (uint32_t)(u->packet.length - u->set));
    u->set = 0;
}

static void end_message(struct unarchive *u)
{
    close_set(u);
    put_at(&u->packet, u->message + 2,
           u->out->version == 10 ? (uint32_t)(u->packet.length - u->message) : u->records);
}

static void open_set(struct unarchive *u, uint32_t id)
{
    close_set(u);
    u->set = u->packet.length;
    put(&u->packet, id, 2);
    put(&u->packet, 0, 2);
}

/* Records of v1, v5 and v7. */
static void add_fixed(struct unarchive *u, const json_t *flow)
{
    unsigned count;
    const struct archive_fixed *fixed = archive_fixed(u->out->version, &count);
    for (unsigned i = 0; i < count; i++) {
        uint64_t number = 0;
        const json_t *value = fixed[i].name ? json_object_get(flow, fixed[i].name) : NULL;
        if (value && !value_number(value, fixed[i].length, &number)) {
            u->out->unknown++;
            number = 0;
        }
        put(&u->packet, number, fixed[i].length);
    }
    u->records++;
}

static bool is_one_of(const struct archive_field *field, const uint16_t *ids, size_t count)
{
    for (size_t i = 0; field->pen == 0 && i < count; i++)
        if (ids[i] == field->id)
            return true;
    return false;
}

#define IS_ONE_OF(field, ids) is_one_of(field, ids, sizeof(ids) / sizeof *(ids))

/* Scopes that say what an exporter is made of, and those that flows are as well. */
static const uint16_t own_scopes[] = { 138, 141, 143, 144, 145, 149, 301, 302 };
static const uint16_t scopes_of_flows[] = { 10, 14, 48, 95, 137, 148, 234, 235 };

/* Addresses and ports; and what else only a flow has. */
static const uint16_t ends[] = { 7, 8, 11, 12, 27, 28 };
static const uint16_t counts[] = { 1,   2,   4,   21,  22,  23,  24,  56,  57,  80,  81,  85,  86,  150,
                                   151, 152, 153, 154, 155, 156, 157, 231, 232, 298, 299, 313, 314, 315 };

static bool is_scope(const struct archive_field *field)
{
    return IS_ONE_OF(field, own_scopes) || IS_ONE_OF(field, scopes_of_flows);
}

/* IPFIX has options among its flows; the line does not say which they are, but by what they hold. */
static bool is_options(const struct unarchive *u, json_t *flow)
{
    const char *name;
    json_t *value;
    struct archive_field field;
    bool own = false, shared = false, end = false, count = false;
    if (u->out->version != 10)
        return false;
    json_object_foreach(flow, name, value)
    {
        if (!archive_field(u->names, 10, name, &field))
            continue;
        own |= IS_ONE_OF(&field, own_scopes);
        shared |= IS_ONE_OF(&field, scopes_of_flows);
        end |= IS_ONE_OF(&field, ends);
        count |= IS_ONE_OF(&field, counts);
    }
    return !end && (own || (shared && !count));
}

/* Adds the fields of a flow, or those that are scopes or not; how many there are. */
static unsigned add_fields(struct unarchive *u, json_t *flow, bool all, bool scopes)
{
    const char *name;
    json_t *value;
    unsigned count = 0;
    json_object_foreach(flow, name, value)
    {
        struct archive_field field;
        uint16_t length;
        bool known = archive_field(u->names, u->out->version, name, &field);
        if (known && !all && is_scope(&field) != scopes)
            continue;
        if (!known || !value_octets(&u->record, value, &field, u->out->version == 10, &length)) {
            u->out->unknown += all || !scopes || known;
            continue;
        }
        put(&u->shape, field.pen, 4);
        put(&u->shape, field.id, 2);
        put(&u->shape, length, 2);
        count++;
    }
    return count;
}

#define SHAPE_FIELD 8u /* octets of a field in a shape */

/* The octets of a flow, and their shape. *scopes: how many scope fields there are; UINT_MAX: it is no options record. */
static unsigned make_record(struct unarchive *u, json_t *flow, unsigned *scopes)
{
    bool options = is_options(u, flow);
    strbuf_clear(&u->record);
    u->shape.length = u->exporter;
    put(&u->shape, options, 1);
    size_t at = u->shape.length;
    put(&u->shape, 0, 2);
    *scopes = options ? add_fields(u, flow, false, true) : 0;
    unsigned count = *scopes + add_fields(u, flow, !options, false);
    put_at(&u->shape, at, *scopes);
    return count;
}

/* Announces the template of the flow's shape: in a set of its own, in front of the records that need it. */
static void add_template(struct unarchive *u, uint16_t id, unsigned count, unsigned scopes)
{
    bool ipfix = u->out->version == 10;
    const uint8_t *field = (const uint8_t *)u->shape.data + u->exporter + 3;
    open_set(u, !ipfix ? 0 : scopes ? 3 : 2);
    put(&u->packet, id, 2);
    put(&u->packet, count, 2);
    if (scopes)
        put(&u->packet, scopes, 2);
    for (unsigned i = 0; i < count; i++, field += SHAPE_FIELD) {
        bool enterprise = field[0] | field[1] | field[2] | field[3];
        put(&u->packet, (uint32_t)(field[4] << 8 | field[5]) | (enterprise ? 0x8000u : 0), 2);
        strbuf_add(&u->packet, (const char *)field + 6, 2);
        if (enterprise)
            strbuf_add(&u->packet, (const char *)field, 4);
    }
    close_set(u);
    u->records++;
}

static bool same_shape(const struct unarchive *u)
{
    return u->set && u->open.length == u->shape.length &&
           memcmp(u->open.data, u->shape.data, u->shape.length) == 0;
}

/* Opens a set for the flow's shape, with its template where that is new. */
static bool open_shape(struct unarchive *u, unsigned count, unsigned scopes)
{
    bool is_new;
    uint16_t id = shapes_id(u->shapes, (const uint8_t *)u->shape.data, u->shape.length, &is_new);
    if (id == 0)
        return false;
    if (is_new)
        add_template(u, id, count, scopes);
    open_set(u, id);
    strbuf_clear(&u->open);
    strbuf_add(&u->open, u->shape.data, u->shape.length);
    return true;
}

static void add_flow(struct unarchive *u, json_t *flow)
{
    unsigned scopes, count = make_record(u, flow, &scopes);
    size_t size = u->record.length, overhead = 16 + 4 + u->shape.length * 2;
    if (count == 0 || size + overhead > MESSAGE_MOST || u->packet.length + size + overhead > PACKET_MOST) {
        u->out->flows++;
        return;
    }
    if (u->out->version == 10 && u->packet.length - u->message + size + overhead > MESSAGE_MOST) {
        end_message(u);
        begin_message(u);
    }
    bool full = u->set && u->packet.length - u->set + size > MESSAGE_MOST;
    if ((full || !same_shape(u)) && !open_shape(u, count, scopes)) {
        close_set(u);
        u->out->flows++;
        return;
    }
    strbuf_add(&u->packet, u->record.data, size);
    u->records++;
    u->data += !scopes || u->out->version == 10;
}

static void add_flows(struct unarchive *u, json_t *flows)
{
    size_t index;
    json_t *flow;
    bool fixed = u->out->version < 9;
    begin_message(u);
    json_array_foreach(flows, index, flow)
    {
        if (!json_is_object(flow) || (fixed && u->packet.length + FIXED_RECORD > PACKET_MOST))
            u->out->flows++;
        else if (fixed)
            add_fixed(u, flow);
        else
            add_flow(u, flow);
    }
    end_message(u);
}

/* ["192.0.2.1", 2055], of IPv6 with two more. */
static void read_client(json_t *client, struct unarchived *packet)
{
    uint64_t port = 0;
    const char *text = json_string_value(json_array_get(client, 0));
    if (text)
        (void)addr_parse(text, &packet->client);
    if (value_number(json_array_get(client, 1), 2, &port))
        packet->port = (uint16_t)port;
}

/* What tells exporters apart stands in front of each shape. */
static void name_exporter(struct unarchive *u)
{
    const struct unarchived *packet = u->out;
    strbuf_clear(&u->shape);
    put(&u->shape, packet->client.family, 1);
    strbuf_add(&u->shape, (const char *)packet->client.octets, 16);
    put(&u->shape, packet->port, 2);
    put(&u->shape, packet->version, 1);
    put(&u->shape, header(u, packet->version == 9 ? "source_id" : "obervation_domain_id"), 4);
    u->exporter = u->shape.length;
}

static bool take_packet(struct unarchive *u, json_t *root)
{
    void *only = json_object_iter(root);
    json_t *packet = only ? json_object_iter_value(only) : NULL, *flows = json_object_get(packet, "flows");
    uint64_t version = 0;
    u->header = json_object_get(packet, "header");
    if (json_object_size(root) != 1 || !json_is_object(u->header) || !json_is_array(flows) ||
        !value_number(json_object_get(u->header, "version"), 2, &version))
        return false;
    if (version != 1 && version != 5 && version != 7 && version != 9 && version != 10)
        return false;
    u->out->version = (uint16_t)version;
    u->data = 0;
    read_client(json_object_get(packet, "client"), u->out);
    name_exporter(u);
    shapes_begin(u->shapes);
    strbuf_clear(&u->packet);
    add_flows(u, flows);
    u->out->data = (const uint8_t *)u->packet.data;
    u->out->length = u->packet.length;
    return true;
}

bool unarchive_line(struct unarchive *u, const uint8_t *line, size_t length, struct unarchived *packet)
{
    json_error_t error;
    *packet = (struct unarchived) { .version = 0 };
    u->out = packet;
    strbuf_clear(&u->quoted);
    value_quote(&u->quoted, (const char *)line, length);
    json_t *root = json_loadb(u->quoted.data, u->quoted.length, JSON_ALLOW_NUL, &error);
    bool fine = root && take_packet(u, root);
    json_decref(root);
    u->header = NULL;
    return fine;
}
