"""The yardstick for searching: SQLite FTS5 as its documentation shows it. Porter stems, any of the words, bm25."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable
from pathlib import Path
from typing import Self

from bot.papers import Paper

_TABLE = "CREATE VIRTUAL TABLE d USING fts5 (id UNINDEXED, title, abstract, tokenize = 'porter unicode61')"


class Fts5Baseline:
    """An index of papers in a file, or in memory without one."""

    def __init__(self, papers: Iterable[Paper], file: Path | None = None) -> None:
        self._table = sqlite3.connect(file or ":memory:", check_same_thread=False)
        self._table.execute(_TABLE)
        self.add(papers)

    @classmethod
    def open(cls, file: Path) -> Self:
        """The index that stands in the file."""
        index = cls.__new__(cls)
        index._table = sqlite3.connect(file, check_same_thread=False)
        index._table.execute("SELECT 1 FROM d LIMIT 1").fetchone()
        return index

    def add(self, papers: Iterable[Paper]) -> None:
        rows = ((paper.id, paper.title, paper.abstract) for paper in papers)
        with self._table:
            self._table.executemany("INSERT INTO d VALUES (?, ?, ?)", rows)

    def search(self, query: str, limit: int = 100) -> list[str]:
        """Ids of papers, best first."""
        words = " OR ".join(f'"{word}"' for word in re.findall(r"\w+", query.lower()))
        rows = self._table.execute("SELECT id FROM d WHERE d MATCH ? ORDER BY bm25(d) LIMIT ?", (words, limit))
        return [paper_id for (paper_id,) in rows]

    def close(self) -> None:
        self._table.close()
