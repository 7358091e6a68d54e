# SPDX-License-Identifier: MIT
"""What networks are like: each scene makes connections and lets exporters see them.

A scene is called with a Maker, how many connections it is to make, and an address for each exporter that it wants; it
returns its connections and exporters.
"""
from meters import Exporter
from traffic import DAY, HOUR, MINUTE


def both_ways(exporter, connection, **more):
    for side in (0, 1):
        exporter.see(connection, side, **more)


def web(make, count, address):
    """TCP, most of it short, some of it refused, reset or never answered; IPv4 and IPv6"""
    exporter, out = Exporter(address(), 9), []
    for i in range(count):
        close = ("fin", "fin", "fin", "rst", "refused")[i % 5]
        c = make.tcp(make.start(), make.ends(443 if i % 3 else 80, ip6=i % 4 == 0), make.gaps(i % 4, 5, 3000), close,
                     answered=i % 11 != 0)
        both_ways(exporter, c)
        out.append(c)
    return out, [exporter]


def lookups(make, count, address):
    """questions and answers over UDP, some unanswered; NTP with the same port at both ends; pings"""
    exporter, out = Exporter(address(), 10), []
    for i in range(count):
        six = i % 3 == 0
        if i % 4 == 0:
            c = make.udp(make.start(), make.ends(123, 123, six), make.gaps(1, 2000, 9000))
        elif i % 4 == 1:
            c = make.ping(make.start(), make.ends(0, 0, six), 1 + i % 9, answered=i % 5 != 0)
        else:
            c = make.udp(make.start(), make.ends(53, ip6=six), answered=i % 7 != 0)
        both_ways(exporter, c)
        out.append(c)
    return out, [exporter]


def classic(make, count, address):
    """all of it through v5"""
    exporter, out = Exporter(address(), 5), []
    for i in range(count):
        c = (make.ping(make.start(), make.ends(0), 3) if i % 5 == 0 else
             make.tcp(make.start(), make.ends(25), make.gaps(i % 30, 100, 9000)))
        both_ways(exporter, c)
        out.append(c)
    return out, [exporter]


