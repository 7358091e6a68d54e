#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Lets real exporters send to this machine's loopback interface and keeps what they sent as samples.

usage: exporters.py FOLDER [NAME...]      (needs tcpdump, softflowd, pmacctd, fprobe, nfdump and root)

Every run is bounded: no process lives longer than LIMIT seconds and nothing leaves the loopback interface.
The samples differ a little from run to run (times, order), so expected outputs are to be made again with them.
"""
import contextlib
import http.client
import http.server
import os
import socket
import subprocess
import sys
import tempfile
import threading
import time

import traffic
import wire
from collection import Collection

LIMIT = 45
KEPT = Collection()


@contextlib.contextmanager
def sink(port, family=socket.AF_INET):
    """a socket that swallows exports, so that exporters see no ICMP errors"""
    s = socket.socket(family, socket.SOCK_DGRAM)
    s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
    s.bind(("::1" if family == socket.AF_INET6 else "127.0.0.1", port))
    with s:
        yield


@contextlib.contextmanager
def tcpdump(path, expression, *options):
    process = subprocess.Popen(["tcpdump", "-Z", "root", "-U", "-w", path, *options, expression],
                               stderr=subprocess.PIPE, text=True)
    for line in process.stderr:
        if "listening on" in line:
            break
    try:
        yield
        time.sleep(1.5)
    finally:
        process.terminate()
        process.communicate(timeout=10)


def run(*command, seconds=LIMIT, **more):
    """a process that ends by itself, or is asked to"""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **more)
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.terminate()
        process.wait(10)


def write_traffic(path, frames):
    with open(path, "wb") as out:
        out.write(wire.pcap(frames))


class Bench:
    """A folder for the run, traffic in it, and exporters over it."""

    def __init__(self, folder, out):
        self.folder, self.out = folder, out
        self.day, self.burst = self.path("day.pcap"), self.path("burst.pcap")
        now = int(time.time())
        write_traffic(self.day, traffic.day((now - 60) * 10**9))
        write_traffic(self.burst, traffic.burst((now - 60) * 10**9, 120))

    def path(self, name):
        return os.path.join(self.folder, name)

    def softflowd(self, port, *options, read=None, to="127.0.0.1"):
        # softflowd 1.1.0 cuts the name of the file after 15 octets, so it gets a short one
        run("softflowd", "-d", "-r", os.path.basename(read or self.day), "-n", "%s:%d" % (to, port), "-p", "pid", "-c",
            "ctl", *options, cwd=self.folder)

    def pmacctd(self, port, *settings, read=None):
        lines = ["daemonize: false", "pcap_savefile: " + (read or self.day), "pcap_savefile_wait: true",
                 "plugins: nfprobe", "nfprobe_receiver: 127.0.0.1:%d" % port,
                 "nfprobe_timeouts: expint=1:general=2:udp=2:tcp=2:tcp.fin=2:tcp.rst=2:icmp=2:maxlife=20", *settings]
        with open(self.path("pmacctd.conf"), "w") as out:
            out.write("\n".join(lines) + "\n")
        run("pmacctd", "-f", self.path("pmacctd.conf"), seconds=14, start_new_session=True)


# softflowd reads the traffic capture and exports when it ends


def softflowd(name, port, *options, **more):
    @KEPT.file(name)
    def make(bench):
        with sink(port), tcpdump(bench.out, "udp dst port %d" % port, "-i", "lo"):
            bench.softflowd(port, *options, **more)


softflowd("softflowd-v1.pcap", 2055, "-v", "1")
softflowd("softflowd-v5.pcap", 2055, "-v", "5", "-a")
softflowd("softflowd-v9.pcap", 2055, "-v", "9", "-a")
softflowd("softflowd-ipfix.pcap", 4739, "-v", "10", "-a")
softflowd("softflowd-ipfix-biflow.pcap", 4739, "-v", "10", "-a", "-b")
softflowd("softflowd-ipfix-nano.pcap", 4739, "-v", "10", "-a", "-A", "nano")


@KEPT.file("softflowd-v9-sampled.pcap")
def softflowd_sampled(bench):
    with sink(9995), tcpdump(bench.out, "udp dst port 9995", "-i", "lo", "--nano"):
        bench.softflowd(9995, "-v", "9", "-a", "-s", "10", read=bench.burst)


@KEPT.file("softflowd-v5-full.pcap")
def softflowd_full(bench):
    with sink(2055), tcpdump(bench.out, "udp dst port 2055", "-i", "lo"):
        bench.softflowd(2055, "-v", "5", "-a", read=bench.burst)


@KEPT.file("softflowd-ipfix-ipv6.pcap")
def softflowd_ipv6(bench):
    """over IPv6, seen on all interfaces at once (Linux cooked)"""
    with sink(4739, socket.AF_INET6), tcpdump(bench.out, "udp dst port 4739", "-i", "any", "-Q", "in"):
        bench.softflowd(4739, "-v", "10", "-a", "-6", to="[::1]")


@KEPT.file("softflowd-loopback.pcap")
def softflowd_loopback(bench):
    """traffic that really went over the loopback interface, IPv4 and IPv6"""
    seen = bench.path("seen.pcap")
    with tcpdump(seen, "port 8080 or port 8053 or port 8054", "-i", "lo"):
        talk()
    with sink(2055), tcpdump(bench.out, "udp dst port 2055", "-i", "lo", "-y", "EN10MB"):
        bench.softflowd(2055, "-v", "9", "-a", read=seen)


def talk():
    class Server(http.server.ThreadingHTTPServer):
        address_family = socket.AF_INET6

    handler = type("Quiet", (http.server.SimpleHTTPRequestHandler,), {"log_message": lambda *_: None})
    for cls, host in ((http.server.ThreadingHTTPServer, "127.0.0.1"), (Server, "::1")):
        with cls((host, 8080), handler) as server:
            threading.Thread(target=server.serve_forever, daemon=True).start()
            for path in ("/wire.py", "/missing"):
                connection = http.client.HTTPConnection(host, 8080, timeout=5)
                connection.request("GET", path)
                connection.getresponse().read()
                connection.close()
            server.shutdown()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", 8053))
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
            client.bind(("127.0.0.1", 8054))
            for n in range(3):
                client.sendto(b"question %d" % n, ("127.0.0.1", 8053))
                octets, peer = server.recvfrom(100)
                server.sendto(b"answer to " + octets, peer)


# pmacctd with its nfprobe plugin


def pmacctd(name, port, *settings):
    @KEPT.file(name)
    def make(bench):
        with sink(port), tcpdump(bench.out, "udp dst port %d" % port, "-i", "lo"):
            bench.pmacctd(port, *settings)


KEY = "src_host,dst_host,src_port,dst_port,proto,tos,tcpflags"
pmacctd("pmacctd-v5.pcap", 2055, "nfprobe_version: 5", "nfprobe_engine: 3:7", "aggregate: " + KEY)
pmacctd("pmacctd-v9.pcap", 2055, "nfprobe_version: 9", "nfprobe_engine: 77",
        "aggregate: %s,src_mac,dst_mac,vlan,src_as,dst_as,src_mask,dst_mask" % KEY)
pmacctd("pmacctd-ipfix.pcap", 4739, "nfprobe_version: 10", "nfprobe_engine: 4711", "nfprobe_ifindex: 12",
        "nfprobe_direction: in", "aggregate: %s,in_iface,out_iface" % KEY)
pmacctd("pmacctd-ipfix-micro.pcap", 4739, "nfprobe_version: 10", "nfprobe_tstamp_usec: true", "sampling_rate: 2",
        "aggregate: %s,sampling_rate" % KEY)


# fprobe watches the loopback interface; what it sees is sent there again


@KEPT.file("fprobe-v7.pcap")
def fprobe(bench):
    with sink(2055), tcpdump(bench.out, "udp dst port 2055", "-i", "lo"):
        probe = subprocess.Popen(["fprobe", "-i", "lo", "-n", "7", "-s", "1", "-d", "2", "-e", "20", "-l", "2", "-f",
                                  "ip and (port 8080 or port 8053 or port 8054)", "127.0.0.1:2055"],
                                 stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
        try:
            time.sleep(1)
            talk()
            time.sleep(8)
        finally:
            stop_by_command("fprobe", "127.0.0.1:2055")
            probe.wait(10)


def stop_by_command(program, argument):
    """fprobe goes into the background by itself: find the one with our argument"""
    for pid in filter(str.isdigit, os.listdir("/proc")):
        with contextlib.suppress(OSError):
            with open("/proc/%s/cmdline" % pid, "rb") as f:
                words = f.read().decode().split("\0")
            if os.path.basename(words[0]) == program and argument in words:
                os.kill(int(pid), 15)


# nfreplay sends what nfpcapd made of the traffic


def nfreplay(name, version):
    @KEPT.file(name)
    def make(bench):
        flows = os.path.join(bench.folder, "flows")
        os.makedirs(flows, exist_ok=True)
        run("nfpcapd", "-r", bench.day, "-w", flows)
        files = sorted(os.path.join(flows, f) for f in os.listdir(flows) if f.startswith("nfcapd."))
        with sink(9995), tcpdump(bench.out, "udp dst port 9995", "-i", "lo"):
            for path in files:
                run("nfreplay", "-r", path, "-v", str(version), "-H", "127.0.0.1", "-p", "9995", "-d", "1000")


nfreplay("nfreplay-v5.pcap", 5)
nfreplay("nfreplay-v9.pcap", 9)


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    out = os.path.abspath(sys.argv[1])
    os.chdir(os.path.dirname(os.path.abspath(__file__)))  # the served file, see talk()
    for name in sys.argv[2:] or KEPT.files:
        with tempfile.TemporaryDirectory() as folder:
            KEPT.files[name](Bench(folder, os.path.join(out, name)))
        print("%6d  %s" % (os.path.getsize(os.path.join(out, name)), name), flush=True)


if __name__ == "__main__":
    main()
