#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""scripts.py ROOT: shell and Python scripts parse and are executable, presets are there for every name used, and every
preset treats warnings as errors."""
import json
import os
import subprocess
import sys

import csource
import texts


def check_script(report, root, path, text):
    full = os.path.join(root, path)
    first = text.split("\n", 1)[0]
    if not os.access(full, os.X_OK):
        report.add(path, 1, "begins with #! and is not executable")
    if first.endswith("sh"):
        shell = first.split("/")[-1].split()[-1]
        done = subprocess.run([shell, "-n", full], check=False, text=True, stderr=subprocess.PIPE)
        if done.returncode:
            report.add(path, 0, done.stderr.strip())
    elif "python" in first:
        try:
            compile(text, path, "exec")
        except SyntaxError as error:
            report.add(path, error.lineno, error.msg)


def check_presets(report, root):
    path = "CMakePresets.json"
    presets = json.loads(csource.read(root, path))
    base = next(preset for preset in presets["configurePresets"] if preset["name"] == "base")
    if base["cacheVariables"].get("NFSCOPE_WERROR") != "ON":
        report.add(path, 0, "warnings are no errors")
    for preset in presets["configurePresets"]:
        if preset is not base and (preset.get("inherits") != "base" or "NFSCOPE_WERROR" in preset.get("cacheVariables", {})):
            report.add(path, 0, f"preset '{preset['name']}' is not made from base as it is")
    names = {preset["name"] for preset in presets["workflowPresets"]}
    for name in {preset["name"] for preset in presets["configurePresets"]} - {"base"} - names:
        report.add(path, 0, f"no workflow '{name}'")


def main():
    root = sys.argv[1]
    report = csource.Report()
    for path in texts.tracked(root):
        text = texts.text_of(root, path)
        if text and text.startswith("#!"):
            check_script(report, root, path, text)
    check_presets(report, root)
    return report.status()


if __name__ == "__main__":
    sys.exit(main())
