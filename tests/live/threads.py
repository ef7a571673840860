"""Threads of a running program: which there are, and one stopped while the others go on."""

import ctypes
import os
from pathlib import Path

PTRACE_SEIZE, PTRACE_INTERRUPT, PTRACE_DETACH = 0x4206, 0x4207, 17
WALL = 0x40000000  # __WALL
LIBC = ctypes.CDLL(None, use_errno=True)


def threads(pid):
    return sorted(int(t) for t in os.listdir(f"/proc/{pid}/task"))


def comm(tid):
    return Path(f"/proc/{tid}/comm").read_text().strip()


def find(pid, kind):
    """The thread of this kind."""
    return next(t for t in threads(pid) if comm(t) == kind)


def ptrace(request, tid):
    if LIBC.ptrace(request, tid, None, None) != 0:
        raise OSError(ctypes.get_errno(), "ptrace")


def stop_thread(tid):
    """Stop one thread; the others go on."""
    ptrace(PTRACE_SEIZE, tid)
    ptrace(PTRACE_INTERRUPT, tid)
    os.waitpid(tid, WALL)


def resume_thread(tid):
    ptrace(PTRACE_DETACH, tid)
