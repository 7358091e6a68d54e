/* SPDX-License-Identifier: MIT */
#include "names/services.h"

#include <criterion/criterion.h>
#include <stdint.h>
#include <string.h>

enum { TCP = 6, UDP = 17, DCCP = 33, SCTP = 132 };

static const struct row {
    uint16_t port;
    uint8_t protocol;
    const char *name;
} rows[] = {
#define SERVICE(port_, protocol_, name_) { port_, protocol_, name_ },
#include "names/services.def"
};

#define COUNT (sizeof rows / sizeof *rows)

Test(names_services, sorted_and_unique)
{
    for (size_t i = 1; i < COUNT; i++) {
        const struct row *a = &rows[i - 1], *b = &rows[i];
        cr_expect(a->port < b->port || (a->port == b->port && a->protocol < b->protocol), "%u %s", b->port,
                  b->name);
    }
}

Test(names_services, every_row_is_found)
{
    for (size_t i = 0; i < COUNT; i++)
        cr_expect_eq(strcmp(services_name(rows[i].port, rows[i].protocol), rows[i].name), 0, "%s",
                     rows[i].name);
}

Test(names_services, names_are_lower_case_without_blanks)
{
    for (size_t i = 0; i < COUNT; i++) {
        const char *name = rows[i].name;
        cr_expect_eq(strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-"), strlen(name), "%s", name);
        cr_expect(*name != '\0' && strlen(name) < 24, "%s", name);
    }
}

Test(names_services, well_known)
{
    static const struct row wanted[] = {
        { 22, TCP, "ssh" },
        { 25, TCP, "smtp" },
        { 53, TCP, "domain" },
        { 53, UDP, "domain" },
        { 80, TCP, "http" },
        { 123, UDP, "ntp" },
        { 161, UDP, "snmp" },
        { 179, TCP, "bgp" },
        { 443, TCP, "https" },
        { 443, UDP, "https" },
        { 514, UDP, "syslog" },
        { 514, TCP, "shell" },
        { 853, TCP, "domain-s" },
        { 2055, UDP, "netflow" },
        { 3306, TCP, "mysql" },
        { 3868, SCTP, "diameter" },
        { 4739, UDP, "ipfix" },
        { 4739, SCTP, "ipfix" },
        { 4789, UDP, "vxlan" },
        { 5060, UDP, "sip" },
        { 5061, TCP, "sip-tls" },
        { 5353, UDP, "mdns" },
        { 5355, UDP, "llmnr" },
        { 5432, TCP, "postgresql" },
        { 6379, TCP, "redis" },
        { 6514, DCCP, "syslog-tls" },
        { 9092, TCP, "kafka" },
        { 9200, TCP, "elasticsearch" },
        { 27017, TCP, "mongodb" },
        { 51820, UDP, "wireguard" },
        { 6343, UDP, "sflow" },
        { 1, TCP, "tcpmux" },
        { 3389, TCP, "ms-wbt-server" },
    };
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
        const char *name = services_name(wanted[i].port, wanted[i].protocol);
        cr_expect(name && strcmp(name, wanted[i].name) == 0, "%u: %s", wanted[i].port, name ? name : "none");
    }
}

Test(names_services, none)
{
    cr_expect_null(services_name(0, TCP));
    cr_expect_null(services_name(22, UDP));
    cr_expect_null(services_name(80, 1));
    cr_expect_null(services_name(65535, TCP));
    cr_expect_null(services_name(65535, 255));
}
