#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""reports.py ROOT NFSCOPE GENERATE: every report of -z against sums made here of the lines of --show flows and --show
connections, to the octet; text and CSV have the numbers of JSON, and any number of threads gives the same."""
import collections
import concurrent.futures
import csv
import datetime
import functools
import io
import ipaddress
import json
import os
import re
import subprocess
import sys
import tempfile

SAMPLES = ("two-exporters.pcap", "softflowd-v9.pcap", "softflowd-v5-full.pcap", "v7.pcap", "wide.pcap", "options-v9.pcap",
           "softflowd-ipfix-biflow.pcap", "pairs.pcap", "template-late.pcap", "firewall.pcap", "multi.pcap", "source-port.pcap",
           "uncounted.pcap")
PROBLEMS = []
SUMS = ("bytes", "packets", "flows", "connections")
PORTS = (6, 17, 33, 132, 136)


def run(program, sample, *options):
    done = subprocess.run([program, "--name-wait", "0", "-r", sample, *options], stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, timeout=120, check=False,
                          env={**os.environ, "TZ": "UTC", "LC_ALL": "C.UTF-8"})
    if done.returncode:
        PROBLEMS.append(f"{sample} {options}: exit status {done.returncode}: {done.stderr.decode()}")
    return done.stdout.decode()


def nanoseconds(text):
    """Of RFC 3339, since 1970."""
    found = re.fullmatch(r"(\d+)-(\d+)-(\d+)T(\d+):(\d+):(\d+)(?:\.(\d+))?Z", text)
    year, month, day, hour, minute, second = map(int, found.groups()[:6])
    days = (ordinal(year, month, day) - ordinal(1970, 1, 1))
    return ((days * 24 + hour) * 60 + minute) * 60_000_000_000 + second * 1_000_000_000 + int((found[7] or "").ljust(9, "0"))


def ordinal(year, month, day):

    return datetime.date(year, month, day).toordinal()


class Capture:
    """What a capture holds by JSON lines: flows, those that count, and the connection of each."""

    def __init__(self, program, sample):
        self.flows = [json.loads(line) for line in run(program, sample, "--show", "flows", "-T", "json").splitlines()]
        packets = map(json.loads, run(program, sample, "--show", "packets", "-T", "json").splitlines())
        self.captured = {packet["frame"]: packet["time"] for packet in packets}
        by_place = {(flow["frame"], flow["record"]): flow for flow in self.flows}
        self.connections = [json.loads(line) for line in run(program, sample, "-T", "json").splitlines()]
        for flow in self.flows:
            flow["counts"] = False
        for number, connection in enumerate(self.connections):
            connection["members"] = [by_place[one["frame"], one["record"]] for one in connection["flows"]]
            for flow in connection["members"]:
                flow["counts"], flow["connection"] = True, number
            for one in connection["duplicates"]:
                by_place[one["frame"], one["record"]]["connection"] = number

    def counted(self, records):
        return [flow for flow in self.flows if records or flow["counts"]]


def amounts(flow):
    return flow.get("bytes", 0), flow.get("packets", 0), flow.get("reverse_bytes", 0), flow.get("reverse_packets", 0)


def known(flows):
    """Whether bytes, and whether packets, were counted by any of these; of no flows both are 0."""
    return [not flows or any(name in flow or f"reverse_{name}" in flow for flow in flows) for name in SUMS[:2]]


def where_known(sums, flows):
    return tuple(value if there else None for value, there in zip(sums, known(flows))) + tuple(sums[2:])


class Groups:
    def __init__(self):
        self.sums = collections.defaultdict(lambda: [0, 0, 0])
        self.flows = collections.defaultdict(list)

    def add(self, key, octets, packets, flow):
        sums = self.sums[key]
        sums[0] += octets
        sums[1] += packets
        sums[2] += 1
        self.flows[key].append(flow)

    def rows(self):
        return {key: where_known((*sums, len({flow["connection"] for flow in self.flows[key]})), self.flows[key])
                for key, sums in self.sums.items()}


def net(text, net4, net6):
    address = ipaddress.ip_address(text)
    return str(ipaddress.ip_network(f"{text}/{net4 if address.version == 4 else net6}", strict=False))


def ends(flow, by, net4=24, net6=48):
    """The keys of both ends; None: it has none."""
    if by == "as":
        return flow.get("src_as"), flow.get("dst_as")
    pair = flow.get("src"), flow.get("dst")
    return pair if by == "address" else tuple(end and net(end, net4, net6) for end in pair)


def talkers(capture, by="address", side="either", **nets):
    groups = Groups()
    for flow in capture.counted(False):
        octets, packets, octets_back, packets_back = amounts(flow)
        source, target = ends(flow, by, **nets)
        if side == "either":
            for key in {source, target} - {None}:
                groups.add(key, octets + octets_back, packets + packets_back, flow)
            continue
        sender, receiver = (source, target) if side == "src" else (target, source)
        if sender is not None:
            groups.add(sender, octets, packets, flow)
        if receiver is not None and (octets_back or packets_back):
            groups.add(receiver, octets_back, packets_back, flow)
    return groups.rows()


def simple(capture, key_of, records=False):
    groups = Groups()
    for flow in capture.counted(records):
        octets, packets, octets_back, packets_back = amounts(flow)
        for key in set(key_of(flow)) - {None}:
            groups.add(key, octets + octets_back, packets + packets_back, flow)
    return groups.rows()


def by_connection(capture, key_of):
    groups = Groups()
    for connection in capture.connections:
        for flow in connection["members"]:
            octets, packets, octets_back, packets_back = amounts(flow)
            key = key_of(connection)
            if key is not None:
                groups.add(key, octets + octets_back, packets + packets_back, flow)
    return groups.rows()


def port(connection):
    return (connection["proto"], connection["server"]["port"]) if connection.get("proto") in PORTS else None


def exporter(flow):
    return flow["exporter"], flow["version"], flow.get("domain")


def total(capture, records=False):
    flows = capture.counted(records)
    counts = [amounts(flow) for flow in flows]
    return where_known((sum(one[0] + one[2] for one in counts), sum(one[1] + one[3] for one in counts), len(flows),
                        len({flow["connection"] for flow in flows})), flows)


def sums_of(row):
    """None: it is not there."""
    return tuple(row.get(key) for key in SUMS)


def numbers_of(sums):
    return [value or 0 for value in sums]


def fail(name, *what):
    PROBLEMS.append(f"{name}: " + " ".join(map(str, what)))


def check_groups(name, lines, wanted, key_of, unit, everything, top):
    """Rows of JSON against the groups there should be."""
    groups = [line for line in lines if line["row"] == "group"]
    found = {key_of(line): sums_of(line) for line in groups}
    for key, sums in found.items():
        if wanted.get(key) != sums:
            fail(name, key, "has", sums, "and not", wanted.get(key))
    order = [line.get(unit, 0) for line in groups]
    best = sorted((sums[SUMS.index(unit)] or 0 for sums in wanted.values()), reverse=True)
    if order != best[:top or None] or [line["rank"] for line in groups] != list(range(1, len(groups) + 1)):
        fail(name, "order", order, "and not", best[:top or None])
    if sums_of(lines[-1]) != everything or lines[-1]["groups"] != len(wanted):
        fail(name, "total", lines[-1], "and not", everything, len(wanted))
    rest = [line for line in lines if line["row"] == "rest"]
    if rest:
        listed = {key_of(line) for line in groups}
        others = [sums for key, sums in wanted.items() if key not in listed]
        left = [sum(values) if (values := [sums[i] for sums in others if sums[i] is not None]) else None for i in range(3)]
        if list(sums_of(rest[0])[:3]) != left or rest[0]["groups"] != len(others):
            fail(name, "rest", rest[0], "and not", left)


def check_formats(program, sample, name, options, text):
    """The same numbers in CSV and text."""
    lines = [json.loads(line) for line in text.splitlines()]
    rows = list(csv.DictReader(io.StringIO(run(program, sample, *options, "-T", "csv"))))
    if len(rows) != len(lines):
        fail(name, len(rows), "rows of CSV,", len(lines), "lines of JSON")
    for row, line in zip(rows, lines):
        if set(line) - set(row):
            fail(name, set(line) - set(row), "is not in keys.def")
        for key, value in row.items():
            if key == "share" and key in line:
                value, line = float(value), {**line, "share": float(line["share"])}
            elif key in line and not isinstance(line[key], str):
                value = json.loads(value)
            if value != line.get(key, ""):
                fail(name, f"CSV {key}={value!r}, JSON {line.get(key)!r}")
    table = run(program, sample, *options).splitlines()
    numbers = [re.search(r"\s(\d+|-)\s+(\d+|-)\s+(\d+)\s+(\d+)(?=\s+\d+\.\d %|\s+[█▉▊▋▌▍▎▏]|$)", line) for line in table[1:]]
    found = [tuple(None if number == "-" else int(number) for number in one.groups()) for one in numbers if one]
    wanted = [sums_of(line) for line in lines]
    if found != wanted:
        fail(name, "text has", found[:5], "and JSON", wanted[:5])


def check_report(program, sample, report, options, wanted, key_of, everything):
    unit = options.get("unit", "bytes")
    top = int(options.get("top", 10))
    word = ",".join([report] + [f"{key}={value}" for key, value in options.items()])
    name = f"{os.path.basename(sample)} -z {word}"
    text = run(program, sample, "-z", word, "-T", "json")
    if run(program, sample, "-z", word, "-T", "json", "--threads", "1") != \
            run(program, sample, "-z", word, "-T", "json", "--threads", "5"):
        fail(name, "differs by threads")
    check_groups(name, [json.loads(line) for line in text.splitlines()], wanted, key_of, unit, everything, top)
    check_formats(program, sample, name, ["-z", word], text)


def spread(flow, length, origin):
    """Octets and packets of a flow by bin: what is due at the end of each bin and was not at its beginning."""
    start, end = sorted((nanoseconds(flow["start"]), nanoseconds(flow["end"])))
    start, end = start - origin, end - origin
    octets, packets, octets_back, packets_back = amounts(flow)
    last = max(start // length, (end - 1) // length if end > start else start // length)
    before = [0, 0]
    for number in range(start // length, last + 1):
        passed = min(end, (number + 1) * length) - start
        due = [amount * passed // (end - start) if end > start and number < last else amount
               for amount in (octets + octets_back, packets + packets_back)]
        yield number, due[0] - before[0], due[1] - before[1]
        before = due


def check_timeline(program, sample, capture, options):
    word = ",".join(["timeline"] + options)
    name = f"{os.path.basename(sample)} -z {word}"
    text = run(program, sample, "-z", word, "-T", "json")
    lines = [json.loads(line) for line in text.splitlines()]
    bins, last = lines[:-1], lines[-1]
    flows = capture.counted(False)
    if "time=export" in options:
        flows = [{**flow, "start": capture.captured[flow["frame"]], "end": capture.captured[flow["frame"]]} for flow in flows]
    if last["time"] != ("export" if "time=export" in options else "flow"):
        fail(name, "time is", last["time"])
    if any("start" not in flow or "end" not in flow for flow in flows):
        return  # these are where their export packet is, which is not in the lines
    if sums_of(last) != total(capture) or len(bins) != last["bins"]:
        fail(name, "total", last, "and not", total(capture))
    if any(sum(line.get(key, 0) for line in bins) != last.get(key, 0) for key in SUMS):
        fail(name, "bins do not add up")
    check_formats(program, sample, name, ["-z", word], text)
    if not bins:
        return
    length, origin = round(last["bin_seconds"] * 1_000_000_000), nanoseconds(bins[0]["start"])
    wanted = [[0, 0, 0] for _ in bins]
    for flow in flows:
        parts = list(spread(flow, length, origin))
        wanted[parts[0][0]][2] += 1
        for number, octets, packets in parts:
            wanted[number][0] += octets
            wanted[number][1] += packets
    got = [numbers_of(sums_of(line)[:3]) for line in bins]
    if got != wanted or any(nanoseconds(line["start"]) != origin + i * length for i, line in enumerate(bins)):
        at = next((i for i, (a, b) in enumerate(zip(got, wanted)) if a != b), -1)
        fail(name, "bin", at, "has", got[at], "and not", wanted[at])


def check_sample(program, sample):
    capture = Capture(program, sample)
    everything, records = total(capture), total(capture, True)
    check = functools.partial(check_report, program, sample)
    for unit in SUMS:
        check("talkers", {"unit": unit}, talkers(capture), lambda row: row.get("address"), everything)
    for side in ("src", "dst"):
        check("talkers", {"side": side, "top": 0}, talkers(capture, side=side), lambda row: row.get("address"), everything)
    check("talkers", {"by": "net", "top": 3}, talkers(capture, "net"), lambda row: row.get("net"), everything)
    check("talkers", {"net4": 9, "net6": 65, "top": 0}, talkers(capture, "net", net4=9, net6=65),
          lambda row: row.get("net"), everything)
    check("talkers", {"by": "as"}, talkers(capture, "as"), lambda row: row.get("as"), everything)
    check("ports", {"top": 4}, by_connection(capture, port), lambda row: (row["proto"], row["port"]), everything)
    check("protocols", {"unit": "flows"}, simple(capture, lambda flow: [flow.get("proto")]), lambda row: row["proto"],
          everything)
    check("exporters", {}, simple(capture, lambda flow: [exporter(flow)], True), exporter, records)
    check("interfaces", {"top": 0}, simple(capture, lambda flow: [
        (exporter(flow), flow[key]) if key in flow else None for key in ("input", "output")], True),
        lambda row: (exporter(row), row["interface"]), records)
    for options in ([], ["unit=packets", "bin=1s"], ["bins=7"], ["time=export", "bin=1s"], ["time=export", "bins=9"]):
        check_timeline(program, sample, capture, options)
    applications = [json.loads(line) for line in
                    run(program, sample, "-z", "applications,top=0", "-T", "json").splitlines()]
    if sums_of(applications[-1]) != everything or \
            [sum(line.get(key, 0) for line in applications[:-1]) for key in SUMS] != numbers_of(everything):
        fail(sample, "applications do not add up")


def main():
    root, program, generate = sys.argv[1:4]
    with tempfile.TemporaryDirectory(prefix="nfscope-reports-") as folder:
        made = os.path.join(folder, "mix.pcap")
        subprocess.run([generate, "mix", "5000", made, "--hosts", "300"], check=True, stdout=subprocess.DEVNULL)
        samples = [os.path.join(root, "samples", name) for name in SAMPLES] + [made]
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            list(pool.map(functools.partial(check_sample, program), samples))
    print("\n".join(PROBLEMS[:30]))
    return 1 if PROBLEMS else 0


if __name__ == "__main__":
    sys.exit(main())
