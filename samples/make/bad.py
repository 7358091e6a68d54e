#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Writes the bad samples: one fault each, with good records around it that must not be lost.

usage: bad.py FOLDER [NAME...]
"""
import struct

import wire
from collection import Collection
from made import BASIC, NOW, TIMED, TUPLE, UPTIMES, frames, plain, timed, web
from wire import VARIABLE, data, export_frame, ipfix, options_template, template, v9

BAD = Collection()


def good(*numbers):
    return data(256, [wire.record(TIMED, timed(n)) for n in numbers])


def around(*sets, records=1, version=ipfix):
    """a capture with the sets, of so many records, between a template with a flow and a last flow"""
    def message(n, sequence, *content):
        if version is v9:
            return v9(content, 1000 * n, NOW + n, n, 42, count=len(content))
        return ipfix(content, NOW + n, sequence, 42)
    templates = wire.set_(0 if version is v9 else 2, template(256, TIMED))
    return wire.pcap(frames(message(1, 0, templates, good(1)), message(2, 1, *sets), message(3, 1 + records, good(9))))


# The file


@BAD.file("truncated.pcap")
def truncated():
    """ends within the third frame"""
    whole = wire.pcap(frames(plain(1), plain(2), plain(3)))
    return whole[:-50]


@BAD.file("header-only.pcap")
def header_only():
    """nothing behind the file header: no fault"""
    return wire.pcap([])


@BAD.file("no-capture.pcap")
def no_capture():
    return b"This is no capture file.\n" * 4


@BAD.file("snaplen.pcap")
def snaplen():
    """the second of three frames was stored up to octet 200 only: template, one whole flow, a part of one"""
    long = ipfix([wire.set_(2, template(257, TIMED)),
                  data(257, [wire.record(TIMED, timed(n)) for n in range(2, 9)])], NOW + 1, 1, 42)
    out = frames(plain(1), long, plain(9))
    time, frame = out[1]
    out[1] = (time, frame[:200], len(frame))
    return wire.pcap(out)


# Messages and sets


@BAD.file("short-header.pcap")
def short_header():
    """a v9 header that ends after 14 octets, and a v5 header without its last four"""
    return wire.pcap(frames(plain(1), v9([], 1, NOW, 1)[:14],
                            wire.v5([], 1, NOW, 1, count=1)[:20], plain(2)))


@BAD.file("message-length.pcap")
def message_length():
    """an IPFIX message that claims 40 octets more than its datagram has"""
    body = [wire.set_(2, template(257, TIMED)), data(257, [wire.record(TIMED, timed(2))])]
    size = 16 + sum(map(len, body))
    return wire.pcap(frames(plain(1), ipfix(body, NOW + 1, 1, 42, length=size + 40), plain(3)))


@BAD.file("trailing.pcap")
def trailing():
    """twelve octets behind a message that are no message"""
    return wire.pcap(frames(plain(1) + b"\xde\xad\xbe\xef" * 3, plain(2)))


@BAD.file("zero-set.pcap")
def zero_set():
    """a set of length 0 behind good flows: the rest of the message is lost, never the program"""
    return around(good(2), wire.set_(256, b"", length=0) + bytes(8))


@BAD.file("set-too-short.pcap")
def set_too_short():
    return around(good(2), wire.set_(256, b"", length=3) + bytes(4))


@BAD.file("set-overrun.pcap")
def set_overrun():
    """a set that claims 200 octets where 41 + 3 are left"""
    row = wire.record(TIMED, timed(3))
    return around(good(2), wire.set_(256, row, length=200), records=2)


@BAD.file("set-overrun-v9.pcap")
def set_overrun_v9():
    row = wire.record(TIMED, timed(3))
    return around(good(2), wire.set_(256, row, length=200), version=v9)


@BAD.file("reserved-set.pcap")
def reserved_set():
    """set ids 5 and 255 stand between good flows"""
    return around(wire.set_(5, b"\x55" * 12), good(2), wire.set_(255, b"\xff" * 8), good(3), records=2)


@BAD.file("padding.pcap")
def padding():
    """padding that is not zero, padding of seven octets, and none"""
    row = wire.record(TIMED, timed(2))
    return around(wire.set_(256, row + b"\xaa\xbb\xcc", pad=False), wire.set_(256, row + bytes(7), pad=False),
                  wire.set_(256, row, pad=False), records=3)


@BAD.file("count.pcap")
def count():
    """v5 headers that announce 30 and 0 records over two, and a v9 header that announces 99"""
    def rows(up):
        return [wire.v5_record("192.0.2.%d" % n, "198.51.100.80", 50000 + n, 443, 6, 5, 500, up - 900, up - 100)
                for n in (1, 2)]
    nine = [wire.set_(0, template(256, BASIC)), data(256, [wire.record(BASIC, web(3))])]
    return wire.pcap(frames(wire.v5(rows(10_000), 10_000, NOW, 0, count=30), wire.v5(rows(11_000), 11_000, NOW + 1, 2, count=0),
                            v9(nine, 12_000, NOW + 2, 1, 1, count=99)))


@BAD.file("partial-record.pcap")
def partial_record():
    """a set that ends 20 octets into its second record"""
    row = wire.record(TIMED, timed(2))
    return around(wire.set_(256, row + row[:20], pad=False), records=2)


# Templates


@BAD.file("template-no-fields.pcap")
def template_no_fields():
    """an options template without fields, which is a withdrawal of what was never there, and data for it"""
    return around(wire.set_(3, struct.pack("!HHH", 300, 0, 0) + bytes(2)), wire.set_(300, bytes(8)), good(2))


@BAD.file("template-no-fields-v9.pcap")
def template_no_fields_v9():
    """a v9 template without fields; v9 has no withdrawal"""
    return around(wire.set_(0, template(300, [])), wire.set_(300, bytes(8)), good(2), version=v9)


@BAD.file("template-empty.pcap")
def template_empty():
    """a template whose only field has no octets, and data for it"""
    return around(wire.set_(2, template(300, [(82, 0)])), wire.set_(300, bytes(8)), good(2))


@BAD.file("template-truncated.pcap")
def template_truncated():
    """a template that announces 9 fields in a set of 4"""
    return around(wire.set_(2, template(300, TIMED[:4], count=9)), good(2))


@BAD.file("template-id.pcap")
def template_id():
    """a template with id 255"""
    return around(wire.set_(2, template(255, BASIC)), good(2))


@BAD.file("template-scope.pcap")
def template_scope():
    """options templates with no scope field, and with more scope fields than fields"""
    none = struct.pack("!HHH", 300, 1, 0) + wire.specifier((41, 8))
    many = struct.pack("!HHH", 301, 1, 2) + wire.specifier((41, 8))
    return around(wire.set_(3, none), wire.set_(3, many), good(2))


@BAD.file("template-missing.pcap")
def template_missing():
    """data of a template that never comes"""
    return around(wire.set_(400, bytes(48)), good(2))


@BAD.file("withdrawal-unknown.pcap")
def withdrawal_unknown():
    return around(wire.set_(2, wire.withdrawal(400)), good(2))


# Values


@BAD.file("field-length.pcap")
def field_length():
    """an IPv4 address of 2 octets, a port of 9, a boolean of 3, a boolean that is neither true nor false"""
    fields = TUPLE + [(15, 2), (227, 9), (276, 3), (276, 1)]
    row = web(2)[:5] + [b"\xc0\x00", b"\x01" * 9, b"\x00\x00\x01", 7]
    return around(wire.set_(2, template(300, fields)), data(300, [wire.record(fields, row)]), good(2), records=2)


@BAD.file("varlen-overrun.pcap")
def varlen_overrun():
    """a string that claims 200 octets where 10 are left in the set"""
    fields = TUPLE + [(82, VARIABLE)]
    row = wire.record(TUPLE, web(2)[:5])
    sets = wire.set_(300, row + b"\x04eth0" + row + b"\xc8" + b"0123456789", pad=False)
    return around(wire.set_(2, template(300, fields)), sets, good(2), records=3)


@BAD.file("list-malformed.pcap")
def list_malformed():
    """a basicList of 2-octet values with an octet too many, a subTemplateList of a template that is not there, and one
    whose element length is larger than the list"""
    fields = TUPLE + [(291, VARIABLE), (292, VARIABLE), (291, VARIABLE)]
    ports = b"\x03" + struct.pack("!HH5s", 11, 2, b"\x00\x50\x01\xbb\x1f")
    missing = struct.pack("!BH8s", 4, 999, bytes(8))
    large = b"\x03" + struct.pack("!HH4s", 8, 4000, b"\xc0\x00\x02\x01")
    row = wire.record(fields, web(2)[:5] + [ports, missing, large])
    return around(wire.set_(2, template(300, fields)), data(300, [row]), good(2), records=2)


@BAD.file("no-base.pcap")
def no_base():
    """IPFIX flows with times since system start, and nothing says when that was"""
    fields = BASIC + UPTIMES
    return around(wire.set_(2, template(300, fields)), data(300, [wire.record(fields, web(2) + [1000, 2000])]), good(2),
                  records=2)


@BAD.file("unscoped.pcap")
def unscoped():
    """options data that nobody asked for: a sampling interval of 0, and a sampler id twice"""
    scope, fields = [(149, 4)], [(48, 1), (50, 4)]
    rows = [wire.record(scope + fields, [42, 1, interval]) for interval in (0, 100, 200)]
    return around(wire.set_(3, options_template(300, scope, fields)), data(300, rows), good(2), records=4)


@BAD.file("no-udp-payload.pcap")
def no_udp_payload():
    """datagrams of 0 and 1 octets to the port, and one whose UDP length lies"""
    lie = bytearray(export_frame(plain(2)))
    lie[14 + 20 + 4:14 + 20 + 6] = struct.pack("!H", 4000)
    out = frames(plain(1), b"", b"\x00") + [(NOW * 10**9 + 3 * 10**9, bytes(lie))]
    return wire.pcap(out + frames(plain(4), start=NOW + 4))


if __name__ == "__main__":
    BAD.main(__doc__)
