#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""selftest.py COMPILER: every check finds the fault it is there for, at its place, and passes the same without it."""
import os
import subprocess
import sys
import tempfile

import csource

HERE = os.path.dirname(os.path.realpath(__file__))
SPDX = "/* SPDX-License-Identifier: MIT */\n"


def deep(levels):
    return "".join("    " * level + "if (x)\n" for level in range(1, levels + 1)) + "x++;\n"


def long_function(lines):
    return "int f(int x)\n{\n" + "    x++;\n" * (lines - 4) + "    return x;\n}\n"


# check, file, its text without the SPDX line, a word of the finding (None: it has to pass)
CASES = [
    ("layers", "src/base/a.c", '#include "base/a.h"\n', None),
    ("layers", "src/base/a.c", '#include "flow/a.h"\n', "base must not include flow"),
    ("layers", "src/flow/b.c", '#include "decode/a.h"\n', "flow must not include decode"),
    ("layers", "src/decode/b.c", '#include "nfdec/a.h"\n#include "base/a.h"\n', None),
    ("layers", "src/session/b.c", '#include "decode/a.h"\n', "session must not include decode"),
    ("layers", "src/view/tui/term/b.c", '#include "view/batch/a.h"\n', "view/tui/term must not include view/batch"),
    ("layers", "src/view/tui/term/b.c", "#include <curses.h>\n", None),
    ("layers", "src/view/b.c", "#include <curses.h>\n", "belongs to src/view/tui/term only"),
    ("layers", "src/datagram/b.c", "#include <pcap/pcap.h>\n", "belongs to src/capture only"),
    ("layers", "src/decode/b.c", "#include <zlib.h>\n", "belongs to src/capture"),
    ("layers", "src/main.c", '#include "view/batch/a.h"\n#include "names/a.h"\n', None),
    ("layers", "src/base/a.c", '#include "base/none.h"\n', "is no file"),
    ("layers", "src/other/a.c", "", "no rule for folder"),
    ("layers", "src/base/a.h", '#include "base/z.h"\n', "in an include cycle"),
    ("sizes", "src/base/f.c", long_function(80), None),
    ("sizes", "src/base/f.c", long_function(81), "f: 81 lines"),
    ("sizes", "src/base/f.c", "void f(int x)\n{\n" + deep(4) + "}\n", None),
    ("sizes", "src/base/f.c", "void f(int x)\n{\n" + deep(5) + "}\n", "f: nests 5 deep"),
    ("sizes", "src/base/f.c", "void f(int x)\n{\n" + "if (x) {}\nelse " * 9 + "x++;\n}\n", None),
    ("sizes", "src/base/f.c", "void f(int x)\n{\n    switch (x) {\n    case 1:\n" + deep(4) + "    }\n}\n", "nests 5 deep"),
    ("sizes", "src/base/f.c", "void f(int x)\n{\n    each(x) {\n" + deep(4) + "    }\n}\n", "nests 5 deep"),
    ("sizes", "src/base/f.c", "struct p q = { .a = { 1 } };\n" * 600, "601 lines"),
    ("sizes", "src/base/f.def", "OPTION(1)\n" * 900, None),
    ("banned", "src/base/f.c", "int f(void) { return atoi(s); }\n", "atoi"),
    ("banned", "src/base/f.c", "int f(void) { strcpy (a, b); }\n", "strcpy"),
    ("banned", "src/base/f.c", 'const char *s = "atoi(x)"; /* gmtime(t) */\nint n = x.gets(1) + gmtime_r(a, b);\n', None),
    ("banned", "src/base/f.h", "extern int counter;\n", "extern"),
    ("banned", "src/base/f.h", "extern const int counter[];\nextern int f(void);\n", None),
    ("banned", "src/base/f.h", "typedef struct x x_t;\n", "typedef"),
    ("banned", "src/base/f.h", "struct x { int i; } __attribute__((packed));\n", "packed"),
    ("banned", "src/base/f.c", "int n = ntohs(*(uint16_t *)p);\n", "cursor"),
    ("texts", "src/base/f.c", "", None),
    ("texts", "src/base/f.c", "/* TO" + "DO: more */\n", "left to do"),
    ("texts", "tests/x.sh", "cd /wo" + "rk/main\n", "a path of one machine"),
    ("texts", "src/base/f.c", "int x;  \n", "blanks"),
    ("headers", "src/base/f.h", "static inline uint8_t f(void);\n", "does not compile alone"),
    ("headers", "src/base/f.h", "#include <stdint.h>\nuint8_t f(void);\n", None),
    ("headers", "include/nfdec/f.h", '#include "base/a.h"\n', "does not compile alone"),
    ("format", "src/base/f.c", "int f(void) {return 1;}\n", "clang-format"),
    ("manual", "man/x.1", ".Dd\n.Bl\n", "x.1"),
]