def long_lived(make, count, address):
    """many pieces: cut each minute by the active timeout"""
    exporters = [Exporter(address(), 9, fields=("reason",)), Exporter(address(), 10)]
    out = []
    for i in range(count):
        kind = make.tcp if i % 2 else make.udp
        c = kind(make.start(), make.ends(22 if i % 2 else 4500), make.gaps(40 + i % 60, 1000, 14000))
        both_ways(exporters[i // 2 % 2], c)
        out.append(c)
    return out, exporters


def slow(make, count, address):
    """an idle timeout of five minutes: pieces stand minutes apart"""
    exporters = [Exporter(address(), 10, 30 * MINUTE, 5 * MINUTE, fields=("reason",)),
                 Exporter(address(), 9, 2 * MINUTE, 5 * MINUTE)]
    out = []
    for i in range(count):
        kind = make.udp if i % 3 == 0 else make.tcp
        c = kind(make.start(), make.ends(6000 if i % 3 else 1194), make.gaps(25, 20_000, 280_000))
        both_ways(exporters[0 if i % 3 == 0 else i % 2], c)
        out.append(c)
    return out, exporters


def reused_ports(make, count, address):
    """the same ends again: at once, soon, and days later"""
    exporters, out = [Exporter(address(), 9), Exporter(address(), 10, flushes=False)], []
    while len(out) < count:
        start, ends, exporter = make.start(), make.ends(8080), make.random.choice(exporters)
        for i in range(2 + make.random.randrange(3)):
            c = make.tcp(start, ends, make.gaps(make.random.randrange(0, 12), 5, 12000),
                         make.random.choice(("fin", "rst")))
            both_ways(exporter, c)
            out.append(c)
            start = c.end + make.random.choice((300, 2000, 20_000, 40_000, HOUR, 2 * DAY))
    return out, exporters


def two_exporters(make, count, address):
    """the same path twice, each with timeouts and a clock of its own; one of them is sampled in a part"""
    exporters = [Exporter(address(), 9), Exporter(address(), 10, active=90_000, skew=312)]
    sampled = Exporter(address(), 10, active=30_000, skew=-205, sample=8)
    out = []
    for i in range(count):
        kind = make.udp if i % 3 == 0 else make.tcp
        c = kind(make.start(), make.ends(993), make.gaps(make.random.randrange(0, 30), 10, 14000))
        both_ways(exporters[0], c)
        both_ways(exporters[1] if i % 4 else sampled, c)
        out.append(c)
    return out, exporters + [sampled]


def wrong_clock(make, count, address):
    """short connections seen by two exporters, one of which is some seconds ahead"""
    exporters, out = [Exporter(address(), 9), Exporter(address(), 10, skew=7400)], []
    for i in range(count):
        kind = make.udp if i % 3 == 0 else make.tcp
        c = kind(make.start(), make.ends(53 if i % 3 == 0 else 443), make.gaps(i % 4, 10, 900))
        for exporter in exporters:
            both_ways(exporter, c)
        out.append(c)
    return out, exporters


def both_interfaces(make, count, address):
    """accounting at ingress and at egress: flowDirection tells them apart, or nothing does (v5)"""
    exporters, out = [Exporter(address(), 9, fields=("direction",)), Exporter(address(), 5)], []
    for i in range(count):
        c = make.tcp(make.start(), make.ends(443), make.gaps(i % 20, 10, 14000))
        for direction in (0, 1):
            both_ways(exporters[i % 3 == 0], c, direction=direction)
        out.append(c)
    return out, exporters


def two_vlans(make, count, address):
    """routed from one VLAN to another, seen in both, or in each on its way in"""
    exporter = Exporter(address(), 9, fields=("direction", "vlan"))
    plain, out = Exporter(address(), 10, skew=90), []
    for i in range(count):
        c = make.tcp(make.start(), make.ends(443), make.gaps(i % 15, 10, 14000))
        for side in (0, 1):
            exporter.see(c, side, vlan=10 + side, direction=0)
            if i % 3:
                exporter.see(c, side, vlan=11 - side, direction=1)
        if i % 5 == 0:
            both_ways(plain, c)
        out.append(c)
    return out, [exporter, plain]


def customers(make, count, address):
    """the same addresses and ports at the same time in two VLANs: two connections"""
    exporter, out = Exporter(address(), 9, fields=("vlan",)), []
    while len(out) < count:
        start, ends = make.start(), make.ends(443)
        for vlan in (10, 20):
            c = make.tcp(start + vlan, ends, make.gaps(5, 10, 14000), vlan=vlan)
            both_ways(exporter, c)
            out.append(c)
    return out, [exporter]


def records_of_both(make, count, address):
    """IPFIX biflow (RFC 5103), a part of it seen by two exporters"""
    exporters, out = [Exporter(address(), 10, kind="both"), Exporter(address(), 10, kind="both", skew=150)], []
    for i in range(count):
        kind = make.udp if i % 3 == 0 else make.tcp
        c = kind(make.start(), make.ends(443), make.gaps(i % 25, 10, 14000), answered=i % 9 != 0)
        for exporter in exporters[:1 + (i % 4 == 0)]:
            exporter.see_both(c)
        out.append(c)
    return out, exporters


def firewall(make, count, address):
    """creation, updates and teardown, as deltas, totals, or the teardown repeating the update; denials; ports used again"""
    exporters, out = [Exporter(address(), 9, kind="guard") for _ in range(3)], []
    while len(out) < count:
        style = len(out) % 3
        start, ends = make.start(), make.ends(443)
        for i in range(1 + (len(out) % 4 == 0)):
            denied = len(out) % 10 == 9
            gaps = () if denied else make.gaps(make.random.randrange(3, 20), 500, 12000)
            c = make.tcp(start, ends, gaps, denied=denied)
            exporters[style].guard(c, ("delta", "total", "twice")[style])
            out.append(c)
            start = c.end + 1500
    return out, exporters


def asymmetric(make, count, address):
    """each direction has a way of its own, and an exporter whose clock is its own"""
    exporters, out = [Exporter(address(), 9), Exporter(address(), 10, skew=-400)], []
    for i in range(count):
        c = make.tcp(make.start(), make.ends(443), make.gaps(i % 20, 10, 14000))
        for side in (0, 1):
            exporters[side ^ i & 1].see(c, side)
        out.append(c)
    return out, exporters


def changing_ports(make, count, address):
    """an exporter that sends from another port each time"""
    exporter, out = Exporter(address(), 9, ports=(50000, 50001, 50002)), []
    for i in range(count):
        c = make.udp(make.start(), make.ends(5004), make.gaps(i % 40, 1000, 14000))
        both_ways(exporter, c)
        out.append(c)
    return out, [exporter]


def sent_twice(make, count, address):
    """each export packet is there twice, as by a mirror port"""
    exporter, out = Exporter(address(), 10, twice=True), []
    for i in range(count):
        c = make.tcp(make.start(), make.ends(443), make.gaps(i % 20, 10, 14000))
        both_ways(exporter, c)
        out.append(c)
    return out, [exporter]


def one_way(make, count, address):
    """multicast, copied to two interfaces, and syslog"""
    exporter, out = Exporter(address(), 9, fields=("direction",)), []
    for i in range(count):
        ends = make.ends(514)
        if i % 2:
            client = next((ip for ip in ends[0] if ip.startswith("10.")), None)
            ends = ((client, "239.1.%d.%d" % (i >> 8, i & 255)), (ends[1][0], 5004))
        c = make.udp(make.start(), ends, make.gaps(10, 100, 9000), answered=False)
        for direction in (0, 1) if i % 2 else (0,):
            exporter.see(c, 0, direction=direction)
        out.append(c)
    return out, [exporter]


# name -> (scene, share of the connections)
SCENES = {
    scene.__name__: (scene, share) for scene, share in (
        (web, 20), (lookups, 16), (classic, 6), (long_lived, 6), (slow, 4), (reused_ports, 8), (two_exporters, 8), (wrong_clock, 3),
        (both_interfaces, 6), (two_vlans, 6), (customers, 2), (records_of_both, 5), (firewall, 5), (asymmetric, 3),
        (changing_ports, 3), (sent_twice, 2), (one_way, 2))
}
