/* SPDX-License-Identifier: MIT */
/* --show connections. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "octets.h"
#include "view/batch/batch.h"

enum { SOURCE = 8, DESTINATION = 12, PROTOCOL = 4, ICMP_TYPE_CODE = 32 };
enum { ECHO_REPLY = 0, ECHO = 8 };

static void put_flow(struct octets *o, unsigned from, unsigned to, unsigned type)
{
    octets_32(o, 0xC0000200 + from);
    octets_32(o, 0xC0000200 + to);
    octets_8(o, 1);
    octets_16(o, type << 8);
}

/* Flows without times: the answer stands first, and the question names the service nevertheless. */
Test(connections, the_service_of_an_echo_is_its_question)
{
    struct octets o = { .length = 0 };
    char *text = NULL;
    size_t length;
    octets_message(&o);
    octets_set(&o, 2);
    octets_template(&o, 256, 4);
    octets_field(&o, SOURCE, 4);
    octets_field(&o, DESTINATION, 4);
    octets_field(&o, PROTOCOL, 1);
    octets_field(&o, ICMP_TYPE_CODE, 2);
    octets_set(&o, 256);
    put_flow(&o, 80, 10, ECHO_REPLY);
    put_flow(&o, 10, 80, ECHO);
    put_flow(&o, 81, 11, ECHO_REPLY);
    octets_end(&o);
    struct session_config session = { .hex = o.data, .hex_length = o.length };
    struct batch_outcome outcome;
    struct capture_error error;
    struct batch_config config = { .show = BATCH_CONNECTIONS, .quiet = true };
    config.out = open_memstream(&text, &length);
    cr_assert(config.out);
    cr_assert(batch_run(&config, &session, &outcome, &error));
    fclose(config.out);
    cr_expect(
        strstr(text,
               "| ECHO REQUEST   | -        | -         |       - | Between 192.0.2.10 and 192.0.2.80\n"),
        "%s", text);
    cr_expect(
        strstr(text, "| ECHO REPLY     | -        | -         |       - | From 192.0.2.81 to 192.0.2.11: "),
        "%s", text);
    free(text);
}
