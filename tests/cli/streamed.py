#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""streamed.py NFSCOPE SAMPLES: flows that are written as they come are those that are written at the end."""
import os
import re
import subprocess
import sys


# Their options come first, or there are none that matter; in template-late.pcap sets wait for their template.
SAMPLES = ("multi.pcap", "firewall.pcap", "options-ipfix.pcap", "options-v9.pcap", "softflowd-v9-sampled.pcap", "template-late.pcap",
           "template-redefined.pcap", "softflowd-ipfix-biflow.pcap", "softflowd-ipfix-ipv6.pcap", "v5-gap.pcap",
           "two-links.pcapng", "wide.pcap")
FORMS = (("-T", "json"), ("-T", "csv"), ("-T", "json", "--scaled"), ("-T", "csv", "--scaled"),
         ("-T", "json", "-Y", "tcp"), ("-T", "csv", "-e", "src,start,bytes"), ("-e", "src,start", "-t", "r"),
         ("-T", "json", "--limit", "3"), ("-T", "text", "--limit", "3", "-q"), ("-T", "text"), ("-T", "text", "-t", "r", "-Y", "udp"))
SECONDS = 60


def nfscope(program, sample, options, streamed):
    source = ("-r", "-", "-l") if streamed else ("-r", sample)
    with open(sample, "rb") as stream:
        done = subprocess.run([program, *source, "-n", "--show", "flows", *options], stdin=stream, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, timeout=SECONDS, check=False, env=dict(os.environ, TZ="UTC"))
    text = done.stdout.decode()
    return done.returncode, re.sub(" +", " ", text) if not {"json", "csv"} & set(options) else text


def at_once(program, sample):
    """The first flow is there before the second packet comes."""
    with open(sample, "rb") as stream:
        octets = stream.read()
    first = 24 + 16 + int.from_bytes(octets[32:36], "little")
    with subprocess.Popen([program, "-r", "-", "-l", "-n", "--show", "flows", "-T", "json"], stdin=subprocess.PIPE,
                          stdout=subprocess.PIPE) as process:
        process.stdin.write(octets[:first])
        process.stdin.flush()
        line = process.stdout.readline()
        process.stdin.close()
        process.stdout.read()
    return line.startswith(b'{"frame":1,')


def main():
    program, samples = os.path.abspath(sys.argv[1]), sys.argv[2]
    failed = 0
    for name in SAMPLES:
        for options in FORMS:
            wanted, got = (nfscope(program, os.path.join(samples, name), options, streamed) for streamed in (False, True))
            if wanted != got:
                failed += 1
                print(f"{name} {' '.join(options)}\n  stored   {wanted}\n  streamed {got}")
    if not at_once(program, os.path.join(samples, "v5-gap.pcap")):
        failed += 1
        print("the first flow does not come at once")
    print(f"{failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
