#!/usr/bin/env python3
"""The same packets, wrapped in every kind of capture file, give the same alerts.

  variants.py ZONETAP

format.py looks at compression, speed, standard input and byte order; here are the rest:
pcapng in all its forms, nanosecond and patched pcap, files in the wrong order, packets
spread over files, and what the statistics say about each file.
"""

import struct
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from replay import SOURCE, replay

PCAPS = SOURCE / "pcaps"
CONFIG = (PCAPS / "demo.yaml").read_text()
ETHERNET = 1


def packets(path):
    """(time in ns, bytes) of a little-endian pcap file of micro- or nanoseconds."""
    data = path.read_bytes()
    magic = struct.unpack("<I", data[:4])[0]
    unit = {0xA1B2C3D4: 1000, 0xA1B23C4D: 1}[magic]
    at = 24
    while at < len(data):
        seconds, fraction, caplen, _ = struct.unpack("<IIII", data[at:at + 16])
        yield seconds * 10**9 + fraction * unit, data[at + 16:at + 16 + caplen]
        at += 16 + caplen


def pcap(rows, order="<", magic=0xA1B23C4D, unit=1, extra=b""):
    out = struct.pack(order + "IHHiIII", magic, 2, 4, 0, 0, 262144, ETHERNET)
    for ns, frame in rows:
        out += struct.pack(order + "IIII", ns // 10**9, ns % 10**9 // unit, len(frame),
                           len(frame)) + extra + frame
    return out


def block(order, kind, body):
    body += b"\0" * (-len(body) % 4)
    length = struct.pack(order + "I", len(body) + 12)
    return struct.pack(order + "I", kind) + length + body + length


def section(order):
    return block(order, 0x0A0D0D0A, struct.pack(order + "IHHq", 0x1A2B3C4D, 1, 0, -1))


def interface(order, link=ETHERNET, resolution=9):
    options = struct.pack(order + "HHB3xHH", 9, 1, resolution, 0, 0)
    return block(order, 1, struct.pack(order + "HHI", link, 0, 0) + options)


def enhanced(order, number, stamp, frame):
    head = struct.pack(order + "IIIII", number, stamp >> 32, stamp & 0xFFFFFFFF,
                       len(frame), len(frame))
    return block(order, 6, head + frame)


def pcapng(rows, order="<"):
    return section(order) + interface(order) + b"".join(
        enhanced(order, 0, ns, frame) for ns, frame in rows)


def pcapng_of_many_interfaces(rows):
    """libpcap refuses this: interfaces of unlike link types and resolutions."""
    out = section("<") + interface("<", 113) + interface("<", ETHERNET, 9)
    out += interface("<", 101) + block("<", 0x0BAD, b"nobody knows this block")
    return out + b"".join(enhanced("<", 1, ns, frame) for ns, frame in rows)


def pcapng_of_sections(rows):
    """Each packet in a section of its own, byte orders taking turns."""
    return b"".join(pcapng([row], "<>"[i % 2]) for i, row in enumerate(rows))


class Checks:
    def __init__(self):
        self.bad = self.n = 0

    def that(self, truth, text):
        self.n += 1
        if not truth:
            self.bad += 1
            print("WRONG", text)


def check_wrappings(checks, program, place, rows):
    """Every wrapping gives what nanosecond pcap gives."""
    wrappings = {
        "nanosecond pcap": pcap(rows),
        "big-endian nanosecond pcap": pcap(rows, ">"),
        "patched pcap": pcap([(ns // 1000 * 1000, f) for ns, f in rows], "<", 0xA1B2CD34,
                             1000, b"\0" * 8),
        "pcapng": pcapng(rows),
        "big-endian pcapng": pcapng(rows, ">"),
        "pcapng of many interfaces": pcapng_of_many_interfaces(rows),
        "pcapng of sections": pcapng_of_sections(rows),
    }
    first = None
    micro = replay(program, write(place, "micro", pcap(
        [(ns // 1000 * 1000, f) for ns, f in rows])), CONFIG).document
    for name, data in wrappings.items():
        run = replay(program, write(place, "capture", data), CONFIG)
        checks.that(run.code == 0, f"{name}: exit code {run.code}: {run.stderr}")
        checks.that(run.stats["laws"]["ok"], f"{name}: laws {run.stats['laws']}")
        checks.that(run.stats["packets"]["received"] == len(rows), f"{name}: packets")
        first = run.document if first is None else first
        expected = micro if name == "patched pcap" else first
        checks.that(len(expected) > 0 and run.document == expected,
                    f"{name}: other alerts than nanosecond pcap")
    return first


def write(place, name, data):
    path = Path(place, name)
    path.write_bytes(data)
    return path


def check_order(checks, program, place, rows, whole):
    """A capture cut into files and given in the wrong order gives the same alerts."""
    third = len(rows) // 3
    parts = [rows[:third], rows[third:2 * third], rows[2 * third:]]
    names = ["z", "m", "a"]
    paths = [write(place, n, pcap(p)) for n, p in zip(names, parts)]
    run = replay(program, [paths[2], paths[0], paths[1]], CONFIG)
    checks.that(run.document == whole, "parts in the wrong order: other alerts")
    statuses = [(Path(f["path"]).name, f["status"]) for f in run.stats["files"]]
    checks.that(statuses == [("z", "ok"), ("m", "ok"), ("a", "ok")],
                f"parts in the wrong order: files {statuses}")
    mixed = replay(program, [paths[2], "-", paths[1]], CONFIG,
                   stdin=paths[0].read_bytes())
    checks.that(mixed.document == whole, "one part from standard input: other alerts")


def check_unknown_link(checks, program, place, rows):
    data = section("<") + interface("<", 147)
    data += b"".join(enhanced("<", 0, ns, frame) for ns, frame in rows[:5])
    run = replay(program, write(place, "netlink", data), CONFIG)
    entry = run.stats["files"][0]
    checks.that(run.code == 0 and "link type 147" in run.stderr,
                f"unknown link type is said: {run.code} {run.stderr}")
    checks.that((entry["status"], entry["unknown_link_packets"]) == ("unknown-link", 5),
                f"unknown link type: file {entry}")
    checks.that(run.stats["rejects"]["unknown_link"] == 5, "unknown link type: rejects")


def check_pace(checks, program, place, rows):
    """--speed waits: 0.4 s of capture time at half speed takes 0.8 s."""
    start = rows[0][0]
    short = [(start + i * 10**8, frame) for i, (_, frame) in enumerate(rows[:5])]
    path = write(place, "short", pcap(short))
    began = time.monotonic()
    run = subprocess.run([program, "-q", "-r", str(path), "--speed", "0.5", "-o",
                          "/dev/null"], check=False)
    took = time.monotonic() - began
    checks.that(run.returncode == 0 and 0.75 < took < 20, f"--speed 0.5 took {took:.2f} s")


def main():
    program, checks = sys.argv[1], Checks()
    rows = list(packets(PCAPS / "dnsrecon-std.pcap"))
    with tempfile.TemporaryDirectory(prefix="zonetap-variants-") as place:
        whole = check_wrappings(checks, program, place, rows)
        check_order(checks, program, place, rows, whole)
        check_unknown_link(checks, program, place, rows)
        check_pace(checks, program, place, rows)
    print(f"{checks.n} checks, {checks.bad} wrong")
    return 1 if checks.bad else 0


if __name__ == "__main__":
    sys.exit(main())
