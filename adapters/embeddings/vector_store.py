"""The vectors of papers, in a derived file of their own, and which papers wait for theirs.

All of it can be made again from the papers, so a file that is damaged or of another model is begun anew; where none can
be written, memory serves. All of this blocks.
"""

from __future__ import annotations

import json
import logging
import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from threading import Lock
from typing import Final, TypeVar

_BUSY_TIMEOUT_SECONDS: Final = 20
_TABLES: Final = """
    CREATE TABLE meta (version TEXT NOT NULL);
    CREATE TABLE vectors (paper_id TEXT PRIMARY KEY, text BLOB NOT NULL, vector BLOB NOT NULL) WITHOUT ROWID;
    CREATE TABLE wanted (paper_id TEXT PRIMARY KEY, asked_for INTEGER NOT NULL, listed_on TEXT NOT NULL) WITHOUT ROWID;
"""
# Of the papers that nobody's search has shown yet, so many wait; the others wait until one does.
_MAX_QUEUED: Final = 500
_SELECT_VECTORS: Final = "SELECT paper_id, vector FROM vectors WHERE paper_id IN (SELECT value FROM json_each(?))"
_SELECT_DIGESTS: Final = "SELECT paper_id, text FROM vectors WHERE paper_id IN (SELECT value FROM json_each(?))"
_DELETE_PAPERS: Final = (
    "DELETE FROM vectors WHERE paper_id IN (SELECT value FROM json_each(?))",
    "DELETE FROM wanted WHERE paper_id IN (SELECT value FROM json_each(?))",
)
_SELECT_PENDING: Final = """
    SELECT paper_id, listed_on FROM wanted ORDER BY asked_for DESC, listed_on DESC, paper_id DESC LIMIT ?
"""
_TRIM_QUEUE: Final = """
    DELETE FROM wanted WHERE NOT asked_for AND paper_id NOT IN (
        SELECT paper_id FROM wanted WHERE NOT asked_for ORDER BY listed_on DESC, paper_id DESC LIMIT ?
    )
"""

_log = logging.getLogger(__name__)
T = TypeVar("T")


