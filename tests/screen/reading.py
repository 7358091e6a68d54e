#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""reading.py NFSCOPE ROOT: statistics, filtered packets and connections while a capture is read: of what has come, which they
say, and in the end what -z says. The capture comes through a pipe, a packet at a time: the next one when the screen shows the one before."""
import json
import os
import re
import select
import struct
import subprocess
import sys
import tempfile

SECONDS = 60
FILE_HEADER, RECORD_HEADER = 24, 16


def packets(path):
    """The head of a capture, and its records."""
    with open(path, "rb") as stream:
        octets = stream.read()
    parts, at = [octets[:FILE_HEADER]], FILE_HEADER
    while at < len(octets):
        length = RECORD_HEADER + struct.unpack_from("<I", octets, at + 8)[0]
        parts.append(octets[at:at + length])
        at += length
    return parts


def picture(pipe):
    """What the script writes to a pipe next; "" where it does not come to that."""
    octets = b""
    while select.select([pipe], [], [], SECONDS)[0]:
        more = os.read(pipe, 65536)
        octets += more
        if not more:
            break
    return octets.decode()


def pictures(nfscope, sample, folder, *steps, size="80x24"):
    """What is seen after each step of a script; before each of them a packet more is sent, and behind the last packet the end."""
    stream, script = f"{folder}/stream", f"{folder}/script"
    lines, pipes, seen = [f":size {size}"], [], []
    for number, step in enumerate(steps):
        path = f"{folder}/picture-{number}"
        os.mkfifo(path)
        pipes.append(os.open(path, os.O_RDONLY | os.O_NONBLOCK))
        lines += [*step, f":dump {path}"]
    with open(script, "w", encoding="utf-8") as out:
        out.write("\n".join(lines) + "\n")
    os.mkfifo(stream)
    environment = dict(os.environ, NFSCOPE_TEST_SCRIPT=script, TZ="UTC", LC_ALL="C.UTF-8", XDG_STATE_HOME=folder,
                       XDG_CONFIG_HOME=folder)
    process = subprocess.Popen([nfscope, "--tui", "-n", "-r", stream], env=environment, stdin=subprocess.DEVNULL,
                               stderr=subprocess.PIPE, text=True)
    head, *rest = packets(sample)
    with open(stream, "wb", buffering=0) as feed:
        feed.write(head)
        for pipe, packet in zip(pipes, rest):
            feed.write(packet)
            seen.append(picture(pipe))
    seen.append(picture(pipes[-1]))
    said = process.communicate(timeout=SECONDS)[1]
    for pipe in pipes:
        os.close(pipe)
    return seen, said


def rows(picture):
    """What a picture's main list says of each group; * stands at the cursor."""
    found = re.findall(r"^([ >])(\S+) +([\d  ]+?) +([\d  ]+?) +([\d  ]+?|-) +([\d  ]+?) +[\d.]+ [█▉▊▋▌▍▎▏]+$", picture, re.MULTILINE)
    return [("*" if mark == ">" else "") + " ".join([name, *(number.replace(" ", "") for number in numbers)])
            for mark, name, *numbers in found]


class Checks:
    def __init__(self):
        self.failed = 0

    def equal(self, what, got, wanted):
        if got != wanted:
            self.failed += 1
            print(f"{what}\n  got      {got!r}\n  expected {wanted!r}")

    def shows(self, picture, *texts):
        for text in texts:
            if text not in picture:
                self.failed += 1
                print(f"not seen: {text}\n{picture}")


def report(nfscope, sample):
    """What -z says of the same."""
    command = [nfscope, "-n", "-r", sample, "-z", "talkers", "-T", "json"]
    lines = [json.loads(line) for line in subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout.splitlines()]
    return [f"{line['address']} {line['flows']} {line['connections']} {line['packets']} {line['bytes']}"
            for line in lines if line["row"] == "group"]


