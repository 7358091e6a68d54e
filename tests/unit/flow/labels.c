/* SPDX-License-Identifier: MIT */
#include "flow/labels.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FIELDS 6

struct value {
    uint16_t id;
    const char *octets;
    uint16_t length;
};

static struct nfdec_session session_of(uint32_t family, uint8_t host, uint16_t version)
{
    return (struct nfdec_session) {
        .family = family, .address = { 192, 0, 2, host }, .address_length = 4, .version = version
    };
}

/* One record of options data, the first field being the scope. */
static void learn(struct labels *labels, const struct nfdec_session *session, const struct value *values,
                  uint16_t count)
{
    struct nfdec_field_spec fields[FIELDS] = { { .id = 0 } };
    struct nfdec_template *template = calloc(1, sizeof *template);
    struct nfdec_message message = { .session = session, .packet = 1 };
    uint8_t octets[400];
    size_t length = 0;
    cr_assert(template);
    template->session = session;
    template->fields = fields;
    template->kind = NFDEC_TEMPLATE_OPTIONS;
    template->field_count = count;
    template->scope_count = 1;
    for (uint16_t i = 0; i < count; i++) {
        fields[i] = (struct nfdec_field_spec) {
            .name = "", .id = values[i].id, .length = values[i].length, .scope = i == 0
        };
        memcpy(octets + length, values[i].octets, values[i].length);
        length += values[i].length;
    }
    template->record_length = (uint32_t)length;
    struct nfdec_set set = { .message = &message,
                             .template = template,
                             .data = octets,
                             .length = (uint32_t)length,
                             .records = 1,
                             .kind = NFDEC_SET_OPTIONS };
    labels_learn(labels, &set);
    free(template);
}

static void name_interface(struct labels *labels, const struct nfdec_session *session, uint8_t index,
                           const char *name)
{
    char octets[4] = { 0, 0, 0, (char)index };
    const struct value values[] = { { 10, octets, 4 }, { 82, name, (uint16_t)strlen(name) } };
    learn(labels, session, values, 2);
}

static void expect(const char *found, const char *wanted)
{
    cr_expect_str_eq(found ? found : "(none)", wanted);
}

Test(labels, interfaces_by_element_and_by_scope_of_v9)
{
    struct labels *labels = labels_new();
    struct nfdec_session v9 = session_of(0, 1, 9), ipfix = session_of(1, 2, 10);
    static const struct value by_scope[] = { { 2, "\0\7", 2 }, { 82, "eth0\0\0", 6 } };
    static const struct value by_system[] = { { 1, "\0\1", 2 },
                                              { 10, "\0\11", 2 },
                                              { 83, " uplink to Ulm ", 15 } };
    cr_expect_not(labels_has(labels, &v9, LABEL_INTERFACE));
    learn(labels, &v9, by_scope, 2);
    learn(labels, &v9, by_system, 3);
    learn(labels, &ipfix, by_scope, 2); /* element 2 counts packets there */
    cr_expect(labels_has(labels, &v9, LABEL_INTERFACE));
    cr_expect_not(labels_has(labels, &v9, LABEL_VRF));
    cr_expect_not(labels_has(labels, &ipfix, LABEL_INTERFACE));
    expect(labels_find(labels, &v9, LABEL_INTERFACE, 7), "eth0");
    expect(labels_find(labels, &v9, LABEL_INTERFACE, 9), "uplink to Ulm");
    expect(labels_find(labels, &v9, LABEL_INTERFACE, 1), "(none)");
    expect(labels_find(labels, &v9, LABEL_VRF, 7), "(none)");
    expect(labels_find(labels, &ipfix, LABEL_INTERFACE, 7), "(none)");
    labels_free(labels);
}

Test(labels, a_name_comes_before_a_description_whatever_their_order)
{
    struct labels *labels = labels_new();
    struct nfdec_session s = session_of(0, 1, 10);
    static const struct value first[] = { { 10, "\1", 1 }, { 82, "ge-0/0/1", 8 }, { 83, "to the roof", 11 } };
    static const struct value last[] = { { 10, "\2", 1 }, { 83, "to the roof", 11 }, { 82, "ge-0/0/2", 8 } };
    static const struct value both_sides[] = {
        { 10, "\3", 1 }, { 14, "\4", 1 }, { 83, "   ", 3 }, { 82, "xe\033[2J", 6 }
    };
    learn(labels, &s, first, 3);
    learn(labels, &s, last, 3);
    learn(labels, &s, both_sides, 4);
    expect(labels_find(labels, &s, LABEL_INTERFACE, 1), "ge-0/0/1");
    expect(labels_find(labels, &s, LABEL_INTERFACE, 2), "ge-0/0/2");
    expect(labels_find(labels, &s, LABEL_INTERFACE, 3), "xe\\x1b[2J");
    expect(labels_find(labels, &s, LABEL_INTERFACE, 4), "xe\\x1b[2J");
    labels_free(labels);
}

