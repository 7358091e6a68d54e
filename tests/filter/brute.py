#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""brute.py NFSCOPE EVALUATE SAMPLES COUNT: random filters over samples. What the program says matches is what an evaluator
here says, which knows nothing of columns and templates: it looks at the JSON lines of flows, records and connections.
"""
import ipaddress
import json
import os
import random
import re
import subprocess
import sys

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
CAPTURES = ("softflowd-v9.pcap", "softflowd-v5.pcap", "softflowd-ipfix-biflow.pcap", "softflowd-ipfix-nano.pcap", "pmacctd-v9.pcap",
            "pmacctd-ipfix-micro.pcap", "options-v9.pcap", "options-ipfix.pcap", "firewall.pcap", "pairs.pcap", "template-late.pcap",
            "two-exporters.pcap", "multi.pcap", "v7.pcap", "wide.pcap", "lists.pcap", "hostile.pcap", "softflowd-v1.pcap",
            "template-redefined.pcap", "softflowd-v9-sampled.pcap")
FLAGS = "FSRPAUECN"
ENVIRONMENT = {**os.environ, "TZ": "UTC", "LC_ALL": "C.UTF-8"}
SERVICES = {"domain": 53, "https": 443, "ssh": 22, "ntp": 123, "http": 80}
PROTOCOLS = {"tcp": 6, "udp": 17, "icmp": 1, "ipv6-icmp": 58, "gre": 47}

# name in JSON -> kind; other spellings
FLOW_FIELDS = {"sport": "number", "dport": "number", "proto": "number", "icmp_type": "number", "icmp_code": "number",
               "packets": "number", "bytes": "number", "reverse_packets": "number", "reverse_bytes": "number", "tcp_flags": "flags",
               "reverse_tcp_flags": "flags", "tos": "number", "input": "number", "output": "number", "src_as": "number",
               "dst_as": "number", "sampling": "number", "sampler": "number", "vlan": "number", "vrf": "number",
               "direction": "number", "event": "number", "biflow": "number", "end_reason": "number", "domain": "number",
               "version": "number", "template": "number", "frame": "number", "record": "number", "start": "time", "end": "time",
               "src": "address", "dst": "address", "exporter": "address", "late": "boolean", "time": "time",
               "exporter_port": "number", "application": "number",
               "duration": "duration", "pps": "number", "bps": "number", "bpp": "number",
               "ip": "address", "port": "number", "as": "number", "if": "number"}
OWN = {"start": "time", "end": "time", "duration": "duration", "proto": "number", "icmp_type": "number", "icmp_code": "number",
       "packets": "number", "bytes": "number", "pps": "number", "bps": "number", "bpp": "number", "ip": "address", "port": "number"}
CONNECTION_FIELDS = {"client.ip": "address", "server.ip": "address", "client.port": "number", "server.port": "number",
                     "service": "text", "packets.client": "number", "packets.server": "number", "bytes.client": "number",
                     "bytes.server": "number", "flows": "number", "duplicates": "number", "paired": "boolean", "reason": "text"}
SPELLINGS = {"src": ("src", "src ip", "srcip", "ip.src", "SRC.IP"), "dst": ("dst", "dst ip", "dstip"), "sport": ("sport", "src port"),
             "dport": ("dport", "dst port", "dstport"), "packets": ("packets", "pkts"), "bytes": ("bytes", "octets"),
             "tcp_flags": ("tcp_flags", "flags", "tcp.flags"), "duration": ("duration", "dur"), "src_as": ("src_as", "src as"),
             "input": ("input", "in if"), "output": ("output", "out if"), "icmp_type": ("icmp_type", "icmp-type", "icmp type"),
             "client.ip": ("client.ip", "client ip", "client"), "server.port": ("server.port", "server port"),
             "packets.client": ("packets.client", "client packets"), "exporter": ("exporter", "router ip"), "time": ("time", "received")}
NAMED = ("input", "output", "vrf", "application", "sampler")
SIDES = {"ip": ("src", "dst"), "port": ("sport", "dport"), "as": ("src_as", "dst_as"), "if": ("input", "output")}
NUMBERS = ("UNSIGNED8", "UNSIGNED16", "UNSIGNED32", "UNSIGNED64")
BITS = set()  # elements that are flags: a value alone means that all its bits are set
TIMES = ("SECONDS", "MILLISECONDS", "MICROSECONDS", "NANOSECONDS")


def elements():
    """name -> kind, of all elements whose values are compared here"""
    found = {}
    with open(os.path.join(ROOT, "src/decode/elements.def"), encoding="utf-8") as stream:
        text = stream.read()
        BITS.update(re.findall(r"^ELEMENT\(\d+, (\w+), \w+, FLAGS", text, re.M))
        for name, kind in re.findall(r"^(?:ELEMENT\(\d+|VENDOR\(\d+, \d+), (\w+), (\w+)", text, re.M):
            found.setdefault(name, "number" if kind in NUMBERS else "time" if kind in TIMES else "text" if kind == "STRING" else
                             "address" if kind.endswith("ADDRESS") and kind.startswith("IP") else
                             "mac" if kind == "MAC_ADDRESS" else None)
    return found


def lines(program, path, *options):
    done = subprocess.run([program, path, "-T", "json", "--name-wait", "0", *options], env=ENVIRONMENT, check=False,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=60)
    return [json.loads(line) for line in done.stdout.splitlines()]


def nanoseconds(text):
    date, clock = text.rstrip("Z").split("T")
    year, month, day = map(int, date.split("-"))
    days = (year - 1970) * 365 + (year - 1969) // 4 - (year - 1901) // 100 + (year - 1601) // 400
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    days += sum((31, 28 + leap, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)[:month - 1]) + day - 1
    hour, minute, second = clock.split(":")
    second, _, fraction = second.partition(".")
    return ((days * 24 + int(hour)) * 60 + int(minute)) * 60 * 10**9 + int(second) * 10**9 + int(fraction.ljust(9, "0") or 0)


def instant(ns):
    """RFC 3339 without a zone, as far as it is not zero"""
    seconds, fraction = divmod(ns, 10**9)
    text = subprocess_time(seconds)
    return text + (f".{fraction:09}".rstrip("0") if fraction else "")


def subprocess_time(seconds):
    days, rest = divmod(seconds, 86400)
    year = 1970
    while True:
        length = 366 if year % 4 == 0 and (year % 100 != 0 or year % 400 == 0) else 365
        if days < length:
            break
        days -= length
        year += 1
    month = 0
    leap = length == 366
    for month, size in enumerate((31, 28 + leap, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)):
        if days < size:
            break
        days -= size
    return f"{year:04}-{month + 1:02}-{days + 1:02}T{rest // 3600:02}:{rest // 60 % 60:02}:{rest % 60:02}"


def of_kind(value, kind):
    """The value of JSON as it is compared, or None where it is of another kind"""
    if kind in ("number", "flags"):
        return value if isinstance(value, int) and not isinstance(value, bool) else None
    if kind == "time":
        return nanoseconds(value) if isinstance(value, str) and re.match(r"\d{4}-\d\d-\d\dT.*Z$", value) else None
    if kind == "address":
        try:
            return ipaddress.ip_address(value)
        except ValueError:
            return None
    if kind == "mac":
        return value.lower() if isinstance(value, str) and value.count(":") == 5 else None
    if kind == "text":
        return value.lower() if isinstance(value, str) else None
    return value


class Capture:
    """All that is known of a capture, out of its JSON lines."""

    def __init__(self, program, path, types):
        self.types = types
        self.flows, self.records = lines(program, path, "--show", "flows"), lines(program, path, "--show", "records")
        self.connections = lines(program, path)
        by_place = {(record["frame"], record["record"]): record for record in self.records}
        for flow in self.flows:
            flow["fields"] = by_place[flow["frame"], flow["record"]]
        self.connection_of = {}
        flow_at = {(flow["frame"], flow["record"]): flow for flow in self.flows}
        for connection in self.connections:
            places = [(place["frame"], place["record"]) for place in connection["flows"] + connection["duplicates"]]
            connection["rows"] = [flow_at[place] for place in places]
            for place in places:
                self.connection_of[place] = connection
        for record in self.records:
            flow = flow_at.get((record["frame"], record["record"]))
            record["flow"] = flow if record["kind"] == "data" else None
        self.labels = any(f"{field}_name" in flow for flow in self.flows for field in NAMED)
        self.elements = sorted({name for record in self.records for name in record["fields"]
                                if types.get(name) and name not in FLOW_FIELDS})

    def element(self, record, name):
        value = record["fields"].get(name)
        values = value if isinstance(value, list) else [] if value is None else [value]
        return [typed for typed in (of_kind(one, self.types[name]) for one in values) if typed is not None]

    def of_flow(self, flow, name):
        """Values of a field of a flow."""
        if name in SIDES:
            return [value for side in SIDES[name] for value in self.of_flow(flow, side)]
        if name in CONNECTION_FIELDS:
            return self.of_connection(self.connection_of[flow["frame"], flow["record"]], name)
        if name.startswith("label "):  # a number and its name, out of options data
            field = name.split()[1]
            return [(flow[field], flow.get(f"{field}_name", "").lower() or None)] if field in flow else []
        if name == "late":
            return [int(flow.get("late", False))]
        if name == "time":
            return [nanoseconds(flow["fields"]["time"])] if "time" in flow["fields"] else []
        if name == "exporter_port":
            return [flow["fields"]["port"]]
        if name == "application":
            return [int(value.split(":")[0]) << 24 | int(value.split(":")[1]) for value in [flow.get(name)] if value]
        start, end = (nanoseconds(flow[key]) if key in flow else None for key in ("start", "end"))
        return self.made(name, start, end, flow.get("packets"), flow.get("bytes"),
                         lambda: [of_kind(flow[name], FLOW_FIELDS[name])] if name in flow else [])

    @staticmethod
    def made(name, start, end, packets, octets, plain):
        lasts = end - start if start is not None and end is not None else None
        if name == "duration":
            return [] if lasts is None else [lasts]
        if name == "pps":
            return [packets * 10**9 // lasts] if lasts and lasts > 0 and packets is not None else []
        if name == "bps":
            return [octets * 8 * 10**9 // lasts] if lasts and lasts > 0 and octets is not None else []
        if name == "bpp":
            return [octets // packets] if packets and octets is not None else []
        return plain()

    def of_connection(self, connection, name):
        """Values of a connection's own."""
        if name == "ip":
            return self.of_connection(connection, "client.ip") + self.of_connection(connection, "server.ip")
        if name == "port":
            return self.of_connection(connection, "client.port") + self.of_connection(connection, "server.port")
        if name in ("flows", "duplicates"):
            return [len(connection[name])]
        if name == "paired":
            return [int(connection[name])]
        start, end = (nanoseconds(connection[key]) if key in connection else None for key in ("start", "end"))
        packets, octets = (sum(connection[key].values()) if key in connection else None for key in ("packets", "bytes"))

        def plain():
            if name == "packets":
                return [] if packets is None else [packets]
            if name == "bytes":
                return [] if octets is None else [octets]
            value = connection
            for key in name.split("."):
                value = value.get(key) if isinstance(value, dict) else None
            return [] if value is None else [of_kind(value, {**OWN, **CONNECTION_FIELDS}[name])]
        return self.made(name, start, end, packets, octets, plain)


