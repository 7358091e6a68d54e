#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""totals.py FOLDER NFSCOPE: captures of each kind, whole and with losses, hold what the generator says they hold. FOLDER has
bench_generate and bench_work."""
import gzip
import json
import os
import shutil
import subprocess
import sys
import tempfile

FLOWS = "20000"
CASES = (
    ("v5",), ("v9",), ("ipfix",), ("mix",),
    ("mix", "--loss", "5"),
    ("mix", "--reorder", "5"),
    ("mix", "--exporters", "300", "--templates", "2000", "--hosts", "5000", "--seed", "2"),
)
AMOUNTS = ("read", "walk", "count", "store", "pair", "check")


def truth_of(capture):
    with open(capture + ".truth.json", encoding="utf-8") as stream:
        truth = json.load(stream)
    truth["conversations"] = truth["connections"] + truth["singles"]
    return truth


def wrong(truth, found):
    """What differs among the totals that both have."""
    return [f"{name} {found[name]}, not {truth[name]}" for name in found if name in truth and found[name] != truth[name]]


def numbers(text):
    """What bench_work prints."""
    pairs = (line.split() for line in text.splitlines())
    return {name: float(value) if "." in value else int(value) for name, value in pairs}


def work(folder, amount, capture):
    out = subprocess.run([os.path.join(folder, "bench_work"), amount, capture], check=True, stdout=subprocess.PIPE, text=True)
    return numbers(out.stdout)


def exporters_wrong(nfscope, capture, truth):
    """The same, exporter by exporter, from the program's own JSON."""
    out = subprocess.run([nfscope, capture, "--show", "exporters", "-T", "json"], check=True, stdout=subprocess.PIPE, text=True)
    key = ("exporter", "port", "version", "domain")
    known = {tuple(entry[name] for name in key): entry for entry in truth["exporters"]}
    for line in out.stdout.splitlines():
        said = json.loads(line)
        entry = known.pop(tuple(said[name] for name in key))
        found = {"frames": said["packets"], "flows": said["flows"], "options": said["options"], "bytes": said["flow_bytes"],
                 "packets": said["flow_packets"], "lost": said["sequence"]["lost"], "unit": said["sequence"]["unit"],
                 "reordered": said["sequence"]["reordered"], "templates": said["templates"]["data"]}
        yield from (f"exporter {entry['exporter']}: {text}" for text in wrong(entry, found))
    for entry in known.values():
        if entry["frames"]:
            yield f"exporter {entry['exporter']} is missing"


def threads_differ(nfscope, capture):
    """One thread and several write the same octets, from the capture and from the same gzipped."""
    packed = f"{capture}.gz"
    with open(capture, "rb") as plain, gzip.open(packed, "wb", compresslevel=1) as out:
        shutil.copyfileobj(plain, out)
    wanted = None
    for threads, path in ((1, capture), (2, capture), (3, capture), (1, packed), (3, packed)):
        got = subprocess.run([nfscope, "-n", "--threads", str(threads), "-T", "json", path], check=True, stdout=subprocess.PIPE).stdout
        wanted = wanted or got
        if got != wanted or not got:
            yield f"connections of {os.path.basename(path)} differ with {threads} threads"


def check(folder, nfscope, case, capture):
    subprocess.run([os.path.join(folder, "bench_generate"), case[0], FLOWS, capture, *case[1:]], check=True)
    truth = truth_of(capture)
    for amount in AMOUNTS:
        yield from (f"work {amount}: {text}" for text in wrong(truth, work(folder, amount, capture)))
    yield from exporters_wrong(nfscope, capture, truth)
    yield from threads_differ(nfscope, capture)


def main():
    failed = 0
    with tempfile.TemporaryDirectory() as scratch:
        for case in CASES:
            for text in check(sys.argv[1], sys.argv[2], case, os.path.join(scratch, "x.pcap")):
                failed += 1
                print(f"{' '.join(case)}: {text}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
