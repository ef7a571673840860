#!/usr/bin/env python3
"""Each case of the catalogue of hostile packets has a test, and the notes say which.

  catalogue.py ZONETAP   each case has a test and a row in dissect/NOTES.md, and no row
                         names a test that is not there
  catalogue.py --print   the table as it should be

A test claims a case by its name (l01_..., d20_...) or by a comment in front of it or
inside it that begins with the id (T17, D20).  A comment at the head of a file claims the
case for the file.
"""

import re
import sys
from pathlib import Path

from replay import SOURCE

IDS = ([f"L{n:02}" for n in range(1, 17)] + [f"F{n:02}" for n in range(1, 8)]
       + [f"D{n:02}" for n in range(1, 35)] + [f"T{n:02}" for n in range(1, 21)])
NOTES = SOURCE / "dissect" / "NOTES.md"
HEADING = "## Catalogue"
TEST = re.compile(r"^START_TEST\((\w+)\)")
FUNCTION = re.compile(r"^(\w+)\(")
COMMENT_ID = re.compile(r"(?:/\*+ ?|^ \* )((?:[LFDT]\d\d(?:, | and )?)+)\b(?!\.\w)")


def ids_of(name):
    match = re.match(r"(?:[lfdt]\d\d_)+", name)
    return match.group(0).upper().strip("_").split("_") if match else []


def claims_of_file(path):
    """Pairs of an id and the test that claims it; no test: the whole file."""
    lines = path.read_text().splitlines()
    inside = None
    for i, line in enumerate(lines):
        if match := TEST.match(line) or FUNCTION.match(line):
            inside = match.group(1) if line.startswith("START_TEST") else None
            for id_ in ids_of(match.group(1)) if inside else []:
                yield id_, inside
        if match := COMMENT_ID.search(line):
            follows = next((TEST.match(x) for x in lines[i:i + 8] if TEST.match(x)), None)
            own_line = line.startswith(("/*", " *"))
            name = (follows.group(1) if follows else None) if own_line else inside
            for id_ in re.findall(r"[LFDT]\d\d", match.group(1)):
                yield id_, name


def claims():
    found = {}
    tests = SOURCE / "tests"
    for path in sorted([*tests.glob("unit/*/check_*.c"), *tests.glob("sim/check_*.c")]):
        for id_, name in claims_of_file(path):
            found.setdefault(id_, {}).setdefault(path.stem, set()).add(name)
    # The whole corpus against tshark's counts is a program of its own.
    if (tests / "golden" / "public.py").exists():
        found.setdefault("D34", {}).setdefault("golden.public", set()).add(None)
    return found


def cell(files):
    texts = []
    for stem, names in sorted(files.items()):
        named = sorted(n for n in names if n)
        texts.append(f"`{stem}`" + (": " + ", ".join(named) if named else ""))
    return "; ".join(texts)


def make_table(found):
    rows = ["| id | held by |", "|---|---|"]
    return "\n".join(rows + [f"| {id_} | {cell(found[id_])} |"
                             for id_ in IDS if id_ in found])


def stale_rows(found):
    """Rows of the notes that are missing or name what is not there."""
    notes = NOTES.read_text().partition(HEADING)[2].partition("\n## ")[0]
    rows = dict(re.findall(r"^\| ([LFDT]\d\d) \| (.*) \|$", notes, re.M))
    for id_ in IDS:
        if id_ not in rows:
            yield f"{id_}: no row in {NOTES.name}"
            continue
        here = found.get(id_, {})
        names = set(here) | {n for tests in here.values() for n in tests if n}
        for word in set(re.findall(r"[\w.]+", rows[id_])) - names:
            yield f"{id_}: {NOTES.name} names {word}"


def main():
    found = claims()
    if sys.argv[1:] == ["--print"]:
        print(make_table(found))
        return 0
    missing = [id_ for id_ in IDS if id_ not in found]
    unknown = sorted(id_ for id_ in found if id_ not in IDS and id_[0] != "L")
    wrong = [f"{id_}: no test" for id_ in missing]
    wrong += [f"{id_}: not in the catalogue, claimed by {cell(found[id_])}"
              for id_ in unknown]
    wrong += stale_rows(found)
    if wrong:
        print("\n".join(wrong), "(see catalogue.py --print)", sep="\n")
    n_tests = len({(f, n) for files in found.values() for f, names in files.items()
                   for n in names})
    print(f"{len(IDS) - len(missing)} of {len(IDS)} cases, {n_tests} tests")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
