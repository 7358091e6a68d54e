/* SPDX-License-Identifier: MIT */
#include "view/batch/batch.h"

#include <criterion/criterion.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "octets.h"

#define VARIABLE 65535

enum { SOURCE = 8, OCTETS = 1, PROTOCOL = 4, NAME = 82, BASIC_LIST = 291 };
enum { SUB_TEMPLATE_LIST = 292, SUB_TEMPLATE_MULTI_LIST = 293, SAMPLING_PROBABILITY = 311, TRUTH = 276 };

static struct octets o;

static void begin(void)
{
    setenv("TZ", "UTC", 1);
    tzset();
    octets_message(&o);
}

TestSuite(batch, .init = begin);

static enum batch_result write_to(FILE *out, struct batch_config config)
{
    struct session_config session = { .hex = o.data, .hex_length = o.length };
    struct batch_outcome outcome;
    struct capture_error error;
    octets_end(&o);
    config.out = out;
    cr_assert(batch_run(&config, &session, &outcome, &error));
    return outcome.result;
}

static void expect(struct batch_config config, const char *wanted)
{
    char *text = NULL;
    size_t length;
    FILE *out = open_memstream(&text, &length);
    cr_assert_not_null(out);
    cr_expect_eq(write_to(out, config), BATCH_DONE);
    fclose(out);
    cr_expect_str_eq(text, wanted);
    free(text);
}

static void expect_part(struct batch_config config, const char *wanted)
{
    char *text = NULL;
    size_t length;
    FILE *out = open_memstream(&text, &length);
    cr_assert_not_null(out);
    cr_expect_eq(write_to(out, config), BATCH_DONE);
    fclose(out);
    cr_expect(strstr(text, wanted), "no '%s' in '%s'", wanted, text);
    free(text);
}

static const struct batch_config records_json = { .show = BATCH_RECORDS, .json = true };
static const struct batch_config records_text = { .show = BATCH_RECORDS };

static void plain_template(void)
{
    octets_set(&o, 2);
    octets_template(&o, 256, 2);
    octets_field(&o, SOURCE, 4);
    octets_field(&o, OCTETS, 4);
}

static void plain_record(unsigned number)
{
    octets_32(&o, 0xC0000200 + number);
    octets_32(&o, 1000 + number);
}

Test(batch, records_behind_a_set_that_waits_are_numbered_after_it)
{
    octets_set(&o, 256);
    plain_record(1);
    plain_record(2);
    plain_template();
    octets_set(&o, 256);
    plain_record(3);
    expect(records_text,
           "1/1 - domain 7 template 256 late: sourceIPv4Address=192.0.2.1 octetDeltaCount=1001\n"
           "1/2 - domain 7 template 256 late: sourceIPv4Address=192.0.2.2 octetDeltaCount=1002\n"
           "1/3 - domain 7 template 256: sourceIPv4Address=192.0.2.3 octetDeltaCount=1003\n");
}

Test(batch, a_set_between_is_numbered_too)
{
    octets_set(&o, 2);
    octets_template(&o, 300, 1);
    octets_field(&o, OCTETS, 4);
    octets_set(&o, 300);
    octets_32(&o, 1);
    octets_set(&o, 256);
    plain_record(1);
    octets_set(&o, 300);
    octets_32(&o, 2);
    plain_template();
    octets_set(&o, 300);
    octets_32(&o, 3);
    expect(records_text,
           "1/1 - domain 7 template 300: octetDeltaCount=1\n"
           "1/2 - domain 7 template 256 late: sourceIPv4Address=192.0.2.1 octetDeltaCount=1001\n"
           "1/3 - domain 7 template 300: octetDeltaCount=2\n"
           "1/4 - domain 7 template 300: octetDeltaCount=3\n");
}

Test(batch, late_records_say_so_in_json)
{
    octets_set(&o, 256);
    plain_record(1);
    plain_template();
    expect(records_json, "{\"frame\":1,\"port\":0,\"version\":10,\"domain\":7,\"template\":256,\"record\":1,"
                         "\"kind\":\"data\",\"late\":true,\"fields\":{\"sourceIPv4Address\":\"192.0.2.1\","
                         "\"octetDeltaCount\":1001}}\n");
}

