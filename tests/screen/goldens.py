#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""goldens.py NFSCOPE ROOT [--update] [NAME...]: what the screen shows after the keys of TESTLIST is as in out/."""
import difflib
import os
import subprocess
import sys
import tempfile

import_root = os.path.dirname(os.path.abspath(__file__))
LIMIT = 60  # seconds for one of them


def entries(names):
    with open(os.path.join(import_root, "TESTLIST"), encoding="utf-8") as stream:
        for line in stream:
            line = line.strip()
            if not line or line.startswith("#"):
                continue
            name, sample, size, script = (line.split(None, 3) + [""])[:4]
            if not names or name in names:
                yield name, sample, size.split(","), [part.strip() for part in script.split(";")]


def run(nfscope, root, name, sample, how, script, folder):
    """What is seen at the end, by kind of file; or a word about what went wrong."""
    kinds = {"text": ":dump", "roles": ":roles"} | ({"looks": ":looks"} if name.endswith("mono") else {})
    lines = [f":size {how[0]}", ":wait idle", *script, ":wait idle"]
    lines += [f"{command} {folder}/{kind}" for kind, command in kinds.items()]
    path = os.path.join(folder, "script")
    with open(path, "w", encoding="utf-8") as out:
        out.write("\n".join(lines) + "\n")
    command = [nfscope, "--tui", "-n", "-r", sample] + (["--ascii"] if "ascii" in how else [])
    environment = dict(os.environ, NFSCOPE_TEST_SCRIPT=path, TZ="UTC", LC_ALL="C.UTF-8", XDG_STATE_HOME=folder,
                       XDG_CONFIG_HOME=folder)
    done = subprocess.run(command, cwd=os.path.join(root, "samples"), env=environment, stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=LIMIT, check=False)
    if done.returncode or done.stdout or any(not os.path.exists(os.path.join(folder, kind)) for kind in kinds):
        return None, f"status {done.returncode}: {done.stderr.decode(errors='replace').strip()}"
    seen = {}
    for kind in kinds:
        with open(os.path.join(folder, kind), encoding="utf-8") as stream:
            seen[kind] = stream.read()
    return seen, ""


def compare(name, seen, update):
    fine = True
    for kind, text in seen.items():
        path = os.path.join(import_root, "out", f"{name}.{kind}")
        wanted = ""
        if os.path.exists(path):
            with open(path, encoding="utf-8") as stream:
                wanted = stream.read()
        if text == wanted:
            continue
        fine = False
        if update:
            with open(path, "w", encoding="utf-8") as out:
                out.write(text)
        sys.stdout.writelines(difflib.unified_diff(wanted.splitlines(True), text.splitlines(True), f"{name}.{kind}", "now"))
    return fine


def main():
    nfscope, root, *rest = sys.argv[1:]
    nfscope, root = os.path.abspath(nfscope), os.path.abspath(root)
    update, names = "--update" in rest, [word for word in rest if not word.startswith("--")]
    failed = 0
    for name, sample, how, script in entries(names):
        with tempfile.TemporaryDirectory() as folder:
            seen, trouble = run(nfscope, root, name, sample, how, script, folder)
        if seen is None:
            print(f"{name}: {trouble}")
            failed += 1
        elif not compare(name, seen, update):
            failed += not update
    print(f"{failed} failed" if failed else "all as they should be")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
