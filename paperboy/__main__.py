"""``paperboy`` on the command line, and ``python -m paperboy``."""

from __future__ import annotations

from paperboy.cli import paperboy


def main() -> None:
    """Runs the command line; exits 0 done, 1 failed, 2 wrong use."""
    paperboy()


if __name__ == "__main__":
    main()
