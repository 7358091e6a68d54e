/* SPDX-License-Identifier: MIT */
#include "nfdec/element.h"

#include <criterion/criterion.h>
#include <ctype.h>
#include <stdint.h>
#include <string.h>

enum { IANA_ELEMENTS = 502, VENDOR_ELEMENTS = 2342 };

static void expect_element(const struct nfdec_element *e, uint32_t pen, uint16_t id, const char *name,
                           enum nfdec_type type)
{
    cr_assert_not_null(e, "%s", name);
    cr_expect_str_eq(e->name, name);
    cr_expect_eq(e->pen, pen, "%s", name);
    cr_expect_eq(e->id, id, "%s", name);
    cr_expect_eq(e->type, (uint8_t)type, "%s", name);
}

Test(element, every_one_is_counted_and_in_order)
{
    size_t iana = 0, vendors = 0;
    uint64_t before = 0;
    const struct nfdec_element *e;
    for (size_t i = 0; (e = nfdec_element_at(i)) != NULL; i++) {
        uint64_t key = (uint64_t)e->pen << 16 | e->id;
        cr_assert_gt(key, before, "%s is out of order", e->name);
        before = key;
        iana += e->pen == 0;
        vendors += e->pen != 0;
    }
    cr_expect_eq(iana, IANA_ELEMENTS);
    cr_expect_eq(vendors, VENDOR_ELEMENTS);
    cr_expect_null(nfdec_element_at(IANA_ELEMENTS + VENDOR_ELEMENTS));
    cr_expect_null(nfdec_element_at(SIZE_MAX));
}

Test(element, every_one_is_found)
{
    const struct nfdec_element *e;
    for (size_t i = 0; (e = nfdec_element_at(i)) != NULL; i++) {
        cr_expect_eq(nfdec_element_find(e->pen, e->id), e, "%s by number", e->name);
        const struct nfdec_element *named = nfdec_element_find_name(e->name);
        cr_assert_not_null(named);
        cr_expect_str_eq(named->name, e->name);
        cr_expect(named == e || named->pen < e->pen, "%s is not unique in its enterprise", e->name);
        cr_expect_lt(e->type, NFDEC_TYPE_COUNT);
        cr_expect_leq(e->semantics, NFDEC_SNMP_GAUGE);
        cr_assert_not_null(e->units);
        cr_expect_gt(strlen(e->name), 0);
        for (const char *c = e->name; *c; c++)
            cr_expect(isalnum((unsigned char)*c) || *c == '_', "%s", e->name);
    }
}

Test(element, facts_of_iana)
{
    expect_element(nfdec_element_find(0, 1), 0, 1, "octetDeltaCount", NFDEC_UNSIGNED64);
    expect_element(nfdec_element_find(0, 8), 0, 8, "sourceIPv4Address", NFDEC_IPV4_ADDRESS);
    expect_element(nfdec_element_find(0, 27), 0, 27, "sourceIPv6Address", NFDEC_IPV6_ADDRESS);
    expect_element(nfdec_element_find(0, 56), 0, 56, "sourceMacAddress", NFDEC_MAC_ADDRESS);
    expect_element(nfdec_element_find(0, 82), 0, 82, "interfaceName", NFDEC_STRING);
    expect_element(nfdec_element_find(0, 150), 0, 150, "flowStartSeconds", NFDEC_SECONDS);
    expect_element(nfdec_element_find(0, 152), 0, 152, "flowStartMilliseconds", NFDEC_MILLISECONDS);
    expect_element(nfdec_element_find(0, 154), 0, 154, "flowStartMicroseconds", NFDEC_MICROSECONDS);
    expect_element(nfdec_element_find(0, 156), 0, 156, "flowStartNanoseconds", NFDEC_NANOSECONDS);
    expect_element(nfdec_element_find(0, 276), 0, 276, "dataRecordsReliability", NFDEC_BOOLEAN);
    expect_element(nfdec_element_find(0, 291), 0, 291, "basicList", NFDEC_BASIC_LIST);
    expect_element(nfdec_element_find(0, 292), 0, 292, "subTemplateList", NFDEC_SUB_TEMPLATE_LIST);
    expect_element(nfdec_element_find(0, 320), 0, 320, "absoluteError", NFDEC_FLOAT64);
    cr_expect_str_eq(nfdec_element_find(0, 1)->units, "octets");
    cr_expect_str_eq(nfdec_element_find(0, 4)->units, "");
    cr_expect_eq(nfdec_element_find(0, 1)->semantics, NFDEC_DELTA_COUNTER);
    cr_expect_eq(nfdec_element_find(0, 85)->semantics, NFDEC_TOTAL_COUNTER);
    cr_expect_eq(nfdec_element_find(0, 6)->semantics, NFDEC_FLAGS);
    cr_expect_not(nfdec_element_find(0, 1)->deprecated);
    cr_expect(nfdec_element_find(0, 34)->deprecated, "samplingInterval");
}

