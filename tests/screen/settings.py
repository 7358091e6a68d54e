#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""settings.py NFSCOPE ROOT: the config file is read and never written; the state file is written whole, and used again."""
import os
import subprocess
import sys
import tempfile


def run(nfscope, root, folder, *script):
    """What is seen after a script."""
    path = os.path.join(folder, "script")
    with open(path, "w", encoding="utf-8") as out:
        out.write("\n".join([":wait idle", *script, ":wait idle", f":dump {folder}/seen"]) + "\n")
    environment = dict(os.environ, NFSCOPE_TEST_SCRIPT=path, TZ="UTC", LC_ALL="C.UTF-8",
                       XDG_STATE_HOME=f"{folder}/state", XDG_CONFIG_HOME=f"{folder}/config")
    subprocess.run([nfscope, "--tui", "-n", "-r", f"{root}/samples/softflowd-v9.pcap"], env=environment, check=True,
                   stdin=subprocess.DEVNULL, timeout=60)
    with open(f"{folder}/seen", encoding="utf-8") as stream:
        return stream.read()


def expect(what, text, wanted, there=True):
    if (wanted in text) == there:
        return 0
    print(f"{what}: '{wanted}' is {'not ' if there else ''}there:\n{text}")
    return 1


def main():
    nfscope, root = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        os.makedirs(f"{folder}/config/nfscope")
        config = f"{folder}/config/nfscope/config"
        words = "# mine\ntime = relative\nunits=exact   # as they are\n"
        with open(config, "w", encoding="utf-8") as out:
            out.write(words)
        os.chmod(config, 0o444)
        seen = run(nfscope, root, folder, 'f "port 53" Enter', "c Down Space Enter", "s End Enter")
        failed += expect("relative times", seen, "-60.3")
        failed += expect("a hidden column", seen, " Dur ", there=False)
        state = open(f"{folder}/state/nfscope/state", encoding="utf-8").read()
        for line in ("filter port 53", "hide connections Dur", "sort connections service"):
            failed += expect("the state file", state, line)
        failed += expect("left behind", " ".join(os.listdir(f"{folder}/state/nfscope")), "state.", there=False)
        with open(config, encoding="utf-8") as stream:
            failed += stream.read() != words
        seen = run(nfscope, root, folder, "f Up")
        failed += expect("history", seen, "Filter: port 53")
        failed += expect("a hidden column, again", seen, " Dur ", there=False)
        failed += expect("exact counters, again", seen, "3 660")
        failed += expect("times as the file has them", run(nfscope, root, folder, "t"), "times: seconds since the row before")
        failed += expect("which it wins", run(nfscope, root, folder, "j"), "-60.3")
        os.remove(config)
        run(nfscope, root, folder, "t t t u")
        seen = run(nfscope, root, folder, "j")
        failed += expect("units as last time", seen, "3.6Ki")
        failed += expect("times as last time", seen, "   0.040 ")
        with open(f"{folder}/state/nfscope/state", encoding="utf-8") as stream:
            state = stream.read()
        for line in ("time delta\n", "units iec\n"):
            failed += expect("the state file", state, line)
        with open(config, "w", encoding="utf-8") as out:
            out.write("ascii = yes\nkey sort = S F6\nkey copy =\nkey mark = # ^T\nkey nothing = x\n")
        seen = run(nfscope, root, folder, "^T s y S")
        failed += expect("a key of one's own, and no others", seen, " sort by ")
        failed += expect("in ASCII", seen, "\u250c", there=False)
        failed += expect("another key marks", run(nfscope, root, folder, "^T"), "1 marked")
        failed += expect("the hint", run(nfscope, root, folder, "j"), "S sort")
        failed += expect("the help", run(nfscope, root, folder, "? / \"copy the cell\" Enter"), "is not in this topic")
        failed += expect("what is no setting", run(nfscope, root, folder), "line 5: 'key nothing' is no setting")
        with open(f"{folder}/state/nfscope/state", "wb") as out:  # whatever it is, it does no harm
            out.write(b"hide\nsort x\nsort connections nothing\nfilter \xff\x00\n\nhide flows\nsort\n" + b"x" * 100000)
        failed += expect("a broken state file", run(nfscope, root, folder, "j"), "13 connections")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
