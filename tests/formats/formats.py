#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""formats.py ROOT NFSCOPE: for every sample and every word of --show CSV, read by Python's csv, has the values of the
JSON lines, flattened here by rules of this file's own; chosen columns are the same in JSON, CSV and text."""
import csv
import glob
import io
import json
import os
import re
import subprocess
import sys
import unicodedata

SHOWS = ("connections", "flows", "records", "packets", "templates", "exporters", "diagnostics")
PROBLEMS = []


def run(program, sample, *options):
    done = subprocess.run([program, "-n", "-r", sample, *options], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                          stdin=subprocess.DEVNULL, timeout=60, check=False, env={**os.environ, "TZ": "UTC"})
    return done.stdout.decode()


def shown(character):
    """As text shows a character that is not printable."""
    point = ord(character)
    if point < 0x20 or point == 0x7F:
        return f"\\x{point:02x}"
    if unicodedata.category(character) in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp") and point != 0xAD:
        return f"\\u{{{point:x}}}"
    return character


def scalar(value):
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return "".join(map(shown, value))
    return value if isinstance(value, str) else str(value)


def cell(value, between=";"):
    if isinstance(value, list):
        return between.join(scalar(inner) for inner in value)
    return scalar(value)


def neutral(text, value):
    first = value[0] if isinstance(value, list) and value else value
    return "'" + text if isinstance(first, str) and text[:1] in tuple("=+-@") else text


def lookup(value, path):
    for key in path.split("."):
        if isinstance(value, list):
            value = [inner.get(key) if isinstance(inner, dict) else None for inner in value]
            if all(inner is None for inner in value):
                return None
        elif isinstance(value, dict):
            value = value.get(key)
        else:
            return None
    return value


def flat(line, path):
    """The text of a column."""
    value = lookup(line, path)
    if value is None:
        return ""
    if isinstance(value, list) and "." in path:  # through a list of objects
        parts = ["" if inner is None else cell(inner, " ") for inner in value]
        return neutral(";".join(parts), next((inner for inner in value[:1]), None))
    return neutral(cell(value), value)


def parse(text):
    """JSON with numbers as they are written."""
    return [json.loads(line, parse_int=Written, parse_float=Written) for line in text.splitlines()]


class Written:
    """A number as it stands in the text."""

    def __init__(self, text):
        self.text = text

    def __str__(self):
        return self.text


def fail(name, *what):
    PROBLEMS.append(f"{name}: " + " ".join(map(str, what)))


def compare_rows(name, lines, rows):
    if len(lines) != len(rows):
        fail(name, len(lines), "lines of JSON,", len(rows), "of CSV")
    for number, (line, row) in enumerate(zip(lines, rows), 1):
        for path, value in row.items():
            if value != flat(line, path):
                fail(name, f"line {number} {path}: CSV {value!r}, JSON {flat(line, path)!r}")
                return


def record_rows(line, common):
    """A line of JSON of a record as its lines of CSV."""
    for part, key in (("scope", "scope"), ("field", "fields")):
        for field, value in line.get(key, {}).items():
            row = {path: flat(line, path) for path in common}
            structured = isinstance(value, dict) or isinstance(value, list) and any(
                isinstance(inner, (dict, list)) for inner in value)
            row.update(part=part, field=neutral(field, field),
                       value=None if structured else neutral(cell(value), value))
            yield row


def check_records(name, lines, rows):
    common = [path for path in rows[0] if path not in ("part", "field", "value")] if rows else []
    wanted = [row for line in lines for row in record_rows(line, common)]
    if len(wanted) != len(rows):
        fail(name, len(wanted), "fields in JSON,", len(rows), "in CSV")
    for number, (want, got) in enumerate(zip(wanted, rows), 1):
        if want["value"] is None:  # structured: it is JSON
            json.loads(got["value"])
            want["value"] = got["value"]
        if want != got:
            fail(name, f"line {number}: CSV {got}, JSON {want}")
            return


def read_csv(name, text, keys):
    rows = list(csv.reader(io.StringIO(text), strict=True))
    if not rows or rows[0] != keys:
        fail(name, "first line", rows[:1])
        return []
    if any(len(row) != len(keys) for row in rows):
        fail(name, "lines differ in their columns")
    return [dict(zip(keys, row)) for row in rows[1:]]


