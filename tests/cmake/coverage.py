#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""coverage.py SOURCE BUILD: line coverage of src/, a line a file and one a folder, from a build with --coverage."""
import collections
import json
import os
import subprocess
import sys


def data_files(build):
    for folder, _, names in os.walk(build):
        for name in names:
            if name.endswith(".gcda"):
                yield os.path.join(folder, name)


def reports(build):
    for path in data_files(build):
        out = subprocess.run(["gcov", "--json-format", "--stdout", path], cwd=build, text=True,
                             stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout
        for line in out.splitlines():
            if line.startswith("{"):
                yield json.loads(line)


def count_lines(source, build):
    """path -> line number -> times it ran"""
    lines = collections.defaultdict(collections.Counter)
    for report in reports(build):
        where = report.get("current_working_directory", build)
        for entry in report["files"]:
            path = os.path.relpath(os.path.join(where, entry["file"]), source)
            if path.startswith("src/"):
                for line in entry["lines"]:
                    lines[path][line["line_number"]] += line["count"]
    return lines


def main():
    source, build = (os.path.realpath(arg) for arg in sys.argv[1:3])
    folders = collections.defaultdict(lambda: [0, 0])
    lines = count_lines(source, build)
    if not lines:
        sys.exit("coverage: no data; run the tests first")
    for path in sorted(lines):
        hit, total = sum(1 for count in lines[path].values() if count), len(lines[path])
        print(f"{100 * hit / total:6.1f} %  {hit:5} of {total:5}  {path}")
        for key in (os.path.dirname(path), "all"):
            folders[key][0] += hit
            folders[key][1] += total
    print()
    for folder, (hit, total) in sorted(folders.items(), key=lambda item: (item[0] == "all", item[0])):
        print(f"{100 * hit / total:6.1f} %  {hit:5} of {total:5}  {folder}")


main()
