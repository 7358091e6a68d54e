#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""manual.py ROOT: mandoc has nothing to say about the manual pages."""
import glob
import os
import shutil
import subprocess
import sys

SKIPPED = 77


def main():
    pages = sorted(glob.glob(os.path.join(sys.argv[1], "man", "*.[0-9]")))
    if not pages or not shutil.which("mandoc"):
        print("no manual pages" if not pages else "no mandoc")
        return SKIPPED
    done = subprocess.run(["mandoc", "-T", "lint", "-W", "warning", *pages], check=False, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    print(done.stdout, end="")
    return 1 if done.returncode or done.stdout.strip() else 0


if __name__ == "__main__":
    sys.exit(main())
