#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""samples.py: every sample is described in samples/README.md, and the made ones are what their makers make."""
import gzip
import os
import sys

SAMPLES = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "samples")
sys.path.insert(0, os.path.join(SAMPLES, "make"))
import bad  # noqa: E402
import exporters  # noqa: E402
import made  # noqa: E402

LIMIT = 100 * 1024  # octets of one sample


def content(octets):
    return gzip.decompress(octets) if octets.startswith(b"\x1f\x8b") else octets


def main():
    problems = []
    with open(os.path.join(SAMPLES, "README.md"), encoding="utf8") as f:
        readme = f.read()
    known = set()
    for folder, files in (("", made.MADE.files), ("bad", bad.BAD.files)):
        for name, function in files.items():
            known.add(os.path.join(folder, name))
            with open(os.path.join(SAMPLES, folder, name), "rb") as f:
                if content(f.read()) != content(function()):
                    problems.append("%s is not what its maker makes" % name)
    known.update(exporters.KEPT.files)
    for folder in ("", "bad"):
        for name in sorted(os.listdir(os.path.join(SAMPLES, folder))):
            path = os.path.join(SAMPLES, folder, name)
            if not os.path.isfile(path) or name in ("README.md", ".gitignore", "nfscope.service"):
                continue
            if os.path.join(folder, name) not in known:
                problems.append("%s has no maker" % name)
            if "`%s`" % name not in readme:
                problems.append("%s is not in README.md" % name)
            if os.path.getsize(path) > LIMIT:
                problems.append("%s is too large" % name)
    print("\n".join(problems) or "%d samples" % len(known))
    sys.exit(bool(problems))


if __name__ == "__main__":
    main()
