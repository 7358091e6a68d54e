#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""facts.py NFSCOPE: what the Python package's tests promise of decoding holds here too, with captures made on the spot,
and the inputs known to kill that package do no harm."""
import json
import os
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "samples", "make"))
import wire  # noqa: E402
from wire import data, ipfix, options_template, template, v9  # noqa: E402

NFSCOPE = None
NOW = 1772442000
FLOW = [(8, 4), (12, 4), (21, 4), (22, 4), (1, 4), (2, 4), (10, 4), (14, 4), (7, 2), (11, 2), (4, 1), (6, 1), (60, 1), (5, 1)]


def row(n, fields=None):
    values = ["192.0.2.%d" % (n % 250 + 1), "198.51.100.%d" % (n // 250 % 250 + 1), 5000, 4000, 1000 + n, 1 + n % 9, 1, 2,
              1024 + n % 60000, 443, 6, 0x1B, 4, 0]
    return wire.record(fields or FLOW, values)


def v9_packet(sequence, flows, with_template=False):
    sets = [wire.set_(0, template(1024, FLOW))] if with_template else []
    if flows:
        sets.append(data(1024, [row(n) for n in flows]))
    return v9(sets, 10_000 + sequence, NOW + sequence // 100, sequence, count=with_template + len(flows))


def decode(show, payloads, status=(0,)):
    """the JSON lines of a capture with these datagrams"""
    with tempfile.NamedTemporaryFile(suffix=".pcap", dir=os.getcwd()) as f:
        f.write(wire.pcap([((NOW + n) * 10**9, wire.export_frame(p)) for n, p in enumerate(payloads)]))
        f.flush()
        done = subprocess.run([NFSCOPE, "-n", "-r", f.name, "--show", show, "-T", "json"], stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, timeout=30)
    if done.returncode not in status:
        raise AssertionError("exit status %d: %s" % (done.returncode, done.stderr.decode(errors="replace")))
    return [json.loads(line) for line in done.stdout.decode().splitlines()]


def codes(payloads):
    return [line["code"] for line in decode("diagnostics", payloads)]


class Package(unittest.TestCase):
    """the package's own tests"""

    def thousand(self, place):
        """999 packets of 12 flows and one with the template and 8 flows, at `place`"""
        packets = [v9_packet(n, range(12 * n, 12 * n + 12)) for n in range(1000)]
        packets[place] = v9_packet(place, range(8), with_template=True)
        flows = decode("flows", packets)
        self.assertEqual(len(flows), 999 * 12 + 8)
        self.assertEqual([f["frame"] for f in flows], sorted(f["frame"] for f in flows))
        octets = sum(1000 + k for n in range(1000) for k in (range(8) if n == place else range(12 * n, 12 * n + 12)))
        self.assertEqual(sum(f["bytes"] for f in flows), octets)

    def test_template_first(self):
        self.thousand(0)

    def test_template_in_the_middle(self):
        self.thousand(500)

    def test_template_last(self):
        self.thousand(999)

    def test_invalid_packets(self):
        good = [v9_packet(n, [n], with_template=not n) for n in range(3)]
        bad = [b"\x00\x00" + good[0][2:], b"\x00\x09\x00", b"not an export packet"]
        packets = decode("packets", [good[0], bad[0], good[1], bad[1], bad[2], good[2]])
        self.assertEqual([p["frame"] for p in packets if not short(p)], [1, 3, 6])
        self.assertEqual(len(decode("flows", [good[0], bad[0], good[1], bad[1], bad[2], good[2]])), 3)

    def test_template_after_data_in_a_packet(self):
        sets = [data(1024, [row(n) for n in range(8)]), wire.set_(0, template(1024, FLOW))]
        flows = decode("flows", [v9(sets, 10_000, NOW, 0, count=9)])
        self.assertEqual(len(flows), 8)

    def test_ipfix_captures(self):
        """of the shape softflowd sends: four templates and an options template with its data, then flows"""
        for count, split in ((20, [12, 8]), (26, [11, 11, 4])):
            sequence, packets, done = 0, [], 0
            for n, flows in enumerate(split):
                sets = self.softflowd_templates() if n == 0 else []
                sets.append(data(1024, [row(k) for k in range(done, done + flows)]))
                packets.append(ipfix(sets, NOW + n, sequence))
                sequence += flows + (n == 0)
                done += flows
            self.assertEqual(len(decode("flows", packets)), count)
            self.assertEqual([r["kind"] for r in decode("records", packets)], ["options"] + ["data"] * count)

    @staticmethod
    def softflowd_templates(process=45786):
        six = [(27, 16), (28, 16)] + FLOW[2:]
        icmp = FLOW[:8] + [(32, 2)] + FLOW[10:]
        scope, fields = [(143, 4)], [(160, 8), (305, 4), (306, 4), (304, 2), (82, 16)]
        announce = options_template(256, scope, fields)
        return [wire.set_(2, template(1024, FLOW)), wire.set_(2, template(1025, icmp)), wire.set_(2, template(2048, six)),
                wire.set_(3, announce), data(256, [wire.record(scope + fields, [process, NOW * 1000, 1, 0, 1, "eth0"])])]

    def test_padded_packet(self):
        """448 octets: the options data comes last, with two octets of padding that are no record"""
        *templates, options = self.softflowd_templates()
        packet = ipfix(templates + [data(1024, [row(n) for n in range(4)]), options], NOW, 0)
        self.assertEqual(len(packet), 448)
        records = decode("records", [packet])
        self.assertEqual([r["kind"] for r in records], ["data"] * 4 + ["options"])
        self.assertEqual(records[-1]["scope"]["meteringProcessId"], 45786)


