"""Files that hold tokens, or what people read: for the user alone who runs Paperboy."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from paperboy.check_result import CheckResult

PRIVATE_UMASK: Final = 0o077
_OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO
_BESIDE: Final = ("", "-wal", "-shm", ".sender.lock")


def private_files(database: Path | None, data_dir: Path) -> list[Path]:
    """The database with what SQLite keeps beside it, and what is derived from it, as far as they are there."""
    names = [Path(f"{database}{suffix}") for suffix in _BESIDE] if database else []
    return [file for file in (*names, *sorted(data_dir.glob("paperboy-*"))) if file.is_file()]


def restrict_files(files: list[Path]) -> None:
    """Takes the rights of all others away; a file that is somebody else's stays as it is, and ``doctor`` names it."""
    for file in files:
        mode = file.stat().st_mode
        if mode & _OTHERS and file.stat().st_uid == os.geteuid():
            file.chmod(stat.S_IMODE(mode) & ~_OTHERS)


def check_file_rights(files: list[Path]) -> Iterator[CheckResult]:
    """A warning for each that others may read or write."""
    for file in files:
        if file.is_file() and file.stat().st_mode & _OTHERS:
            what = f"Others on this machine may open {file}, which holds tokens or what people read."
            yield CheckResult("files", "warn", what, f"chmod 600 {file}")
