#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""excerpt.py NFSCOPE FOLDER [--chosen] [CAPTURE...]: of each capture an excerpt (-w) of the flows of a host, and of those of a port. It
must decode alone to the records that match in the capture, and its packets to all their records, as nfscope reads them, and
as tshark does. Exit status 77 where tshark is not there."""
import collections
import json
import os
import shutil
import subprocess
import sys
import tempfile

import tshark

# Where tshark reads the capture in another way than an excerpt of it: capture -> why
DIFFERENT = {
    "derived__mutated_v9": "it keeps the first definition of a template, of which the excerpt has the one that holds",
}

# Exporters of many makers; options data, late templates, templates of one id with several shapes, ports and domains.
CHOSEN = ("akvorado__v9_decode", "calmh__ipfix_issue12", "derived__ipv6_fragments", "derived__ipv6_hbh_ext",
          "derived__mutated_ipfix", "derived__mutated_v9", "derived__pcap_nsec_bigendian", "derived__v9_template_id_collision",
          "graylog__v9_softflowd", "graylog__v9_v5_nprobe_mixed", "large__reproducer_ipfix_bgp",
          "large__reproducer_ipfix_vmware", "large__softflowd_v9_restarts", "large__softflowd_v9_sampled",
          "logstash__ipfix_softflowd", "logstash__ipfix_yaf", "logstash__v9_macaddr", "logstash__v9_multiple_exporters_sameip",
          "netgauze__wire_ipfix_complex_sequence", "pmacct__104_ipfix_00", "pmacct__401_ipfix_00", "pmacct__500_ipfix_00",
          "pmacct__501_ipfix_00", "pmacctd__v9", "reproducer__ipfix_scenario_part9", "seed__ipfix_full",
          "seed__ipfix_reversed__reversed")

SECONDS = 60


def run(binary, *arguments):
    done = subprocess.run([binary, "-n", *arguments], check=False, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, timeout=SECONDS)
    if done.returncode not in (0, 2) or b"Sanitizer" in done.stderr:
        raise RuntimeError("%s: %s" % (" ".join(arguments), done.stderr.decode(errors="replace")))
    return done.stdout.decode()


def records(binary, path, *arguments):
    """frame -> its records, as text"""
    frames = collections.defaultdict(list)
    for line in run(binary, "-r", path, *arguments, "--show", "records", "-T", "json").splitlines():
        record = json.loads(line)
        frames[record.pop("frame")].append(json.dumps(record, sort_keys=True))
    return frames


def packets(binary, path):
    """[(frame, what tells it from others)] in order"""
    found = []
    for line in run(binary, "-r", path, "--show", "packets", "-T", "json").splitlines():
        packet = json.loads(line)
        frame = packet.pop("frame")
        packet.pop("diagnostics", None)
        for one in packet.get("sets", ()):  # a template may come earlier or later here
            one.pop("late", None)
            one.pop("borrowed", None)
        found.append((frame, json.dumps(packet, sort_keys=True)))
    return found


def counterparts(binary, path, excerpt):
    """frame in the excerpt -> frame in the capture; None: a packet of the excerpt is not one of the capture's, in order"""
    frames, whole = {}, iter(packets(binary, path))
    for frame, packet in packets(binary, excerpt):
        for original, candidate in whole:
            if candidate == packet:
                frames[frame] = original
                break
        else:
            return None
    return frames


def filters(found):
    """A host and a port that some but not all records have."""
    values = collections.Counter()
    total = 0
    for lines in found.values():
        for line in lines:
            fields = json.loads(line)["fields"]
            total += 1
            names = (("ip ==", ("sourceIPv4Address", "destinationIPv4Address", "sourceIPv6Address", "destinationIPv6Address")),
                     ("port ==", ("sourceTransportPort", "destinationTransportPort")))
            values.update({(what, fields[name]) for what, keys in names for name in keys
                           if isinstance(fields.get(name), (str, int))})
    for what in ("ip ==", "port =="):
        ranked = sorted((abs(count - total / 8), str(value)) for (kind, value), count in values.items() if kind == what)
        if ranked:
            yield "%s %s" % (what, ranked[0][1])


def compare(name, what, got, wanted):
    if got == wanted:
        return 0
    print("%s: %s differ" % (name, what))
    for frame in sorted(set(got) | set(wanted)):
        if got.get(frame) != wanted.get(frame):
            print("  frame %s\n  - %.300s\n  + %.300s" % (frame, wanted.get(frame), got.get(frame)))
            break
    return 1


def check(binary, path, expression, theirs):
    name = "%s -Y '%s'" % (os.path.basename(path), expression)
    with tempfile.TemporaryDirectory() as folder:
        excerpt = os.path.join(folder, "excerpt.pcap")
        run(binary, "-q", "-r", path, "-Y", expression, "-w", excerpt)
        frames = counterparts(binary, path, excerpt)
        if frames is None:
            print("%s: holds a packet that is none of the capture's" % name)
            return 1
        found = {frames[frame]: lines for frame, lines in records(binary, excerpt, "-Y", expression).items()}
        failed = compare(name, "matching records", found, dict(records(binary, path, "-Y", expression)))
        everything = records(binary, path)
        found = {frames[frame]: lines for frame, lines in records(binary, excerpt).items()}
        failed += compare(name, "records of its packets", found,
                          {frame: everything[frame] for frame in frames.values() if frame in everything})
        if os.path.basename(path).split(".")[0] in DIFFERENT:
            return failed
        alone = {frames[frame]: list(map(dict, lines)) for frame, lines in tshark.tshark(excerpt).items()
                 if frame in frames}
        whole = {frame: list(map(dict, lines)) for frame, lines in theirs.items() if frame in set(frames.values())}
        return failed + compare(name, "records as tshark reads them", alone, whole)


def main():
    binary, folder, names = os.path.abspath(sys.argv[1]), sys.argv[2], sys.argv[3:]
    if not shutil.which("tshark"):
        sys.exit(77)
    if names == ["--chosen"]:
        names = [name + ".pcap" for name in CHOSEN]
    names = names or sorted(name for name in os.listdir(folder) if name.endswith(tshark.KINDS))
    failed = count = 0
    for name in names:
        path = os.path.join(folder, name)
        theirs = tshark.tshark(path)
        for expression in filters(records(binary, path)):
            failed += check(binary, path, expression, theirs) > 0
            count += 1
    print("%d excerpts of %d captures, %d fail" % (count, len(names), failed))
    sys.exit(failed > 0 or count == 0)


if __name__ == "__main__":
    main()