def check_scaled(program, sample, show, keys):
    """With --scaled there are more columns."""
    lines = parse(run(program, sample, "--show", show, "-T", "json", "--scaled"))
    text = run(program, sample, "--show", show, "-T", "csv", "--scaled")
    name = f"--show {show} --scaled {os.path.basename(sample)}"
    compare_rows(name, lines, read_csv(name, text, keys))
    if show == "flows" and run(program, sample, "--show", show, "-T", "csv", "--threads", "5") != \
            run(program, sample, "--show", show, "-T", "csv", "--threads", "1"):
        fail(name, "CSV differs by threads")


def check(program, sample, show, every):
    keys = [key for key in every if not key.startswith("scaled_")]
    if keys != every:
        check_scaled(program, sample, show, every)
    name = f"--show {show} {os.path.basename(sample)}"
    lines = parse(run(program, sample, "--show", show, "-T", "json"))
    text = run(program, sample, "--show", show, "-T", "csv")
    if show == "records":
        common = [key for key in keys if key not in ("scope", "fields")]
        check_records(name, lines, read_csv(name, text, common + ["part", "field", "value"]))
        return len(lines)
    compare_rows(name, lines, read_csv(name, text, keys))
    if show == "flows" and run(program, sample, "--show", show, "-T", "csv", "--threads", "5") != \
            run(program, sample, "--show", show, "-T", "csv", "--threads", "1"):
        fail(name, "CSV differs by threads")
    chosen = [key for key in keys if key.split(".")[-1] not in ("text", "why", "name")]
    options = [word for key in chosen for word in ("-e", key)]
    csv_rows = read_csv(name, run(program, sample, "--show", show, "-T", "csv", *options), chosen)
    compare_rows(name + " -e", lines, csv_rows)
    for number, (line, some) in enumerate(zip(lines, parse(run(program, sample, "--show", show, "-T", "json", *options)))):
        for key in chosen:
            value, wanted = some.get(key), lookup(line, key)
            if json.dumps(value, default=str) != json.dumps(None if wanted == [] else wanted, default=str) and wanted != []:
                fail(name, f"-e JSON line {number + 1} {key}: {value} and not {wanted}")
                return len(lines)
    check_text(program, sample, show, csv_rows, chosen, name)
    return len(lines)


def check_text(program, sample, show, rows, chosen, name):
    """Of columns without blanks: words of the table are the values of CSV."""
    plain = [key for key in chosen if "." not in key and not key.endswith(("time", "start", "end"))][:6]
    options = [word for key in plain for word in ("-e", key)]
    table = run(program, sample, "--show", show, *options).splitlines()
    if not rows:
        return
    if len(re.split(r"\s{2,}", table[0].strip())) != len(plain):
        fail(name, "text begins with", table[0])
    for number, (line, row) in enumerate(zip(table[1:], rows), 1):
        if line.split() != [row[key] or "-" for key in plain]:
            fail(name, f"text line {number}: {line!r}, CSV {[row[key] for key in plain]}")
            return
    if len(table) - 1 != len(rows):
        fail(name, len(table) - 1, "lines of text,", len(rows), "of CSV")


def main():
    root, program = sys.argv[1:3]
    samples = sorted(glob.glob(os.path.join(root, "samples", "*.pcap*"))
                     + glob.glob(os.path.join(root, "samples", "bad", "*.pcap")))
    samples = [path for path in samples if run(program, path, "-T", "csv")]  # one is no capture at all
    with open(os.path.join(root, "src/view/batch/keys.def"), encoding="utf-8") as stream:
        keys = re.findall(r'^KEY\((\w+),\s*"([^"]+)"', stream.read(), re.M)
    seen = 0
    for show in SHOWS:
        for sample in samples:
            seen += check(program, sample, show, [path for group, path in keys if group.lower() == show])
    if seen < 1000:
        fail("samples", "have only", seen, "lines")
    print("\n".join(PROBLEMS[:40]))
    return 1 if PROBLEMS else 0


if __name__ == "__main__":
    sys.exit(main())
