#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""nfdump.py NFSCOPE SAMPLES: filters that nfdump and nfscope both understand let the same flows through. The export packets
of a sample are sent to nfcapd on the loopback interface, and its file is what nfdump reads.
"""
import collections
import json
import os
import re
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time

SKIPPED = 77
SECONDS = 10
SAMPLES = ("softflowd-v9.pcap", "softflowd-v5-full.pcap", "nfreplay-v9.pcap", "pmacctd-v5.pcap")
FILTERS = (
    "any", "proto tcp", "proto udp", "proto 17", "not proto tcp", "proto icmp", "ipv4", "ipv6", "inet6",
    "ip 192.0.2.10", "src ip 192.0.2.10", "dst ip 198.51.100.53", "host 192.0.2.10", "src host 192.0.2.10",
    "not src ip 192.0.2.10", "ip in [192.0.2.10 203.0.113.123]", "src ip in [198.51.100.53]",
    "net 192.0.2.0/24", "src net 198.51.100.0/24", "dst net 203.0.113.0/24", "net 192.0.2.0 255.255.255.0",
    "port 53", "src port 53", "dst port 53", "dst port > 1023 and not proto icmp and not proto icmp6", "src port < 1024 and (proto tcp or proto udp)", "port = 443", "port in [53 80 443]",
    "not (port 53 or port 80)", "port 53 or port 123", "dst port 443 and not src ip 192.0.2.10",
    "bytes > 1000", "bytes > 1k", "bytes < 100", "bytes = 76", "packets > 10", "packets < 3", "packets = 1",
    "packets > 5 and bytes < 5k", "bytes > 100 and not port 80 and (proto tcp or proto udp)",
    "flags S", "flags S and not flags A", "proto tcp and flags AS", "not flags F and proto tcp", "flags R",
    "duration > 500", "duration < 100", "duration > 0 and duration < 5000", "bpp > 100", "bpp < 60",
    "in if 3", "tos 0", "tos 184",
    "icmp-type 8", "proto icmp and icmp-type 0", "src ip 2001:db8:1::10", "dst net 2001:db8::/32",
    "(src ip 192.0.2.10 and dst port 80) or (src ip 192.0.2.20 and proto udp)",
)
# What nfdump 1.7.1 means otherwise: see the comments.
OTHERWISE = {
    "net 192.0.2.0 255.255.255.0": "net 192.0.2.0 mask 255.255.255.0",  # a mask without a word
    "inet6": "ipv6",
}


def payloads(path):
    """UDP payloads of a classic pcap of Ethernet, or of the link types that samples have."""
    with open(path, "rb") as stream:
        octets = stream.read()
    order = "<" if octets[:4] in (b"\xd4\xc3\xb2\xa1", b"\x4d\x3c\xb2\xa1") else ">"
    link = struct.unpack(order + "I", octets[20:24])[0] & 0xFFFF
    at, before = 24, {1: 14, 113: 16, 276: 20, 0: 4, 101: 0}[link]
    while at + 16 <= len(octets):
        length = struct.unpack(order + "I", octets[at + 8:at + 12])[0]
        frame = octets[at + 16 + before:at + 16 + length]
        at += 16 + length
        head = 40 if frame[0] >> 4 == 6 else (frame[0] & 15) * 4
        yield frame[head + 8:]


def collect(path, folder):
    """Lets nfcapd write what it makes of the packets; the name of its file."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    collector = subprocess.Popen(["nfcapd", "-w", folder, "-p", str(port), "-b", "127.0.0.1", "-t", "3600"],
                                 stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        if not wait(lambda: listens(port)):
            return None
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
            sender.connect(("127.0.0.1", port))
            for payload in payloads(path):
                sender.send(payload)
                time.sleep(0.002)
        time.sleep(0.5)
    finally:
        collector.send_signal(signal.SIGTERM)
        collector.wait(SECONDS)
    names = [name for name in os.listdir(folder) if re.fullmatch(r"nfcapd\.\d+", name)]
    return os.path.join(folder, names[0]) if names else None


def listens(port):
    with open("/proc/net/udp", encoding="ascii") as stream:
        return f":{port:04X} " in stream.read()


def wait(ready):
    for _ in range(SECONDS * 20):
        if ready():
            return True
        time.sleep(0.05)
    return False


def objects(text):
    """A list, or one object behind another: versions differ."""
    decoder, at, found = json.JSONDecoder(), 0, []
    while (at := at + len(text[at:]) - len(text[at:].lstrip(" \n,[]"))) < len(text):
        value, at = decoder.raw_decode(text, at)
        found.append(value)
    return found


def of_nfdump(path, text):
    done = subprocess.run(["nfdump", "-q", "-r", path, "-o", "json", text], check=False, text=True, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, timeout=SECONDS)
    if done.returncode:
        return None
    if not done.stdout.lstrip().startswith(("[", "{")): # "No matching flows"
        return collections.Counter()
    flows = collections.Counter()
    for flow in objects(done.stdout):
        src, dst = flow.get("src4_addr") or flow.get("src6_addr"), flow.get("dst4_addr") or flow.get("dst6_addr")
        flows[src, dst, flow.get("src_port", 0), flow.get("dst_port", 0), flow["proto"], flow["in_packets"], flow["in_bytes"]] += 1
    return flows


def of_nfscope(program, path, text):
    done = subprocess.run([program, "-n", "-r", path, "--show", "flows", "-T", "json", "-Y", text], check=True, text=True,
                          stdout=subprocess.PIPE, timeout=SECONDS)
    flows = collections.Counter()
    for line in done.stdout.splitlines():
        flow = json.loads(line)
        icmp = flow["proto"] in (1, 58)
        flows[flow["src"], flow["dst"], 0 if icmp else flow.get("sport", 0), 0 if icmp else flow.get("dport", 0), flow["proto"],
              flow["packets"], flow["bytes"]] += 1
    return flows


def plain(flows):
    """ICMP has no ports: nfdump keeps the type in one of them."""
    counted = collections.Counter()
    for flow, count in flows.items():
        counted[(*flow[:2], *((0, 0) if flow[4] in (1, 58) else flow[2:4]), *flow[4:])] += count
    return counted


def main():
    program, samples = sys.argv[1:3]
    if not shutil.which("nfdump") or not shutil.which("nfcapd"):
        print("no nfdump, no nfcapd")
        return SKIPPED
    failed = asked = 0
    for name in SAMPLES:
        path = os.path.join(samples, name)
        with tempfile.TemporaryDirectory() as folder:
            written = collect(path, folder)
            if not written:
                print(f"{name}: nfcapd wrote nothing")
                failed += 1
                continue
            if plain(of_nfdump(written, "any")) != of_nfscope(program, path, "any"):
                print(f"{name}: nfcapd has other flows")
                failed += 1
                continue
            for text in FILTERS:
                theirs, ours = of_nfdump(written, text), of_nfscope(program, path, OTHERWISE.get(text, text))
                asked += 1
                if theirs is None or plain(theirs) != ours:
                    failed += 1
                    print(f"{name}: {text}\n  nfdump  {theirs and dict(plain(theirs) - ours)}\n  nfscope "
                          f"{theirs is not None and dict(ours - plain(theirs))}")
    print(f"{asked} filters asked, {failed} answers differ")
    return 1 if failed or not asked else 0


if __name__ == "__main__":
    sys.exit(main())
