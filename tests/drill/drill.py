#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""drill.py NFSCOPE CAPTURE...: from a connection with three Enters to the octets of its first record's octet counter,
which must be what is marked in hex, the value the tree says, and one that the flows of that packet have; and back with
Esc to the same screen. On screens of several sizes: panes are below each other, or side by side."""
import itertools
import json
import os
import re
import subprocess
import sys
import tempfile

LIMIT = 60  # seconds for one run
SIZES = ("80x24", "120x48", "160x40", "200x60")
SCRIPT = """:size {1}
:wait idle
:dump {0}/before
Enter
:wait idle
:dump {0}/flows
Enter
:wait idle
:dump {0}/record
Enter
:wait idle
:dump {0}/field
Esc
:wait idle
:dump {0}/back
Esc
:wait idle
:dump {0}/after
"""
NAMES = ("before", "flows", "record", "field", "back", "after")
FIELD = re.compile(r"(?:^|│)>\s+(\S+) \(([\d/]+)\)\s+(\d+)\s")
OCTETS = re.compile(r"(?:^|│ ?)([0-9a-f]{4,6}) ([ \[][0-9a-f]{2}[ \[\]].*)")
FRAME = re.compile(r"frame (\d+), \d+ octets")


def screens(nfscope, capture, size, folder):
    """What is seen after each step."""
    path = os.path.join(folder, "script")
    with open(path, "w", encoding="utf-8") as out:
        out.write(SCRIPT.format(folder, size))
    environment = dict(os.environ, NFSCOPE_TEST_SCRIPT=path, TZ="UTC", LC_ALL="C.UTF-8", XDG_STATE_HOME=folder,
                       XDG_CONFIG_HOME=folder)
    done = subprocess.run([nfscope, "--tui", "-n", "-r", capture], env=environment, stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=LIMIT, check=False)
    seen = {}
    for name in NAMES:
        file = os.path.join(folder, name)
        if not os.path.exists(file):
            raise AssertionError(f"no screen '{name}': {done.stderr.decode(errors='replace').strip()}")
        with open(file, encoding="utf-8") as stream:
            seen[name] = stream.read()
    return seen


def marked(screen):
    """The octets between the brackets of the pane of octets."""
    rows = [match.groups() for match in map(OCTETS.search, screen.splitlines()) if match]
    if len(rows) < 2:
        raise AssertionError("no octets are shown")
    in_row = int(rows[1][0], 16) - int(rows[0][0], 16)
    text = "\n".join(row[: 3 * in_row + 1 + (in_row > 8)] for _, row in rows)
    begin, end = text.find("["), text.find("]")
    if begin < 0 or end < 0:
        raise AssertionError("no octets are marked")
    return bytes.fromhex(re.sub(r"[^0-9a-f]", "", text[begin:end]))


def flows_of(nfscope, capture, frame):
    done = subprocess.run([nfscope, "-n", "-r", capture, "--show", "flows", "-T", "json"], stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL, timeout=LIMIT, check=False)
    found = [json.loads(line) for line in done.stdout.splitlines()]
    return [flow for flow in found if flow["frame"] == frame]


def check(nfscope, capture, size):
    with tempfile.TemporaryDirectory() as folder:
        seen = screens(nfscope, capture, size, folder)
    cursor = [FIELD.search(line) for line in seen["field"].splitlines()]
    cursor = [match for match in cursor if match]
    if not cursor:
        raise AssertionError("the third Enter does not lead to a number")
    name, value = cursor[0].group(1), int(cursor[0].group(3))
    if "octet" not in name.lower():
        raise AssertionError(f"the third Enter leads to {name}")
    if int.from_bytes(marked(seen["field"]), "big") != value:
        raise AssertionError(f"{name} is {value}, marked is {marked(seen['field']).hex()}")
    frame = int(FRAME.search(seen["field"]).group(1))
    values = [flow.get(key) for flow in flows_of(nfscope, capture, frame) for key in ("bytes", "reverse_bytes")]
    if value not in values:
        raise AssertionError(f"no flow of frame {frame} has {value} octets")
    if seen["back"] != seen["flows"] or seen["after"] != seen["before"]:
        raise AssertionError("Esc does not come back to the same screen")
    return f"{name} = {value} in frame {frame}"


def main():
    nfscope, *captures = sys.argv[1:]
    failed = 0
    for capture, size in itertools.product(captures, SIZES):
        try:
            print(f"{os.path.basename(capture)} {size}: {check(os.path.abspath(nfscope), capture, size)}")
        except AssertionError as trouble:
            print(f"{os.path.basename(capture)} {size}: {trouble}")
            failed += 1
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
