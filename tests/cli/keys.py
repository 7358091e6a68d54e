#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""keys.py ROOT NFSCOPE: what -T json puts out for every sample is JSON, one object a line, whose keys the manual page
lists under their word of --show."""
import glob
import json
import os
import re
import subprocess
import sys

SKIPPED = 77
SHOWS = ("connections", "flows", "records", "packets", "templates", "exporters", "diagnostics")
OWN_NAMES = ("fields", "scope", "undecoded")  # objects whose keys are names of elements and reasons


def documented(root):
    """Keys by word of --show: the literal words of its item."""
    with open(os.path.join(root, "man/nfscope.1"), encoding="utf-8") as stream:
        output = re.search(r"^\.Sh OUTPUT\n(.*?)^\.Sh ", stream.read(), re.M | re.S).group(1)
    items = re.split(r"^\.It Cm (\w+)\n", output, flags=re.M)
    found = {}
    for word, text in zip(items[1::2], items[2::2]):
        literal = " ".join(re.findall(r"^\.(?:Pq )?Li (.*)", text, re.M))
        found[word] = set(re.findall(r"[a-z][a-z0-9_]*", literal)) | {"file"}
    return found


def keys(value):
    if isinstance(value, dict):
        for key, inner in value.items():
            yield key
            if key not in OWN_NAMES or isinstance(inner, list):
                yield from keys(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from keys(inner)


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
        problems |= {f"--show {show}: '{key}' is not in the manual" for key in set(keys(found)) - known}


def main():
    root, program = sys.argv[1:3]
    samples = sorted(glob.glob(os.path.join(root, "samples", "*.pcap*"))
                     + glob.glob(os.path.join(root, "samples", "bad", "*.pcap")))
    if not samples:
        print("no samples")
        return SKIPPED
    problems, manual = set(), documented(root)
    for show in SHOWS:
        for sample in samples:
            check(program, show, sample, manual.get(show, set()), problems)
    print("\n".join(sorted(problems)))
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
