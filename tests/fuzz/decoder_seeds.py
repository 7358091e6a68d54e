#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""decoder_seeds.py [FOLDER]: writes the seeds of the fuzz target decoder.c, to corpus/decoder beside this script."""
import os
import struct
import sys

NOW, UPTIME = 1700000000, 5000000
VARIABLE = 65535


def u16(*numbers):
    return b"".join(struct.pack(">H", n) for n in numbers)


def u32(*numbers):
    return b"".join(struct.pack(">I", n) for n in numbers)


def fixed(version, count, octets=None):
    head = u16(version, count) + u32(UPTIME, NOW, 0)
    head += {1: b"", 5: u32(1) + bytes([0, 1]) + u16(0x4064), 7: u32(1, 0)}[version]
    size = 52 if version == 7 else 48
    return head + b"".join(bytes((n + i) & 255 for i in range(size)) for n in range(count))[:octets]


def v9(*sets, count=1, source=1):
    return u16(9, count) + u32(UPTIME, NOW, 1, source) + b"".join(sets)


def ipfix(*sets, domain=1):
    body = b"".join(sets)
    return u16(10, 16 + len(body)) + u32(NOW, 1, domain) + body


def a_set(number, *parts, padding=0):
    body = b"".join(parts) + bytes(padding)
    return u16(number, 4 + len(body)) + body


def specs(fields):
    return b"".join(u16(f[0] | 0x8000, f[1]) + u32(f[2]) if len(f) > 2 else u16(*f) for f in fields)


def template(number, *fields):
    return u16(number, len(fields)) + specs(fields)


def options(number, scopes, *fields):
    return u16(number, len(fields), scopes) + specs(fields)


def v9_options(number, scopes, *fields):
    return u16(number, 4 * scopes, 4 * (len(fields) - scopes)) + specs(fields)


def some(octets):
    return bytes([octets]) if octets < 255 else b"\xff" + u16(octets)


def piece(octets):
    return some(len(octets)) + octets


PAIR = ((8, 4), (1, 4))
FLOW4 = ((8, 4), (12, 4), (7, 2), (11, 2), (4, 1), (5, 1), (6, 1), (1, 8), (2, 4), (152, 8), (153, 8))
FLOW6 = ((27, 16), (28, 16), (7, 2), (11, 2), (4, 1), (22, 4), (21, 4), (178, 1), (179, 1))
BIFLOW = ((8, 4), (12, 4), (27, 16), (28, 16), (1, 8), (1, 8, 29305), (2, 4, 29305), (323, 8), (162, 4))
STRINGS = ((82, VARIABLE), (10, 4), (83, VARIABLE), (8, 0), (1, 3), (12345, 2, 4000000000))
NTP = ((154, 8), (157, 8), (158, 4), (161, 4), (32, 2), (195, 1), (61, 1), (95, 4), (34, 4), (302, 8))
LISTS = ((291, VARIABLE), (292, VARIABLE), (293, VARIABLE))

DATA = u32(0x0a000001, 1, 0x0a000002, 2)
BASIC = piece(b"\3" + u16(7, 2, 80, 443))
NESTED = piece(b"\3" + u16(291, VARIABLE) + BASIC + BASIC)
SUB = piece(b"\3" + u16(256) + DATA)
MULTI = piece(b"\3" + u16(256, 12) + DATA[:8] + u16(999, 6, 1) + u16(256, 4))

