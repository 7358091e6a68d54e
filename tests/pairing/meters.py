# SPDX-License-Identifier: MIT
"""Exporters: what of a connection passes a meter becomes flow records, cut as flow caches cut them, and export packets."""
import os
import random
import sys

from traffic import EPOCH, FIN, HOUR, ICMP, ICMP6, RST, TCP

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "samples", "make"))
import wire  # noqa: E402

REVERSE = 29305
IDLE, ACTIVE, ENDED = 1, 2, 3
CREATED, DELETED, DENIED, UPDATED = 1, 2, 3, 5
PER_PACKET = 20
BOOT = EPOCH - HOUR


class Record:
    """ids: the packets that it counts, as (side, index) of its connection"""

    def __init__(self, connection, side, ids, reason, **more):
        packets = [connection.side[s][i] for s, i in ids]
        self.connection, self.side, self.ids, self.reason = connection, side, ids, reason
        self.start, self.end = packets[0][0], packets[-1][0]
        self.octets, self.packets, self.flags = [0, 0], [0, 0], [0, 0]
        for (s, _), packet in zip(ids, packets):
            self.octets[s] += packet[2]
            self.packets[s] += 1
            self.flags[s] |= packet[3]
        self.direction, self.vlan, self.event, self.export = 0, connection.vlan, 0, self.end
        self.__dict__.update(more)


def cut(connection, ids, active, idle, flushes=True):
    """(ids, reason, when it is exported) of each flow of a cache that these packets go through"""
    times = [connection.side[s][i] for s, i in ids]
    flows, begin = [], 0
    for i, packet in enumerate(times):
        last = i + 1 == len(times)
        over = flushes and connection.proto == TCP and packet[3] & (FIN | RST)
        if over:
            reason, when = ENDED, packet[0]
        elif last or times[i + 1][0] - packet[0] > idle:
            reason, when = IDLE, packet[0] + idle
        elif times[i + 1][0] - times[begin][0] >= active:
            reason, when = ACTIVE, times[begin][0] + active
        else:
            continue
        flows.append((ids[begin:i + 1], reason, when))
        begin = i + 1
    return flows


