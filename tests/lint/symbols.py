#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""symbols.py ROOT LIBRARY: the shared libnfdec exports what its headers declare, all of it, and nothing else."""
import re
import subprocess
import sys

import csource


def exported(library):
    table = subprocess.run(["nm", "-D", "--defined-only", library], stdout=subprocess.PIPE, text=True, check=True).stdout
    return {line.split()[-1].split("@")[0] for line in table.splitlines() if line.split()[-2] not in "w"}


def declared(root):
    found = set()
    for path in csource.files(root, (".h",), ("include",)):
        text = csource.without_preprocessor(csource.code(csource.read(root, path)))
        for declaration in re.findall(r"NFDEC_API\b([^;]*);", text):
            name = re.search(r"(\w+)\s*(?:\(|\[|$)", declaration)
            if name:
                found.add(name.group(1))
    return found


def main():
    root, library = sys.argv[1:3]
    report = csource.Report()
    there, promised = exported(library), declared(root)
    for name in sorted(there):
        if not name.startswith("nfdec_"):
            report.add(library, 0, f"exports '{name}', which does not begin with nfdec_")
        elif name not in promised:
            report.add(library, 0, f"exports '{name}', which no header declares")
    for name in sorted(promised - there):
        report.add(library, 0, f"does not export '{name}', which a header declares")
    return report.status()


if __name__ == "__main__":
    sys.exit(main())
