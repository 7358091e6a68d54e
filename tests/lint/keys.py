#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""keys.py ROOT: the manual's list of keys is what keys.def says, and no key is there twice for the same context.
With `--write` it puts the list into the manual."""
import os
import re
import sys

import csource

TABLE, PAGE = "src/view/tui/input/keys.def", "man/nfscope.1"
ENTRY = re.compile(r'^KEYS\((\w+),\s*"([^"]*)",\s*([\w| ]+?),\s*(\w+),\s*(NULL|"[^"]*"),\s*(NULL|"[^"]*"),\s*"([^"]*)"\)', re.M)
BEGIN, END = '.\\" from keys.def, by tests/lint/keys.py --write\n', '.\\" end of keys.def\n'
GROUPS = {"MOVE": "Move", "ACT": "Act", "FILTER": "Find and filter", "VIEW": "View", "OUT": "Take along",
          "OTHER": "Other"}


def entries(root):
    text = csource.read(root, TABLE)
    found = ENTRY.findall(text)
    return found, len(re.findall(r"^KEYS\(", text, re.M))


def escape(word):
    word = word.replace("\\", "\\e").replace("^", "\\(ha").replace("-", "\\-")
    return f"\\&{word}" if word[:1] in ".':;?!,|()[]" else word


def page(found):
    lines = []
    for group, title in GROUPS.items():
        of_group = [entry for entry in found if entry[3] == group]
        if not of_group:
            continue
        lines += [f".Ss {title}", ".Bl -tag -width Ds"]
        for symbol, keys, _, _, _, command, text in of_group:
            name = escape(symbol.lower().replace("_", "-"))
            keys = keys.replace("\\\\", "\\")  # as C has it
            lines.append(".It " + " , ".join(f"Ic {escape(key)}" for key in keys.split()))
            lines.append(f"{escape(text[0].upper() + text[1:])} ({name}).")
            if command != "NULL":
                lines += [".br", "Command:", f".Ic :{escape(command[1:-1])}"]
        lines.append(".El")
    return "\n".join(lines) + "\n"


def main():
    root = sys.argv[1]
    report = csource.Report()
    if not os.path.exists(os.path.join(root, TABLE)):
        return 77
    found, count = entries(root)
    if len(found) != count:
        report.add(TABLE, 0, f"{count - len(found)} lines are not in the form this test reads")
    commands = [entry[5] for entry in found if entry[5] != "NULL"]
    for command in sorted({c for c in commands if commands.count(c) > 1}):
        report.add(TABLE, 0, f"command {command} is there twice")
    text = csource.read(root, PAGE)
    before, there, after = text.partition(BEGIN)
    old, end, rest = after.partition(END)
    if "--write" in sys.argv:
        with open(os.path.join(root, PAGE), "w", encoding="utf-8") as out:
            out.write(before + BEGIN + page(found) + END + rest)
        return 0
    if not there or not end:
        report.add(PAGE, 0, "has no place for the keys")
    elif old != page(found):
        report.add(PAGE, 0, "its keys are not those of keys.def: tests/lint/keys.py ROOT --write")
    return report.status()


if __name__ == "__main__":
    sys.exit(main())
