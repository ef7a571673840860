"""Namespaces for a live test: a link between "here" and "outside", gone with the script.

  here       eth "tap0", 192.0.2.53 and 2001:db8:10::53: the server, and zonetap
  "outside"  eth "far0", 198.18.0.0/15 and 2001:db8:bad::/48: anybody, an address each
"""

import ctypes
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

SKIP = 77
INSIDE = "ZONETAP_GROUND_INSIDE"
PLACE = "ZONETAP_GROUND_PLACE"
OUTSIDE = "outside"
SERVER4, SERVER6 = "192.0.2.53", "2001:db8:10::53"


def run(*args, check=True, timeout=60, netns=None):
    prefix = ["ip", "netns", "exec", netns] if netns else []
    done = subprocess.run([*prefix, *map(str, args)], text=True, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, timeout=timeout,
                          stdin=subprocess.DEVNULL)
    if check and done.returncode != 0:
        raise RuntimeError(f"{' '.join(map(str, args))}: {done.stdout}")
    return done.stdout


def die_with_parent():
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG


def missing(tools):
    """Why the test cannot run here; None when it can."""
    if os.geteuid() != 0:
        return "network namespaces need root"
    gone = [t for t in ("unshare", "mount", "ip", *tools) if not shutil.which(t)]
    if gone:
        return "not installed: " + " ".join(gone)
    probe = subprocess.run(["unshare", "--pid", "--fork", "--net", "--mount", "true"],
                           stdout=subprocess.DEVNULL, stderr=subprocess.STDOUT)
    return "no namespaces can be made here" if probe.returncode else None


def enter(script, limit_s):
    """Run the script again in new namespaces; what is left when it ends is killed."""
    command = ["unshare", "--pid", "--fork", "--kill-child", "--net", "--mount",
               "--mount-proc", sys.executable, script, *sys.argv[1:]]
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    with tempfile.TemporaryDirectory(prefix="zonetap-live-") as place:
        child = subprocess.Popen(command, preexec_fn=die_with_parent,
                                 env=dict(os.environ, **{INSIDE: "1", PLACE: place}))
        try:
            return child.wait(limit_s)
        except subprocess.TimeoutExpired:
            print(f"no end after {limit_s} s")
            return 1
        finally:
            child.kill()
            child.wait()


def link():
    """Make the link; returns a folder for files."""
    os.makedirs("/run/netns", exist_ok=True)
    run("mount", "-t", "tmpfs", "tmpfs", "/run/netns")
    run("ip", "netns", "add", OUTSIDE)
    run("ip", "link", "set", "lo", "up")
    run("ip", "link", "add", "tap0", "type", "veth", "peer", "name", "far0", "netns", OUTSIDE)
    for device, netns in (("tap0", None), ("far0", OUTSIDE)):
        run("ip", "link", "set", device, "up", netns=netns)
    run("ip", "addr", "add", f"{SERVER4}/24", "dev", "tap0")
    run("ip", "-6", "addr", "add", f"{SERVER6}/64", "dev", "tap0", "nodad")
    run("ip", "addr", "add", "192.0.2.1/24", "dev", "far0", netns=OUTSIDE)
    run("ip", "-6", "addr", "add", "2001:db8:10::1/64", "dev", "far0", "nodad", netns=OUTSIDE)
    run("ip", "link", "set", "lo", "up", netns=OUTSIDE)
    # Any address of these networks is outside.
    run("ip", "route", "add", "local", "198.18.0.0/15", "dev", "lo", netns=OUTSIDE)
    run("ip", "-6", "route", "add", "local", "2001:db8:bad::/48", "dev", "lo", netns=OUTSIDE)
    run("ip", "route", "add", "198.18.0.0/15", "via", "192.0.2.1")
    run("ip", "-6", "route", "add", "2001:db8:bad::/48", "via", "2001:db8:10::1")
    return Path(os.environ[PLACE])


def main(script, tools, limit_s, body):
    """body() inside of the namespaces; its result is the exit code."""
    if INSIDE not in os.environ:
        why = missing(tools)
        if why:
            print(f"skipped: {why}")
            return SKIP
        return enter(script, limit_s)
    return body()
