"""Who sends, on SQLite: any process may open the database, only the holder of this lock sends and settles.

On PostgreSQL row claims do that, and the lock is always granted.
"""

from __future__ import annotations

from pathlib import Path

from filelock import FileLock, Timeout


class SenderLock:
    """A lock of the operating system beside the database file; it ends with the process, however that ends."""

    def __init__(self, database: Path | None) -> None:
        self._lock = FileLock(f"{database}.sender.lock") if database else None

    @property
    def is_exclusive(self) -> bool:
        """Whether its holder is the only sender (SQLite), or other processes send too (PostgreSQL)."""
        return self._lock is not None

    def acquire(self) -> bool:
        """Whether this process now is the sender."""
        if self._lock is None:
            return True
        try:
            self._lock.acquire(blocking=False)
        except Timeout:
            return False
        return True

    def release(self) -> None:
        if self._lock is not None:
            self._lock.release()
