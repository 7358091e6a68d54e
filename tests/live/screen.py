#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""screen.py NFSCOPE ROOT: the screen over live input, on a terminal of its own: what comes is there, Ctrl-C stops the capture
and leaves the rest to be looked at, and memory has a bound."""
import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import tempfile
import termios
import time

import running


class Terminal:
    """A program on a pseudo terminal, and all that it has drawn."""

    def __init__(self, *command):
        self.text = b""
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.environ.update(TERM="xterm-256color", LC_ALL="C.UTF-8", TZ="UTC", XDG_STATE_HOME=os.getcwd())
            os.execv(command[0], command)
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 100, 0, 0))

    def read(self, seconds=0.05):
        while select.select([self.fd], [], [], seconds)[0]:
            try:
                octets = os.read(self.fd, 65536)
            except OSError:  # it has gone
                return
            if not octets:
                return
            self.text += octets

    def shows(self, pattern, seconds=running.SECONDS):
        """Whether that is drawn from here on."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.read()
            if re.search(pattern, re.sub(rb"\x1b(?:\[[0-9;?]*[A-Za-z]|\(B)", b" ", self.text)):
                self.text = b""
                return True
        return False

    def shows_again(self, pattern, seconds=running.SECONDS):
        """The same where only some letters of it may have changed: everything is drawn anew."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.press(b"\x0c")
            if self.shows(pattern, 0.3):
                return True
        return False

    def press(self, keys):
        os.write(self.fd, keys)

    def status(self, seconds=running.SECONDS):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.read(0.02)
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                os.close(self.fd)
                return os.waitstatus_to_exitcode(status)
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        return "it hangs"


def start(program, port, *options):
    return Terminal(program, "--listen", f"127.0.0.1:{port}", "-n", *options)


def goes_offline(program, check):
    port = running.free_port()
    screen = start(program, port)
    check.true("nothing yet", screen.shows(rb"0 connections"))
    sender = running.Sender(port)
    sender.send(*[running.v5(30, 30 * i) for i in range(10)])
    check.true("what came", screen.shows(rb"192\.0\.2\.1"))
    check.true("status", screen.shows_again(rb"live .*10 packets.* 300 flows.*drops: 0"))
    screen.press(b"\x03")
    check.true("all is read", screen.shows_again(rb"1 exporter"))
    time.sleep(0.3)
    screen.press(b"3")
    check.true("packets can be looked at", screen.shows(rb"127\.0\.0\.1"))
    screen.press(b"Q")
    check.equal("exit status", screen.status(), 0)


def pauses_and_follows(program, check):
    port = running.free_port()
    screen = start(program, port)
    check.true("it is there", screen.shows(rb"0 connections"))
    sender = running.Sender(port)
    screen.press(b"2")
    sender.send(running.v5(30))
    check.true("flows", screen.shows_again(rb"30 flows.*drops: 0"))
    screen.press(b"p")
    check.true("says that it is paused", screen.shows_again(rb"paused, 0 new rows"))
    sender.send(running.v5(30, 30))
    screen.press(b"j")
    check.true("they are counted", screen.shows_again(rb"paused, 30 new rows.*2 packets"))
    check.true("and not shown", screen.shows_again(rb" 30 flows "))
    screen.press(b"F")
    sender.send(running.v5(30, 60))
    check.true("the last flow is in sight", screen.shows_again(rb"192\.0\.2\.1:40089"))
    screen.press(b"k")
    sender.send(running.v5(30, 90))
    check.true("no more", screen.shows_again(rb"live .* 4 packets"))
    screen.press(b"p")
    check.true("paused, again", screen.shows_again(rb"paused, 0 new rows"))
    sender.send(running.v5(30, 120))
    check.true("new rows, again", screen.shows_again(rb"paused, 30 new rows"))
    screen.press(b"G")
    check.true("G goes on, to the last one", screen.shows_again(rb"192\.0\.2\.1:40149"))
    check.true("and follows", screen.shows_again(rb"following .* 5 packets"))
    screen.press(b"Q")
    check.equal("exit status", screen.status(), 0)


def pane_agrees_with_its_row(program, check):
    """While it is paused flows of a connection come that its row does not show: the pane does not either."""
    port = running.free_port()
    screen = start(program, port)
    check.true("it is there", screen.shows(rb"0 connections"))
    sender = running.Sender(port)
    sender.send(running.v5(3))
    check.true("of the first packet", screen.shows_again(rb"1 flow: frame 1 record 1\s+live"))
    screen.press(b"p")
    check.true("paused", screen.shows_again(rb"paused, 0 new rows"))
    sender.send(running.v5(3))
    check.true("the same again has come", screen.shows_again(rb"paused, 0 new rows.*2 packets"))
    screen.press(b"j")
    check.true("of another row", screen.shows_again(rb"1 flow: frame 1 record 2\s+paused"))
    screen.press(b"k")
    check.true("still of the first packet", screen.shows_again(rb"1 flow: frame 1 record 1\s+paused"))
    screen.press(b"p")
    sender.send(running.v5(3, 3))
    check.true("of both", screen.shows_again("2 flows: frame 1 record 1 · frame 2 record 1\\s+live".encode()))
    screen.press(b"Q")
    check.equal("exit status", screen.status(), 0)


def asks_before_packets_are_lost(program, check):
    port = running.free_port()
    screen = start(program, port)
    check.true("it is there", screen.shows(rb"0 connections"))
    running.Sender(port).send(running.v5(3), running.v5(3, 3))
    check.true("they came", screen.shows_again(rb"2 packets"))
    screen.press(b"q")
    check.true("asks", screen.shows_again(rb"2 packets not saved: w save, q quit, Esc stay"))
    screen.press(b"\x1b")
    check.true("stays", screen.shows_again(rb"live .* 2 packets"))
    screen.press(b"qw")
    check.true("asks where to", screen.shows_again(rb"write to: "))
    with tempfile.TemporaryDirectory() as folder:
        kept = f"{folder}/kept.pcap"
        screen.press(kept.encode() + b"\r")
        check.true("writes", screen.shows(rb"2 packets written to "))
        screen.press(b"q")
        check.equal("and asks no more", screen.status(), 0)
        text = subprocess.run([program, "-n", "-q", "-T", "csv", "-e", "src", "--show", "flows", kept], check=False,
                              stdout=subprocess.PIPE).stdout
        check.equal("all is there", len(text.splitlines()), 6)
    screen = start(program, port)
    check.true("it is there, again", screen.shows(rb"0 connections"))
    running.Sender(port).send(running.v5(3))
    check.true("it came", screen.shows_again(rb"1 packet "))
    screen.press(b"qq")
    check.equal("q again quits", screen.status(), 0)
    screen = start(program, port)
    check.true("live", screen.shows(rb"LIVE 127"))
    running.Sender(port).send(running.v5(3))
    check.true("it came, again", screen.shows_again(rb"1 packet "))
    screen.press(b"\x03")
    check.true("stopped", screen.shows_again(rb"1 exporter"))
    time.sleep(2.1)
    screen.press(b"\x03")
    check.true("asks as well", screen.shows_again(rb"1 packet not saved"))
    screen.press(b"\x03")
    check.equal("^C again quits", screen.status(), 0)


def ends_on_signals(program, check):
    for number in (signal.SIGTERM, signal.SIGHUP):
        port = running.free_port()
        screen = start(program, port)
        check.true("it is there", screen.shows(rb"0 connections"))
        running.Sender(port).send(running.v5(3))
        os.kill(screen.pid, number)
        check.equal(f"exit status after {number.name}", screen.status(), 0)


def memory_is_bounded(program, check):
    """The oldest goes, and the screen begins anew with what is left, in the same view."""
    port = running.free_port()
    screen = start(program, port, "--memory", "16")
    check.true("it is there", screen.shows(rb"0 connections"))
    screen.press(b"6bbbbbm")  # server ports by packets
    sender = running.Sender(port)
    said, number = False, 0
    pattern = rb"memory is full|--memory|the oldest|were let go"  # letters that stood there already are not drawn again
    while not said and number < 40000:
        for _ in range(500):
            sender.send(running.v5(30, 30 * number))
            number += 1
        time.sleep(0.02)
        said = screen.shows(pattern, 0.01)
    check.true("says so", said or screen.shows(pattern))
    check.true("statistics are of what is left", screen.shows_again(rb"\[6Stats\].*server ports by packets.* first \S+ flows, with duplicates"))
    screen.press(b"2")
    check.true("flows are there", screen.shows(rb"192\.0\.2\.1"))
    screen.press(b"3")
    check.true("packets too", screen.shows_again(rb"packets .* let go"))
    screen.press(b"Q")
    check.equal("exit status", screen.status(), 0)


if __name__ == "__main__":
    running.main(goes_offline, pauses_and_follows, pane_agrees_with_its_row, asks_before_packets_are_lost, ends_on_signals,
                 memory_is_bounded)
