"""BIND, NSD and Knot as primaries on one side of a link and as secondaries on the other.

Everything lives in namespaces of its own (network, processes, mounts), which transfers
enters before it imports this; they and all that runs in them vanish with the script,
however it ends.

  here       192.0.2.53-55 and 2001:db8:10::53-55: the primaries, and tcpdump
  "outside"  203.0.113.53-55 and 2001:db8:5ec:53-55::53: the secondaries
             198.18.0.0/15 and 2001:db8:bad::/48: one address for each client run
"""

import os
import signal
import subprocess
import time
from pathlib import Path

KINDS = {"bind": 53, "nsd": 54, "knot": 55}
KEY = ("live-key", "em9uZXRhcCBsYWIga2V5LCBub3QgYSBzZWNyZXQgMDE=")
BAD_KEY = ("other-key", "em9uZXRhcCBsYWIga2V5LCBub3QgYSBzZWNyZXQgMDI=")
# The name that the servers know with a secret that they do not.
BAD_SECRET = (KEY[0], BAD_KEY[1])
OUTSIDE = "outside"
OPEN_HOSTS = 700
# Refresh and retry: a lost NOTIFY costs seconds.
REFRESH = "6 2"
FIRST_SERIAL = 2026010101
# Zones of each primary, and who may have them.
CLIENT_ZONES = {"open": "any", "small": "any", "closed": "none", "keyed": "key",
                "history": "any"}
# Zones that each secondary fetches: by which family, signed or not.  The primaries keep
# no differences of "whole4", so that IXFR is answered with the whole zone.
SECONDARY_ZONES = {"plain4": (4, False), "plain6": (6, False), "whole4": (4, False),
                   "signed4": (4, True), "signed6": (6, True)}
# nmap cuts a name down to one label in front of a top-level domain that it knows.
SMALL = {"bind": "example.com", "nsd": "example.net", "knot": "example.org"}


def primary(kind, family):
    return f"192.0.2.{KINDS[kind]}" if family == 4 else f"2001:db8:10::{KINDS[kind]}"


def secondary(kind, family):
    return f"203.0.113.{KINDS[kind]}" if family == 4 else f"2001:db8:5ec:{KINDS[kind]}::53"


def client(n, family):
    return f"198.18.{n // 250}.{n % 250 + 1}" if family == 4 else f"2001:db8:bad:{n + 1:x}::1"


def run(*args, check=True, timeout=60):
    done = subprocess.run([str(a) for a in args], text=True, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, timeout=timeout,
                          stdin=subprocess.DEVNULL)
    if check and done.returncode != 0:
        raise RuntimeError(f"{' '.join(map(str, args))}: {done.stdout}")
    return done.stdout


def zone_text(role, kind, serial):
    """A zone; each serial after the first adds two hosts and takes one away."""
    n = OPEN_HOSTS if role in ("open", "keyed") else 5
    lines = [f"@ 300 IN SOA ns hostmaster {serial} {REFRESH} 86400 300",
             "@ 300 IN NS ns", f"ns 300 IN A {primary(kind, 4)}",
             "@ 300 IN MX 10 mail", "mail 300 IN A 192.0.2.25",
             '@ 300 IN TXT "v=spf1 mx -all"', "_sip._tcp 300 IN SRV 0 5 5060 mail"]
    for i in range(n):
        lines += [f"host{i} 300 IN A 10.0.{i // 250}.{i % 250 + 1}",
                  f"host{i} 300 IN AAAA 2001:db8:10::{i + 256:x}"]
    for i in range(serial - FIRST_SERIAL):
        lines += [f"new{i} 300 IN A 192.0.2.{100 + i}",
                  f"other{i} 300 IN TXT \"serial {serial - 1}\""]
    return "\n".join(lines) + "\n"


class Zone:
    def __init__(self, role, kind, folder):
        self.role, self.kind = role, kind
        self.name = SMALL[kind] if role == "small" else f"{role}-{kind}.test"
        self.path = folder / f"{self.name}.zone"
        self.serial = FIRST_SERIAL
        self.write()

    def write(self):
        self.path.write_text(zone_text(self.role, self.kind, self.serial))


def others(kind):
    return [k for k in KINDS if k != kind]


