#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""ring.py NFSCOPE ROOT: --memory keeps the newest packets, flows and connections, says what it let go, and what is left is as
it would be without."""
import json
import os
import re
import struct
import subprocess
import sys
from random import Random

import running

PACKETS, RECORDS = 16000, 30


def message(number):
    """Flows that differ in everything, so that they take room."""
    random = Random(number)
    records = [running.RECORD.pack(random.randbytes(4), random.randbytes(4), bytes(4), 1, 2, random.randrange(1, 10 ** 6),
                                   random.randrange(10 ** 9), 1000 + random.randrange(10 ** 5), 110000, random.randrange(65536),
                                   random.randrange(65536), 0, 0x1B, 6, 0, 0, 0, 24, 24, 0) for _ in range(RECORDS)]
    header = struct.pack("!HHIIIIBBH", 5, RECORDS, 120000 + number, 1700000000 + number, 0, number * RECORDS, 0, 0, 0)
    return header + b"".join(records)


def nfscope(program, *arguments):
    done = subprocess.run([program, "-r", "long.pcap", "-n", *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          check=False, stdin=subprocess.DEVNULL, timeout=running.SECONDS)
    return done.returncode, done.stdout.decode().splitlines(), done.stderr.decode()


def let_go(errors):
    """Packets and flows; None where nothing was."""
    said = "nfscope: memory is full (--memory): the oldest packets are let go, and counted\n"
    found = re.fullmatch(re.escape(said) + r"nfscope: (\d+) packets with (\d+) flows were let go, as memory was full\n", errors)
    return tuple(map(int, found.groups())) if found else None


def flows(program, check):
    whole = nfscope(program, "--show", "flows", "-T", "json")[1]
    status, kept, errors = nfscope(program, "--show", "flows", "-T", "json", "--memory", "16")
    gone = let_go(errors)
    check.equal("status", status, 0)
    check.true(f"says what was let go: {errors!r}", gone)
    if not gone:
        return
    check.true("some are kept", 0 < len(kept) < len(whole))
    check.equal("these are the newest", kept, whole[-len(kept):])
    check.equal("the others were counted", gone, (PACKETS - len(kept) // RECORDS, len(whole) - len(kept)))


def connections(program, check):
    status, kept, errors = nfscope(program, "--show", "connections", "-T", "json", "--memory", "16")
    gone = let_go(errors)
    check.equal("status", status, 0)
    check.true("some were let go", gone)
    places = [(place["frame"], place["record"]) for line in map(json.loads, kept)
              for part in ("flows", "duplicates") for place in line[part]]
    check.equal("each flow once", len(places), len(set(places)))
    if gone:
        check.equal("all that are left", len(places), PACKETS * RECORDS - gone[1])
    check.equal("the newest", max(places), (PACKETS, RECORDS))
    for threads in "1", "4":
        check.equal(f"with {threads} threads", nfscope(program, "--show", "connections", "-T", "json", "--memory", "16",
                                                       "--threads", threads)[1], kept)


def totals(program, check):
    """Of exporters they are those of the whole run."""
    check.equal("exporters", nfscope(program, "--show", "exporters", "-T", "json", "--memory", "16")[1],
                nfscope(program, "--show", "exporters", "-T", "json")[1])
    status, lines, errors = nfscope(program, "--show", "packets", "-T", "json", "--memory", "16")
    check.equal("packets need less", (status, len(lines), errors), (0, PACKETS, ""))


def too_little(program, check):
    check.equal("at least", nfscope(program, "--memory", "15"),
                (1, [], "nfscope: --memory takes 16 MiB at least, not '15'\n    --memory 15\n             ^\n"))


if __name__ == "__main__":
    sys.path.insert(0, os.path.join(sys.argv[2], "tests", "cli"))
    import captures
    with open("long.pcap", "wb") as out:
        out.write(captures.pcap([captures.frame(message(i)) for i in range(PACKETS)]))
    running.main(flows, connections, totals, too_little)
