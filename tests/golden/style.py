#!/usr/bin/env python3
"""The rules of the house that a script can judge.  Looks at the files git knows.

  style.py

  size       a function has at most 80 lines, a .c file 700, a .h file 400
  names      files are nouns: no util, common, misc, helpers
  leftovers  no notes to self, no bare assert( in the product, no paths of one machine
  top level  only what the design names
"""

import re
import subprocess
import sys

from replay import SOURCE

FUNCTION_LINES, C_LINES, H_LINES = 80, 700, 400
PRODUCT = ("sensor/", "dissect/", "detect/", "conf/")
TOP_LEVEL = {"sensor", "dissect", "detect", "conf", "tests", "pcaps", "systemd",
             "CMakeLists.txt", "README.md", "LICENSE", "CHANGELOG.md"}
VAGUE = re.compile(r"(^|[/_.-])(utils?|commons?|misc|helpers?)([_.-]|$)")
# Written in two halves so that this file does not find itself.
NOTES = re.compile(r"\b(TO" r"DO|FIX" r"ME|XX" r"X)\b")
MACHINE = re.compile(r"(?<![\w.$}])/(wo" r"rk|ho" r"me|tmp/bu" r"ild)\b")
ASSERT = re.compile(r"(?<![\w])assert\s*\(")
BINARY = (".pcap", ".pcapng", ".gz", ".zst", ".bin")


def functions(lines):
    """(line number, length) of each function; relies on clang-format's layout."""
    begin = None
    for number, line in enumerate(lines, 1):
        if line.startswith("{") and number > 1 and not lines[number - 2].endswith("="):
            begin = number
        elif line.startswith("}") and begin is not None:
            yield begin, number - begin - 1
            begin = None


def judge(name, text):
    lines = text.splitlines()
    if VAGUE.search(name):
        yield 1, "file name says nothing: use a noun"
    for number, line in enumerate(lines, 1):
        if NOTES.search(line):
            yield number, "note to self"
        if MACHINE.search(line):
            yield number, "path of one machine"
        if name.startswith(PRODUCT) and name.endswith((".c", ".h")) \
                and ASSERT.search(line):
            yield number, "bare assert( in the product"
    if name.endswith(".c"):
        if len(lines) > C_LINES:
            yield len(lines), f"more than {C_LINES} lines"
        for number, length in functions(lines):
            if length > FUNCTION_LINES:
                yield number, f"function of {length} lines, more than {FUNCTION_LINES}"
    if name.endswith(".h") and len(lines) > H_LINES:
        yield len(lines), f"more than {H_LINES} lines"


def main():
    listed = subprocess.run(["git", "-c", "safe.directory=*", "-C", str(SOURCE),
                             "ls-files", "-z"], check=True,
                            stdout=subprocess.PIPE).stdout.decode()
    bad, seen = [], 0
    for name in filter(None, listed.split("\0")):
        path = SOURCE / name
        top = name.split("/")[0]
        if not top.startswith(".") and top not in TOP_LEVEL:
            bad.append((name, 1, "not a place of the design"))
        if name.endswith(BINARY) or "/corpus/" in name or not path.is_file():
            continue
        data = path.read_bytes()
        if b"\0" in data:
            continue
        seen += 1
        bad += [(name, n, why) for n, why in judge(name, data.decode("utf-8", "replace"))]
    for name, number, why in bad:
        print(f"{name}:{number}: {why}")
    print(f"{seen} files, {len(bad)} findings")
    return 1 if bad or not seen else 0


if __name__ == "__main__":
    sys.exit(main())
