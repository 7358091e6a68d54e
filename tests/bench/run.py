#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""run.py BUILD: how fast the program is, and how much memory it takes, as ratios to floors measured in the same minute.

BUILD is a build folder (nfscope, tests/bench/bench_*). Each measured run stands right behind a run of its floor; before both,
as much fresh memory as they use is touched. Ratios are medians over the pairs. Every run's totals have to be the
generator's truth. README.md says more."""
import argparse
import gzip
import json
import os
import shutil
import statistics
import sys
import tempfile
import time

import replay
import totals

MIB = 1 << 20


class Failure(Exception):
    """A run that ended badly or found something else than is there."""


class Usage:
    """What a run took, as bench_launch says it."""

    def __init__(self, figures, output):
        status, wall, cpu, peak = figures.split()
        self.status, self.wall, self.cpu, self.peak = int(status), float(wall), float(cpu), int(peak) * 1024
        self.output, self.others = output, 0.0


def busy():
    """Seconds all processors have been busy, of this machine's and of the host's making."""
    with open("/proc/stat", encoding="ascii") as stream:
        user, nice, system, _, _, irq, soft, steal = map(int, stream.readline().split()[1:9])
    return (user + nice + system + irq + soft + steal) / os.sysconf("SC_CLK_TCK")


def wait_quiet(most):
    """Waits for a moment in which others leave the machine alone, `most` seconds at the longest."""
    end = time.monotonic() + most
    while time.monotonic() < end:
        before = busy()
        time.sleep(0.2)
        if busy() - before < 0.05:
            return


def drain(descriptor, keep):
    """Reads to the end: (text or None, lines)."""
    text, lines = [], 0
    while chunk := os.read(descriptor, 1 << 16):
        lines += chunk.count(b"\n")
        if keep:
            text.append(chunk)
    return b"".join(text).decode() if keep else None, lines


class Command:
    """A program to be run by `launch`. `sink` is where its output goes: text (kept), lines (counted), null. `check` takes
    the output (a text or a number of lines) and returns what is wrong with it."""

    def __init__(self, launch, argv, sink="text", check=None):
        self.argv, self.sink, self.check = [launch, *argv], sink, check
        self.peak = 0

    def start(self):
        """(process, end of its output, end of its figures)"""
        output, output_in = os.pipe()
        figures, figures_in = os.pipe()
        target = os.open(os.devnull, os.O_WRONLY) if self.sink == "null" else os.dup(output_in)
        actions = [(os.POSIX_SPAWN_DUP2, target, 1), (os.POSIX_SPAWN_DUP2, os.dup(figures_in), 3)]
        pid = os.posix_spawn(self.argv[0], self.argv, os.environ, file_actions=actions)
        for descriptor in (actions[1][1], target, output_in, figures_in):
            os.close(descriptor)
        return pid, output, figures

    def run(self):
        before = busy()
        pid, output, figures = self.start()
        text, lines = drain(output, self.sink == "text")
        os.close(output)
        said, _ = drain(figures, True)
        os.close(figures)
        os.waitpid(pid, 0)
        usage = Usage(said or "127 0 0 0", text)
        self.judge(usage.status, text if self.sink == "text" else lines)
        usage.others = max(0.0, busy() - before - usage.cpu) / max(usage.wall, 0.01)
        self.peak = max(self.peak, usage.peak)
        return usage

    def rehearse(self):
        """A run that is not measured: to know what memory it takes, and to check more than can be in the time that is."""
        self.run()
        if "pair" in self.argv:
            Command(self.argv[0], ["check" if word == "pair" else word for word in self.argv[1:]], check=self.check).run()

    def judge(self, code, output):
        wrong = f"exit status {code}" if code else self.check(output) if self.check and self.sink != "null" else None
        if wrong:
            raise Failure(f"{' '.join(self.argv[1:])}: {wrong}")


