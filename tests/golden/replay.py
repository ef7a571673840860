"""Runs zonetap over a capture and reads back what it said.

Shared by the tests of this folder.  A run is a Replay: exit code, alerts, statistics and
what stood on standard error.
"""

import json
import os
import re
import subprocess
import tempfile
from pathlib import Path

SOURCE = Path(os.environ.get("ZT_SOURCE_DIR", Path(__file__).resolve().parents[2]))
TIMEOUT_S = 300
SKIP = 77  # what ctest takes as "skipped"


class Replay:
    def __init__(self, code, document, stats, stderr):
        self.code = code
        self.document = document  # the alerts as they were written, bytes
        self.alerts = [json.loads(line) for line in document.splitlines()]
        self.stats = stats
        self.stderr = stderr

    def died(self):
        """A signal, a sanitizer's report or a time limit: never right."""
        return (self.code < 0 or self.code >= 126 or "Sanitizer" in self.stderr
                or "runtime error:" in self.stderr)


def replay(program, captures, config=None, arguments=(), stdin=None):
    """captures: one path or several.  config: text of a configuration file.
    stdin: bytes for a capture named "-"."""
    if isinstance(captures, (str, Path)):
        captures = [captures]
    with tempfile.TemporaryDirectory(prefix="zonetap-golden-") as place:
        alerts, stats = Path(place, "alerts"), Path(place, "stats")
        command = [str(program), "-o", str(alerts), "-s", str(stats)]
        if config is not None:
            path = Path(place, "zonetap.yaml")
            path.write_text(config)
            command += ["-c", str(path)]
        for capture in captures:
            command += ["-r", str(capture)]
        try:
            done = subprocess.run(command + list(arguments), input=stdin,
                                  stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                  timeout=TIMEOUT_S)
        except subprocess.TimeoutExpired:
            return Replay(-1, b"", None, f"no end after {TIMEOUT_S} s")
        document = alerts.read_bytes() if alerts.exists() else b""
        text = stats.read_text() if stats.exists() else ""
        return Replay(done.returncode, document,
                      json.loads(text) if text.strip() else None,
                      done.stderr.decode("utf-8", "replace"))


def captures_folder(name):
    """The captures beside the checkout, or None where they are not installed."""
    base = os.environ.get("ZT_CAPTURES", SOURCE.parent / "shared" / "captures")
    path = Path(base) / name
    return path if path.is_dir() else None


def implemented_rules():
    text = (SOURCE / "detect" / "rules.def").read_text()
    return re.findall(r'^ZT_RULE\(\w+,\s*"([a-z0-9-]+)"\)', text, re.M)


def table(head, rows):
    """Print rows in columns."""
    widths = [max(len(str(r[i])) for r in [head] + rows) for i in range(len(head))]
    for row in [head, ["-" * w for w in widths]] + rows:
        print("  ".join(str(c).ljust(w) for c, w in zip(row, widths)).rstrip())
