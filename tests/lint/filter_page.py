#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""filter_page.py ROOT [--update]: the fields in man/nfscope-filter.7 are those of src/query/fields.def. --update writes them."""
import os
import re
import sys

BEGIN, END = '.\\" begin of fields\n', '.\\" end of fields\n'
PAGE = "man/nfscope-filter.7"
STRING = r'"((?:[^"\\]|\\.)*)"'
HEADS = (("BOTH", "Flows and connections have, each for itself:"), ("EITHER", "One of two others:"), ("FLOWS", "Only flows have:"),
         ("CONNECTIONS", "Only connections have:"))


def read(root, path):
    with open(os.path.join(root, path), encoding="utf-8") as stream:
        return stream.read()


def table(root):
    """[(name, kind, where, aliases, help)]"""
    entry = rf"^FIELD\(\w+,\s*{STRING},\s*{STRING},\s*(\w+),\s*{STRING},\s*(\w+),\s*\w+,\s*{STRING},\s*{STRING}\)"
    return [(name, kind, where, aliases, about) for name, _, kind, _, where, aliases, about
            in re.findall(entry, read(root, "src/query/fields.def"), re.M)]


def roff(text):
    return text.replace("-", "\\-")


def lines(root):
    entries = table(root)
    for where, head in HEADS:
        yield f".Pp\n{head}\n.Bl -tag -width \"reverse_packets\" -compact\n"
        for name, kind, place, aliases, about in entries:
            if place == where:
                others = f"\n.Pq {' , '.join(roff(word) for word in aliases.split())}" if aliases else ""
                yield f".It Cm {roff(name)}\n{roff(about)}, {kind.lower()}{others}\n"
        yield ".El\n"


def main():
    root = sys.argv[1]
    page = read(root, PAGE)
    before, rest = page.split(BEGIN)
    there, after = rest.split(END)
    wanted = "".join(lines(root))
    if not table(root) or len(table(root)) != len(re.findall(r"^FIELD\(", read(root, "src/query/fields.def"), re.M)):
        print("src/query/fields.def: not all of it is understood")
        return 1
    if "--update" in sys.argv:
        with open(os.path.join(root, PAGE), "w", encoding="utf-8") as stream:
            stream.write(before + BEGIN + wanted + END + after)
        return 0
    if there != wanted:
        print(f"{PAGE}: its fields are not those of src/query/fields.def; tests/lint/filter_page.py . --update")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
