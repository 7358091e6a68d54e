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

PORTS = (443, 2055, 4739, 9995)
KINDS = (".pcap", ".pcapng", ".gz")

# Samples that tshark cannot be asked about, or not in all: sample -> reason; sample.frame -> reason.
KNOWN = {
    "template-redefined": "keeps the first definition of a template in its second pass",
    "template-withdrawn": "ignores withdrawals",
    "source-port": "loses the template when the source port changes",
    "wide": "does not use templates of more than 60 fields",
    "lists": "decodes no lists",
    "odd-port": "takes noise for export packets when told to decode a port",
    "multi": "reads the first message of a datagram only",
    "firewall": "splits no v9 type above 32767 from IANA numbers",
    "times": "",
}

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


def nfscope(binary, path):
    done = subprocess.run([binary, "-n", "-r", path, "--show", "records", "-T", "json"], check=True,
                          stdout=subprocess.PIPE, timeout=60)
    frames = {}
    for line in done.stdout.decode().splitlines():
        record = json.loads(line)
        fields = collections.defaultdict(list)
        for part in ("scope", "fields"):
            for name, value in record.get(part, {}).items():
                fields[name].extend(value if isinstance(value, list) else [value])
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
    """(fields compared, those that differ)"""
    compared, wrong = 0, []
    for name, texts in theirs.items():
        elements = FIELDS.get(name, camel(name))
        elements = (elements,) if isinstance(elements, str) else elements
        mine = [value for element in elements for value in ours.get(element, [])]
        if not mine:
            if name in FIELDS:
                wrong.append("%s=%s is missing" % (name, texts))
            continue
        compared += 1
        pairs = list(zip(sorted_values(texts), sorted_values(mine)))
        if len(texts) != len(mine) or not all(same(a, b, name) for a, b in pairs):
            wrong.append("%s=%s, here %s" % (name, texts, mine))
    return compared, wrong


def sorted_values(items):
    return sorted(map(value_of, items), key=lambda v: (str(type(v)), v))


def compare(binary, path):
    theirs, ours = tshark(path), nfscope(binary, path)
    compared, wrong = 0, []
    for frame in sorted(set(theirs) | set(ours)):
        a, b = theirs.get(frame, []), ours.get(frame, [])
        if len(a) != len(b):
            wrong.append("frame %d: %d records, here %d" % (frame, len(a), len(b)))
            continue
        for n, (x, y) in enumerate(zip(a, b), 1):
            count, differ = compare_fields(x, y)
            compared += count
            wrong += ["frame %d record %d: %s" % (frame, n, text) for text in differ]
    return compared, wrong


CHOSEN = []


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
        compared, wrong = compare(os.path.abspath(binary), os.path.join(folder, name))
        total += compared
        known = KNOWN.get(name.split(".")[0])
        if wrong and not known:
            failed += 1
            print("%s: %d fields agree\n  %s" % (name, compared - len(wrong), "\n  ".join(wrong[:12])))
        elif known and not wrong:
            print("%s: tshark agrees, though it %s" % (name, known))
    print("%d captures, %d differ; %d fields compared" % (len(names), failed, total))
    sys.exit(bool(failed))


if __name__ == "__main__":
    main()
