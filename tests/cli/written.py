#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""written.py NFSCOPE SAMPLES: -w, its files, and everything that can be wrong with them."""
import gzip
import json
import os
import pty
import struct
import subprocess
import sys
import tempfile

import captures
import cases


FRAME = len(captures.frame(captures.v5(2)))
CUT = f"nfscope: 'cut.pcap' is cut short: read 2 packets, then {FRAME - 10} of {FRAME} octets of the next\n"


def read_pcap(octets):
    """[(seconds, nanoseconds, octets)] of a capture written here; its header's fields."""
    header = struct.unpack_from("<IHHIIII", octets)
    at, frames = 24, []
    while at < len(octets):
        seconds, fraction, length, wire = struct.unpack_from("<IIII", octets, at)
        frames.append((seconds, fraction, wire, octets[at + 16:at + 16 + length]))
        at += 16 + length
    return header, frames


def contents(name):
    with open(name, "rb") as stream:
        return stream.read()


def check_file(checks):
    mixed = captures.pcap([captures.frame(captures.v5(2)), captures.frame(b"something else", 53),
                           captures.frame(captures.v5(2, 2))])
    cases.write("mixed.pcap", mixed)
    checks.run("mixed.pcap", "-w", "out.pcap", stdout="2 export packets written to out.pcap\n")
    header, frames = read_pcap(contents("out.pcap"))
    checks.expect("-w out.pcap", "header", header, (0xA1B23C4D, 2, 4, 0, 0, 262144, 1))
    first, second = captures.frame(captures.v5(2)), captures.frame(captures.v5(2, 2))
    checks.expect("-w out.pcap", "frames", frames,
                  [(1700000000, 0, len(first), first), (1700000002, 0, len(second), second)])
    checks.run("-c", "1", "mixed.pcap", "-w", "out.pcap", stdout="1 export packet written to out.pcap\n")
    checks.expect("-c 1 -w", "frames", len(read_pcap(contents("out.pcap"))[1]), 1)
    checks.run("-q", "mixed.pcap", "-w", "out.pcap", stdout="")
    checks.run("mixed.pcap", "-w", "out.pcap.gz", stdout="2 export packets written to out.pcap.gz\n")
    checks.expect("-w out.pcap.gz", "octets", gzip.decompress(contents("out.pcap.gz")),
                  checks.run("mixed.pcap", "-w", "-", stderr="nfscope: 2 export packets written to standard output\n"))
    checks.run("other.pcap", "-w", "out.pcap", stdout="0 export packets written to out.pcap\n")
    checks.expect("-w of nothing", "octets", len(contents("out.pcap")), 24)


def check_beside(checks):
    """With another output, which stays as it is."""
    flows = checks.run("few.pcap", "--show", "flows", "-T", "json")
    checks.run("few.pcap", "--show", "flows", "-T", "json", "-w", "out.pcap", stdout=flows.decode(),
               stderr="nfscope: 3 export packets written to out.pcap\n")
    text = checks.run("few.pcap", "-V")
    checks.run("few.pcap", "-V", "-w", "out.pcap",
               stdout=text.decode() + "3 export packets written to out.pcap\n")
    checks.run("cut.pcap", "-w", "out.pcap", status=2, stdout="2 export packets written to out.pcap\n", stderr=CUT)


def check_refusals(checks):
    checks.run("few.pcap", "-w", "/no/such/out.pcap", status=1, stdout=False,
               stderr="nfscope: cannot write '/no/such/out.pcap': No such file or directory\n")
    checks.run("few.pcap", "-w", "/dev/full", status=1,
               stderr="nfscope: cannot write '/dev/full': No space left on device\n")
    checks.run("few.pcap", "-w", "x.gz", shell=">/dev/null; ln -sf /dev/full full.gz")
    checks.run("many.pcap", "-w", "full.gz", status=1,
               stderr="nfscope: cannot write 'full.gz': No space left on device\n")
    before = contents("few.pcap")
    os.symlink("few.pcap", "link.pcap")
    for name in ("few.pcap", "link.pcap", "./few.pcap"):
        checks.run("-r", "many.pcap", "-r", "few.pcap", "-w", name, status=1, stdout=False,
                   stderr=f"nfscope: cannot write '{name}': it is the input\n")
    checks.run("-r", "few.pcap", "-w", "-", status=1, shell=">>few.pcap",
               stderr="nfscope: cannot write standard output: it is the input\n")
    checks.run("-w", "few.pcap", status=1, shell="<few.pcap",
               stderr="nfscope: cannot write 'few.pcap': it is the input\n")
    checks.expect("-w on the input", "its octets", contents("few.pcap"), before)
    checks.run("few.pcap", "-w", "-", "-V", status=1, stdout=False,
               stderr="nfscope: -w - takes all of standard output; give a file\n")
    checks.run("--hex", "-w", "out.pcap", status=1, stdout=False,
               stderr="nfscope: -w writes frames of captures; a packet given in hex has none\n")
    checks.run("few.pcap", "-w", "a", "-w", "b", status=1, stdout=False,
               stderr="nfscope: --write is given twice\n    -w b\n       ^\n")
    before = contents("many.pcap")
    for name in ("many.pcap", "new.pcap", "new.pcap.gz"):
        checks.run("no.pcap", "-w", name, status=1, stdout=False,
                   stderr="nfscope: cannot open 'no.pcap': No such file or directory\n")
    checks.expect("-w without input", "what was there", contents("many.pcap"), before)
    checks.expect("-w without input", "files made", [name for name in os.listdir() if name.startswith("new")], [])


