#!/usr/bin/env python3
"""Each case of the catalogues has a test, and the notes say which.

  catalogue.py ZONETAP   each case has a test and a row in the notes, and no row names a
                         test that is not there
  catalogue.py --print   the tables as they should be

Packets (L, F, D, T) are in dissect/NOTES.md; state (S), output (O) and faults (X) in
sensor/NOTES.md.  A C test claims a case by its name (l01_..., d20_...) or by a comment in
front of it or inside it that begins with the id (T17, D20); a script's function by its
name or by an id in the first line of its description or in a comment.  A comment at the
head of a file claims the case for the file.
"""

import re
import sys
from pathlib import Path

from replay import SOURCE


def numbered(**counts):
    return [f"{letter}{n:02}" for letter, count in counts.items()
            for n in range(1, count + 1)]


# The notes and the cases whose table is there.
TABLES = {SOURCE / "dissect" / "NOTES.md": numbered(L=16, F=7, D=34, T=20),
          SOURCE / "sensor" / "NOTES.md": numbered(S=10, O=6, X=38)}
IDS = [id_ for ids in TABLES.values() for id_ in ids]
HEADING = "## Catalogue"
TEST = re.compile(r"^START_TEST\((\w+)\)")
FUNCTION = re.compile(r"^(\w+)\(")
ID = r"[LFDTSOX]\d\d"
COMMENT_ID = re.compile(rf"(?:/\*+ ?|^ \* )((?:{ID}(?:, | and )?)+)\b(?!\.\w)")
SCRIPT_FUNCTION = re.compile(r"^(?:def |check_)(\w+)\(")


def ids_of(name):
    match = re.match(r"(?:[lfdtsox]\d\d_)+", name)
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
            for id_ in re.findall(ID, match.group(1)):
                yield id_, name


def claims_of_script(path):
    inside = None
    for line in path.read_text().splitlines():
        if match := SCRIPT_FUNCTION.match(line):
            inside = match.group(1)
            for id_ in ids_of(inside):
                yield id_, inside
        elif line.lstrip().startswith(('"""', "# ")):
            for id_ in re.findall(rf"\b{ID}\b", line):
                yield id_, inside


def claims():
    found = {}
    tests = SOURCE / "tests"
    for path in sorted([*tests.glob("unit/*/check_*.c"), *tests.glob("sim/check_*.c")]):
        for id_, name in claims_of_file(path):
            found.setdefault(id_, {}).setdefault(path.stem, set()).add(name)
    scripts = [p for p in tests.glob("live/*") if p.is_file() and not p.suffix]
    for path in sorted([*scripts, *tests.glob("golden/*.sh")]):
        for id_, name in claims_of_script(path):
            found.setdefault(id_, {}).setdefault(
                f"{path.parent.name}.{path.stem}", set()).add(name)
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


def make_table(found, ids):
    rows = ["| id | held by |", "|---|---|"]
    return "\n".join(rows + [f"| {id_} | {cell(found[id_])} |"
                             for id_ in ids if id_ in found])


def stale_rows(found, notes, ids):
    """Rows of the notes that are missing or name what is not there."""
    text = notes.read_text().partition(HEADING)[2].partition("\n## ")[0]
    rows = dict(re.findall(rf"^\| ({ID}) \| (.*) \|$", text, re.M))
    name = notes.relative_to(SOURCE)
    for id_ in ids:
        if id_ not in rows:
            yield f"{id_}: no row in {name}"
            continue
        here = found.get(id_, {})
        names = set(here) | {n for tests in here.values() for n in tests if n}
        for word in set(re.findall(r"[\w.]+", rows[id_])) - names:
            yield f"{id_}: {name} names {word}"


def main():
    found = claims()
    if sys.argv[1:] == ["--print"]:
        for notes, ids in TABLES.items():
            print(notes.relative_to(SOURCE), make_table(found, ids), sep="\n\n", end="\n\n")
        return 0
    missing = [id_ for id_ in IDS if id_ not in found]
    unknown = sorted(id_ for id_ in found if id_ not in IDS and id_[0] != "L")
    wrong = [f"{id_}: no test" for id_ in missing]
    wrong += [f"{id_}: not in the catalogue, claimed by {cell(found[id_])}"
              for id_ in unknown]
    for notes, ids in TABLES.items():
        wrong += stale_rows(found, notes, ids)
    if wrong:
        print("\n".join(wrong), "(see catalogue.py --print)", sep="\n")
    n_tests = len({(f, n) for files in found.values() for f, names in files.items()
                   for n in names})
    print(f"{len(IDS) - len(missing)} of {len(IDS)} cases, {n_tests} tests")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
