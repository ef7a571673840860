#!/usr/bin/env python3
"""Every lab capture against its label.

  lab.py ZONETAP [CAPTURE...]

Three judgements of each capture:

  behaviour   with the lab's policy: each source's rules, put into the label's words,
              must be those of the label; nobody else may be accused
  transfers   what the best transfer of each source and zone yielded, in records
  reference   without any policy and with the reference rule's six types: the rule fires
              for exactly the sources, and at exactly the times, that the label counted,
              but where REFERENCE_DIFFERENCES says why not

Words whose rule does not exist yet are shown as "later".  A rule's threshold is not the
label's word: where the label says type-enumeration and its own count stays below the
threshold, the source is shown as "below".
"""

import json
import sys
from collections import Counter, defaultdict

from replay import SKIP, captures_folder, implemented_rules, replay, table

# The word of each rule; zone-transfer is told apart by verdict and kind.
WORDS = {
    "type-enumeration": "type-enumeration",
    "name-bruteforce": "subdomain-bruteforce",
    "reverse-sweep": "reverse-sweep",
    "nsec-walk": "nsec-walk",
    "nsec3-harvest": "nsec-walk",
    "srv-sweep": "srv-enumeration",
    "tld-expansion": "tld-expansion",
    "lookalike-sweep": "tld-expansion",
    "cache-snooping": "cache-snooping",
    "server-probe": "version-probe",
    "mail-mapping": "mail-saas-probe",
    "distributed-enumeration": "distributed-enumeration",
    "slow-enumeration": "slow-enumeration",
}
TRANSFER_WORDS = {"zone-transfer-attempt", "zone-transfer-success",
                  "zone-transfer-refused", "ixfr"}
ERRORS = {"refused", "notauth", "servfail", "formerr", "notimp", "rejected"}
LEAKS = {"complete", "delta", "full"}

# The label's outcome of a transfer in zonetap's verdicts.
VERDICTS = {
    "success": {"complete"}, "success-incremental": {"delta"}, "success-full": {"full"},
    "up-to-date": {"up-to-date"}, "soa-only": {"up-to-date", "delta"},
    "partial": {"partial"}, "empty": {"empty"},
    "no-answer": {"attempted", "timed-out", "reset", "partial"},
    "refused": {"refused"}, "notauth": {"notauth"}, "formerr": {"formerr"},
    "notimp": {"notimp"}, "servfail": {"servfail"},
}

# The lab's own machines that do by nature what the rules look for: its secondaries,
# and inside its mail server and its monitoring (see the lab's README).  Its recursive
# server needs no entry.
SECONDARIES = ["203.0.113.53", "203.0.113.54", "203.0.113.55"]
ZONES = (["example.com", "example.net", "dyn.example", "acme.example", "globex.example",
          "2.0.192.in-addr.arpa", "20.10.in-addr.arpa"]
         + [f"customer{n:02}.example" for n in range(1, 41)])
MONITORS = ["10.20.0.25", "10.20.0.90"]

# Types of the default configuration that the reference rule does not have.
REFERENCE_TYPES = ["NS", "MX", "TXT", "SOA", "ANY", "AXFR"]
REFERENCE_QUERIES, REFERENCE_NAMES = 30, 20
NO_LIMIT = 1000  # the rule's own addition, types of one name, out of the way

# Where the rule means not to be the reference rule, and why.
CHAOS = "questions of class CHAOS are server-probe's, not counted here"
OUTWARD = "questions of an inside machine to its resolver are counted apart"
REFERENCE_DIFFERENCES = {
    ("nmap-version", "198.51.100.66"): CHAOS,
    ("dnsrecon-std-axfr", "198.51.100.66"): CHAOS,
    ("audit-dnstwist", "10.20.1.1"): OUTWARD,
    ("benign-mailserver", "10.20.0.25"): OUTWARD,
}


def policy(internal):
    def quoted(items):
        return "[" + ", ".join(f'"{i}"' for i in items) + "]"
    lines = [f"internal: {quoted(internal)}", f"monitors: {quoted(MONITORS)}", "zones:"]
    for zone in ZONES:
        lines += [f"  - name: {zone}", f"    secondaries: {quoted(SECONDARIES)}"]
    return "\n".join(lines) + "\n"