class Question:
    """A leaf: a field, its kind, how it is written, and what it says of a list of values."""

    def __init__(self, name, kind, text, passes, negate=False, presence=False, every=False):
        self.name, self.kind, self.text = name, kind, text
        self.passes, self.negate, self.presence, self.every = passes, negate, presence, every

    def says(self, values):
        if self.presence:
            return bool(values)
        if self.negate:
            return bool(values) and not any(map(self.passes, values))
        return any(map(self.passes, values))


class Maker:
    """Random filters about a capture."""

    def __init__(self, capture, chance):
        self.capture, self.chance = capture, chance

    def value(self, name):
        """A value that some flow, record or connection has, or None."""
        capture, chance = self.capture, self.chance
        for _ in range(4):
            if name in self.capture.types and name not in FLOW_FIELDS:
                values = capture.element(chance.choice(capture.records), name)
            elif name in CONNECTION_FIELDS:
                values = capture.of_connection(chance.choice(capture.connections), name)
            elif name in OWN and chance.random() < 0.3:
                values = capture.of_connection(chance.choice(capture.connections), name)
            else:
                values = capture.of_flow(chance.choice(capture.flows), name)
            if values:
                return chance.choice(values)
        return None

    def label(self):
        chance, field = self.chance, self.chance.choice(NAMED)
        known = [flow[f"{field}_name"] for flow in self.capture.flows if f"{field}_name" in flow] or ["ge-0/0/1"]
        question = self.words(f"label {field}", "text", field, chance.choice(known).lower())
        passes = question.passes
        question.passes = lambda pair: pair[1] is not None and passes(pair[1])
        return question

    def leaf(self):
        chance = self.chance
        if chance.random() < (0.15 if self.capture.labels else 0.01):
            return self.label()
        names = list(FLOW_FIELDS) * 2 + list(CONNECTION_FIELDS) + self.capture.elements
        name = chance.choice(names)
        kind = {**FLOW_FIELDS, **CONNECTION_FIELDS}.get(name) or self.capture.types[name]
        word = chance.choice(SPELLINGS.get(name, (name,)))
        if chance.random() < 0.08:
            return Question(name, kind, f"has {word}", None, presence=True)
        if chance.random() < 0.06:
            return ("not", Question(name, kind, f"missing {word}", None, presence=True))
        value = self.value(name)
        make = {"number": self.number, "flags": self.flags, "time": self.time, "duration": self.duration, "address": self.address,
                "text": self.words, "boolean": self.boolean, "mac": self.mac}[kind]
        return make(name, kind, word, value)

    def write(self, number):
        chance = self.chance
        if number and number % 10**6 == 0 and chance.random() < 0.5:
            return f"{number // 10**6}M"
        if number and number % 1000 == 0 and chance.random() < 0.5:
            return f"{number // 1000}{chance.choice('kK')}"
        if number % 1024 == 0 and number and chance.random() < 0.5:
            return f"{number // 1024}Ki"
        return hex(number) if chance.random() < 0.1 else str(number)

    def compare(self, write, value, other):
        """(operator and value, test, negate) of things that have an order"""
        chance = self.chance
        low, high = min(value, other), max(value, other)
        choice = chance.randrange(10)
        if choice < 2:
            return f"{chance.choice(('==', '=', 'eq'))} {write(value)}", lambda v: v == value, False
        if choice == 2:
            return f"{chance.choice(('!=', 'ne', '<>'))} {write(value)}", lambda v: v == value, True
        if choice == 3:
            return f"{chance.choice(('<', 'lt'))} {write(value)}", lambda v: v < value, False
        if choice == 4:
            return f"{chance.choice(('<=', 'le'))} {write(value)}", lambda v: v <= value, False
        if choice == 5:
            return f"{chance.choice(('>', 'gt'))} {write(value)}", lambda v: v > value, False
        if choice == 6:
            return f"{chance.choice(('>=', 'ge'))} {write(value)}", lambda v: v >= value, False
        if choice == 7:
            return f"in {write(low)}..{write(high)}", lambda v: low <= v <= high, False
        if choice == 8:
            return f"{chance.choice(('', 'in ', '== '))}{{{write(value)}, {write(low)} .. {write(high)}}}", \
                lambda v: low <= v <= high, False
        return f"not in [{write(value)} {write(other)}]", lambda v: v in (value, other), True

    def number(self, name, kind, word, value):
        chance, known = self.chance, value
        if value is None or chance.random() < 0.15:
            value = chance.choice((0, 1, 6, 17, 53, 443, 80, 255, 100))
        most = 255 if name in ("proto", "icmp_type", "icmp_code") else 65535
        near = max(0, min(value + chance.choice((-1, 1, 0, 7, 1000)), max(most, value)))
        if value > most and (name in FLOW_FIELDS or name in CONNECTION_FIELDS) and name in ("port", "sport", "dport"):
            value = most
        if name in ("proto", "icmp_type", "icmp_code"):
            value, near = min(value, 255), min(near, 255)
        if name in self.capture.types and name not in FLOW_FIELDS:
            value = near = known or 0  # its type may have no more
        if name == "proto" and chance.random() < 0.4:
            named = chance.choice(list(PROTOCOLS))
            return Question(name, kind, chance.choice((f"proto {named}", f"proto == {named.upper()}", named)),
                            lambda v: v == PROTOCOLS[named])
        if name in ("port", "dport", "client.port", "server.port") and chance.random() < 0.2:
            named = chance.choice(list(SERVICES))
            return Question(name, kind, f"{word} {named}", lambda v: v == SERVICES[named])
        if chance.random() < 0.05:
            bits = value & near or 1
            return Question(name, kind, f"{word} has {bits}", lambda v: v & bits == bits)
        if chance.random() < 0.15:
            bits = name in BITS and value != 0
            return Question(name, kind, f"{word} {self.write(value)}", lambda v: v & value == value if bits else v == value)
        text, passes, negate = self.compare(self.write, value, near)
        return Question(name, kind, f"{word} {text}", passes, negate)

    def flags(self, name, kind, word, value):
        chance = self.chance
        letters = "".join(chance.sample(FLAGS[:6], chance.randrange(1, 3)))
        bits = sum(1 << FLAGS.index(letter) for letter in letters)
        choice = chance.randrange(5)
        if choice == 0:
            return Question(name, kind, f"{word} {letters}", lambda v: v & bits == bits)
        if choice == 1:
            return Question(name, kind, f"{word} has {letters.lower()}", lambda v: v & bits == bits)
        if choice == 2:
            return Question(name, kind, f"{word} & {letters}", lambda v: v & bits != 0)
        bits = value if value is not None else bits
        if choice == 3:
            return Question(name, kind, f"{word} != {bits}", lambda v: v == bits, True)
        return Question(name, kind, f"{word} == {bits}", lambda v: v == bits)

    def time(self, name, kind, word, value):
        chance = self.chance
        value = 1772442000 * 10**9 if value is None else value
        value += chance.choice((0, 0, 1, -1, 10**9, 10**6, -60 * 10**9))
        if value < 10**18 or value > 4 * 10**18:
            value = 1772442000 * 10**9
        unit = chance.choice((86400 * 10**9, 60 * 10**9, 10**9, 10**6, 10**3))
        first = value - value % unit
        last = first + unit - 1
        text = instant(first)
        if unit > 10**9:
            text = text[:10] if unit > 60 * 10**9 else text[:16]
        elif unit < 10**9:
            text = text.split(".")[0] + "." + f"{first % 10**9:09}"[:3 if unit == 10**6 else 6]
        text = text.replace("T", " ") if unit > 10**9 or chance.random() < 0.5 else text + "Z"
        operator, passes, negate = chance.choice((
            ("==", lambda v: first <= v <= last, False), ("!=", lambda v: first <= v <= last, True), ("<", lambda v: v < first, False),
            ("<=", lambda v: v <= last, False), (">", lambda v: v > last, False), (">=", lambda v: v >= first, False)))
        return Question(name, kind, f"{word} {operator} {text}", passes, negate)

    def duration(self, name, kind, word, value):
        def write(ns):
            for unit, size in (("h", 3600 * 10**9), ("m", 60 * 10**9), ("s", 10**9), ("", 10**6), ("ms", 10**6), ("us", 10**3)):
                if ns % size == 0 and self.chance.random() < 0.6:
                    return f"{ns // size}{unit}"
            return f"{ns}ns"
        value = 10**9 if value is None or value < 0 else value
        text, passes, negate = self.compare(write, value, max(0, value + self.chance.choice((0, 10**6, -10**6, 10**9))))
        return Question(name, kind, f"{word} {text}", passes, negate)

    def address(self, name, kind, word, value):
        chance = self.chance
        value = ipaddress.ip_address("192.0.2.10") if value is None else value
        choice = chance.randrange(6)
        negate = chance.random() < 0.2
        operator = "!=" if negate else chance.choice(("==", "", "in"))
        if choice < 2:
            return Question(name, kind, f"{word} {operator} {value}", lambda v: v == value, negate)
        if choice < 4:
            net = ipaddress.ip_network((value, chance.randrange(value.max_prefixlen + 1)), strict=False)
            return Question(name, kind, f"{word} {operator} {value if chance.random() < 0.5 else net[0]}/{net.prefixlen}",
                            lambda v: v.version == net.version and v in net, negate)
        other = self.value(name)
        other = value if other is None else other
        if choice == 4 and other.version == value.version:
            low, high = min(value, other), max(value, other)
            return Question(name, kind, f"{word} {operator} {low}{chance.choice(('-', '..', ' .. '))}{high}",
                            lambda v: v.version == low.version and low <= v <= high, negate)
        return Question(name, kind, f"{word} {operator} {{{value}, {other}}}", lambda v: v in (value, other), negate)

    def words(self, name, kind, word, value):
        chance = self.chance
        value = "x" if not value or not re.fullmatch(r"[\x20-\x7e]*", value) else value
        choice = chance.randrange(4)
        start = chance.randrange(len(value))
        part = value[start:start + chance.randrange(1, 6)]

        def quoted(text):
            return '"' + "".join(chance.choice((c.upper(), c)) for c in text).replace("\\", "\\\\").replace('"', '\\"') + '"'
        if choice == 0:
            return Question(name, kind, f"{word} == {quoted(value)}", lambda v: v == value)
        if choice == 1:
            return Question(name, kind, f"{word} != {quoted(value)}", lambda v: v == value, True)
        if choice == 2:
            return Question(name, kind, f"{word} contains {quoted(part)}", lambda v: part in v)
        pattern = "^" + "".join(c if c.isalnum() else "." for c in value[:4])
        return Question(name, kind, f"{word} matches {quoted(pattern)}", lambda v: re.match(pattern, v) is not None)

    def boolean(self, name, kind, word, _):
        wanted = self.chance.randrange(2)
        text = self.chance.choice((f"{word} == {('false', 'true')[wanted]}", word if wanted else f"{word} == no"))
        return Question(name, kind, text, lambda v: v == wanted)

    def mac(self, name, kind, word, value):
        value = value or "00:00:5e:00:53:01"
        negate = self.chance.random() < 0.3
        return Question(name, kind, f"{word} {'!=' if negate else '=='} {value}", lambda v: v == value, negate)

    def tree(self, depth):
        chance = self.chance
        if depth == 0 or chance.random() < 0.35:
            return self.leaf()
        choice = chance.randrange(5)
        if choice == 0:
            return ("not", self.tree(depth - 1))
        return ("and" if choice < 3 else "or", *(self.tree(depth - 1) for _ in range(chance.choice((2, 2, 3)))))