class Bind:
    RELOAD = signal.SIGHUP
    BASE = """
options {{ directory "{dir}"; pid-file "{dir}/pid"; session-keyfile "{dir}/session";
  managed-keys-directory "{dir}"; listen-on port 53 {{ {v4}; }};
  listen-on-v6 port 53 {{ {v6}; }}; recursion no; dnssec-validation no; notify explicit;
  notify-source {v4}; notify-source-v6 {v6}; transfer-source {v4}; transfer-source-v6 {v6};
  allow-notify {{ any; }}; min-refresh-time 2; min-retry-time 2; serial-query-rate 1000; notify-rate 1000;
  empty-zones-enable no; masterfile-format text; }};
controls {{ }};
logging {{ channel all {{ file "{dir}/log"; severity debug 3; print-time yes; }};
  category default {{ all; }}; category xfer-in {{ all; }}; category xfer-out {{ all; }}; }};
key "{key}" {{ algorithm hmac-sha256; secret "{secret}"; }};
"""

    @staticmethod
    def primary_conf(zone):
        allow = {"any": "any", "none": "none", "key": f"key {KEY[0]}"}[
            CLIENT_ZONES.get(zone.role, "any")]
        notify = ""
        if zone.role in SECONDARY_ZONES:
            family, signed = SECONDARY_ZONES[zone.role]
            allow = f"key {KEY[0]}" if signed else "any"
            notify = "".join(f"{secondary(k, family)}; " for k in others("bind"))
        differences = "no" if zone.role == "whole4" else "yes"
        return (f'zone "{zone.name}" {{ type primary; file "{zone.path}"; '
                f"ixfr-from-differences {differences}; "
                f"allow-transfer {{ {allow}; }}; also-notify {{ {notify}}}; }};\n")

    @staticmethod
    def secondary_conf(zone, folder):
        family, signed = SECONDARY_ZONES[zone.role]
        key = f" key {KEY[0]}" if signed else ""
        return (f'zone "{zone.name}" {{ type secondary; file "{folder}/{zone.name}"; '
                f"allow-transfer {{ any; }}; "
                f"primaries {{ {primary(zone.kind, family)}{key}; }}; }};\n")

    @classmethod
    def command(cls, folder, v4, v6, zones):
        conf = folder / "conf"
        conf.write_text(cls.BASE.format(dir=folder, v4=v4, v6=v6, key=KEY[0],
                                        secret=KEY[1]) + "".join(zones))
        return ["named", "-f", "-n", "1", "-c", conf]


class Nsd:
    RELOAD = signal.SIGHUP
    BASE = """
server:
  ip-address: {v4}
  ip-address: {v6}
  zonesdir: "{dir}"
  pidfile: "{dir}/pid"
  database: ""
  zonelistfile: "{dir}/list"
  xfrdfile: "{dir}/xfrd"
  xfrdir: "{dir}"
  logfile: "{dir}/log"
  verbosity: 2
  username: ""
  server-count: 1
  xfrd-reload-timeout: 0
remote-control:
  control-enable: no
key:
  name: {key}
  algorithm: hmac-sha256
  secret: "{secret}"
"""

    @staticmethod
    def primary_conf(zone):
        who = CLIENT_ZONES.get(zone.role, "any")
        text = f"zone:\n  name: {zone.name}\n  zonefile: {zone.path}\n"
        if zone.role != "whole4":
            text += "  create-ixfr: yes\n  store-ixfr: yes\n"
        if zone.role in SECONDARY_ZONES:
            family, signed = SECONDARY_ZONES[zone.role]
            who = "key" if signed else "any"
            for k in others("nsd"):
                text += f"  notify: {secondary(k, family)} NOKEY\n"
            text += f"  outgoing-interface: {primary('nsd', family)}\n"
        if who != "none":
            word = KEY[0] if who == "key" else "NOKEY"
            text += f"  provide-xfr: 0.0.0.0/0 {word}\n  provide-xfr: ::/0 {word}\n"
        return text

    @staticmethod
    def secondary_conf(zone, folder):
        family, signed = SECONDARY_ZONES[zone.role]
        address, word = primary(zone.kind, family), KEY[0] if signed else "NOKEY"
        return (f"zone:\n  name: {zone.name}\n  zonefile: {folder}/{zone.name}\n"
                f"  request-xfr: {address} {word}\n  allow-notify: {address} NOKEY\n"
                f"  outgoing-interface: {secondary('nsd', family)}\n"
                "  provide-xfr: 0.0.0.0/0 NOKEY\n")

    @classmethod
    def command(cls, folder, v4, v6, zones):
        conf = folder / "conf"
        conf.write_text(cls.BASE.format(dir=folder, v4=v4, v6=v6, key=KEY[0],
                                        secret=KEY[1]) + "".join(zones))
        return ["nsd", "-d", "-c", conf]


