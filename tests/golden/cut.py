#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""cut.py NFSCOPE SAMPLE: whatever is left of a sample when it is cut, the program ends by itself with status 0 or 2, without
a sanitizer's report, and what it writes is whole JSON lines.

The file is cut at several places; of a pcap file also each frame, as a short snapshot length does.
"""
import json
import os
import re
import struct
import subprocess
import sys
import tempfile

SAMPLES = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "samples")
REPORT = re.compile(rb"Sanitizer|runtime error:")
PARTS = 7


def snapped(octets, limit):
    """a little-endian pcap file with frames of at most `limit` octets; None: it is something else"""
    if octets[:4] not in (b"\xd4\xc3\xb2\xa1", b"\x4d\x3c\xb2\xa1"):
        return None
    out, at = [octets[:24]], 24
    while at + 16 <= len(octets):
        seconds, part, stored, wire = struct.unpack_from("<IIII", octets, at)
        kept = octets[at + 16:at + 16 + stored][:limit]
        out.append(struct.pack("<IIII", seconds, part, len(kept), wire) + kept)
        at += 16 + stored
    return b"".join(out)


def twins(octets):
    for n in range(1, PARTS):
        yield "first %d octets" % (len(octets) * n // PARTS), octets[:len(octets) * n // PARTS]
    yield "all but an octet", octets[:-1]
    for limit in (30, 60, 75, 100, 131, 190, 400):
        cut = snapped(octets, limit)
        if cut is not None:
            yield "frames of %d octets" % limit, cut


def complaint(nfscope, path, options):
    try:
        done = subprocess.run([nfscope, "-n", "-r", path, *options], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, timeout=20)
    except subprocess.TimeoutExpired:
        return "no end within 20 s"
    if done.returncode not in (0, 2):
        return "exit status %d: %s" % (done.returncode, done.stderr.decode(errors="replace"))
    if REPORT.search(done.stderr):
        return done.stderr.decode(errors="replace")
    if "json" in options:
        for line in done.stdout.decode().splitlines():
            json.loads(line)
    return None


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    nfscope, sample = os.path.abspath(sys.argv[1]), sys.argv[2]
    with open(os.path.join(SAMPLES, sample), "rb") as f:
        octets = f.read()
    bad = 0
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, os.path.basename(sample))
        for title, twin in twins(octets):
            with open(path, "wb") as f:
                f.write(twin)
            for options in (["--show", "records", "-T", "json"], ["--show", "connections"], ["-V", "-x"]):
                problem = complaint(nfscope, path, options)
                if problem:
                    bad += 1
                    print("%s, %s, %s: %s" % (sample, title, " ".join(options), problem))
    sys.exit(bool(bad))


if __name__ == "__main__":
    main()
