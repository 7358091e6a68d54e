#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""truth.py NFSCOPE: connections made of what real exporters sent agree with the packets that the exporters saw.

The packets are those of samples/make/traffic.py; for each conversation the packets and octets (of IP) of either side, and
whether it has two sides at all, must be the same. Whose side is the client's is where the first packet came from.
"""
import collections
import ipaddress
import json
import os
import struct
import subprocess
import sys

SAMPLES = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "samples")
sys.path.insert(0, os.path.join(SAMPLES, "make"))
import traffic  # noqa: E402
import wire  # noqa: E402

# sample -> (traffic, what the exporter does not see)
EXPORTERS = {
    "softflowd-v1": ("day", "ipv6"), "softflowd-v5": ("day", "ipv6"), "softflowd-v5-full": ("burst", ""),
    "softflowd-v9": ("day", ""), "softflowd-ipfix": ("day", ""), "softflowd-ipfix-biflow": ("day", ""),
    "softflowd-ipfix-nano": ("day", ""), "softflowd-ipfix-ipv6": ("day", ""),
}  # pmacctd 1.7.7 counts the last packets of a capture twice


def packet_of(frame):
    """(source, destination, source port, destination port, protocol, octets) of an Ethernet frame of traffic.py"""
    if frame[12:14] == struct.pack("!H", wire.IPV4):
        protocol, size, src, dst, rest = frame[23], len(frame) - 14, frame[26:30], frame[30:34], frame[34:]
    else:
        protocol, size, src, dst, rest = frame[20], len(frame) - 14, frame[22:38], frame[38:54], frame[54:]
    ports = struct.unpack("!HH", rest[:4]) if protocol in (wire.TCP, wire.UDP) else (0, 0)
    return str(ipaddress.ip_address(src)), str(ipaddress.ip_address(dst)), *ports, protocol, size


def conversations(frames):
    """(client, server, client port, server port, protocol) -> [packets, octets] of the client and of the server"""
    sums = collections.OrderedDict()
    for _, frame in frames:
        src, dst, sport, dport, protocol, size = packet_of(frame)
        key, back = (src, dst, sport, dport, protocol), (dst, src, dport, sport, protocol)
        side = 2 if back in sums else 0
        counts = sums.setdefault(back if side else key, [0, 0, 0, 0])
        counts[side] += 1
        counts[side + 1] += size
    return {key: tuple(counts) for key, counts in sums.items()}


def connections(nfscope, sample):
    done = subprocess.run([nfscope, "-n", "-r", os.path.join(SAMPLES, sample + ".pcap"), "-T", "json"], check=True,
                          stdout=subprocess.PIPE, timeout=30)
    sums = {}
    for line in done.stdout.decode().splitlines():
        c = json.loads(line)
        client, server = c["client"], c["server"]
        key = client["ip"], server["ip"], client.get("port", 0), server.get("port", 0), c["proto"]
        while key in sums:  # there twice: agrees with nothing
            key += ("again",)
        sums[key] = (c["packets"]["client"], c["bytes"]["client"], c["packets"]["server"], c["bytes"]["server"])
        if c["paired"] != bool(sums[key][2]):
            sums[key] += ("paired" if c["paired"] else "not paired",)
    return sums


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    truth = {"day": conversations(traffic.day(0)), "burst": conversations(traffic.burst(0, 120))}
    bad = 0
    for sample, (name, blind) in EXPORTERS.items():
        want = {key: counts for key, counts in truth[name].items() if not (blind and ":" in key[0])}
        got = connections(os.path.abspath(sys.argv[1]), sample)
        for key in sorted(set(want) | set(got), key=str):
            if want.get(key) != got.get(key):
                bad += 1
                print("%s: %s: packets say %s, connections %s" % (sample, key, want.get(key), got.get(key)))
    print("%d exporters, %d conversations differ" % (len(EXPORTERS), bad))
    sys.exit(bool(bad))


if __name__ == "__main__":
    main()
