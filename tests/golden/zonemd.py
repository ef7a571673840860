#!/usr/bin/env python3
"""Digests of transferred zones (ZONEMD), and zones that are kept as files.

  zonemd.py ZONETAP

The zones of RFC 8976 appendix A, transferred in a capture made here, have to be verified:
their digests are the RFC's.  Each byte of a record that is changed is a mismatch.  What is
kept as a file is printed again by named-compilezone, where it is installed, and has to be
the zone that left.
"""

import os
import shutil
import socket
import struct
import subprocess
import sys
import tempfile
from pathlib import Path

from replay import replay
from stream import Message, write_pcap

TYPES = {"A": 1, "NS": 2, "CNAME": 5, "SOA": 6, "PTR": 12, "MX": 15, "TXT": 16,
         "AAAA": 28, "SRV": 33, "ZONEMD": 63, "AXFR": 252, "CAA": 257}
SOA = ["ns1.example.", "admin.example.", 2018031900, 1800, 900, 604800, 86400]
BASE = [("example.", 86400, "SOA", SOA), ("example.", 86400, "NS", ["ns1.example."]),
        ("example.", 86400, "NS", ["ns2.example."])]
# RFC 8976 appendix A.1.
SIMPLE = BASE + [
    ("example.", 86400, "ZONEMD", [2018031900, 1, 1,
     "c68090d90a7aed716bc459f9340e3d7c1370d4d24b7e2fc3"
     "a1ddc0b9a87153b9a9713b3c9ae5cc27777f98b8e730044c"]),
    ("ns1.example.", 3600, "A", ["203.0.113.63"]),
    ("ns2.example.", 3600, "AAAA", ["2001:db8::63"])]
# Appendix A.2: occluded, doubled, foreign and upper-case data, and a ZONEMD elsewhere.
COMPLEX = BASE + [
    ("example.", 86400, "ZONEMD", [2018031900, 1, 1,
     "a3b69bad980a3504e1cffcb0fd6397f93848071c93151f55"
     "2ae2f6b1711d4bd2d8b39808226d7b9db71e34b72077f8fe"]),
    ("ns1.example.", 3600, "A", ["203.0.113.63"]),
    ("NS2.example.", 3600, "AAAA", ["2001:db8::63"]),
    ("occluded.sub.example.", 7200, "TXT", ["I'm occluded but must be digested"]),
    ("sub.example.", 7200, "NS", ["ns1.example."]),
    ("duplicate.example.", 300, "TXT", ["I must be digested just once"]),
    ("duplicate.example.", 300, "TXT", ["I must be digested just once"]),
    ("foo.test.", 555, "TXT", ["out-of-zone data must be excluded"]),
    ("UPPERCASE.example.", 3600, "TXT", ["canonicalize uppercase owner names"]),
    ("*.example.", 777, "PTR", ["dont-forget-about-wildcards.example."]),
    ("mail.example.", 3600, "MX", [20, "MAIL1.example."]),
    ("mail.example.", 3600, "MX", [10, "Mail2.Example."]),
    *[("sortme.example.", 3600, "AAAA", [a]) for a in (
        "2001:db8::5:61", "2001:db8::3:62", "2001:db8::4:63", "2001:db8::1:65",
        "2001:db8::2:64")],
    ("non-apex.example.", 900, "ZONEMD", [2018031900, 1, 1,
     "616c6c6f776564206275742069676e6f7265642e20616c6c"
     "6f776564206275742069676e6f7265642e20616c6c6f7765"])]


def replaced(zone, change):
    """The zone with change() applied to the data of its own ZONEMD record."""
    return [(o, t, k, change(list(d))) if (o, k) == ("example.", "ZONEMD") else (o, t, k, d)
            for o, t, k, d in zone]