Test(batch, repeated_fields_become_arrays)
{
    octets_set(&o, 2);
    octets_template(&o, 256, 4);
    octets_field(&o, OCTETS, 2);
    octets_field(&o, PROTOCOL, 1);
    octets_field(&o, OCTETS, 1);
    octets_field(&o, OCTETS, 1);
    octets_set(&o, 256);
    octets_16(&o, 500);
    octets_8(&o, 6);
    octets_8(&o, 1);
    octets_8(&o, 2);
    expect_part(records_json, "\"fields\":{\"octetDeltaCount\":[500,1,2],\"protocolIdentifier\":6}}\n");
}

Test(batch, strings_from_the_wire_are_harmless)
{
    octets_set(&o, 2);
    octets_template(&o, 256, 1);
    octets_field(&o, NAME, 8);
    octets_set(&o, 256);
    octets_text(&o, "a\"\x1b[\xff");
    octets_8(&o, 1);
    octets_16(&o, 0);
    expect_part(records_json, "\"interfaceName\":\"a\\\"\\u001b[\xEF\xBF\xBD\\u0001\"}");
    expect_part(records_text, "interfaceName=\"a\"\\x1b[\\xff\\x01\"\n");
}

Test(batch, floats_are_short_and_what_is_no_number_is_a_string)
{
    octets_set(&o, 2);
    octets_template(&o, 256, 3);
    for (unsigned i = 0; i < 2; i++)
        octets_field(&o, SAMPLING_PROBABILITY, 8);
    octets_field(&o, TRUTH, 1);
    octets_set(&o, 256);
    octets_32(&o, 0x3FB99999); /* 0.1 */
    octets_32(&o, 0x9999999A);
    octets_32(&o, 0x7FF80000); /* not a number */
    octets_32(&o, 0);
    octets_8(&o, 1);
    expect_part(records_json, "\"samplingProbability\":[0.1,\"nan\"],\"dataRecordsReliability\":true}");
}

Test(batch, unknown_elements_are_numbers_with_octets)
{
    octets_set(&o, 2);
    octets_template(&o, 256, 1);
    octets_field(&o, 0x8000 | 17, 3);
    octets_32(&o, 4294967294);
    octets_set(&o, 256);
    octets_text(&o, "abc");
    expect_part(records_json, "\"fields\":{\"4294967294.17\":\"616263\"}}");
}

Test(batch, lists_nest)
{
    octets_set(&o, 2);
    octets_template(&o, 256, 2);
    octets_field(&o, BASIC_LIST, VARIABLE);
    octets_field(&o, SUB_TEMPLATE_LIST, VARIABLE);
    octets_template(&o, 257, 1);
    octets_field(&o, PROTOCOL, 1);
    octets_set(&o, 256);
    octets_8(&o, 5 + 2); /* basicList: allOf protocolIdentifier of 1 octet */
    octets_8(&o, 3);
    octets_16(&o, PROTOCOL);
    octets_16(&o, 1);
    octets_8(&o, 6);
    octets_8(&o, 17);
    octets_8(&o, 3 + 2); /* subTemplateList: exactlyOneOf template 257 */
    octets_8(&o, 1);
    octets_16(&o, 257);
    octets_8(&o, 1);
    octets_8(&o, 2);
    expect_part(records_json,
                "\"basicList\":{\"semantic\":\"allOf\",\"element\":\"protocolIdentifier\",\"values\":[6,17]},"
                "\"subTemplateList\":{\"semantic\":\"exactlyOneOf\",\"template\":257,"
                "\"records\":[{\"protocolIdentifier\":1},{\"protocolIdentifier\":2}]}}}");
    expect_part(records_text,
                "basicList=allOf[6 17] "
                "subTemplateList=exactlyOneOf[{protocolIdentifier=1} {protocolIdentifier=2}]\n");
}

