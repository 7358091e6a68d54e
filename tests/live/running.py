# SPDX-License-Identifier: MIT
"""What tests of live input have in common: a running nfscope, messages to send, checks that are counted."""
import itertools
import json
import os
import signal
import socket
import struct
import subprocess
import sys
import time

SKIPPED = 77
SECONDS = 20


class Checks:
    def __init__(self):
        self.failed = 0

    def equal(self, what, got, wanted):
        if got != wanted:
            self.failed += 1
            print(f"{what}\n  got      {got!r}\n  expected {wanted!r}")

    def true(self, what, got):
        self.equal(what, bool(got), True)


def until(condition, seconds=SECONDS):
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.01)
    return True


NUMBERS = itertools.count()


class Run:
    """nfscope under way. Standard output and error go to files, so that they can be looked at while it runs."""

    def __init__(self, program, *arguments, prefix=(), wait="waiting for", **how):
        number = next(NUMBERS)
        self.out, self.err = open(f"out-{number}.txt", "w+b"), open(f"err-{number}.txt", "w+b")
        self.process = subprocess.Popen([*prefix, program, *arguments], stdout=self.out, stderr=self.err,
                                        stdin=subprocess.DEVNULL, **how)
        self.until(lambda: wait in self.errors() or self.process.poll() is not None)

    def until(self, condition, seconds=SECONDS):
        return until(condition, seconds)

    def read(self, stream):
        return os.pread(stream.fileno(), 1 << 26, 0).decode()

    def errors(self):
        return self.read(self.err)

    def output(self):
        return self.read(self.out)

    def lines(self):
        return [json.loads(line) for line in self.output().splitlines()]

    def has_lines(self, count):
        return self.until(lambda: self.output().count("\n") >= count)

    def send_signal(self, number):
        os.kill(self.process.pid, number)

    def end(self, number=signal.SIGINT):
        """Its exit status, after a signal where there is to be one."""
        if number and self.process.poll() is None:
            self.send_signal(number)
        try:
            return self.process.wait(timeout=SECONDS)
        finally:
            if self.process.poll() is None:
                self.process.kill()
                self.process.wait()


def free_port(family=socket.AF_INET):
    with socket.socket(family, socket.SOCK_DGRAM) as probe:
        probe.bind(("", 0))
        return probe.getsockname()[1]


class Sender:
    """Sends from one port to another on this machine."""

    def __init__(self, port, address="127.0.0.1", source=0):
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        self.socket = socket.socket(family, socket.SOCK_DGRAM)
        if source:
            self.socket.bind((address, source))
        self.socket.connect((address, port))
        self.port = self.socket.getsockname()[1]

    def send(self, *payloads, gone=False):
        """gone: whoever listens may stop meanwhile, and the system says so."""
        for payload in payloads:
            try:
                self.socket.send(payload)
            except ConnectionRefusedError:
                if not gone:
                    raise


RECORD = struct.Struct("!4s4s4sHHIIIIHHBBBBHHBBH")


def v5(records, sequence=0, uptime=100000, seconds=None):
    """seconds: when it is sent; None: now."""
    out = [struct.pack("!HHIIIIBBH", 5, records, uptime, int(time.time()) if seconds is None else seconds, 0, sequence, 0, 0, 0)]
    for i in range(sequence, sequence + records):
        out.append(RECORD.pack(bytes((192, 0, 2, 1)), bytes((198, 51, 100, i % 250 + 1)), bytes(4), 1, 2, 10,
                               1000 + i, 1000, 2000, 40000 + i % 1000, 443, 0, 0x1B, 6, 0, 0, 0, 24, 24, 0))
    return b"".join(out)


def v9(sequence, *sets, domain=0, uptime=100000, seconds=None):
    body = b"".join(sets)
    seconds = int(time.time()) if seconds is None else seconds
    return struct.pack("!HHIIII", 9, 1, uptime, seconds, sequence, domain) + body


def v9_template(template=256, fields=((8, 4), (12, 4), (1, 4), (2, 4), (4, 1), (7, 2), (11, 2), (22, 4), (21, 4))):
    body = struct.pack("!HH", template, len(fields)) + b"".join(struct.pack("!HH", *field) for field in fields)
    return struct.pack("!HH", 0, 4 + len(body)) + body


def v9_data(records, first=0, template=256):
    body = b"".join(struct.pack("!IIIIBHHII", 0xC0000201, 0xC6336401 + i % 250, 1000 + i, 10, 6, 40000 + i % 1000, 443,
                                1000, 2000) for i in range(first, first + records))
    pad = -len(body) % 4
    return struct.pack("!HH", template, 4 + len(body) + pad) + body + bytes(pad)


def has_ipv6():
    try:
        with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as probe:
            probe.bind(("::1", 0))
            return True
    except OSError:
        return False


def main(*tests):
    """Runs tests, each of which gets the program's path and what counts checks."""
    check = Checks()
    for test in tests:
        before = check.failed
        test(os.path.abspath(sys.argv[1]), check)
        if check.failed > before:
            print(f"... in {test.__name__}")
    sys.exit(1 if check.failed else 0)
