#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""corpus.py NFSCOPE CORPUS traps|robust|health|check: the made traps give the records they were made for; captures without exports
give nothing, quickly, and do no harm; the collection's own check.py agrees."""
import collections
import concurrent.futures
import json
import os
import subprocess
import sys

# trap -> records by kind, and the words of diagnostics that must be among those given
TRAPS = {
    "A_redef": ({"data": 2}, {"template-changed"}),  # three packets, the second holds the new definition alone
    "B_srcport": ({"data": 1}, {"set-borrowed"}),
    "C_late": ({"data": 1}, {"set-late"}),
    "D_70": ({"data": 1}, set()),
    "E_port": ({"data": 1}, set()),
    "F_withdraw": ({"data": 1}, {"template-withdrawn", "set-withdrawn"}),
    "G_struct": ({"data": 1}, set()),
    "H_v5gap": ({"data": 3}, {"sequence-gap"}),
    "I_v9": ({"data": 1, "options": 1}, set()),
    "J_frag": ({"data": 200}, set()),
    "K1_vlan": ({"data": 1}, set()),
    "K2_qinq": ({"data": 1}, set()),
    "K3_mpls": ({"data": 1}, set()),
}

# A capture of the other folder that does hold exports: NetFlow v5 among sFlow, with the capture's own times.
EXPORTS = {"sflow_multiple_counter_30_pdus.pcap": {13, 19, 20, 21, 22}}

# What is said of some exporters: how their sequence numbers count where that is not the standard's way, units lost,
# restarts, and kinds of wrong times with their number of flows.
HEALTH = {
    "softflowd__ipfix_micro": ("flows-ahead", 0, 0, {}),
    "softflowd__ipfix_milli": ("flows-ahead", 0, 0, {}),
    "logstash__ipfix_softflowd": ("flows-ahead", 0, 0, {}),
    "large__reproducer_ipfix_vmware": ("flows-ahead", 0, 0, {}),
    "netgauze__wire_ipfix_complex_sequence": ("flows-ahead", 0, 0, {}),
    "graylog__v9_softflowd": ("biflows", 0, 0, {}),
    "large__softflowd_v9_sampled": (None, 0, 0, {"uptime": 1409}),
    "large__pmacctd_v9": (None, 0, 0, {"far": 4082}),
    "logstash__v9_streamcore": (None, 0, 0, {}),  # the second packet is 24 minutes older: no restart
    "logstash__v9_cisco_asa_2": (None, 0, 0, {}),  # so is the third one here
    "logstash__v9_cisco_nbar": (None, 50, 0, {}),
    "pmacct__500_ipfix_00": (None, None, 0, {}),  # templates stand first in this capture: they are not counted
    "logstash__v5_invalid01": (None, 0, 0, {"reversed": 2, "uptime": 4}),
}

FOLDER = {"health": "pcap"}

# Where check.py and the program differ for good: case -> reason.
DIFFERENT = {
    "derived__mutated_v9": "a port of 21 octets, changed at random, is no number here",
    "logstash__ipfix_softflowd": "three whole messages of 484, 64 and 240 octets in one datagram: the oracle stops at the first",
    "pmacct__500_ipfix_00": "IPv4 in IPv6: the flow is the outer one, whose protocol is 4; the oracle mixes the two",
    "pmacct__502_ipfix_00": "as pmacct__500_ipfix_00",
}


def lines(binary, path, show):
    """(exit status, JSON lines)"""
    done = subprocess.run([binary, "-n", "-r", path, "--show", show, "-T", "json"], check=False, stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=20)
    if b"Sanitizer" in done.stderr or b"runtime error:" in done.stderr:
        raise RuntimeError(done.stderr.decode(errors="replace"))
    return done.returncode, [json.loads(line) for line in done.stdout.decode().splitlines()]


def trap(binary, path):
    want, words = TRAPS[os.path.basename(path)[:-5]]
    status, records = lines(binary, path, "records")
    got = collections.Counter(record["kind"] for record in records)
    if status or dict(got) != want:
        return "exit status %d, %s instead of %s" % (status, dict(got), want)
    given = {line["code"] for line in lines(binary, path, "diagnostics")[1]}
    if not words <= given:
        return "diagnostics %s without %s" % (sorted(given), sorted(words - given))
    return known_values(os.path.basename(path)[:1], binary, path, records)


def known_values(letter, binary, path, records):
    if letter == "A":
        fields = records[-1]["fields"]
        ends = {fields.get("sourceIPv4Address"), fields.get("destinationIPv4Address")}
        if ends != {"192.0.2.1", "192.0.2.2"} or fields.get("sourceIPv4Address") != "192.0.2.1":
            return "the last record was read with the wrong template: %s" % fields
    if letter == "H":
        (exporter,) = lines(binary, path, "exporters")[1]
        if exporter["sequence"]["lost"] != 98:
            return "%s" % exporter["sequence"]
    return None


def health(binary, path):
    counts, lost, restarts, times = HEALTH[os.path.basename(path)[:-5]]
    (exporter,) = lines(binary, path, "exporters")[1]
    sequence = exporter["sequence"]
    found = (sequence.get("counts"), sequence["lost"] if lost is not None else None, sequence["restarts"],
             {wrong["kind"]: wrong["flows"] for wrong in exporter["times"]})
    return None if found == (counts, lost, restarts, times) else "%s" % (found,)


def robust(binary, path):
    status, packets = lines(binary, path, "packets")
    if status not in (0, 2):
        return "exit status %d" % status
    wrong = [packet for packet in packets if packet["frame"] not in EXPORTS.get(os.path.basename(path), ())]
    return "taken for an export: %s" % wrong[0] if wrong else None


def attempt(check, binary, path):
    try:
        return check(binary, path)
    except subprocess.TimeoutExpired:
        return "no end within 20 s"
    except (RuntimeError, ValueError, KeyError) as error:
        return repr(error)


def other_check(binary, corpus):
    """runs check.py; one line of its output is `case  difference`"""
    done = subprocess.run([sys.executable, "-B", os.path.join(corpus, "check.py"), binary], check=False,
                          stdout=subprocess.PIPE, timeout=3000)
    *differences, summary = done.stdout.decode(errors="replace").splitlines() or [""]
    unknown = [line for line in differences if line.split(" ")[0] not in DIFFERENT]
    print("\n".join(unknown + [summary]))
    return bool(unknown) or " cases, " not in summary


def main():
    if len(sys.argv) != 4 or sys.argv[3] not in ("traps", "robust", "health", "check"):
        sys.exit(__doc__)
    if sys.argv[3] == "check":
        sys.exit(other_check(os.path.abspath(sys.argv[1]), sys.argv[2]))
    binary, folder = os.path.abspath(sys.argv[1]), os.path.join(sys.argv[2], FOLDER.get(sys.argv[3], sys.argv[3]))
    check = {"traps": trap, "robust": robust, "health": health}[sys.argv[3]]
    names = sorted(name for name in os.listdir(folder) if name.endswith((".pcap", ".pcapng")))
    if sys.argv[3] == "health":
        names = [name + ".pcap" for name in HEALTH]
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        results = list(pool.map(lambda name: attempt(check, binary, os.path.join(folder, name)), names))
    failed = [(name, result) for name, result in zip(names, results) if result]
    for name, result in failed:
        print("%s: %s" % (name, result))
    print("%d captures, %d fail" % (len(names), len(failed)))
    sys.exit(bool(failed))


if __name__ == "__main__":
    main()
