#!/usr/bin/env python3
"""The tool that alerts name, against what the labels say was run.

  tools.py ZONETAP [CAPTURE...]

Of each lab capture every source with an alert is judged.  An attacker may get the name of
a tool that was run there, or none; everybody else (resolvers, secondaries, clients) must
get none.  Any other name is a wrong name and fails the test, as does a recall below the
one that was reached before.

Printed are the rows, the confusion matrix (what was run against what was named) and the
recall over the captures whose tool can be told, by the attackers' alerts.
"""

import json
import sys
from collections import Counter, defaultdict

from lab import policy
from replay import SKIP, captures_folder, replay, table

# What labels call a tool, and the names that are right for it.  None: the program has no
# row in detect/tool.def, and "unknown" is the only right answer.
NAMES = {
    "adnshost": {"adnshost"},
    "delv": {"delv"},
    "dig": {"dig"},
    "dnsperf": {"dnsperf"},
    "dnsrecon": {"dnsrecon"},
    "dnstracer": {"dnstracer"},
    "dnstwist": {"dnstwist"},
    "dnswalk": {"dnswalk"},
    "drill": {"drill"},
    "fierce": {"fierce"},
    "gobuster": {"gobuster"},
    "host": {"host/nslookup"},
    "kdig": {"kdig"},
    "ldns-walk": {"ldns-walk"},
    "masscan": {"masscan"},
    "nmap": {"nmap"},
    "nslookup": {"host/nslookup"},
    "subbrute": {"subbrute"},
    # The lab's stand-in for dnsx: the same library, asked in the same way.
    "godns (lab, miekg/dns 1.1.50)": {"dnsx"},
    "subquest (npm) 1.5.3 on node": {"subquest"},
    "zonemaster-cli": {"zonemaster"},
    # The lab's own scripts and services.
    "clients.py": None,
    "named": None,
    "nsupdate": None,
    "python3-dnspython": None,
}

# Captures in which the tool leaves no trace of its own at the tap, and why.
UNTELLABLE = {
    "massdns-like-resolver": "recursive servers ask on the tool's behalf",
}

RECALL_PPM = 970000


def expected_names(label):
    names = set()
    for tool in label["tools"]:
        if tool["name"] not in NAMES:
            raise SystemExit(f"{label['capture']}: no such tool known: {tool['name']}")
        names |= NAMES[tool["name"]] or set()
    return names


def best_names(alerts):
    """Per source the tool with the best score of its alerts, with score and reasons."""
    best = {}
    for alert in alerts:
        source, tool = alert["source"]["ip"], alert.get("tool")
        best.setdefault(source, None)
        if tool and (best[source] is None or tool["score"] > best[source]["score"]):
            best[source] = tool
    return best


def wrong_names(alerts, right):
    """(source, name) of every alert whose tool is not right there."""
    return {(a["source"]["ip"], a["tool"]["name"]) for a in alerts
            if a.get("tool") and a["tool"]["name"] not in right(a["source"]["ip"])}


class Matrix:
    def __init__(self):
        self.rows, self.wrong = [], []
        self.cells = defaultdict(Counter)
        self.told, self.tellable = 0, 0

    def judge(self, name, label, alerts):
        run = expected_names(label)
        attackers = set(label["attackers"])
        wrong = wrong_names(alerts, lambda s: run if s in attackers else set())
        self.wrong += [(name, source, tool) for source, tool in sorted(wrong)]
        for source, tool in sorted(best_names(alerts).items()):
            is_attacker = source in attackers
            what = " ".join(sorted(run)) if is_attacker and run else "nothing known"
            got = tool["name"] if tool else "unknown"
            is_wrong = any(s == source for s, _ in wrong)
            verdict = "WRONG" if is_wrong else "ok"
            if is_attacker and run and name in UNTELLABLE:
                verdict = "WRONG" if is_wrong else UNTELLABLE[name]
            elif is_attacker and run:
                self.tellable += 1
                self.told += tool is not None and not is_wrong
                verdict = "WRONG" if is_wrong else "ok" if tool else "not told"
            self.cells[what][got] += 1
            self.rows.append([name, source, what, got,
                              f"{tool['score']:.2f}" if tool else "",
                              verdict, "; ".join(tool["because"]) if tool else ""])

    def show(self):
        table(["capture", "source", "run", "named", "score", "verdict", "because"],
              self.rows)
        named = sorted({n for row in self.cells.values() for n in row})
        print()
        table(["run \\ named"] + named,
              [[run] + [row[n] or "." for n in named]
               for run, row in sorted(self.cells.items())])


def main():
    folder = captures_folder("lab")
    if folder is None:
        print("lab captures are not beside the checkout: skipped (see ZT_CAPTURES)")
        return SKIP
    program, only = sys.argv[1], set(sys.argv[2:])
    matrix = Matrix()
    for label_path in sorted(folder.glob("*.json")):
        if label_path.name == "manifest.json" or (only and label_path.stem not in only):
            continue
        label = json.loads(label_path.read_text())
        run = replay(program, folder / label["capture"],
                     policy(label["internal_networks"]))
        if run.code != 0:
            matrix.wrong.append((label_path.stem, "exit code", run.code))
            continue
        matrix.judge(label_path.stem, label, run.alerts)
    matrix.show()
    recall_ppm = matrix.told * 1000000 // max(1, matrix.tellable)
    print(f"\n{matrix.tellable} sources with a tool that can be told, {matrix.told} named"
          f" (recall {recall_ppm / 1e6:.3f}), {len(matrix.wrong)} wrong")
    for row in matrix.wrong:
        print("WRONG", *row, sep="  ")
    return 1 if matrix.wrong or not matrix.rows or (
        not only and recall_ppm < RECALL_PPM) else 0


if __name__ == "__main__":
    sys.exit(main())