def reference(internal):
    return (f"internal: {json.dumps(internal)}\n"
            "detect:\n  resolver_factor: 1\n  rules:\n"
            "    distributed-enumeration: {enabled: false}\n    type-enumeration:\n"
            f"      queries: {REFERENCE_QUERIES}\n      names: {REFERENCE_NAMES}\n"
            f"      window: 10m\n      types: {NO_LIMIT}\n"
            f"      record_types: [{', '.join(REFERENCE_TYPES)}]\n")


def words_of(alert):
    if alert["rule"] != "zone-transfer":
        return {WORDS.get(alert["rule"], alert["rule"])}
    words = {"zone-transfer-attempt"}
    verdict = alert.get("verdict")
    transfer = alert.get("transfer") or {}
    if verdict in ERRORS:
        words.add("zone-transfer-refused")
    if verdict in LEAKS and transfer.get("records", 0) > 1:
        words.add("zone-transfer-success")
    if transfer.get("kind") == "ixfr":
        words.add("ixfr")
    return words


def implemented_words(rules):
    words = {WORDS[r] for r in rules if r in WORDS}
    return words | (TRANSFER_WORDS if "zone-transfer" in rules else set())


def over_wider_types(source):
    """Would the wider default set of types put this source over the threshold?"""
    per_type = source.get("queries_per_type", {})
    return sum(n for t, n in per_type.items()
               if t not in ("A", "AAAA", "PTR", "HTTPS", "DS")) > REFERENCE_NAMES


class Judgement:
    """Rows and totals over all captures."""

    def __init__(self, known):
        self.known = known
        self.rows = []
        self.hits, self.misses, self.false = Counter(), Counter(), Counter()
        self.later = Counter()

    def row(self, capture, what, expected, got, verdict):
        self.rows.append([capture, what, expected, got, verdict])

    def bad(self):
        return [r for r in self.rows if r[4] not in ("ok", "later", "below", "extra",
                                                       "explained")]


def judge_behaviour(j, name, label, alerts):
    said = defaultdict(set)
    for alert in alerts:
        said[alert["source"]["ip"]] |= words_of(alert)
    # One job of many sources is said once, of whichever source completed it.
    if any("distributed-enumeration" in w for w in said.values()):
        for source, words in label["behaviours_by_source"].items():
            if "distributed-enumeration" in words:
                said[source].add("distributed-enumeration")
    expected = {s: set(w) - {"benign"} for s, w in label["behaviours_by_source"].items()}
    plausible = set(label["also_plausible"])
    sources = label["oracle"]["sources"]
    silent = True
    for source in sorted(set(expected) - {"*"} | set(said)):
        want, got = expected.get(source, set()), said.get(source, set())
        counts = sources.get(source, {})
        later = want - j.known
        below = set()
        if "type-enumeration" in want - got and not \
                counts.get("seed_rule", {}).get("sliding", {}).get("fires"):
            below = {"type-enumeration"}
        missing = want - got - later - below
        extra = set()
        unasked = got - want - plausible
        if "type-enumeration" in unasked and source in label["attackers"] and (
                counts.get("seed_rule", {}).get("sliding", {}).get("fires")
                or over_wider_types(counts)):
            extra = {"type-enumeration"}
        wrong = unasked - extra
        j.hits.update(want & got)
        j.misses.update(missing)
        j.false.update(wrong)
        j.later.update(later - got)
        verdict = "ok"
        if missing or wrong:
            verdict = "; ".join([f"MISS {w}" for w in sorted(missing)]
                                + [f"FALSE {w}" for w in sorted(wrong)])
        elif later - got == want and want:
            verdict = "later"
        elif below:
            verdict = "below"
        elif extra:
            verdict = "extra"
        if want or got:
            silent = False
            j.row(name, source, " ".join(sorted(want)) or "nothing",
                  " ".join(sorted(got)) or "nothing", verdict)
    if silent:
        j.row(name, "everyone", "nothing", "nothing", "ok")


