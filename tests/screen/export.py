#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""export.py NFSCOPE ROOT: what the screen writes: packets of marked rows decode alone, rows are CSV or JSON, no file is written over."""
import csv
import os
import subprocess
import sys
import tempfile


def run(nfscope, sample, folder, *script):
    path = os.path.join(folder, "script")
    with open(path, "w", encoding="utf-8") as out:
        out.write("\n".join([":wait idle", *script, ":wait idle"]) + "\n")
    environment = dict(os.environ, NFSCOPE_TEST_SCRIPT=path, TZ="UTC", LC_ALL="C.UTF-8", XDG_STATE_HOME=f"{folder}/state",
                       XDG_CONFIG_HOME=f"{folder}/config")
    subprocess.run([nfscope, "--tui", "-n", "-r", sample], env=environment, check=True, stdin=subprocess.DEVNULL, timeout=60)


def connections(nfscope, capture):
    """Lines of JSON without where in the capture their flows are."""
    command = [nfscope, "-n", "-r", capture, "-T", "csv", "-e", "start,client.ip,client.port,server.ip,server.port,bytes.client"]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout.splitlines()[1:]


def json_is_the_same(nfscope, sample, folder):
    """Lines of JSON are those of -T json."""
    def wanted(show):
        command = [nfscope, "-n", "-r", sample, "-T", "json", "--show", show]
        return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout.splitlines()

    def written(name):
        with open(f"{folder}/{name}", encoding="utf-8") as stream:
            return stream.read().splitlines()

    fine = True
    for name, lines in (("some.json", wanted("connections")[1:3]), ("flows.json", wanted("flows"))):
        if written(name) != lines:
            print(name, "is not what -T json has:", *written(name), sep="\n")
            fine = False
    if not written("two.json") or not set(written("two.json")) <= set(wanted("flows")):
        print("flows of a connection:", *written("two.json"), sep="\n")
        fine = False
    return fine


def exporters_and_templates(nfscope, root, folder):
    """Lines of JSON are those of -T json; packets are those of the exporter, or with records of the template, alone."""
    def lines(capture, show, *options):
        command = [nfscope, "-n", "-r", capture, "-T", "json", "--show", show, *options]
        return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout.splitlines()

    def flows(capture, what):
        return lines(capture, "flows", "-Y", what, "-e", "src,dst,sport,bytes")

    both, v9 = f"{root}/samples/two-exporters.pcap", f"{root}/samples/softflowd-v9.pcap"
    run(nfscope, both, folder, f'4 w l "{folder}/exporters.json" Enter', ":wait idle", ":expect 2 rows written to",
        f'j w p "{folder}/exporter.pcap" Enter', ":wait idle", ":expect written to")
    run(nfscope, v9, folder, f'5 w l "{folder}/templates.json" Enter', ":wait idle", ":expect 5 rows written to",
        f'j w p "{folder}/template.pcap" Enter', ":wait idle", ":expect written to")
    second = lines(both, "exporters", "-e", "exporter,domain")[1]
    fine = True
    for name, wanted in (("exporters.json", lines(both, "exporters")), ("templates.json", lines(v9, "templates"))):
        with open(f"{folder}/{name}", encoding="utf-8") as stream:
            if stream.read().splitlines() != wanted:
                print(name, "is not what -T json has")
                fine = False
    if lines(f"{folder}/exporter.pcap", "exporters", "-e", "exporter,domain") != [second]:
        print("packets of the second exporter are not of it alone, which is", second)
        fine = False
    wanted = flows(v9, "template == 1025")
    if not wanted or flows(f"{folder}/template.pcap", "template == 1025") != wanted:
        print("packets of template 1025 do not have its flows:", wanted)
        fine = False
    return fine


def main():
    nfscope, root = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
    sample, failed = f"{root}/samples/softflowd-v9.pcap", 0
    with tempfile.TemporaryDirectory() as folder:
        run(nfscope, sample, folder, "Space j Space", f'w m "{folder}/some.pcap" Enter', ":wait idle", ":expect written to",
            f'w r "{folder}/some.csv" Enter', ":wait idle", ":expect 2 rows written to",
            'f "port 53" Enter', ":wait idle", f'w c "{folder}/all.csv" Enter', ":wait idle", ":expect 2 rows written to",
            f'w p "{folder}/some.pcap" Enter', ":expect is there already",
            f'w c "{folder}/nowhere/x.csv" Enter', ":expect cannot write")
        run(nfscope, sample, folder, "j Space Space", f'w n "{folder}/some.json" Enter', ":wait idle", ":expect 2 rows written to",
            f'2 w l "{folder}/flows.json" Enter', ":wait idle", ":expect 23 rows written to",
            f'1 Enter w l "{folder}/two.json" Enter', ":wait idle", ":expect rows written to")
        failed += not json_is_the_same(nfscope, sample, folder)
        failed += not exporters_and_templates(nfscope, root, folder)
        whole, some = connections(nfscope, sample), connections(nfscope, f"{folder}/some.pcap")
        if not some or not set(some) <= set(whole) or whole[0] not in some or whole[2] not in some:
            print("the packets of marked rows decode to other connections:", some)
            failed += 1
        with open(f"{folder}/some.csv", newline="", encoding="utf-8") as stream:
            rows = list(csv.DictReader(stream))
        if [row["client"] for row in rows] != ["192.0.2.10:40053", "192.0.2.10:40054"] or rows[0]["bytes.server"] != "77":
            print("CSV of marked rows:", rows)
            failed += 1
        with open(f"{folder}/all.csv", newline="", encoding="utf-8") as stream:
            rows = list(csv.DictReader(stream))
        if [row["server"] for row in rows] != ["198.51.100.53:53"] * 2:
            print("CSV of filtered rows:", rows)
            failed += 1
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
