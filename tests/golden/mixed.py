#!/usr/bin/env python3
"""Every attack of the lab in the midst of all its ordinary traffic.

  mixed.py ZONETAP [CAPTURE...]

The benign captures are put together in two ways, one after the other and all at once.
Both must be silent under the lab's policy.  Each capture with an attacker is then mixed
into each of the two, packet by packet, its first packet a second after theirs: every
labelled behaviour must still be found at its source, and nobody else may be accused.

Judged is as in lab.py, whose policy and words are used, with two allowances:

  load   all at once, the lab's one recursive server asks what nine scenarios want within
         fifteen seconds; what is meant for a busy resolver, resolver_factor, is doubled
  slow   some attackers use addresses that also are in the ordinary traffic, at another
         time: that they are called slow as well is shown as extra, not as false

The mixture is a pcapng file, so
that captures of different link types can be in it.
"""

import json
import struct
import sys
import tempfile
import time
from pathlib import Path

from lab import Judgement, implemented_words, judge_behaviour, policy
from replay import SKIP, captures_folder, implemented_rules, replay, table
from variants import block, interface, section

ETHERNET = 1
SECOND = 10**9
BASE = 1_800_000_000 * SECOND
GAP = 2 * SECOND
# What is added to the policy for each form of ordinary traffic.
LOADS = {"in turn": "", "at once": "detect: {resolver_factor: 40}\n"}


def read_pcap(data, order):
    magic = struct.unpack(order + "I", data[:4])[0]
    unit = {0xA1B2C3D4: 1000, 0xA1B23C4D: 1}[magic]
    link = struct.unpack(order + "I", data[20:24])[0] & 0xFFFF
    at, packets = 24, []
    while at + 16 <= len(data):
        seconds, fraction, caplen, length = struct.unpack(order + "IIII",
                                                          data[at:at + 16])
        packets.append((seconds * SECOND + fraction * unit, link, length,
                        data[at + 16:at + 16 + caplen]))
        at += 16 + caplen
    return packets


def resolution_of(options, order):
    """Nanoseconds of a unit, from the options of an interface."""
    at = 0
    while at + 4 <= len(options):
        code, length = struct.unpack(order + "HH", options[at:at + 4])
        if code == 9:
            return 10 ** (9 - options[at + 4])
        at += 4 + length + -length % 4
    return 1000


def read_pcapng(data):
    order = "<" if data[8:12] == b"\x4d\x3c\x2b\x1a" else ">"
    at, links, packets = 0, [], []
    while at + 12 <= len(data):
        kind, length = struct.unpack(order + "II", data[at:at + 8])
        body = data[at + 8:at + length - 4]
        if kind == 1:
            links.append((struct.unpack(order + "H", body[:2])[0],
                          resolution_of(body[8:], order)))
        elif kind == 6:
            number, high, low, caplen, full = struct.unpack(order + "IIIII", body[:20])
            link, unit = links[number]
            packets.append(((high << 32 | low) * unit, link, full,
                            body[20:20 + caplen]))
        at += length
    return packets


def read(path):
    """[(time in ns, link type, length on the wire, bytes)] of a capture file."""
    data = path.read_bytes()
    if data[:4] == b"\x0a\x0d\x0d\x0a":
        return read_pcapng(data)
    return read_pcap(data, "<" if data[:4] in (b"\xd4\xc3\xb2\xa1", b"\x4d\x3c\xb2\xa1")
                     else ">")


def encoded(packets, begin, interfaces):
    """[(time, block)]: the packets from begin on, as blocks of a pcapng file."""
    first = min(p[0] for p in packets)
    rows = []
    for ns, link, length, frame in packets:
        number = interfaces.setdefault(link, len(interfaces))
        ns += begin - first
        head = struct.pack("<IIIII", number, ns >> 32, ns & 0xFFFFFFFF, len(frame),
                           length)
        rows.append((ns, block("<", 6, head + frame)))
    return rows


def write(path, rows, interfaces):
    out = [section("<")] + [interface("<", link) for link in interfaces]
    path.write_bytes(b"".join(out + [b for _, b in sorted(rows, key=lambda r: r[0])]))


