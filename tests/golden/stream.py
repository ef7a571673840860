"""Recordings of DNS over TCP: to messages, and back to packets.

Reads what tcpdump recorded on the loopback interface (Ethernet, IPv4), which neither loses
nor reorders; writes one connection of raw IP packets.
"""

import struct
from collections import namedtuple

Message = namedtuple("Message", "is_answer time bytes")


def packets(path):
    raw, at = path.read_bytes(), 24
    while at < len(raw):
        seconds, micros, length = struct.unpack_from("<III", raw, at)
        yield seconds + micros / 1e6, raw[at + 30:at + 16 + length]
        at += 16 + length


def read_streams(path):
    """Messages of each connection, in order of the connections; the loopback interface
    neither loses nor reorders."""
    streams = {}
    for when, ip in packets(path):
        total, header = struct.unpack_from("!H", ip, 2)[0], (ip[0] & 15) * 4
        source, target = struct.unpack_from("!HH", ip, header)
        data = ip[header + (ip[header + 12] >> 4) * 4:total]
        is_answer = source == 53
        ends = (ip[12:20], source, target) if not is_answer else (
            ip[16:20] + ip[12:16], target, source)
        stream = streams.setdefault(ends, {False: b"", True: b"", "messages": []})
        rest = stream[is_answer] + data
        while len(rest) >= 2 and len(rest) >= 2 + struct.unpack_from("!H", rest)[0]:
            length = 2 + struct.unpack_from("!H", rest)[0]
            stream["messages"].append(Message(is_answer, when, rest[2:length]))
            rest = rest[length:]
        stream[is_answer] = rest
    return [s["messages"] for s in streams.values() if s["messages"]]


def write_pcap(path, messages, holes=()):
    """One connection; the segments of the messages in holes are missing."""
    out = [struct.pack("<IHHiIII", 0xa1b2c3d4, 2, 4, 0, 0, 65535, 101)]
    numbers = {False: 1000, True: 2000}

    def put(is_answer, when, flags, data=b""):
        ends = [bytes([198, 51, 100, 66]), bytes([192, 0, 2, 53])]
        ports = [40001, 53]
        if is_answer:
            ends, ports = ends[::-1], ports[::-1]
        tcp = struct.pack("!HHIIBBHHH", *ports, numbers[is_answer], numbers[not is_answer],
                          5 << 4, flags, 65535, 0, 0)
        put.id += 1
        ip = struct.pack("!BBHHHBBH", 0x45, 0, 40 + len(data), put.id & 0xffff, 0, 64, 6,
                         0) + b"".join(ends)
        packet = ip + tcp + data
        out.append(struct.pack("<IIII", int(when), int(when % 1 * 1e6), len(packet),
                               len(packet)) + packet)

    put.id = 0
    first, last = messages[0].time, messages[-1].time
    put(False, first, 2)
    numbers[False] += 1
    put(True, first, 18)
    numbers[True] += 1
    for n, message in enumerate(messages):
        data = struct.pack("!H", len(message.bytes)) + message.bytes
        for at in range(0, len(data), 1400):
            piece = data[at:at + 1400]
            if n not in holes:
                put(message.is_answer, message.time, 24, piece)
            numbers[message.is_answer] += len(piece)
        put(not message.is_answer, message.time, 16)
    for is_answer in (False, True):
        put(is_answer, last, 17)
        numbers[is_answer] += 1
    path.write_bytes(b"".join(out))
