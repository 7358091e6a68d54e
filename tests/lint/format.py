#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""format.py ROOT: C files are as .clang-format has it. Only clang-format 14 is asked: others differ in small things."""
import shutil
import subprocess
import sys

import csource

VERSION, SKIPPED = "14", 77


def tool():
    for name in (f"clang-format-{VERSION}", "clang-format"):
        if shutil.which(name):
            said = subprocess.run([name, "--version"], stdout=subprocess.PIPE, text=True, check=True).stdout
            if f"version {VERSION}." in said:
                return name
    return None


def main():
    root, name = sys.argv[1], tool()
    if not name:
        print(f"no clang-format {VERSION}")
        return SKIPPED
    paths = csource.files(root, (".c", ".h"))
    return subprocess.run([name, "--dry-run", "-Werror", *paths], cwd=root, check=False).returncode if paths else 0


if __name__ == "__main__":
    sys.exit(main())