def write(node, chance):
    if isinstance(node, Question):
        return node.text
    if node[0] == "not":
        if isinstance(node[1], Question) and node[1].text.startswith("missing "):
            return node[1].text
        return chance.choice(("not ", "!", "NOT ")) + "(" + write(node[1], chance) + ")"
    word = {"and": (" and ", " && "), "or": (" or ", " || ", " OR ")}[node[0]]
    return chance.choice(word).join("(" + write(child, chance) + ")" for child in node[1:])


def leaves(node):
    if isinstance(node, Question):
        yield node
    else:
        for child in node[1:]:
            yield from leaves(child)


def holds(node, ask):
    if isinstance(node, Question):
        return ask(node)
    if node[0] == "not":
        return not holds(node[1], ask)
    return (all if node[0] == "and" else any)(holds(child, ask) for child in node[1:])


RECORD_FIELDS = ("exporter", "exporter_port", "domain", "version", "template", "frame", "time", "late")


def expected(capture, node):
    questions = list(leaves(node))
    own = {question: question.name in CONNECTION_FIELDS for question in questions}
    elements_asked = {question: question.name in capture.types and question.name not in FLOW_FIELDS for question in questions}

    def of_flow(question, flow):
        if elements_asked[question]:
            return question.says(capture.element(flow["fields"], question.name)) if not question.presence else \
                question.name in flow["fields"]["fields"]
        return question.says(capture.of_flow(flow, question.name))

    def of_record(question, record):
        if elements_asked[question]:
            return question.says(capture.element(record, question.name)) if not question.presence else \
                question.name in record["fields"]
        if record["flow"] is not None:
            return question.says(capture.of_flow(record["flow"], question.name))
        if question.name not in RECORD_FIELDS:
            return question.says([])
        like = {**record, "fields": record, "frame": record["frame"]}
        return question.says(capture.of_flow(like, question.name))

    def of_connection(connection):
        asks_flows = any(not own[question] and question.name not in OWN for question in questions)

        def ask(flow):
            return lambda question: question.says(capture.of_connection(connection, question.name)) \
                if own[question] or question.name in OWN else of_flow(question, flow)
        return any(holds(node, ask(flow)) for flow in (connection["rows"] if asks_flows else [None]))

    flows = "".join("01"[holds(node, lambda question, flow=flow: of_flow(question, flow))] for flow in capture.flows)
    records = "-" if any(own.values()) or any(question.name in ("sampling", "record") for question in questions) else \
        "".join("01"[holds(node, lambda question, record=record: of_record(question, record))] for record in capture.records)
    return flows, records, "".join("01"[of_connection(connection)] for connection in capture.connections)


