#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""exporters.py NFSCOPE ROOT: real exporters send over the loopback interface, to nfscope as their collector and past it as it
captures there; it shows as many packets, flows and octets as they say they sent."""
import glob
import json
import os
import re
import shutil
import struct
import subprocess
import sys
import time

import running

LIMIT = 20


def start(*command, **how):
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, text=True,
                            **how)


def ended(process, seconds=LIMIT):
    """What it said."""
    try:
        return process.communicate(timeout=seconds)[0]
    except subprocess.TimeoutExpired:
        process.terminate()
        return process.communicate(timeout=LIMIT)[0]


def make_traffic(root):
    subprocess.run([sys.executable, "-B", os.path.join(root, "samples", "make", "traffic.py"), "day.pcap",
                    str(int(time.time()) - 60)], check=True, timeout=LIMIT)


def traffic(families):
    """Packets and octets of IP in the traffic, of some of its families."""
    with open("day.pcap", "rb") as stream:
        octets = stream.read()
    order = "<" if octets[:4] in (b"\xd4\xc3\xb2\xa1", b"\x4d\x3c\xb2\xa1") else ">"
    at, packets, total = 24, 0, 0
    while at < len(octets):
        length, = struct.unpack_from(order + "I", octets, at + 8)
        ip = octets[at + 16 + 14:at + 16 + length]
        if ip[0] >> 4 in families:
            packets += 1
            total += struct.unpack_from("!H", ip, 2)[0] if ip[0] >> 4 == 4 else 40 + struct.unpack_from("!H", ip, 4)[0]
        at += 16 + length
    return packets, total


class Both:
    """A collector, and a capture beside it where that is permitted, each with what it has seen of an exporter."""

    def __init__(self, program):
        self.port = running.free_port()
        options = ("--show", "exporters", "-T", "json")
        self.runs = [running.Run(program, "--listen", f"127.0.0.1:{self.port}", *options)]
        if os.geteuid() == 0:
            self.runs.append(running.Run(program, "-i", "lo", *options, "udp", "dst", "port", str(self.port)))

    def seen(self, check, name):
        time.sleep(0.3)
        for run in self.runs:
            check.equal(f"{name}: exit status", run.end(), 0)
        found = [run.lines() for run in self.runs]
        check.equal(f"{name}: one exporter", [len(lines) for lines in found], [1] * len(found))
        return [lines[0] for lines in found if lines]


def softflowd(program, check):
    if not shutil.which("softflowd"):
        print("no softflowd")
        return
    for version, families in ((1, (4,)), (5, (4,)), (9, (4, 6)), (10, (4, 6))):
        both = Both(program)
        said = ended(start("softflowd", "-d", "-D", "-r", "day.pcap", "-n", f"127.0.0.1:{both.port}", "-v", str(version), "-a",
                           "-p", "pid", "-c", "ctl"))
        exported = re.search(r"Flows exported: \d+ \((\d+) records\) in (\d+) packets \(0 failures\)", said)
        check.true(f"softflowd {version} says what it sent", exported)
        if not exported:
            continue
        records, packets = map(int, exported.groups())
        for line in both.seen(check, f"softflowd {version}"):
            check.equal(f"softflowd {version}: packets, flows", (line["version"], line["packets"], line["flows"]),
                        (version, packets, records))
            check.equal(f"softflowd {version}: packets and octets of the flows", (line["flow_packets"], line["flow_bytes"]),
                        traffic(families))
            check.equal(f"softflowd {version}: lost", line.get("sequence", {}).get("lost", 0), 0)


class Nfcapd:
    """nfdump's collector, and what it has counted: flows, packets, octets."""

    def __init__(self, folder):
        self.folder, self.port = folder, running.free_port()
        shutil.rmtree(folder, ignore_errors=True)
        os.mkdir(folder)
        self.process = start("nfcapd", "-p", str(self.port), "-b", "127.0.0.1", "-w", folder, "-t", "600")
        time.sleep(0.5)

    def end(self):
        self.process.terminate()
        ended(self.process)
        self.files = sorted(glob.glob(os.path.join(self.folder, "nfcapd.*")))
        return self

    def counts(self):
        total = [0, 0, 0]
        for path in self.files:
            text = subprocess.run(["nfdump", "-I", "-r", path], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
                                  check=False, timeout=LIMIT).stdout
            for i, word in enumerate(("Flows", "Packets", "Bytes")):
                found = re.search(rf"^{word}: (\d+)", text, re.M)
                total[i] += int(found.group(1)) if found else 0
        return tuple(total)


def pmacctd(program, check):
    """pmacctd reads the end of a file twice and does not say what it sent: nfcapd gets the same."""
    if not shutil.which("pmacctd") or not shutil.which("nfcapd"):
        print("no pmacctd, or no nfcapd")
        return
    under_way = []
    for version in (5, 9, 10):
        both, witness = Both(program), Nfcapd(f"pmacctd-{version}")
        with open(f"pmacctd-{version}.conf", "w", encoding="ascii") as out:
            out.write("daemonize: false\npcap_savefile: day.pcap\npcap_savefile_wait: true\nplugins: nfprobe[a], nfprobe[b]\n"
                      f"nfprobe_receiver[a]: 127.0.0.1:{both.port}\nnfprobe_receiver[b]: 127.0.0.1:{witness.port}\n"
                      f"nfprobe_version: {version}\n"
                      "nfprobe_timeouts: expint=1:general=1:udp=1:tcp=1:tcp.fin=1:tcp.rst=1:icmp=1:maxlife=20\n"
                      "aggregate: src_host, dst_host, src_port, dst_port, proto, tos\n")
        under_way.append((version, both, witness,
                          start("pmacctd", "-f", f"pmacctd-{version}.conf", start_new_session=True)))
    time.sleep(3)
    for version, both, witness, process in under_way:
        process.terminate()
        ended(process)
        time.sleep(0.3)
        for line in both.seen(check, f"pmacctd {version}"):
            check.equal(f"pmacctd {version}: flows, packets and octets of the flows",
                        (line["version"], line["flows"], line["flow_packets"], line["flow_bytes"]),
                        (version, *witness.end().counts()))
            check.true(f"pmacctd {version}: some", line["flow_packets"] >= traffic((4,))[0])
            check.equal(f"pmacctd {version}: lost", line["sequence"]["lost"], 0)


def nfreplay(program, check):
    if not shutil.which("nfreplay") or not shutil.which("nfcapd") or not shutil.which("softflowd"):
        print("no nfdump, or no softflowd")
        return
    kept = Nfcapd("nfcapd")
    ended(start("softflowd", "-d", "-r", "day.pcap", "-n", f"127.0.0.1:{kept.port}", "-v", "9", "-a", "-p", "pid", "-c", "ctl"))
    time.sleep(0.5)
    kept.end()
    for path in kept.files:
        both = Both(program)
        ended(start("nfreplay", "-r", path, "-H", "127.0.0.1", "-p", str(both.port), "-v", "9"))
        for line in both.seen(check, "nfreplay"):
            check.equal("nfreplay: flows, packets, octets", (line["flows"], line["flow_packets"], line["flow_bytes"]),
                        kept.counts())
            check.true("nfreplay: some", line["flows"] > 0)


if __name__ == "__main__":
    make_traffic(sys.argv[2])
    running.main(softflowd, pmacctd, nfreplay)
