#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""state.py FOLDER...: the compiled objects hold no mutable variable outside of functions' frames, static ones within
functions included. Looks at sections, so that what is const only after relocation passes."""
import os
import re
import subprocess
import sys

import csource

# symbol: why there is no way without
ALLOWED = {
    "crash": "a handler of a fatal signal gets nothing but the signal's number",
    "signals": "the same, of other signals",
}
# value, 7 flags, section, size, name
SYMBOL = re.compile(r"^[0-9a-f]+ (.{7}) (\S+)\s+[0-9a-f]+\s+(?:\.hidden )?(\S+)$")
MUTABLE = re.compile(r"\.t?data|\.t?bss|\*COM\*")


def objects(folders):
    for folder in folders:
        for where, _, names in os.walk(folder):
            yield from (os.path.join(where, name) for name in sorted(names) if name.endswith(".o"))


def mutable(path):
    table = subprocess.run(["objdump", "-t", path], stdout=subprocess.PIPE, text=True, check=True).stdout
    for line in table.splitlines():
        match = SYMBOL.match(line)
        if not match or "d" in match.group(1):  # no symbol, or one of a section or a file
            continue
        section = match.group(2)
        if MUTABLE.match(section) and not section.startswith(".data.rel.ro"):
            yield match.group(3)


def main():
    report, seen = csource.Report(), 0
    for path in objects(sys.argv[1:]):
        seen += 1
        for symbol in mutable(path):
            if re.sub(r"\.\d+$", "", symbol) not in ALLOWED:
                report.add(os.path.basename(path), 0, f"mutable variable '{symbol}'")
    if not seen:
        report.add("state", 0, "no objects to look at")
    return report.status()


if __name__ == "__main__":
    sys.exit(main())
