#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""banned.py ROOT: functions and constructs that have no place here (README says what stands in for them)."""
import re
import sys

import csource

CALLS = {
    "strcpy": "strbuf or memcpy", "strcat": "strbuf", "stpcpy": "strbuf", "strncpy": "snprintf", "strncat": "strbuf",
    "sprintf": "snprintf", "vsprintf": "vsnprintf", "strtok": "strtok_r or strchr", "gets": "getline",
    "atoi": "strtol with its checks", "atol": "strtol with its checks", "atoll": "strtoll with its checks",
    "gmtime": "gmtime_r", "localtime": "localtime_r", "ctime": "strftime", "asctime": "strftime",
    "alloca": "alloc_new", "tmpnam": "mkstemp", "mktemp": "mkstemp", "signal": "sigaction",
    "initscr": "newterm",
}
CALL = re.compile(r"(?<![\w.>])(%s)\s*\(" % "|".join(CALLS))
WIRE = re.compile(r"(?<![\w.>])(ntohs|ntohl|htons|htonl|be16toh|be32toh|be64toh)\s*\(\s*\*")
PACKED = re.compile(r"\bpacked\b|#\s*pragma\s+pack")
TYPEDEF = re.compile(r"\btypedef\s+(struct|union|enum)\b")
EXTERN = re.compile(r"^\s*extern\b(?!.*\bconst\b)(?![^;]*\()", re.M)


def line_of(text, match):
    return text.count("\n", 0, match.start()) + 1


def main():
    root = sys.argv[1]
    report = csource.Report()
    for path in csource.files(root, (".c", ".h", ".def")):
        text = csource.code(csource.read(root, path))
        for match in CALL.finditer(text):
            report.add(path, line_of(text, match), f"{match.group(1)}: use {CALLS[match.group(1)]}")
        for pattern, why in ((WIRE, "octets of the wire go through base/cursor.h"), (PACKED, "no packed structs"),
                             (TYPEDEF, "no typedefs of structs, unions and enums"),
                             (EXTERN, "no extern mutable variables")):
            for match in pattern.finditer(text):
                report.add(path, line_of(text, match), why)
    return report.status()


if __name__ == "__main__":
    sys.exit(main())
