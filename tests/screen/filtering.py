#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""filtering.py NFSCOPE ROOT: a filter over many connections, of which the first are shown before all are known: in the end
they are those that -Y puts out, in the order that --sort has, and the cursor is on the record that it was on before."""
import csv
import functools
import os
import re
import struct
import subprocess
import sys
import tempfile

PACKETS, RECORDS = 1000, 30
ROWS = 40  # that are compared at either end of the list

LARGE = 'f ^U "bytes > 10k" Enter'

# keys for the order; those for the filter; what -Y and --sort are to be, and whether the list is read from its end
CASES = [
    ("", LARGE, "bytes > 10k", None, False),
    (': "sort client.bytes" Enter', 'f "bytes > 10k and port 53" Enter', "bytes > 10k and port 53", "client.bytes", False),
    (': "sort client.bytes:desc" Enter', LARGE, "bytes > 10k", "client.bytes:desc", False),
    (': "sort client.bytes:desc" Enter', f'f "bytes > 1k" Enter; {LARGE}', "bytes > 10k", "client.bytes:desc", False),
    ("r", f'f "bytes > 1k" Enter; f ^U "bytes > 5k" Enter; {LARGE}', "bytes > 10k", None, True),
    ("", f'{LARGE}; : "sort client.bytes:desc" Enter', "bytes > 10k", "client.bytes:desc", False),
    (': "sort client.bytes:desc" Enter', f"{LARGE}; :wait idle; f ^U Enter", None, "client.bytes:desc", False),
]


def record(flow):
    source, target = struct.pack("!I", 0x0A000000 + flow), struct.pack("!I", 0xC0000200 + flow % 256)
    octets, port = flow * 7919 % 50000 + 40, 53 if flow % 100 == 7 else 443
    return struct.pack("!4s4s4sHHIIIIHHBBBBHHBBH", source, target, bytes(4), 1, 2, 3, octets, 1000 + flow, 1000 + flow,
                       40000 + flow % 1000, port, 0, 0, 17, 0, 0, 0, 0, 0, 0)


def write_capture(path):
    with open(path, "wb") as out:
        out.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 101))
        for packet in range(PACKETS):
            first = packet * RECORDS
            body = struct.pack("!HHIIIIBBH", 5, RECORDS, 100000000, 1772442000, 0, first, 0, 0, 0)
            body += b"".join(record(flow) for flow in range(first, first + RECORDS))
            udp = struct.pack("!HHHH", 40000, 2055, 8 + len(body), 0) + body
            ip = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(udp), 0, 0, 64, 17, 0, bytes((192, 0, 2, 1)), bytes((192, 0, 2, 254)))
            out.write(struct.pack("<IIII", 1772442000 + packet, 0, len(ip + udp), len(ip + udp)) + ip + udp)


@functools.lru_cache
def expected(nfscope, capture, text, order, backwards):
    """Clients of all connections, as they are put out."""
    command = [nfscope, "-n", "-r", capture, "--show", "connections", "-T", "csv"]
    command += ["-Y", text] if text else []
    command += ["--sort", order] if order else []
    lines = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout.splitlines()
    clients_of = [f"{line['client.ip']}:{line['client.port']}" for line in csv.DictReader(lines)]
    return clients_of[::-1] if backwards else clients_of


def screen(nfscope, capture, folder, order, place, filtered):
    """What is seen around the cursor, which was put to a place of the order before the filter, and of the first and last rows."""
    names = ["middle", "first", "last"]
    lines = [":size 120x60", ":wait idle", order, ":wait idle", " ".join(str(place)) + " G", ":wait idle", *filtered.split("; "),
             ":wait idle"]
    for name, key in zip(names, ("", "g", "G")):
        lines += [key, ":wait idle", f":dump {folder}/{name}"]
    with open(f"{folder}/script", "w", encoding="utf-8") as out:
        out.write("\n".join(line for line in lines if line) + "\n")
    environment = dict(os.environ, NFSCOPE_TEST_SCRIPT=f"{folder}/script", TZ="UTC", LC_ALL="C.UTF-8", XDG_STATE_HOME=folder,
                       XDG_CONFIG_HOME=folder)
    subprocess.run([nfscope, "--tui", "-n", "-r", capture], env=environment, check=True, stdin=subprocess.DEVNULL, timeout=100)
    for name in names:
        with open(f"{folder}/{name}", encoding="utf-8") as stream:
            yield stream.read()


def clients(picture):
    """Those of the list, and the cursor's."""
    rows = re.findall(r"^([ >])\d\d:\d\d:\d\d\.\d{3} .*?(10\.\d+\.\d+\.\d+:\d+) ", picture, re.MULTILINE)
    return [client for _, client in rows], next((client for mark, client in rows if mark == ">"), None)


def check(nfscope, capture, order_keys, filter_keys, text, order, backwards):
    before = order if order_keys else None
    everything, wanted = expected(nfscope, capture, None, before, backwards), expected(nfscope, capture, text, order, backwards)
    place = len(wanted) // 2
    with tempfile.TemporaryDirectory() as folder:
        middle, first, end = screen(nfscope, capture, folder, order_keys, everything.index(wanted[place]) + 1, filter_keys)
    said = []
    shown = f"{len(wanted):,}".replace(",", " ")
    if f"{shown} of 30 000 connections" not in middle and text:
        said.append(f"not {shown} connections")
    if clients(middle)[1] != wanted[place]:
        said.append(f"the cursor is on {clients(middle)[1]}, not on {wanted[place]}")
    top, tail = clients(first)[0][:ROWS], clients(end)[0][-ROWS:]
    if not top or top != wanted[:len(top)]:
        said.append(f"the first rows are {top[:3]}, not {wanted[:3]}")
    if not tail or tail != wanted[-len(tail):]:
        said.append(f"the last rows are {tail[-3:]}, not {wanted[-3:]}")
    for line in said:
        print(f"{order_keys}, {filter_keys}: {line}")
    return not said


def main():
    nfscope, fine = os.path.abspath(sys.argv[1]), True
    with tempfile.TemporaryDirectory() as folder:
        write_capture(f"{folder}/flows.pcap")
        for case in CASES:
            fine &= check(nfscope, f"{folder}/flows.pcap", *case)
    return 0 if fine else 1


if __name__ == "__main__":
    sys.exit(main())