def name(text, place=None, names=None):
    """Wire form; with names the suffixes that stand there already are pointed at."""
    wire, labels = b"", text.rstrip(".").split(".") if text != "." else []
    while labels:
        key = ".".join(labels)
        if names is not None and key in names:
            return wire + struct.pack("!H", 0xc000 | names[key])
        if names is not None and place + len(wire) < 0x3fff:
            names[key] = place + len(wire)
        label = labels.pop(0).encode()
        wire += bytes([len(label)]) + label
    return wire + b"\0"


def data(kind, values, place, names):
    out = b""
    for n, value in enumerate(values):
        if kind in ("A", "AAAA"):
            out += socket.inet_pton(
                socket.AF_INET if kind == "A" else socket.AF_INET6, value)
        elif kind == "TXT":
            out += bytes([len(value)]) + value.encode("latin-1")
        elif kind == "ZONEMD":
            out += (struct.pack("!I", value) if n == 0 else bytes([value]) if n < 3
                    else bytes.fromhex(value))
        elif kind.startswith("TYPE"):
            out += value
        elif isinstance(value, int):
            out += struct.pack("!I" if kind == "SOA" else "!H", value)
        else:
            squeezable = kind in ("NS", "CNAME", "SOA", "PTR", "MX")
            out += name(value, place + len(out), names if squeezable else None)
    return out


def messages(zone, per_message=7, is_whole=True):
    """The transfer of a zone; names are compressed where they may be."""
    question = name("example.") + struct.pack("!HH", TYPES["AXFR"], 1)
    out = [Message(False, 1767322800.0, struct.pack("!6H", 7, 0, 1, 0, 0, 0) + question)]
    records = zone + (zone[:1] if is_whole else [])
    for start in range(0, len(records), per_message):
        part = records[start:start + per_message]
        body = struct.pack("!6H", 7, 0x8400, 1, len(part), 0, 0) + question
        names = {"example": 12}
        for owner, ttl, kind, values in part:
            body += name(owner, len(body), names)
            number = TYPES[kind] if kind in TYPES else int(kind[4:])
            body += struct.pack("!HHI", number, 1, ttl)
            rdata = data(kind, values, len(body) + 2, names)
            body += struct.pack("!H", len(rdata)) + rdata
        out.append(Message(True, 1767322800.0 + len(out) / 1000, body))
    return out


def judge(program, place, what, conversation, config=None):
    """The last transfer object that is told."""
    capture = Path(place, "case.pcap")
    write_pcap(capture, conversation)
    done = replay(program, capture, config)
    told = [a for a in done.alerts if a["event"] != "close"]
    if done.code or not told:
        raise RuntimeError(f"{what}: exit {done.code}, {len(told)} alerts: {done.stderr}")
    return told[-1]["transfer"], done


def changed_zones():
    yield "appendix A.1", SIMPLE, "verified"
    yield "appendix A.2", COMPLEX, "verified"
    yield "in any order", COMPLEX[:1] + COMPLEX[:0:-1], "verified"
    yield "no digest", [r for r in SIMPLE if r[2] != "ZONEMD"], None
    yield ("another serial", replaced(SIMPLE, lambda d: [d[0] + 1] + d[1:]), "mismatch")
    yield ("another digest", replaced(SIMPLE, lambda d: d[:3] + ["00" * 48]), "mismatch")
    yield ("digest cut", replaced(SIMPLE, lambda d: d[:3] + [d[3][:-2]]), "mismatch")
    yield ("another scheme", replaced(SIMPLE, lambda d: [d[0], 240] + d[2:]),
           "unsupported")
    yield ("another hash", replaced(SIMPLE, lambda d: d[:2] + [240, d[3]]), "unsupported")
    twice = SIMPLE + replaced(SIMPLE, lambda d: d[:3] + ["00" * 48])[3:4]
    yield "two of a kind", twice, "mismatch"
    other = SIMPLE + replaced(SIMPLE, lambda d: [d[0], 1, 240, "00" * 20])[3:4]
    yield "one of two that holds", other, "verified"
    yield "a record more", SIMPLE + [("x.example.", 1, "A", ["192.0.2.1"])], "mismatch"
    yield "a record less", SIMPLE[:-1], "mismatch"
    yield "another TTL", SIMPLE[:-1] + [SIMPLE[-1][:1] + (3601,) + SIMPLE[-1][2:]], (
        "mismatch")
    late = SIMPLE[:3] + SIMPLE[4:] + [
        (f"h{i}.example.", 1, "A", ["192.0.2.1"]) for i in range(600)] + SIMPLE[3:4]
    yield "a digest far from the apex", late, "unknown"
    large = SIMPLE + [(f"h{i}.example.", 1, "TXT", ["x" * 200]) for i in range(300)]
    yield "larger than the memory", large, "too-large"


