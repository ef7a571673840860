#!/usr/bin/env python3
"""What --tune says against plain runs with the thresholds that it names.

  tune.py ZONETAP

Two lab captures are replayed with --tune.  For each rung of its ladder a configuration
with exactly those thresholds is written and replayed plainly: the incidents of every rule
and the sources named must be the same.  What --tune prints must be a configuration that
zonetap takes, the same bytes on every run, and silent for the rules that it says are.
"""

import json
import re
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

from lab import policy
from replay import SKIP, captures_folder, replay, table

CAPTURES = ["dnsrecon-brt", "benign-mailserver"]
RUNGS = ["x0.5", "x1", "x2", "x4", "x8"]
LINE = re.compile(r"# (\S+) +(x[\d.]+) +(none|[a-z_]+ \d+(?:, [a-z_]+ \d+)*) +(\d+) +"
                  r"([\d.]+)(?:  (.*))?$")
NOT_SILENT = "Not silent at x8"


def tune(program, captures, config):
    with tempfile.TemporaryDirectory(prefix="zonetap-golden-") as place:
        path = Path(place, "zonetap.yaml")
        path.write_text(config)
        command = [program, "--tune", "-c", str(path)]
        for capture in captures:
            command += ["-r", str(capture)]
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    return done.returncode, done.stdout.decode()


def ladder(text):
    """rung -> rule -> (thresholds, incidents, a day, sources)"""
    rungs = {}
    for line in text.splitlines():
        found = LINE.match(line)
        if found:
            rule, rung, thresholds, n, rate, sources = found.groups()
            rungs.setdefault(rung, {})[rule] = (
                {} if thresholds == "none" else
                dict((k, int(v)) for k, v in (t.split() for t in thresholds.split(", "))),
                int(n), float(rate), sources or "")
    return rungs


def config_of(rung, base):
    lines = [base + "detect:", "  rules:"]
    for rule, (thresholds, *_) in rung.items():
        if thresholds:
            lines.append(f"    {rule}:")
            lines += [f"      {name}: {value}" for name, value in thresholds.items()]
    return "\n".join(lines) + "\n"


def incidents(run):
    """rule -> source -> incidents"""
    counts = {}
    for alert in run.alerts:
        if alert["event"] == "open":
            counts.setdefault(alert["rule"], Counter())[alert["source"]["ip"]] += 1
    return counts


def silent_rules(text):
    """The rules of the printed configuration that are said to raise nothing."""
    silent, excused = set(), False
    for line in text[text.index("detect:"):].splitlines():
        if NOT_SILENT in line:
            excused = True
        found = re.match(r"    ([a-z-]+): # x", line)
        if found:
            if not excused:
                silent.add(found.group(1))
            excused = False
    return silent


def main():
    folder = captures_folder("lab")
    if folder is None:
        print("lab captures are not beside the checkout: skipped (see ZT_CAPTURES)")
        return SKIP
    program = sys.argv[1]
    labels = [json.loads((folder / f"{c}.json").read_text()) for c in CAPTURES]
    captures = [folder / label["capture"] for label in labels]
    base = policy(labels[0]["internal_networks"])
    # Without any policy there is more to count.
    bare = f"internal: {json.dumps(labels[0]['internal_networks'])}\n"
    rows, bad = [], 0

    def judge(what, expected, got):
        nonlocal bad
        bad += expected != got
        rows.append([what, expected, got, "ok" if expected == got else "DIFFERS"])

    for name, start in (("policy", base), ("bare", bare)):
        code, text = tune(program, captures, start)
        judge(f"{name} exit code", 0, code)
        judge(f"{name} the same again", True, tune(program, captures, start)[1] == text)
        rungs = ladder(text)
        judge(f"{name} rungs", sorted(RUNGS), sorted(rungs))
        for rung in RUNGS:
            run = replay(program, captures, config_of(rungs[rung], start))
            judge(f"{name} {rung} exit code", 0, run.code)
            plain = incidents(run)
            for rule in rungs[rung]:
                _, n, _, sources = rungs[rung][rule]
                counts = plain.get(rule, Counter())
                if n or counts:
                    judge(f"{name} {rung} {rule}", sum(counts.values()), n)
                named = [s.rsplit(" ", 1) for s in sources.split(", ") if s
                         and not s.endswith(" more")]
                judged = {ip: counts[ip] for ip, _ in named}
                if {ip: int(k) for ip, k in named} != judged \
                        or len(named) != min(3, len(counts)):
                    judge(f"{name} {rung} {rule} sources", dict(counts), sources)
        pasted = start + text[text.index("detect:"):]
        run = replay(program, captures, pasted)
        judge(f"{name} pasted exit code", 0, run.code)
        loud = sorted(silent_rules(text) & set(incidents(run)))
        judge(f"{name} pasted, rules that should be silent", [], loud)
    judge("no capture: usage", 64, tune(program, [], base)[0])
    judge("no such capture", 66, tune(program, [folder / "no-such-capture"], base)[0])
    table(["what", "plain", "tune", "verdict"], rows)
    counted = sum(1 for r in rows if re.search(r" x[\d.]+ [a-z]+-[a-z]+$", r[0]))
    print(f"\n{len(rows)} judgements, {bad} wrong")
    return 1 if bad or counted < 15 else 0


if __name__ == "__main__":
    sys.exit(main())
