#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""keys.py NFSCOPE ROOT: every key that keys.def has for the views does something there: what is seen, or its roles,
differs before and behind it."""
import os
import re
import subprocess
import sys
import tempfile

LIMIT = 60  # seconds for one run
ENTRY = re.compile(r'^KEYS\((\w+),\s*"([^"]*)",\s*([\w| ]+?),', re.M)

# Panes: sample, keys that lead to where all others do something, contexts that hold there.
PANES = {
    # a text was found that is there three times, a row is marked, rows are sorted, something is wrong around the cursor
    "connections, list": ("v5-gap.pcap", "1; > >; :wait idle; / 1 9 2 Enter; :wait idle; Home; Space; j; Right Right",
                          "IN_CONNECTIONS IN_ROWS IN_PANES IN_DRILL IN_COLUMNS IN_MARKS IN_WRITE IN_FIND IN_SORT IN_DETAIL"),
    "connections, records": ("two-exporters.pcap", "1; Tab; j; Right", "IN_INNER IN_ROWS IN_PANES IN_DRILL"),
    "connections, fields": ("softflowd-v9.pcap", ":size 120x40; j j Tab Tab Down Down",
                            "IN_CONNECTIONS IN_INNER IN_TREE IN_ROWS IN_PANES IN_DRILL IN_DETAIL"),
    "connections, octets": ("softflowd-v9.pcap", ":size 200x60; j j Tab Tab Tab Down Down Right",
                            "IN_CONNECTIONS IN_INNER IN_HEX IN_ROWS IN_PANES IN_DRILL IN_DETAIL"),
    "flows, list": ("v5-gap.pcap", "2; > >; :wait idle; / 1 9 2 Enter; :wait idle; Home; Space; j; Right Right",
                    "IN_FLOWS IN_ROWS IN_DRILL IN_COLUMNS IN_MARKS IN_WRITE IN_FIND IN_SORT"),
    "flows, fields": ("softflowd-v9.pcap", ":size 200x60; 2 j j Tab Down Down",
                      "IN_FLOWS IN_INNER IN_TREE IN_ROWS IN_PANES IN_DRILL IN_DETAIL"),
    "flows, octets": ("softflowd-v9.pcap", ":size 120x40; 2 j j Tab Tab Down Down Right",
                      "IN_FLOWS IN_INNER IN_HEX IN_ROWS IN_PANES IN_DRILL IN_DETAIL"),
    "packets, list": ("template-withdrawn.pcap", "3 j j j j Right", "IN_PACKETS IN_ROWS IN_PANES IN_DRILL"),
    "packets, tree": ("template-withdrawn.pcap", "3 j j Enter j j j j j j j j",
                      "IN_INNER IN_TREE IN_PACKETS IN_ROWS IN_PANES IN_DRILL"),
    "packets, octets": ("template-withdrawn.pcap", "3 j j j Tab Tab Home Down Down Right",
                        "IN_INNER IN_HEX IN_PACKETS IN_ROWS IN_PANES IN_DRILL"),
    "exporters, list": ("multi.pcap", "4 j Right", "IN_EXPORTERS IN_ROWS IN_PANES IN_DRILL IN_WRITE"),
    "exporters, health": ("v5-gap.pcap", "4 Tab j j", "IN_INNER IN_EXPORTERS IN_PANES IN_DRILL"),
    "templates, list": ("template-redefined.pcap", "5 j Right", "IN_TEMPLATES IN_ROWS IN_PANES IN_DRILL IN_WRITE"),
    "templates, fields": ("template-redefined.pcap", "5 j Tab j j Right",
                          "IN_INNER IN_TEMPLATES IN_ROWS IN_PANES IN_DRILL"),
    "statistics, timeline": ("softflowd-v9.pcap", "6; :wait idle; S-Tab +; :wait idle; Right Right Right",
                             "IN_STATISTICS IN_TIMELINE IN_PANES IN_DRILL"),
    "statistics, range": ("softflowd-v9.pcap", "6; :wait idle; S-Tab Right v Right", "IN_INNER IN_TIMELINE"),
    "statistics, groups": ("softflowd-v9.pcap", "6; :wait idle; j j Right", "IN_STATISTICS IN_ROWS IN_PANES IN_DRILL"),
}
# Which do nothing where they are, and why that is right.
NOTHING = {
    ("connections, fields", "FOLD"): "the fields of this record have nothing below them",
    ("connections, fields", "UNFOLD"): "the same",
    ("connections, fields", "UNFOLD_BELOW"): "the same",
    ("flows, fields", "FOLD"): "the same",
    ("flows, fields", "UNFOLD"): "the same",
    ("flows, fields", "UNFOLD_BELOW"): "the same",
    ("statistics, range", "ZOOM_OUT"): "columns are as long as they can be",
}


def bindings(root):
    with open(os.path.join(root, "src/view/tui/input/keys.def"), encoding="utf-8") as stream:
        found = ENTRY.findall(stream.read())
    return [(name, keys.replace("\\\\", "\\").split(), {word.strip() for word in contexts.split("|")}) for name, keys, contexts in found]


def look(nfscope, root, sample, keys, key):
    """What is seen in front of a key, and behind it."""
    with tempfile.TemporaryDirectory() as folder:
        lines = [":size 80x24", ":wait idle", *[part.strip() for part in keys.split(";")], ":wait idle"]
        for name, before in (("before", []), ("behind", [key, ":wait idle"])):
            lines += before + [f":dump {folder}/{name}.text", f":roles {folder}/{name}.roles"]
        path = os.path.join(folder, "script")
        with open(path, "w", encoding="utf-8") as out:
            out.write("\n".join(lines) + "\n")
        environment = dict(os.environ, NFSCOPE_TEST_SCRIPT=path, TZ="UTC", LC_ALL="C.UTF-8", XDG_STATE_HOME=folder,
                           XDG_CONFIG_HOME=folder)
        subprocess.run([nfscope, "--tui", "-n", "-r", os.path.join(root, "samples", sample)], env=environment,
                       stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=LIMIT,
                       check=False)
        seen = []
        for name in ("before", "behind"):
            text = []
            for kind in ("text", "roles"):
                with open(os.path.join(folder, f"{name}.{kind}"), encoding="utf-8") as stream:
                    text.append(stream.read())
            seen.append(text)
        return seen


def main():
    nfscope, root = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
    known, failed, count = bindings(root), 0, 0
    tested = set()
    for pane, (sample, keys, contexts) in PANES.items():
        taken = set()
        for name, names, of in known:
            if not of & set(contexts.split()):
                continue
            tested.add(name)
            for key in names:
                if key in taken:
                    continue  # it means something else here
                taken.add(key)
                before, behind = look(nfscope, root, sample, keys, key)
                count += 1
                if (before == behind) != ((pane, name) in NOTHING):
                    print(f"{pane}: {key} ({name}) {'does nothing' if before == behind else 'does something now'}")
                    failed += 1
    own = {"IN_CONNECTIONS", "IN_FLOWS", "IN_COLUMNS", "IN_MARKS", "IN_WRITE", "IN_FIND", "IN_SORT", "IN_DETAIL", "IN_PACKETS",
           "IN_TREE", "IN_HEX", "IN_EXPORTERS", "IN_TEMPLATES", "IN_STATISTICS", "IN_TIMELINE", "IN_INNER"}
    for name, _, of in known:
        if of & own and name not in tested:
            print(f"{name} is not tested")
            failed += 1
    print(f"{count} keys, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
