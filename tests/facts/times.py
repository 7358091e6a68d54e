#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""times.py NFSCOPE: what is wrong with the times of flows is told, once and located, and what is right is not; the times
themselves are shown as they were sent."""
import json
import os
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "samples", "make"))
import wire  # noqa: E402

NOW = 1772442000  # s: export and capture
DAY = 86400
WRAP = 1 << 32
PROBLEMS = []


def v5(uptime, first, last):
    rows = [wire.v5_record("192.0.2.1", "198.51.100.1", 1000, 80, 6, 10, 1000, first, last)]
    return wire.v5(rows, uptime, NOW, 1)


def v9(uptime, *rows):
    fields = [(8, 4), (12, 4), (22, 4), (21, 4)]
    records = [wire.record(fields, ["192.0.2.1", "198.51.100.1", *row]) for row in rows]
    sets = [wire.set_(0, wire.template(256, fields)), wire.data(256, records)]
    return wire.v9(sets, uptime, NOW, 1, 1, 1 + len(rows))


def ipfix(elements, *rows):
    fields = [(8, 4), (12, 4)] + elements
    records = [wire.record(fields, ["192.0.2.1", "198.51.100.1", *row]) for row in rows]
    return wire.ipfix([wire.set_(2, wire.template(256, fields)), wire.data(256, records)], NOW, 1, 1)


SECONDS, MILLI, MICRO, NANO = ([(n, size), (n + 1, size)] for n, size in ((150, 4), (152, 8), (154, 8), (156, 8)))
DURATION = [(153, 8), (161, 4)]
NTP = NOW + 2208988800

# (what, payload, code or None, a part of its text)
CASES = [
    ("v5, in order", v5(5_000_000, 4_990_000, 4_995_000), None, ""),
    ("v5, a moment later than the header", v5(5_000_000, 4_999_000, 5_000_700), None, ""),
    ("v9, from before the wrap of 32 bits", v9(5000, (WRAP - 3000, 1000)), "time-wrap", "began 3 s before"),
    ("v9, all before the wrap", v9(5000, (WRAP - 3000, WRAP - 1000)), "time-wrap", "began 3 s before"),
    ("v9, later than the header's uptime", v9(5_000_000, (4_999_000, 5_005_000)), "time-uptime", "5 s off"),
    ("v9, first later than last", v9(5_000_000, (4_000_000, 3_999_000)), "time-impossible", "record 1 of set 256 ends 1 s before it starts"),
    ("v9, several of one set", v9(5_000_000, (4000, 3000), (3000, 4000), (4000, 3900), (4000, 3800)), "time-impossible",
     "ends 1 s before it starts, and 2 more records of the set do"),
    ("v9, exporter started anew in between", v9(5000, (864_000_000, 864_001_000)), "time-uptime", "9 days off"),
    ("v9, the same after long", v9(1000, (3_000_000_000, 3_000_001_000)), "time-uptime", "days off"),
    ("v9, flows of 2^32 ms", v9(5_000_000, (4_000_000, 3_999_999)), "time-impossible", "1 ms before"),
    ("v9, no times", v9(50_000_000, (0, 0)), "time-unset", "zero"),
    ("v9, just started", v9(50_000, (0, 40_000)), None, ""),
    ("seconds", ipfix(SECONDS, (NOW - 5, NOW - 1)), None, ""),
    ("seconds, ends a second after its export", ipfix(SECONDS, (NOW - 5, NOW + 1)), None, ""),
    ("seconds, ends after its export", ipfix(SECONDS, (NOW - 5, NOW + 10)), "time-after-export", "ends 10 s after"),
    ("seconds, of a clock that was never set", ipfix(SECONDS, (3600, 3700)), "time-far", "56 years off"),
    ("seconds, none", ipfix(SECONDS, (0, 0)), "time-unset", "zero"),
    ("seconds, in 2106", ipfix(SECONDS, (NOW - 5, WRAP - 1)), "time-far", "79 years off"),
    ("milliseconds", ipfix(MILLI, ((NOW - 5) * 1000, NOW * 1000 + 900)), None, ""),
    ("milliseconds that are seconds", ipfix(MILLI, (NOW - 5, NOW - 1)), "time-unit",
     "announced as dateTimeMilliseconds and sent as seconds since 1970"),
    ("milliseconds that are microseconds", ipfix(MILLI, ((NOW - 5) * 10**6, NOW * 10**6)), "time-unit",
     "sent as microseconds since 1970"),
    ("microseconds", ipfix(MICRO, (NTP - 5 << 32, NTP - 1 << 32)), None, ""),
    ("microseconds that count from 1970", ipfix(MICRO, ((NOW - 5) * 10**6, NOW * 10**6)), "time-unit",
     "announced as dateTimeMicroseconds and sent as microseconds since 1970"),
    ("NTP's form, but from 1970", ipfix(MICRO, (NOW - 5 << 32, NOW - 1 << 32)), "time-unit",
     "sent as NTP time counted from 1970"),
    ("nanoseconds that count from 1970", ipfix(NANO, ((NOW - 5) * 10**9, NOW * 10**9)), "time-unit",
     "sent as nanoseconds since 1970"),
    ("microseconds that are milliseconds", ipfix(MICRO, ((NOW - 5) * 1000, NOW * 1000)), "time-unit",
     "sent as milliseconds since 1970"),
    ("a negative duration", ipfix(DURATION, (NOW * 1000, WRAP - 5000)), "time-long", "lasts 49 days"),
    ("a flow of weeks", ipfix(MILLI, ((NOW - 20 * DAY) * 1000, NOW * 1000)), None, ""),
    ("before the export", ipfix([(158, 4), (159, 4)], (5_000_000, 1_000_000)), None, ""),
    ("no times at all", ipfix([(1, 4)], (1000,)), None, ""),
]


def lines(program, path, show):
    done = subprocess.run([program, "-n", "-r", path, "--show", show, "-T", "json"], stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, timeout=30, check=True)
    return [json.loads(line) for line in done.stdout.splitlines()]


def check(program, what, payload, code, part):
    with tempfile.NamedTemporaryFile(suffix=".pcap", dir=os.getcwd()) as file:
        file.write(wire.pcap([(NOW * 10**9, wire.export_frame(payload))]))
        file.flush()
        found = lines(program, file.name, "diagnostics")
        counted = lines(program, file.name, "exporters")[0]["times"]
    if [d["code"] for d in found] != ([code] if code else []) or part not in (found[0]["text"] if found else ""):
        PROBLEMS.append(f"{what}: {found}, not {code} ({part})")
    if bool(counted) != (code is not None):
        PROBLEMS.append(f"{what}: counted {counted}")
    if found and (found[0]["frame"] != 1 or not 16 <= found[0]["offset"] < len(payload)):
        PROBLEMS.append(f"{what}: not located: {found[0]}")


def check_rate(program):
    """A thousand sets whose times are all of another unit are told once, and counted."""
    payloads = [ipfix(MILLI, (NOW - 5, NOW - 1), (NOW - 4, NOW - 2)) for _ in range(1000)]
    with tempfile.NamedTemporaryFile(suffix=".pcap", dir=os.getcwd()) as file:
        file.write(wire.pcap([(NOW * 10**9 + n, wire.export_frame(p)) for n, p in enumerate(payloads)], nano=True))
        file.flush()
        told = [d for d in lines(program, file.name, "diagnostics") if d["code"].startswith("time-")]
        counted = lines(program, file.name, "exporters")[0]["times"]
        flows = lines(program, file.name, "flows")
    if len(told) != 1 or told[0]["frame"] != 1:
        PROBLEMS.append(f"told {len(told)} times")
    if [(c["kind"], c["flows"], c["frame"]) for c in counted] != [("far", 2000, 1)]:
        PROBLEMS.append(f"counted {counted}")
    if flows[0]["start"] != "1970-01-21T12:20:41.995Z":
        PROBLEMS.append(f"shown as {flows[0]['start']}")


def main():
    for case in CASES:
        check(sys.argv[1], *case)
    check_rate(sys.argv[1])
    print("\n".join(PROBLEMS))
    return 1 if PROBLEMS else 0


if __name__ == "__main__":
    sys.exit(main())