Test(element, facts_of_vendors)
{
    expect_element(nfdec_element_find(9, 9252), 9, 9252, "servicesWaasSegment", NFDEC_UNSIGNED8);
    expect_element(nfdec_element_find(35632, 118), 35632, 118, "L7_PROTO", NFDEC_UNSIGNED16);
    expect_element(nfdec_element_find(25461, 23933), 25461, 23933, "appId", NFDEC_STRING);
    expect_element(nfdec_element_find(10704, 2), 10704, 2, "LogOp", NFDEC_UNSIGNED8);
    expect_element(nfdec_element_find(12326, 2), 12326, 2, "LogOp", NFDEC_UNSIGNED8);
    cr_expect_eq(nfdec_element_find_name("LogOp")->pen, 10704, "the lower enterprise number comes first");
}

Test(element, what_is_not_known)
{
    static const struct {
        uint32_t pen;
        uint16_t id;
    } cases[] = {
        { 0, 0 },     { 0, 65 },    { 0, 69 },    { 0, 97 },        { 0, 105 },           { 0, 127 },
        { 0, 416 },   { 0, 32767 }, { 0, 65535 }, { 9, 0 },         { 9, 65535 },         { 29305, 1 },
        { 35632, 0 }, { 65535, 1 }, { 1, 1 },     { 47729, 65535 }, { 4294967295, 65535 }
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        cr_expect_null(nfdec_element_find(cases[i].pen, cases[i].id), "%u.%u", cases[i].pen, cases[i].id);
    cr_expect_null(nfdec_element_find_name(""));
    cr_expect_null(nfdec_element_find_name("sourceipv4address"));
    cr_expect_null(nfdec_element_find_name("no such element"));
}

Test(element, netflow9_type_means_the_iana_element)
{
    static const struct {
        uint16_t type;
        uint16_t id;
        const char *name;
    } cases[] = {
        { 1, 1, "IN_BYTES" },
        { 2, 2, "IN_PKTS" },
        { 8, 8, "IPV4_SRC_ADDR" },
        { 21, 21, "LAST_SWITCHED" },
        { 89, 89, "FORWARDING_STATUS" },
        { 152, 152, "NF_F_FLOW_CREATE_TIME_MSEC" },
        { 233, 233, "NF_F_FW_EVENT" },
        { 600, 530, "PathDelayMeanDeltaUsecs" },
        { 40000, 371, "NF_F_USERNAME" },
        { 40001, 225, "NF_F_XLATE_SRC_ADDR_84" },
        { 40005, 233, "NF_F_FW_EVENT_84" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        cr_expect_eq(nfdec_element_find_v9(cases[i].type), nfdec_element_find(0, cases[i].id), "%u",
                     cases[i].type);
        cr_expect_str_eq(nfdec_v9_name(cases[i].type), cases[i].name);
    }
    cr_expect_str_eq(nfdec_element_find_v9(40005)->name, "firewallEvent");
}

Test(element, netflow9_types_of_vendors)
{
    expect_element(nfdec_element_find_v9(65), 0, 65, "FLOW_FLAGS", NFDEC_UNSIGNED16);
    expect_element(nfdec_element_find_v9(33000), 0, 33000, "NF_F_INGRESS_ACL_ID", NFDEC_OCTET_ARRAY);
    expect_element(nfdec_element_find_v9(33002), 0, 33002, "NF_F_FW_EXT_EVENT", NFDEC_UNSIGNED16);
    expect_element(nfdec_element_find_v9(56701), 0, 56701, "PANOS_APPID", NFDEC_STRING);
    expect_element(nfdec_element_find_v9(57590), 0, 57590, "L7_PROTO", NFDEC_UNSIGNED16);
    expect_element(nfdec_element_find_v9(33611), 0, 33611, "METER_OS_SYSNAME", NFDEC_STRING);
    cr_expect_str_eq(nfdec_element_find_v9(33002)->units, "");
}

Test(element, netflow9_falls_through_to_iana_below_32768_only)
{
    cr_expect_eq(nfdec_element_find_v9(150), nfdec_element_find(0, 150));
    cr_expect_null(nfdec_v9_name(150));
    cr_expect_eq(nfdec_element_find_v9(291), nfdec_element_find(0, 291));
    size_t own = 0;
    for (unsigned type = 0; type <= UINT16_MAX; type++) {
        const struct nfdec_element *e = nfdec_element_find_v9((uint16_t)type);
        const char *name = nfdec_v9_name((uint16_t)type);
        own += name != NULL;
        if (!name)
            cr_expect_eq(e, type < 32768 ? nfdec_element_find(0, (uint16_t)type) : NULL, "%u", type);
        else
            cr_expect(e && e->pen == 0, "%u", type);
        if (name && e == nfdec_element_find_name(e->name) && e->id == type)
            cr_expect(e == nfdec_element_find(0, e->id) || strcmp(e->name, name) == 0, "%u", type);
    }
    cr_expect_eq(own, 781);
    for (uint16_t type = 66; type <= 69; type++)
        cr_expect_null(nfdec_element_find_v9(type));
    cr_expect_null(nfdec_element_find_v9(0));
    cr_expect_null(nfdec_element_find_v9(32768 + 8), "IANA is not behind the enterprise bit");
}

Test(element, netflow9_names_are_found)
{
    cr_expect_eq(nfdec_element_find_name("IN_BYTES"), nfdec_element_find(0, 1));
    expect_element(nfdec_element_find_name("PANOS_APPID"), 0, 56701, "PANOS_APPID", NFDEC_STRING);
}

Test(element, reversible)
{
    cr_expect(nfdec_element_reversible(1));
    cr_expect(nfdec_element_reversible(8));
    cr_expect_not(nfdec_element_reversible(148));
    cr_expect_not(nfdec_element_reversible(210));
    cr_expect_not(nfdec_element_reversible(239));
    size_t excluded = 0;
    for (unsigned id = 0; id < 32768; id++)
        excluded += !nfdec_element_reversible((uint16_t)id);
    cr_expect_eq(excluded, 25);
}

Test(element, type_and_semantics_names)
{
    cr_expect_str_eq(nfdec_type_name(NFDEC_OCTET_ARRAY), "octetArray");
    cr_expect_str_eq(nfdec_type_name(NFDEC_UNSIGNED32), "unsigned32");
    cr_expect_str_eq(nfdec_type_name(NFDEC_NANOSECONDS), "dateTimeNanoseconds");
    cr_expect_str_eq(nfdec_type_name(NFDEC_UNSIGNED256), "unsigned256");
    for (int type = 0; type < NFDEC_TYPE_COUNT; type++)
        cr_expect_not_null(nfdec_type_name((enum nfdec_type)type));
    cr_expect_str_eq(nfdec_type_name(NFDEC_TYPE_COUNT), "unknown");
    cr_expect_str_eq(nfdec_semantics_name(NFDEC_DELTA_COUNTER), "deltaCounter");
    cr_expect_str_eq(nfdec_semantics_name(NFDEC_SNMP_GAUGE), "snmpGauge");
    cr_expect_str_eq(nfdec_semantics_name((enum nfdec_semantics)99), "unknown");
    /* the numbers of the enumeration are IANA's own (RFC 5610) */
    for (int type = 0; type < NFDEC_TYPE_COUNT; type++)
        cr_expect_str_eq(nfdec_registry_name("informationElementDataType", (uint64_t)type),
                         nfdec_type_name((enum nfdec_type)type));
    for (int meaning = 0; meaning <= NFDEC_SNMP_GAUGE; meaning++)
        cr_expect_str_eq(nfdec_registry_name("informationElementSemantics", (uint64_t)meaning),
                         nfdec_semantics_name((enum nfdec_semantics)meaning));
}

Test(element, enterprise_names)
{
    cr_expect_str_eq(nfdec_pen_name(9), "Cisco");
    cr_expect_str_eq(nfdec_pen_name(35632), "ntop");
    cr_expect_str_eq(nfdec_pen_name(47729), "NiagaraNetworks");
    cr_expect_null(nfdec_pen_name(0));
    cr_expect_null(nfdec_pen_name(10));
    cr_expect_null(nfdec_pen_name(UINT32_MAX));
    const struct nfdec_element *e;
    for (size_t i = 0; (e = nfdec_element_at(i)) != NULL; i++)
        if (e->pen != 0)
            cr_expect_not_null(nfdec_pen_name(e->pen), "%u", e->pen);
}

static const char *code_of(const char *element, uint64_t value)
{
    const struct nfdec_element *e = nfdec_element_find_name(element);
    cr_assert_not_null(e, "%s", element);
    const char *name = nfdec_code_name(e, value);
    return name ? name : "";
}

Test(element, code_points)
{
    cr_expect_str_eq(code_of("flowEndReason", 3), "end of Flow detected");
    cr_expect_str_eq(code_of("protocolIdentifier", 6), "TCP");
    cr_expect_str_eq(code_of("natEvent", 4), "NAT44 session create");
    cr_expect_str_eq(code_of("natOriginatingAddressRealm", 2), "Public");
    cr_expect_str_eq(code_of("nextHeaderIPv6", 17), "UDP");
    cr_expect_str_eq(code_of("postIpPrecedence", 7), "Network Control");
    cr_expect_str_eq(code_of("ingressInterfaceType", 6), "ethernetCsmacd");
    cr_expect_str_eq(code_of("LogOp", 1), "Allow");
    cr_expect_str_eq(code_of("flowEndReason", 200), "");
    cr_expect_str_eq(code_of("flowEndReason", UINT64_MAX), "");
    cr_expect_str_eq(code_of("flowEndReason", (UINT64_C(1) << 32) + 3), "", "values are not cut to 32 bits");
    cr_expect_str_eq(code_of("octetDeltaCount", 1), "");
    cr_expect_str_eq(nfdec_code_name(nfdec_element_find(12326, 3), 3), "Loopback");
    cr_expect_not_null(nfdec_code_name(nfdec_element_find_v9(33002), 1001));
    cr_expect_null(nfdec_code_name(nfdec_element_find(6876, 954), 1),
                   "a vendor's name is not IANA's element");
    cr_expect_str_eq(nfdec_registry_name("icmpTypeCodeIPv4", 0x0303), "Port Unreachable");
    cr_expect_str_eq(code_of("icmpTypeCodeIPv4", 0x0303), "Port Unreachable");
    cr_expect_str_eq(code_of("icmpTypeCodeIPv4", 0x0800), code_of("icmpTypeIPv4", 8), "a type without codes");
    cr_expect_str_eq(code_of("icmpTypeCodeIPv6", 0x8000), code_of("icmpTypeIPv6", 128));
    cr_expect_str_neq(code_of("icmpTypeIPv4", 8), "");
    cr_expect_str_eq(code_of("icmpTypeCodeIPv4", 0x0805), "");
    cr_expect_str_eq(nfdec_registry_name("v9ScopeType", 1), "System");
    cr_expect_str_eq(nfdec_registry_name("anonymizationFlagsMask", 3), "SC", "the first registry");
    cr_expect_str_eq(nfdec_registry_name("valueDistributionMethod", 7), "Direct", "the last registry");
    cr_expect_null(nfdec_registry_name("", 0));
    cr_expect_null(nfdec_registry_name("zzz", 0));
    cr_expect_null(nfdec_registry_name("ProtocolIdentifier", 6));
}

/* Look-up needs order by strcmp: whatever stands in the file is found only if it is in its place. */
struct code_row {
    const char *registry;
    uint64_t value;
    const char *name;
};

static const struct code_row rows[] = {
#define CODES_OF(pen, element, registry)
#define CODE(set, number, word) { #set, number, word },
#include "decode/codes.def"
#undef CODES_OF
#undef CODE
};

Test(element, every_code_point_is_found)
{
    size_t count = sizeof rows / sizeof rows[0];
    cr_expect_eq(count, 1051);
    for (size_t i = 0; i < count; i++) {
        const char *name = nfdec_registry_name(rows[i].registry, rows[i].value);
        cr_assert_not_null(name, "%s %ju", rows[i].registry, (uintmax_t)rows[i].value);
        cr_expect_str_eq(name, rows[i].name);
    }
}

Test(element, every_binding_leads_to_a_registry)
{
    static const struct {
        uint32_t pen;
        const char *element, *registry;
    } bindings[] = {
#define CODES_OF(number, word, set) { number, #word, #set },
#define CODE(set, number, word)
#include "decode/codes.def"
#undef CODES_OF
#undef CODE
    };
    for (size_t i = 0; i < sizeof bindings / sizeof bindings[0]; i++) {
        bool known = false, named = false;
        const struct nfdec_element *e;
        for (size_t j = 0; (e = nfdec_element_at(j)) != NULL; j++)
            known |= e->pen == bindings[i].pen && strcmp(e->name, bindings[i].element) == 0;
        for (unsigned type = 0; type <= UINT16_MAX && bindings[i].pen == 0; type++)
            known |= (e = nfdec_element_find_v9((uint16_t)type)) && strcmp(e->name, bindings[i].element) == 0;
        for (size_t j = 0; j < sizeof rows / sizeof rows[0]; j++)
            named |= strcmp(rows[j].registry, bindings[i].registry) == 0;
        cr_expect(known, "no element %s", bindings[i].element);
        cr_expect(named, "no registry %s", bindings[i].registry);
    }
}