SEEDS = {
    "v1": [fixed(1, 2)],
    "v5": [fixed(5, 3), fixed(5, 2) + fixed(5, 1)],
    "v7": [fixed(7, 2)],
    "v5-short": [fixed(5, 3, 100), fixed(5, 1)[:20]],
    "v9": [v9(a_set(0, template(256, *FLOW4)), a_set(256, bytes(43 * 2), padding=2), count=3), v9(a_set(256, bytes(43)))],
    "v9-options": [v9(a_set(1, v9_options(257, 1, (1, 4), (48, 2), (50, 4)), padding=2), a_set(257, u32(1), u16(7), u32(100)))],
    "v9-two": [v9(a_set(0, template(256, *PAIR)), a_set(256, DATA)) + v9(a_set(256, DATA)) + ipfix(a_set(256, DATA))],
    "v9-late": [v9(a_set(256, DATA)), v9(a_set(257, DATA)), v9(a_set(0, template(257, *PAIR), template(256, *PAIR)))],
    "ipfix": [ipfix(a_set(2, template(256, *FLOW4), template(257, *FLOW6)), a_set(256, bytes(86)), a_set(257, bytes(94)))],
    "ipfix-two": [ipfix(a_set(2, template(256, *PAIR)), a_set(256, DATA)) + ipfix(a_set(256, DATA), domain=2)],
    "ipfix-biflow": [ipfix(a_set(2, template(256, *BIFLOW)), a_set(256, bytes(range(72)) * 3))],
    "ipfix-strings": [ipfix(a_set(2, template(256, *STRINGS)),
                            a_set(256, piece(b"eth0"), u32(1), piece(b"x" * 300), b"\0\1\2", u16(5), padding=1))],
    "ipfix-times": [ipfix(a_set(2, template(256, *NTP)), a_set(256, bytes(range(44)) * 2))],
    "ipfix-options": [ipfix(a_set(3, options(258, 1, (302, 4), (305, 4), (306, 4), (160, 8))), a_set(258, u32(1, 1, 99, 0, NOW))),
                      ipfix(a_set(2, template(259, (22, 4), (21, 4))), a_set(259, u32(1000, 2000)))],
    "ipfix-lists": [ipfix(a_set(2, template(256, *PAIR), template(300, *LISTS)),
                          a_set(300, BASIC, SUB, MULTI, NESTED, SUB, MULTI))],
    "ipfix-lists-malformed": [ipfix(a_set(2, template(256, *PAIR), template(300, *LISTS)),
                                    a_set(300, BASIC[:1], BASIC[1:], piece(b"\3\1\0\1"), piece(b"\3\1\0\0\3")))],
    "ipfix-withdrawn": [ipfix(a_set(2, template(256, *PAIR), template(257, *PAIR)), a_set(3, options(258, 1, *PAIR))),
                        ipfix(a_set(2, u16(256, 0)), a_set(256, DATA)), ipfix(a_set(2, u16(2, 0)), a_set(257, DATA)),
                        ipfix(a_set(3, u16(3, 0)), a_set(258, DATA))],
    "ipfix-redefined": [ipfix(a_set(2, template(256, *PAIR)), a_set(256, DATA)),
                        ipfix(a_set(256, DATA), a_set(2, template(256, *FLOW6)), a_set(256, bytes(47))),
                        ipfix(a_set(3, options(256, 1, *PAIR)), a_set(256, DATA))],
    "ipfix-odd": [ipfix(a_set(0, template(256, *PAIR)), a_set(99, b"abcd"), a_set(256, DATA, b"\0\0\1"), u16(256, 3))],
    "ipfix-bad-templates": [ipfix(a_set(2, template(256), template(255, *PAIR))), ipfix(a_set(2, u16(256, 9) + u32(1, 2))),
                            ipfix(a_set(3, options(256, 3, *PAIR), options(257, 0, *PAIR))), ipfix(a_set(2, template(258, (8, 0))))],
}


def datagram(octets, source=0, seconds=1, missing=0):
    return bytes([source, seconds, missing]) + u16(len(octets)) + octets


def borrowed():
    """data from a port that sends no templates, and templates from another; time passes"""
    data, templates = ipfix(a_set(256, DATA)), ipfix(a_set(2, template(256, *PAIR)))
    return b"".join(datagram(octets, source, 3) for octets, source in
                    ((data, 1), (data, 5), (templates, 0), (data, 1), (templates, 2), (data, 1)))


def main():
    here = os.path.join(os.path.dirname(os.path.abspath(__file__)), "corpus", "decoder")
    folder = sys.argv[1] if len(sys.argv) > 1 else here
    os.makedirs(folder, exist_ok=True)
    files = {name: b"\0" + b"".join(datagram(octets) for octets in packets) for name, packets in SEEDS.items()}
    files["cut"] = b"\0" + b"".join(datagram(packets[0][:-7], missing=7) for packets in SEEDS.values())
    files["limits"] = b"\x15" + b"".join(datagram(octets, n & 7) for n, packets in enumerate(SEEDS.values()) for octets in packets)
    files["borrowed"] = b"\x40" + borrowed()
    for name, octets in files.items():
        with open(os.path.join(folder, name), "wb") as f:
            f.write(octets)


if __name__ == "__main__":
    main()
