"""The index file, open: its contents are described in :mod:`adapters.search.index.writer`.

Everything in it can be made again from the papers, so a file that is damaged, older or not ours is emptied and the
caller, seeing revision 0, fills it anew. All of this blocks: :mod:`adapters.search.fts_index` calls it in threads.
"""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

from adapters.search.index.tokens import IndexEntry
from adapters.search.index.writer import CHECKED_TABLES, SCHEMA, TABLE_NAMES, delete_papers, upsert_papers
from bot.matching.rule.decide import RULE_VERSION

# Raise the first number with the tables or with what is written into them; what a word is belongs to the rule.
INDEX_VERSION = f"5.{RULE_VERSION}"
_BUSY_TIMEOUT_SECONDS = 20

_log = logging.getLogger(__name__)


class IndexReset(Exception):
    """The index was damaged and is empty now."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step of taking papers in, which is called ``name``. The ``first`` one goes only where the index stands at the
    revision ``since``, unless that is None; the last one takes it to the revision it ``reaches``."""

    name: str
    first: bool
    since: int | None = None
    reaches: int | None = None


class IndexFile:
    """One open index file; safe to use from several threads, one at a time."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = Lock()
        self._opened: sqlite3.Connection | None = None

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """The connection. When the file turns out to be damaged it is made anew, and :class:`Emptied` raised."""
        with self._lock:
            connection = self._connection()
            try:
                yield connection
            except sqlite3.DatabaseError as error:
                if not _is_corrupt(error):
                    raise
                self._recreate(error)
                raise IndexReset from error

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """Like :meth:`reading`, in one transaction."""
        with self.reading() as connection, _transaction(connection):
            yield connection

    def revision(self) -> int:
        """Up to which revision the index is complete; 0 when it is empty."""
        with self.reading() as connection:
            return _revision(connection)

    def upsert(self, entries: Sequence[IndexEntry], step: Step) -> bool:
        """Adds or replaces papers, all or nothing, as one step of taking papers in; False where that is over.

        It is over when the index is emptied, when papers are dropped, and when anybody, also another process, begins to
        take others in: what they read may be newer.
        """
        with self.writing() as connection:
            if not _goes_on(connection, step):
                return False
            upsert_papers(connection, entries)
            if step.reaches is None:
                _note(connection, "taking_in", step.name)
            else:
                _forget(connection, "taking_in")
                _note(connection, "revision", str(step.reaches))
            return True

    def delete(self, paper_ids: Sequence[str]) -> None:
        """Takes papers out. Whoever is taking papers in may have read them before, so that is over."""
        with self.writing() as connection:
            _forget(connection, "taking_in")
            delete_papers(connection, paper_ids)

    def close(self) -> None:
        with self._lock:
            self._close()

    def _close(self) -> None:
        if self._opened is not None:
            self._opened.close()
            self._opened = None

    def _connection(self) -> sqlite3.Connection:
        if self._opened is None:
            try:
                self._opened = _open(self._path)
            except (OSError, sqlite3.DatabaseError) as error:
                if _is_busy(error):
                    raise
                return self._recreate(error)
        return self._opened

    def _recreate(self, error: Exception) -> sqlite3.Connection:
        _log.warning("the search index %s is not usable (%s): making it anew", self._path.name, error)
        self._close()
        try:
            for ending in ("", "-wal", "-shm", "-journal"):
                self._path.with_name(self._path.name + ending).unlink(missing_ok=True)
            self._opened = _open(self._path)
        except (OSError, sqlite3.DatabaseError) as still:
            return self._open_in_memory(still)
        return self._opened

    def _open_in_memory(self, why: Exception) -> sqlite3.Connection:
        _log.warning("the search index is kept in memory until the next start: %s", why)
        self._opened = _connect(":memory:")
        _create_tables(self._opened)
        return self._opened


def _connect(path: Path | str) -> sqlite3.Connection:
    # Statements begin no transaction of their own; threads take turns by our lock.
    return sqlite3.connect(path, timeout=_BUSY_TIMEOUT_SECONDS, isolation_level=None, check_same_thread=False)


def _open(path: Path) -> sqlite3.Connection:
    path.parent.mkdir(parents=True, exist_ok=True)
    connection = _connect(path)
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        # Derived data: losing the last moments to a power cut costs a little work, no fact.
        connection.execute("PRAGMA synchronous = NORMAL")
        _check(connection)
        if _version(connection) != INDEX_VERSION:
            _create_tables(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def _check(connection: sqlite3.Connection) -> None:
    there = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    for table in there.intersection(CHECKED_TABLES):
        (found,) = connection.execute(f"PRAGMA quick_check({table})").fetchone()
        if found != "ok":
            raise sqlite3.DatabaseError(f"damaged: {found}")


def _version(connection: sqlite3.Connection) -> str:
    if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'meta'").fetchone():
        return ""
    return _noted(connection, "version")


def _revision(connection: sqlite3.Connection) -> int:
    return int(_noted(connection, "revision") or 0)


def _goes_on(connection: sqlite3.Connection, step: Step) -> bool:
    if step.first:
        return step.since is None or _revision(connection) == step.since
    return _noted(connection, "taking_in") == step.name


def _note(connection: sqlite3.Connection, key: str, value: str) -> None:
    connection.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, value))


def _forget(connection: sqlite3.Connection, key: str) -> None:
    connection.execute("DELETE FROM meta WHERE key = ?", (key,))


def _noted(connection: sqlite3.Connection, key: str) -> str:
    row = connection.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
    return str(row[0]) if row else ""


def _create_tables(connection: sqlite3.Connection) -> None:
    """Empty tables, in place of any others: other processes may have the same file open, so it is not removed."""
    with _transaction(connection):
        for name in TABLE_NAMES:
            connection.execute(f"DROP TABLE IF EXISTS {name}")
        for statement in SCHEMA.split(";"):
            connection.execute(statement)
        connection.execute("INSERT INTO meta VALUES ('version', ?)", (INDEX_VERSION,))


@contextmanager
def _transaction(connection: sqlite3.Connection) -> Iterator[None]:
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


def _is_corrupt(error: sqlite3.DatabaseError) -> bool:
    """Whether the file itself is to blame, rather than another process that holds it or a full disk."""
    # "no such table", "no such fts5 table": dropped by a newer version of us, or by a stranger.
    return _primary_code(error) in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB) or "no such" in str(error)


def _is_busy(error: Exception) -> bool:
    return _primary_code(error) in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


def _primary_code(error: Exception) -> int:
    """SQLite's primary result code; errors that Python's own module raises have none."""
    return int(getattr(error, "sqlite_errorcode", sqlite3.SQLITE_OK)) & 0xFF