def ordinary(captures, interfaces):
    """The benign traffic in its two forms."""
    in_turn, at_once, at = [], [], BASE
    for capture in captures:
        packets = read(capture)
        in_turn += encoded(packets, at, interfaces)
        at_once += encoded(packets, BASE, interfaces)
        at = in_turn[-1][0] + GAP
    return {"in turn": in_turn, "at once": at_once}


def without_extra(label, alerts):
    """The alerts but for attackers that are called slow as well; how many those are."""
    def is_extra(alert):
        ip = alert["source"]["ip"]
        return (alert["rule"] == "slow-enumeration" and ip in label["attackers"]
                and "slow-enumeration" not in label["behaviours_by_source"].get(ip, []))
    extra = {a["source"]["ip"] for a in alerts if is_extra(a)}
    return [a for a in alerts if not is_extra(a)], len(extra)


class Mixer:
    def __init__(self, program, judgement, place):
        self.program, self.judgement = program, judgement
        self.path = Path(place, "mixed.pcapng")
        self.ran = self.extra = 0

    def run(self, name, form, label, rows, interfaces):
        write(self.path, rows, interfaces)
        config = policy(label["internal_networks"]) + LOADS[form]
        done = replay(self.program, self.path, config)
        name = f"{name} {form}"
        self.ran += 1
        if done.code != 0:
            self.judgement.row(name, "exit code", "0", str(done.code),
                               "FAILED: " + done.stderr.strip()[-300:])
            return
        alerts, extra = without_extra(label, done.alerts)
        self.extra += extra
        judge_behaviour(self.judgement, name, label, alerts)


def main():
    folder = captures_folder("lab")
    if folder is None:
        print("lab captures are not beside the checkout: skipped (see ZT_CAPTURES)")
        return SKIP
    program, only = sys.argv[1], set(sys.argv[2:])
    began = time.monotonic()
    labels = {p.stem: json.loads(p.read_text()) for p in sorted(folder.glob("*.json"))
              if p.name != "manifest.json"}
    benign = {n: l for n, l in labels.items()
              if set().union(*l["behaviours_by_source"].values()) == {"benign"}}
    attacks = {n: l for n, l in labels.items() if n not in benign}
    nobody = dict(next(iter(benign.values())), behaviours_by_source={"*": ["benign"]},
                  attackers=[], also_plausible=[], oracle={"sources": {}})
    interfaces = {ETHERNET: 0}
    grounds = ordinary([folder / l["capture"] for l in benign.values()], interfaces)
    j = Judgement(implemented_words(implemented_rules()))
    with tempfile.TemporaryDirectory(prefix="zonetap-golden-") as place:
        mixer = Mixer(program, j, place)
        for form, ground in grounds.items():
            mixer.run("benign", form, nobody, ground, interfaces)
        for name, label in attacks.items():
            if only and name not in only:
                continue
            packets = read(folder / label["capture"])
            for form, ground in grounds.items():
                links = dict(interfaces)
                rows = ground + encoded(packets, BASE + SECOND, links)
                mixer.run(name, form, label, rows, links)
    return report(j, mixer, len(next(iter(grounds.values()))), began)


def report(j, mixer, n_packets, began):
    words = sorted(set(j.hits) | set(j.misses) | set(j.false))
    table(["behaviour", "found", "missed", "false", "recall"],
          [[w, j.hits[w], j.misses[w], j.false[w],
            f"{j.hits[w] / max(1, j.hits[w] + j.misses[w]):.3f}"] for w in words])
    bad = j.bad()
    print(f"\n{mixer.ran} runs over {n_packets} packets of ordinary traffic, "
          f"{len(j.rows)} judgements, {len(bad)} wrong, {sum(j.false.values())} false "
          f"alerts, {mixer.extra} extra, {time.monotonic() - began:.0f} s")
    for row in bad:
        print("WRONG", *row, sep="  ")
    return 1 if bad or not j.hits else 0


if __name__ == "__main__":
    sys.exit(main())
