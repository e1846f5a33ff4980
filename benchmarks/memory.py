"""How much memory a process has taken at most."""

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
