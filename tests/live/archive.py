#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""archive.py NFSCOPE ROOT: archives are what the Python package reads and writes, hold what the packets say, and survive
what happens to files."""
import glob
import gzip
import json
import os
import resource
import signal
import subprocess
import sys
import time
import zlib

import running

V9_ADDRESSES = {"IPV4_SRC_ADDR", "IPV4_DST_ADDR", "IPV4_NEXT_HOP", "BGP_IPV4_NEXT_HOP", "IPV6_SRC_ADDR", "IPV6_DST_ADDR",
                "IPV6_NEXT_HOP", "BPG_IPV6_NEXT_HOP"}
FIXED = ["IPV4_SRC_ADDR", "IPV4_DST_ADDR", "NEXT_HOP", "INPUT", "OUTPUT", "IN_PACKETS", "IN_OCTETS", "FIRST_SWITCHED",
         "LAST_SWITCHED", "SRC_PORT", "DST_PORT"]
FLOWS = {1: FIXED + ["PROTO", "TOS", "TCP_FLAGS"],
         5: FIXED + ["TCP_FLAGS", "PROTO", "TOS", "SRC_AS", "DST_AS", "SRC_MASK", "DST_MASK"]}
HEADERS = {1: ["version", "count", "uptime", "timestamp", "timestamp_nano"],
           5: ["version", "count", "uptime", "timestamp", "timestamp_nano", "sequence", "engine_type", "engine_id",
               "sampling_interval"],
           9: ["version", "count", "uptime", "timestamp", "sequence", "source_id"],
           10: ["version", "length", "export_uptime", "sequence_number", "obervation_domain_id"]}


def nfscope(program, *arguments, **how):
    return subprocess.run([program, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False,
                          stdin=subprocess.DEVNULL, timeout=running.SECONDS, **how)


def members(path):
    """What each gzip member of a file holds; an unfinished one at its end is left out."""
    with open(path, "rb") as stream:
        left = stream.read()
    while left:
        inflate = zlib.decompressobj(31)
        text = inflate.decompress(left)
        if not inflate.eof:
            return
        left = inflate.unused_data
        yield text


def packets(path):
    """As the package's analyzer reads them: by key."""
    found = {}
    with gzip.open(path, "rb") as stream:
        for line in stream:
            entry = json.loads(line)
            assert len(entry) == 1, line
            key = next(iter(entry))
            assert key not in found, key
            float(key)
            found[key] = entry[key]
    return found


def remove(*names):
    for name in names:
        for path in glob.glob(name):
            os.unlink(path)


def samples(root):
    return sorted(glob.glob(os.path.join(root, "samples", "*.pcap*")))


def form(program, check):
    """One member a packet, one line a member, and in it the package's keys and types."""
    seen = set()
    for sample in samples(sys.argv[2]):
        name = os.path.basename(sample)
        remove("form.gz")
        check.equal(f"{name}: status", nfscope(program, "-r", sample, "--archive", "form.gz").returncode, 0)
        lines = list(members("form.gz"))
        check.true(f"{name}: one line a member", all(line.count(b"\n") == 1 and line.endswith(b"\n") for line in lines))
        check.equal(f"{name}: packets", len(packets("form.gz")), len(lines))
        for packet in packets("form.gz").values():
            version = packet["header"]["version"]
            seen.add(version)
            check.equal(f"{name}: members", list(packet), ["client", "header", "flows"])
            check.equal(f"{name}: client", [type(part) for part in packet["client"]], [str, int])
            check.equal(f"{name}: header", list(packet["header"]), HEADERS.get(version, list(packet["header"])))
            check.equal(f"{name}: numbers", {type(value) for value in packet["header"].values()}, {int})
            for flow in packet["flows"]:
                check.equal(f"{name}: keys", list(flow), FLOWS.get(version, list(flow)))
                for key, value in flow.items():
                    wanted = (str,) if version == 9 and key in V9_ADDRESSES else (int,) if version != 10 else \
                        (int, str, list, float)
                    check.true(f"{name}: {key} of v{version} is {type(value)}", isinstance(value, wanted))
    check.equal("versions", seen, {1, 5, 7, 9, 10})