class Tools:
    """The programs of a build, and captures made for them."""

    def __init__(self, build, folder):
        self.bench, self.folder = os.path.join(build, "tests", "bench"), folder
        self.nfscope = os.path.join(build, "nfscope")

    def command(self, *args, **options):
        return Command(self.tool("launch"), *args, **options)

    def tool(self, name):
        return os.path.join(self.bench, f"bench_{name}")

    def capture(self, kind, flows, *options):
        """The path of a capture, made where it is not there yet."""
        name = "-".join([kind, str(flows), *(word.strip("-") for word in options)])
        path = os.path.join(self.folder, f"{name}.pcap")
        if not os.path.exists(path + ".truth.json"):
            print(f"writing {path}", file=sys.stderr)
            self.command([self.tool("generate"), kind, str(flows), path, *options]).run()
        self.command([shutil.which("cat"), path], "null").run()  # into the page cache
        return path

    def compressed(self, path):
        if not os.path.exists(path + ".gz"):
            print(f"compressing {path}", file=sys.stderr)
            with open(path, "rb") as plain, gzip.open(path + ".part", "wb", 6) as stream:
                shutil.copyfileobj(plain, stream, 1 << 16)
            os.rename(path + ".part", path + ".gz")
        return path + ".gz"

    def floor(self, what, path):
        truth = totals.truth_of(path.removesuffix(".gz"))
        count = truth["frames"] if what.startswith("null") else truth["octets"]
        return self.command([self.tool("floor"), what, path],
                       check=lambda text: None if text.split()[2] == str(count) else f"not {count}: {text}")

    def work(self, amount, path, threads=1):
        truth = {"given": 100} if amount == "first" else totals.truth_of(path.removesuffix(".gz"))
        return self.command([self.tool("work"), amount, path, str(threads)],
                       check=lambda text: "; ".join(totals.wrong(truth, totals.numbers(text))))

    def show(self, word, path, lines, sink="lines", form="json"):
        return self.command([self.nfscope, "-n", "-q", "--show", word, "-T", form, path], sink,
                       check=lambda count: None if count == lines else f"{count} lines, not {lines}")

    def pretouch(self, octets):
        self.command([self.tool("floor"), "pretouch", str(octets // MIB + 32)]).run()


class Row:
    """A line of the table: `subject` against `base`, whose work is `scale` times as much to do."""

    def __init__(self, key, name, subject, base, goal=None, unit="x", scale=1.0, flows=0):
        self.key, self.name, self.subject, self.base = key, name, subject, base
        self.goal, self.unit, self.scale, self.flows = goal, unit, scale, flows
        self.pairs = []

    def measure(self, tools, quiet):
        pair = []
        for command in (self.base, self.subject):
            if not command.peak:
                command.rehearse()
            wait_quiet(quiet)
            tools.pretouch(command.peak)
            pair.append(command.run())
        self.pairs.append(pair)

    def ratios(self, what):
        return [getattr(subject, what) / max(getattr(base, what), 1e-6) / self.scale for base, subject in self.pairs]

    def value(self):
        """The number that the goal is set for."""
        if self.unit == "ms":
            return 1000 * statistics.median(subject.wall for _, subject in self.pairs)
        if self.unit == "MiB":
            return max(subject.peak for _, subject in self.pairs) / MIB
        if self.unit == "B/flow":
            return max(subject.peak for _, subject in self.pairs) / self.flows
        return statistics.median(self.ratios("wall"))

    def result(self):
        walls, ratios = [subject.wall for _, subject in self.pairs], self.ratios("wall")
        return {"key": self.key, "name": self.name, "goal": self.goal, "unit": self.unit, "value": self.value(),
                "met": self.goal is None or self.value() <= self.goal,
                "ratio": statistics.median(ratios), "least": min(ratios), "most": max(ratios),
                "cpu_ratio": statistics.median(self.ratios("cpu")), "best": min(walls) / self.scale / min(b.wall for b, _ in self.pairs),
                "seconds": statistics.median(walls), "peak": max(subject.peak for _, subject in self.pairs),
                "bytes_a_flow": max(subject.peak for _, subject in self.pairs) / self.flows if self.flows else None,
                "others": statistics.mean(run.others for pair in self.pairs for run in pair), "runs": len(self.pairs)}


def floor_rows(tools, path, flows, null):
    yield Row("floor", "libpcap null loop, 4 KiB", tools.floor("null", path), null, flows=flows)
    yield Row("floor", "libpcap null loop, 256 KiB", tools.floor("null256", path), null, flows=flows)
    yield Row("floor", "read() and touch", tools.floor("touch", path), null, flows=flows)


def stage_rows(tools, path, flows, null):
    yield Row("read", "frames only", tools.work("read", path), null, flows=flows)
    yield Row("walk", "... sets, no records", tools.work("walk", path), null, flows=flows)
    yield Row("count", "decode, totals only", tools.work("count", path), null, 0.9, flows=flows)
    yield Row("store", "decode, store", tools.work("store", path), null, 1.6, flows=flows)
    yield Row("pair", "... and pair", tools.work("pair", path), null, 2.8, flows=flows)
    yield Row("threads", "decode, store, on two", tools.work("store", path, 2), null, 1.2, flows=flows)
    yield Row("threads", "... and pair, on two", tools.work("pair", path, 2), null, 1.8, flows=flows)
    yield Row("threads", "... and pair, on three", tools.work("pair", path, 3), null, None, flows=flows)
    yield Row("memory", "flows and connections", tools.work("pair", path), null, 88, "B/flow", flows=flows)


def output_rows(tools, path, flows, null):
    truth = totals.truth_of(path)
    records = truth["flows"] + truth["options"]
    yield Row("first", "first 100 connections", tools.work("first", path), null, 100, "ms", flows=flows)
    yield Row("flows", "flows as JSON, /dev/null", tools.show("flows", path, flows, "null"), null, 5.5, flows=flows)
    yield Row("flows", "flows as CSV, /dev/null", tools.show("flows", path, flows, "null", "csv"), null, None, flows=flows)
    yield Row("flows", "flows as JSON, pipe", tools.show("flows", path, flows), null, None, flows=flows)
    yield Row("records", "records as JSON, pipe", tools.show("records", path, records), null, 32, "MiB", flows=flows)


def other_rows(tools, kind, path, flows, args):
    if args.wants("gz"):
        packed = tools.compressed(path)
        yield Row("gz", ".gz, store, to zlib", tools.work("store", packed), tools.floor("inflate", packed), 1.3, flows=flows)
        yield Row("gz", "... on two", tools.work("store", packed, 2), tools.floor("inflate", packed), 1.05, flows=flows)
    if args.wants("linear") and flows >= 1000000:
        small = tools.capture(kind, flows // 10)
        yield Row("linear", f"a flow, to {flows // 10} flows", tools.work("pair", path), tools.work("pair", small), 1.1,
                  scale=10, flows=flows)
    for word, most in (("hosts", 1000000), ("templates", 100000), ("exporters", 10000)):
        if args.wants("many"):
            many = tools.capture(kind, flows, f"--{word}", str(most))
            yield Row("many", f"{most} {word}, pair", tools.work("pair", many), tools.work("pair", path), 1.5, flows=flows)


def nfdump_rows(tools, kind, flows):
    """Both programs write as many flows: nfdump from its own file, we from the capture."""
    if not shutil.which("nfdump") or not shutil.which("nfcapd"):
        print("no nfdump: left out", file=sys.stderr)
        return
    count = min(flows, 1000000)
    path = tools.capture(kind, count)
    stored, got = replay.nfcapd_file(path, tools.folder)
    print(f"nfcapd took {got} of {count} flows", file=sys.stderr)
    for form, goal in (("json", 1 / 12), ("csv", 1 / 8)):
        base = tools.command([shutil.which("nfdump"), "-q", "-r", stored, "-o", form], "null")
        yield Row("nfdump", f"flows as {form.upper()}, to nfdump's", tools.show("flows", path, count, "null", form), base,
                  goal, scale=count / got, flows=count)


def rows_of(tools, flows, args):
    path = tools.capture(args.kind, flows)
    null = tools.floor("null", path)
    for maker in (floor_rows, stage_rows, output_rows):
        yield from (row for row in maker(tools, path, flows, null) if args.wants(row.key))
    yield from other_rows(tools, args.kind, path, flows, args)
    if args.wants("nfdump"):
        yield from nfdump_rows(tools, args.kind, flows)


def print_table(flows, results):
    print(f"\n{flows} flows    ratio of wall time: median [least, most], that of the best runs; of processor time; "
          "others: processors busy with other things")
    print(f"{'':30} {'goal':>9} {'is':>9}    {'ratio':>6} {'':16} {'best':>6} {'cpu':>6} {'seconds':>8} {'peak MiB':>8} {'B/flow':>7} "
          f"{'others':>6}")
    for r in results:
        goal = f"{r['goal']:.3g} {r['unit']}" if r["goal"] else ""
        value = f"{r['value']:.3g} {r['unit']}" if r["goal"] else ""
        mark = "" if r["met"] else "*"
        spread = f"[{r['least']:.2f}, {r['most']:.2f}]"
        each = f"{r['bytes_a_flow']:7.1f}" if r["bytes_a_flow"] else ""
        print(f"{r['name']:30} {goal:>9} {value:>9} {mark:2} {r['ratio']:6.2f} {spread:16} {r['best']:6.2f} {r['cpu_ratio']:6.2f} "
              f"{r['seconds']:8.3f} {r['peak'] / MIB:8.1f} {each:>7} {r['others']:6.2f}")


def memory_table(tools, kind, flows):
    """What holds the memory, of the last run of `work pair`."""
    path = tools.capture(kind, flows)
    numbers = totals.numbers(tools.work("pair", path).run().output)
    print(f"\nmemory of {flows} flows and their connections, bytes a flow")
    known = 0
    for name in ("store", "pairs", "ledger"):
        known += numbers[f"memory_{name}"]
        print(f"  {name:22} {numbers[f'memory_{name}'] / flows:8.2f}")
    print(f"  {'peak, beyond these':22} {(numbers['memory_peak'] - known) / flows:8.2f}  (negative where held pages were never touched)")
    print(f"  {'peak of the process':22} {numbers['memory_peak'] / flows:8.2f}")


# Questions of bench_ask and the seconds that they may take of ten million flows, on two threads.
GOALS = {"top_flows": 0.05, "all_flows": 0.5, "talkers": 0.2, "nets": 0.2, "filter_port": 0.1, "filter_columns": 0.1, "rare_number": 1}


def ask_table(tools, kind, flows):
    """What is asked of flows in memory: orders and statistics."""
    path = tools.capture(kind, flows)
    output = tools.command([tools.tool("ask"), path, "2", "5"]).run().output
    print(f"\nquestions about {flows} flows in memory, two threads, best of five: milliseconds, of them of processors")
    for line in output.splitlines()[1:]:
        name, seconds, cpu = line.split()
        goal = next((most for key, most in GOALS.items() if name.startswith(key) and not name.endswith("_sent")), None)
        goal = goal and goal * flows / 10_000_000
        mark = "*" if goal and float(seconds) > goal else ""
        print(f"  {name:28} {1000 * float(seconds):9.2f} {1000 * float(cpu):9.2f} {f'(goal {1000 * goal:.3g})' if goal else '':14} {mark}")


def parse():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("build")
    parser.add_argument("--flows", default="1000000,10000000", help="how many, several with commas [%(default)s]")
    parser.add_argument("--kind", default="mix", choices=("v5", "v9", "ipfix", "mix"))
    parser.add_argument("--runs", type=int, default=9, help="pairs of runs for each row [%(default)s]")
    parser.add_argument("--only", default="", help="floor read walk count store pair threads memory first flows records gz linear many "
                        "nfdump ask, with commas [all]")
    parser.add_argument("--json", metavar="FILE", help="write the figures there")
    parser.add_argument("--folder", help="keep captures there, and use those that are there")
    parser.add_argument("--quiet", type=float, default=3, metavar="S", help="wait so long at most for a quiet moment [%(default)s]")
    args = parser.parse_args()
    only = set(args.only.split(",")) - {""}
    args.wants = lambda key: not only or key in only
    return args


def tell(text):
    """How far it is, for who looks on."""
    if sys.stderr.isatty():
        print(f"\r{text:79}\r{text}", end="", file=sys.stderr, flush=True)


def measure(tools, args):
    everything = {}
    for flows in map(int, args.flows.split(",")):
        rows = list(rows_of(tools, flows, args))
        for number in range(args.runs):
            for row in rows:
                tell(f"{flows} flows, round {number + 1} of {args.runs}: {row.name}")
                row.measure(tools, args.quiet)
        tell("")
        everything[flows] = [row.result() for row in rows]
        print_table(flows, everything[flows])
        if args.wants("memory"):
            memory_table(tools, args.kind, flows)
        if args.wants("ask"):
            ask_table(tools, args.kind, flows)
    return everything


def main():
    args = parse()
    folder = args.folder or tempfile.mkdtemp(prefix="nfscope-bench-")
    try:
        results = measure(Tools(args.build, folder), args)
    except Failure as failure:
        print(f"\n{failure}", file=sys.stderr)
        return 1
    finally:
        if not args.folder:
            shutil.rmtree(folder)
    if args.json:
        with open(args.json, "w", encoding="utf-8") as stream:
            json.dump(results, stream, indent=1)
    return 0


if __name__ == "__main__":
    sys.exit(main())
