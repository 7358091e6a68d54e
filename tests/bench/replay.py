# SPDX-License-Identifier: MIT
"""Sends the export packets of a generated capture to nfcapd over the loopback interface, as not every nfcapd reads captures."""
import os
import re
import socket
import struct
import subprocess
import time

HEADERS = 14 + 20 + 8
AT_ONCE = 16  # datagrams, then a pause, so that none is lost


def payloads(path):
    with open(path, "rb") as stream:
        stream.seek(24)
        while header := stream.read(16):
            yield stream.read(struct.unpack("<8xI4x", header)[0])[HEADERS:]


def free_port():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def send(path, port):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        sender.connect(("127.0.0.1", port))
        for number, payload in enumerate(payloads(path)):
            sender.send(payload)
            if number % AT_ONCE == 0:
                time.sleep(0.0005)


def nfcapd_file(path, folder):
    """(path of nfcapd's file, flows in it)"""
    target, port = os.path.join(folder, "nfcapd"), free_port()
    os.makedirs(target, exist_ok=True)
    for name in os.listdir(target):
        os.unlink(os.path.join(target, name))
    with subprocess.Popen(["nfcapd", "-w", target, "-b", "127.0.0.1", "-p", str(port), "-t", "86400", "-B", "8000000"],
                          stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as collector:
        time.sleep(0.5)
        send(path, port)
        time.sleep(0.5)
        collector.terminate()
    stored = next(os.path.join(target, name) for name in os.listdir(target) if name.startswith("nfcapd."))
    said = subprocess.run(["nfdump", "-I", "-r", stored], stdout=subprocess.PIPE, text=True, check=True).stdout
    return stored, int(re.search(r"^Flows: (\d+)", said, re.M).group(1))