def pairs_of_the_analyzer(program, check):
    """What the package's analyzer would make of it: flows of one first_switched that name each other as peers."""
    remove("pairs.gz")
    nfscope(program, "-r", os.path.join(sys.argv[2], "samples", "softflowd-v9.pcap"), "--archive", "pairs.gz")
    pending, found = {}, 0
    for key in sorted(packets("pairs.gz")):
        for flow in sorted(packets("pairs.gz")[key]["flows"], key=lambda flow: flow["FIRST_SWITCHED"]):
            family = "IPV4" if "IPV4_SRC_ADDR" in flow else "IPV6"
            local, remote = flow[f"{family}_SRC_ADDR"], flow[f"{family}_DST_ADDR"]
            peers = pending.setdefault(flow["FIRST_SWITCHED"], {})
            if peers.pop(remote, None):
                found += 1
            else:
                peers[local] = flow
    done = nfscope(program, "-r", "pairs.gz", "-T", "json", "-n")
    paired = [line for line in done.stdout.decode().splitlines() if json.loads(line)["paired"]]
    check.true("it finds connections", 0 < found <= len(paired))


def plain(value):
    """A connection without what numbers frames."""
    if isinstance(value, dict):
        return {key: plain(part) for key, part in value.items() if key not in ("frame", "record", "file")}
    return [plain(part) for part in value] if isinstance(value, list) else value


def connections(program, path):
    done = nfscope(program, "-n", "-r", path, "-T", "json", "--show", "connections")
    return sorted(json.dumps(plain(json.loads(line)), sort_keys=True) for line in done.stdout.decode().splitlines())


def round_trip(program, check):
    for sample in samples(sys.argv[2]):
        name = os.path.basename(sample)
        remove("trip.gz", "again.gz", "again.pcap")
        nfscope(program, "-r", sample, "--archive", "trip.gz")
        wanted = connections(program, sample)
        check.equal(f"{name}: connections", connections(program, "trip.gz"), wanted)
        # and what is read of an archive can be archived, or written as packets, again
        done = nfscope(program, "-r", "trip.gz", "--archive", "again.gz", "-w", "again.pcap")
        check.equal(f"{name}: status", (done.returncode, done.stderr), (0, b""))
        check.equal(f"{name}: again", connections(program, "again.gz"), wanted)
        check.equal(f"{name}: as packets", connections(program, "again.pcap"), wanted)


def line_of(version, flows, header=(), client=("192.0.2.1", 2055), when=1604428122.1234567):
    header = {**{key: 0 for key in HEADERS[version]}, "version": version, **dict(header)}
    return json.dumps({when: {"client": client, "header": header, "flows": flows}}).encode() + b"\n"


