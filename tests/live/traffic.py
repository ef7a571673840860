"""Ordinary DNS traffic as a capture file of Ethernet frames: queries of many clients and
their answers, a few names that do not exist."""

import random
import struct

NAMES = 400
CLIENTS = 2000
SERVER = bytes([192, 0, 2, 53])
MAC = bytes.fromhex("020000000001") + bytes.fromhex("020000000002") + b"\x08\x00"


def checksum(data):
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return 0xffff - total


def frame(src, dst, sport, dport, number, message):
    udp = struct.pack("!4H", sport, dport, 8 + len(message), 0) + message
    head = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(udp), number & 0xffff, 0, 64, 17, 0)
    head += src + dst
    head = head[:10] + struct.pack("!H", checksum(head)) + head[12:]
    return MAC + head + udp


def question(name):
    labels = b"".join(bytes([len(x)]) + x.encode() for x in name.split("."))
    return labels + b"\0\0\1\0\1"


def exchange(rng, number):
    """A query and its answer."""
    client = struct.pack("!I", 0xC6120000 + rng.randrange(CLIENTS))
    port, ident = rng.randrange(1024, 65536), rng.randrange(65536)
    is_there = rng.random() < 0.95
    name = f"{'www' if is_there else 'no'}{rng.randrange(NAMES)}.example.com"
    opt = b"\0\0\x29\x04\xd0\0\0\0\0\0\0"
    query = struct.pack("!6H", ident, 0x0100, 1, 0, 0, 1) + question(name) + opt
    yield frame(client, SERVER, port, 53, number, query)
    record = b"\xc0\x0c\0\1\0\1\0\0\1\x2c\0\4" + bytes([10, 0, 0, rng.randrange(1, 255)])
    answer = struct.pack("!6H", ident, 0x8500 | (0 if is_there else 3), 1,
                         1 if is_there else 0, 0, 1) + question(name)
    yield frame(SERVER, client, 53, port, number + 1,
                answer + (record if is_there else b"") + opt)


def write(path, n_packets, seed=1):
    rng = random.Random(seed)
    with open(path, "wb") as file:
        file.write(struct.pack("<IHHiIII", 0xa1b2c3d4, 2, 4, 0, 0, 65535, 1))
        for n in range(0, n_packets, 2):
            for i, data in enumerate(exchange(rng, n)):
                file.write(struct.pack("<4I", 1700000000 + n // 10000, n % 10000 * 100 + i,
                                       len(data), len(data)) + data)
