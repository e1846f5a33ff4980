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
    status = Path(f"/proc/{process}/stat")
    if not status.exists():
        return float("nan")
    user, system = status.read_text().rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")
