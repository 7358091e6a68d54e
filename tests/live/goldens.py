#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""goldens.py NFSCOPE ROOT [--update] [NAME...]: what is written and shown of live input is as in out/.

Nothing in it depends on when or how fast it runs: datagrams come when NFSCOPE_TEST_CLOCK says, a second apart, and from fixed
ports; drops are made while nfscope stands still, by a buffer that one datagram fills. The screen's script (see
src/view/tui/term/script.h) waits until what was sent is seen, and then writes it to a pipe, for which this program waits."""
import difflib
import fcntl
import os
import re
import select
import signal
import struct
import subprocess
import sys
import tempfile
from random import Random

import running

HERE = os.path.dirname(os.path.abspath(__file__))
CLOCK = 1790000000
HOST, PORT, SOURCES = "127.0.0.1", 20055, (20101, 20102)
LISTEN = ("--listen", f"{HOST}:{PORT}", "-n")
DROPPED = 5
DATA = 1500  # records of a datagram that fills the least buffer
SMALL = ("-B", "16K")


def queued():
    """Octets that wait in the kernel for who listens on PORT; None: nobody does."""
    with open("/proc/net/udp", encoding="ascii") as stream:
        for words in map(str.split, stream):
            if words[1].endswith(f":{PORT:04X}") and words[2].endswith(":0000"):
                return int(words[4].split(":")[1], 16)
    return None


class Exporters:
    """One sends NetFlow v5, the other v9; both keep their counts."""

    def __init__(self):
        self.old, self.new = (running.Sender(PORT, HOST, source) for source in SOURCES)
        self.flows = self.packets = 0

    def send_v5(self, records):
        self.old.send(running.v5(records, self.flows, seconds=CLOCK))
        self.flows += records

    def send_v9(self, *sets):
        self.new.send(running.v9(self.packets, *sets, seconds=CLOCK))
        self.packets += 1

    def some(self):
        """Three export packets, and one that is none."""
        self.send_v5(2)
        self.send_v9(running.v9_template(), running.v9_data(2))
        self.new.send(b"no export packet")
        self.send_v5(1)

    def too_many(self, process):
        """One that comes and DROPPED that do not; what came before has been taken."""
        running.until(lambda: queued() == 0)
        os.kill(process.pid, signal.SIGSTOP)
        os.waitpid(process.pid, os.WUNTRACED)
        for _ in range(1 + DROPPED):
            self.send_v9(running.v9_data(DATA))
        os.kill(process.pid, signal.SIGCONT)

    def close(self):
        self.old.socket.close()
        self.new.socket.close()


class Goldens:
    def __init__(self, check, update, names):
        self.check, self.update, self.names = check, update, names

    def wanted(self, name):
        return not self.names or any(name.startswith(prefix) for prefix in self.names)

    def compare(self, name, text):
        path = os.path.join(HERE, "out", name)
        wanted = ""
        if os.path.exists(path):
            with open(path, encoding="utf-8") as stream:
                wanted = stream.read()
        if text == wanted:
            return
        self.check.failed += not self.update
        sys.stdout.writelines(difflib.unified_diff(wanted.splitlines(True), text.splitlines(True), name, "now"))
        if self.update:
            with open(path, "w", encoding="utf-8") as out:
                out.write(text)


def environment(**more):
    return dict(os.environ, NFSCOPE_TEST_CLOCK=str(CLOCK), TZ="UTC", LC_ALL="C.UTF-8", XDG_STATE_HOME=os.getcwd(),
                XDG_CONFIG_HOME=os.getcwd(), **more)


def errors_of(run):
    """How large the kernel lets the buffer be is not ours to say."""
    return re.sub(r"(receive buffer) .*", r"\1 ...", run.errors())


def batch(program, goldens, name, send, *options):
    """What comes of `send`; all that was sent before the signal is shown, whoever is faster."""
    if not goldens.wanted(name):
        return
    run = running.Run(program, *LISTEN, *options, wait="" if "-q" in options else "waiting for", env=environment())
    if "-q" in options:  # it says nothing when it is there
        running.until(lambda: queued() is not None)
    exporters = Exporters()
    send(exporters, run.process)
    goldens.check.equal(f"{name}: exit status", run.end(), 0)
    exporters.close()
    goldens.compare(f"{name}.txt", f"{run.output()}--- standard error\n{errors_of(run)}")


def batches(program, goldens):
    def some(exporters, process):
        exporters.some()

    def too_many(exporters, process):
        exporters.some()
        exporters.too_many(process)

    def late(exporters, process):
        exporters.send_v9(running.v9_data(1))
        exporters.send_v5(1)
        exporters.send_v9(running.v9_template())

    batch(program, goldens, "records", some, "--show", "records", "-T", "json", "-l")
    batch(program, goldens, "records-text", some, "--show", "records", "-l")
    batch(program, goldens, "records-late", late, "--show", "records", "-T", "json")
    batch(program, goldens, "flows", some, "--show", "flows", "-T", "csv")
    batch(program, goldens, "flows-json", late, "--show", "flows", "-T", "json", "-l")
    batch(program, goldens, "flows-text", some, "--show", "flows")
    batch(program, goldens, "exporters", some, "--show", "exporters")
    for form in ("text", "json", "csv"):
        batch(program, goldens, f"drops-{form}", too_many, "--show", "exporters", "-T", form, *SMALL)
    batch(program, goldens, "drops-quiet", too_many, "--show", "exporters", "-q", *SMALL)


def pcap_packet(payload, second):
    udp = struct.pack("!HHHH", SOURCES[0], PORT, 8 + len(payload), 0) + payload
    ip = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(udp), 0, 0, 64, 17, 0, bytes((203, 0, 113, 1)),
                     bytes((203, 0, 113, 2)))
    octets = bytes(12) + b"\x08\x00" + ip + udp
    return struct.pack("<IIII", CLOCK + second, 0, len(octets), len(octets)) + octets


def memory(program, goldens):
    """More than --memory holds, through a pipe that loses nothing. How much goes at a time is not what this is about."""
    name, packets = "memory", 16000
    if not goldens.wanted(name):
        return
    random = Random(1)  # flows that differ in everything take room

    def header(i):
        return struct.pack("!HHIIIIBBH", 5, 30, 100000 + i, CLOCK + i, 0, 30 * i, 0, 0, 0)

    os.mkfifo("stream")
    run = running.Run(program, "-r", "stream", "--show", "flows", "--memory", "16", "-n", wait="", env=environment())
    with open("stream", "wb") as stream:
        stream.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1))
        for i in range(packets):
            stream.write(pcap_packet(header(i) + random.randbytes(30 * running.RECORD.size), i))
    goldens.check.equal(f"{name}: exit status", run.end(None), 0)
    text = errors_of(run)
    gone = re.search(r"(\d+) packets with (\d+) flows were let go", text)
    goldens.check.true("packets and flows go together", gone and int(gone[2]) == 30 * int(gone[1]))
    goldens.compare(f"{name}.txt", re.sub(r"\d+ packets with \d+ flows were", "N packets with 30 N flows were", text))


class Script:
    """The screen under way; each of its pictures is waited for, and comes through a pipe of its own."""

    def __init__(self, program, size, steps, folder):
        self.pipes = {}
        lines = [f":size {size}"]
        for name, orders in steps:
            path = os.path.join(folder, name)
            os.mkfifo(path)
            self.pipes[name] = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
            lines += [*orders, ":wait idle", f":dump {path}"]
        path = os.path.join(folder, "script")
        with open(path, "w", encoding="utf-8") as out:
            out.write("\n".join(lines) + "\n")
        self.process = subprocess.Popen([program, "--tui", *LISTEN, *SMALL], env=environment(NFSCOPE_TEST_SCRIPT=path),
                                        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)

    def picture(self, name):
        pipe, octets = self.pipes[name], b""
        while select.select([pipe], [], [], running.SECONDS)[0]:
            try:
                more = os.read(pipe, 65536)
            except BlockingIOError:
                continue
            octets += more
            if not more:
                break
        return octets.decode()

    def end(self):
        try:
            said = self.process.communicate(timeout=running.SECONDS)[0].decode()
        except subprocess.TimeoutExpired:
            self.process.kill()
            said = self.process.communicate()[0].decode() + "it hangs"
        for pipe in self.pipes.values():
            os.close(pipe)
        return self.process.returncode, said


def screen(program, goldens, size):
    """What each step needs before its picture, and what is done behind it."""
    if not goldens.wanted(f"screen-{size}"):
        return
    exporters = None

    def first():
        nonlocal exporters
        exporters = Exporters()
        exporters.some()

    def nothing():
        pass

    def traffic(peak):
        """The line of traffic over time, where there is room for it, is of all that has come."""
        return (f":until peak {peak} bytes/s",) if size != "80x24" else ()

    # what the keys do has to be over before the next datagram: steps with "_" are only waited for
    steps = [
        ("waiting", (), first),
        ("live", (":until 3 packets", "2", *traffic("5.3k")), nothing),
        ("_follow", ("F", "j"), lambda: exporters.send_v5(20)),
        ("following", (":until 4 packets", *traffic("27.3k")), nothing),
        ("_pause", ("p", "j"), lambda: exporters.send_v5(20)),
        ("paused", (":until 5 packets",), lambda: exporters.too_many(script.process)),
        ("drops", (":until 1 520 new rows", f":until drops: {DROPPED} kernel", "p", "j", *traffic("2.7M")), nothing),
        ("statistics", ("6", ":until first 1.5k flows"), lambda: exporters.send_v5(20)),
        ("renewed", (":until first 1.6k flows",), nothing),
        ("exporters", ("4",), nothing),
        ("offline", ("^C", ":until 7 packets  2 exporters"), nothing),
    ]
    with tempfile.TemporaryDirectory() as folder:
        script = Script(program, size, [(name, orders) for name, orders, _ in steps], folder)
        for name, _, then in steps:
            picture = script.picture(name)
            if not name.startswith("_"):
                goldens.compare(f"screen-{size}-{name}.text", picture)
            if script.process.poll() is None:
                then()
        goldens.check.equal(f"screen {size}: it ends well", script.end(), (0, ""))
    if exporters:
        exporters.close()


def main():
    program, _, *rest = sys.argv[1:]
    program = os.path.abspath(program)
    update, names = "--update" in rest, [word for word in rest if not word.startswith("--")]
    goldens = Goldens(running.Checks(), update, names)
    # the ports are fixed: one at a time on this machine
    lock = os.open(os.path.join(tempfile.gettempdir(), "nfscope-live-goldens"), os.O_RDONLY | os.O_CREAT, 0o666)
    fcntl.flock(lock, fcntl.LOCK_EX)
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        batches(program, goldens)
        memory(program, goldens)
        for size in ("80x24", "120x40"):
            screen(program, goldens, size)
        os.chdir(HERE)
    return 1 if goldens.check.failed else 0


if __name__ == "__main__":
    sys.exit(main())