class Knot:
    RELOAD = signal.SIGHUP
    BASE = """
server:
  rundir: "{dir}"
  pidfile: "{dir}/pid"
  user: root:root
  listen: [ "{v4}@53", "{v6}@53" ]
  udp-workers: 1
  tcp-workers: 1
  background-workers: 1
log:
  - target: "{dir}/log"
    any: debug
key:
  - id: {key}
    algorithm: hmac-sha256
    secret: {secret}
database:
  storage: "{dir}"
acl:
  - id: any
    action: transfer
  - id: keyed
    action: transfer
    key: {key}
  - id: notify
    action: notify
{remotes}
template:
  - id: default
    storage: "{dir}"
    journal-content: changes
    zonefile-load: difference
    zonefile-sync: -1
    semantic-checks: off
zone:
"""

    @staticmethod
    def primary_conf(zone):
        acl = {"any": "any", "key": "keyed"}.get(CLIENT_ZONES.get(zone.role))
        text = f"  - domain: {zone.name}\n    file: {zone.path}\n"
        if zone.role == "whole4":
            text += "    journal-content: none\n    zonefile-load: whole\n"
        if zone.role in SECONDARY_ZONES:
            family, signed = SECONDARY_ZONES[zone.role]
            acl = "keyed" if signed else "any"
            names = ", ".join(f"to-{k}{family}" for k in others("knot"))
            text += f"    notify: [ {names} ]\n"
        return text + (f"    acl: {acl}\n" if acl else "")

    @staticmethod
    def secondary_conf(zone, folder):
        family, signed = SECONDARY_ZONES[zone.role]
        return (f"  - domain: {zone.name}\n    file: {folder}/{zone.name}\n"
                f"    zonefile-load: none\n    journal-content: all\n"
                f"    master: from-{zone.kind}{family}{'s' if signed else ''}\n"
                "    acl: [ any, notify ]\n")

    @staticmethod
    def remotes():
        text = "remote:\n"
        for kind in others("knot"):
            for family in (4, 6):
                text += (f"  - id: to-{kind}{family}\n    address: {secondary(kind, family)}\n"
                         f"    via: {primary('knot', family)}\n")
                for word in ("", "s"):
                    text += (f"  - id: from-{kind}{family}{word}\n"
                             f"    address: {primary(kind, family)}\n"
                             f"    via: {secondary('knot', family)}\n")
                    text += f"    key: {KEY[0]}\n" if word else ""
        return text

    @classmethod
    def command(cls, folder, v4, v6, zones):
        conf = folder / "conf"
        conf.write_text(cls.BASE.format(dir=folder, v4=v4, v6=v6, key=KEY[0],
                                        secret=KEY[1], remotes=cls.remotes())
                        + "".join(zones))
        return ["knotd", "-c", conf]


SOFTWARE = {"bind": Bind, "nsd": Nsd, "knot": Knot}


