"""How much the database held, kept beside it: what lost its rows between two starts looks like a new one otherwise."""

from __future__ import annotations

import hashlib
import json
import logging
from pathlib import Path
from typing import Final

from bot.ports import Storage

FILE: Final = "paperboy-rows.json"
LOST_REMEDY: Final = "If you did not mean that, stop Paperboy and restore a backup."

log = logging.getLogger(__name__)


class RowCount:
    """The number of papers at the last start or end, in a small file of DATA_DIR; of one database, by its name."""

    def __init__(self, folder: Path, database: str) -> None:
        self._file = folder / FILE
        self._database = hashlib.sha256(database.encode()).hexdigest()[:16]

    async def loss(self, storage: Storage) -> str:
        """A sentence where there is less now than there was, else ''."""
        known, now = self._read(), await self._count(storage)
        if now >= known:
            return ""
        return f"The database holds {now} papers; it held {known} when Paperboy last ran on it. Something was lost."

    async def keep(self, storage: Storage) -> None:
        """Writes the number down; that it can't is logged only."""
        kept = {"database": self._database, "papers": await self._count(storage)}
        try:
            self._file.write_text(json.dumps(kept))
        except OSError as problem:
            log.warning("%s can't be written: %s", FILE, problem.strerror)

    @staticmethod
    async def _count(storage: Storage) -> int:
        async with storage.read() as work:
            archive = await work.papers.archive_extent()
        return 0 if archive.sample else archive.paper_count

    def _read(self) -> int:
        try:
            kept = json.loads(self._file.read_text())
            return int(kept["papers"]) if kept["database"] == self._database else 0
        except (OSError, ValueError, KeyError, TypeError):
            return 0
