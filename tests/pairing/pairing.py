#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""pairing.py NFSCOPE [options]: connections whose truth is known, as exporters tell of them, against those nfscope makes.

Precision is how much of what was found is so, recall how much of what is so was found; it is so only as far as records
were received: what was lost on the way nobody can find.

pairing     connections both of whose sides were received, against paired connections of flows of one of these
merging     pairs of records of one side of one connection, against pairs of one side in a connection found
duplicates  packets that several received records count, against those that records marked as duplicates count again
direction   connections, against those made of one connection alone whose client is the client

Nothing is left to chance: the same options make the same octets.
"""
import argparse
import collections
import itertools
import json
import os
import random
import subprocess
import sys
import tempfile

from meters import wire
from scenes import SCENES
from traffic import Maker

MEASURES = ("pairing", "merging", "duplicates", "direction")
LATE_MOST = 16  # export packets that may overtake one


class Tally:
    """found and true ones, and how many of each are right"""

    def __init__(self):
        self.found = self.true = self.right_found = self.right_true = 0

    def add(self, other):
        for name, value in vars(other).items():
            setattr(self, name, getattr(self, name) + value)

    def precision(self):
        return self.right_found / self.found if self.found else 1.0

    def recall(self):
        return self.right_true / self.true if self.true else 1.0


def make_world(count, seed):
    """connections by scene, and all exporters"""
    make, numbers, worlds, exporters = Maker(seed), itertools.count(1), {}, []
    hosts = itertools.count(1)

    def address():
        number = next(hosts)
        return "192.0.2.%d" % number

    total = sum(share for _, share in SCENES.values())
    for name, (scene, share) in SCENES.items():
        worlds[name], own = scene(make, max(2, count * share // total), address)
        exporters += own
        for connection in worlds[name]:
            connection.number = next(numbers)
            connection.scene = name
    return worlds, exporters


def deliver(exporters, loss, reorder, seed):
    """datagrams as they arrive"""
    chance = random.Random(seed)
    sent = sorted((d for e in exporters for d in e.datagrams()), key=lambda d: (d[0], d[2].address, d[3]))
    kept = [d for d in sent if chance.random() >= loss / 100]
    places = [(i + (chance.randrange(1, LATE_MOST) + 0.5 if chance.random() < reorder / 100 else 0), d)
              for i, d in enumerate(kept)]
    return [d for _, d in sorted(places, key=lambda p: p[0])]


def write(path, datagrams):
    """the capture, and what its records are by (frame, record); a time of arrival does not go back"""
    frames, truth, now = [], {}, 0
    for number, (when, payload, exporter, port, records) in enumerate(datagrams, 1):
        now = max(now, when)
        frames.append((now * 10**6, wire.export_frame(payload, exporter.address, sport=port)))
        for place, record in enumerate(records, 1):
            truth[number, place] = record
    with open(path, "wb") as stream:
        stream.write(wire.pcap(frames))
    return truth


def ask(nfscope, capture, options):
    done = subprocess.run([nfscope, "-n", "-q", "-r", capture, "--show", "connections", "-T", "json", *options],
                          check=True, stdout=subprocess.PIPE, timeout=300)
    return [json.loads(line) for line in done.stdout.splitlines()]


def count_duplicates(records, tally):
    """records: (record, whether it is marked), of one connection"""
    seen, counted = collections.Counter(), collections.Counter()
    for record, marked in records:
        for packet in record.ids:
            seen[packet] += 1
            counted[packet] += not marked
    for packet, times in seen.items():
        again, marked = times - 1, times - counted[packet]
        right = min(again, marked)
        tally.true += again
        tally.found += marked
        tally.right_true += right
        tally.right_found += right


def pairs_of(count):
    return count * (count - 1) // 2


def score_line(line, own, tallies, paired, directed):
    """one connection found, `own` its (record, whether it is marked); whether all about it is right"""
    connections = {record.connection for record, _ in own}
    first = min(connections, key=lambda c: c.number)
    tally, alone = tallies[first.scene], len(connections) == 1
    client = line["client"]["ip"], line["client"].get("port", 0)
    right = alone and client == (first.ip[0], first.port[0])
    tally["direction"].found += 1
    tally["direction"].right_found += right
    if right:
        directed.add(first)
    if line["paired"]:
        both = alone and len({side for record, _ in own for side, _ in record.ids}) == 2
        tally["pairing"].found += 1
        tally["pairing"].right_found += both
        if both:
            paired.add(first)
    for side in (0, 1):
        groups = collections.Counter(r.connection for r, _ in own if r.side == side)
        tally["merging"].found += pairs_of(sum(groups.values()))
        tally["merging"].right_found += sum(pairs_of(n) for n in groups.values())
        for connection, n in groups.items():
            tallies[connection.scene]["merging"].right_true += pairs_of(n)
    return right and all(f["exporter"] in line["why"] for f in line["duplicates"])


def score_truth(connection, records, marks, tally, paired, directed):
    """one connection as it is, the records of it that were received, and which of them are marked"""
    sides = {side for record in records for side, _ in record.ids}
    tally["pairing"].true += len(sides) == 2
    tally["pairing"].right_true += connection in paired
    tally["direction"].true += 1
    tally["direction"].right_true += connection in directed
    for side in (0, 1):
        tally["merging"].true += pairs_of(sum(r.side == side for r in records))
    count_duplicates(marks, tally["duplicates"])


def score(truth, found, complaints):
    """tallies by scene and measure; what is wrong goes to complaints"""
    tallies = collections.defaultdict(lambda: {measure: Tally() for measure in MEASURES})
    received, marks = collections.defaultdict(list), collections.defaultdict(list)
    for record in truth.values():
        received[record.connection].append(record)
    paired, directed = set(), set()
    for line in found:
        own = [(truth[f["frame"], f["record"]], mark) for mark, key in ((False, "flows"), (True, "duplicates"))
               for f in line[key]]
        for record, mark in own:
            marks[record.connection].append((record, mark))
        if not score_line(line, own, tallies, paired, directed):
            complaints.append((own[0][0].connection, line))
    for connection, records in received.items():
        score_truth(connection, records, marks[connection], tallies[connection.scene], paired, directed)
    return tallies


def check_sums(truth, found):
    """how many connections have other sums than the packets of all their records, each packet once; only without loss"""
    wrong = []
    for line in found:
        records = [truth[f["frame"], f["record"]] for key in ("flows", "duplicates") for f in line[key]]
        connection = records[0].connection
        ids = {packet for record in records for packet in record.ids}
        octets, packets = [0, 0], [0, 0]
        for side, i in ids:
            octets[side] += connection.side[side][i][2]
            packets[side] += 1
        swap = (line["client"]["ip"], line["client"].get("port", 0)) != (connection.ip[0], connection.port[0])
        told = [line["bytes"]["client"], line["bytes"]["server"]], [line["packets"]["client"], line["packets"]["server"]]
        if swap:
            told = told[0][::-1], told[1][::-1]
        if told != (octets, packets):
            wrong.append((connection, line))
    return wrong


def report(tallies, label):
    print("%-16s %s" % (label, "  ".join("%-15s" % m for m in MEASURES)))
    print("%-16s %s" % ("", "  ".join("%-7s %-7s" % ("prec.", "recall") for _ in MEASURES)))
    total = {measure: Tally() for measure in MEASURES}
    for scene in SCENES:
        for measure in MEASURES:
            total[measure].add(tallies[scene][measure])
    for name, row in [*((scene, tallies[scene]) for scene in SCENES), ("all", total)]:
        print("%-16s %s" % (name, "  ".join("%.4f  %.4f " % (row[m].precision(), row[m].recall()) for m in MEASURES)))
    return total


def run(nfscope, args, loss, reorder, least):
    worlds, exporters = make_world(args.connections, args.seed)
    datagrams = deliver(exporters, loss, reorder, args.seed)
    with tempfile.TemporaryDirectory() as folder:
        capture = args.keep or os.path.join(folder, "pairing.pcap")
        truth = write(capture, datagrams)
        found = ask(nfscope, capture, args.option)
    complaints = []
    tallies = score(truth, found, complaints)
    print("%d connections, %d exporters, %d export packets, %d records; %g %% lost, %g %% late: %d connections found" %
          (sum(map(len, worlds.values())), len(exporters), len(datagrams), len(truth), loss, reorder, len(found)))
    total = report(tallies, "")
    bad = [m for m in MEASURES if min(total[m].precision(), total[m].recall()) < least]
    if bad:
        print("below %g: %s" % (least, ", ".join(bad)))
    unnamed = [line for _, line in complaints if any(f["exporter"] not in line["why"] for f in line["duplicates"])]
    if unnamed:
        print("%d connections do not say who else saw them" % len(unnamed))
        bad.append("why")
    if not loss:
        wrong = check_sums(truth, found)
        complaints += wrong
        bad += ["sums"] if wrong else []
        print("octets and packets of %d connections are not those of the traffic" % len(wrong))
    for connection, line in complaints[:args.verbose]:
        print(connection.scene, connection.ip, connection.port, json.dumps(line))
    print()
    return not bad


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("nfscope")
    parser.add_argument("--connections", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--loss", type=float, help="percent; without, both clean and with 5 %% loss and reordering")
    parser.add_argument("--reorder", type=float, default=0)
    parser.add_argument("--option", action="append", default=[], help="of nfscope, such as --threads=2")
    parser.add_argument("--keep", help="write the capture to this file")
    parser.add_argument("--verbose", type=int, default=0, help="show as many connections that are wrong")
    args = parser.parse_args()
    nfscope = os.path.abspath(args.nfscope)
    if args.loss is not None:
        sys.exit(not run(nfscope, args, args.loss, args.reorder, 0.99 if args.loss or args.reorder else 1))
    good = run(nfscope, args, 0, 0, 1)
    good &= run(nfscope, args, 0, 5, 1)
    good &= run(nfscope, args, 5, 5, 0.99)
    sys.exit(not good)


if __name__ == "__main__":
    main()
