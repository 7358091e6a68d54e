#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""sizes.py ROOT: functions of 80 lines at the most, four levels deep; files of 600 lines (tables, .def, excepted).
With a second argument `--list` prints the distribution and the longest functions instead."""
import sys

import csource

FUNCTION_LINES, FILE_LINES, DEPTH = 80, 600, 4


def measure(root):
    for path in csource.files(root, (".c", ".h")):
        text = csource.read(root, path)
        yield path, text.count("\n"), csource.functions(text)


def check(root):
    report = csource.Report()
    for path, lines, functions in measure(root):
        if lines > FILE_LINES:
            report.add(path, 0, f"{lines} lines, more than {FILE_LINES}")
        for function in functions:
            if function.lines > FUNCTION_LINES:
                report.add(path, function.first, f"{function.name}: {function.lines} lines, more than {FUNCTION_LINES}")
            if function.depth > DEPTH:
                report.add(path, function.first, f"{function.name}: nests {function.depth} deep, more than {DEPTH}")
    return report.status()


def show(root):
    found = sorted(((function.lines, function.depth, path, function.name)
                    for path, _, functions in measure(root) for function in functions), reverse=True)
    if not found:
        return 0
    print(f"{len(found)} functions: median {found[len(found) // 2][0]} lines, 95th percentile {found[len(found) // 20][0]}, "
          f"longest {found[0][0]}")
    for lines, depth, path, name in found[:20]:
        print(f"{lines:4} lines, {depth} deep  {path}  {name}")
    return 0


if __name__ == "__main__":
    sys.exit(show(sys.argv[1]) if "--list" in sys.argv else check(sys.argv[1]))
