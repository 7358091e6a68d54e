/* SPDX-License-Identifier: MIT */
/* Lines of JSON as CSV, tables and other JSON. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "view/batch/shape.h"

static void expect(enum keys_group group, enum shape_form form, const char *words, const char *lines,
                   const char *wanted)
{
    struct keys_choice choice = { 0 };
    struct strbuf out = { 0 };
    char copy[256], *rest = copy;
    snprintf(copy, sizeof copy, "%s", words);
    for (char *word; (word = strsep(&rest, ","));)
        cr_assert(!*word || keys_choose(group, word, &choice), "%s", word);
    struct shape_config config = { .form = form, .group = group, .choice = &choice, .head = true };
    struct shape *shape = shape_new(&config);
    shape_lines(shape, lines, strlen(lines), &out);
    shape_finish(shape, &out);
    cr_expect_str_eq(out.data, wanted);
    shape_free(shape);
    keys_release(&choice);
    strbuf_release(&out);
}

Test(shape, missing_values_are_empty)
{
    expect(KEYS_FLOWS, SHAPE_CSV, "src,bytes,sport",
           "{\"frame\":1,\"src\":\"::1\",\"sport\":0}\n{\"bytes\":7}\n", "src,bytes,sport\n::1,,0\n,7,\n");
}

Test(shape, quotation_and_formulas)
{
    expect(KEYS_DIAGNOSTICS, SHAPE_CSV, "text,frame",
           "{\"frame\":-1,\"text\":\"a,\\\"b\\\"\"}\n{\"text\":\"=1+2\"}\n{\"text\":\"-a, "
           "b\"}\n{\"text\":\"@\"}\n",
           "text,frame\n\"a,\"\"b\"\"\",-1\n'=1+2,\n\"'-a, b\",\n'@,\n");
}

Test(shape, what_is_not_printable_is_shown)
{
    expect(KEYS_DIAGNOSTICS, SHAPE_CSV, "text",
           "{\"text\":\"\\n\\u001b\\u202e\\ud83d\\ude00\\\\\\/\"}\n{\"text\":\"\xC3\xA4\"}\n",
           "text\n\\x0a\\x1b\\u{202e}\\u{1f600}\\/\n\xC3\xA4\n");
}

Test(shape, lists_have_as_many_values_in_every_column)
{
    const char *line =
        "{\"sets\":[{\"id\":1},{\"templates\":[2,3]},{\"id\":4,\"reason\":\"=x\"},{}],\"records\":5}\n";
    expect(KEYS_PACKETS, SHAPE_CSV, "records,sets.id,sets.templates,sets.reason", line,
           "records,sets.id,sets.templates,sets.reason\n5,1;;4;,;2 3;;,;;=x;\n");
    expect(KEYS_PACKETS, SHAPE_JSON, "records,sets.id,sets.templates,sets.reason", line,
           "{\"records\":5,\"sets.id\":[1,null,4,null],\"sets.templates\":[null,[2,3],null,null],"
           "\"sets.reason\":[null,null,\"=x\",null]}\n");
}

Test(shape, an_object_means_all_in_it_and_each_column_is_there_once)
{
    expect(KEYS_CONNECTIONS, SHAPE_CSV, "bytes,client.ip,bytes.server",
           "{\"client\":{\"ip\":\"10.0.0.1\",\"port\":1},\"bytes\":{\"client\":1,\"server\":2}}\n",
           "bytes.client,bytes.server,client.ip\n1,2,10.0.0.1\n");
}

Test(shape, a_line_of_csv_for_each_field_of_a_record)
{
    expect(
        KEYS_RECORDS, SHAPE_CSV, "",
        "{\"frame\":1,\"record\":2,\"kind\":\"options\",\"scope\":{\"system\":3},\"fields\":{\"a\":[4,5],"
        "\"b\":{\"x\":[{\"y\":1}]},\"c\":\"}{,\"}}\n",
        "frame,file,time,exporter,port,version,domain,template,record,kind,late,borrowed,part,field,value\n"
        "1,,,,,,,,2,options,,,scope,system,3\n"
        "1,,,,,,,,2,options,,,field,a,4;5\n"
        "1,,,,,,,,2,options,,,field,b,\"{\"\"x\"\":[{\"\"y\"\":1}]}\"\n"
        "1,,,,,,,,2,options,,,field,c,\"}{,\"\n");
}

Test(shape, elements_of_records)
{
    expect(KEYS_RECORDS, SHAPE_CSV, "octetDeltaCount,scope.system,4444.12,frame",
           "{\"frame\":1,\"scope\":{\"system\":3},\"fields\":{\"octetDeltaCount\":9,\"4444.12\":\"ff\"}}\n",
           "octetDeltaCount,system,4444.12,frame\n9,3,ff,1\n");
}

Test(shape, a_table_is_as_wide_as_its_lines)
{
    expect(KEYS_FLOWS, SHAPE_TABLE, "src,bytes,proto",
           "{\"src\":\"192.0.2.100\",\"bytes\":1,\"proto\":17}\n{}\n",
           "Source       Bytes  Proto\n192.0.2.100      1     17\n-                -      -\n");
}

Test(shape, durations_are_made_of_times)
{
    const char *lines = "{\"start\":\"2026-01-31T23:59:59.75Z\",\"end\":\"2026-02-01T00:00:01Z\"}\n"
                        "{\"end\":\"2026-02-01T00:00:01Z\"}\n"
                        "{\"start\":\"2026-02-01T00:00:01Z\",\"end\":\"2026-02-01T00:00:00.999999999Z\"}\n";
    expect(KEYS_FLOWS, SHAPE_CSV, "duration,end", lines,
           "duration,end\n1.25,2026-02-01T00:00:01Z\n,2026-02-01T00:00:01Z\n-0.000000001,2026-02-01T00:00:00."
           "999999999Z\n");
    expect(KEYS_CONNECTIONS, SHAPE_JSON, "dur", lines,
           "{\"duration\":1.25}\n{}\n{\"duration\":-0.000000001}\n");
}

Test(shape, other_names_of_fields)
{
    expect(KEYS_FLOWS, SHAPE_CSV, "srcip,pkts,dst.port", "{\"src\":\"::1\",\"dport\":5,\"packets\":7}\n",
           "src,packets,dport\n::1,7,5\n");
    expect(KEYS_CONNECTIONS, SHAPE_CSV, "client.bytes", "{\"bytes\":{\"client\":5}}\n", "bytes.client\n5\n");
}

Test(shape, unknown_keys)
{
    struct keys_choice choice = { 0 };
    cr_expect_not(keys_choose(KEYS_FLOWS, "byte", &choice));
    cr_expect_not(keys_choose(KEYS_FLOWS, "", &choice));
    cr_expect_not(keys_choose(KEYS_FLOWS, "octetDeltaCount", &choice));
    cr_expect_not(keys_choose(KEYS_RECORDS, "fields.", &choice));
    cr_expect_not(keys_choose(KEYS_RECORDS, "fields", &choice));
    cr_expect_not(keys_choose(KEYS_RECORDS, "4444.", &choice));
    cr_expect_eq(choice.count, 0);
    keys_release(&choice);
}
