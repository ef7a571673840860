"""What the clients are, how each is called, and what each says of its transfer.

A client's word is a Word: "done" with what it counted, or why it failed as far as it
tells.  Tools that show only some types of records are held to those types.
"""

import re
from collections import Counter, namedtuple

# outcome: "done", "failed", or the rcode in small letters
# records: what the client counted, or None; types: {type: count} or None
Word = namedtuple("Word", "outcome records messages types", defaults=(None, None, None))

RCODES = {"REFUSED": "refused", "NOTAUTH": "notauth", "FORMERR": "formerr",
          "NOTIMPL": "notimp", "NOTIMP": "notimp", "SERVFAIL": "servfail"}
RECORD = re.compile(r"^\S+\s+\d+\s+IN\s+([A-Z0-9]+)\s", re.M)


def failure(text):
    for name, word in RCODES.items():
        if re.search(rf"\b{name}\b", text):
            return Word(word)
    return Word("failed")


def dig(text):
    size = re.search(r"XFR size: (\d+) records \(messages (\d+)", text)
    lines = len(RECORD.findall(text))
    if "Transfer failed" in text or (not size and not lines):
        return failure(text)
    if not size:  # a single datagram has no such line
        return Word("done", lines)
    if int(size[1]) != lines:
        return Word(f"{size[1]} records in {lines} lines")
    return Word("done", lines, int(size[2]))


def kdig(text):
    size = re.search(r"Received \d+ B \((\d+) messages, (\d+) records\)", text)
    if ";; ERROR" in text:
        return failure(text)
    if not size:
        return Word("done", len(RECORD.findall(text)))
    return Word("done", int(size[2]), int(size[1]))


def drill(text):
    lines = len(RECORD.findall(re.sub(r"^;.*$", "", text, flags=re.M)))
    return Word("done", lines) if lines else failure(text)


def host(text):
    if "Transfer failed" in text:
        return failure(text)
    return Word("done", len(RECORD.findall(text)))


def nslookup(text):
    if "Transfer failed" in text:
        return failure(text)
    marks = r"^Name:\t|\torigin = |\ttext = |\tnameserver = |\tmail exchanger = |\tservice = "
    return Word("done", len(re.findall(marks, text, re.M)))


def nmap(text):
    table = re.search(r"dns-zone-transfer: *\n((?:\|.*\n)+)", text)
    if not table:
        return Word("failed")
    return Word("done", len(table[1].splitlines()))


def dnsrecon(text):
    if "Zone Transfer was successful" not in text:
        return Word("failed")
    rows = re.findall(r"^\[\*\] \t (\w+) ", text.split("successful")[1], re.M)
    types = Counter(r for r in rows if r in ("A", "AAAA", "TXT", "SRV", "NS"))
    return Word("done", None, None, dict(types))


def fierce(text):
    if "Zone: success" not in text:
        return Word("failed")
    # Its library keeps the SOA once.
    return Word("done", len(re.findall(r" 300 IN ", text)) + 1)


def command(tool, family, server, zone, kind="AXFR", key=None, udp=False):
    """The command line; IXFR is "IXFR=serial"."""
    if tool == "nmap":
        six = "-6 " if family == 6 else ""
        return (f"nmap {six}-Pn -n -sT -p 53 --script dns-zone-transfer --script-args "
                f"dns-zone-transfer.domain={zone} {server}").split()
    if tool == "dnsrecon":
        return f"dnsrecon -t axfr -d {zone} -n {server}".split()
    if tool == "fierce":
        return f"fierce --domain {zone} --dns-servers {server} --subdomains www".split()
    if tool == "host":
        return ["host", "-t", "AXFR", zone, server]
    if tool == "nslookup":
        return ["nslookup", "-type=AXFR", zone, server]
    line = [tool, f"@{server}", zone, kind]
    if tool == "drill":
        return line + (["-y", f"{key[0]}:{key[1]}:hmac-sha256"] if key else [])
    if key:
        line += ["-y", f"hmac-sha256:{key[0]}:{key[1]}"]
    return line + (["+notcp"] if udp else [])


PARSERS = {"dig": dig, "kdig": kdig, "drill": drill, "host": host, "nslookup": nslookup,
           "nmap": nmap, "dnsrecon": dnsrecon, "fierce": fierce}


def bind_log(text, zone):
    """(kind, records) of each transfer that a BIND secondary finished."""
    found, kind = [], None
    for line in text.splitlines():
        if f"'{zone}/IN'" not in line:
            continue
        if "got nonincremental response" in line:
            kind = "whole"
        elif "got incremental response" in line:
            kind = "delta"
        done = re.search(r"Transfer completed: \d+ messages, (\d+) records", line)
        if done:
            found.append((kind, int(done[1])))
    return found


def knot_log(text, zone):
    """(kind, None): Knot counts bytes, not records."""
    found = []
    for line in text.splitlines():
        done = re.search(rf"\[{re.escape(zone)}\.\] ([AI]XFR), incoming, .* finished,", line)
        if done:
            found.append(("whole" if done[1] == "AXFR" else "delta", None))
        elif f"[{zone}.]" in line and "receiving AXFR-style IXFR" in line:
            found.append(("as-axfr", None))
    # The line that ends an answer to IXFR with a whole zone says IXFR still.
    clean = []
    for kind, records in found:
        if clean and clean[-1][0] == "as-axfr":
            clean[-1] = ("whole", None)
        else:
            clean.append((kind, records))
    return clean


def nsd_log(text, zone):
    """(None, None) for each update that NSD committed: it tells the serial alone."""
    return [(None, None)] * len(re.findall(rf"zone {re.escape(zone)} committed", text))


LOGS = {"bind": bind_log, "knot": knot_log, "nsd": nsd_log}
