#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""load.py NFSCOPE FLOOD [--seconds S] [--records N] [--rates R,R,...] [-- OPTION...]: how many datagrams a second nfscope
receives on a port of the loopback interface without losing any, from one exporter and from many, and whether what it
lost is counted to the last one. Options behind -- go to nfscope; the usual ones keep all flows and pair them."""
import argparse
import json
import os
import re
import signal
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "live"))
import running

RATES = "10000,25000,50000,75000,100000,150000,200000,300000"


def measure(program, flood, options, rate, seconds, exporters, records):
    port = running.free_port()
    run = running.Run(program, "--listen", f"127.0.0.1:{port}", *options)
    before = os.times()
    done = subprocess.run([flood, str(port), str(rate), str(seconds), str(exporters), str(records)], stdout=subprocess.PIPE,
                          text=True, check=True, timeout=seconds + 30)
    sent, real = map(int, done.stdout.split())
    time.sleep(0.5)
    run.send_signal(signal.SIGINT)
    status = run.process.wait(timeout=300)
    used = os.times()
    closing = re.search(r": (\d+) packets received, (\d+) dropped", run.errors())
    received, dropped = map(int, closing.groups())
    shown = sum(line["packets"] for line in run.lines()) if "exporters" in options else received
    seconds_used = used.children_user + used.children_system - before.children_user - before.children_system
    print(f"{exporters:5} exporters  {real:8} datagrams/s  {real * records:9} records/s  sent {sent:9}  shown {shown:9}  "
          f"dropped {dropped:8}  uncounted {sent - shown - dropped}  cpu {seconds_used:.1f} s  status {status}", flush=True)
    return dropped + abs(sent - shown - dropped)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("flood")
    parser.add_argument("--seconds", type=int, default=5)
    parser.add_argument("--records", type=int, default=30)
    parser.add_argument("--rates", default=RATES)
    parser.add_argument("--exporters", default="1,200")
    words, _, options = " ".join(sys.argv[1:]).partition(" -- ")
    given = parser.parse_args(words.split())
    options = options.split() or ["--show", "exporters", "-T", "json"]
    for exporters in map(int, given.exporters.split(",")):
        for rate in map(int, given.rates.split(",")):
            if measure(os.path.abspath(given.program), os.path.abspath(given.flood), options, rate, given.seconds,
                       exporters, given.records):
                break


if __name__ == "__main__":
    main()
