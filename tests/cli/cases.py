#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""cases.py NFSCOPE: calls the program in every way that can go wrong and holds exit status, standard error and the
kind of standard output against what is expected."""
import os
import pty
import pwd
import signal
import subprocess
import sys
import tempfile
import time

import captures

NO_INPUT = "nfscope: no input; give a capture: nfscope -r FILE (see nfscope --help)\n"
SECONDS = 60


class Checks:
    def __init__(self, program):
        self.program, self.count, self.failed = program, 0, 0

    def expect(self, name, what, got, wanted):
        self.count += 1
        if got != wanted:
            self.failed += 1
            print(f"{name}: {what}\n  got      {got!r}\n  expected {wanted!r}")

    def run(self, *arguments, status=0, stderr="", stdout=None, stdin=subprocess.DEVNULL, octets=None, shell=None):
        """stdout: True: something, False: nothing, text: exactly that. shell: redirections, run by sh."""
        name = " ".join(("nfscope", *arguments)) + (f" {shell}" if shell else "")
        command = [self.program, *arguments]
        if shell:
            command = ["sh", "-c", f'"$@" {shell}', "sh", *command]
        where = {"input": octets} if octets is not None else {"stdin": stdin}
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=SECONDS, check=False,
                              **where)
        self.expect(name, "exit status", done.returncode, status)
        self.expect(name, "standard error", done.stderr.decode(), stderr)
        if isinstance(stdout, bool):
            self.expect(name, "something on standard output", bool(done.stdout), stdout)
        elif stdout is not None:
            self.expect(name, "standard output", done.stdout.decode(), stdout)
        return done.stdout


def write(name, octets):
    with open(name, "wb") as stream:
        stream.write(octets)


def make_files():
    whole = captures.exports(3, 2)
    write("few.pcap", whole)
    write("many.pcap", captures.exports(400))
    write("cut.pcap", whole[:-10])
    write("empty.pcap", b"")
    write("text.txt", b"hello world\n")
    write("header.pcap", captures.pcap([]))
    write("other.pcap", captures.pcap([captures.frame(b"no export packet at all", 53)]))
    write("dump.txt", captures.v5(1).hex(" ").encode() + b"\n")
    write("dump.bin", captures.v5(1))
    write("filter.bpf", b"udp # comment\nand port 2055\n")
    os.mkdir("folder")
    write("secret.pcap", whole)
    os.chmod("secret.pcap", 0)


def live_inputs(check):
    """What is wrong with them is told before anything is waited for."""
    missing = "nfscope: no interface is called 'x'; -D lists those there are\n    x\n    ^\n"
    if os.path.exists("/sys/class/net/lo"):
        check.run("-i", "x", status=1, stdout=False, stderr=missing)
        check.run("-i", "lp", status=1, stdout=False,
                  stderr="nfscope: no interface is called 'lp'; did you mean 'lo'?\n    lp\n    ^\n")
    for word in ("x", "0", "65536", "1:2:3", "[::1]", "::1", ":2055", "127.0.0.1:"):
        check.run("--listen", word, status=1, stdout=False,
                  stderr=f"nfscope: '{word}' is no [HOST:]PORT to listen on\n    {word}\n    ^\n")
    check.run("--listen", "192.0.2.1:2055", status=1, stdout=False,
              stderr="nfscope: cannot listen on 192.0.2.1:2055: Cannot assign requested address\n")
    for option in ("-i", "--listen"):
        check.run(option, "x", "-r", "few.pcap", status=1, stdout=False,
                  stderr=f"nfscope: {option} and -r are two inputs; give one of them\n")
        check.run(option, "x", "--hex", status=1, stdout=False,
                  stderr=f"nfscope: --hex and {option} are two inputs; give one of them\n")
        check.run(option, "x", "--follow", status=1, stdout=False,
                  stderr=f"nfscope: --follow is for files; {option} does not end by itself\n")
    check.run("-L", status=1, stdout=False,
              stderr="nfscope: -L lists the link types of an interface; give one with -i\n")
    for value in ("0", "x", "3x", "-1"):
        check.run("-B", value, status=1, stdout=False,
                  stderr=f"nfscope: -B takes a number of MiB, or one with K, M or G, not '{value}'\n    -B {value}\n       ^\n")
    for value in ("x", "duration", "filesiz:1"):
        check.run("-a", value, status=1, stdout=False,
                  stderr=f"nfscope: -a takes duration:SECONDS, packets:N or filesize:KB, not '{value}'\n    -a {value}\n       ^\n")
    for value in ("x", "0"):
        check.run("-a", f"duration:{value}", status=1, stdout=False,
                  stderr=f"nfscope: duration: takes a number of seconds above 0, not '{value}'\n    duration:{value}\n             ^\n")
    check.run("-s", "262145", status=1, stdout=False,
              stderr="nfscope: -s takes a number from 0 to 262144, not '262145'\n    -s 262145\n       ^\n")
    check.run("-D", stdout=True)


def inputs(check):
    check.run(status=1, stderr=NO_INPUT, stdout=False)
    check.run("udp", "port", "2055", status=1, stderr=NO_INPUT)
    check.run("-r", "few.pcap", stdout=True)
    check.run("few.pcap", stdout=True)
    check.run("folder", status=1, stderr="nfscope: 'folder' is a directory\n", stdout=False)
    check.run("-r", "folder", status=1, stderr="nfscope: 'folder' is a directory\n", stdout=False)
    check.run("-r", "missing.pcap", status=1, stdout=False,
              stderr="nfscope: cannot open 'missing.pcap': No such file or directory\n")
    check.run("missing.pcap", status=1, stderr="nfscope: cannot open 'missing.pcap': No such file or directory\n")
    check.run("-r", "few.pcap/x", status=1, stderr="nfscope: cannot open 'few.pcap/x': Not a directory\n")
    check.run("-r", "empty.pcap", status=2, stderr="nfscope: 'empty.pcap' is empty\n", stdout=False)
    check.run("-r", "/dev/null", status=2, stderr="nfscope: '/dev/null' is empty\n", stdout=False)
    check.run("-r", "text.txt", status=2, stdout=False,
              stderr="nfscope: 'text.txt' is not a capture file (it looks like text)\n")
    check.run("-r", "few.pcap", "-r", "text.txt", status=2, stdout=False,
              stderr="nfscope: 'text.txt' is not a capture file (it looks like text)\n")
    check.run("-r", "few.pcap", "-r", "many.pcap", stdout=True)
    check.run("few.pcap", "many.pcap", status=1, stdout=False,
              stderr="nfscope: 'few.pcap' is a file, and files are given with -r: "
                     "nfscope -r few.pcap -r many.pcap\n")
    check.run("-r", "few.pcap", "many.pcap", status=1, stdout=False,
              stderr="nfscope: 'many.pcap' is a file, and files are given with -r: "
                     "nfscope -r few.pcap -r many.pcap\n")
    for name, octets in (("few.zst", b"\x28\xb5\x2f\xfd\x04"), ("few.xz", b"\xfd7zXZ\0\0"), ("few.bz2", b"BZh91AY")):
        write(name, octets)
        check.run(name, status=2, stdout=False, stderr=f"nfscope: '{name}' is not a capture file (it is compressed: "
                  f"{dict(zst='zstd', xz='xz', bz2='bzip2')[name[4:]]} -dc FILE | nfscope)\n")
    if os.geteuid() != 0:
        check.run("-r", "secret.pcap", status=1, stderr="nfscope: cannot open 'secret.pcap': Permission denied\n")
        check.run("-r", "few.pcap", "-Z", "root", status=1, stdout=False,
                  stderr="nfscope: only root can become user 'root'\n")
    else:
        become_nobody(check)


def become_nobody(check):
    """Also where a capture is read, and not only live."""
    process = subprocess.Popen([check.program, "-n", "-r", "-", "-Z", "nobody"], stdin=subprocess.PIPE,
                               stdout=subprocess.DEVNULL)
    with open("few.pcap", "rb") as stream:
        process.stdin.write(stream.read())
    process.stdin.flush()
    owner, end = 0, time.monotonic() + SECONDS
    while owner == 0 and process.poll() is None and time.monotonic() < end:
        owner = os.stat(f"/proc/{process.pid}").st_uid
        time.sleep(0.01)
    process.communicate()
    check.expect("-Z", "it is nobody's, status", (owner, process.returncode), (pwd.getpwnam("nobody").pw_uid, 0))


def standard_input(check):
    with open("few.pcap", "rb") as stream:
        octets = stream.read()
    from_file = check.run("-n", "few.pcap", stdout=True)
    for arguments in ((), ("-r", "-"), ("udp",), ("-",)):
        check.run("-n", *arguments, octets=octets, stdout=from_file.decode())
    with open("few.pcap", "rb") as stream:
        check.run("-n", stdin=stream, stdout=from_file.decode())
    check.run(octets=b"", status=2, stderr="nfscope: standard input is empty\n", stdout=False)
    check.run("-r", "-", "-r", "-", status=1, stderr="nfscope: standard input is given twice\n", octets=octets)
    master, slave = pty.openpty()
    check.run(status=1, stderr=NO_INPUT, stdin=slave, stdout=False)
    os.close(master)
    os.close(slave)


def cut(check):
    done = subprocess.run([check.program, "-n", "-r", "cut.pcap"], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          timeout=SECONDS, check=False)
    check.expect("cut", "exit status", done.returncode, 2)
    check.expect("cut", "what was read is there", b"198.51.100.1" in done.stdout, True)
    text = done.stderr.decode()
    check.expect("cut", "one line", text.count("\n"), 1)
    check.expect("cut", "it says where", text.startswith("nfscope: 'cut.pcap' is cut short: read 2 packets, then "),
                 True)


def nothing_to_see(check):
    check.run("-r", "few.pcap", "-Y", "", status=2, stdout=False,
              stderr="nfscope: bad flow filter: the filter is empty\n    \n    ^\n")
    check.run("-r", "few.pcap", "-t", "", status=1, stdout=False,
              stderr="nfscope: unknown word '' for -t; give a, ad, r, e, d, u or ud\n    -t \n       ^\n")
    check.run("-r", "few.pcap", "--archive", "", status=1, stdout=False,
              stderr="nfscope: cannot write '': No such file or directory\n")
    check.run("-r", "few.pcap", "--min-packets", "0", stdout=True)
    check.run("-T", "json", "-r", "header.pcap", stderr="nfscope: the capture holds no frames\n", stdout=False)
    check.run("-T", "json", "-r", "few.pcap", "tcp", stderr="nfscope: no frame passed the capture filter\n",
              stdout=False)
    check.run("-T", "json", "-r", "other.pcap", stdout=False,
              stderr="nfscope: no export packet in 1 frame; export packets are NetFlow or IPFIX over UDP\n")
    check.run("-r", "other.pcap", stdout="no NetFlow or IPFIX packets in 1 frame\n")
    check.run("-q", "-r", "other.pcap", stdout=False)
    check.run("-q", "-T", "json", "-r", "few.pcap", "tcp", stdout=False)


def options(check):
    check.run("--help", stdout=True)
    check.run("-h", "--shwo", status=1, stdout=False,
              stderr="nfscope: unknown option '--shwo'; did you mean '--show'?\n    --shwo\n    ^\n")
    version = check.run("--version", stdout=True).decode()
    check.expect("--version", "name and number", version.startswith("nfscope ") and version[8].isdigit(), True)
    check.run("-r", "few.pcap", "-nqJ", status=1, stdout=False,
              stderr="nfscope: unknown option '-J'\n    -nqJ\n       ^\n")
    check.run("-R", "few.pcap", status=1, stdout=False,
              stderr="nfscope: unknown option '-R'; each file is one '-r FILE'\n    -R\n    ^\n")
    check.run("few.pcap", "-T", "xml", status=1,
              stderr="nfscope: unknown word 'xml' for -T; give text, json or csv\n    -T xml\n       ^\n")
    check.run("few.pcap", "-T", "csv", stdout=True)
    check.run("few.pcap", "-e", "byts", status=1, stdout=False,
              stderr="nfscope: --show connections has no 'byts'; did you mean 'bytes'?\n    -e byts\n       ^\n")
    check.run("few.pcap", "--show", "flows", "-e", "src,nothing", status=1, stdout=False,
              stderr="nfscope: --show flows has no 'nothing'; its keys are in nfscope-json(5)\n"
                     "    -e nothing\n       ^\n")
    check.run("few.pcap", "-V", "-e", "frame", status=1, stdout=False,
              stderr="nfscope: -V shows whole packets; leave out -e\n")
    check.run("few.pcap", "-T", "csv", "-V", status=1, stdout=False,
              stderr="nfscope: -V is for text; all that a record says is in -T csv --show records\n")
    check.run("few.pcap", "--sort", "ip", status=1, stdout=False,
              stderr="nfscope: cannot sort by 'ip': it has two values; name the one that is meant\n"
                     "    --sort ip\n           ^\n")
    check.run("few.pcap", "--sort", "byts", status=1, stdout=False,
              stderr="nfscope: no field 'byts'; did you mean 'bytes'?\n    --sort byts\n           ^\n")
    check.run("few.pcap", "--sort", "bytes:up", status=1, stdout=False,
              stderr="nfscope: --sort takes FIELD, FIELD:asc or FIELD:desc, not 'bytes:up'\n"
                     "    --sort bytes:up\n                ^\n")
    check.run("few.pcap", "--sort=-bytes", status=1, stdout=False,
              stderr="nfscope: --sort takes FIELD, FIELD:asc or FIELD:desc, not '-bytes'\n"
                     "    --sort -bytes\n           ^\n")
    check.run("few.pcap", "--sort", "octetDeltaCount", status=1, stdout=False,
              stderr="nfscope: cannot sort by 'octetDeltaCount': it is in the records only, not in what is kept of "
                     "flows\n    --sort octetDeltaCount\n           ^\n")
    check.run("few.pcap", "--sort", "src", status=1, stdout=False,
              stderr="nfscope: cannot sort by 'src': it is of flows, connections do not have it\n"
                     "    --sort src\n           ^\n")
    check.run("few.pcap", "--show", "records", "--sort", "bytes", status=1, stdout=False,
              stderr="nfscope: --sort is for connections and flows; --show records has its own order\n")
    check.run("few.pcap", "--show", "flows", "--min-packets", "3", status=1, stdout=False,
              stderr="nfscope: --min-packets hides connections; --show flows has none\n")
    check.run("few.pcap", "-T", "json", "-t", "e", status=1, stdout=False,
              stderr="nfscope: -t is for text; times of -T json are RFC 3339 in UTC\n")
    check.run("few.pcap", "-T", "csv", "--utc", status=1, stdout=False,
              stderr="nfscope: --utc is for text; times of -T csv are RFC 3339 in UTC\n")
    check.run("few.pcap", "-z", "talkers", "--show", "flows", status=1, stdout=False,
              stderr="nfscope: -z talkers is put out instead of --show flows; give one of them\n")
    check.run("few.pcap", "-z", "talkers", "--sort", "bytes", status=1, stdout=False,
              stderr="nfscope: -z talkers has its own order, by unit=\n")
    check.run("few.pcap", "-z", "talkers", "--limit", "3", status=1, stdout=False,
              stderr="nfscope: the lines of -z talkers are limited by 'top=N'\n")
    check.run("few.pcap", "-z", "talkers", "--min-packets", "3", status=1, stdout=False,
              stderr="nfscope: --min-packets hides connections of a list; -z talkers counts all\n")
    check.run("few.pcap", "-z", "talkers", "-V", status=1, stdout=False,
              stderr="nfscope: -z talkers shows no packets; leave out -V\n")
    check.run("few.pcap", "-z", "talker", status=1, stdout=False,
              stderr="nfscope: unknown word 'talker' for -z; did you mean 'talkers'?\n    -z talker\n       ^\n")
    check.run("few.pcap", "-z", "talkers,unit=byte", status=1, stdout=False,
              stderr="nfscope: unit is bytes, packets, flows or connections, not 'byte'\n"
                     "    -z talkers,unit=byte\n                    ^\n")
    check.run("few.pcap", "-z", "ports,by=net", status=1, stdout=False,
              stderr="nfscope: -z ports has no key 'by'; it has unit, top\n    -z ports,by=net\n             ^\n")
    check.run("few.pcap", "-z", "talkers,top", status=1, stdout=False,
              stderr="nfscope: top needs a value: top=...\n    -z talkers,top\n               ^\n")
    check.run("few.pcap", "-ztimeline,bin=0s", status=1, stdout=False,
              stderr="nfscope: bin is a time as 500ms, 10s, 5m, 1h or 1d, not '0s'\n"
                     "    -ztimeline,bin=0s\n                   ^\n")
    check.run("few.pcap", "-z", "timeline,time=header", status=1, stdout=False,
              stderr="nfscope: time is flow or export, not 'header'\n    -z timeline,time=header\n                     ^\n")
    check.run("few.pcap", "-z", "ports", "-z", "talkers", status=1, stdout=False,
              stderr="nfscope: -z is given twice\n    -z talkers\n       ^\n")
    check.run("few.pcap", "-z", "talkers", "-e", "adress", status=1, stdout=False,
              stderr="nfscope: -z talkers has no 'adress'; did you mean 'address'?\n    -e adress\n       ^\n")
    check.run("few.pcap", "-N", "nx", status=1, stdout=False,
              stderr="nfscope: -N takes the letters n (hosts), t (services) and d (DNS answers in the capture), not 'nx'\n"
                     "    -N nx\n        ^\n")
    check.run("few.pcap", "-n", "-N", "d", status=1, stdout=False,
              stderr="nfscope: -n is for no names; with -N leave it out\n")
    whole = check.run("few.pcap", "-n", "-Y", "host 192.0.2.1", stdout=True)
    check.expect("--match-host", "output", check.run("few.pcap", "-n", "--match-host", "192.0.2.1"), whole)
    both = check.run("few.pcap", "-n", "-T", "csv", "-Y", "host 192.0.2.0/24 and (port 1 or bytes > 0)")
    check.expect("--match-host and -Y", "output", check.run("few.pcap", "-n", "-T", "csv", "--match-host", "192.0.2.0/24", "-Y",
                                                            "port 1 or bytes > 0"), both)
    check.run("few.pcap", "--match-host", "a or b", status=1, stdout=False,
              stderr="nfscope: --match-host takes an address, a net or a name, not 'a or b'; more is -Y\n"
                     "    --match-host a or b\n                  ^\n")
    check.run("few.pcap", "--show", "templates", "-t", "e", status=1, stdout=False,
              stderr="nfscope: -t has no effect on templates: it shows no times, or those of records as sent\n")
    check.run("few.pcap", "-V", "--utc", status=1, stdout=False,
              stderr="nfscope: --utc has no effect on -V: it shows no times, or those of records as sent\n")
    check.run("few.pcap", "-t", "dd", status=1, stdout=False,
              stderr="nfscope: unknown word 'dd' for -t; did you mean 'ad'?\n    -t dd\n       ^\n")
    for show in ("connections", "flows", "records", "packets"):
        for form in ("text", "json", "csv"):
            lines = check.run("many.pcap", "-n", "-q", "--show", show, "-T", form, "--limit", "3", stdout=True)
            # of records CSV has a line for each field
            if (show, form) != ("records", "csv"):
                check.expect(f"--limit 3 {show} {form}", "lines", lines.count(b"\n"), 3)
    check.run("few.pcap", "--show", "flow", status=1,
              stderr="nfscope: unknown word 'flow' for --show; did you mean 'flows'?\n"
                     "    --show flow\n           ^\n")
    check.run("few.pcap", "--hosts", "missing", status=1,
              stderr="nfscope: cannot read hosts file 'missing': No such file or directory\n")
    for show in ("connections", "flows", "records", "packets", "templates", "exporters", "diagnostics"):
        check.run("-n", "few.pcap", "--show", show, stdout=True)
        check.run("-n", "few.pcap", "--show", show, "-T", "json", stdout=show not in ("templates", "diagnostics"))
    for letters in ("-V", "-x", "-Vx", "-l", "-q"):
        check.run("-n", "few.pcap", letters, stdout=True)
    one = check.run("few.pcap", "-c", "1", "--show", "records", "-T", "json", stdout=True)
    check.expect("-c 1", "records", one.count(b"\n"), 2)
    write("hosts", b"192.0.2.1 alpha\n")
    named = check.run("-n", "--hosts", "hosts", "few.pcap", stdout=True)
    check.expect("--hosts", "name", b"alpha (192.0.2.1)" in named, True)


def flow_filters(check):
    def wrong(text, at, message, *options):
        check.run("-r", "few.pcap", *options, "-Y", text, status=2, stdout=False,
                  stderr=f"nfscope: {message}\n    {text}\n    {' ' * at}^\n")
    wrong("byts > 1M", 0, "bad flow filter: there is no field 'byts'; did you mean 'bytes'?")
    wrong("tcp and bytes > x", 16, "bad flow filter: 'x' is not a number, with which bytes is compared")
    wrong("port 70000", 5, "bad flow filter: '70000' is too large: port goes up to 65535")
    wrong("tcp udp", 4, "bad flow filter: 'and' or 'or' belongs in front of 'udp'")
    wrong("(tcp", 0, "bad flow filter: this parenthesis is not closed")
    wrong("tcp and", 7, "bad flow filter: a field is missing here")
    wrong("src ip", 6, "bad flow filter: src is to be compared with an address, a prefix or the name of a host, which is "
          "missing")
    wrong("bytes contains 5", 6, "bad flow filter: 'contains' does not go with bytes, which is a counter")
    for options in (("-N", "n"), ("--show", "records")):
        wrong("host no.such.host.invalid", 5, "bad flow filter: no address of a host 'no.such.host.invalid' is known",
              "--name-wait", "0", *options)
    for show in ("connections", "flows", "packets", "exporters"): # it may be in the capture
        check.run("-r", "few.pcap", "--name-wait", "0", "--show", show, "-Y", "host no.such.host.invalid", status=2, stdout=False,
                  stderr="nfscope: bad flow filter: no address of a host 'no.such.host.invalid' is known\n")
    wrong("host www.example.com", 5, "bad flow filter: 'www.example.com' is no address, and names of hosts are not looked up "
          "here", "-n")
    wrong("ether host 00:11:22:33:44:55", 0, "this is a capture filter (BPF), and -Y filters flows: "
          "nfscope -r few.pcap -f 'ether host 00:11:22:33:44:55'")
    for options in (("--show", "records"), ("-V",), ("-x",)):
        wrong("tcp and client.port 5", 8, "client.port is known when all is read: "
              "--show flows and packets can ask for it, records cannot", *options)
    wrong("record 1", 0, "record is known when all is read: --show flows and packets can ask for it, records cannot", "-V")
    check.run("-r", "few.pcap", "--show", "packets", "-Y", "record 1", stdout=True)
    check.run("-r", "few.pcap", "-Y", "tcp", "-Y", "udp", status=1, stderr="nfscope: --filter is given twice\n    -Y udp\n       ^\n")
    check.run("-r", "few.pcap", "-Y", "bytes > 1T", "--show", "flows", "-T", "json", stdout=False)
    check.run("-r", "few.pcap", "--filter=any", "--show", "flows", "-T", "json", stdout=True)


def filters(check):
    check.run("-r", "few.pcap", "udp", "prot", "2055", status=2, stdout=False,
              stderr="nfscope: bad capture filter: syntax error\n    udp prot 2055\n        ^\n")
    check.run("-r", "few.pcap", "-f", "udp and", status=2, stdout=False,
              stderr="nfscope: bad capture filter: syntax error at its end\n    udp and\n           ^\n")
    check.run("-r", "few.pcap", "port", "==", "2055", status=2, stdout=False,
              stderr="nfscope: this is a flow filter, and words filter the captured packets (BPF, as tcpdump): "
                     "nfscope -r few.pcap -Y 'port == 2055'; of packets it is nfscope -r few.pcap port 2055\n"
                     "    port == 2055\n         ^\n")
    check.run("-r", "few.pcap", "-f", "udp", "port", "53", status=1, stdout=False,
              stderr="nfscope: two capture filters: -f and the words 'port ...'; give one of them\n")
    whole = check.run("-n", "-r", "few.pcap", stdout=True).decode()
    check.run("-n", "-r", "few.pcap", "udp port 2055", stdout=whole)
    check.run("-n", "-r", "few.pcap", "-f", "udp port 2055", stdout=whole)
    check.run("-n", "-r", "few.pcap", "-F", "filter.bpf", stdout=whole)
    check.run("-r", "few.pcap", "-F", "missing.bpf", status=1,
              stderr="nfscope: cannot open 'missing.bpf': No such file or directory\n")


def hex_dumps(check):
    octets = captures.v5(1)
    dump = octets.hex()
    tree = check.run("--hex", dump, stdout=True)
    check.expect("--hex", "an address", b"198.51.100.1" in tree, True)
    check.run("--hex=" + dump, stdout=tree.decode())
    check.run("--hex", *[dump[i:i + 2] for i in range(0, len(dump), 2)], stdout=tree.decode())
    check.run("--hex", "dump.txt", stdout=tree.decode())
    check.run("--hex", "-", octets=dump.encode(), stdout=tree.decode())
    check.run("--hex", octets=dump.encode(), stdout=tree.decode())
    record = check.run("--hex", "dump.txt", "-T", "json", stdout=True)
    check.expect("--hex -T json", "a record", b'"sourceIPv4Address":"192.0.2.1"' in record, True)
    check.run("--hex", status=2, stderr="nfscope: the hex dump is empty\n", stdout=False)
    check.run("--hex", "00", "zz", status=2, stdout=False,
              stderr="nfscope: bad hex dump: no hex octet\n    00 zz\n       ^\n")
    check.run("--hex", "missing.txt", status=2, stdout=False,
              stderr="nfscope: 'missing.txt' is neither a file nor hex octets\n    missing.txt\n    ^\n")
    check.run("--hex", "dump.bin", status=2, stdout=False,
              stderr="nfscope: 'dump.bin' is no hex dump; a capture is read with -r\n")
    check.run("--hex", "folder", status=1, stderr="nfscope: cannot read 'folder': Is a directory\n", stdout=False)
    check.run("--hex", "00040001", status=2, stdout=False,
              stderr="nfscope: the octets are no NetFlow v1, v5, v7, v9 or IPFIX packet\n")
    check.run("--hex", dump, "-r", "few.pcap", status=1, stdout=False,
              stderr="nfscope: --hex and -r are two inputs; give one of them\n")


def outputs(check):
    for arguments in (("--help",), ("--version",), ("few.pcap",), ("many.pcap", "-T", "json", "--show", "records")):
        check.run(*arguments, status=1, shell=">&-",
                  stderr="nfscope: cannot write to standard output: Bad file descriptor\n")
        if os.path.exists("/dev/full"):
            check.run(*arguments, status=1, shell=">/dev/full",
                      stderr="nfscope: cannot write to standard output: No space left on device\n")
    check.run("-n", "few.pcap", shell="<&-", stdout=True)
    check.run(shell="<&-", status=1, stderr=NO_INPUT)
    check.run("--shwo", shell="2>&-", status=1, stdout=False)
    check.run("few.pcap", shell="<&- >&- 2>&-", status=1)


def reader_goes(check):
    """`nfscope | head -1`"""
    for arguments in (("many.pcap", "-n", "--show", "flows"), ("many.pcap", "-T", "json", "--show", "records"),
                      ("many.pcap", "-n", "-T", "csv", "--show", "records"), ("many.pcap", "-n", "-T", "csv", "--show", "flows"),
                      ("many.pcap", "-n", "--show", "flows", "-e", "src", "--sort", "src"), ("many.pcap", "-n", "-z", "talkers"),
                      ("many.pcap", "-n", "-l"), ("--help",)):
        with subprocess.Popen([check.program, *arguments], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE) as process:
            process.stdout.read(1)
            process.stdout.close()
            check.expect(" ".join(arguments) + " | head", "standard error", process.stderr.read(), b"")
            check.expect(" ".join(arguments) + " | head", "exit status", process.wait(SECONDS), 0)


def interrupt(check):
    """Control-C in `tcpdump -w - | nfscope`: what came is put out when the writer has ended."""
    with open("few.pcap", "rb") as stream:
        octets = stream.read()
    with subprocess.Popen([check.program, "-n"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE) as process:
        process.stdin.write(octets)
        process.stdin.flush()
        handled, deadline = False, time.monotonic() + SECONDS
        while not handled and time.monotonic() < deadline:  # until the handler is there
            with open(f"/proc/{process.pid}/status", encoding="utf-8") as stream:
                caught = [int(line.split()[1], 16) for line in stream if line.startswith("SigCgt")]
            handled = bool(caught and caught[0] >> (signal.SIGINT - 1) & 1)
            time.sleep(0.01)
        check.expect("interrupt", "handler", handled, True)
        process.send_signal(signal.SIGINT)
        time.sleep(0.1)
        out, err = process.communicate(timeout=SECONDS)
        check.expect("interrupt", "exit status", process.returncode, 0)
        check.expect("interrupt", "standard error", err, b"")
        check.expect("interrupt", "what came", b"198.51.100.1" in out, True)


def main():
    check = Checks(os.path.abspath(sys.argv[1]))
    here = os.getcwd()
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        make_files()
        for group in (inputs, live_inputs, standard_input, cut, nothing_to_see, options, filters, flow_filters, hex_dumps, outputs, reader_goes,
                      interrupt):
            group(check)
        os.chdir(here)
    print(f"{check.count} checks, {check.failed} failed")
    return 1 if check.failed else 0


if __name__ == "__main__":
    sys.exit(main())