class VectorStore:
    """``version`` names the model and how vectors are made; safe to use from several threads and processes."""

    def __init__(self, path: Path, version: str) -> None:
        self._path = path
        self._version = version
        self._lock = Lock()
        self._opened: sqlite3.Connection | None = None

    def get_vectors(self, paper_ids: Sequence[str]) -> dict[str, bytes]:
        """Those of the papers that have one."""
        return dict(self._rows(_SELECT_VECTORS, json.dumps(list(paper_ids))))

    def all_vectors(self, limit: int) -> dict[str, bytes]:
        """All vectors, or none where there are more than ``most``."""
        rows = self._rows("SELECT paper_id, vector FROM vectors LIMIT ?", limit + 1)
        return dict(rows) if len(rows) <= limit else {}

    def text_digests(self, paper_ids: Sequence[str]) -> dict[str, bytes]:
        """Of which text each stored vector is, as a digest."""
        return dict(self._rows(_SELECT_DIGESTS, json.dumps(list(paper_ids))))

    def is_empty(self) -> bool:
        """Whether there are no vectors."""
        return self._never_used() or not self._rows("SELECT paper_id, text FROM vectors LIMIT 1")

    def put(self, paper_id: str, text: bytes, vector: bytes) -> None:
        """Stores a vector; the paper waits no longer."""

        def step(file: sqlite3.Connection) -> None:
            file.execute("INSERT OR REPLACE INTO vectors VALUES (?, ?, ?)", (paper_id, text, vector))
            file.execute("DELETE FROM wanted WHERE paper_id = ?", (paper_id,))

        self._transact(step)

    def delete(self, paper_ids: Sequence[str]) -> None:
        """Forgets papers: their vectors, and that they were waiting."""

        def step(file: sqlite3.Connection) -> None:
            for statement in _DELETE_PAPERS:
                file.execute(statement, (json.dumps(list(paper_ids)),))

        self._transact(step)

    def request(self, paper_ids: Iterable[str]) -> None:
        """These came up in a search without a vector, so they are next."""
        wanted = "INSERT INTO wanted VALUES (?, 1, '') ON CONFLICT DO UPDATE SET asked_for = 1"
        rows = [(paper_id,) for paper_id in paper_ids]
        self._transact(lambda file: file.executemany(wanted, rows))

    def enqueue(self, listed_on: Mapping[str, str]) -> None:
        """These came in, or changed, by id with their day; the newest 500 such papers wait, behind those asked for."""

        def step(file: sqlite3.Connection) -> None:
            file.executemany("INSERT OR IGNORE INTO wanted VALUES (?, 0, ?)", listed_on.items())
            file.execute(_TRIM_QUEUE, (_MAX_QUEUED,))

        self._transact(step)

    def pending(self, limit: int) -> list[str]:
        """Who waits, in the order they are to be read."""
        return [] if self._never_used() else [paper_id for paper_id, _ in self._rows(_SELECT_PENDING, limit)]

    def close(self) -> None:
        with self._lock:
            self._close()

    def _never_used(self) -> bool:
        """Nothing was ever asked for, so not even a file is made to find out."""
        return self._opened is None and not self._path.exists()

    def _rows(self, query: str, *values: object) -> list[tuple[str, bytes]]:
        return self._transact(lambda file: file.execute(query, values).fetchall(), "DEFERRED")

    def _transact(self, step: Callable[[sqlite3.Connection], T], kind: str = "IMMEDIATE") -> T:
        """``step`` in one transaction; once more on a new file where this one turns out damaged."""
        with self._lock:
            try:
                return _in_transaction(self._connection(), step, kind)
            except sqlite3.DatabaseError as error:
                if not _is_corrupt(error):
                    raise
                return _in_transaction(self._recreate(error), step, kind)

    def _connection(self) -> sqlite3.Connection:
        if self._opened is None:
            try:
                self._opened = _open(self._path, self._version)
            except (OSError, sqlite3.OperationalError) as error:
                if _is_busy(error):
                    raise
                _log.warning("vectors of papers are kept in memory until the next start: %s", error)
                self._opened = _open(None, self._version)
        return self._opened

    def _recreate(self, error: Exception) -> sqlite3.Connection:
        _log.warning("%s is not usable (%s): it is begun anew", self._path.name, error)
        self._close()
        for ending in ("", "-wal", "-shm", "-journal"):
            self._path.with_name(self._path.name + ending).unlink(missing_ok=True)
        return self._connection()

    def _close(self) -> None:
        if self._opened is not None:
            self._opened.close()
            self._opened = None


def _open(path: Path | None, version: str) -> sqlite3.Connection:
    if path:
        path.parent.mkdir(parents=True, exist_ok=True)
    connection = sqlite3.connect(
        path or ":memory:", _BUSY_TIMEOUT_SECONDS, isolation_level=None, check_same_thread=False
    )
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        _in_transaction(connection, lambda file: _prepare(file, version))
    except BaseException:
        connection.close()
        raise
    return connection


def _prepare(file: sqlite3.Connection, version: str) -> None:
    """Empty tables, unless they are there and of this version."""
    names = {name for (name,) in file.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if "meta" in names and file.execute("SELECT version FROM meta").fetchone() == (version,):
        return
    for name in names:
        file.execute(f'DROP TABLE "{name}"')
    for statement in filter(str.strip, _TABLES.split(";")):
        file.execute(statement)
    file.execute("INSERT INTO meta VALUES (?)", (version,))


def _in_transaction(file: sqlite3.Connection, step: Callable[[sqlite3.Connection], T], kind: str = "IMMEDIATE") -> T:
    with closing(file.cursor()) as cursor:
        cursor.execute(f"BEGIN {kind}")
        try:
            done = step(file)
        except BaseException:
            if file.in_transaction:
                cursor.execute("ROLLBACK")
            raise
        cursor.execute("COMMIT")
    return done


def _is_corrupt(error: sqlite3.DatabaseError) -> bool:
    return _primary_code(error) in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB) or "no such" in str(error)


def _is_busy(error: Exception) -> bool:
    return _primary_code(error) in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


def _primary_code(error: Exception) -> int:
    """SQLite's primary result code; errors that Python's own module raises have none."""
    return int(getattr(error, "sqlite_errorcode", sqlite3.SQLITE_OK)) & 0xFF
