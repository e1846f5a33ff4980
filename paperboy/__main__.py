"""``paperboy`` on the command line, and ``python -m paperboy``."""

from __future__ import annotations

import sys
from io import TextIOWrapper

from paperboy.cli import paperboy


def main() -> None:
    """Runs the command line; exits 0 done, 1 failed, 2 wrong use."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):  # what its encoding lacks is shown as ? rather than ending the command
            stream.reconfigure(errors="replace")
    paperboy()


if __name__ == "__main__":
    main()
