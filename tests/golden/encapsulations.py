#!/usr/bin/env python3
"""One conversation in every encapsulation: what tshark reads is what we read.

  encapsulations.py ZONETAP [NAME...]

Compared are queries and responses by transport, types, rcodes, and for each request of a
transfer the innermost source and server, and the outermost source where there are two IP
headers.  The captures were made by pcaps/make-encapsulations; their manifest says with
which tool.  That a capture is what its name says is tshark's word, too: the protocols of
the manifest must be in it.
"""

import json
import os
import shutil
import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from replay import SKIP, replay, table

HERE = Path(__file__).with_name("encapsulations")
FIELDS = ["frame.protocols", "ip.src", "ip.dst", "ipv6.src", "ipv6.dst",
          "dns.flags.response", "dns.qry.type", "dns.flags.rcode"]
TYPES = {"1": "A", "28": "AAAA", "252": "AXFR"}
RCODES = {"0": "NOERROR", "3": "NXDOMAIN"}


class Message:
    """One DNS message as tshark tells it."""

    def __init__(self, values):
        self.layers = values["frame.protocols"].split(":")
        self.response = values["dns.flags.response"] in ("1", "True")
        self.type = TYPES[values["dns.qry.type"]]
        self.rcode = values["dns.flags.rcode"]
        self.transport = [x for x in self.layers if x in ("udp", "tcp")][-1]
        headers = [x for x in self.layers if x in ("ip", "ipv6")]
        self.source = innermost(headers, values, "src")
        self.server = innermost(headers, values, "dst")
        first = values[f"{headers[0]}.src"].split(",")[0]
        self.outer_source = first if len(headers) > 1 else None


def innermost(headers, values, end):
    return values[f"{headers[-1]}.{end}"].split(",")[-1]


def read_with_tshark(capture):
    command = ["tshark", "-n", "-r", str(capture), "-Y", "dns", "-T", "fields",
               "-E", "separator=;", "-E", "occurrence=a", "-E", "aggregator=,"]
    for field in FIELDS:
        command += ["-e", field]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL, text=True)
    return [Message(dict(zip(FIELDS, line.split(";"))))
            for line in done.stdout.splitlines()]


def expected(messages):
    counts = Counter()
    for m in messages:
        counts[f"{'responses' if m.response else 'queries'}.{m.transport}"] += 1
        if m.response:
            counts[f"rcodes.{RCODES[m.rcode]}"] += 1
        else:
            counts[f"types.{m.type}"] += 1
    return counts


def counted(stats):
    dns = stats["dns"]
    return Counter({f"{group}.{name}": n
                    for group in ("queries", "responses", "types", "rcodes")
                    for name, n in dns[group].items() if n})


def alerted(alerts):
    """Who was seen to ask for a transfer: source, server and outermost source."""
    return {(a["source"]["ip"], a["server"]["ip"],
             (a["tunnel"] or {}).get("outer_source")) for a in alerts
            if a["rule"] == "zone-transfer"}


def judge(program, row):
    """A row of the table that is printed; its last column says "ok" or what is wrong."""
    capture = HERE / f"{row['name']}.pcap"
    messages = read_with_tshark(capture)
    layers = {layer for m in messages for layer in m.layers}
    run = replay(program, capture)
    wrong = []
    if not messages or not set(row["protocols"]) <= layers:
        wrong.append(f"the capture holds {sorted(layers)}")
    if run.died() or run.code != 0 or run.stats is None:
        wrong.append(f"exit code {run.code}: {run.stderr.strip()[-200:]}")
    else:
        ours, theirs = counted(run.stats), expected(messages)
        wrong += [f"{key}: {ours[key]}, tshark {theirs[key]}"
                  for key in sorted(set(ours) | set(theirs)) if ours[key] != theirs[key]]
        want = {(m.source, m.server, m.outer_source) for m in messages
                if m.type == "AXFR" and not m.response}
        if not want or alerted(run.alerts) != want:
            wrong.append(f"transfers {alerted(run.alerts)}, tshark {want}")
    path = ":".join(x for x in messages[-1].layers if x != "ethertype") if messages else ""
    return [row["name"], row["tool"], len(messages), path,
            "; ".join(wrong) if wrong else "ok"]


def main():
    if not shutil.which("tshark"):
        print("tshark is not installed: skipped")
        return SKIP
    program, only = sys.argv[1], set(sys.argv[2:])
    captures = json.loads((HERE / "manifest.json").read_text())["captures"]
    # tshark takes most of the time, and only one core.
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        rows = list(pool.map(lambda row: judge(program, row),
                             [r for r in captures if not only or r["name"] in only]))
    right = [row[-1] == "ok" for row in rows]
    table(["capture", "made by", "messages", "layers", "result"], rows)
    listed = {row["name"] for row in captures}
    strays = {p.stem for p in HERE.glob("*.pcap")} ^ listed
    if strays:
        print(f"not in manifest or not there: {sorted(strays)}")
    print(f"\n{sum(right)} of {len(right)} encapsulations agree with tshark")
    return 0 if right and all(right) and not strays else 1


if __name__ == "__main__":
    sys.exit(main())
