# SPDX-License-Identifier: MIT
"""Small captures for the cases: NetFlow v5 in UDP, in pcap."""
import struct

RECORD = struct.Struct("!4s4s4sHHIIIIHHBBBBHHBBH")


def record(number):
    server = bytes((198, 51, 100, number % 250 + 1))
    return RECORD.pack(bytes((192, 0, 2, 1)), server, bytes(4), 1, 2, 10, 1000 + number, 1000, 2000,
                       40000 + number % 1000, 443, 0, 0x1B, 6, 0, 0, 0, 24, 24, 0)


def v5(records, sequence=0):
    header = struct.pack("!HHIIIIBBH", 5, records, 100000, 1700000000, 0, sequence, 0, 0, 0)
    return header + b"".join(record(sequence + i) for i in range(records))


def frame(payload, port=2055):
    udp = struct.pack("!HHHH", 50000, port, 8 + len(payload), 0) + payload
    ip = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(udp), 0, 0, 64, 17, 0, bytes((203, 0, 113, 1)),
                     bytes((203, 0, 113, 2)))
    return bytes(12) + b"\x08\x00" + ip + udp


def pcap(frames):
    out = [struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1)]
    for number, octets in enumerate(frames):
        out.append(struct.pack("<IIII", 1700000000 + number, 0, len(octets), len(octets)) + octets)
    return b"".join(out)


def exports(packets, records=30):
    return pcap([frame(v5(records, i * records)) for i in range(packets)])
