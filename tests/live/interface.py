#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""interface.py NFSCOPE ROOT: capturing, from the loopback interface and from one end of a veth pair in network namespaces
of its own; skipped where that is not permitted."""
import os
import re
import signal
import subprocess
import sys
import time

import running

SPACES = [f"nfscope-{end}-{os.getpid()}" for end in ("a", "b")]


def sh(*words):
    return subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False, timeout=running.SECONDS)


def may_capture(program):
    done = sh(program, "-i", "lo", "-a", "duration:0.1", "-q")
    return done.returncode == 0


def loopback(program, check):
    port = running.free_port()
    run = running.Run(program, "-i", "lo", "--show", "records", "-T", "json", "-l", "udp", "port", str(port))
    sender = running.Sender(port)
    for i in range(5):
        try:
            sender.send(running.v5(3, 3 * i))
        except ConnectionRefusedError:  # nobody listens there
            sender.send(running.v5(3, 3 * i))
    check.true("all came", run.has_lines(15))
    with open(f"/proc/{run.process.pid}/status", encoding="ascii") as status:
        sets = re.findall(r"^Cap(?:Inh|Prm|Eff|Amb):\s*(\w+)", status.read(), re.M)
    check.equal("capabilities", {int(text, 16) for text in sets}, {0})
    check.equal("exit status", run.end(), 0)
    found = run.lines()
    check.equal("who", {(line["exporter"], line["port"]) for line in found}, {("127.0.0.1", sender.port)})
    check.true("says what it does", "nfscope: capturing on lo (Ethernet), snapshot length 262144" in run.errors())
    check.true("says what came", re.search(r"^nfscope: lo: \d+ packets received, 0 dropped by the kernel, 0 by the interface$",
                                           run.errors(), re.M))


def other_user(program, check):
    run = running.Run(program, "-i", "lo", "-Z", "nobody", "udp", "port", "9")
    with open(f"/proc/{run.process.pid}/status", encoding="ascii") as status:
        uids = set(re.search(r"^Uid:\s*(.*)", status.read(), re.M).group(1).split())
    check.equal("users", len(uids), 1)
    check.true("not root", uids != {"0"})
    check.equal("exit status", run.end(signal.SIGTERM), 0)


def interface_goes(program, check):
    """A veth pair in two namespaces: packets come, then the interface goes."""
    for space in SPACES:
        if sh("ip", "netns", "add", space).returncode != 0:
            print("no network namespaces: not tried")
            return
    try:
        first, second = SPACES
        sh("ip", "-n", first, "link", "add", "nfa", "type", "veth", "peer", "name", "nfb", "netns", second)
        sh("ip", "-n", first, "addr", "add", "192.0.2.1/24", "dev", "nfa")
        sh("ip", "-n", second, "addr", "add", "192.0.2.2/24", "dev", "nfb")
        if sh("ip", "-n", first, "link", "set", "nfa", "up").returncode or \
                sh("ip", "-n", second, "link", "set", "nfb", "up").returncode:
            print("no veth: not tried")
            return
        inside = ("ip", "netns", "exec", first)
        run = running.Run(program, "-i", "nfa", "--show", "exporters", "-T", "json", "udp", "port", "2055", prefix=inside)
        sent = sh("ip", "netns", "exec", second, sys.executable, "-B", "-c",
                  "import sys; sys.path.insert(0, sys.argv[1]); import running\n"
                  "s = running.socket.socket(running.socket.AF_INET, running.socket.SOCK_DGRAM)\n"
                  "[s.sendto(running.v5(30, 30 * i), ('192.0.2.1', 2055)) for i in range(100)]",
                  os.path.dirname(os.path.abspath(__file__)))
        check.equal("sent", (sent.returncode, sent.stdout), (0, b""))
        time.sleep(0.3)
        sh("ip", "-n", first, "link", "del", "nfa")
        check.equal("exit status", run.end(None), 2)
        lines = run.lines()
        check.equal("flows", [(line["exporter"], line["flows"]) for line in lines], [("192.0.2.2", 3000)])
        check.true("says that it went", "nfscope: nfa is gone: read 100 packets, then " in run.errors())
        check.true("says what came", "nfscope: nfa: 100 packets received, 0 dropped" in run.errors())
    finally:
        for space in SPACES:
            sh("ip", "netns", "del", space)


def not_permitted(program, check):
    """Without rights there is a sentence on how to get them."""
    done = subprocess.run(["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--bounding-set=-all",
                           program, "-i", "lo"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False,
                          stdin=subprocess.DEVNULL, timeout=running.SECONDS)
    if b"setpriv" in done.stderr or b"ermission denied" in done.stderr:
        return  # not to be tried here
    check.equal("exit status", done.returncode, 1)
    check.true("sentence", re.match(rb"nfscope: no permission to capture on lo; run it as root, or once: "
                                    rb"sudo setcap cap_net_raw,cap_net_admin=eip /.*nfscope\n$", done.stderr))


if __name__ == "__main__":
    if not may_capture(sys.argv[1]):
        print("capturing is not permitted")
        sys.exit(running.SKIPPED)
    running.main(loopback, other_user, interface_goes, not_permitted)
