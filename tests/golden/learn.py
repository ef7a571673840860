"""Secondaries learned from captures: the list, that it is deterministic, that it is a
configuration, and that with it those who are listed are silent."""

import json
import os
import subprocess
import sys
import tempfile

PROGRAM = sys.argv[1]
SOURCE = os.environ["ZT_SOURCE_DIR"]
CAPTURES = os.environ.get("ZT_CAPTURES", os.path.join(SOURCE, "..", "shared", "captures"))
CAPTURE = os.path.join(CAPTURES, "lab", "secondary-bootstrap.pcap")
SKIPPED = 77


def replay(config, capture=CAPTURE):
    """The alerts of a capture."""
    run = subprocess.run([PROGRAM, "-q", "-c", config, "-r", capture],
                         capture_output=True, text=True, timeout=60)
    if run.returncode not in (0, 1):
        sys.exit(f"WRONG exit {run.returncode}: {run.stderr}")
    return [json.loads(line) for line in run.stdout.splitlines()]


def open_alerts(alerts, rule):
    return [a for a in alerts if a["event"] == "open" and a["rule"] == rule]


def write(path, text):
    with open(path, "w", encoding="ascii") as out:
        out.write(text)
    os.chmod(path, 0o644)


def main():
    if not os.path.exists(CAPTURE):
        print(f"skipped: no {CAPTURE}")
        return SKIPPED
    wrong = 0
    with tempfile.TemporaryDirectory() as place:
        config = os.path.join(place, "learn.conf")
        lists = [os.path.join(place, name) for name in ("first.yaml", "again.yaml")]
        for path in lists:
            write(config, f"learn: {{enabled: true, period: 1h, file: {path}}}\n")
            alerts = replay(config)
        told = open_alerts(alerts, "zone-transfer")
        first, again = (open(path, encoding="ascii").read() for path in lists)
        zones = {line.split('"')[1] for line in first.splitlines() if "- name:" in line}
        leaked = {a["zone"] for a in alerts if a["rule"] == "zone-transfer" and
                  a["verdict"] in ("complete", "full", "delta", "up-to-date")}
        os.chmod(lists[0], 0o644)
        checks = {
            "the same list each time": first == again,
            "no state of a replay": not os.path.exists(lists[0] + ".state"),
            "somebody is told without a list": len(told) > 0,
            "each zone that was fetched is listed": zones == leaked and len(zones) > 0,
            "learning tells no deviation":
                not open_alerts(alerts, "transfer-deviation"),
            "what led to it is told":
                all(a["transfer"]["choreography"] == "soa-first" for a in told),
            "nobody is told with the list":
                not open_alerts(replay(lists[0]), "zone-transfer"),
        }
        for name, right in checks.items():
            if not right:
                print(f"WRONG {name}")
                wrong += 1
        print(f"{len(checks)} checks over {len(zones)} zones, {wrong} wrong")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