Test(labels, applications_samplers_vrfs_and_users)
{
    struct labels *labels = labels_new();
    struct nfdec_session s = session_of(0, 1, 9);
    static const struct value application[] = {
        { 1, "\0\0\0\1", 4 }, { 95, "\15\0\1\2", 4 }, { 96, "webex-meeting", 13 }, { 94, "Cisco Webex", 11 }
    };
    static const struct value sampler[] = { { 1, "\1", 1 }, { 48, "\7", 1 }, { 84, "one-in-ten", 10 } };
    static const struct value vrf[] = {
        { 1, "\1", 1 }, { 234, "\140\0\0\1", 4 }, { 235, "\140\0\0\1", 4 }, { 236, "**eint", 6 }
    };
    static const struct value user[] = { { 1, "\1", 1 }, { 366, "\12\0\0\5", 4 }, { 371, "alice", 5 } };
    struct addr alice = addr_v4(0x0A000005), nobody = addr_v4(0x0A000006);
    learn(labels, &s, application, 4);
    learn(labels, &s, sampler, 3);
    learn(labels, &s, vrf, 4);
    learn(labels, &s, user, 3);
    expect(labels_find(labels, &s, LABEL_APPLICATION, 13u << 24 | 0x102), "webex-meeting");
    expect(labels_find(labels, &s, LABEL_SAMPLER, 7), "one-in-ten");
    expect(labels_find(labels, &s, LABEL_VRF, 0x60000001), "**eint");
    expect(labels_user(labels, &s, &alice), "alice");
    expect(labels_user(labels, &s, &nobody), "(none)");
    labels_free(labels);
}

Test(labels, a_new_name_replaces_the_old_one)
{
    struct labels *labels = labels_new();
    struct nfdec_session s = session_of(3, 1, 10), other = session_of(4, 1, 10);
    name_interface(labels, &s, 1, "old");
    name_interface(labels, &s, 1, "new");
    name_interface(labels, &s, 1, "");
    expect(labels_find(labels, &s, LABEL_INTERFACE, 1), "new");
    expect(labels_find(labels, &other, LABEL_INTERFACE, 1), "new");
    labels_free(labels);
}

Test(labels, of_other_domains_what_they_agree_on)
{
    struct labels *labels = labels_new();
    struct nfdec_session a = session_of(0, 1, 10), b = session_of(1, 1, 10), c = session_of(2, 1, 10),
                         stranger = session_of(3, 2, 10);
    name_interface(labels, &a, 1, "one");
    name_interface(labels, &b, 1, "one");
    name_interface(labels, &a, 2, "two");
    name_interface(labels, &b, 2, "zwei");
    cr_expect(labels_has(labels, &c, LABEL_INTERFACE));
    cr_expect_not(labels_has(labels, &stranger, LABEL_INTERFACE));
    expect(labels_find(labels, &c, LABEL_INTERFACE, 1), "one");
    expect(labels_find(labels, &c, LABEL_INTERFACE, 2), "(none)");
    expect(labels_find(labels, &a, LABEL_INTERFACE, 2), "two");
    expect(labels_find(labels, &b, LABEL_INTERFACE, 2), "zwei");
    expect(labels_find(labels, &stranger, LABEL_INTERFACE, 1), "(none)");
    name_interface(labels, &a, 1, "eins"); /* b still says one */
    expect(labels_find(labels, &c, LABEL_INTERFACE, 1), "(none)");
    labels_free(labels);
}

Test(labels, without_an_exporter_address_too)
{
    struct labels *labels = labels_new();
    struct nfdec_session a = { .family = 0, .version = 10 }, b = { .family = 1, .version = 10 };
    name_interface(labels, &b, 1, "b");
    name_interface(labels, &a, 1, "a");
    expect(labels_find(labels, &a, LABEL_INTERFACE, 1), "a");
    expect(labels_find(labels, &b, LABEL_INTERFACE, 1), "b");
    labels_free(labels);
}

Test(labels, names_are_cut_and_there_may_be_many)
{
    struct labels *labels = labels_new();
    struct nfdec_session s = session_of(0, 1, 10);
    char name[300];
    memset(name, 'x', sizeof name);
    name[299] = '\0';
    name_interface(labels, &s, 200, name);
    cr_expect_eq(strlen(labels_find(labels, &s, LABEL_INTERFACE, 200)), LABEL_MOST);
    for (uint8_t i = 0; i < 200; i++) {
        snprintf(name, sizeof name, "if%u", i);
        name_interface(labels, &s, i, name);
    }
    for (uint8_t i = 0; i < 200; i++) {
        snprintf(name, sizeof name, "if%u", i);
        expect(labels_find(labels, &s, LABEL_INTERFACE, i), name);
    }
    cr_expect_eq(labels_dropped(labels), 0);
    labels_free(labels);
}
