#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""ctests.py CTEST BUILD: every test is registered through nfscope_test(), that is: it has a time limit, and a sanitizer's
report fails it."""
import json
import subprocess
import sys

import csource


def main():
    ctest, build = sys.argv[1:3]
    listing = subprocess.run([ctest, "--show-only=json-v1"], cwd=build, stdout=subprocess.PIPE, check=True).stdout
    report = csource.Report()
    tests = json.loads(listing)["tests"]
    for test in tests:
        properties = {entry["name"]: entry["value"] for entry in test.get("properties", [])}
        if "TIMEOUT" not in properties:
            report.add(test["name"], 0, "no time limit")
        if not any("runtime error" in pattern for pattern in properties.get("FAIL_REGULAR_EXPRESSION", [])):
            report.add(test["name"], 0, "a sanitizer's report would not fail it")
    if not tests:
        report.add("ctests", 0, "no tests")
    return report.status()


if __name__ == "__main__":
    sys.exit(main())