Test(batch, lists_of_lists_are_parted_by_one_comma)
{
    octets_set(&o, 2);
    octets_template(&o, 256, 1);
    octets_field(&o, BASIC_LIST, VARIABLE);
    octets_set(&o, 256);
    octets_8(&o, 5 + 2 * 7);
    octets_8(&o, 3);
    octets_16(&o, BASIC_LIST);
    octets_16(&o, VARIABLE);
    for (unsigned i = 0; i < 2; i++) {
        octets_8(&o, 6);
        octets_8(&o, 4);
        octets_16(&o, PROTOCOL);
        octets_16(&o, 1);
        octets_8(&o, i);
    }
    expect_part(records_json,
                "\"values\":[{\"semantic\":\"ordered\",\"element\":\"protocolIdentifier\",\"values\":[0]},"
                "{\"semantic\":\"ordered\",\"element\":\"protocolIdentifier\",\"values\":[1]}]}}}\n");
}

Test(batch, a_list_of_an_unknown_template_is_its_octets)
{
    octets_set(&o, 2);
    octets_template(&o, 256, 1);
    octets_field(&o, SUB_TEMPLATE_LIST, VARIABLE);
    octets_set(&o, 256);
    octets_8(&o, 4);
    octets_8(&o, 3);
    octets_16(&o, 999);
    octets_8(&o, 1);
    expect_part(records_json, "{\"semantic\":\"allOf\",\"template\":999,\"octets\":\"01\"}}}\n");
    expect_part(records_text, "subTemplateList=allOf[template 999 not known: 0x01]\n");
}

/* Groups of unknown templates stand by themselves; what is malformed behind them is no part of them. */
Test(batch, groups_of_a_list_in_their_order)
{
    octets_set(&o, 2);
    octets_template(&o, 257, 1);
    octets_field(&o, PROTOCOL, 1);
    octets_template(&o, 256, 1);
    octets_field(&o, SUB_TEMPLATE_MULTI_LIST, VARIABLE);
    octets_set(&o, 256);
    octets_8(&o, 1 + 4 * 5 + 2);
    octets_8(&o, 3);
    static const unsigned ids[] = { 999, 999, 257, 999 };
    for (unsigned i = 0; i < 4; i++) {
        octets_16(&o, ids[i]);
        octets_16(&o, 5);
        octets_8(&o, 6 + i);
    }
    octets_16(&o, 257); /* and no length */
    expect_part(records_json,
                "[{\"semantic\":\"allOf\",\"template\":999,\"octets\":\"06\"},"
                "{\"semantic\":\"allOf\",\"template\":999,\"octets\":\"07\"},"
                "{\"semantic\":\"allOf\",\"template\":257,\"records\":[{\"protocolIdentifier\":8}]},"
                "{\"semantic\":\"allOf\",\"template\":999,\"octets\":\"09\"},"
                "{\"semantic\":\"allOf\",\"records\":[],\"malformed\":true}]");
}

Test(batch, an_empty_list_of_records)
{
    octets_set(&o, 2);
    octets_template(&o, 257, 1);
    octets_field(&o, PROTOCOL, 1);
    octets_template(&o, 256, 2);
    octets_field(&o, SUB_TEMPLATE_LIST, VARIABLE);
    octets_field(&o, SUB_TEMPLATE_MULTI_LIST, VARIABLE);
    octets_set(&o, 256);
    octets_8(&o, 3);
    octets_8(&o, 0);
    octets_16(&o, 257);
    octets_8(&o, 1);
    octets_8(&o, 0);
    expect_part(records_json, "\"subTemplateList\":{\"semantic\":\"noneOf\",\"template\":257,\"records\":[]},"
                              "\"subTemplateMultiList\":[]}}\n");
}

/* A template, the withdrawal of it and of one that is not known, another template, and all of them. */
Test(batch, withdrawals_are_no_templates)
{
    struct batch_config packets = { .show = BATCH_PACKETS, .quiet = true };
    plain_template();
    octets_template(&o, 256, 0);
    octets_template(&o, 300, 0);
    octets_template(&o, 257, 1);
    octets_field(&o, SOURCE, 4);
    octets_set(&o, 2);
    octets_template(&o, 2, 0);
    octets_set(&o, 3);
    octets_template(&o, 3, 0);
    expect_part(packets, "  T256 W256,300 T257 W all OW all ");
    packets.json = true;
    expect_part(packets, "\"templates\":[256,257],\"withdrawn\":[256,300]}");
    expect_part(packets, "\"templates\":[],\"withdrawn\":[],\"withdrawn_all\":true}");
}

