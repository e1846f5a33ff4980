"""Ends the tests' PostgreSQL with the process that began it, also where that one is killed and can do nothing more."""

from __future__ import annotations

import subprocess
from pathlib import Path

# Reads until its input ends, which it does with the other process, however that ends.
_GUARD = """
trap '' INT TERM HUP
read -r _
if [ -f "$0/postmaster.pid" ]; then
    kill -QUIT "$(head -n 1 "$0/postmaster.pid")"
    left=100
    while [ -f "$0/postmaster.pid" ] && [ "$left" -gt 0 ]; do sleep 0.1; left=$((left - 1)); done
fi
rm -rf "$0"
"""


def end_with_this_process(folder: Path) -> subprocess.Popen[bytes]:
    """From now on the server in the folder ends, and the folder goes, as soon as the guard's input is closed."""
    return subprocess.Popen(
        ["/bin/sh", "-c", _GUARD, str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
