# SPDX-License-Identifier: MIT
"""Just enough C for the checks beside: files, code without comments and literals, includes, functions."""
import os
import re

C_FOLDERS = ("include", "src", "tests")


class Report:
    """Collects findings, prints them, gives the exit status."""

    def __init__(self):
        self.count = 0

    def add(self, path, line, text):
        self.count += 1
        print(f"{path}:{line}: {text}" if line else f"{path}: {text}")

    def status(self):
        return 1 if self.count else 0


def files(root, extensions, folders=C_FOLDERS):
    """Paths relative to root, sorted, of files with one of the extensions."""
    found = []
    for folder in folders:
        for where, names, entries in os.walk(os.path.join(root, folder)):
            names[:] = [name for name in names if not name.startswith(".") and name != "__pycache__"]
            found += [os.path.relpath(os.path.join(where, entry), root)
                      for entry in entries if entry.endswith(extensions)]
    return sorted(found)


def read(root, path):
    with open(os.path.join(root, path), encoding="utf-8") as stream:
        return stream.read()


LITERAL = re.compile(r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', re.S)


def code(text):
    """The text with comments and the insides of literals blanked; lines stay where they are."""

    def blank(match):
        found = match.group()
        if found[0] in "\"'":
            return found[0] * 2
        return re.sub(r"[^\n]", " ", found)

    return LITERAL.sub(blank, text)


def includes(text):
    """(line, "<" or '"', path) of every #include."""
    for match in re.finditer(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"]+)[>"]', text, re.M):
        yield text.count("\n", 0, match.start()) + 1, match.group(1), match.group(2)


def without_preprocessor(text):
    """Code with directives, macro bodies and the #else branches blanked."""
    out, skipping, depth, continued = [], [], 0, False
    for line in text.split("\n"):
        directive = re.match(r"\s*#\s*(\w+)", line)
        if not continued and directive:
            word = directive.group(1)
            if word.startswith("if"):
                depth += 1
            elif word in ("else", "elif") and depth not in skipping:
                skipping.append(depth)
            elif word == "endif":
                if depth in skipping:
                    skipping.remove(depth)
                depth -= 1
        hide = continued or directive or skipping
        continued = bool(continued or directive) and line.endswith("\\")
        out.append("" if hide else line)
    return "\n".join(out)


class Function:
    def __init__(self, name, first, last, depth):
        self.name, self.first, self.last, self.depth = name, first, last, depth
        self.lines = last - first + 1


class Scanner:
    """Finds function definitions and how deep their control statements nest."""

    PAIRS = {"(": ")", "[": "]", "{": "}"}

    def __init__(self, text):
        text = without_preprocessor(code(text))
        self.tokens = []
        line = 1
        for match in re.finditer(r"\n|\w+|\"\"|''|[^\s\w]", text):
            if match.group() == "\n":
                line += 1
            else:
                self.tokens.append((match.group(), line))
        self.at = 0

    def peek(self, ahead=0):
        place = self.at + ahead
        return self.tokens[place][0] if place < len(self.tokens) else ""

    def skip_balanced(self):
        """From an opening bracket to behind its closing one."""
        depth = 0
        while self.at < len(self.tokens):
            token = self.peek()
            self.at += 1
            if token in "([{":
                depth += 1
            elif token in ")]}":
                depth -= 1
                if depth == 0:
                    return

    def functions(self):
        """A `{` behind `)` outside of everything opens a function; its head began behind the last ; or }."""
        start = 0
        while self.at < len(self.tokens):
            token = self.peek()
            if token == "{" and self.at > 0 and self.tokens[self.at - 1][0] == ")":
                name, first = self.head(start)
                depth = self.block()
                yield Function(name, first, self.tokens[self.at - 1][1], depth)
                start = self.at
            elif token in self.PAIRS:
                self.skip_balanced()
                if token == "{" and self.peek() != ";":
                    start = self.at
            else:
                self.at += 1
                if token == ";":
                    start = self.at

    def head(self, start):
        for place in range(start, self.at - 1):
            word = self.tokens[place][0]
            if re.match(r"[A-Za-z_]", word) and word != "__attribute__" and self.tokens[place + 1][0] == "(":
                return word, self.tokens[start][1]
        return "?", self.tokens[start][1]

    def statement(self):
        """Reads one statement; returns how many levels of control statements it nests."""
        token = self.peek()
        if token == "{":
            return self.block()
        if token in ("if", "for", "while", "switch"):
            self.at += 1
            self.skip_balanced()
            depth = self.controlled()
            if token == "if" and self.peek() == "else":
                self.at += 1
                # `else if` goes on with the chain: no deeper
                depth = max(depth, self.statement() if self.peek() == "if" else self.controlled())
            return depth
        if token == "do":
            self.at += 1
            depth = self.controlled()
            self.expression()
            return depth
        if token in ("case", "default") or (re.match(r"[A-Za-z_]\w*$", token) and self.peek(1) == ":"):
            while self.at < len(self.tokens) and self.peek() != ":":
                self.at += 1
            self.at += 1
            return self.statement() if self.peek() != "}" else 0
        return self.expression()

    def controlled(self):
        return 1 + self.statement()

    def block(self):
        self.at += 1
        depth = 0
        while self.at < len(self.tokens) and self.peek() != "}":
            depth = max(depth, self.statement())
        self.at += 1
        return depth

    def expression(self):
        """To behind the `;`. A macro that controls a block, `each(x) { ... }`, counts as a loop."""
        start = self.at
        while self.at < len(self.tokens):
            token = self.peek()
            if token == "}":
                return 0
            if token == "{" and self.at > start + 2 and self.tokens[start + 1][0] == "(" \
                    and self.closes(start + 1) == self.at - 1:
                return 1 + self.block()
            if token in self.PAIRS:
                self.skip_balanced()
                continue
            self.at += 1
            if token == ";":
                return 0
        return 0

    def closes(self, place):
        """Where the bracket opened at a place is closed."""
        keep, self.at = self.at, place
        self.skip_balanced()
        end, self.at = self.at - 1, keep
        return end


def functions(text):
    return list(Scanner(text).functions())