def judge_transfers(j, name, label, alerts):
    best = {}
    for t in label["oracle"].get("transfers") or []:
        if t["client"] in SECONDARIES:
            continue
        key = (t["client"], t["zone"].rstrip(".").lower(), t["type"].lower())
        if key not in best or t["records"] > best[key]["records"]:
            best[key] = t
    for (client, zone, kind), t in sorted(best.items()):
        mine = [a for a in alerts if a["rule"] == "zone-transfer"
                and a["source"]["ip"] == client
                and (a.get("zone") or "").rstrip(".").lower() == zone
                and (a.get("transfer") or {}).get("kind") == kind]
        expected = f"{t['outcome']} {t['records']}"
        outcomes = VERDICTS.get(t["outcome"], {t["outcome"]})
        fitting = [a for a in mine if a.get("verdict") in outcomes]
        shown = max(fitting or mine, default=None,
                    key=lambda a: a["transfer"].get("records", 0))
        got = "nothing"
        if shown:
            got = f"{shown.get('verdict')} {shown['transfer'].get('records', 0)}"
        ok = bool(fitting) and (t["outcome"] == "no-answer"
                                or shown["transfer"].get("records", 0) == t["records"])
        j.row(name, f"{client} {kind} {zone}", expected, got, "ok" if ok else "DIFFERS")


def judge_reference(j, name, label, alerts):
    first = {}
    for alert in alerts:
        if alert["rule"] == "type-enumeration":
            first.setdefault(alert["source"]["ip"], alert["time"])
    sources = label["oracle"]["sources"]
    for source in sorted(set(sources) | set(first)):
        seed = sources.get(source, {}).get("seed_rule", {}).get("sliding", {})
        want = (seed.get("first_fires_at") or "silent").rstrip("Z")
        # The label counts in microseconds, an alert in nanoseconds.
        got = first.get(source, "silent").rstrip("Z")[:26]
        if want == got == "silent":
            continue
        why = REFERENCE_DIFFERENCES.get((name, source))
        verdict = "DIFFERS"
        if want[:26] == got:
            verdict = "ok" if why is None else "EXPLAINED BUT EQUAL"
        elif why is not None:
            verdict = "explained"
            want += f" ({why})"
        j.row(name, f"{source} reference rule", want, got, verdict)


def main():
    folder = captures_folder("lab")
    if folder is None:
        print("lab captures are not beside the checkout: skipped (see ZT_CAPTURES)")
        return SKIP
    program, only = sys.argv[1], set(sys.argv[2:])
    j = Judgement(implemented_words(implemented_rules()))
    for label_path in sorted(folder.glob("*.json")):
        if label_path.name == "manifest.json":
            continue
        label = json.loads(label_path.read_text())
        name = label_path.stem
        if only and name not in only:
            continue
        capture = folder / label["capture"]
        internal = label["internal_networks"]
        for config, judges in ((policy(internal), (judge_behaviour, judge_transfers)),
                               (reference(internal), (judge_reference,))):
            run = replay(program, capture, config)
            if run.code != 0:
                j.row(name, "exit code", "0", str(run.code),
                      "FAILED: " + run.stderr.strip()[-300:])
                continue
            for judge in judges:
                judge(j, name, label, run.alerts)
    table(["capture", "of", "expected", "got", "verdict"], j.rows)
    print()
    words = sorted(set(j.hits) | set(j.misses) | set(j.false) | set(j.later))
    table(["behaviour", "found", "missed", "false", "recall"],
          [[w, j.hits[w], j.misses[w], j.false[w],
            f"{j.hits[w] / (j.hits[w] + j.misses[w]):.3f}"
            if j.hits[w] + j.misses[w] else f"later ({j.later[w]})"] for w in words])
    bad = j.bad()
    print(f"\n{len(j.rows)} judgements, {len(bad)} wrong")
    for row in bad:
        print("WRONG", *row, sep="  ")
    return 1 if bad or not j.rows else 0


if __name__ == "__main__":
    sys.exit(main())
