#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""json_page.py ROOT [--update]: the keys in man/nfscope-json.5 are those of src/view/batch/keys.def. --update writes them."""
import os
import re
import sys

BEGIN, END = '.\\" keys: ', '.\\" end of keys\n'
STRING = r'"((?:[^"\\]|\\.)*)"'
KIND = {"TIME": "time", "SECONDS": "seconds", "DURATION": "seconds", "NUMBER": "number", "ADDRESS": "address", "WORD": "word", "TEXT": "text",
        "BOOLEAN": "boolean", "OBJECT": "object"}
# A list of objects: the heads of paths that go through one.
LISTS = ("flows", "duplicates", "sets", "diagnostics", "fields", "undecoded_sets", "redefined", "options_templates", "times",
         "samplers")


def read(root, path):
    with open(os.path.join(root, path), encoding="utf-8") as stream:
        return stream.read()


def table(root):
    """[(KEY or MORE, show, path, kind, help)]"""
    text = read(root, "src/view/batch/keys.def")
    return re.findall(rf"^(KEY|MORE)\((\w+),\s*{STRING},\s*(\w+),\s*{STRING}\)", text, re.M)


def groups(root):
    """[(symbol, title, help)] in the order of the page."""
    found = []
    for path, entry, title in (("src/view/batch/show.def", "SHOW", "--show"), ("src/view/batch/report.def", "REPORT", "-z")):
        for symbol, word, text in re.findall(rf"^{entry}\((\w+),\s*{STRING},\s*{STRING}", read(root, path), re.M):
            found.append((symbol, f"{title} {word}", text))
    return found


def roff(text):
    text = text.replace("\\", "\\e").replace("-", "\\-")
    return "\\&" + text if text[:1] in ".'" else text


def page_lines(root):
    lines, keys = [], table(root)
    for symbol, title, text in groups(root):
        lines += [f".Ss {title}", text[:1].upper() + text[1:] + ".", ".Bl -tag -width Ds -compact"]
        for entry, show, path, kind, help_text in keys:
            if show == symbol:
                head, _, rest = path.partition(".")
                listed = ", list" if rest and head in LISTS else ""
                only = ", only with -e" if entry == "MORE" else ""
                lines += [f".It Li {path} Pq {KIND[kind]}{listed}{roff(only)}", roff(help_text) + "."]
        lines.append(".El")
    return "".join(line + "\n" for line in lines)


def main():
    root, path = sys.argv[1], os.path.join(sys.argv[1], "man", "nfscope-json.5")
    text = read(root, "man/nfscope-json.5")
    head, begin, rest = text.partition(BEGIN)
    comment, _, there = rest.partition("\n")
    there, _, tail = there.partition(END)
    wanted = page_lines(root)
    if not begin or len(table(root)) < 50:
        print("man/nfscope-json.5 or src/view/batch/keys.def cannot be read")
        return 1
    if there == wanted:
        return 0
    if "--update" in sys.argv:
        with open(path, "w", encoding="utf-8") as stream:
            stream.write(head + begin + comment + "\n" + wanted + END + tail)
        return 0
    print("man/nfscope-json.5 does not say what src/view/batch/keys.def says: tests/lint/json_page.py . --update")
    return 1


if __name__ == "__main__":
    sys.exit(main())