# what every tree has, so that includes mean something
COMMON = ["src/%s/a.h" % folder for folder in ("base", "capture", "decode", "flow", "names", "session", "view", "view/batch")]
COMMON += ["include/nfdec/a.h"]


def write(root, path, text):
    full = os.path.join(root, path)
    os.makedirs(os.path.dirname(full), exist_ok=True)
    with open(full, "w", encoding="utf-8") as stream:
        stream.write(text)


def run(check, arguments):
    return subprocess.run([sys.executable, "-B", os.path.join(HERE, check + ".py"), *arguments], check=False, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)


def judge(report, name, done, word):
    if done.returncode == 77:
        return
    if (done.returncode != 0) != (word is not None) or word is not None and word not in done.stdout:
        report.add("selftest", 0, f"{name}: exit status {done.returncode}, wanted {word!r}, got:\n{done.stdout}")


def check_tree(report, number, case, compiler):
    check, path, text, word = case
    with tempfile.TemporaryDirectory() as root:
        for common in COMMON:
            write(root, common, SPDX + "struct nothing;\n")
        write(root, "src/base/z.h", SPDX + '#include "base/a.h"\n')
        write(root, ".clang-format", "BasedOnStyle: LLVM\n")
        write(root, path, ("" if path.endswith(".sh") else SPDX) + text)
        judge(report, f"case {number}, {check}", run(check, [root, compiler]), word)


def check_spdx(report):
    with tempfile.TemporaryDirectory() as root:
        write(root, "src/a.c", "int x;\n")
        judge(report, "texts", run("texts", [root]), "SPDX")


def check_object(report, compiler, text, word):
    with tempfile.TemporaryDirectory() as root:
        write(root, "f.c", text)
        subprocess.run([compiler, "-fPIC", "-c", "-o", f"{root}/f.o", f"{root}/f.c"], check=True)
        judge(report, f"state: {text}", run("state", [root]), word)


def check_library(report, compiler, text, word):
    with tempfile.TemporaryDirectory() as root:
        write(root, "include/nfdec/f.h", "NFDEC_API int nfdec_f(void);\n")
        write(root, "f.c", text)
        subprocess.run([compiler, "-shared", "-fPIC", "-o", f"{root}/f.so", f"{root}/f.c"], check=True)
        judge(report, f"symbols: {text}", run("symbols", [root, f"{root}/f.so"]), word)


def main():
    compiler = sys.argv[1]
    report = csource.Report()
    for number, case in enumerate(CASES):
        check_tree(report, number, case, compiler)
    check_spdx(report)
    check_object(report, compiler, "const char *const names[] = { \"a\" }; int f(void) { return 1; }\n", None)
    check_object(report, compiler, "int f(void) { static int calls; return calls++; }\n", "mutable variable 'calls")
    check_object(report, compiler, "_Thread_local int last;\n", "mutable variable 'last'")
    check_library(report, compiler, "int nfdec_f(void) { return 1; }\n", None)
    check_library(report, compiler, "int nfdec_f(void) { return 1; }\nint f;\n", "exports 'f'")
    check_library(report, compiler, "int nfdec_g(void) { return 1; }\n", "does not export 'nfdec_f'")
    return report.status()


if __name__ == "__main__":
    sys.exit(main())