def check_pipe(checks):
    """A reader that goes away; a terminal in its place."""
    done = subprocess.run(["sh", "-c", '"$1" -q many.pcap -w - | true', "sh", checks.program],
                          stderr=subprocess.PIPE, timeout=cases.SECONDS, check=False)
    checks.expect("-w - | true", "standard error", done.stderr, b"")
    ours, theirs = pty.openpty()
    done = subprocess.run([checks.program, "few.pcap", "-w", "-"], stdout=theirs, stderr=subprocess.PIPE,
                          timeout=cases.SECONDS, check=False)
    os.close(ours)
    os.close(theirs)
    checks.expect("-w - on a terminal", "standard error", done.stderr,
                  b"nfscope: -w - would write a capture to the terminal; give a file\n")
    checks.expect("-w - on a terminal", "exit status", done.returncode, 1)


def records(checks, *arguments):
    """Records with their frames' numbers left out."""
    lines = checks.run(*arguments, "--show", "records", "-T", "json").decode().splitlines()
    found = [json.loads(line) for line in lines]
    for record in found:
        del record["frame"]
    return found


def check_samples(checks, samples):
    """What is written says the same, from a file and from a pipe."""
    for name in sorted(os.listdir(samples)):
        path = os.path.join(samples, name)
        if ".pcap" not in name:
            continue
        wanted = records(checks, path)
        for out, shell in (("out.pcapng", ""), ("out.pcapng.gz", f"<{path}")):
            files = () if shell else (path,)
            checks.run("-q", *files, "-w", out, shell=shell)
            checks.expect(f"{name} -w {out}", "records", records(checks, out), wanted)


def check_links(checks, samples):
    checks.run(os.path.join(samples, "two-links.pcapng"), "-w", "out.pcap", status=1,
               stderr="nfscope: cannot write 'out.pcap': packets of link types 1 and 101 do not fit into one pcap "
                      "file; give it a name ending in .pcapng\n")
    checks.expect("-w of two link types", "frames of the first", len(read_pcap(contents("out.pcap"))[1]), 1)


def check_excerpts(checks, samples):
    """With -Y. That they decode alone is for tests/oracle/excerpt.py."""
    late, options = (os.path.join(samples, name) for name in ("template-late.pcap", "options-v9.pcap"))
    checks.run(late, "-Y", "bytes > 0", "-w", "out.pcap",
               stdout="4 export packets with 6 matching records written to out.pcap, and 1 more for their templates\n")
    checks.run(options, "-Y", "bytes > 1", "-w", "out.pcap.gz",
               stdout="1 export packet with 3 matching records written to out.pcap.gz, and 1 more for options data\n")
    checks.run("-Y", "bytes > 1", "-w", "again.pcap", shell="<out.pcap.gz",
               stdout="1 export packet with 3 matching records written to again.pcap, and 1 more for options data\n")
    checks.expect("-w again", "octets", contents("again.pcap"), gzip.decompress(contents("out.pcap.gz")))
    checks.run(os.path.join(samples, "fragments.pcap"), "-Y", "bytes > 0", "-w", "out.pcap", "-q", stdout="")
    checks.expect("-w of fragments", "octets", read_pcap(contents("out.pcap"))[1],
                  read_pcap(checks.run("-q", os.path.join(samples, "fragments.pcap"), "-w", "-"))[1])
    checks.run(options, "-Y", "bytes > 1G", "-w", "out.pcap",
               stdout="0 export packets with 0 matching records written to out.pcap\n")
    checks.expect("-w of nothing", "octets", len(contents("out.pcap")), 24)
    checks.run(os.path.join(samples, "two-links.pcapng"), "-Y", "bytes > 0", "-w", "out.pcap", "-q")
    checks.expect("-w of two link types", "format", contents("out.pcap")[:4], b"\x0a\x0d\x0d\x0a")
    flows = checks.run(options, "-Y", "bytes > 1", "--show", "flows")
    checks.run(options, "-Y", "bytes > 1", "--show", "flows", "-w", "out.pcap", stdout=flows.decode() +
               "1 export packet with 3 matching records written to out.pcap, and 1 more for options data\n")
    checks.run(options, "-Y", "bytes >", "-w", "new.pcap", status=2, stdout=False,
               stderr=checks_error(checks, options))
    checks.expect("-w with a wrong filter", "files made", os.path.exists("new.pcap"), False)
    checks.run("cut.pcap", "-Y", "port == 443", "-w", "out.pcap", status=2,
               stdout="2 export packets with 4 matching records written to out.pcap\n", stderr=CUT)


def checks_error(checks, path):
    """What is said of the same filter without -w."""
    return subprocess.run([checks.program, path, "-Y", "bytes >"], stderr=subprocess.PIPE, check=False,
                          timeout=cases.SECONDS).stderr.decode()


def main():
    checks = cases.Checks(os.path.abspath(sys.argv[1]))
    samples = os.path.abspath(sys.argv[2])
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        cases.make_files()
        check_file(checks)
        check_beside(checks)
        check_refusals(checks)
        check_pipe(checks)
        check_links(checks, samples)
        check_excerpts(checks, samples)
        check_samples(checks, samples)
        os.chdir("/")
    print(f"{checks.count} checks, {checks.failed} failed")
    return checks.failed > 0 or checks.count == 0


if __name__ == "__main__":
    sys.exit(main())
