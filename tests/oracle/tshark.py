#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""tshark.py NFSCOPE FOLDER [--chosen] [CAPTURE...]: compares every record with what tshark reads, field by field.

All captures of the folder, those of CHOSEN (--chosen), or the named ones. Records are matched by frame and order in it. A
field of tshark is compared where FIELDS, or its name spelled as IANA does, says which element it is. What tshark is known to
get wrong stands in KNOWN with the reason. Exit status 77 where tshark is not there.
"""
import calendar
import collections
import decimal
import ipaddress
import json
import os
import re
import shutil
import subprocess
import sys
import time

PORTS = (443, 2055, 2056, 2100, 4739, 4740, 6343, 9990, 9991, 9992, 9995)
KINDS = (".pcap", ".pcapng", ".gz")

# What tshark gets wrong: capture -> (fields that may differ, reason). "records": their number in a frame.
ENDS = {"srcaddr", "dstaddr", "srcport", "dstport", "inputint", "outputint"}
KNOWN = {
    "template-redefined": (ENDS | {"records"}, "keeps the first definition of a template"),
    "template-withdrawn": ({"records"}, "ignores withdrawals"),
    "source-port": ({"records"}, "loses the template when the source port changes"),
    "wide": ({"records"}, "does not use templates of more than 60 fields"),
    "multi": ({"records"}, "reads the first message of a datagram alone"),
    "hostile": ({"if_name", "http_request_target"}, "ends strings at the first zero octet"),
    "types": ({"data_records_reliability", "abstimestart"}, "takes the boolean 2 for true, and microseconds before the "
              "export for a time of their own"),
    "pmacctd-ipfix-micro": ({"abstimestart", "abstimeend"}, "reads the upper half of a timeval of 16 octets as NTP time"),
}
BEFORE_ALL = "Jan  1, 1970 00:00:00.000000000 UTC"  # what tshark makes of a sysUpTime of 0

# Fields of tshark that stand for several elements, or whose name is spelled in another way than IANA's.
FIELDS = {
    "srcaddr": "sourceIPv4Address", "dstaddr": "destinationIPv4Address",
    "srcaddrv6": "sourceIPv6Address", "dstaddrv6": "destinationIPv6Address",
    "srcport": "sourceTransportPort", "dstport": "destinationTransportPort", "protocol": "protocolIdentifier",
    "octets": "octetDeltaCount", "packets": "packetDeltaCount",
    "permanent_octets": "octetTotalCount", "permanent_packets": "packetTotalCount",
    "post_octets": "postOctetDeltaCount", "post_packets": "postPacketDeltaCount",
    "inputint": "ingressInterface", "outputint": "egressInterface",
    "srcas": "bgpSourceAsNumber", "dstas": "bgpDestinationAsNumber",
    "srcmask": "sourceIPv4PrefixLength", "dstmask": "destinationIPv4PrefixLength",
    "srcmaskv6": "sourceIPv6PrefixLength", "dstmaskv6": "destinationIPv6PrefixLength",
    "tos": "ipClassOfService", "post_tos": "postIpClassOfService", "tcpflags": "tcpControlBits",
    "nexthop": "ipNextHopIPv4Address", "nexthopv6": "ipNextHopIPv6Address",
    "bgpnexthop": "bgpNextHopIPv4Address", "bgpnexthopv6": "bgpNextHopIPv6Address",
    "ip_version": "ipVersion", "direction": "flowDirection", "flow_end_reason": "flowEndReason",
    "icmp_type_code_ipv4": "icmpTypeCodeIPv4", "icmp_type_code_ipv6": "icmpTypeCodeIPv6",
    "srcmac": "sourceMacAddress", "dstmac": "destinationMacAddress",
    "post_dstmac": "postDestinationMacAddress", "post_srcmac": "postSourceMacAddress",
    "vlanid": "vlanId", "post_vlanid": "postVlanId", "if_name": "interfaceName", "if_descr": "interfaceDescription",
    "mp_id": "meteringProcessId", "od_id": "observationDomainId", "sys_init_time": "systemInitTimeMilliseconds",
    "sampler_id": "samplerId", "sampler_mode": "samplerMode", "sampler_random_interval": "samplerRandomInterval",
    "sampling_interval": "samplingInterval", "sampling_algorithm": "samplingAlgorithm",
    "flow_active_timeout": "flowActiveTimeout", "flow_inactive_timeout": "flowIdleTimeout",
    "ttl_min": "minimumTTL", "ttl_max": "maximumTTL", "length_min": "minimumIpTotalLength",
    "length_max": "maximumIpTotalLength", "appl_name": "applicationName", "appl_desc": "applicationDescription",
    "octetsexp": "exportedOctetTotalCount", "packetsexp": "exportedMessageTotalCount",
    "flowsexp": "exportedFlowRecordTotalCount", "section_header": "ipHeaderPacketSection",
    "timestart": "flowStartSysUpTime", "timeend": "flowEndSysUpTime",
    "abstimestart": ("flowStartSeconds", "flowStartMilliseconds", "flowStartMicroseconds", "flowStartNanoseconds"),
    "abstimeend": ("flowEndSeconds", "flowEndMilliseconds", "flowEndMicroseconds", "flowEndNanoseconds"),
}


PARTS = {"forwarding_status"}  # fields that tshark shows in pieces only


def camel(name):
    head, *rest = name.split("_")
    return head + "".join(word.capitalize() for word in rest)


# tshark


def tshark(path):
    """frame -> its records, each a multimap of field names to text"""
    ports = [word for port in PORTS for word in ("-d", "udp.port==%d,cflow" % port)]
    done = subprocess.run(["tshark", "-2", "-n", "-r", path, *ports, "-Y", "cflow", "-T", "json"], check=False,
                          stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=120)
    frames = {}
    for packet in json.loads(done.stdout, object_pairs_hook=list):
        layers = get(get(packet, "_source"), "layers")
        number = int(get(get(layers, "frame"), "frame.number"))
        records = frames.setdefault(number, [])
        for name, layer in layers:
            if name == "cflow":
                collect(layer, records)
    return frames


def get(pairs, name):
    return next(value for key, value in pairs if key == name)


def collect(pairs, records):
    for name, value in pairs:
        if not isinstance(value, list) or name.startswith("Template") or name.startswith("Options Template"):
            continue
        if re.match(r"(Flow|pdu) \d", name):
            fields = collections.defaultdict(list)
            leaves(value, fields)
            records.append(fields)
        else:
            collect(value, records)


def leaves(pairs, fields):
    for name, value in pairs:
        if isinstance(value, list):
            leaves(value, fields)
        elif name.startswith("cflow."):
            fields[name[6:]].append(value)


# nfscope


def spread(values, fields):
    """Fields by name; those in a subTemplateList among the others, and of other lists nothing, as tshark shows them."""
    for name, value in values.items():
        for item in value if isinstance(value, list) else [value]:
            if not isinstance(item, dict):
                fields[name].append(item)
            elif name == "subTemplateList":
                for record in item.get("records", ()):
                    spread(record, fields)


def nfscope(binary, path):
    done = subprocess.run([binary, "-n", "-r", path, "--show", "records", "-T", "json"], check=True,
                          stdout=subprocess.PIPE, timeout=60)
    frames = {}
    for line in done.stdout.decode().splitlines():
        record = json.loads(line)
        fields = collections.defaultdict(list)
        for part in ("scope", "fields"):
            spread(record.get(part, {}), fields)
        frames.setdefault(record["frame"], []).append(fields)
    return frames


# Values: both sides become numbers, addresses or text


def nanoseconds(text):
    """of "Mar  2, 2026 09:00:00.250000000 UTC" or "2026-03-02T09:00:00.25Z"; None: no time"""
    for pattern, form in ((r"(\w{3} [ \d]\d, \d{4} \d\d:\d\d:\d\d)(?:\.(\d+))? UTC$", "%b %d, %Y %H:%M:%S"),
                          (r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d+))?Z$", "%Y-%m-%dT%H:%M:%S")):
        match = re.match(pattern, text)
        if match:
            seconds = calendar.timegm(time.strptime(match[1], form))
            return seconds * 10**9 + int((match[2] or "0").ljust(9, "0")[:9])
    return None


def value_of(item):
    if isinstance(item, bool):
        return int(item)
    if isinstance(item, int):
        return item
    if isinstance(item, float):
        return decimal.Decimal(item)
    text = str(item)
    moment = nanoseconds(text)
    if moment is not None:
        return ("time", moment)
    if re.match(r"0x[0-9a-f]+$", text):
        return int(text, 16)
    if re.match(r"-?\d+$", text):
        return int(text)
    if re.match(r"-?\d+\.\d+(e[-+]?\d+)?$", text):
        return decimal.Decimal(text)
    if re.match(r"[0-9a-f]{2}(:[0-9a-f]{2})+$", text):
        return text.replace(":", "")
    try:
        return ipaddress.ip_address(text).packed
    except ValueError:
        return text


def same(theirs, ours, name):
    if isinstance(theirs, tuple) and isinstance(ours, tuple):
        return abs(theirs[1] - ours[1]) <= 1000  # tshark loses up to a microsecond of NTP times
    if name in ("timestart", "timeend") and isinstance(ours, int):
        return decimal.Decimal(theirs) * 1000 == ours
    if isinstance(theirs, bytes) and isinstance(ours, bytes) and len(theirs) < len(ours):
        return ours.startswith(theirs)
    return theirs == ours


def compare_fields(theirs, ours):
    """(fields compared, those that differ: name and text)"""
    compared, wrong = 0, []
    for name, texts in theirs.items():
        if name in PARTS:
            continue
        elements = FIELDS.get(name, camel(name))
        elements = (elements,) if isinstance(elements, str) else elements
        # tshark shows reverse elements (RFC 5103) as if they were forward ones
        elements += tuple("reverse" + element[0].upper() + element[1:] for element in elements)
        mine = [value for element in elements for value in ours.get(element, [])]
        if not mine:
            if name in FIELDS and set(texts) != {BEFORE_ALL}:
                wrong.append((name, "%s is missing" % texts))
            continue
        compared += 1
        pairs = zip(sorted_values(texts), sorted_values(mine))
        if len(texts) != len(mine) or not all(same(a, b, name) for a, b in pairs):
            wrong.append((name, "%s, here %s" % (texts, mine)))
    return compared, wrong


def sorted_values(items):
    return sorted(map(value_of, items), key=lambda v: (str(type(v)), v))


def compare(binary, path, may_differ):
    """(fields compared, differences as text, whether one was among those that may differ)"""
    theirs, ours = tshark(path), nfscope(binary, path)
    compared, wrong, expected = 0, [], False
    for frame in sorted(set(theirs) | set(ours)):
        a, b = theirs.get(frame, []), ours.get(frame, [])
        if len(a) != len(b):
            expected |= "records" in may_differ
            if "records" not in may_differ:
                wrong.append("frame %d: %d records, here %d" % (frame, len(a), len(b)))
            continue
        for n, (x, y) in enumerate(zip(a, b), 1):
            count, differ = compare_fields(x, y)
            compared += count
            expected |= any(name in may_differ for name, _ in differ)
            wrong += ["frame %d record %d: %s=%s" % (frame, n, name, text) for name, text in differ
                      if name not in may_differ]
    return compared, wrong, expected



# Of a larger collection: one for each kind of exporter that tshark reads wholly.
CHOSEN = """
    akvorado__ipfix_rfc5103_ipfixprobe akvorado__v9_icmp calmh__ipfix_template_and_data fluent__v9_mpls goflow2__v5
    graylog__v5_pmacctd logstash__ipfix_barracuda_extended_uniflow logstash__ipfix_ixia_tpldata271 logstash__ipfix_mikrotik
    logstash__ipfix_nokia_bras logstash__ipfix_yaf logstash__v9_fortigate_fortios_542_appid logstash__v9_huawei_netstream
    logstash__v9_iptnetflow_reduced_size_encoding_tpldata260 logstash__v9_macaddr logstash__v9_streamcore
    netflow_parser__v7 pmacct__401_ipfix_00 pmacct__501_ipfix_00 pmacctd__v9 seed__ipfix_full softflowd__ipfix_milli
""".split()


def main():
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    if not shutil.which("tshark"):
        print("tshark is not here")
        sys.exit(77)
    binary, folder, *names = sys.argv[1:]
    if names == ["--chosen"]:
        names = [name + ".pcap" for name in CHOSEN]
    names = names or sorted(name for name in os.listdir(folder) if name.endswith(KINDS))
    failed, total = 0, 0
    for name in names:
        may_differ, reason = KNOWN.get(name.split(".")[0], ((), ""))
        try:
            compared, wrong, expected = compare(os.path.abspath(binary), os.path.join(folder, name), may_differ)
        except ValueError as error:
            compared, wrong, expected = 0, ["no JSON: %s" % error], True
        total += compared
        if wrong:
            failed += 1
            print("%s: %d of %d fields differ\n  %s" % (name, len(wrong), compared, "\n  ".join(wrong[:12])))
        elif reason and not expected:
            print("%s: this tshark agrees; others: %s" % (name, reason))
    print("%d captures, %d differ; %d fields compared" % (len(names), failed, total))
    sys.exit(bool(failed))


if __name__ == "__main__":
    main()
