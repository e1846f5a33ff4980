"""How much memory and CPU a process has taken."""

from __future__ import annotations

import os
import re
from pathlib import Path


def peak_mb(process: int | None = None) -> float:
    """Peak resident memory of a running process (by default this one) in MB; NaN where no /proc tells.

    Not getrusage: its figure of a child begins with that of the parent it was forked from.
    """
    status = Path(f"/proc/{process or os.getpid()}/status")
    found = re.search(r"^VmHWM:\s*(\d+) kB", status.read_text(), re.MULTILINE) if status.exists() else None
    return int(found[1]) * 1024 / 1e6 if found else float("nan")


def memory_mb(process: int) -> float:
    """Resident memory of a running process now, in MB; NaN where no /proc tells."""
    status = Path(f"/proc/{process}/status")
    found = re.search(r"^VmRSS:\s*(\d+) kB", status.read_text(), re.MULTILINE) if status.exists() else None
    return int(found[1]) * 1024 / 1e6 if found else float("nan")


def cpu_seconds(process: int) -> float:
    """Seconds of CPU of a running process so far; NaN where no /proc tells."""
    return sum(_ticks(process)[:2]) / os.sysconf("SC_CLK_TCK") if _stat(process) else float("nan")


def process_tree_cpu_seconds(process: int) -> float:
    """The same of the process's parent with all its children, also those that ended: for a backend of PostgreSQL, the
    whole server."""
    if not _stat(process):
        return float("nan")
    parent = _parent(process)
    children = [int(each.name) for each in Path("/proc").iterdir() if each.name.isdecimal()]
    living = sum(sum(_ticks(child)[:2]) for child in children if _stat(child) and _parent(child) == parent)
    return (living + sum(_ticks(parent))) / os.sysconf("SC_CLK_TCK")


def _stat(process: int) -> list[str]:
    """The fields of /proc/PID/stat from its state on; none where it ended or no /proc tells."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []


def _parent(process: int) -> int:
    return int((_stat(process) or ["", "0"])[1])


def _ticks(process: int) -> list[int]:
    """Of CPU: as a user, in the system, and the same of the children that ended."""
    return [int(ticks) for ticks in _stat(process)[11:15]]
