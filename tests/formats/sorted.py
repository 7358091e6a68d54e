#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""sorted.py ROOT NFSCOPE GENERATE: --sort by every field that JSON has, rising and falling, against a sort of the JSON lines
in this file: stable, IPv4 before IPv6, what has no value last. The first lines (--limit) are those of the whole, and the
number of threads makes no difference."""
import concurrent.futures
import functools
import ipaddress
import json
import os
import subprocess
import sys
import tempfile

FLOW_KEYS = ("start", "end", "src", "dst", "sport", "dport", "proto", "packets", "bytes", "tcp_flags", "tos", "input", "output",
             "src_as", "dst_as", "exporter", "version", "domain", "template", "frame", "direction", "sampling", "sampler",
             "vlan", "application", "reverse_bytes", "reverse_packets", "icmp_type", "icmp_code")
CONNECTION_KEYS = ("start", "end", "proto", "client.ip", "server.ip", "client.port", "server.port", "packets", "bytes",
                   "bytes.client", "bytes.server",
                   "packets.client", "packets.server", "paired", "flows", "duplicates", "service", "icmp_type")
SAMPLES = ("two-exporters.pcap", "softflowd-v9.pcap", "softflowd-v5-full.pcap", "v7.pcap", "times.pcap", "wide.pcap",
           "options-v9.pcap", "softflowd-ipfix-biflow.pcap", "pairs.pcap", "template-late.pcap", "firewall.pcap")
PROBLEMS = []


def run(program, sample, *options):
    return subprocess.run([program, "--name-wait", "0", "-r", sample, "-T", "json", *options], stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL, timeout=120, check=True).stdout.splitlines()


def time_key(text):
    """RFC 3339 with any number of digits."""
    whole, _, fraction = text.rstrip("Z").partition(".")
    return whole, fraction.ljust(9, "0")


def value_of(line, key):
    value = line
    for part in key.split("."):
        value = value.get(part) if isinstance(value, dict) else None
    if value is None:
        return None
    if key in ("packets", "bytes") and isinstance(value, dict):
        return value["client"] + value["server"]
    if key == "flows":
        return len(value) + len(line["duplicates"])
    if key == "duplicates":
        return len(value)
    if key in ("start", "end"):
        return time_key(value)
    if key in ("src", "dst", "exporter", "client.ip", "server.ip"):
        address = ipaddress.ip_address(value)
        return address.version, int(address)
    if key == "application":
        engine, selector = value.split(":")
        return int(engine) << 24 | int(selector)
    return value


def reference(lines, key, falling):
    """Indices."""
    parsed = [value_of(json.loads(line), key) for line in lines]
    there = [i for i, value in enumerate(parsed) if value is not None]
    there.sort(key=functools.cmp_to_key(
        lambda a, b: (parsed[a] > parsed[b]) - (parsed[a] < parsed[b]) if not falling
        else (parsed[a] < parsed[b]) - (parsed[a] > parsed[b])))
    return there + [i for i, value in enumerate(parsed) if value is None]


def check(program, sample, show, key, lines):
    for falling in (False, True):
        word = key + (":desc" if falling else "")
        name = f"{os.path.basename(sample)} --show {show} --sort {word}"
        wanted = [lines[i] for i in reference(lines, key, falling)]
        got = run(program, sample, "--show", show, "--sort", word, "--threads", "3")
        if got != wanted:
            at = next((i for i, (a, b) in enumerate(zip(got, wanted)) if a != b), min(len(got), len(wanted)))
            PROBLEMS.append(f"{name}: line {at + 1} of {len(wanted)} ({len(got)} there) is not the one expected: "
                            f"{got[at:at + 1]} and not {wanted[at:at + 1]}")
        if run(program, sample, "--show", show, "--sort", word, "--threads", "1", "--limit", "7") != wanted[:7]:
            PROBLEMS.append(f"{name} --limit 7: not the first of all")


def check_sample(program, sample):
    for show, keys in (("flows", FLOW_KEYS), ("connections", CONNECTION_KEYS)):
        lines = run(program, sample, "--show", show)
        for key in keys:
            check(program, sample, show, key, lines)


def main():
    root, program, generate = sys.argv[1:4]
    with tempfile.TemporaryDirectory(prefix="nfscope-sorted-") as folder:
        made = os.path.join(folder, "mix.pcap")
        subprocess.run([generate, "mix", "6000", made, "--hosts", "300"], check=True, stdout=subprocess.DEVNULL)
        samples = [os.path.join(root, "samples", name) for name in SAMPLES] + [made]
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            list(pool.map(functools.partial(check_sample, program), samples))
    print("\n".join(PROBLEMS[:30]))
    return 1 if PROBLEMS else 0


if __name__ == "__main__":
    sys.exit(main())
