#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""headers.py ROOT COMPILER: every header compiles alone; those of include/nfdec with nothing of src/ in sight, as
strict C17 and as C++."""
import os
import subprocess
import sys
import tempfile

import csource

COMMON = ["-fsyntax-only", "-Wall", "-Wextra", "-Werror", "-Iinclude"]
OWN = ["-std=c17", "-D_GNU_SOURCE", "-Isrc", "-Itests/unit"]


def compiles(report, root, compiler, path, flags, language="c"):
    with tempfile.NamedTemporaryFile("w", suffix=".c") as unit:
        unit.write(f'#include "{os.path.join(os.path.realpath(root), path)}"\n')
        unit.flush()
        done = subprocess.run([compiler, *COMMON, *flags, f"-I{os.path.dirname(path)}", "-x", language, unit.name],
                              cwd=root, check=False, text=True, stderr=subprocess.PIPE)
    if done.returncode:
        report.add(path, 0, f"does not compile alone ({language} {flags[0]})\n{done.stderr}")


def main():
    root, compiler = sys.argv[1:3]
    report = csource.Report()
    for path in csource.files(root, (".h",)):
        if path.startswith("include/"):
            compiles(report, root, compiler, path, ["-std=c17", "-pedantic"])
        else:
            compiles(report, root, compiler, path, OWN)
    return report.status()


if __name__ == "__main__":
    sys.exit(main())
