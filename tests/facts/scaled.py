#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""scaled.py NFSCOPE SAMPLES: scaled counters of connections are the sums of their flows', and those are counter times interval."""
import glob
import json
import os
import subprocess
import sys


def lines(nfscope, sample, show):
    done = subprocess.run([nfscope, "-n", "-q", "-r", sample, "--show", show, "-T", "json", "--scaled"], check=False,
                          stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    return [json.loads(line) for line in done.stdout.splitlines()]


def place(flow):
    return flow["frame"], flow["record"]


def check_flow(flow, where):
    for key in ("packets", "bytes", "reverse_packets", "reverse_bytes"):
        wanted = flow[key] * flow["sampling"] if key in flow and "sampling" in flow else None
        if flow.get("scaled_" + key) != wanted:
            sys.exit(f"{where}: scaled_{key} of {flow} is to be {wanted}")


def check_connection(connection, flows, where):
    mine = [flows[place(flow)] for flow in connection["flows"]]
    known = all("sampling" in flow for flow in mine)
    for key in ("packets", "bytes"):
        wanted = sum(flow.get(f"scaled_{way}{key}", 0) for flow in mine for way in ("", "reverse_"))
        scaled = connection.get("scaled_" + key)
        if key not in connection or not known:
            wanted = None
        if (scaled and scaled["client"] + scaled["server"]) != wanted:
            sys.exit(f"{where}: scaled_{key} of {connection} is to be {wanted}")
        if scaled and all(flow["sampling"] == mine[0]["sampling"] for flow in mine):
            raw = connection[key]
            if any(scaled[side] != raw[side] * mine[0]["sampling"] for side in ("client", "server")):
                sys.exit(f"{where}: scaled_{key} of {connection} are on the wrong sides")
    return known


def main():
    nfscope, samples = sys.argv[1:3]
    scaled = 0
    for sample in sorted(glob.glob(os.path.join(samples, "*.pcap"))):
        flows = {place(flow): flow for flow in lines(nfscope, sample, "flows")}
        for flow in flows.values():
            check_flow(flow, sample)
        scaled += sum(check_connection(c, flows, sample) for c in lines(nfscope, sample, "connections"))
    if scaled < 20:
        sys.exit(f"only {scaled} connections had a known sampling")
    print(f"{scaled} connections")


if __name__ == "__main__":
    main()