def run(program, evaluate, path, count, types, chance):
    capture = Capture(program, path, types)
    if not capture.flows or not capture.connections:
        return 0, [f"{path}: nothing to ask"]
    maker = Maker(capture, chance)
    trees = [maker.tree(chance.randrange(4)) for _ in range(count)]
    texts = [write(tree, chance) for tree in trees]
    done = subprocess.run([evaluate, path, str(chance.choice((1, 2)))], input="\n".join(texts) + "\n", env=ENVIRONMENT, text=True,
                          stdout=subprocess.PIPE, timeout=120, check=True)
    answers, failed, matching = done.stdout.splitlines(), [], 0
    if len(answers) != count:
        return 0, [f"{path}: {len(answers)} answers to {count} filters"]
    for tree, text, answer in zip(trees, texts, answers):
        if answer.startswith("!"):
            failed.append(f"{path}: {text}\n  refused at {answer[2:]}")
            continue
        wanted, got = expected(capture, tree), answer.split(" ")
        matching += "1" in wanted[0] and "0" in wanted[0]
        for what, a, b in zip(("flows", "records", "connections"), wanted, got):
            if a not in (b, "-"):
                failed.append(f"{path}: {text}\n  {what}: {b}\n  expected {a}")
    return matching, failed


def main():
    program, evaluate, samples, count = sys.argv[1:5]
    types, failed, matching, seed = elements(), [], 0, sys.argv[5] if len(sys.argv) > 5 else "filters"
    share = -(-int(count) // len(CAPTURES))
    for name in CAPTURES:
        some, wrong = run(program, evaluate, os.path.join(samples, name), share, types, random.Random(f"{seed} {name}"))
        matching += some
        failed += wrong
    for text in failed[:10]:
        print(text)
    print(f"{share * len(CAPTURES)} filters, of which {matching} match some flows and not others; {len(failed)} disagree")
    return 1 if failed or matching * 6 < share * len(CAPTURES) else 0


if __name__ == "__main__":
    sys.exit(main())
