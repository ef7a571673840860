"""A wire to capture from: a veth pair, frames to send over it, and zonetap at its end.

Only for namespaces of a test's own; see capture.
"""

import json
import socket
import struct
import subprocess
import time
from pathlib import Path

HERE, THERE = "wire0", "wire1"  # frames go in here, zonetap listens there
ETHERNET = b"\x02\0\0\0\0\x02" + b"\x02\0\0\0\0\x01"
PROBE = b"\x07version\x04bind\0" + struct.pack("!HH", 16, 3)  # TXT, class CHAOS


def ip(*words):
    subprocess.run(["ip", *words], check=True)


def lay(name=THERE):
    """A new wire whose far end has this name.  No IPv6: its own packets would count."""
    Path("/proc/sys/net/ipv6/conf/default/disable_ipv6").write_text("1")
    ip("link", "add", HERE, "type", "veth", "peer", "name", name)
    ip("link", "set", HERE, "up")
    ip("link", "set", name, "up")


def cut():
    ip("link", "del", HERE)


def checksum(header):
    total = sum(struct.unpack(f"!{len(header) // 2}H", header))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def ipv4(source, payload, protocol=17, ident=1):
    def header(check):
        return struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(payload), ident & 0xFFFF, 0,
                           64, protocol, check, socket.inet_aton(source),
                           socket.inet_aton("192.0.2.53"))
    return header(checksum(header(0))) + payload


def question(number, wire=PROBE):
    return struct.pack("!6H", number & 0xFFFF, 0x100, 1, 0, 0, 0) + wire


def udp(source, message, number=1):
    """One query as a frame."""
    datagram = struct.pack("!4H", 1024 + number % 60000, 53, 8 + len(message), 0)
    return ETHERNET + b"\x08\0" + ipv4(source, datagram + message, ident=number)


def probe(source, number=1):
    """A frame that makes an incident of the rule server-probe at once."""
    return udp(source, question(number), number)


def address(number):
    return f"203.0.{number >> 8 & 255}.{number & 255}"


class Sender:
    def __init__(self, name=HERE):
        self.socket = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
        self.socket.bind((name, 0))

    def send(self, *frames):
        for frame in frames:
            self.socket.send(frame)

    def close(self):
        self.socket.close()


def frames_of(capture):
    """The frames of a classic capture file."""
    data = Path(capture).read_bytes()
    order = "<" if data[:4] in (b"\xd4\xc3\xb2\xa1", b"\x4d\x3c\xb2\xa1") else ">"
    at = 24
    while at + 16 <= len(data):
        length = struct.unpack_from(order + "I", data, at + 8)[0]
        yield data[at + 16:at + 16 + length]
        at += 16 + length


class Tap:
    """zonetap at the end of the wire."""

    def __init__(self, program, place, config="", names=(THERE,), prefix=()):
        self.place = Path(place)
        (self.place / "conf.yaml").write_text(config or "{}\n")
        self.log_path = self.place / "log"
        self.out = self.place / "alerts.json"
        self.out.unlink(missing_ok=True)
        interfaces = [word for name in names for word in ("-i", name)]
        with open(self.log_path, "wb") as log:
            self.process = subprocess.Popen(
                [*prefix, program, *interfaces, "-c", self.place / "conf.yaml",
                 "-o", self.out, "-s", self.place / "stats.json"],
                stderr=log, stdout=subprocess.DEVNULL)

    def log(self):
        return self.log_path.read_text()

    def lines(self, text):
        return [line for line in self.log().splitlines() if text in line]

    def alerts(self):
        """Those about somebody; the sensor's health is told without a source."""
        if not self.out.exists():
            return []
        lines = self.out.read_text().splitlines()
        return [a for a in map(json.loads, lines) if a["source"]]

    def opened(self):
        return {a["source"]["ip"] for a in self.alerts()
                if a["event"] == "open" and a["rule"] == "server-probe"}

    def stop(self):
        """@return the final statistics."""
        self.process.terminate()
        code = self.process.wait(10)
        if code != 0:
            raise AssertionError(f"zonetap ended with {code}: {self.log()}")
        stats = json.loads((self.place / "stats.json").read_text())
        if not stats["laws"]["ok"]:
            raise AssertionError(f"laws broken: {stats['laws']['broken']}")
        packets = stats["packets"]
        if packets["received"] != (packets["delivered"] + packets["kernel_drops"]
                                   + packets["unread"]):
            raise AssertionError(f"packets do not add up: {packets}")
        return stats


def until(what, seconds, text):
    """Wait for a condition; @return how long it took."""
    begin = time.monotonic()
    while not what():
        if time.monotonic() - begin > seconds:
            raise AssertionError(f"not within {seconds} s: {text}")
        time.sleep(0.02)
    return time.monotonic() - begin
