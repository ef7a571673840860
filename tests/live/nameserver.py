"""A name server of a few lines: one zone with odd names, over UDP and TCP."""

import socket
import struct
import threading

ZONE = "page.test"
# What a browser would run if it took it for markup.
HOSTILE = "<img/src=x/onerror=owned=1>"
SOA, A, TXT, MX, AXFR = 6, 1, 16, 15, 252
ADDRESS = ("127.0.0.1", 53)


def wire(name):
    return b"".join(bytes([len(label)]) + label.encode()
                    for label in name.split(".")) + b"\0"


def record(name, kind, data):
    return wire(name) + struct.pack(">HHIH", kind, 1, 300, len(data)) + data


def zone():
    start = record(ZONE, SOA, wire(f"ns.{ZONE}") + wire(f"mail.{ZONE}") +
                   struct.pack(">5I", 7, 3600, 600, 86400, 300))
    spf = b"v=spf1 include:spf.protection.outlook.com -all"
    records = [start, record(ZONE, TXT, bytes([len(spf)]) + spf),
               record(ZONE, MX, struct.pack(">H", 10) + wire(f"mail.{ZONE}"))]
    for i in range(20):
        records.append(record(f"{HOSTILE}{i}.{ZONE}", A, bytes([10, 0, 0, i])))
    return records + [start]


def question(data):
    """Name and type of the first question, and where it ends."""
    at = 12
    while data[at]:
        at += data[at] + 1
    return struct.unpack(">H", data[at + 1:at + 3])[0], at + 5


class NameServer:
    def __init__(self):
        self.udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.udp.bind(ADDRESS)
        self.tcp = socket.create_server(ADDRESS)
        for serve in (self.serve_udp, self.serve_tcp):
            threading.Thread(target=serve, daemon=True).start()

    def serve_udp(self):
        while True:
            try:
                data, client = self.udp.recvfrom(4096)
            except OSError:
                return
            end = question(data)[1]
            self.udp.sendto(data[:2] + struct.pack(">5H", 0x8403, 1, 0, 0, 0) +
                            data[12:end], client)

    def serve_tcp(self):
        while True:
            try:
                client = self.tcp.accept()[0]
            except OSError:
                return
            with client:
                data = client.recv(4096)[2:]
                end = question(data)[1]
                records = zone()
                answer = data[:2] + struct.pack(">5H", 0x8400, 1, len(records), 0, 0) + \
                    data[12:end] + b"".join(records)
                client.sendall(struct.pack(">H", len(answer)) + answer)

    def close(self):
        self.udp.close()
        self.tcp.close()


def query(number, name, kind):
    return struct.pack(">6H", number, 0, 1, 0, 0, 0) + wire(name) + \
        struct.pack(">HH", kind, 1)


def transfer(source="127.0.0.1"):
    with socket.create_connection(ADDRESS, 5, (source, 0)) as server:
        message = query(99, ZONE, AXFR)
        server.sendall(struct.pack(">H", len(message)) + message)
        while server.recv(65536):
            pass


def unheard(name):
    """A question to an address where nobody is."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        client.sendto(query(8, name, A), ("127.0.0.9", ADDRESS[1]))


def ask(name):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        client.settimeout(2)
        client.sendto(query(7, name, A), ADDRESS)
        client.recv(4096)
