#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""domains.py NFSCOPE: exporters whose domains count all with one counter, in every unit, and such with a counter for each,
over a network that loses, doubles and swaps packets: what is missing is found to the unit, and who counts together."""
import json
import os
import random
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "samples", "make"))
import wire  # noqa: E402

NOW, MS, S = 1772442000, 10**6, 10**9
FIELDS = [(8, 4), (12, 4), (7, 2), (11, 2), (4, 1), (2, 4), (1, 4)]
SAMPLER = [(48, 1), (49, 1), (50, 4)]
STANDARD = {5: "flows", 9: "packets", 10: "records"}
CERTAIN = 14  # messages at the beginning that come as they were sent, so that it can be told how they count
COUNT = 200


class Exporter:
    """One process with several domains. rates: percent lost, swapped and doubled."""

    def __init__(self, seed, version, address, domains, together, counts=None, rates=(0, 0, 0), start=70_000, rare=0):
        self.random = random.Random(seed)
        self.version, self.address, self.domains, self.together = version, address, domains, together
        self.counts = counts or STANDARD[version]
        self.rates = rates
        self.numbers = [start] if together else [start + self.random.randrange(3) for _ in range(domains)]
        self.rare = rare  # the last domain sends only so often
        self.messages = [self.message(i) for i in range(COUNT)]

    def domain_of(self, i):
        if self.rare:
            return self.domains - 1 if i % self.rare == 5 else i % (self.domains - 1)
        return i % self.domains if i < 2 * self.domains else self.random.randrange(self.domains)

    def message(self, i):
        domain, flows = self.domain_of(i), 1 + self.random.randrange(20)
        options = int(self.version > 5 and i % 11 == 3)
        templates = self.version > 5 and (i < self.domains or options or (self.rare and domain == self.domains - 1))
        units = {"packets": 1, "flows": flows, "records": flows + options}[self.counts]
        at = 0 if self.together else domain
        number = self.numbers[at]
        self.numbers[at] += units
        return dict(place=i, domain=domain, units=units, lost=i >= CERTAIN and self.random.random() * 100 < self.rates[0],
                    payload=self.payload(i, domain, number, flows, options, templates))

    def payload(self, i, domain, number, flows, options, templates):
        uptime, rows = 1_000_000 + i * 1000, []
        for n in range(flows):
            values = ["192.0.2.%d" % (n + 1), "198.51.100.%d" % (i % 250 + 1), 1000 + n, 80, 6, 10, 1000]
            rows.append(wire.v5_record(*values, uptime - 900, uptime - 500) if self.version == 5
                        else wire.record(FIELDS, values))
        if self.version == 5:
            return wire.v5(rows, uptime, NOW + i, number, 0, engine=(0, domain))
        nine = self.version == 9
        sets = [wire.set_(0 if nine else 2, wire.template(256, FIELDS)),
                wire.set_(1, wire.options_template_v9(257, [(1, 4)], SAMPLER)) if nine
                else wire.set_(3, wire.options_template(257, [(149, 4)], SAMPLER))] if templates else []
        if options:
            sets.append(wire.data(257, [wire.record([(1, 4)] + SAMPLER, [1, 3, 2, 100])]))
        sets.append(wire.data(256, rows))
        if nine:
            return wire.v9(sets, uptime, NOW + i, number, domain, flows + options + 2 * templates)
        return wire.ipfix(sets, NOW + i, number, domain)

    def delivered(self):
        line = [m for m in self.messages if not m["lost"]]
        at = CERTAIN
        while at + 1 < len(line):
            if self.random.random() * 100 < self.rates[1]:
                line[at], line[at + 1] = line[at + 1], line[at]
                at += 1
            at += 1
        for message in line:
            yield message
            if message["place"] >= CERTAIN and self.random.random() * 100 < self.rates[2]:
                yield message

    def lost(self):
        """In all, and by domain where each counts for itself: what is missing before the last one that came."""
        came = [m for m in self.messages if not m["lost"]]
        groups = {0: came} if self.together else {d: [m for m in came if m["domain"] == d] for d in range(self.domains)}
        return {d: sum(m["units"] for m in self.messages if m["lost"] and (self.together or m["domain"] == d) and
                       of and of[0]["place"] < m["place"] < of[-1]["place"]) for d, of in groups.items()}


def exporters():
    rates = [(0, 0, 0), (20, 0, 3), (5, 5, 5)]
    ways = [(5, "flows"), (9, "packets"), (9, "flows"), (9, "records"), (10, "records"), (10, "packets"), (10, "flows")]
    made, seed = [], 0
    for version, counts in ways:
        for rate in rates:
            for together, domains, rare in ((True, 2, 0), (True, 5, 0), (True, 3, 60), (False, 2, 0), (False, 4, 0)):
                if together or counts == STANDARD[version]:
                    seed += 1
                    made.append(Exporter(seed, version, f"10.{seed // 250}.{seed % 250}.1", domains, together, counts, rate,
                                         rare=rare))
    return made


def check(program, path, plan):
    done = {}
    for show in ("exporters", "diagnostics"):
        lines = subprocess.run([program, "-n", "-r", path, "--show", show, "-T", "json"], stdout=subprocess.PIPE,
                               timeout=120, check=True).stdout.decode().splitlines()
        for line in map(json.loads, lines):
            done.setdefault(line["exporter"], {}).setdefault(show, []).append(line)
    for e in plan:
        name = f"{e.address} v{e.version} {e.counts} {e.domains} domains together {e.together} rates {e.rates} rare {e.rare}"
        found = {line.get("domain", 0): line["sequence"] for line in done[e.address]["exporters"]}
        told = [line["code"] for line in done[e.address].get("diagnostics", [])]
        if told.count("sequence-together") != e.together or \
                any(("together_frame" in s) != e.together for s in found.values()):
            yield f"{name}: together is told {told.count('sequence-together')} times"
        lost = {0: sum(s["lost"] for s in found.values())} if e.together else {d: s["lost"] for d, s in found.items()}
        if lost != e.lost():
            yield f"{name}: lost {lost}, not {e.lost()}"
        received = {d: sum(m["units"] for m in e.messages if m["domain"] == d and not m["lost"]) for d in found}
        if received != {d: s["received"] for d, s in found.items()}:
            yield f"{name}: received {[s['received'] for s in found.values()]}, not {received}"
        if any(s["expected"] != s["received"] + s["lost"] or s["restarts"] for s in found.values()):
            yield f"{name}: {found}"
        if {s.get("counts", STANDARD[e.version]) for s in found.values()} != {e.counts}:
            yield f"{name}: counted as {[s.get('counts') for s in found.values()]}"


def main():
    plan = exporters()
    frames = []
    for e in plan:
        for n, message in enumerate(e.delivered()):
            frames.append((NOW * S + n * S + len(frames) % 1000 * MS,
                           wire.export_frame(message["payload"], e.address, "192.0.2.254", 50000)))
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "domains.pcap")
        with open(path, "wb") as file:
            file.write(wire.pcap(frames, nano=True))
        problems = list(check(sys.argv[1], path, plan))
    print("\n".join(problems) or f"{len(plan)} exporters")
    sys.exit(bool(problems))


if __name__ == "__main__":
    main()
