#!/usr/bin/env python3
"""Every public capture: no crash, and the DNS messages that tshark counted.

  public.py ZONETAP [CAPTURE...]

Queries and responses by transport, query types and response codes must equal the
manifest's independent counts.  A difference is right only if public_differences.json
gives its reason: {"capture": ..., "why": ..., "counts": {NAME: [ours, tshark's]}}.
A file that libpcap calls damaged must give exit code 65, whole ones 0.
"""

import json
import sys
from pathlib import Path

from replay import SKIP, captures_folder, replay, table

DIFFERENCES = Path(__file__).with_name("public_differences.json")
DAMAGED = 65
NAMELESS = {"NXT": "TYPE30", "SMIMEA": "TYPE53", "EUI64": "TYPE109"}


def expected_counts(tshark):
    counts = {f"{kind}.{transport}": tshark[f"{kind}_{transport}"]
              for kind in ("queries", "responses") for transport in ("udp", "tcp")}
    for name, n in tshark["queries_by_qtype"].items():
        if name != "(none)":
            counts[f"types.{name}"] = n
    for name, n in tshark["responses_by_rcode"].items():
        counts[f"rcodes.{name}"] = n
    return counts


def actual_counts(stats):
    dns = stats["dns"]
    counts = {f"{kind}.{transport}": dns[kind][transport]
              for kind in ("queries", "responses") for transport in ("udp", "tcp")}
    for group in ("types", "rcodes"):
        for name, n in dns[group].items():
            if n:
                counts[f"{group}.{plain(name)}"] = n
    return counts


def plain(name):
    """The manifest's spelling: RCODE15 is 15, and some types have no name there."""
    if name.startswith("RCODE"):
        return name[5:]
    return NAMELESS.get(name, name)


def conserved(stats):
    """Laws that hold at exit whatever the input was; returns those that do not."""
    broken = []
    ring, alerts, sources = stats["ring"], stats["alerts"], stats["sources"]
    if ring["pushed"] != ring["popped"] + ring["drops"]:
        broken.append("pushed = popped + drops")
    if alerts["lost"] != 0 or alerts["raised"] < alerts["written"]:
        broken.append("alerts raised >= written, lost = 0")
    if sources["created"] != sources["live"] + sources["expired"] + sources["evicted"]:
        broken.append("sources created = live + expired + evicted")
    return broken


def expected_exits(entry):
    kinds = entry["kinds"]
    if "libpcap-refuses" in kinds:
        return {0, DAMAGED}  # a reader of its own may well read what libpcap refuses
    if "file-truncated-or-corrupt" in kinds or entry["libpcap"]["exit"]:
        return {DAMAGED}
    return {0}


def judge(program, folder, entry, reasons, rows):
    name = entry["name"]
    run = replay(program, folder / name)
    if run.died():
        rows.append([name, "exit code", run.code, "", "CRASH " + run.stderr[-400:]])
        return
    exits = expected_exits(entry)
    if run.code not in exits:
        rows.append([name, "exit code", run.code, min(exits),
                     "WRONG " + run.stderr.strip()[-200:]])
    if run.stats is None:
        rows.append([name, "statistics", "none", "", "WRONG"])
        return
    for law in conserved(run.stats):
        rows.append([name, law, "", "", "WRONG law of conservation"])
    if "libpcap-refuses" in entry["kinds"] and run.code == DAMAGED:
        return
    ours, theirs = actual_counts(run.stats), expected_counts(entry["tshark"])
    for key in sorted(set(ours) | set(theirs)):
        a, b = ours.get(key, 0), theirs.get(key, 0)
        if a == b:
            continue
        counts, why = reasons.pop((name, key), (None, None))
        if counts == [a, b]:
            rows.append([name, key, a, b, why])
        else:
            rows.append([name, key, a, b, "WRONG unexplained"])


def main():
    folder = captures_folder("public")
    if folder is None:
        print("public captures are not beside the checkout: skipped (see ZT_CAPTURES)")
        return SKIP
    program, only = sys.argv[1], set(sys.argv[2:])
    manifest = json.loads((folder / "manifest.json").read_text())
    reasons = {(row["capture"], key): (counts, row["why"])
               for row in json.loads(DIFFERENCES.read_text())["differences"]
               for key, counts in row["counts"].items()}
    rows, seen = [], 0
    for entry in manifest["captures"]:
        if only and entry["name"] not in only:
            continue
        seen += 1
        judge(program, folder, entry, reasons, rows)
    if not only:
        rows += [[c, k, "", "", "WRONG explained but equal: remove the row"]
                 for c, k in sorted(reasons)]
    if rows:
        table(["capture", "count", "ours", "tshark", "why"], rows)
    bad = [r for r in rows if str(r[4]).startswith(("WRONG", "CRASH"))]
    print(f"\n{seen} captures, {len(rows) - len(bad)} explained differences, "
          f"{len(bad)} wrong")
    return 1 if bad or not seen else 0


if __name__ == "__main__":
    sys.exit(main())
