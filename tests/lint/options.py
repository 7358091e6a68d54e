#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""options.py ROOT NFSCOPE: every option of src/command/options.def is in --help and in the manual page, nothing else is there,
and each is known to the completions, where there are any."""
import glob
import os
import re
import shutil
import subprocess
import sys

import csource

SKIPPED = 77
ENTRY = re.compile(r"^OPTION\(\s*(0|'(.)')\s*,\s*(NULL|\"([^\"]+)\")", re.M)


def spellings(root):
    """-r, --read and so on, of the table"""
    found = set()
    for match in ENTRY.finditer(csource.read(root, "src/command/options.def")):
        found |= {f"-{match.group(2)}"} if match.group(2) else set()
        found |= {f"--{match.group(4)}"} if match.group(4) else set()
    return found


def heads(text):
    """Options at the head of a line, as a list of options has them: '  -r, --read FILE   read ...'"""
    found = set()
    for line in text.splitlines():
        match = re.match(r"\s+(-.*?)(?:\s{2,}|$)", line)
        if match:
            found |= set(re.findall(r"(?<![\w-])(--[a-z0-9][a-z0-9-]+|-[A-Za-z0-9])(?![\w-])", match.group(1)))
    return found


def manual(root):
    page = os.path.join(root, "man", "nfscope.1")
    if not os.path.exists(page) or not shutil.which("mandoc"):
        return None
    text = subprocess.run(["mandoc", "-T", "ascii", "-O", "width=300", page], check=True, text=True,
                          stdout=subprocess.PIPE).stdout
    return re.sub(r".\x08", "", text)


def compare(report, name, table, there, whole):
    for option in sorted(table - there):
        if not re.search(r"(?<![\w-])" + re.escape(option) + r"(?![\w-])", whole):
            report.add(name, 0, f"says nothing of {option}")
    for option in sorted(there - table):
        report.add(name, 0, f"lists {option}, which is no option")


def main():
    root, program = sys.argv[1:3]
    if not os.path.exists(os.path.join(root, "src/command/options.def")):
        print("no src/command/options.def")
        return SKIPPED
    report, table = csource.Report(), spellings(root)
    if not table:
        report.add("src/command/options.def", 0, "no options found")
    help_text = subprocess.run([program, "--help"], check=True, text=True, stdin=subprocess.DEVNULL,
                               stdout=subprocess.PIPE).stdout
    compare(report, "--help", table, heads(help_text), help_text)
    page = manual(root)
    if page is not None:
        compare(report, "man/nfscope.1", table, heads(page), page)
    for path in sorted(glob.glob(os.path.join(root, "completions", "*"))):
        text = csource.read(root, os.path.relpath(path, root))
        for option in sorted(table):
            # bash lists them as typed, fish as `-l read`, zsh with a bracket behind
            bare = option.lstrip("-")
            if not re.search(r"(?<![\w-])(" + re.escape(option) + r"|-[ls] '?" + re.escape(bare) + r")(?![\w-])", text):
                report.add(os.path.relpath(path, root), 0, f"does not know {option}")
    return report.status()


if __name__ == "__main__":
    sys.exit(main())