def short(packet):
    return any(d.get("code") == "short-header" for d in packet.get("diagnostics", []))


class Killers(unittest.TestCase):
    """what the package does not survive"""

    def survives(self, *payloads):
        return decode("records", payloads)

    def flow(self, fields, values, more=()):
        sets = [wire.set_(2, template(256, fields)), data(256, [wire.record(fields, values)]), *more]
        (record, *_) = self.survives(ipfix(sets, NOW, 0))
        return record["fields"]

    def test_ascii_payload(self):
        for text in (b"hello, collector\n", b"0" * 100, b"A" * 1400, b"00050001"):
            self.assertEqual(self.survives(text), [])

    def test_zero_length_set(self):
        for ident in (0, 2, 3, 256):
            packet = ipfix([wire.set_(2, template(256, FLOW)), data(256, [row(1)]), wire.set_(ident, b"", length=0), bytes(16)],
                           NOW, 0)
            self.assertEqual(len(self.survives(packet)), 1)
            if ident:  # zeros alone are padding behind the last set
                self.assertIn("set-too-short", codes([packet]))

    def test_withdrawal(self):
        announce = ipfix([wire.set_(2, template(256, FLOW)), data(256, [row(1)])], NOW, 0)
        for kind, ident in ((2, 256), (2, 2), (3, 3), (3, 258), (2, 999)):
            withdraw = ipfix([wire.set_(kind, wire.withdrawal(ident))], NOW + 1, 1)
            again = ipfix([data(256, [row(2)])], NOW + 2, 1)
            gone = ident in (256, 2)
            self.assertEqual(len(self.survives(announce, withdraw, again)), 1 if gone else 2, (kind, ident))
            self.assertEqual("set-withdrawn" in codes([announce, withdraw, again]), gone, (kind, ident))

    def test_integer_of_three_octets(self):
        self.assertEqual(self.flow([(8, 4), (1, 3), (2, 5)], ["192.0.2.1", 70_000, 2**33])["octetDeltaCount"], 70_000)

    def test_unknown_element(self):
        fields = self.flow([(8, 4), (20_000, 4), (5, 3, 32473), (1, 4)], ["192.0.2.1", 1, b"\x01\x02\x03", 99])
        self.assertEqual(fields["octetDeltaCount"], 99)
        self.assertEqual(fields["0.20000"], "00000001")
        self.assertEqual(fields["32473.5"], "010203")

    def test_boolean(self):
        for octet, value in ((1, True), (2, False)):
            self.assertIs(self.flow([(8, 4), (276, 1)], ["192.0.2.1", octet])["dataRecordsReliability"], value)

    def test_element_twice(self):
        fields = self.flow([(8, 4), (12, 4), (12, 4)], ["192.0.2.1", "198.51.100.1", "198.51.100.2"])
        self.assertEqual(fields["destinationIPv4Address"], ["198.51.100.1", "198.51.100.2"])

    def test_two_records_of_the_same_element(self):
        fields = [(82, 8)]
        packet = ipfix([wire.set_(2, template(256, fields)), data(256, [b"eth0\0\0\0\0", b"eth1\0\0\0\0"])], NOW, 0)
        self.assertEqual([r["fields"]["interfaceName"] for r in self.survives(packet)], ["eth0", "eth1"])


class Counting(unittest.TestCase):
    """nothing is lost, and nothing is called lost, that is there"""

    @staticmethod
    def message(sequence, *flows, with_template=False, domain=1):
        sets = [wire.set_(2, template(256, FLOW))] if with_template else []
        return ipfix(sets + ([data(256, [row(n) for n in flows])] if flows else []), NOW, sequence, domain)

    def sequence(self, *payloads):
        (exporter,) = decode("exporters", payloads)
        return {word: exporter["sequence"][word] for word in ("expected", "received", "lost")}

    def test_messages_in_a_datagram(self):
        old = wire.v5([wire.v5_record("192.0.2.1", "198.51.100.1", 1, 2, 6, 3, 400, 1000, 2000)], 9000, NOW, 0)
        whole = self.message(0, 1, with_template=True) + self.message(0, 2, 3, with_template=True, domain=2) + old
        self.assertEqual([f["version"] for f in decode("flows", [whole])], [10, 10, 10, 5])

    def test_late_records_are_received(self):
        packets = [self.message(0, 1), self.message(1, 2, 3), self.message(3, with_template=True), self.message(13, 4)]
        self.assertEqual(self.sequence(*packets), {"expected": 14, "received": 4, "lost": 10})

    def test_cut_packets_are_not_lost(self):
        frames = [wire.export_frame(p) for p in (self.message(0, 1, with_template=True), self.message(1, *range(8)),
                                                 self.message(9, 1))]
        stored = [frames[0], frames[1][:150], frames[2]]
        with tempfile.NamedTemporaryFile(suffix=".pcap", dir=os.getcwd()) as f:
            f.write(wire.pcap([((NOW + n) * 10**9, octets, len(frame))
                               for n, (octets, frame) in enumerate(zip(stored, frames))]))
            f.flush()
            done = subprocess.run([NFSCOPE, "-n", "-r", f.name, "--show", "diagnostics", "-T", "json"], check=True,
                                  stdout=subprocess.PIPE, timeout=30)
        found = [json.loads(line)["code"] for line in done.stdout.decode().splitlines()]
        self.assertIn("capture-cut", found)
        self.assertNotIn("sequence-gap", found)


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    NFSCOPE = os.path.abspath(sys.argv.pop(1))
    unittest.main()