def statistics(nfscope, sample, folder, check):
    """The second packet tells again what the first one did, by another exporter, and more."""
    seen, said = pictures(nfscope, sample, folder, ("u u 6", ":until first 2 flows", "j"), (":until first 6 flows",),
                          (":wait idle",))
    check.equal("it ends well", said, "")
    first, both, whole = seen
    check.shows(first, "first 2 flows, with duplicates", "22 280 bytes  2 flows")
    check.equal("of the first packet", rows(first), ["192.0.2.10 2 1 35 22280", "*198.51.100.80 2 1 35 22280"])
    check.shows(both, "first 6 flows, with duplicates", "49 760 bytes  6 flows")
    check.equal("of both, and the cursor is on the same", rows(both),
                ["*198.51.100.80 6 2 89 49760", "192.0.2.10 4 1 70 44560", "192.0.2.11 2 1 19 5200"])
    check.shows(whole, " without duplicates ", "27 480 bytes  4 flows")
    check.equal("at the end", rows(whole.replace(">", " ")), report(nfscope, sample))
    check.shows(whole, ">198.51.100.80")


def with_a_filter(nfscope, sample, folder, check):
    seen, said = pictures(nfscope, sample, folder, ('f "ip == 192.0.2.10/31" Enter u u 6', ":until 2 flows of the first 2"),
                          (":until 6 flows of the first 6", 'f ^U "ip == 192.0.2.11" Enter', ":until 2 flows of the first 6"),
                          (":wait idle",))
    check.equal("with a filter: it ends well", said, "")
    check.shows(seen[1], "5 200 bytes  2 flows of the first 6", ">192.0.2.11")
    check.shows(seen[2], "5 200 bytes  2 flows\n")


def filtered_packets(nfscope, sample, folder, check):
    """The list has the packets with such flows; they come while more is read."""
    seen, said = pictures(nfscope, sample, folder, ('f "ip == 192.0.2.10" Enter 3', ":until 1 of 1 packet"),
                          (":until 2 of 2 packets", 'f ^U "ip == 192.0.2.11" Enter', ":until 1 of 2 packets"), (":wait idle",))
    check.equal("packets: it ends well", said, "")
    for number, text in enumerate(seen):
        listed = re.findall(r"^[ >]+(\d+) \d\d:\d\d:\d\d ", text, re.MULTILINE)
        check.equal(f"packets in picture {number}", listed, ["1"] if number == 0 else ["2"])


def traffic(nfscope, sample, folder, check):
    """The line above the rows of a wide screen is there from the first packet on; duplicates count until they are known."""
    seen, said = pictures(nfscope, sample, folder, (":until peak 5.6k",),
                          (":until peak 12.4k", 'f "ip == 192.0.2.11" Enter', ":until peak 1.3k"), ("f ^U Enter", ":wait idle"),
                          size="120x40")
    check.equal("traffic: it ends well", said, "")
    check.shows(seen[2].splitlines()[2], "peak 6.9k bytes/s")
    check.equal("of rows as they come no column is the one they are in order of", [sign for sign in "▲▼" if sign in seen[0]], [])
    for number, text in enumerate(seen):
        check.equal(f"bars of traffic in picture {number}", len(re.findall("[▁-█]", text.splitlines()[2])), 100)


def filtered_connections(nfscope, sample, folder, check):
    """Of what has come so far, in the order in which they began; then with another filter."""
    seen, said = pictures(nfscope, sample, folder, ('f "ip == 192.0.2.10/31" Enter', ":until 1 of 1 connection"),
                          (":until connection 1 of 2 ", 'f ^U "ip == 192.0.2.11" Enter',
                           ":until connection 1 of 1  192.0.2.11:50011"), (":wait idle",))
    check.equal("connections: it ends well", said, "")
    for number, wanted in enumerate((["192.0.2.10:50010"], ["192.0.2.11:50011"], ["192.0.2.11:50011"])):
        listed = re.findall(r"^[ >]\d\d:\d\d:\d\d .* (192\.0\.2\.\d+:\d+) ", seen[number], re.MULTILINE)
        check.equal(f"connections in picture {number}", listed, wanted)


def main():
    nfscope, root = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
    check = Checks()
    for test in (statistics, with_a_filter, filtered_packets, traffic):
        with tempfile.TemporaryDirectory() as folder:
            test(nfscope, f"{root}/samples/two-exporters.pcap", folder, check)
    return 1 if check.failed else 0


if __name__ == "__main__":
    sys.exit(main())
