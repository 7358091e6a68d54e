#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""health.py NFSCOPE: a capture of exporters of every version with planned loss, reordering, duplicates, restarts, clocks
and sampling; what --show exporters and -z health say of it is the plan, number by number, with any number of threads."""
import json
import os
import random
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "samples", "make"))
import wire  # noqa: E402

NOW = 1772442000  # s, capture time of the first frame
MS, S = 10**6, 10**9
FLOW = [(8, 4), (12, 4), (7, 2), (11, 2), (4, 1), (2, 4), (1, 4), (22, 4), (21, 4)]
FLOW_IPFIX = [(8, 4), (12, 4), (7, 2), (11, 2), (4, 1), (2, 4), (1, 4), (152, 8), (153, 8)]
SAMPLER = [(48, 1), (49, 1), (50, 4)]
UNIT = {5: "flows", 7: "flows", 9: "packets", 10: "records"}
PROBLEMS = []


class Exporter:
    """One session: messages once a second, what becomes of them on the way, and what is true of that."""

    def __init__(self, seed, version, address, port=50000, domain=0, **plan):
        self.random = random.Random(seed)
        self.version, self.address, self.port, self.domain = version, address, port, domain
        self.count = plan.get("count", 200)
        self.start = plan.get("start", 0xFFFFFF00)  # of the numbers, which wrap
        self.counts = plan.get("counts", UNIT[version])  # what they count; "-ahead": the message itself, too
        self.lost = set(plan.get("lost", ()))  # messages, by their place
        self.swapped = set(plan.get("swapped", ()))  # with the one behind
        self.twice = set(plan.get("twice", ()))
        self.reboot = plan.get("reboot")  # at this message uptime and numbers begin anew
        self.skew = plan.get("skew", 0)  # ns, of the clock
        self.drift = plan.get("drift", 0)  # ppm
        self.step = plan.get("step", (None, 0))  # message and ns
        self.silence = plan.get("silence", (None, 0))
        self.refresh = plan.get("refresh", 20)  # templates every so many messages
        self.sampling = plan.get("sampling", 0)  # v5 header
        self.sampler = plan.get("sampler")  # (id, interval): options data with the templates
        self.quiet = plan.get("quiet", False)  # it has no flows, only what it announces
        self.untold = set(plan.get("untold", ()))  # messages with a set of a template that is never announced
        self.messages = []
        self.make()

    def moment(self, i):
        after, silence = self.silence
        wait = silence if after is not None and i >= after else 0
        if self.reboot is not None and i >= self.reboot:
            wait += 90 * S
        return NOW * S + i * S + wait

    def clock(self, i):
        moment = self.moment(i)
        at, step = self.step
        drifted = (moment - NOW * S) * self.drift // 10**6
        return moment + self.skew + drifted + (step if at is not None and i >= at else 0)

    def header(self, i):
        """(header clock in ns, uptime)"""
        clock = self.clock(i)
        since = self.moment(i) - self.moment(self.reboot) + 70_000 * MS if self.reboot is not None and i >= self.reboot \
            else self.moment(i) - NOW * S + 86_400_000 * MS
        if self.version >= 9:
            clock -= clock % S
        return clock, since // MS

    def rows(self, i):
        return 1 + self.random.randrange(20)

    def make(self):
        number = self.start
        for i in range(self.count):
            if i == self.reboot:
                number = 0
            clock, uptime = self.header(i)
            flows = 0 if self.quiet else self.rows(i)
            templates = self.version >= 9 and i % self.refresh == 0
            options = 1 if templates and self.sampler else 0
            units = {"packets": 1, "flows": flows, "records": flows + options,
                     "all": flows + options + (templates and (2 if self.sampler else 1))}
            step = units[self.counts.split("-")[0]]
            shown = (number + step if self.counts.endswith("-ahead") else number) & 0xFFFFFFFF
            delays = [self.random.randrange(1000, 60_000) for _ in range(flows)]  # ms
            payload = self.payload(i, clock, uptime, shown, delays, templates)
            self.messages.append(dict(place=i, time=self.moment(i), clock=clock, flows=flows, options=options,
                                      units=step, payload=payload, delays=delays, templates=templates,
                                      epoch=self.reboot is not None and i >= self.reboot))
            number = number + step & 0xFFFFFFFF

    def payload(self, i, clock, uptime, number, delays, templates):
        def ends(n):
            return uptime - delays[n]
        names = [("192.0.2.%d" % (n + 1), "198.51.100.%d" % (i % 250 + 1)) for n in range(len(delays))]
        if self.version in (5, 7):
            one = wire.v5_record if self.version == 5 else wire.v7_record
            rows = [one(*names[n], 1000 + n, 80, 6, 10, 1000, ends(n) - 500, ends(n)) for n in range(len(delays))]
            if self.version == 7:
                return wire.v7(rows, uptime, clock // S, number, clock % S)
            return wire.v5(rows, uptime, clock // S, number, clock % S, engine=(0, self.domain), sampling=self.sampling)
        sets, fields = [], FLOW if self.version == 9 else FLOW_IPFIX
        if templates:
            sets.append(wire.set_(0 if self.version == 9 else 2, wire.template(256, fields)))
            if self.sampler and self.version == 9:
                sets.append(wire.set_(1, wire.options_template_v9(257, [(1, 4)], SAMPLER)))
            elif self.sampler:
                sets.append(wire.set_(3, wire.options_template(257, [(149, 4)], SAMPLER)))
            if self.sampler:
                sets.append(wire.data(257, [wire.record([(1, 4)] + SAMPLER, [1, self.sampler[0], 2, self.sampler[1]])]))
        rows = []
        for n in range(len(delays)):
            end = ends(n) if self.version == 9 else clock // MS - delays[n]
            rows.append(wire.record(fields, [*names[n], 1000 + n, 80, 6, 10, 1000, end - 500, end]))
        if rows:
            sets.append(wire.data(256, rows))
        if i in self.untold:
            sets.append(wire.data(999, [bytes(20)]))
        if self.version == 9:
            count = len(delays) + (0 if not templates else 3 if self.sampler else 1)
            return wire.v9(sets, uptime & 0xFFFFFFFF, clock // S, number, self.domain, count)
        return wire.ipfix(sets, clock // S, number, self.domain)

    def delivered(self):
        """(time, message, twice) in the order of arrival"""
        line = [m for m in self.messages if m["place"] not in self.lost]
        for at in range(len(line) - 2, -1, -1):
            if line[at]["place"] in self.swapped:
                line[at], line[at + 1] = line[at + 1], line[at]
        times = sorted(m["time"] for m in line)
        for time, message in zip(times, line):
            yield time, message, False
            if message["place"] in self.twice:
                yield time + MS, message, True


def expectation(exporter, arrivals):
    """What is to be said, by looking at everything: arrivals are (frame, time, message, twice)."""
    came = [a for a in arrivals if not a[3]]
    wanted = {"packets": len(arrivals), "version": exporter.version,
              "records": sum(a[2]["flows"] for a in arrivals), "flows": sum(a[2]["flows"] for a in arrivals),
              "options": sum(a[2]["options"] for a in arrivals), "bytes": sum(len(a[2]["payload"]) for a in arrivals),
              "flow_packets": 10 * sum(a[2]["flows"] for a in arrivals),
              "flow_bytes": 1000 * sum(a[2]["flows"] for a in arrivals)}
    last = {epoch: max((a[2]["place"] for a in came if a[2]["epoch"] == epoch), default=-1) for epoch in (False, True)}
    lost = sum(m["units"] for m in exporter.messages if m["place"] in exporter.lost and m["place"] < last[m["epoch"]])
    received = sum(a[2]["units"] for a in came)
    top, late, gap = -1, [], None
    for frame, _, message, _ in came:
        if message["place"] < top:
            late.append(frame)
        elif gap is None and top >= 0 and message["place"] != top + 1 and message["place"] != exporter.reboot:
            gap = frame
        top = max(top, message["place"])
    sequence = {"unit": {"all": "records"}.get(exporter.counts.split("-")[0], exporter.counts.split("-")[0]),
                "expected": received + lost, "received": received, "lost": lost, "reordered": len(late),
                "duplicated": len(arrivals) - len(came), "restarts": int(exporter.reboot is not None),
                "reboots": int(exporter.reboot is not None and exporter.version != 10),
                "first_gap_frame": gap, "first_reordered_frame": late[0] if late else None,
                "first_duplicated_frame": next((a[0] for a in arrivals if a[3]), None),
                "first_restart_frame": next((a[0] for a in came if a[2]["place"] == exporter.reboot), None)}
    if exporter.counts != UNIT[exporter.version]:
        sequence["counts"] = {"all": "all-records"}.get(exporter.counts, exporter.counts)
    wanted["sequence"] = sequence
    skews = [(a[2]["clock"] - a[1], a[0]) for a in arrivals]
    wanted["clock_skew_seconds"] = {"min": min(skews)[0] / S, "max": max(skews)[0] / S}
    low, high = min(s for s, _ in skews), max(s for s, _ in skews)
    wanted["clock"] = {"min_frame": next(f for s, f in skews if s == low),
                       "max_frame": next(f for s, f in skews if s == high), "wraps": 0,
                       "steps": int(exporter.step[0] is not None),
                       "step_frame": next((a[0] for a in came if a[2]["place"] >= exporter.step[0]), None)
                       if exporter.step[0] is not None else None}
    pauses = [(b[1] - a[1], b[0]) for a, b in zip(arrivals, arrivals[1:])]
    longest = max(p for p, _ in pauses)
    wanted["pauses"] = {"longest": longest / S, "longest_frame": next(f for p, f in pauses if p == longest),
                        "silent": longest >= 10 * S}
    delays = [(delay if exporter.version in (5, 7, 9) else (a[2]["clock"] - (a[2]["clock"] // MS - delay) * MS) / MS, a[0])
              for a in arrivals for delay in a[2]["delays"]]
    least, most = min((d for d, _ in delays), default=0), max((d for d, _ in delays), default=0)
    wanted["export_delay"] = None if not delays else {"flows": len(delays), "min": least / 1000, "max": most / 1000,
                              "min_frame": next(f for d, f in delays if d == least),
                              "max_frame": next(f for d, f in delays if d == most)}
    announced = [a for a in arrivals if a[2]["templates"]]
    kinds = 2 if exporter.sampler else 1
    if exporter.version >= 9:
        templates = {"data": 1, "options": kinds - 1, "announced": kinds * len(announced)}
        once = [a for a in announced if not a[3]]
        gaps = [b[1] - a[1] for a, b in zip(once, once[1:])]
        if gaps:
            templates["refresh"] = {"min": min(gaps) / S, "max": max(gaps) / S}
        wanted["templates"] = templates
    untold = [a for a in arrivals if a[2]["place"] in exporter.untold]
    wanted["undecoded"] = {"no-template": len(untold), "withdrawn": 0, "malformed": 0, "reserved": 0}
    if untold:
        wanted["undecoded_sets"] = [{"id": 999, "reason": "no-template", "sets": len(untold), "octets": 20 * len(untold),
                                     "first_frame": untold[0][0], "last_frame": untold[-1][0]}]
    wanted["times"] = []
    if exporter.sampling:
        wanted["sampling"] = {"header": exporter.sampling & 0x3FFF, "header_frame": arrivals[0][0], "samplers": 0}
    if exporter.sampler:
        wanted["samplers"] = [{"sampler": exporter.sampler[0], "interval": exporter.sampler[1], "frame": announced[0][0]}]
    return wanted


def differences(wanted, found, path=""):
    if isinstance(wanted, dict):
        for key, value in wanted.items():
            there = found.get(key) if isinstance(found, dict) else None
            yield from differences(value, there, f"{path}.{key}" if path else key)
    elif isinstance(wanted, float):
        if found is None or abs(wanted - found) > 1e-6:
            yield f"{path}: {found}, not {wanted}"
    elif wanted != found:
        yield f"{path}: {found}, not {wanted}"


def exporters():
    return [
        Exporter(1, 5, "192.0.2.1", domain=1, lost=(40, 41, 90), swapped=(60,), twice=(70, 71), sampling=1 << 14 | 100),
        Exporter(2, 5, "192.0.2.1", domain=2, reboot=100, skew=-250 * MS),
        Exporter(3, 7, "192.0.2.2", lost=range(50, 60), swapped=(20, 120), step=(150, 3600 * S)),
        Exporter(4, 9, "192.0.2.3", domain=7, lost=(30,), twice=(31,), sampler=(3, 1000), skew=90 * S),
        Exporter(5, 9, "192.0.2.3", domain=8, reboot=120, lost=(10, 180), swapped=(50, 140)),
        Exporter(6, 9, "192.0.2.4", counts="flows", lost=(100, 101), twice=(50,)),
        Exporter(7, 10, "192.0.2.5", domain=1, lost=(55, 155), swapped=(77,), twice=(88,), sampler=(9, 512)),
        Exporter(8, 10, "192.0.2.5", domain=2, silence=(100, 900 * S), untold=(30, 31, 99)),
        Exporter(9, 10, "192.0.2.6", counts="all", lost=(33, 133)),
        Exporter(10, 10, "192.0.2.7", counts="flows-ahead", lost=(44,), swapped=(66,)),
        Exporter(11, 10, "192.0.2.8", counts="packets", lost=(22, 23, 24), twice=(150,)),
        Exporter(12, 10, "2001:db8::1", drift=20_000, count=600),
        Exporter(13, 10, "192.0.2.9", reboot=100, lost=(40,)),
        Exporter(14, 9, "192.0.2.10", domain=0, quiet=True, sampler=(1, 64), refresh=1),
        Exporter(15, 9, "192.0.2.10", domain=5),
    ]


def two_ports():
    """One exporter and domain that sends from two ports, each with numbers of its own."""
    return [Exporter(16, 10, "192.0.2.11", port=50000, domain=3, lost=(40,), swapped=(60,)),
            Exporter(17, 10, "192.0.2.11", port=50001, domain=3, lost=(70, 71), twice=(90, 91), start=5)]


def check_two_ports(program, path, ports, arrivals):
    """Their numbers are added, and the frames are the first of either."""
    parts = [expectation(port, arrivals[port]) for port in ports]
    found = next(line for line in map(json.loads, run(program, path, "--show", "exporters", "-T", "json").splitlines())
                 if line["exporter"] == ports[0].address)
    wanted = {key: sum(part[key] for part in parts) for key in ("packets", "records", "flows", "bytes")}
    wanted["ports"] = 2
    wanted["sequence"] = {key: sum(part["sequence"][key] for part in parts)
                          for key in ("expected", "received", "lost", "reordered", "duplicated", "restarts")}
    for key in ("first_gap_frame", "first_reordered_frame", "first_duplicated_frame"):
        wanted["sequence"][key] = min(part["sequence"][key] for part in parts if part["sequence"][key])
    PROBLEMS.extend(f"two ports: {what}" for what in differences(wanted, found))


def capture(all_exporters):
    """(octets of a pcap, {exporter: arrivals})"""
    line = []
    for place, exporter in enumerate(all_exporters):
        line += [(time + place * 1000, place, n, message, twice)
                 for n, (time, message, twice) in enumerate(exporter.delivered())]
    line.sort(key=lambda arrival: arrival[:3])
    frames, arrivals = [], {exporter: [] for exporter in all_exporters}
    for frame, (time, place, _, message, twice) in enumerate(line, 1):
        exporter = all_exporters[place]
        destination = "2001:db8::ff" if ":" in exporter.address else "192.0.2.254"
        frames.append((time, wire.export_frame(message["payload"], exporter.address, destination, exporter.port)))
        arrivals[exporter].append((frame, time, message, twice))
    return wire.pcap(frames, nano=True), arrivals


def run(program, path, *options):
    done = subprocess.run([program, "-n", "-r", path, *options], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          timeout=60, check=False)
    if done.returncode or done.stderr:
        PROBLEMS.append(f"{options}: {done.returncode} {done.stderr.decode()}")
    return done.stdout.decode()


def check_drift(found):
    drift = found.get("clock", {}).get("drift_ppm", 0)
    if abs(drift - 20_000) > 500:
        PROBLEMS.append(f"drift of {drift} ppm, not 20000")


def check_exporters(program, path, plan, arrivals):
    text = run(program, path, "--show", "exporters", "-T", "json")
    lines = {(line["exporter"], line.get("domain", 0)): line for line in map(json.loads, text.splitlines())}
    if len(lines) != len(plan) + 1:  # that of two ports
        PROBLEMS.append(f"{len(lines)} exporters, not {len(plan) + 1}")
    for exporter in plan:
        found = lines.get((exporter.address, exporter.domain), {})
        name = f"{exporter.address} domain {exporter.domain} v{exporter.version}"
        PROBLEMS.extend(f"{name}: {what}" for what in differences(expectation(exporter, arrivals[exporter]), found))
        if exporter.drift:
            check_drift(found)
    for threads in ("1", "2", "5"):
        if run(program, path, "--show", "exporters", "-T", "json", "--threads", threads) != text:
            PROBLEMS.append(f"{threads} threads say something else")


def check_diagnostics(program, path, plan, arrivals):
    """Gaps, restarts and units are told where they are, and nothing else is told."""
    counts = {}
    for line in map(json.loads, run(program, path, "--show", "diagnostics", "-T", "json").splitlines()):
        key = line["exporter"], line.get("domain", 0), line["code"]
        counts[key] = counts.get(key, 0) + 1
    for exporter in plan:
        of = {code: n for (address, domain, code), n in counts.items()
              if (address, domain) == (exporter.address, exporter.domain)}
        other = set(of) - {"sequence-gap", "exporter-restart", "sequence-restart", "sequence-unit", "set-no-template"}
        if other:
            PROBLEMS.append(f"{exporter.address} domain {exporter.domain}: {other}")
        if bool(of.get("sequence-unit")) != (exporter.counts != UNIT[exporter.version]):
            PROBLEMS.append(f"{exporter.address} domain {exporter.domain}: unit told {of}")
        if of.get("set-no-template", 0) != sum(a[2]["place"] in exporter.untold for a in arrivals[exporter]):
            PROBLEMS.append(f"{exporter.address} domain {exporter.domain}: undecoded told {of}")


def check_report(program, path, plan, arrivals):
    """-z health: counts are those of the plan, and each sentence says what its exporter's numbers say."""
    lines = list(map(json.loads, run(program, path, "-z", "health", "-T", "json").splitlines()))
    for exporter in plan:
        mine = [line for line in lines if (line["exporter"], line.get("domain", 0)) == (exporter.address, exporter.domain)]
        count = {line["finding"]: line.get("count", 0) for line in mine}
        of = expectation(exporter, arrivals[exporter])["sequence"]
        wanted = {"lost": of["lost"], "reordered": of["reordered"], "duplicated": of["duplicated"],
                  "rebooted": of["reboots"], "restarted": of["restarts"] - of["reboots"],
                  "clock-stepped": int(exporter.step[0] is not None),
                  "no-template": sum(a[2]["place"] in exporter.untold for a in arrivals[exporter]),
                  "sampling-header": exporter.sampling & 0x3FFF,
                  "sampling-sampler": exporter.sampler[1] if exporter.sampler else 0}
        for finding, number in wanted.items():
            if count.get(finding, 0) != number:
                PROBLEMS.append(f"{exporter.address} domain {exporter.domain}: {finding} {count.get(finding)}, not {number}")
        good = {"complete": not of["lost"], "decoded": not exporter.untold, "clock-right": abs(exporter.skew) < S and
                not exporter.drift and exporter.step[0] is None, "clock-fast": exporter.drift > 0,
                "sampling-elsewhere": (exporter.address, exporter.domain) == ("192.0.2.10", 5),
                "counts-otherwise": exporter.counts != UNIT[exporter.version], "clock-ahead": exporter.skew > 3 * S}
        for finding, there in good.items():
            if there != (finding in count) and not (finding == "clock-ahead" and (exporter.drift or exporter.step[0])):
                PROBLEMS.append(f"{exporter.address} domain {exporter.domain}: {finding} is {finding in count}")
        lost = next((line for line in mine if line["finding"] == "lost"), None)
        if lost and (lost["frame"] != of["first_gap_frame"] or lost["of"] != of["expected"] or
                     not lost["text"].startswith(f"{of['lost']} of {of['expected']} {of['unit']} ")):
            PROBLEMS.append(f"{exporter.address} domain {exporter.domain}: {lost}")


def main():
    program, plan, ports = sys.argv[1], exporters(), two_ports()
    with tempfile.NamedTemporaryFile(suffix=".pcap", dir=os.getcwd()) as file:
        octets, arrivals = capture(plan + ports)
        file.write(octets)
        file.flush()
        check_exporters(program, file.name, plan, arrivals)
        check_two_ports(program, file.name, ports, arrivals)
        check_diagnostics(program, file.name, plan, arrivals)
        check_report(program, file.name, plan, arrivals)
    print("\n".join(PROBLEMS))
    return 1 if PROBLEMS else 0


if __name__ == "__main__":
    sys.exit(main())