class Exporter:
    """version 5, 9 or 10. fields: names of what its templates have beside the usual."""

    def __init__(self, address, version, active=60_000, idle=15_000, fields=(), skew=0, ports=(50000,), twice=False,
                 flushes=True, kind="flows", layer2=0, sample=1):
        self.address, self.version, self.active, self.idle = address, version, active, idle
        self.fields, self.skew, self.ports, self.twice, self.flushes = fields, skew, ports, twice, flushes
        self.kind, self.layer2, self.sample = kind, layer2, sample
        self.records, self.sequence = [], 0
        self.random = random.Random(address)

    def see(self, connection, side, **more):
        """one direction of a connection passes an interface"""
        ids = [(side, i) for i in range(len(connection.side[side])) if self.random.randrange(self.sample) == 0]
        for part, reason, when in cut(connection, ids, self.active, self.idle, self.flushes) if ids else ():
            self.records.append(Record(connection, side, part, reason, export=when, **more))

    def see_both(self, connection):
        """both directions, in records of both"""
        counts, ids = [0, 0], []
        for packet in connection.packets:
            ids.append((packet[1], counts[packet[1]]))
            counts[packet[1]] += 1
        for part, reason, when in cut(connection, ids, self.active, self.idle, False):
            self.records.append(Record(connection, part[0][0], part, reason, export=when))

    def guard(self, connection, style):
        """a firewall tells of creation, updates each minute and teardown. style: delta, total or twice"""
        counts, ids = [0, 0], []
        for packet in connection.packets:
            ids.append((packet[1], counts[packet[1]]))
            counts[packet[1]] += 1
        start, end = connection.packets[0][0], connection.end

        def tell(part, event, when):
            record = Record(connection, 0, part or ids[:1], 0, event=event, export=when)
            record.start, record.end = start, when
            if not part:
                record.octets, record.packets, record.ids = [0, 0], [0, 0], []
            self.records.append(record)

        if connection.denied:
            tell([], DENIED, start)
            return
        tell([], CREATED, start)
        time = [connection.side[s][i][0] for s, i in ids]
        done, at = 0, start + 60_000
        while at < end and style != "twice":
            upto = sum(t < at for t in time)
            if upto > done:
                tell(ids[done:upto], UPDATED, at)
            done, at = upto, at + 60_000
        if style != "delta":
            tell(ids[done:], UPDATED, end)
        tell(ids if style in ("twice", "total") else ids[done:], DELETED, end)

    # Export

    def datagrams(self):
        """(time of arrival, payload, source port, records)"""
        out = []
        records = sorted(self.records, key=lambda r: (r.export, r.connection.number, r.side, r.event == DELETED))
        groups = [[]]
        for record in records:
            group = groups[-1]
            if group and (len(group) == PER_PACKET or record.export - group[0].export > 5000 or
                          self.shape(record) != self.shape(group[0])):
                group = []
                groups.append(group)
            group.append(record)
        for number, group in enumerate(groups):
            if not group:
                continue
            when = (max(r.export for r in group) // 1000 + 1) * 1000
            payload = self.message(group, when)
            port = self.ports[number % len(self.ports)]
            for _ in range(2 if self.twice else 1):
                out.append((when, payload, self, port, group))
        return out

    @staticmethod
    def shape(record):
        return ":" in record.connection.ip[0], record.event == DENIED

    def message(self, records, when):
        seconds, uptime = when // 1000, when - BOOT
        if self.version == 5:
            self.sequence += len(records)
            return wire.v5([self.v5_record(r) for r in records], uptime, seconds, self.sequence - len(records))
        layout = self.layout(records[0])
        ident = 300 if ":" in records[0].connection.ip[0] else 301
        body = b"".join(b"".join(self.value(r, f).to_bytes(f[1], "big") for f in layout) for r in records)
        sets = [wire.set_(0 if self.version == 9 else 2, wire.template(ident, layout)), wire.set_(ident, body)]
        if self.version == 9:
            self.sequence += 1
            return wire.v9(sets, uptime, seconds, self.sequence - 1, count=len(records) + 1)
        self.sequence += len(records)
        return wire.ipfix(sets, seconds, self.sequence - len(records))

    def layout(self, record):
        six = ":" in record.connection.ip[0]
        fields = [(27, 16), (28, 16)] if six else [(8, 4), (12, 4)]
        fields += [(7, 2), (11, 2), (4, 1), (139 if six else 32, 2)]
        if self.kind == "guard":
            return fields + [(152, 8), (323, 8), (233, 1), (231, 8), (232, 8), (298, 8), (299, 8)]
        fields += [(1, 8), (2, 8), (6, 1)] + ([(22, 4), (21, 4)] if self.version == 9 else [(152, 8), (153, 8)])
        if self.kind == "both":
            fields += [(1, 8, REVERSE), (2, 8, REVERSE), (6, 1, REVERSE)]
        return fields + [{"direction": (61, 1), "vlan": (58, 2), "reason": (136, 1)}[name] for name in self.fields]

    def value(self, r, field):
        c, source = r.connection, r.side
        icmp = {ICMP: (8, 0), ICMP6: (128, 129)}.get(c.proto)
        if len(field) == 3:
            return {1: r.octets, 2: r.packets, 6: r.flags}[field[0]][1 - source]
        ports = c.port if not icmp else (0, 0)
        return {
            8: lambda: int.from_bytes(wire.address(c.ip[source]), "big"), 27: lambda: self.value(r, (8, 16)),
            12: lambda: int.from_bytes(wire.address(c.ip[1 - source]), "big"), 28: lambda: self.value(r, (12, 16)),
            7: lambda: ports[source], 11: lambda: ports[1 - source], 4: lambda: c.proto,
            32: lambda: icmp[source] << 8 if icmp else 0, 139: lambda: icmp[source] << 8 if icmp else 0,
            1: lambda: r.octets[source] + self.layer2 * r.packets[source], 2: lambda: r.packets[source],
            6: lambda: r.flags[source], 152: lambda: r.start + self.skew, 153: lambda: r.end + self.skew,
            22: lambda: r.start + self.skew - BOOT, 21: lambda: r.end + self.skew - BOOT,
            323: lambda: r.end + self.skew, 233: lambda: r.event, 231: lambda: r.octets[0],
            232: lambda: r.octets[1], 298: lambda: r.packets[0], 299: lambda: r.packets[1],
            61: lambda: r.direction, 58: lambda: r.vlan, 136: lambda: r.reason,
        }[field[0]]()

    def v5_record(self, r):
        c, s = r.connection, r.side
        icmp = (8 << 8, 0)[s] if c.proto == ICMP else None
        ports = (0, icmp) if icmp is not None else (c.port[s], c.port[1 - s])
        return wire.v5_record(c.ip[s], c.ip[1 - s], *ports, c.proto, r.packets[s], r.octets[s], r.start + self.skew - BOOT,
                              r.end + self.skew - BOOT, input=1 + s, output=2 - s, flags=r.flags[s])
