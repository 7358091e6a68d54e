#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""words.py ROOT: the manual page lists every diagnostic code and every word of --show and -z, and nothing
else; the completions know these words."""
import os
import re
import sys


def read(*parts):
    with open(os.path.join(*parts), encoding="utf-8") as stream:
        return stream.read()


def section(page, title):
    found = re.search(rf"^\.Sh {title}\n(.*?)(?=^\.Sh )", page, re.M | re.S)
    return re.findall(r"^\.It Cm ([a-z0-9-]+)", found.group(1), re.M) if found else []


def main():
    root = sys.argv[1]
    codes = re.findall(r'^DIAGNOSTIC\(\w+,\s*"([^"]+)"', read(root, "include/nfdec/diagnostics.def"), re.M)
    shows = re.findall(r'^SHOW\(\w+,\s*"([^"]+)"', read(root, "src/view/batch/show.def"), re.M)
    page = read(root, "man/nfscope.1")
    completed = re.search(r'shows="([^"]*)"', read(root, "completions/nfscope.bash")).group(1).split()
    findings = re.findall(r'^HEALTH\(\w+,\s*"([^"]+)"', read(root, "src/flow/health.def"), re.M)
    reports = re.findall(r'^REPORT\(\w+,\s*"([^"]+)"', read(root, "src/view/batch/report.def"), re.M)
    report_words = re.search(r'reports="([^"]*)"', read(root, "completions/nfscope.bash")).group(1).split()
    told = re.search(r"^\.It Cm health\n(.*?)^\.It Cm ", page, re.M | re.S).group(1)
    found = [word for line in re.findall(r"^\.Cm (.*)$", told, re.M) for word in line.split(" , ")]
    failed = 0
    for what, wanted, there in (("code in man/nfscope.1", codes, section(page, "DIAGNOSTICS")),
                                ("word of --show in man/nfscope.1", shows, section(page, "OUTPUT")),
                                ("word of --show in completions/nfscope.bash", shows, completed),
                                ("word of -z in man/nfscope.1", reports, section(page, "STATISTICS")),
                                ("finding in man/nfscope.1", findings, set(found)),
                                ("word of -z in completions/nfscope.bash", reports, report_words)):
        if not wanted:
            print(f"no table for {what}")
            failed += 1
        for word in sorted(set(wanted) ^ set(there)):
            print(f"{'missing' if word in wanted else 'unknown'} {what}: {word}")
            failed += 1
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
