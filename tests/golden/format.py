#!/usr/bin/env python3
"""What comes out: the alert document, its order, its sameness, and the exit codes.

  format.py ZONETAP
"""

import gzip
import json
import shutil
import struct
import subprocess
import sys
import tempfile
from pathlib import Path

from replay import SOURCE, replay
from schema import errors, is_closed

# The order of the document is fixed; a member may be absent.
ORDER = ["time", "id", "event", "rule", "title", "risk", "severity", "confidence",
         "technique", "tactic", "source", "server", "transport", "community_id", "vlan",
         "tunnel", "zone", "verdict", "transfer", "window", "learned", "tool", "trust",
         "sensor", "interface", "campaign"]
PCAPS = SOURCE / "pcaps"
CONFIG = (PCAPS / "demo.yaml").read_text()
NAMES = [c["name"] for c in json.loads((PCAPS / "manifest.json").read_text())["captures"]]


class Checks:
    def __init__(self):
        self.bad = self.n = 0

    def that(self, truth, text):
        self.n += 1
        if not truth:
            self.bad += 1
            print("WRONG", text)


def in_order(keys):
    places = [ORDER.index(k) for k in keys if k in ORDER]
    return places == sorted(places)


def check_documents(checks, program):
    paths = sorted(p for p in SOURCE.rglob("alert*.schema.json")
                   if not p.relative_to(SOURCE).parts[0].startswith("build"))
    checks.that(len(paths) == 1, f"one schema of the alert document: {paths}")
    schema = json.loads(paths[0].read_text()) if paths else True
    checks.that(is_closed(schema), "the schema is closed: every object names its members")
    count = 0
    for name in NAMES:
        for alert in replay(program, PCAPS / f"{name}.pcap", CONFIG).alerts:
            count += 1
            for error in errors(alert, schema):
                checks.that(False, f"{name}: {error}")
            checks.that(in_order(alert), f"{name}: order of members {list(alert)}")
    checks.that(count > 0, "the captures give alerts")


def check_sameness(checks, program):
    """Same bytes on every run, at any speed, from any wrapping."""
    path = PCAPS / "dnsrecon-std.pcap"
    first = replay(program, path, CONFIG).document
    checks.that(len(first) > 0, "dnsrecon-std gives alerts")

    def same(what, *args, **kwargs):
        run = replay(program, *args, **kwargs)
        checks.that((run.code, run.document) == (0, first),
                    f"{what}: same alerts (exit code {run.code}) {run.stderr[-200:]}")
    same("second run", path, CONFIG)
    same("--speed 4", path, CONFIG, ["--speed", "4"])
    same("--speed 40", path, CONFIG, ["--speed", "40"])
    same("standard input", "-", CONFIG, stdin=path.read_bytes())
    with tempfile.TemporaryDirectory() as place:
        zipped = Path(place, "a.pcap.gz")
        zipped.write_bytes(gzip.compress(path.read_bytes(), mtime=0))
        same("gzip", zipped, CONFIG)
        if shutil.which("zstd"):
            packed = Path(place, "a.pcap.zst")
            subprocess.run(["zstd", "-q", str(path), "-o", str(packed)], check=True)
            same("zstd", packed, CONFIG)
        folder = Path(place, "folder")
        folder.mkdir()
        shutil.copy(path, folder)
        same("directory", folder, CONFIG)
        swapped = Path(place, "swapped.pcap")
        swapped.write_bytes(other_byte_order(path.read_bytes()))
        same("other byte order", swapped, CONFIG)


def other_byte_order(data):
    """The same pcap file as a machine of the other byte order writes it."""
    out = struct.pack(">IHHiIII", *struct.unpack("<IHHiIII", data[:24]))
    at = 24
    while at < len(data):
        head = struct.unpack("<IIII", data[at:at + 16])
        out += struct.pack(">IIII", *head) + data[at + 16:at + 16 + head[2]]
        at += 16 + head[2]
    return out


def check_damage(checks, program):
    """A cut file: what was whole is judged, the place of the cut is named, exit 65."""
    data = (PCAPS / "axfr-dig.pcap").read_bytes()
    with tempfile.TemporaryDirectory() as place:
        cut = Path(place, "cut.pcap")
        cut.write_bytes(data[:-7])
        run = replay(program, cut, CONFIG)
        checks.that(run.code == 65, f"cut file: exit code {run.code}, not 65")
        checks.that(any(a.get("verdict") == "complete" for a in run.alerts),
                    "cut file: the transfer before the cut is reported")
        last = last_record_offset(data)
        checks.that(str(last) in run.stderr or str(len(data) - 7) in run.stderr,
                    f"cut file: offset {last} is named: {run.stderr.strip()}")
        whole = replay(program, [cut, PCAPS / "types-dig.pcap"], CONFIG)
        checks.that(whole.code == 65 and
                    any(a["rule"] == "type-enumeration" for a in whole.alerts),
                    "cut file: the next file is judged all the same")
        noise = Path(place, "noise.pcap")
        noise.write_bytes(b"this is no capture file at all\n" * 10)
        checks.that(replay(program, noise, CONFIG).code == 65, "noise: exit code 65")


def last_record_offset(data):
    at = last = 24
    while at < len(data):
        last = at
        at += 16 + struct.unpack("<I", data[at + 8:at + 12])[0]
    return last


def check_exit_codes(checks, program):
    path = PCAPS / "axfr-dig.pcap"

    def code(*args):
        return subprocess.run([program, *map(str, args)], stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              timeout=60).returncode
    checks.that(code("-r", "/nonexistent.pcap") == 66, "no such input: 66")
    checks.that(code("--no-such-option") == 64, "unknown option: 64")
    checks.that(code() == 64, "nothing to do: 64")
    checks.that(code("-r", path, "-o", "/nonexistent/alerts") == 74, "output failed: 74")
    with tempfile.TemporaryDirectory() as place:
        config = Path(place, "bad.yaml")
        config.write_text("internal: [192.0.2.0/24]\nintrenal: []\n")
        checks.that(code("-c", config, "-r", path) == 78, "bad configuration: 78")
        checks.that(code("-c", config, "-t") == 78, "-t of a bad configuration: 78")
    checks.that(code("-c", PCAPS / "demo.yaml", "-t") == 0, "-t of a good one: 0")
    checks.that(code("-V") == 0 and code("-h") == 0, "-V and -h: 0")


def main():
    program, checks = sys.argv[1], Checks()
    for check in (check_documents, check_sameness, check_damage, check_exit_codes):
        check(checks, program)
    print(f"{checks.n} checks, {checks.bad} wrong")
    return 1 if checks.bad else 0


if __name__ == "__main__":
    sys.exit(main())