class Lab:
    """The link, the servers and the tap."""

    def __init__(self, folder):
        self.folder = Path(folder)
        self.zones = [Zone(role, kind, self.folder) for kind in KINDS
                      for role in [*CLIENT_ZONES, *SECONDARY_ZONES]]
        self.children = {}

    def network(self, n_clients):
        run("ip", "link", "set", "lo", "up")
        run("ip", "netns", "add", OUTSIDE)
        run("ip", "-n", OUTSIDE, "link", "set", "lo", "up")
        run("ip", "link", "add", "tap0", "type", "veth", "peer", "name", "out0",
            "netns", OUTSIDE)
        inside = [primary(k, f) for k in KINDS for f in (4, 6)]
        outside = [secondary(k, f) for k in KINDS for f in (4, 6)]
        outside += [client(n, f) for n in range(n_clients) for f in (4, 6)]
        for space, dev, addresses in (([], "tap0", inside),
                                      (["-n", OUTSIDE], "out0", outside)):
            batch = self.folder / "addresses"
            batch.write_text("".join(
                f"address add {a}/{128 if ':' in a else 32} dev {dev}"
                f"{' nodad' if ':' in a else ''}\n" for a in addresses))
            run("ip", *space, "-batch", batch)
            # Segments as on a wire, not the host's offloaded giants.
            run("ip", *space, "link", "set", dev, "gso_max_segs", "1", check=False)
            run("ip", *space, "link", "set", dev, "up")
        for prefix in ("203.0.113.0/24", "198.18.0.0/15", "2001:db8:5ec::/48",
                       "2001:db8:bad::/48"):
            run("ip", "route", "add", prefix, "dev", "tap0")
        self.source(0)

    def source(self, n):
        """Programs of the other side send from client n's addresses."""
        for family, prefix in ((4, "192.0.2.0/24"), (6, "2001:db8:10::/48")):
            run("ip", "-n", OUTSIDE, "route", "replace", prefix, "dev", "out0", "src",
                client(n, family))

    def start(self, name, command, outside=False):
        space = ["ip", "netns", "exec", OUTSIDE] if outside else []
        log = open(self.folder / f"{name}.out", "w")
        self.children[name] = subprocess.Popen(
            space + [str(c) for c in command], stdin=subprocess.DEVNULL, stdout=log,
            stderr=log)
        return self.children[name]

    def stop(self, name):
        child = self.children.pop(name)
        child.send_signal(signal.SIGTERM)
        try:
            child.wait(5)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()

    def home(self, name):
        folder = self.folder / name
        folder.mkdir(exist_ok=True)
        return folder

    def primaries(self):
        for kind, software in SOFTWARE.items():
            confs = [software.primary_conf(z) for z in self.zones if z.kind == kind]
            self.start(kind, software.command(
                self.home(kind), primary(kind, 4), primary(kind, 6), confs))
        self.wait("the primaries", lambda: all(
            str(z.serial) in self.soa(primary(z.kind, 4), z) for z in self.zones))

    def secondaries(self):
        for kind, software in SOFTWARE.items():
            folder = self.home(f"{kind}-secondary")
            confs = [software.secondary_conf(z, folder) for z in self.fetched(kind)]
            self.start(f"{kind}-secondary", software.command(
                folder, secondary(kind, 4), secondary(kind, 6), confs), outside=True)
        self.wait_for_secondaries()

    def fetched(self, kind):
        """What the secondary of this kind fetches: the zones of the others."""
        return [z for z in self.zones if z.role in SECONDARY_ZONES and z.kind != kind]

    def wait_for_secondaries(self):
        for kind in KINDS:
            for zone in self.fetched(kind):
                self.wait(f"{zone.name} at the {kind} secondary", lambda k=kind, z=zone: str(
                    z.serial) in self.soa(secondary(k, 4), z, outside=True))

    def soa(self, server, zone, outside=False):
        space = ["ip", "netns", "exec", OUTSIDE] if outside else []
        bind = ["-b", server] if outside else []
        return run(*space, "dig", *bind, "+short", "+time=1", "+tries=1", f"@{server}",
                   zone.name, "SOA", check=False)

    def wait(self, what, is_so):
        end = time.monotonic() + 30
        while not is_so():
            if time.monotonic() > end:
                raise RuntimeError(f"waited in vain for {what}")
            time.sleep(0.2)

    def change(self, roles):
        """The next serial of these zones, at all primaries."""
        for zone in self.zones:
            if zone.role in roles:
                zone.serial += 1
                zone.write()
        # BIND compares times of modification by the second.
        time.sleep(1.1)
        for zone in self.zones:
            if zone.role in roles:
                os.utime(zone.path)
        for kind, software in SOFTWARE.items():
            self.children[kind].send_signal(software.RELOAD)
        self.wait("the primaries", lambda: all(
            str(z.serial) in self.soa(primary(z.kind, 4), z) for z in self.zones))

    def outside(self, *command, timeout=60):
        return run("ip", "netns", "exec", OUTSIDE, *command, check=False,
                   timeout=timeout)

    def record(self, path):
        tap = self.start("tcpdump", ["tcpdump", "-i", "tap0", "-U", "-s", "0",
                                     "--immediate-mode", "-B", "32768", "-Z", "root",
                                     "--time-stamp-precision=nano", "-w", path,
                                     "port", "53"])
        log = self.folder / "tcpdump.out"
        self.wait("tcpdump", lambda: "listening on" in log.read_text()
                  or tap.poll() is not None)

    def close(self):
        for name in list(self.children):
            self.stop(name)
