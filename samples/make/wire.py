# SPDX-License-Identifier: MIT
"""Octets for samples and tests: frames, datagrams, NetFlow and IPFIX messages, pcap and pcapng files.

Everything returns bytes and depends on its arguments alone. Addresses are text, times are seconds since 1970 UTC
(a Fraction or float only where a file stores parts of a second).
"""
import ipaddress
import struct

ETHERNET, RAW, NULL, LOOP, PPP, SLL, SLL2 = 1, 101, 0, 108, 9, 113, 276
IPV4, IPV6, VLAN, QINQ, MPLS, PPPOE = 0x0800, 0x86DD, 0x8100, 0x88A8, 0x8847, 0x8864
ICMP, TCP, UDP, GRE, ICMPV6, FRAGMENT = 1, 6, 17, 47, 58, 44
MAC_A, MAC_B = bytes.fromhex("00005e005301"), bytes.fromhex("00005e005302")  # RFC 7042 documentation range
VARIABLE = 65535  # field length of a variable-length field


def address(text):
    return ipaddress.ip_address(text).packed


def checksum(octets):
    if len(octets) % 2:
        octets += b"\0"
    total = sum(struct.unpack("!%dH" % (len(octets) // 2), octets))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return total ^ 0xFFFF


def pseudo_header(src, dst, protocol, length):
    src, dst = address(src), address(dst)
    if len(src) == 4:
        return src + dst + struct.pack("!BBH", 0, protocol, length)
    return src + dst + struct.pack("!IHBB", length, 0, 0, protocol)


# Network and transport layer


def ipv4(src, dst, protocol, payload, ident=0, flags=0x4000, tos=0, ttl=64):
    """`flags` is the word with the fragment bits and offset; don't-fragment unless told otherwise"""
    header = struct.pack("!BBHHHBBH4s4s", 0x45, tos, 20 + len(payload), ident, flags, ttl, protocol, 0,
                         address(src), address(dst))
    return header[:10] + struct.pack("!H", checksum(header)) + header[12:] + payload


def ipv6(src, dst, protocol, payload, hops=64, label=0):
    return struct.pack("!IHBB16s16s", 6 << 28 | label, len(payload), protocol, hops, address(src),
                       address(dst)) + payload


def ip(src, dst, protocol, payload, **more):
    return (ipv6 if ":" in src else ipv4)(src, dst, protocol, payload, **more)


def fragments4(src, dst, protocol, payload, size, ident):
    """IPv4 packets with `size` octets each (a multiple of 8) of an IP payload"""
    parts = range(0, len(payload), size)
    return [ipv4(src, dst, protocol, payload[at:at + size], ident=ident,
                 flags=at // 8 | (0x2000 if at + size < len(payload) else 0)) for at in parts]


def fragments6(src, dst, protocol, payload, size, ident):
    parts = range(0, len(payload), size)
    return [ipv6(src, dst, FRAGMENT,
                 struct.pack("!BBHI", protocol, 0, at | (at + size < len(payload)), ident) + payload[at:at + size])
            for at in parts]


def udp(src, sport, dst, dport, payload):
    header = struct.pack("!HHHH", sport, dport, 8 + len(payload), 0)
    value = checksum(pseudo_header(src, dst, UDP, 8 + len(payload)) + header + payload) or 0xFFFF
    return header[:6] + struct.pack("!H", value) + payload


def tcp(src, sport, dst, dport, flags, seq=0, ack=0, payload=b"", window=64240):
    header = struct.pack("!HHIIBBHHH", sport, dport, seq & 0xFFFFFFFF, ack & 0xFFFFFFFF, 5 << 4, flags, window, 0, 0)
    value = checksum(pseudo_header(src, dst, TCP, 20 + len(payload)) + header + payload)
    return header[:16] + struct.pack("!HH", value, 0) + payload


def icmp_echo(src, dst, kind, ident, number, payload=bytes(56)):
    """kind: 8 request and 0 reply of ICMP, 128 and 129 of ICMPv6"""
    body = struct.pack("!HH", ident, number) + payload
    before = pseudo_header(src, dst, ICMPV6, 4 + len(body)) if ":" in src else b""
    return struct.pack("!BBH", kind, 0, checksum(before + struct.pack("!BBH", kind, 0, 0) + body)) + body


# Link layer


def ethernet(packet, kind=None, tags=()):
    """tags: (ethertype, tag) of VLAN and QinQ, the outer one first"""
    out = MAC_B + MAC_A
    for tag_type, tag in tags:
        out += struct.pack("!HH", tag_type, tag)
    return out + struct.pack("!H", kind or ethertype(packet)) + packet


def ethertype(packet):
    return IPV6 if packet[0] >> 4 == 6 else IPV4


def mpls(packet, labels):
    stack = b"".join(struct.pack("!I", label << 12 | (label == labels[-1]) << 8 | 64) for label in labels)
    return ethernet(stack + packet, MPLS)


def pppoe(packet, session=1):
    protocol = 0x57 if packet[0] >> 4 == 6 else 0x21
    return ethernet(struct.pack("!BBHHH", 0x11, 0, session, len(packet) + 2, protocol) + packet, PPPOE)


def cooked(packet):
    return struct.pack("!HHH6sHH", 0, 1, 6, MAC_A, 0, ethertype(packet)) + packet


def cooked2(packet):
    return struct.pack("!HHIHBB6sH", ethertype(packet), 0, 2, 1, 0, 6, MAC_A, 0) + packet


def export_frame(payload, src="192.0.2.1", dst="192.0.2.254", sport=50000, dport=2055):
    """the usual: an export message in UDP, IP and Ethernet"""
    return ethernet(ip(src, dst, UDP, udp(src, sport, dst, dport, payload)))


# Messages


def v1(records, uptime, seconds, nanoseconds=0, count=None):
    return struct.pack("!HHIII", 1, len(records) if count is None else count, uptime, seconds,
                       nanoseconds) + b"".join(records)


def v1_record(src, dst, sport, dport, proto, packets, octets, first, last, nexthop="0.0.0.0", input=0, output=0,
              flags=0, tos=0):
    return struct.pack("!4s4s4sHHIIIIHHHBBBBBBI", address(src), address(dst), address(nexthop), input, output, packets,
                       octets, first, last, sport, dport, 0, proto, tos, flags, 0, 0, 0, 0)


def v5(records, uptime, seconds, sequence, nanoseconds=0, engine=(0, 0), sampling=0, count=None):
    return struct.pack("!HHIIIIBBH", 5, len(records) if count is None else count, uptime, seconds, nanoseconds,
                       sequence, *engine, sampling) + b"".join(records)


def v5_record(src, dst, sport, dport, proto, packets, octets, first, last, nexthop="0.0.0.0", input=0, output=0,
              flags=0, tos=0, asn=(0, 0), masks=(0, 0)):
    return struct.pack("!4s4s4sHHIIIIHHBBBBHHBBH", address(src), address(dst), address(nexthop), input, output, packets,
                       octets, first, last, sport, dport, 0, flags, proto, tos, *asn, *masks, 0)


def v7(records, uptime, seconds, sequence, nanoseconds=0):
    return struct.pack("!HHIIIII", 7, len(records), uptime, seconds, nanoseconds, sequence, 0) + b"".join(records)


def v7_record(src, dst, sport, dport, proto, packets, octets, first, last, nexthop="0.0.0.0", input=0, output=0,
              flags=0, tos=0, asn=(0, 0), masks=(0, 0), valid=0, router="0.0.0.0"):
    return struct.pack("!4s4s4sHHIIIIHHBBBBHHBBH4s", address(src), address(dst), address(nexthop), input, output,
                       packets, octets, first, last, sport, dport, 0, flags, proto, tos, *asn, *masks, valid,
                       address(router))


def v9(sets, uptime, seconds, sequence, source=0, count=0):
    """count: of records of all kinds, as the header says"""
    return struct.pack("!HHIIII", 9, count, uptime, seconds, sequence, source) + b"".join(sets)


def ipfix(sets, seconds, sequence, domain=0, length=None):
    body = b"".join(sets)
    return struct.pack("!HHIII", 10, 16 + len(body) if length is None else length, seconds, sequence, domain) + body


def set_(ident, body, pad=True, length=None):
    """a set or flowset, with zero padding to four octets"""
    if pad:
        body += bytes(-len(body) % 4)
    return struct.pack("!HH", ident, 4 + len(body) if length is None else length) + body


def specifier(field):
    """(id, length) or (id, length, enterprise number)"""
    if len(field) == 2:
        return struct.pack("!HH", *field)
    return struct.pack("!HHI", field[0] | 0x8000, field[1], field[2])


def template(ident, fields, count=None):
    return struct.pack("!HH", ident, len(fields) if count is None else count) + b"".join(map(specifier, fields))


def options_template(ident, scope, fields):
    """of IPFIX"""
    return struct.pack("!HHH", ident, len(scope) + len(fields), len(scope)) + b"".join(map(specifier, scope + fields))


def options_template_v9(ident, scope, fields):
    return struct.pack("!HHH", ident, 4 * len(scope), 4 * len(fields)) + b"".join(map(specifier, scope + fields))


def data(ident, records, pad=True):
    return set_(ident, b"".join(records), pad)


def withdrawal(ident):
    return struct.pack("!HH", ident, 0)


def uint(value, size):
    return value.to_bytes(size, "big")


def encode(length, value):
    """one field: text that reads as an address, other text, octets, numbers, MAC addresses as bytes"""
    if isinstance(value, (bytes, bytearray)):
        octets = bytes(value)
    elif isinstance(value, str):
        try:
            octets = address(value)
        except ValueError:
            octets = value.encode()
    elif isinstance(value, float):
        octets = struct.pack("!f" if length == 4 else "!d", value)
    elif length == VARIABLE:
        octets = uint(value, max(1, (value.bit_length() + 7) // 8))
    else:
        octets = value.to_bytes(length, "big", signed=value < 0)
    if length == VARIABLE:
        return (uint(len(octets), 1) if len(octets) < 255 else b"\xff" + uint(len(octets), 2)) + octets
    if len(octets) > length:
        raise ValueError("%r does not fit %d octets" % (value, length))
    return octets.ljust(length, b"\0")


def record(fields, values):
    """values in the order of the fields of a template"""
    if len(fields) != len(values):
        raise ValueError("%d fields, %d values" % (len(fields), len(values)))
    return b"".join(encode(field[1], value) for field, value in zip(fields, values))


def ntp(seconds, fraction=0):
    """dateTimeMicroseconds and dateTimeNanoseconds: the 64 bit of RFC 7011 section 6.1.9"""
    return struct.pack("!II", (seconds + 2208988800) & 0xFFFFFFFF, fraction)


# Files


def pcap(frames, link=ETHERNET, nano=False, snaplen=262144):
    """frames: (time in nanoseconds, octets) or (time, octets, octets on the wire)"""
    out = [struct.pack("<IHHiIII", 0xA1B23C4D if nano else 0xA1B2C3D4, 2, 4, 0, 0, snaplen, link)]
    for time, octets, *wire in frames:
        part = time % 10**9 if nano else time % 10**9 // 1000
        out.append(struct.pack("<IIII", time // 10**9, part, len(octets), wire[0] if wire else len(octets)) + octets)
    return b"".join(out)


def pcapng_block(kind, body):
    body += bytes(-len(body) % 4)
    size = struct.pack("<I", 12 + len(body))
    return struct.pack("<I", kind) + size + body + size


def pcapng_option(code, value):
    return struct.pack("<HH", code, len(value)) + value + bytes(-len(value) % 4)


def pcapng(interfaces, frames):
    """interfaces: (link type, name, digits of a second); frames: (time in nanoseconds, interface, octets)"""
    out = [pcapng_block(0x0A0D0D0A, struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1))]
    for link, name, digits in interfaces:
        options = pcapng_option(2, name.encode()) + pcapng_option(9, bytes([digits])) + pcapng_option(0, b"")
        out.append(pcapng_block(1, struct.pack("<HHI", link, 0, 262144) + options))
    for time, interface, octets in frames:
        stamp = time // 10 ** (9 - interfaces[interface][2])
        head = struct.pack("<IIIII", interface, stamp >> 32, stamp & 0xFFFFFFFF, len(octets), len(octets))
        out.append(pcapng_block(6, head + octets))
    return b"".join(out)