def check_digests(program, place):
    for what, zone, want in changed_zones():
        config = "dissect: {zone_memory: 64KiB}\n" if want == "too-large" else None
        got, _ = judge(program, place, what, messages(zone), config)
        if got["zonemd"] != want:
            yield f"{what}: {got['zonemd']}, not {want}"
    # Not seen whole: never a mismatch.
    got, _ = judge(program, place, "partial", messages(SIMPLE, is_whole=False))
    if got["zonemd"] != "unknown":
        yield f"partial: {got['zonemd']}"
    # Any byte of a record's data or TTL.
    right = messages(COMPLEX)
    at = right[1].bytes.index(socket.inet_aton("203.0.113.63"))
    for byte in range(at - 6, at + 4):
        body = bytearray(right[1].bytes)
        body[byte] ^= 1
        if byte in (at - 2, at - 1):
            continue  # RDLENGTH: another message
        flipped = right[:1] + [right[1]._replace(bytes=bytes(body))] + right[2:]
        got, _ = judge(program, place, "flip", flipped)
        if got["zonemd"] != "mismatch":
            yield f"byte {byte - at}: {got['zonemd']}"


# Everything that a file could get wrong: escapes, other forms, wrong data.
ODD = BASE + [
    ("ns1.example.", 3600, "A", ["203.0.113.63"]), ("ns2.example.", 60, "A", ["192.0.2.9"]),
    ("*.w.example.", 60, "TXT", ['a "quoted" \\ ; one', "", "\x00\x7f\xff", "two"]),
    ("semi;colon.example.", 60, "TXT", ["$ORIGIN .", "@", "(\n"]),
    ("_sip._tcp.example.", 60, "SRV", [0, 5, 5060, "mail.example."]),
    ("mail.example.", 60, "CNAME", ["ns1.example."]),
    ("mx.example.", 60, "MX", [10, "ns1.example."]),
    ("p.example.", 60, "PTR", ["."]),
    ("caa.example.", 60, "TYPE257", [b"\x80\x05issueca.example; x=\"y\""]),
    ("bad.example.", 60, "TYPE257", [b"\x00\x03a\nb"]),
    ("short.example.", 60, "TYPE16", [b""]),
    ("loc.example.", 60, "TYPE29", [bytes.fromhex("00121613800000008000000000989680")]),
    ("none.example.", 60, "TYPE65280", [b""]),
    ("x.example.", 60, "TYPE65281", [b"\x01\x02\x03"])]

# Of these, what no program reads as its type.
IMPOSSIBLE = {"bad.example.": "TYPE257 \\# 5 0003610a62", "short.example.": "TYPE16 \\# 0"}


def kept_file(program, place, zone, is_whole=True, extra=""):
    folder = Path(place, "kept")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    config = f"keep_zones: {{directory: {folder}{extra}}}\n"
    told, done = judge(program, place, "kept", messages(zone, is_whole=is_whole), config)
    files = sorted(folder.iterdir())
    return told, files, done


def compile_zone(text, place):
    """What BIND reads out of a zone file, in its canonical form."""
    source, target = Path(place, "source.zone"), Path(place, "target.zone")
    source.write_text(text)
    done = subprocess.run(
        ["named-compilezone", "-i", "none", "-k", "ignore", "-m", "ignore", "-M", "ignore",
         "-n", "ignore", "-r", "ignore", "-S", "ignore", "-s", "full", "-o", str(target),
         "example", str(source)], text=True, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT)
    return target.read_text() if done.returncode == 0 else done.stdout


