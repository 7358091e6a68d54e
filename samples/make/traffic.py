#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Writes a capture of ordinary traffic between documentation addresses, for exporters to watch.

usage: traffic.py FILE.pcap [SECONDS_SINCE_1970]

Each conversation has its own start, so that exporters cannot mix them up. DNS answers name the hosts.
"""
import random
import struct
import sys

import wire

SYN, FIN, RST, PSH, ACK = 0x02, 0x01, 0x04, 0x08, 0x10
MS = 10**6  # nanoseconds

CLIENT, CLIENT6 = "192.0.2.10", "2001:db8:1::10"
WEB, WEB6, SHELL, RESOLVER, CLOCK = "198.51.100.80", "2001:db8:2::80", "198.51.100.22", "198.51.100.53", "203.0.113.123"


class Traffic:
    def __init__(self, start):
        self.start = start
        self.frames = []

    def packet(self, at, src, dst, protocol, payload):
        self.frames.append((self.start + at * MS, wire.ethernet(wire.ip(src, dst, protocol, payload))))

    def udp(self, at, src, sport, dst, dport, payload):
        self.packet(at, src, dst, wire.UDP, wire.udp(src, sport, dst, dport, payload))

    def tcp(self, at, client, cport, server, sport, sizes, gap=20):
        """handshake, then each size in octets: > 0 from the client, < 0 from the server, then both ends close"""
        ends = {1: (client, cport, server, sport), -1: (server, sport, client, cport)}
        seq = {1: 1000, -1: 5000}
        clock = at

        def send(side, flags, payload=b""):
            nonlocal clock
            src, sp, dst, dp = ends[side]
            ack = seq[-side] if flags & ACK else 0
            self.packet(clock, src, dst, wire.TCP, wire.tcp(src, sp, dst, dp, flags, seq[side], ack, payload))
            seq[side] += len(payload) + bool(flags & (SYN | FIN))
            clock += gap

        send(1, SYN)
        send(-1, SYN | ACK)
        send(1, ACK)
        for size in sizes:
            side = 1 if size > 0 else -1
            send(side, PSH | ACK, bytes(abs(size)))
            send(-side, ACK)
        send(1, FIN | ACK)
        send(-1, FIN | ACK)
        send(1, ACK)

    def refused(self, at, client, cport, server, sport):
        self.packet(at, client, server, wire.TCP, wire.tcp(client, cport, server, sport, SYN, 77))
        self.packet(at + 3, server, client, wire.TCP, wire.tcp(server, sport, client, cport, RST | ACK, 0, 78))

    def ping(self, at, src, dst, count):
        kinds = (128, 129, wire.ICMPV6) if ":" in src else (8, 0, wire.ICMP)
        for n in range(count):
            self.packet(at + 1000 * n, src, dst, kinds[2], wire.icmp_echo(src, dst, kinds[0], 4711, n + 1))
            self.packet(at + 1000 * n + 12, dst, src, kinds[2], wire.icmp_echo(dst, src, kinds[1], 4711, n + 1))

    def lookup(self, at, client, port, resolver, name, answer):
        question = dns_name(name) + struct.pack("!HH", 28 if ":" in answer else 1, 1)
        data = wire.address(answer)
        record = struct.pack("!HHHIH", 0xC00C, 28 if ":" in answer else 1, 1, 300, len(data)) + data
        self.udp(at, client, port, resolver, 53, struct.pack("!6H", port, 0x0100, 1, 0, 0, 0) + question)
        self.udp(at + 9, resolver, 53, client, port, struct.pack("!6H", port, 0x8180, 1, 1, 0, 0) + question + record)


def dns_name(name):
    return b"".join(bytes([len(part)]) + part.encode() for part in name.split(".")) + b"\0"


def ntp_message(mode):
    return struct.pack("!BBBb11I", 4 << 3 | mode, 2, 6, -20, *([0] * 11))


def day(start):
    t = Traffic(start)
    t.lookup(0, CLIENT, 40053, RESOLVER, "www.example.net", WEB)
    t.tcp(40, CLIENT, 50080, WEB, 80, [180, -1400, -1400, -620])
    t.lookup(300, CLIENT, 40054, RESOLVER, "www.example.net", WEB6)
    t.tcp(340, CLIENT6, 50443, WEB6, 443, [517, -1200, -1200, 93, -250, 400, -1200, -1200, -300])
    t.tcp(700, CLIENT, 50022, SHELL, 22, [40, -40, 640, -1000, 48, -48, 96, -160] * 3, gap=45)
    t.udp(900, CLIENT, 123, CLOCK, 123, ntp_message(3))
    t.udp(931, CLOCK, 123, CLIENT, 123, ntp_message(4))
    t.ping(1000, CLIENT, WEB, 4)
    t.ping(1100, CLIENT6, WEB6, 3)
    t.refused(1500, CLIENT, 50023, SHELL, 23)
    t.udp(1600, CLIENT, 5353, "224.0.0.251", 5353, bytes(45))
    t.udp(1601, CLIENT6, 5353, "ff02::fb", 5353, bytes(45))
    for n in range(6):
        t.udp(2000 + 400 * n, "192.0.2.20", 514, "203.0.113.9", 514, b"<13>example: message %d" % n)
    t.tcp(2500, "192.0.2.20", 50081, WEB, 443, [517, -1300, 80, -900])
    return sorted(t.frames)


def burst(start, flows, seed=1):
    """many short conversations, to fill several export packets and for sampling"""
    t = Traffic(start)
    rnd = random.Random(seed)
    for n in range(flows):
        client = "192.0.2.%d" % rnd.randint(30, 250)
        server, port = rnd.choice((("198.51.100.22", 22), ("198.51.100.53", 853), ("198.51.100.80", 443)))
        t.tcp(25 * n, client, 20000 + n, server, port, [rnd.randint(60, 600), -rnd.randint(100, 1400)], gap=5)
    return sorted(t.frames)


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    begin = int(sys.argv[2]) if len(sys.argv) > 2 else 1772442000
    with open(sys.argv[1], "wb") as out:
        out.write(wire.pcap(day(begin * 10**9)))
