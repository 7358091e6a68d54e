#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""texts.py ROOT: the SPDX line is first in every source file, nothing is marked as left to do, no path of one machine
is named, lines end cleanly."""
import os
import re
import subprocess
import sys

import csource

SPDX = "SPDX-License-Identifier: MIT"
MARKED = (".c", ".h", ".def", ".py", ".sh", ".cmake")
# Put together from pieces so that this file does not find itself.
LEFT = re.compile(r"\b(" + "|".join(("TO" + "DO", "FIX" + "ME", "X" * 3)) + r")\b")
MACHINE = re.compile("|".join((r"(?<![\w.])/wo" + r"rk/", r"\.\./sha" + "red", r"/ho" + r"me/\w", r"/ro" + "ot/")))
MACHINE_ALLOWED = {".ci/run"}  # looks for a folder of captures beside the checkout


def tracked(root):
    """Files of the repository; where there is none, all that is not built or hidden."""
    listing = subprocess.run(["git", "-C", root, "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
                             stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False)
    if listing.returncode == 0:
        return sorted(set(path for path in listing.stdout.decode().split("\0") if path))
    found = []
    for where, names, entries in os.walk(root):
        names[:] = [name for name in names if name not in (".git", "build")]
        found += [os.path.relpath(os.path.join(where, entry), root) for entry in entries]
    return sorted(found)


def text_of(root, path):
    """The file's text; None for other than text, and where it is gone."""
    try:
        with open(os.path.join(root, path), "rb") as stream:
            return None if os.path.islink(os.path.join(root, path)) else stream.read().decode("utf-8")
    except (FileNotFoundError, IsADirectoryError, UnicodeDecodeError):
        return None


def wants_spdx(path, text):
    return path.endswith(MARKED) or os.path.basename(path) == "CMakeLists.txt" or text.startswith("#!")


def check(report, path, text):
    if wants_spdx(path, text):
        lines = text.split("\n")
        if SPDX not in lines[1 if text.startswith("#!") and len(lines) > 1 else 0]:
            report.add(path, 1, f"the first line has to be '{SPDX}'")
    if "/corpus/" in path or "\0" in text:
        return
    for number, line in enumerate(text.split("\n"), 1):
        if LEFT.search(line):
            report.add(path, number, "something left to do")
        if MACHINE.search(line) and path not in MACHINE_ALLOWED:
            report.add(path, number, "a path of one machine")
        if path.endswith(MARKED) and line != line.rstrip():
            report.add(path, number, "blanks at the end of the line")
    if path.endswith(MARKED) and text and not text.endswith("\n"):
        report.add(path, 0, "no newline at the end")


def main():
    root = sys.argv[1]
    report = csource.Report()
    for path in tracked(root):
        text = text_of(root, path)
        if text is not None:
            check(report, path, text)
    return report.status()


if __name__ == "__main__":
    sys.exit(main())
