#!/usr/bin/env python3
"""The project's own captures against pcaps/manifest.json.

  pcaps.py ZONETAP

The files must be those of the manifest, every expected alert must come, no other rule
may speak unless the manifest calls it plausible, and the counts must be tshark's.
"""

import hashlib
import json
import sys
from ipaddress import ip_address, ip_network

from replay import SOURCE, implemented_rules, replay, table

TYPES = {"1": "A", "2": "NS", "6": "SOA", "12": "PTR", "15": "MX", "16": "TXT",
         "28": "AAAA", "33": "SRV", "48": "DNSKEY", "99": "SPF", "251": "IXFR",
         "252": "AXFR", "255": "ANY", "257": "CAA"}
RCODES = {"0": "NOERROR", "1": "FORMERR", "2": "SERVFAIL", "3": "NXDOMAIN",
          "4": "NOTIMP", "5": "REFUSED", "9": "NOTAUTH"}


# Where pcaps/make puts its attackers.
ATTACKERS = [ip_network("198.51.100.0/24"), ip_network("2001:db8:bad::/48")]


def is_attacker(source):
    return any(ip_address(source) in network for network in ATTACKERS)


def fits(alert, want):
    if alert["rule"] != want["rule"] or alert["source"]["ip"] != want["source"]:
        return False
    if want["rule"] != "zone-transfer":
        return True
    return (alert.get("zone") == want["zone"] and alert.get("verdict") == want["verdict"]
            and (alert.get("transfer") or {}).get("kind") == want["kind"])


def records_of(capture, want):
    kind = {"axfr": 252, "ixfr": 251}[want["kind"]]
    return max(t["records"] for t in capture["oracle"]["transfers"]
               if t["source"] == want["source"] and t["type"] == kind
               and t["zone"] == want["zone"])


def judge_alerts(capture, alerts, rules, row):
    for want in capture["expected"]:
        shown = " ".join(str(v) for v in want.values())
        if want["rule"] not in rules:
            row(shown, "", "later")
            continue
        found = [a for a in alerts if fits(a, want)]
        row(shown, f"{len(found)} alerts", "ok" if found else "MISS")
        if found and want["rule"] == "zone-transfer":
            most = max(a["transfer"]["records"] for a in found)
            records = records_of(capture, want)
            row(f"{want['zone']} {records} records", str(most),
                "ok" if most == records else "DIFFERS")
    pairs = {(w["rule"], w["source"]) for w in capture["expected"]}
    for rule, source in sorted({(a["rule"], a["source"]["ip"]) for a in alerts} - pairs):
        fine = rule in capture["also_plausible"] and is_attacker(source)
        row("nothing", f"{rule} {source}", "plausible" if fine else "FALSE")


def judge_counts(capture, stats, row):
    oracle, dns = capture["oracle"], stats["dns"]
    pairs = [("packets", oracle["packets"], stats["packets"]["received"])]
    for kind in ("queries", "responses"):
        pairs.append((kind, oracle[kind], dns[kind]))
    pairs.append(("types", {TYPES[k]: n for k, n in oracle["types"].items()},
                  {k: n for k, n in dns["types"].items() if n}))
    pairs.append(("rcodes", {RCODES[k]: n for k, n in oracle["rcodes"].items()},
                  {k: n for k, n in dns["rcodes"].items() if n}))
    for what, theirs, ours in pairs:
        if theirs != ours:
            row(f"{what} {theirs}", str(ours), "DIFFERS")


def main():
    program, folder = sys.argv[1], SOURCE / "pcaps"
    manifest = json.loads((folder / "manifest.json").read_text())
    config = (folder / "demo.yaml").read_text()
    rules, rows = implemented_rules(), []
    for capture in manifest["captures"]:
        name = capture["name"]
        path = folder / f"{name}.pcap"

        def row(expected, got, verdict, name=name):
            rows.append([name, expected, got, verdict])

        if hashlib.sha256(path.read_bytes()).hexdigest() != capture["sha256"]:
            row("sha256 of the manifest", "another", "DIFFERS")
        run = replay(program, path, config)
        if run.code != 0 or run.stats is None:
            row("exit code 0", str(run.code), "FAILED " + run.stderr[-300:])
            continue
        judge_alerts(capture, run.alerts, rules, row)
        judge_counts(capture, run.stats, row)
    table(["capture", "expected", "got", "verdict"], rows)
    bad = [r for r in rows if r[3] not in ("ok", "later", "plausible")]
    print(f"\n{len(manifest['captures'])} captures, {len(bad)} wrong")
    return 1 if bad or not rows else 0


if __name__ == "__main__":
    sys.exit(main())
