#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""golden.py NFSCOPE check|update [NAME...]: what the program says of samples, held against what it said when somebody last
looked. All names when none is given.

A line of TESTLIST is `name  sample  options`; NFSCOPE -n -r SAMPLE OPTIONS is run in samples/ (without -n where the options
have --name-wait). out/NAME.out is what it
wrote; out/NAME.err begins with the exit status and goes on with standard error, and is there only where the status is not
0 or something was written to standard error. `update` writes these files: look at the difference before you commit it.
"""
import difflib
import os
import re
import shlex
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
SAMPLES = os.path.join(HERE, "..", "..", "samples")
ENVIRONMENT = {**os.environ, "TZ": "UTC", "LC_ALL": "C.UTF-8"}

# Nothing that a terminal obeys or that turns text around, whatever a sample holds.
UNSAFE = re.compile("[\\x00-\\x08\\x0b-\\x1f\\x7f-\\x9f\\u061c\\u200b-\\u200f\\u2028-\\u202e\\u2060-\\u206f\\ufeff\\ufffe"
                    "\\U000e0000-\\U000e0fff]")


def testlist():
    tests = {}
    with open(os.path.join(HERE, "TESTLIST"), encoding="utf8") as f:
        for line in f:
            if line.strip() and not line.startswith("#"):
                name, sample, *options = shlex.split(line)
                if name in tests:
                    sys.exit("golden: two tests are named %s" % name)
                # names from this machine would differ elsewhere: without --name-wait there are none at all
                names = [] if "--name-wait" in options else ["-n"]
                tests[name] = [*names, "-r", sample, *options]
    return tests


def run(nfscope, arguments):
    done = subprocess.run([nfscope, *arguments], cwd=SAMPLES, env=ENVIRONMENT, stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=60)
    err = b"" if done.returncode == 0 and not done.stderr else b"exit status %d\n" % done.returncode + done.stderr
    return {"out": done.stdout, "err": err}


def path_of(name, kind):
    return os.path.join(HERE, "out", "%s.%s" % (name, kind))


def expected(name, kind):
    try:
        with open(path_of(name, kind), "rb") as f:
            return f.read()
    except FileNotFoundError:
        return b""


def check(name, got):
    """prints how it differs; false where it does"""
    same = True
    for kind, octets in got.items():
        unsafe = UNSAFE.search(octets.decode(errors="replace"))
        if unsafe:
            same = False
            print("%s.%s holds %a" % (name, kind, unsafe[0]))
        want = expected(name, kind)
        if octets != want:
            same = False
            lines = [text.decode(errors="backslashreplace").splitlines() for text in (want, octets)]
            print("\n".join(difflib.unified_diff(*lines, "%s.%s" % (name, kind), "now", lineterm="", n=1)))
    return same


def update(name, got):
    os.makedirs(os.path.join(HERE, "out"), exist_ok=True)
    for kind, octets in got.items():
        path = path_of(name, kind)
        if octets or kind == "out":
            with open(path, "wb") as f:
                f.write(octets)
        elif os.path.exists(path):
            os.remove(path)
    return True


def remove_others(tests):
    for name in os.listdir(os.path.join(HERE, "out")):
        if name.rsplit(".", 1)[0] not in tests:
            os.remove(os.path.join(HERE, "out", name))


def main():
    if len(sys.argv) < 3 or sys.argv[2] not in ("check", "update"):
        sys.exit(__doc__)
    nfscope, action = os.path.abspath(sys.argv[1]), {"check": check, "update": update}[sys.argv[2]]
    tests = testlist()
    good = [action(name, run(nfscope, tests[name])) for name in sys.argv[3:] or tests]
    if action is update and not sys.argv[3:]:
        remove_others(tests)
    sys.exit(not all(good))


if __name__ == "__main__":
    main()
