# SPDX-License-Identifier: MIT
"""Connections as they are: two ends, and packets with time, side, octets and TCP flags. Times are milliseconds."""
import random

FIN, SYN, RST, PSH, ACK = 1, 2, 4, 8, 16
ICMP, TCP, UDP, ICMP6 = 1, 6, 17, 58
EPOCH = 1_780_000_000_000
MINUTE, HOUR, DAY = 60_000, 3_600_000, 86_400_000


class Connection:
    """packets: (time, side, octets, flags) by time; side 0 is the client's. packet[side] are those of one side."""

    def __init__(self, proto, ends, packets, vlan=0, denied=False):
        self.proto = proto
        self.ip, self.port = ends
        self.packets = sorted(packets)
        self.side = [[p for p in self.packets if p[1] == side] for side in (0, 1)]
        self.vlan = vlan
        self.denied = denied  # by a firewall: it counts nothing
        self.number = None

    @property
    def end(self):
        return self.packets[-1][0]


class Maker:
    """Makes connections whose ends nobody else has, unless told to use them again."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.hosts = 0

    def ends(self, sport, cport=None, ip6=False):
        """client and server; which of them has the lower address is as good as random"""
        self.hosts += 1
        low, high = (self.hosts >> 8, self.hosts & 255)
        a, b = ("2001:db8:1::%x", "2001:db8:2::%x") if ip6 else ("10.%d.%d.1", "172.16.%d.%d")
        a, b = (a % self.hosts, b % self.hosts) if ip6 else (a % (low, high), b % (low, high))
        if self.random.random() < 0.5:
            a, b = b, a
        return (a, b), (self.random.randrange(33000, 60999) if cport is None else cport, sport)

    def start(self):
        return EPOCH + self.random.randrange(0, HOUR)

    def tcp(self, start, ends, gaps=(), close="fin", answered=True, **more):
        """a handshake, a question and an answer, another one after each gap, and the end"""
        rtt, out, t = self.random.randrange(4, 80), [], start
        out.append((t, 0, 60, SYN))
        if not answered:
            out += [(t + 1000, 0, 60, SYN), (t + 3000, 0, 60, SYN)]
            return Connection(TCP, ends, out, **more)
        if close == "refused":
            out.append((t + rtt, 1, 40, RST | ACK))
            return Connection(TCP, ends, out, **more)
        out += [(t + rtt, 1, 60, SYN | ACK), (t + rtt + 1, 0, 52, ACK)]
        t += rtt + 2
        for gap in (0, *gaps):
            t += gap
            out.append((t, 0, self.random.randrange(80, 700), PSH | ACK))
            for i in range(self.random.randrange(1, 5)):
                out.append((t + rtt + i, 1, self.random.randrange(200, 1500), ACK | (PSH if i == 0 else 0)))
            t += rtt + 8
            out.append((t, 0, 52, ACK))
        if close == "rst":
            out.append((t + 2, 0, 40, RST))
        elif close == "fin":
            out += [(t + 2, 0, 52, FIN | ACK), (t + rtt, 1, 52, FIN | ACK), (t + rtt + 1, 0, 52, ACK)]
        return Connection(TCP, ends, out, **more)

    def udp(self, start, ends, gaps=(), answered=True, **more):
        rtt, out, t = self.random.randrange(2, 60), [], start
        for gap in (0, *gaps):
            t += gap
            out.append((t, 0, self.random.randrange(60, 300), 0))
            if answered:
                out.append((t + rtt, 1, self.random.randrange(80, 1200), 0))
        return Connection(UDP, ends, out, **more)

    def ping(self, start, ends, count, answered=True):
        proto = ICMP6 if ":" in ends[0][0] else ICMP
        out, rtt = [], self.random.randrange(1, 40)
        for i in range(count):
            out.append((start + 1000 * i, 0, 84, 0))
            if answered:
                out.append((start + 1000 * i + rtt, 1, 84, 0))
        return Connection(proto, (ends[0], (0, 0)), out)

    def gaps(self, count, low, high):
        return [self.random.randrange(low, high) for _ in range(count)]
