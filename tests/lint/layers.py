#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""layers.py ROOT: includes go one way only, a foreign library stays in its folder, no module is in a cycle."""
import os
import sys

import csource

# What a folder may include besides itself. Paths of include/nfdec/ are written "nfdec/...".
MAY = {
    "nfdec": (),
    "base": (),
    "capture": ("base",),
    "datagram": ("base", "capture"),
    "decode": ("base", "nfdec"),
    "flow": ("base", "nfdec"),
    "names": ("base",),
    "pair": ("base", "nfdec", "flow"),
    "query": ("base", "nfdec", "flow", "names", "pair"),
    "session/archive": ("base", "nfdec"),
    "session": ("base", "capture", "datagram", "nfdec", "flow", "names", "pair", "query", "session/archive"),
    "view": ("base", "nfdec", "flow", "names", "pair", "query", "session"),
    "view/batch": ("base", "nfdec", "flow", "names", "pair", "query", "session", "view"),
    "view/tui/cells": ("base",),
    "view/tui/input": ("base",),
    "view/tui/packet": ("base", "capture", "datagram", "nfdec", "flow", "session", "view/tui/cells", "view/tui/input"),
    "view/tui/panel": ("base", "view/tui/cells", "view/tui/input"),
    "view/tui/term": ("base", "view/tui/cells", "view/tui/input"),
    "view/tui/work": ("base", "capture", "nfdec", "flow", "pair", "query", "session"),
    "view/tui/screen": ("base", "capture", "nfdec", "flow", "names", "pair", "query", "session", "view",
                        "view/batch", "view/tui/cells", "view/tui/input", "view/tui/packet", "view/tui/panel",
                        "view/tui/term", "view/tui/work"),
    "view/tui/views": ("base", "capture", "datagram", "nfdec", "flow", "names", "pair", "query", "session", "view",
                       "view/tui/cells", "view/tui/input", "view/tui/packet", "view/tui/panel", "view/tui/screen", "view/tui/work"),
    "view/tui": ("base", "capture", "nfdec", "flow", "names", "pair", "query", "session", "view", "view/tui/screen",
                 "view/tui/term", "view/tui/views", "view/tui/work"),
    "command": ("base", "capture", "names", "nfdec", "query", "session", "view", "view/batch"),
}
# Of decode, only the contract in include/nfdec/ is seen by others; main sees all else.
MAIN_MAY = tuple(folder for folder in MAY if folder != "decode") + ("",)

# Headers of foreign libraries: the folders that may include them.
FOREIGN = {
    "pcap.h": ("capture",), "pcap/": ("capture",),
    "zlib.h": ("capture", "session/archive"),
    "jansson.h": ("session/archive",),
    "curses.h": ("view/tui/term",), "ncurses.h": ("view/tui/term",), "ncursesw/": ("view/tui/term",),
    "term.h": ("view/tui/term",), "panel.h": ("view/tui/term",),
    "ares.h": ("names",), "ares_": ("names",),
}


def folder_of(path):
    """src/view/batch/x.c -> view/batch, include/nfdec/x.h -> nfdec, src/main.c -> "" """
    return os.path.dirname(path.split("/", 1)[1])


def resolve(paths, folder, name):
    """The file an include in quotes means, or None."""
    for candidate in (f"include/{name}", f"src/{name}", os.path.normpath(f"src/{folder}/{name}")):
        if candidate in paths:
            return candidate
    return None


def check_foreign(report, path, line, folder, name):
    for prefix, allowed in FOREIGN.items():
        if (name == prefix or prefix[-1] in "/_" and name.startswith(prefix)) and folder not in allowed:
            report.add(path, line, f"<{name}> belongs to src/{', src/'.join(allowed)} only")


def modules_in_cycles(edges):
    """Modules that reach themselves."""
    def reach(start):
        seen, todo = set(), list(edges.get(start, ()))
        while todo:
            module = todo.pop()
            if module not in seen:
                seen.add(module)
                todo += edges.get(module, ())
        return seen
    return sorted(module for module in edges if module in reach(module))


def main():
    root = sys.argv[1]
    report, edges = csource.Report(), {}
    paths = set(csource.files(root, (".c", ".h", ".def"), ("include", "src")))
    for path in sorted(paths):
        folder, module = folder_of(path), os.path.splitext(path)[0]
        allowed = MAIN_MAY if folder == "" else MAY.get(folder)
        if allowed is None:
            report.add(path, 0, f"no rule for folder '{folder}': give it one in tests/lint/layers.py")
            continue
        for line, kind, name in csource.includes(csource.read(root, path)):
            check_foreign(report, path, line, folder, name)
            target = resolve(paths, folder, name) if kind == '"' else None
            if kind == '"' and not target:
                report.add(path, line, f'"{name}" is no file of include/ or src/')
            if not target:
                continue
            if folder_of(target) != folder and folder_of(target) not in allowed:
                report.add(path, line, f"{folder or 'main'} must not include {folder_of(target) or 'main'} ({name})")
            if os.path.splitext(target)[0] != module:
                edges.setdefault(module, set()).add(os.path.splitext(target)[0])
    for module in modules_in_cycles(edges):
        report.add(module, 0, "in an include cycle")
    return report.status()


if __name__ == "__main__":
    sys.exit(main())