def check_files(program, place):
    told, files, done = kept_file(program, place, COMPLEX)
    if [f.name for f in files] != [told["zone_file"]] or not told["zone_file"]:
        yield f"files {files}, told {told['zone_file']}"
        return
    if done.stats["zone_files"] != {"kept": 1, "failed": 0, "lost": 0}:
        yield f"statistics {done.stats['zone_files']}"
    if told["zonemd"] != "verified":
        yield f"digest of what is kept: {told['zonemd']}"
    if files[0].stat().st_mode & 0o777 != 0o600:
        yield f"mode {files[0].stat().st_mode:o}"
    lines = files[0].read_text().splitlines()
    if lines[1] != "; complete" or " SOA " not in lines[2]:
        yield f"head {lines[:3]}"
    if len(lines) != 2 + len(COMPLEX):
        yield f"{len(lines)} lines for {len(COMPLEX)} records"
    told, files, _ = kept_file(program, place, SIMPLE, is_whole=False)
    if len(files) != 1 or not files[0].read_text().splitlines()[1].startswith("; PARTIAL"):
        yield "a partial zone is not marked"
    told, files, done = kept_file(
        program, place, COMPLEX + [(f"h{i}.example.", 1, "TXT", ["x" * 200])
                                   for i in range(30)], extra=", bytes_max: 4KiB")
    if files or told["zone_file"] or done.stats["zone_files"]["failed"] != 1:
        yield f"above the limit: {files}, {told['zone_file']}"
    if not shutil.which("named-compilezone"):
        print("named-compilezone is not installed: its reading was not compared")
        return
    _, files, _ = kept_file(program, place, ODD)
    generic = "".join(
        f"{text(o)} {t} IN TYPE{TYPES[k] if k in TYPES else k[4:]} \\# {len(d)} {d.hex()}\n"
        for o, t, k, d in ((o, t, k, data(k, v, 0, None)) for o, t, k, v in ODD
                           if o not in IMPOSSIBLE))
    theirs = compile_zone(generic, place)
    # BIND does not take what cannot be its type, so these are looked at by hand.
    kept = files[0].read_text()
    for owner, line in IMPOSSIBLE.items():
        if f"{owner} 60 IN {line}\n" not in kept:
            yield f"{owner} is not in the generic form"
    ours = compile_zone("".join(line + "\n" for line in kept.splitlines()
                                if line.split(" ")[0] not in IMPOSSIBLE), place)
    if ours != theirs or ours.count("\n") != len(ODD) - len(IMPOSSIBLE):
        yield f"BIND reads\n{ours}\nand not\n{theirs}"


def text(owner):
    return owner.replace(";", "\\;")


def check_policy(program, place):
    """Who may have the zone is not suspected, and nothing is kept."""
    folder = Path(place, "kept")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    capture = Path(place, "case.pcap")
    write_pcap(capture, messages(SIMPLE))
    done = replay(program, capture, "zones: [{name: example, secondaries: "
                  f"[198.51.100.66]}}]\nkeep_zones: {{directory: {folder}}}\n")
    if done.alerts or list(folder.iterdir()):
        yield "the zone of a secondary was kept"


def main():
    program = Path(sys.argv[1]).resolve()
    with tempfile.TemporaryDirectory(prefix="zonetap-zonemd-") as place:
        wrong = [*check_digests(program, place), *check_files(program, place),
                 *check_policy(program, place)]
    for line in wrong:
        print("WRONG", line)
    print(f"{len(list(changed_zones()))} zones, {len(wrong)} wrong")
    return 1 if wrong else 0


if __name__ == "__main__":
    os.environ.setdefault("TZ", "UTC")
    sys.exit(main())
