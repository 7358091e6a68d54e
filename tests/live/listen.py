#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""listen.py NFSCOPE ROOT: a collector on the loopback interface: every datagram that is sent is shown, from whom and when
it came, and it ends as it should."""
import os
import shutil
import signal
import time

import running


def lines_as_they_come(program, check):
    port = running.free_port()
    run = running.Run(program, "--listen", f"127.0.0.1:{port}", "--show", "records", "-T", "json", "-l")
    sender = running.Sender(port)
    for i in range(10):
        sender.send(running.v5(3, 3 * i))
        check.true(f"lines of packet {i + 1} came", run.has_lines(3 * (i + 1)))
    now = time.time()
    found = run.lines()
    check.equal("exporter", {(line["exporter"], line["port"]) for line in found}, {("127.0.0.1", sender.port)})
    check.equal("frames", [line["frame"] for line in found[::3]], list(range(1, 11)))
    check.true("times are of now", all(abs(now - time.mktime(time.strptime(line["time"][:19], "%Y-%m-%dT%H:%M:%S"))) < 60
                                       for line in found))
    check.equal("exit status", run.end(), 0)
    errors = run.errors()
    check.true("says where it listens", f"nfscope: listening on 127.0.0.1:{port} (UDP), receive buffer " in errors)
    check.true("says what came", f"nfscope: 127.0.0.1:{port}: 10 packets received, 0 dropped by the kernel\n" in errors)


def both_families(program, check):
    port = running.free_port(running.socket.AF_INET6)
    run = running.Run(program, "--listen", str(port), "--show", "exporters", "-T", "json")
    running.Sender(port).send(running.v5(3), running.v5(3, 3))
    running.Sender(port, "::1").send(running.v5(5))
    time.sleep(0.2)
    check.equal("exit status", run.end(signal.SIGHUP), 0)
    found = {line["exporter"]: line["flows"] for line in run.lines()}
    check.equal("exporters", found, {"127.0.0.1": 6, "::1": 5})


def ipv6_alone(program, check):
    port = running.free_port(running.socket.AF_INET6)
    run = running.Run(program, "--listen", f"[::1]:{port}", "--show", "packets", "-T", "json")
    running.Sender(port, "::1").send(running.v5(30))
    time.sleep(0.2)
    check.equal("exit status", run.end(), 0)
    check.equal("packets", [(line["exporter"], line["records"], line["dport"]) for line in run.lines()], [("::1", 30, port)])


def several_ports(program, check):
    ports = [running.free_port() for _ in range(3)]
    options = [word for port in ports for word in ("--listen", f"127.0.0.1:{port}")]
    run = running.Run(program, *options, "--show", "records", "-T", "json", "-l")
    for i, port in enumerate(ports):
        running.Sender(port).send(*[running.v5(1, n) for n in range(i + 1)])
    check.true("all came", run.has_lines(6))
    check.equal("exit status", run.end(), 0)
    check.equal("inputs", sorted(line["file"] for line in run.lines()),
                sorted(f"127.0.0.1:{port}" for i, port in enumerate(ports) for _ in range(i + 1)))


def received_by_the_stop(program, check):
    """What was sent before the signal is shown, although nobody waits for it."""
    port = running.free_port()
    run = running.Run(program, "--listen", f"127.0.0.1:{port}", "--show", "exporters", "-T", "json")
    sender = running.Sender(port)
    sender.send(*[running.v5(30, 30 * i) for i in range(1000)])
    check.equal("exit status", run.end(), 0)
    line = run.lines()[0]
    check.equal("flows", (line["packets"], line["flows"], line["sequence"]["lost"]), (1000, 30000, 0))


def stops(program, check):
    port = running.free_port()
    run = running.Run(program, "--listen", f"127.0.0.1:{port}", "-c", "2", "--show", "packets", "-T", "json")
    running.Sender(port).send(*[running.v5(1, i) for i in range(5)], gone=True)
    check.equal("-c: exit status", run.end(None), 0)
    check.equal("-c: packets", len(run.lines()), 2)
    run = running.Run(program, "--listen", f"127.0.0.1:{port}", "-a", "duration:1", "--show", "packets", "-T", "json")
    running.Sender(port).send(running.v5(1))
    begun = time.monotonic()
    check.equal("-a: exit status", run.end(None), 0)
    check.true("-a: ends in time", time.monotonic() - begun < 5)
    check.equal("-a: packets", len(run.lines()), 1)


def templates_and_nonsense(program, check):
    """1000 packets with the template first, in the middle and last, nonsense among them."""
    for place in (0, 500, 999):
        port = running.free_port()
        run = running.Run(program, "--listen", f"127.0.0.1:{port}", "--show", "exporters", "-T", "json")
        sender = running.Sender(port)
        for i in range(1000):
            sender.send(running.v9(i, running.v9_template()) if i == place else running.v9(i, running.v9_data(12, 12 * i)))
            if i % 100 == 0:
                sender.send(b"no export packet at all", b"\x00\x09", b"")
        check.equal("exit status", run.end(), 0)
        lines = run.lines()
        check.equal(f"template at {place}: flows", [(line["packets"], line["flows"]) for line in lines], [(1000, 999 * 12)])
        check.true("nonsense is told of", "20 datagrams came that are no export packets" in run.errors())


def late_template(program, check):
    """What waits for a template does not hold back others for ever."""
    port = running.free_port()
    run = running.Run(program, "--listen", f"127.0.0.1:{port}", "--show", "records", "-T", "json", "-l")
    waiting, other = running.Sender(port), running.Sender(port)
    waiting.send(running.v9(0, running.v9_data(2)))
    other.send(running.v5(3))
    check.true("others come", run.has_lines(3))
    check.equal("only they", len(run.lines()), 3)
    waiting.send(running.v9(1, running.v9_template()))
    check.true("then the late ones", run.has_lines(5))
    check.equal("late", [line.get("late") for line in run.lines()], [None] * 3 + [True] * 2)
    check.equal("exit status", run.end(), 0)


def restart(program, check):
    """An exporter that starts anew: uptime and sequence begin again."""
    port = running.free_port()
    run = running.Run(program, "--listen", f"127.0.0.1:{port}", "--show", "exporters", "-T", "json")
    sender = running.Sender(port)
    sender.send(*[running.v5(30, 30 * i, uptime=900000 + i) for i in range(10)])
    sender.send(*[running.v5(30, 30 * i, uptime=1000 + i) for i in range(10)])
    time.sleep(0.2)
    check.equal("exit status", run.end(), 0)
    line = run.lines()[0]
    check.equal("flows, lost, restarts", (line["flows"], line["sequence"]["lost"], line["sequence"]["restarts"]), (600, 0, 1))


def shared_port(program, check):
    port = running.free_port()
    first = running.Run(program, "--listen", f"127.0.0.1:{port}", "-c", "1")
    check.true("alone", "another program" not in first.errors())
    second = running.Run(program, "--listen", f"127.0.0.1:{port}", "-c", "1")
    check.true("not alone", "another program listens there too" in second.errors())
    check.equal("exit status", (first.end(), second.end()), (0, 0))


def written(program, check):
    """-w: other programs see true addresses, ports and checksums."""
    port = running.free_port(running.socket.AF_INET6)
    run = running.Run(program, "--listen", str(port), "-w", "listened.pcap")
    senders = [running.Sender(port)] + ([running.Sender(port, "::1")] if running.has_ipv6() else [])
    for sender in senders:
        sender.send(running.v5(30), running.v5(1, 30), running.v5(7, 31))
    check.true("it is there while it goes on", run.until(lambda: os.path.getsize("listened.pcap") > 2000))
    check.equal("exit status", run.end(), 0)
    check.true("says what it wrote", f"{3 * len(senders)} export packets written to listened.pcap" in run.output())
    if not shutil.which("tshark"):
        return
    fields = ("ip.src", "ip.dst", "ipv6.src", "ipv6.dst", "udp.srcport", "udp.dstport", "ip.checksum.status",
              "udp.checksum.status", "cflow.sequence")
    done = running.subprocess.run(["tshark", "-r", "listened.pcap", "-o", "ip.check_checksum:TRUE", "-o", "udp.check_checksum:TRUE",
                                   "-d", f"udp.port=={port},cflow", "-T", "fields",
                                   *[word for field in fields for word in ("-e", field)]],
                                  stdout=running.subprocess.PIPE, stderr=running.subprocess.PIPE, check=False, timeout=60)
    wanted = set()
    for sender, sequence in ((sender, sequence) for sender in senders for sequence in ("0", "30", "31")):
        four = sender is senders[0]
        addresses = ["127.0.0.1"] * 2 + [""] * 2 if four else [""] * 2 + ["::1"] * 2
        wanted.add("\t".join([*addresses, str(sender.port), str(port), "1" if four else "", "1", sequence]))
    check.equal("tshark", set(done.stdout.decode().splitlines()), wanted)


def size_stop(program, check):
    port = running.free_port()
    run = running.Run(program, "--listen", f"127.0.0.1:{port}", "-w", "stopped.pcap", "-a", "filesize:5")
    sender = running.Sender(port)
    for i in range(100):
        if run.process.poll() is not None:
            break
        try:
            sender.send(running.v5(10, 10 * i))
        except OSError:
            pass
        time.sleep(0.02)
    check.equal("exit status", run.end(None), 0)
    check.true("size", 5000 <= os.path.getsize("stopped.pcap") < 6000)


def reader_gone(program, check):
    """A pipe that is closed ends it quietly."""
    port = running.free_port()
    read_end, write_end = os.pipe()
    process = running.subprocess.Popen([program, "--listen", f"127.0.0.1:{port}", "--show", "records", "-l", "-q"],
                                    stdout=write_end, stderr=running.subprocess.PIPE, stdin=running.subprocess.DEVNULL)
    os.close(write_end)
    time.sleep(0.3)
    os.close(read_end)
    sender = running.Sender(port)
    for i in range(100):
        if process.poll() is not None:
            break
        try:
            sender.send(running.v5(3, i * 3))
        except OSError:
            pass
        time.sleep(0.05)
    _, errors = process.communicate(timeout=running.SECONDS)
    check.equal("exit status and words", (process.returncode, errors), (0, b""))


if __name__ == "__main__":
    tests = [lines_as_they_come, several_ports, received_by_the_stop, stops, templates_and_nonsense, late_template, restart,
             shared_port, written, size_stop, reader_gone]
    running.main(*tests, *((both_families, ipv6_alone) if running.has_ipv6() else ()))