Test(batch, options_have_a_scope)
{
    octets_set(&o, 3);
    octets_template(&o, 256, 2);
    octets_16(&o, 1); /* scope fields */
    octets_field(&o, 149, 4);
    octets_field(&o, 34, 4);
    octets_set(&o, 256);
    octets_32(&o, 7);
    octets_32(&o, 100);
    expect_part(records_json, "\"record\":1,\"kind\":\"options\",\"scope\":{\"observationDomainId\":7},"
                              "\"fields\":{\"samplingInterval\":100}}");
}

Test(batch, what_a_flow_does_not_say_is_absent)
{
    plain_template();
    octets_set(&o, 256);
    plain_record(1);
    expect((struct batch_config) { .show = BATCH_FLOWS, .json = true },
           "{\"frame\":1,\"record\":1,\"domain\":7,\"version\":10,\"template\":256,\"src\":\"192.0.2.1\","
           "\"bytes\":1001}\n");
    expect_part((struct batch_config) { .show = BATCH_CONNECTIONS, .json = true },
                "{\"client\":{\"ip\":\"192.0.2.1\"},\"server\":{},\"bytes\":{\"client\":1001,\"server\":0},"
                "\"flows\":[{\"frame\":1,\"record\":1}],\"duplicates\":[],\"paired\":false,");
}

Test(batch, a_set_without_template_is_told_of_in_its_place)
{
    octets_set(&o, 256);
    plain_record(1);
    octets_set(&o, 4);
    expect_part((struct batch_config) { .show = BATCH_PACKETS, .tree = true },
                "    Set 1: id 256, data, 12 octets at offset 16, not decoded\n"
                "      offset 16 error set-no-template: set 256 of 8 octets: template 256 was never seen for "
                "this exporter and domain\n"
                "    Set 2: id 4, unknown, 4 octets at offset 28, not decoded\n");
    expect_part((struct batch_config) { .show = BATCH_PACKETS },
                " D256(set-no-template) ?4(reserved-set)  ! 2 errors\n");
}

Test(batch, octets_in_hex)
{
    plain_template();
    expect_part((struct batch_config) { .show = BATCH_PACKETS, .octets = true },
                "  0000  00 0a 00 20 65 53 f1 00  00 00 00 05 00 00 00 07  ... eS..........\n"
                "  0010  00 02 00 10 01 00 00 02  00 08 00 04 00 01 00 04  ................\n");
}

Test(batch, a_quiet_run_has_no_headings)
{
    expect((struct batch_config) { .show = BATCH_FLOWS, .quiet = true }, "");
    expect((struct batch_config) { .show = BATCH_FLOWS }, "0 flows in 1 export packet\n");
    expect((struct batch_config) { .show = BATCH_TEMPLATES }, "no templates in 1 export packet\n");
    expect((struct batch_config) { .show = BATCH_CONNECTIONS }, "no flows in the export packets\n");
}

Test(batch, nothing_to_show_is_said)
{
    memset(&o, 0, sizeof o);
    o.length = 8;
    expect((struct batch_config) { .show = BATCH_CONNECTIONS }, "no NetFlow or IPFIX packets in 1 frame\n");
    expect((struct batch_config) { .show = BATCH_CONNECTIONS, .json = true }, "");
}

Test(batch, output_that_cannot_be_written_is_told)
{
    plain_template();
    FILE *full = fopen("/dev/full", "w");
    if (!full)
        return;
    cr_expect_eq(write_to(full, (struct batch_config) { .show = BATCH_TEMPLATES }), BATCH_FAILED);
    fclose(full);
}

Test(batch, a_reader_that_has_gone_ends_it_quietly)
{
    int ends[2];
    struct sigaction ignore = { .sa_handler = SIG_IGN };
    sigaction(SIGPIPE, &ignore, NULL);
    cr_assert_eq(pipe(ends), 0);
    close(ends[0]);
    FILE *out = fdopen(ends[1], "w");
    plain_template();
    octets_set(&o, 256);
    plain_record(1);
    cr_expect_eq(write_to(out, records_json), BATCH_CLOSED);
    fclose(out);
}
