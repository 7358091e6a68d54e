#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""follow.py NFSCOPE ROOT: captures that grow while they are read: files, gzip files, FIFOs, pipes."""
import gzip
import os
import struct
import subprocess
import time

import running


def pcap_head():
    return struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1)


def pcap_packet(number, records=3):
    payload = running.v5(records, records * number)
    udp = struct.pack("!HHHH", 50000, 2055, 8 + len(payload), 0) + payload
    ip = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(udp), 0, 0, 64, 17, 0, bytes((203, 0, 113, 1)),
                     bytes((203, 0, 113, 2)))
    octets = bytes(12) + b"\x08\x00" + ip + udp
    return struct.pack("<IIII", int(time.time()), 0, len(octets), len(octets)) + octets


RECORDS = ("--show", "records", "-T", "json", "-l")


def growing_file(program, check):
    with open("growing.pcap", "wb", buffering=0) as stream:
        stream.write(pcap_head() + pcap_packet(0))
        run = running.Run(program, "-r", "growing.pcap", "--follow", *RECORDS)
        check.true("the first", run.has_lines(3))
        for i in range(1, 4):
            octets = pcap_packet(i)
            stream.write(octets[:50])
            time.sleep(0.15)
            check.equal("a part is no packet", len(run.lines()), 3 * i)
            stream.write(octets[50:])
            check.true("one more", run.has_lines(3 * i + 3))
        stream.write(pcap_packet(4)[:40])
        time.sleep(0.15)
        check.equal("exit status", run.end(), 0)
        check.equal("lines", len(run.lines()), 12)


def growing_gzip(program, check):
    with open("growing.pcap.gz", "wb", buffering=0) as stream:
        stream.write(gzip.compress(pcap_head()))
        run = running.Run(program, "-r", "growing.pcap.gz", "--follow", *RECORDS)
        for i in range(3):
            stream.write(gzip.compress(pcap_packet(i)))
            check.true("one more", run.has_lines(3 * i + 3))
        check.equal("exit status", run.end(), 0)


def gone(program, check):
    """A file that another one takes the place of, as by rotation, or that is truncated, is read to its end and no further."""
    for what, words in (("replaced", "another file took its place"), ("truncated", "it was truncated")):
        with open("gone.pcap", "wb", buffering=0) as stream:
            stream.write(pcap_head() + pcap_packet(0))
            run = running.Run(program, "-r", "gone.pcap", "--follow", *RECORDS)
            check.true("the first", run.has_lines(3))
            if what == "replaced":
                os.rename("gone.pcap", "gone.pcap.1")
                stream.write(pcap_packet(1))
                check.true("what is written behind its new name", run.has_lines(6))
                stream.write(pcap_packet(2))
                with open("gone.pcap", "wb") as other:
                    other.write(pcap_head() + pcap_packet(0) * 9)
            else:
                os.truncate("gone.pcap", 100)
        status = run.process.wait(timeout=running.SECONDS)
        check.equal(what, (status, len(run.lines())), (2, 9 if what == "replaced" else 3))
        check.true(f"{what}: words", "'gone.pcap' is gone: read" in run.errors() and words in run.errors())


def fifo(program, check):
    """A FIFO ends when its writers have gone, unless it is followed."""
    if os.path.exists("fifo"):
        os.unlink("fifo")
    os.mkfifo("fifo")
    process = subprocess.Popen([program, "-r", "fifo", *RECORDS], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                               bufsize=0)
    with open("fifo", "wb", buffering=0) as stream:
        stream.write(pcap_head() + pcap_packet(0) + pcap_packet(1))
        check.true("comes at once", process.stdout.readline().startswith(b'{"frame":1,'))
        stream.write(pcap_packet(2))
    out, errors = process.communicate(timeout=running.SECONDS)
    check.equal("lines, status, words", (out.count(b"\n"), process.returncode, errors), (8, 0, b""))


def pipe(program, check):
    process = subprocess.Popen([program, *RECORDS], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                               bufsize=0)
    process.stdin.write(pcap_head() + pcap_packet(0, 1))
    process.stdin.flush()
    check.true("comes at once", process.stdout.readline())
    for i in range(1, 5):
        octets = pcap_packet(i, 1)
        process.stdin.write(octets[:30])
        process.stdin.flush()
        time.sleep(0.05)
        process.stdin.write(octets[30:])
        process.stdin.flush()
        check.true("comes at once", process.stdout.readline())
    out, errors = process.communicate(timeout=running.SECONDS)
    check.equal("lines, status, words", (out, process.returncode, errors), (b"", 0, b""))


if __name__ == "__main__":
    running.main(growing_file, growing_gzip, gone, fifo, pipe)
