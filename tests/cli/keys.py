#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""keys.py ROOT NFSCOPE: what -T json puts out for every sample is JSON, one object a line, whose keys
src/view/batch/keys.def lists (and with it nfscope-json(5) and the columns of CSV), in the same order."""
import glob
import json
import os
import re
import subprocess
import sys

SKIPPED = 77
SHOWS = ("connections", "flows", "records", "packets", "templates", "exporters", "diagnostics")
OPEN = ("fields", "scope")  # objects of records whose keys are names of elements


def documented(root):
    """Paths by word of --show."""
    found = {}
    with open(os.path.join(root, "src/view/batch/keys.def"), encoding="utf-8") as stream:
        for show, path in re.findall(r'^KEY\((\w+),\s*"([^"]+)"', stream.read(), re.M):
            found.setdefault(show.lower(), []).append(path)
    return found


def paths(value, path, shut):
    if isinstance(value, dict) and path not in shut:
        for key, inner in value.items():
            yield from paths(inner, f"{path}.{key}" if path else key, shut)
    elif isinstance(value, list) and any(isinstance(inner, dict) for inner in value):
        for inner in value:
            yield from paths(inner, path, shut)
    elif value != []:
        yield path


def check(program, show, sample, known, problems):
    done = subprocess.run([program, "-n", "-T", "json", "--show", show, sample], stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, timeout=60, check=False)
    name = f"--show {show} {os.path.basename(sample)}"
    if done.returncode not in (0, 2):
        problems.add(f"{name}: exit status {done.returncode}")
    for number, line in enumerate(done.stdout.decode().splitlines(), 1):
        try:
            found = json.loads(line)
        except ValueError as error:
            problems.add(f"{name}: line {number} is no JSON: {error}")
            continue
        there = list(dict.fromkeys(paths(found, "", OPEN if show == "records" else ())))
        problems |= {f"--show {show}: '{path}' is not in keys.def" for path in set(there) - set(known)}
        ranks = [known.index(path) for path in there if path in known and "." not in path]
        if ranks != sorted(ranks):
            problems.add(f"--show {show}: {there} is not in the order of keys.def")


def main():
    root, program = sys.argv[1:3]
    samples = sorted(glob.glob(os.path.join(root, "samples", "*.pcap*"))
                     + glob.glob(os.path.join(root, "samples", "bad", "*.pcap")))
    if not samples:
        print("no samples")
        return SKIPPED
    problems, table = set(), documented(root)
    for show in SHOWS:
        for sample in samples:
            check(program, show, sample, table.get(show, []), problems)
    print("\n".join(sorted(problems)))
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
