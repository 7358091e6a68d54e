#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""command.py NFSCOPE ROOT: the command that `:cmd` tells of puts out what is on the screen."""
import csv
import os
import re
import shlex
import subprocess
import sys
import tempfile

# keys, key of the first column to be compared, and its column on the screen; how many rows there are
CASES = [
    ("j", "client", "Client", 13),
    ('f "port 53 or bytes > 1k" Enter', "client", "Client", 6),
    ('f "not icmp and client.ip == 192.0.2.10" Enter; :wait idle; > > > > r', "client", "Client", None),
    ("c Down Space Enter; s End Enter; :wait idle", "client", "Client", 13),
    ("2; :wait idle; > > > > >; :wait idle", "src", "Source", 23),
    ("j j j Enter; :wait idle", "src", "Source", 2),
    ("t; 2; :wait idle", "src", "Source", 23),
    ("3", "frame", "Frame", 2),
    ("4", "exporter", "Exporter", 1),
    ("5", "exporter", "Exporter", 5),
    ("6; :wait idle", "address", "Address", None),
    ("6; :wait idle; b b b m; :wait idle", "net", "Network", None),
]


def screen(nfscope, root, folder, keys):
    path = os.path.join(folder, "script")
    lines = [":size 240x60", ":wait idle", *keys.split("; "), ":wait idle", f":dump {folder}/before", ': "cmd" Enter', ":wait idle",
             f":dump {folder}/seen"]
    with open(path, "w", encoding="utf-8") as out:
        out.write("\n".join(lines) + "\n")
    environment = dict(os.environ, NFSCOPE_TEST_SCRIPT=path, TZ="UTC", LC_ALL="C.UTF-8", XDG_STATE_HOME=folder, XDG_CONFIG_HOME=folder)
    subprocess.run([nfscope, "--tui", "-n", "-r", f"{root}/samples/softflowd-v9.pcap"], env=environment, check=True,
                   stdin=subprocess.DEVNULL, timeout=60)
    for name in ("before", "seen"):
        with open(f"{folder}/{name}", encoding="utf-8") as stream:
            yield stream.read()


def first_cell(text, heading):
    """What stands under a heading in the first row."""
    lines = text.split("\n")
    at = next(i for i, line in enumerate(lines) if re.search(rf"\b{heading}\b", line) and i > 1)
    column = re.search(rf"\b{heading}\b", lines[at]).end()
    cells = [match for match in re.finditer(r"\S+", lines[at + 1]) if match.start() < column + 1]
    return cells[-1].group().lstrip(">")


def command(seen):
    """Out of the status line, or the lines of a box."""
    short = re.search(r"copied: (nfscope .*)", seen)
    box = re.findall(r"^\u2502 (.*?)\s*\u2502", seen, re.M)
    return short.group(1) if short else " ".join(box)


def check(nfscope, root, keys, key, heading, count):
    with tempfile.TemporaryDirectory() as folder:
        before, seen = screen(nfscope, root, folder, keys)
    told = command(seen)
    words = shlex.split(told)[1:]
    if not words:
        return f"no command:\n{seen}"
    done = subprocess.run([nfscope, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False, text=True)
    if done.returncode or not done.stdout:
        return f"{told}: status {done.returncode}, {done.stderr}"
    words = [word for word in words if word != "--utc"]  # CSV is always in UTC
    done = subprocess.run([nfscope, *words, "-T", "csv"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False, text=True)
    rows = list(csv.DictReader(done.stdout.splitlines()))
    if done.returncode or not rows:
        return f"{told}: status {done.returncode}, {done.stderr}"
    names = [name for name in rows[0] if name == key or name.startswith(key + ".")]
    if not names:
        return f"{told}: no {key} in {list(rows[0])}"
    if count is not None and len(rows) != count:
        return f"{told}: {len(rows)} rows, not {count}"
    wanted, got = first_cell(before, heading), rows[0][names[0]]
    return None if wanted.startswith(got) else f"{told}: '{got}' first, and on the screen '{wanted}'"


def main():
    nfscope, root = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
    failed = 0
    for keys, *rest in CASES:
        trouble = check(nfscope, root, keys, *rest)
        if trouble:
            print(f"{keys}: {trouble}")
            failed += 1
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
