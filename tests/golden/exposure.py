#!/usr/bin/env python3
"""Does the list of system calls of a unit hold those that zonetap's threads may make?

  exposure.py UNIT SANDBOX.C

A call that a thread may make and the unit forbids would fail with EPERM where nobody
expects it.
"""

import re
import subprocess
import sys

# What giving up privileges and setting the traps takes, before the threads' own lists.
AT_START = {"capset", "capget", "seccomp", "prctl", "rt_sigaction", "prlimit64",
            "landlock_create_ruleset", "landlock_add_rule", "landlock_restrict_self",
            "clone3", "bind", "eventfd2", "ioctl"}


def members(group):
    text = subprocess.run(["systemd-analyze", "syscall-filter", group],
                          capture_output=True, text=True, check=True).stdout
    found = set()
    for line in text.splitlines()[1:]:
        word = line.strip()
        if word.startswith("@"):
            found |= members(word)
        elif word and not word.startswith("#"):
            found.add(word)
    return found


def expand(words):
    found = set()
    for word in words:
        found |= members(word) if word.startswith("@") else {word}
    return found


def of_unit(path):
    calls = None
    for value in re.findall(r"^SystemCallFilter=(.*)$", open(path).read(), re.M):
        words = expand(value.lstrip("~").split())
        if calls is None:
            calls = words
        elif value.startswith("~"):
            calls -= words
        else:
            calls |= words
    return calls


def main():
    unit = of_unit(sys.argv[1])
    inner = set(re.findall(r"SCMP_SYS\((\w+)\)", open(sys.argv[2]).read()))
    missing = sorted((inner | AT_START) - unit)
    print(f"{len(unit)} calls in the unit, {len(inner)} in the threads' lists")
    for call in missing:
        print(f"WRONG the unit forbids {call}, which zonetap makes")
    return 1 if missing or len(inner) < 50 else 0


if __name__ == "__main__":
    sys.exit(main())
