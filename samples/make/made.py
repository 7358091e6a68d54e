#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Writes the made samples: one situation each, all values chosen here.

usage: made.py FOLDER [NAME...]

No randomness and no clock: the files are the same on every run. NOW is 2026-03-02 09:00:00 UTC.
"""
import gzip
import struct

import wire
from collection import Collection
from wire import VARIABLE, data, export_frame, ipfix, options_template, options_template_v9, template, v9

NOW = 1772442000
SECOND, MS = 10**9, 10**6
EXAMPLE_PEN, REVERSE, NTOP = 32473, 29305, 35632  # RFC 5612, RFC 5103, ntop
MADE = Collection()


def frames(*payloads, start=NOW, step=SECOND, **where):
    """one export datagram a second"""
    return [(start * SECOND + n * step, export_frame(p, **where)) for n, p in enumerate(payloads)]


# Fields that most templates here begin with, and a record of them

TUPLE = [(8, 4), (12, 4), (7, 2), (11, 2), (4, 1)]
COUNTERS = [(1, 4), (2, 4)]
UPTIMES = [(22, 4), (21, 4)]   # flowStartSysUpTime, flowEndSysUpTime
MILLIS = [(152, 8), (153, 8)]  # flowStartMilliseconds, flowEndMilliseconds
BASIC = TUPLE + COUNTERS
TIMED = BASIC + MILLIS


def web(n, packets=10, octets=1200):
    """the n-th client of a web server"""
    return ["192.0.2.%d" % n, "198.51.100.80", 50000 + n, 443, 6, octets, packets]


def timed(n, start=0, duration=1500, **counters):
    """as web(), `start` in milliseconds before NOW"""
    first = NOW * 1000 - start
    return web(n, **counters) + [first, first + duration]


# Fixed formats


@MADE.file("v7.pcap")
def v7():
    up, secs = 3_600_000, NOW
    first = wire.v7_record("192.0.2.10", "198.51.100.80", 50080, 80, 6, 12, 1846, up - 9000, up - 4000,
                           nexthop="192.0.2.254", input=3, output=7, flags=0x1B, tos=0x28, asn=(64500, 64501),
                           masks=(24, 24), router="203.0.113.1")
    second = wire.v7_record("198.51.100.80", "192.0.2.10", 80, 50080, 6, 11, 9120, up - 8990, up - 4010,
                            nexthop="192.0.2.10", input=7, output=3, flags=0x1B, asn=(64501, 64500), masks=(24, 24),
                            router="203.0.113.1")
    third = wire.v7_record("192.0.2.10", "198.51.100.53", 40053, 53, 17, 1, 61, up - 9020, up - 9020,
                           nexthop="192.0.2.254", input=3, output=7, router="203.0.113.1")
    return wire.pcap(frames(wire.v7([first, second], up, secs, 100), wire.v7([third], up + 1000, secs + 1, 102)))


@MADE.file("v5-gap.pcap")
def v5_gap():
    """flows 1000-1004, 1005-1009, then 1040-1044 (30 missing), 1045-1049 twice, and 1010-1014 late"""
    def message(at, first):
        up = 600_000 + at * 1000
        records = [wire.v5_record("192.0.2.%d" % (first % 100 + k), "198.51.100.80", 50000 + first + k, 443, 6, 8 + k,
                                  900 + 100 * k, up - 5000, up - 1000 + k, input=1, output=2, flags=0x1B)
                   for k in range(5)]
        return wire.v5(records, up, NOW + at, first, 250 * MS, engine=(1, 4), sampling=1 << 14 | 100)
    return wire.pcap(frames(*[message(at, first) for at, first in enumerate((1000, 1005, 1040, 1045))], message(3, 1045),
                            message(5, 1010)))


# Templates


@MADE.file("template-late.pcap")
def template_late():
    """two sets of data, another template, then the one they wait for"""
    def message(n, *sets):
        return v9(sets, 60_000 + 1000 * n, NOW + n, n, source=9, count=len(sets))
    fields = BASIC + UPTIMES
    def flows(*numbers):
        return data(300, [wire.record(fields, web(n) + [50_000 + n, 55_000 + n]) for n in numbers])
    other = BASIC + [(10, 2)]
    return wire.pcap(frames(
        message(0, flows(1, 2)),
        message(1, wire.set_(0, template(301, other)), data(301, [wire.record(other, web(50) + [4])])),
        message(2, flows(3), data(301, [wire.record(other, web(51) + [4])])),
        message(3, wire.set_(0, template(300, fields))),
        message(4, flows(4))))


@MADE.file("template-redefined.pcap")
def template_redefined():
    """template 256 has source and destination swapped from the third message on, and is longer from the fifth"""
    before = TIMED
    swapped = [(12, 4), (8, 4), (11, 2), (7, 2), (4, 1)] + COUNTERS + MILLIS
    longer = TIMED + [(10, 4), (14, 4)]
    row = timed(10)
    turned = [row[1], row[0], row[3], row[2]] + row[4:]
    def data_of(fields, values):
        return data(256, [wire.record(fields, values)])
    return wire.pcap(frames(
        ipfix([wire.set_(2, template(256, before))], NOW, 0, 1),
        ipfix([data_of(before, row)], NOW + 1, 0, 1),
        ipfix([wire.set_(2, template(256, swapped)), data_of(swapped, turned)], NOW + 2, 1, 1),
        ipfix([data_of(swapped, turned)], NOW + 3, 2, 1),
        ipfix([wire.set_(2, template(256, longer)), data_of(longer, row + [1, 2])], NOW + 4, 3, 1)))


@MADE.file("template-withdrawn.pcap")
def template_withdrawn():
    """a withdrawal, data that uses the template nevertheless, a new definition, then all templates withdrawn"""
    def message(at, sequence, *sets):
        return ipfix(sets, NOW + at, sequence, 7)
    def flow(ident, n):
        return data(ident, [wire.record(TIMED, timed(n, start=3000))])
    options, scope = [(41, 8), (42, 8)], [(149, 4)]
    def announce():
        return [wire.set_(2, template(256, TIMED) + template(257, TIMED)),
                wire.set_(3, options_template(258, scope, options))]
    return wire.pcap(frames(
        message(0, 0, *announce(), flow(256, 1), flow(257, 2)),
        message(1, 2, wire.set_(2, wire.withdrawal(256)), flow(257, 3)),
        message(2, 3, flow(256, 4), flow(257, 5)),
        message(3, 5, wire.set_(2, template(256, TIMED)), flow(256, 6)),
        message(4, 6, data(258, [wire.record(scope + options, [7, 5, 6])])),
        message(5, 7, wire.set_(2, wire.withdrawal(2))),
        message(6, 7, flow(256, 7), data(258, [wire.record(scope + options, [7, 6, 7])])),
        message(7, 9, wire.set_(3, wire.withdrawal(3))),
        message(8, 9, data(258, [wire.record(scope + options, [7, 8, 9])])),
        message(9, 10, *announce(), flow(256, 8))))


@MADE.file("source-port.pcap")
def source_port():
    """the exporter comes back with another source port and does not send its template again"""
    announce = ipfix([wire.set_(2, template(256, TIMED)), data(256, [wire.record(TIMED, timed(1))])], NOW, 0, 3)
    later = [ipfix([data(256, [wire.record(TIMED, timed(n))])], NOW + n, n - 1, 3) for n in (2, 3)]
    return wire.pcap(frames(announce, sport=40001) + frames(*later, start=NOW + 2, sport=40002))


@MADE.file("wide.pcap")
def wide():
    """80 fields: the nine of TIMED, 70 single octets, and the first source address again at the end"""
    fields = TIMED + [(n, 1, EXAMPLE_PEN) for n in range(1, 71)] + [(8, 4)]
    values = timed(10) + [b"%c" % n for n in range(1, 71)] + ["192.0.2.99"]
    return wire.pcap(frames(
        ipfix([wire.set_(2, template(256, fields)), data(256, [wire.record(fields, values)] * 2)], NOW, 0)))


@MADE.file("uncounted.pcap")
def uncounted():
    """records that count octets and packets, octets alone, and nothing"""
    kinds = [(256, TIMED, timed), (257, TUPLE + [(1, 4)] + MILLIS, lambda n, start: timed(n, start)[:6] + timed(n, start)[7:]),
             (258, TUPLE + MILLIS, lambda n, start: timed(n, start)[:5] + timed(n, start)[7:])]
    return wire.pcap(frames(*[
        ipfix([wire.set_(2, template(number, fields)),
               data(number, [wire.record(fields, values(n, 1000 * n)) for n in range(first, first + 2)])], NOW + at, 2 * at)
        for at, (number, fields, values) in enumerate(kinds) for first in (10 * (at + 1),)]))


# Options


@MADE.file("options-v9.pcap")
def options_v9():
    """sampler table (system scope), interface names (interface scope), and flows that refer to both; sampler 9 was never
    announced"""
    samplers = [(1, 4)], [(48, 1), (49, 1), (50, 4), (84, 12)]
    interfaces = [(2, 4)], [(82, 16), (83, 24)]
    flow = BASIC + UPTIMES + [(10, 4), (14, 4), (61, 1), (48, 1)]
    def flows(*rows):
        return data(260, [wire.record(flow, web(n) + [100_000, 104_000, 3, 4, n % 2, sampler]) for n, sampler in rows])
    return wire.pcap(frames(
        v9([wire.set_(1, options_template_v9(257, *samplers)), wire.set_(1, options_template_v9(258, *interfaces)),
            data(257, [wire.record(sum(samplers, []), ["192.0.2.1", n, mode, interval, name])
                       for n, mode, interval, name in ((1, 1, 100, "one-in-100"), (2, 2, 1000, "random-1000"))]),
            data(258, [wire.record(sum(interfaces, []), [n, name, text]) for n, name, text in
                       ((3, "Gi0/0/3", "customer example.com"), (4, "Te0/1/0", "uplink"))])],
           110_000, NOW, 1, source=256, count=6),
        v9([wire.set_(0, template(260, flow)), flows((1, 1), (2, 2), (3, 9))], 111_000, NOW + 1, 2, source=256, count=4)))


@MADE.file("options-ipfix.pcap")
def options_ipfix():
    """system start for sysUpTime elements, selectors 1 of 500 (305/306), application names, exporting process statistics"""
    start = (NOW - 86_400) * 1000
    tables = {
        256: ([(149, 4)], [(160, 8)], [[5, start]]),
        257: ([(302, 8)], [(304, 2), (305, 4), (306, 4)], [[77, 1, 1, 499]]),
        258: ([(95, 4)], [(96, 24), (94, 40)], [
            [b"\x03\x00\x01\xbb", "https", "secure web"], [b"\x0d\x00\x01\xc5", "example-video", "a made application"]]),
        259: ([(144, 4)], [(40, 8), (41, 8), (42, 8)], [[1, 480_000, 800, 12_000]]),
    }
    flow = BASIC + UPTIMES + [(302, 8), (95, 4), (6, 2), (136, 1), (10, 4), (14, 4)]
    up = 86_400_000
    rows = [web(1) + [up - 9000, up - 8000, 77, b"\x03\x00\x01\xbb", 0x1B, 3, 1, 2],
            web(2) + [up - 7000, up - 6500, 77, b"\x0d\x00\x01\xc5", 0x1B, 3, 1, 2]]
    announce = b"".join(options_template(ident, scope, fields) for ident, (scope, fields, _) in tables.items())
    told = [data(ident, [wire.record(scope + fields, row) for row in rows_])
            for ident, (scope, fields, rows_) in tables.items()]
    return wire.pcap(frames(
        ipfix([wire.set_(3, announce)] + told, NOW, 0, 5),
        ipfix([wire.set_(2, template(300, flow)), data(300, [wire.record(flow, r) for r in rows])], NOW + 1, 5, 5)))


# Values


@MADE.file("lists.pcap")
def lists():
    """RFC 6313: a basicList, a subTemplateList, a subTemplateMultiList, and a list in a list"""
    hop, note = [(8, 4), (10, 4)], [(82, VARIABLE)]
    nested = [(8, 4), (291, VARIABLE)]
    def basic(semantic, ident, length, values):
        return bytes([semantic]) + struct.pack("!HH", ident, length) + b"".join(wire.encode(length, v) for v in values)
    ports = basic(3, 11, 2, [80, 443, 8080])
    words = basic(255, 82, VARIABLE, ["eth0", "eth1"])
    hops = struct.pack("!BH", 4, 257) + wire.record(hop, ["192.0.2.1", 1]) + wire.record(hop, ["192.0.2.2", 2])
    def part(ident, octets):
        return struct.pack("!HH", ident, 4 + len(octets)) + octets
    several = b"\x00" + part(257, wire.record(hop, ["198.51.100.1", 9])) + part(
        258, wire.record(note, ["first"]) + wire.record(note, ["second"]))
    deep = struct.pack("!BH", 0, 259) + wire.record(nested, ["203.0.113.1", words]) + wire.record(
        nested, ["203.0.113.2", basic(0, 11, 2, [])])
    fields = TUPLE + [(291, VARIABLE), (292, VARIABLE), (293, VARIABLE), (292, VARIABLE)] + COUNTERS
    row = web(10)
    values = row[:5] + [ports, hops, several, deep] + row[5:]
    return wire.pcap(frames(
        ipfix([wire.set_(2, template(256, fields) + template(257, hop) + template(258, note) + template(259, nested)),
               data(256, [wire.record(fields, values)])], NOW, 0)))


@MADE.file("varlen.pcap")
def varlen():
    """strings of 0, 5 and 300 octets, elements of enterprises known and unknown, and the reverse of a flow"""
    fields = TIMED + [(1, 4, REVERSE), (2, 4, REVERSE), (6, 1), (6, 1, REVERSE), (461, VARIABLE), (460, VARIABLE),
                      (118, 2, NTOP), (180, VARIABLE, NTOP), (12, 3, EXAMPLE_PEN), (13, VARIABLE, EXAMPLE_PEN)]
    def row(n, target, host, octets):
        return timed(n) + [9000 + n, 12, 0x1B, 0x1A, target, host, 7, "www.example.com", b"\x01\x02\x03", octets]
    return wire.pcap(frames(
        ipfix([wire.set_(2, template(256, fields)),
               data(256, [wire.record(fields, row(1, "/", "www.example.com", b"")),
                          wire.record(fields, row(2, "/index", "", b"\xde\xad\xbe\xef")),
                          wire.record(fields, row(3, "/" + "long/" * 59 + "name", "example.net", b"\0" * 5))])],
              NOW, 0, 11)))


@MADE.file("types.pcap")
def types():
    """every abstract data type, reduced sizes, an element twice, an element of no octets"""
    fields = [(8, 4), (27, 16), (56, 6), (7, 2), (4, 1),
              (1, 3), (2, 5), (10, 3), (85, 7), (86, 6),            # reduced integers
              (276, 1), (276, 1),                                   # booleans: dataRecordsReliability true, false
              (320, 8), (311, 4), (311, 8),                         # floats
              (434, 4), (434, 2),                                   # mibObjectValueInteger: signed, full and reduced
              (150, 4), (152, 8), (154, 8), (156, 8), (158, 4),     # times
              (82, 8), (313, 4), (12, 4), (12, 4), (83, 0)]
    values = ["192.0.2.10", "2001:db8:1::10", b"\x00\x00\x5e\x00\x53\x01", 50010, 17,
              70_000, 2**33 + 1, 65_538, 2**50 + 3, 2**41,
              1, 2,
              -1234.5, 0.25, 0.015625,
              -70_000, -3,
              NOW, NOW * 1000 + 250, wire.ntp(NOW, 1 << 31), wire.ntp(NOW, 1 << 30), 1_500_000,
              "eth0", b"\x45\x00\x00\x1c", "198.51.100.80", "198.51.100.81", b""]
    return wire.pcap(frames(
        ipfix([wire.set_(2, template(256, fields)), data(256, [wire.record(fields, values)])], NOW, 0)))


@MADE.file("v9-numbers.pcap")
def v9_numbers():
    """field types that mean something else than in IPFIX: 40005 of ASA, 57590 of nProbe, 35000 of nobody"""
    fields = BASIC + [(33000, 12), (40005, 1), (57590, 2), (35000, 4), (104, 4), (95, 4)]
    values = web(10) + [b"\x11" * 4 + b"\x22" * 8, 2, 7, b"\xca\xfe\xba\xbe", b"\x00\x00\x00\x2a", b"\x03\x00\x01\xbb"]
    return wire.pcap(frames(v9([wire.set_(0, template(256, fields)), data(256, [wire.record(fields, values)])], 1000,
                               NOW, 1, count=2)))


@MADE.file("firewall.pcap")
def firewall():
    """a firewall's events (v9): create, update and teardown of one connection with both counters, a translation, and a
    denied one"""
    fields = [(148, 4), (8, 4), (7, 2), (12, 4), (11, 2), (4, 1), (225, 4), (226, 4), (227, 2), (228, 2), (10, 2),
              (14, 2), (176, 1), (177, 1), (233, 1), (33002, 2), (323, 8), (152, 8), (231, 4), (232, 4), (298, 4), (299, 4)]
    def event(ident, port, kind, extended, at, counters):
        return [ident, "192.0.2.10", port, "198.51.100.80", 443, 6, "203.0.113.5", "198.51.100.80", port + 1000, 443, 2,
                3, 0, 0, kind, extended, NOW * 1000 + at, NOW * 1000, *counters]
    rows = [event(9001, 50001, 1, 0, 0, (0, 0, 0, 0)),
            event(9001, 50001, 5, 0, 2000, (1200, 48_000, 20, 40)),
            event(9001, 50001, 2, 2030, 9500, (600, 12_000, 8, 12)),
            event(9002, 50002, 3, 1001, 4000, (0, 0, 0, 0))]
    return wire.pcap(frames(
        v9([wire.set_(0, template(263, fields))], 1000, NOW, 1, count=1),
        v9([data(263, [wire.record(fields, r) for r in rows])], 11_000, NOW + 10, 2, count=4)))


@MADE.file("times.pcap")
def times():
    """sysUpTime that wrapped between a flow and its export, a flow that ends before it starts, a restart, and a clock that
    is two hours ahead"""
    fields = BASIC + UPTIMES
    def message(n, sequence, up, seconds, first, last, source=1):
        return v9([wire.set_(0, template(256, fields)), data(256, [wire.record(fields, web(n) + [first, last])])], up,
                  seconds, sequence, source, count=2)
    day = 86_400_000
    return wire.pcap(frames(
        message(1, 40, 2**32 - 5000, NOW, 2**32 - 9000, 2**32 - 6000),
        message(2, 41, 4000, NOW + 9, 2**32 - 3000, 2000),
        message(3, 42, 14_000, NOW + 19, 12_000, 11_000),
        message(4, 700, day, NOW + 30, day - 4000, day - 2000, source=3),
        message(5, 0, 900, NOW + 40, 400, 800, source=3),
        message(6, 1, 50_000, NOW + 7250, 40_000, 45_000, source=2), step=10 * SECOND))


@MADE.file("hostile.pcap")
def hostile():
    """strings that try to get out: escape sequences, right-to-left override, line ends, a formula, quotes, bad UTF-8"""
    fields = BASIC + [(82, VARIABLE), (461, VARIABLE)]
    texts = [b"\x1b[2J\x1b]0;title\x07red", "file\u202egnp.exe".encode(), b"line one\r\nline two\ttab", b"=1+2", b"-x,@y",
             b'quote " and \\ and , comma', b"\xff\xfe not UTF-8 \xc3\x28", "gr\u00fc\u00dfe \u4e16\u754c \U0001f600".encode(),
             b"zero\0inside\0\0\0", b"\xc2\x9b31m C1", "zero\u200bwidth\u2028separator".encode(), b""]
    rows = [wire.record(fields, web(n + 1) + [t, t[::-1]]) for n, t in enumerate(texts)]
    return wire.pcap(frames(ipfix([wire.set_(2, template(256, fields)), data(256, rows)], NOW, 0)))


# Datagrams and encapsulations


def plain(n, sequence=None):
    """an IPFIX message that needs nothing else: a template and a flow"""
    return ipfix([wire.set_(2, template(256, TIMED)), data(256, [wire.record(TIMED, timed(n))])], NOW + n,
                 n - 1 if sequence is None else sequence, 42)


def long_message():
    """3000 octets: more than an Ethernet frame"""
    rows = [wire.record(TIMED, timed(n % 250 + 1, start=n)) for n in range(80)]
    return ipfix([wire.set_(2, template(256, TIMED)), data(256, rows)], NOW, 0, 42)


@MADE.file("fragments.pcap")
def fragments():
    """a message in three IPv4 fragments, one in four of IPv6 that come in another order, and one whose middle is lost"""
    four = wire.udp("192.0.2.1", 50000, "192.0.2.254", 2055, long_message())
    six = wire.udp("2001:db8::1", 50000, "2001:db8::fe", 4739, long_message())
    parts = wire.fragments4("192.0.2.1", "192.0.2.254", wire.UDP, four, 1480, 4711)
    parts6 = wire.fragments6("2001:db8::1", "2001:db8::fe", wire.UDP, six, 1000, 4712)
    lost = wire.fragments4("192.0.2.1", "192.0.2.254", wire.UDP, four, 1480, 4713)
    order = parts + [parts6[i] for i in (2, 0, 3, 1)] + [lost[0], lost[2]]
    return wire.pcap([(NOW * SECOND + n * MS, wire.ethernet(p)) for n, p in enumerate(order)])


@MADE.file("multi.pcap")
def multi():
    """three messages in one datagram, of two domains and two versions"""
    other = ipfix([wire.set_(2, template(256, BASIC)), data(256, [wire.record(BASIC, web(3))])], NOW, 0, 43)
    up = 10_000
    old = wire.v5([wire.v5_record("192.0.2.9", "198.51.100.80", 50009, 80, 6, 5, 400, up - 900, up - 100)], up, NOW, 5)
    return wire.pcap(frames(plain(1) + other + old, plain(2)))


@MADE.file("odd-port.pcap")
def odd_port():
    """exports to port 443, among a name lookup, a clock, and noise"""
    def noise(n, sport, dport, payload):
        return NOW * SECOND + n * MS, export_frame(payload, "192.0.2.10", "198.51.100.53", sport, dport)
    lookup = struct.pack("!6H", 10, 0x0100, 1, 0, 0, 0) + b"\x07example\x03net\0" + struct.pack("!HH", 1, 1)
    return wire.pcap([
        noise(0, 40001, 53, lookup),
        (NOW * SECOND + MS, export_frame(plain(1), dport=443)),
        noise(2, 123, 123, bytes([0x23]) + bytes(47)),
        noise(3, 40002, 5004, b"\x00\x05\x00\x01" + b"\xa5" * 60),
        noise(4, 40003, 5004, b"\x00\x09" + b"\x5a" * 40),
        noise(5, 40004, 5004, b"\x00\x0a\x00\x40" + b"\x33" * 60),
        (NOW * SECOND + 6 * MS, export_frame(plain(2), dport=443))])


@MADE.file("encapsulation.pcap")
def encapsulation():
    """one message in each of: VLAN, QinQ, two MPLS labels, PPPoE, GRE, VXLAN, IPv6 with extension headers"""
    def inner(n):
        return wire.ipv4("192.0.2.1", "192.0.2.254", wire.UDP,
                         wire.udp("192.0.2.1", 50000, "192.0.2.254", 2055, plain(n)))
    vxlan = struct.pack("!II", 0x08000000, 4711 << 8) + wire.ethernet(inner(6))
    options = bytes([wire.UDP, 0, 1, 4, 0, 0, 0, 0])
    six = wire.udp("2001:db8::1", 50000, "2001:db8::fe", 2055, plain(1))
    out = [
        wire.ethernet(inner(1), tags=[(wire.VLAN, 100)]),
        wire.ethernet(inner(2), tags=[(wire.QINQ, 200), (wire.VLAN, 100)]),
        wire.mpls(inner(3), [16, 1000]),
        wire.pppoe(inner(4)),
        wire.ethernet(wire.ipv4("203.0.113.1", "203.0.113.2", wire.GRE, struct.pack("!HH", 0, wire.IPV4) + inner(5))),
        wire.ethernet(wire.ipv4("203.0.113.1", "203.0.113.2", wire.UDP,
                                wire.udp("203.0.113.1", 55555, "203.0.113.2", 4789, vxlan))),
        wire.ethernet(wire.ipv6("2001:db8::1", "2001:db8::fe", 0, bytes([60]) + options[1:] + options + six))]
    return wire.pcap([(NOW * SECOND + n * SECOND, frame) for n, frame in enumerate(out)])


def on_link(name, link, wrap):
    @MADE.file(name)
    def make():
        out = []
        for n, (src, dst) in enumerate((("192.0.2.1", "192.0.2.254"), ("2001:db8::1", "2001:db8::fe"))):
            packet = wire.ip(src, dst, wire.UDP, wire.udp(src, 50000, dst, 2055, plain(1)))
            out.append((NOW * SECOND + n * MS, wrap(packet)))
        return wire.pcap(out, link, nano=True)


def six(packet):
    return packet[0] >> 4 == 6


on_link("link-raw.pcap", wire.RAW, lambda p: p)
on_link("link-null.pcap", wire.NULL, lambda p: struct.pack("<I", 30 if six(p) else 2) + p)
on_link("link-loop.pcap", wire.LOOP, lambda p: struct.pack("!I", 24 if six(p) else 2) + p)
on_link("link-ppp.pcap", wire.PPP, lambda p: b"\xff\x03" + (b"\x00\x57" if six(p) else b"\x00\x21") + p)
on_link("link-sll.pcap", wire.SLL, wire.cooked)
on_link("link-sll2.pcap", wire.SLL2, wire.cooked2)


# Several exporters


@MADE.file("two-exporters.pcap")
def two_exporters():
    """one connection as two routers saw it, the second with a clock of its own; and one that only the second saw"""
    def router(at, uptime, rows):
        records = [wire.v5_record(*row[:5], row[6], row[5], uptime - 6000 + shift, uptime - 2000 + shift, input=1,
                                  output=2, flags=0x1B) for shift, row in rows]
        return wire.v5(records, uptime, NOW + at, 0)
    there, back = web(10, 14, 1800), ["198.51.100.80", "192.0.2.10", 443, 50010, 6, 20_480, 21]
    first = router(0, 500_000, [(0, there), (15, back)])
    second = router(0, 900_000, [(3, there), (18, back), (500, web(11)),
                                 (520, ["198.51.100.80", "192.0.2.11", 443, 50011, 6, 4000, 9])])
    return wire.pcap(frames(first, src="192.0.2.1") + frames(second, src="192.0.2.2", start=NOW + 1))


@MADE.file("pairs.pcap")
def pairs():
    """what pairing must get right: two connections of the same millisecond, directions 40 ms apart, pieces of a long flow,
    echo and reply, a broadcast, a port used twice"""
    fields = TIMED + [(6, 1), (32, 2)]
    def row(src, dst, sport, dport, proto, octets, packets, start, end, flags=0, icmp=0):
        return wire.record(fields, [src, dst, sport, dport, proto, octets, packets, NOW * 1000 + start, NOW * 1000 + end,
                                    flags, icmp])
    a, b, c = "192.0.2.10", "198.51.100.80", "192.0.2.11"
    flows = [
        row(a, b, 50001, 443, 6, 1000, 10, 0, 500, 0x1B), row(b, a, 443, 50001, 6, 9000, 12, 40, 500, 0x1B),
        row(a, b, 50002, 443, 6, 1001, 10, 0, 700, 0x1B), row(b, a, 443, 50002, 6, 9001, 12, 0, 700, 0x1B),
        row(a, b, 50003, 22, 6, 600, 6, 0, 60_000, 0x1A), row(b, a, 22, 50003, 6, 700, 7, 1, 60_000, 0x1A),
        row(a, b, 50003, 22, 6, 610, 6, 60_001, 90_000, 0x11), row(b, a, 22, 50003, 6, 710, 7, 60_002, 90_000, 0x11),
        row(a, b, 0, 0, 1, 336, 4, 1000, 4000, 0, 8 << 8), row(b, a, 0, 0, 1, 336, 4, 1012, 4012, 0, 0),
        row(c, "192.0.2.255", 137, 137, 17, 234, 3, 100, 1600),
        row(c, b, 50004, 80, 6, 500, 5, 0, 300, 0x1B), row(b, c, 80, 50004, 6, 5000, 6, 3, 300, 0x1B),
        row(c, b, 50004, 80, 6, 501, 5, 600_000, 600_300, 0x1B), row(b, c, 80, 50004, 6, 5001, 6, 600_004, 600_300, 0x1B)]
    return wire.pcap(frames(ipfix([wire.set_(2, template(256, fields)), data(256, flows)], NOW + 700, 0, 1)))


def dns_name(text, end=b"\0"):
    return b"".join(bytes([len(label)]) + label for label in text.encode().split(b".") if label) + end


def dns_record(name, kind, data, klass=1):
    return dns_name(name) + wire.uint(kind, 2) + wire.uint(klass, 2) + wire.uint(300, 4) + wire.uint(len(data), 2) + data


def dns_answer(question, *records):
    """What a server answers to a question for A."""
    header = b"\x12\x34\x81\x80" + wire.uint(1, 2) + wire.uint(len(records), 2) + bytes(4)
    return header + dns_name(question) + wire.uint(1, 2) + wire.uint(1, 2) + b"".join(records)


@MADE.file("names.pcap")
def names():
    """flows among the DNS answers that name their hosts: through a chain of CNAMEs, IPv6, PTR, mDNS, and one whose name would
    change a terminal"""
    answers = [
        dns_answer("www.example.com", dns_record("www.example.com", 5, dns_name("edge.example.net")),
                   dns_record("edge.example.net", 1, wire.address("198.51.100.80"))),
        dns_answer("six.example.com", dns_record("six.example.com", 28, wire.address("2001:db8:2::80"))),
        dns_answer("10.2.0.192.in-addr.arpa", dns_record("10.2.0.192.in-addr.arpa", 12, dns_name("desk.example.org"))),
        dns_answer("red\x1b[31m.example.com", dns_record("red\x1b[31m.example.com", 1, wire.address("198.51.100.66")))]
    mdns = b"\0\0\x84\0" + wire.uint(0, 2) + wire.uint(1, 2) + bytes(4) + dns_record(
        "printer.local", 1, wire.address("192.0.2.30"), 0x8001)
    server, asker = "198.51.100.53", "192.0.2.10"
    others = [wire.ethernet(wire.ipv4(server, asker, wire.UDP, wire.udp(server, 53, asker, 40053, answer)))
              for answer in answers]
    others.append(wire.ethernet(wire.ipv4("192.0.2.30", "224.0.0.251", wire.UDP,
                                          wire.udp("192.0.2.30", 5353, "224.0.0.251", 5353, mdns))))
    pairs = [("192.0.2.10", "198.51.100.80", 443), ("192.0.2.10", "198.51.100.66", 443), ("192.0.2.10", "192.0.2.30", 631)]
    rows = [wire.v5_record(src, dst, 50000 + n, port, 6, 10 + n, 1000 + n, 1000, 4000, flags=0x1B)
            for n, (src, dst, port) in enumerate(pairs)]
    rows += [wire.v5_record(dst, src, port, 50000 + n, 6, 12, 9000 + n, 1001, 4000, flags=0x1B)
             for n, (src, dst, port) in enumerate(pairs)]
    export = export_frame(wire.v5(rows, 5000, NOW, 0))
    return wire.pcap([(NOW * SECOND + n * 1_000_000, frame) for n, frame in enumerate([*others, export])])


# Other containers


@MADE.file("two-links.pcapng")
def two_links():
    """pcapng: an Ethernet interface with microseconds and one of raw IP with nanoseconds"""
    src, dst = "198.51.100.1", "198.51.100.254"
    raw = wire.ipv4(src, dst, wire.UDP, wire.udp(src, 50000, dst, 4739, plain(2, 0)))
    return wire.pcapng([(wire.ETHERNET, "eth0", 6), (wire.RAW, "tun0", 9)], [
        (NOW * SECOND + 1_234_567_000, 0, export_frame(plain(1))),
        (NOW * SECOND + 1_234_567_891, 1, raw),
        (NOW * SECOND + 2 * SECOND, 0, export_frame(plain(2)))])


@MADE.file("compressed.pcap.gz")
def compressed():
    return gzip.compress(template_late(), mtime=0)


@MADE.file("packet.hex")
def hex_dump():
    """one export packet as a person would paste it"""
    octets = wire.v5([wire.v5_record("192.0.2.10", "198.51.100.80", 50080, 80, 6, 12, 1846, 1000, 5000, flags=0x1B)], 9000,
                     NOW, 77)
    lines = ["%04x  %-47s" % (at, octets[at:at + 16].hex(" ")) for at in range(0, len(octets), 16)]
    return "\n".join(line.rstrip() for line in lines).encode() + b"\n"


if __name__ == "__main__":
    MADE.main(__doc__)