def of_the_collector(program, check):
    """Lines as the Python collector writes them, older and newer ones."""
    v5 = dict.fromkeys(FLOWS[5], 0)
    v5.update(IPV4_SRC_ADDR=0xC0000201, IPV4_DST_ADDR=0xC6336401, IN_PACKETS=3, IN_OCTETS=1000, SRC_PORT=40000, DST_PORT=443,
              PROTO=6, FIRST_SWITCHED=1000, LAST_SWITCHED=2000)
    v9 = {"IPV6_SRC_ADDR": "2001:db8::1", "IPV6_DST_ADDR": "2001:db8::2", "IN_BYTES": 2 ** 40, "IN_PKTS": 7, "PROTOCOL": 17,
          "L4_SRC_PORT": 53, "L4_DST_PORT": 5353, "FIRST_SWITCHED": 1, "LAST_SWITCHED": 2, "IPV4_NEXT_HOP": 0,
          "UNKNOWN_FIELD_TYPE": 5, "IN_SRC_MAC": 0x001122334455}
    ipfix = {"sourceIPv6Address": 0x20010DB8000000000000000000000001, "destinationIPv6Address": 2 ** 128 - 1,
             "octetDeltaCount": 2 ** 64 - 1, "packetDeltaCount": 1, "protocolIdentifier": 6, "sourceTransportPort": 1,
             "destinationTransportPort": 2, "flowStartMilliseconds": 1604428122000, "interfaceName": "lo",
             "flowEndMicroseconds": [3813416922, 2 ** 31], "flowStartNanoseconds": 2 ** 63 + 5}
    options = {"observationDomainId": 4, "meteringProcessId": 45786, "systemInitTimeMilliseconds": 1604428000000}
    text = line_of(5, [v5], {"count": 1, "timestamp": 1604428122, "uptime": 5000}) + \
        line_of(9, [v9, v9], {"count": 2, "timestamp": 1604428122, "uptime": 5000}, ("::1", 4711, 0, 0)) + \
        line_of(10, [options, ipfix, ipfix], {"export_uptime": 1604428122, "sequence_number": 7})
    with gzip.open("collector.gz", "wb") as stream:
        stream.write(text)
    found = [json.loads(line) for line in nfscope(program, "-r", "collector.gz", "--show", "records", "-T",
                                                  "json").stdout.decode().splitlines()]
    check.equal("records", [(line["frame"], line["version"], line["kind"], line["exporter"]) for line in found],
                [(1, 5, "data", "192.0.2.1"), (2, 9, "data", "::1"), (2, 9, "data", "::1"), (3, 10, "options", "192.0.2.1"),
                 (3, 10, "data", "192.0.2.1"), (3, 10, "data", "192.0.2.1")])
    if check.failed:
        return
    check.equal("v5", [found[0]["fields"][key] for key in ("sourceIPv4Address", "octetDeltaCount")], ["192.0.2.1", 1000])
    check.equal("v9", [found[1]["fields"][key] for key in ("sourceIPv6Address", "octetDeltaCount", "sourceMacAddress")],
                ["2001:db8::1", 2 ** 40, "00:11:22:33:44:55"])
    check.equal("options", (found[3]["scope"], found[3]["fields"]),
                ({"observationDomainId": 4, "meteringProcessId": 45786},
                 {"systemInitTimeMilliseconds": "2020-11-03T18:26:40Z"}))
    fields = found[4]["fields"]
    check.equal("ipfix", [fields[key] for key in ("sourceIPv6Address", "destinationIPv6Address", "octetDeltaCount",
                                                  "interfaceName", "flowEndMicroseconds")],
                ["2001:db8::1", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", 2 ** 64 - 1, "lo", "2020-11-03T18:28:42.5Z"])
    with open("collector.json", "wb") as stream:
        stream.write(text)
    check.equal("not compressed", connections(program, "collector.json"), connections(program, "collector.gz"))


def hostile(program, check):
    """Lines that are none: each is told of, and nothing before or behind it is lost."""
    good = line_of(5, [dict.fromkeys(FLOWS[5], 1)])
    bad = [b"\n", b"{}\n", b"[]\n", b"null\n", b'{"1":{}}\n', b'{"1":{"header":{"version":9},"flows":{}}}\n',
           b'{"1":{"header":{"version":6},"flows":[]}}\n', b"{" * 5000 + b"\n", b'{"1":' * 3000 + b"\n", b"\xff\xfe\n",
           b'{"1":{"header":{"version":-9},"flows":[]}}\n', b'{"1":{"client":[],"header":{"version":"9"},"flows":[]}}\n',
           b'{"1":{"header":{"version":10},"flows":[]},"2":{}}\n', b'{"\n', b'"\n', b"1" * 100000 + b"\n"]
    odd = [b'{"1":{"client":7,"header":{"version":9},"flows":[1,[],{},{"IN_BYTES":-1},{"IN_BYTES":' + b"9" * 20000 +
           b'},{"NOBODY_KNOWS":1},{"IPV4_SRC_ADDR":"::1"},{"IN_BYTES":{"a":1}}]}}\n',
           b'{"1":{"header":{"version":10},"flows":[{"9.12345":5,"reverseOctetDeltaCount":7,"reversex":1,"4294967296.1":1}]}}\n',
           line_of(10, [{"interfaceDescription": "x" * 70000, "octetDeltaCount": 1}, {"octetDeltaCount": 2}])]
    with open("hostile.json", "wb") as stream:
        for line in bad + odd:
            stream.write(good + line)
        stream.write(good)
    done = nfscope(program, "-r", "hostile.json", "--show", "exporters", "-T", "json")
    check.equal("status", done.returncode, 0)
    flows = {line["version"]: line["flows"] for line in map(json.loads, done.stdout.decode().splitlines())}
    check.equal("flows of v5", flows.get(5), len(bad) + len(odd) + 1)
    done = nfscope(program, "-r", "hostile.json", "--show", "diagnostics", "-T", "json")
    codes = [json.loads(line)["code"] for line in done.stdout.decode().splitlines()]
    check.equal("archive-line", codes.count("archive-line"), len(bad))
    check.true("archive-fields", codes.count("archive-fields") >= 2)


def cut(program, check):
    """Reads up to the last whole packet."""
    remove("whole.gz")
    nfscope(program, "-r", os.path.join(sys.argv[2], "samples", "softflowd-v9.pcap"), "-r",
            os.path.join(sys.argv[2], "samples", "softflowd-v5.pcap"), "--archive", "whole.gz")
    with open("whole.gz", "rb") as stream:
        octets = stream.read()
    count = len(list(members("whole.gz")))
    with open("cut.gz", "wb") as stream:
        stream.write(octets[:-20])
    done = nfscope(program, "-r", "cut.gz", "--show", "packets", "-T", "json")
    check.equal("packets, status", (done.stdout.count(b"\n"), done.returncode), (count - 1, 2))
    check.equal("words", done.stderr.decode(),
                f"nfscope: 'cut.gz' is cut short: read {count - 1} packets, then the end of the gzip data\n")


def killed(program, check):
    """kill -9 while it is written: all that is there can be read."""
    remove("killed.gz")
    port = running.free_port()
    run = running.Run(program, "--listen", f"127.0.0.1:{port}", "--archive", "killed.gz")
    sender = running.Sender(port)
    for i in range(3000):
        sender.send(running.v5(30, 30 * i))
        if i == 1000:
            check.true("something is there", run.until(lambda: os.path.getsize("killed.gz") > 0))
            run.send_signal(signal.SIGKILL)
            break
    run.end(None)
    found = packets("killed.gz") if not list(members("killed.gz")) else dict(enumerate(members("killed.gz")))
    check.true("packets", 0 < len(found) <= 1001)
    done = nfscope(program, "-r", "killed.gz", "--show", "exporters", "-T", "json")
    check.true("status", done.returncode in (0, 2))
    check.equal("flows", json.loads(done.stdout)["flows"], 30 * len(found))


def full(program, check):
    """A disk that is full is told of once, and counted; all else goes on."""
    port = running.free_port()
    run = running.Run(program, "--listen", f"127.0.0.1:{port}", "--archive", "/dev/full", "--show", "records", "-T", "json", "-l")
    running.Sender(port).send(*[running.v5(1, i) for i in range(20)])
    check.true("records are shown", run.has_lines(20))
    check.equal("exit status", run.end(), 1)
    check.equal("said once", run.errors().count("cannot write '/dev/full': No space left on device"), 1)
    check.true("counted", "20 packets could not be written to '/dev/full'" in run.errors())


def limited(program, check):
    """A file that may not grow any more ends with a whole packet."""
    remove("limited.gz")
    done = nfscope(program, "-r", "many.pcap", "--archive", "limited.gz", "--show", "exporters", "-T", "json",
                   preexec_fn=lambda: (resource.setrlimit(resource.RLIMIT_FSIZE, (20000, 20000)),
                                       signal.signal(signal.SIGXFSZ, signal.SIG_IGN)))
    check.equal("status", done.returncode, 1)
    check.equal("all are shown", json.loads(done.stdout)["packets"], 400)
    kept = len(list(members("limited.gz")))
    check.true("some are kept", 0 < kept < 400)
    check.true("the others counted", f"{400 - kept} packets could not be written" in done.stderr.decode())
    check.equal("what is there is whole", nfscope(program, "-r", "limited.gz", "-q").returncode, 0)


def rotation(program, check):
    remove("turn*")
    nfscope(program, "-r", "many.pcap", "--archive", "turn.json.gz", "--rotate", "duration:100", env={**os.environ, "TZ": "UTC"})
    check.equal("by time", [os.path.basename(path)[:9] for path in sorted(glob.glob("turn-*.json.gz"))][:2],
                ["turn-2023", "turn-2023"])
    check.equal("all are there", sum(len(list(members(path))) for path in glob.glob("turn-*.json.gz")), 400)
    remove("turn*")
    nfscope(program, "-r", "many.pcap", "--archive", "turn-%Y%m%d-%H%M%S.gz", "--rotate", "filesize:20",
            env={**os.environ, "TZ": "UTC"})
    files = [path for path in sorted(glob.glob("turn-2023*.gz")) if os.path.getsize(path)]
    check.true("by size", len(files) > 2)
    check.true("names", all(len(path) == len("turn-20231114-221320.gz") for path in files))
    check.true("sizes", all(os.path.getsize(path) < 30000 for path in files))
    check.equal("all are there", sum(len(list(members(path))) for path in files), 400)


def reopened(program, check):
    """SIGHUP: the archive was moved away, as logrotate does."""
    remove("log.gz*")
    port = running.free_port()
    run = running.Run(program, "--listen", f"127.0.0.1:{port}", "--archive", "log.gz")
    sender = running.Sender(port)
    sender.send(*[running.v5(1, i) for i in range(5)])
    check.true("first", run.until(lambda: len(list(members("log.gz"))) == 5))
    os.rename("log.gz", "log.gz.1")
    run.send_signal(signal.SIGHUP)
    check.true("opened anew", run.until(lambda: os.path.exists("log.gz")))
    sender.send(*[running.v5(1, i) for i in range(5, 12)])
    check.true("second", run.until(lambda: len(list(members("log.gz"))) == 7))
    check.equal("exit status", run.end(signal.SIGTERM), 0)
    check.equal("both", (len(list(members("log.gz.1"))), len(list(members("log.gz")))), (5, 7))


def late(program, check):
    """A packet whose template comes later is written when it does, with its own time."""
    remove("late.gz")
    port = running.free_port()
    run = running.Run(program, "--listen", f"127.0.0.1:{port}", "--archive", "late.gz")
    sender = running.Sender(port)
    sender.send(running.v9(0, running.v9_data(5)))
    time.sleep(0.2)
    check.equal("it waits", os.path.getsize("late.gz"), 0)
    sender.send(running.v9(1, running.v9_template()))
    check.true("both are there", run.until(lambda: len(list(members("late.gz"))) == 2))
    check.equal("exit status", run.end(), 0)
    found = [packets("late.gz")[key] for key in sorted(packets("late.gz"))]
    check.equal("flows", [(packet["header"]["sequence"], len(packet["flows"])) for packet in found], [(0, 5), (1, 0)])


def ipfix_file(program, check):
    """RFC 5655: bare messages, one behind the other."""
    import struct
    template = struct.pack("!HHHH", 2, 4 + 4 + 4 * 4, 256, 4) + struct.pack("!8H", 8, 4, 12, 4, 1, 8, 4, 1)
    data = b"".join(struct.pack("!IIQB", 0xC0000201, 0xC6336401, 1000 + i, 6) for i in range(10))
    sets = template + struct.pack("!HH", 256, 4 + len(data)) + data
    message = struct.pack("!HHIII", 10, 16 + len(sets), 1604428122, 0, 7) + sets
    with open("flows.ipfix", "wb") as stream:
        stream.write(message * 3)
    done = nfscope(program, "-r", "flows.ipfix", "--show", "flows", "-T", "json")
    check.equal("flows, status", (done.stdout.count(b"\n"), done.returncode), (30, 0))
    check.equal("the first", json.loads(done.stdout.splitlines()[0])["domain"], 7)
    with gzip.open("flows.ipfix.gz", "wb") as stream:
        stream.write((message * 3)[:-5])
    done = nfscope(program, "-r", "flows.ipfix.gz", "--show", "flows", "-T", "json")
    check.equal("cut: flows, status", (done.stdout.count(b"\n"), done.returncode), (20, 2))


def refused(program, check):
    for arguments, words in ((("--archive", "/nonexistent/x.gz"), "cannot write '/nonexistent/x.gz': No such file or directory\n"),
                             (("--rotate", "duration:60"), "--rotate is for archives; give one with --archive\n"),
                             (("--archive", "x.gz", "--rotate", "hourly"), "--rotate takes duration:SECONDS or filesize:KB, "
                              "not 'hourly'\n    --rotate hourly\n             ^\n")):
        done = nfscope(program, "-r", "many.pcap", *arguments)
        check.equal(" ".join(arguments), (done.returncode, done.stdout, done.stderr.decode()), (1, b"", f"nfscope: {words}"))


if __name__ == "__main__":
    sys.path.insert(0, os.path.join(sys.argv[2], "tests", "cli"))
    import captures
    with open("many.pcap", "wb") as many:
        many.write(captures.exports(400))
    running.main(form, pairs_of_the_analyzer, round_trip, of_the_collector, hostile, cut, killed, full, limited, rotation,
                 reopened, late, ipfix_file, refused)
