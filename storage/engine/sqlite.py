"""SQLite: its engines, and what can be wrong with its file.

Write-ahead log and ``synchronous=FULL``: readers and the writer don't wait for each other, and what was committed
survives a power cut. Transactions are begun by us, IMMEDIATE where something will be written: a transaction that begins
as a reader can't wait for a lock later and loses updates (https://www.sqlite.org/lang_transaction.html).
"""

from __future__ import annotations

import asyncio
import os
import sqlite3
from pathlib import Path
from time import monotonic
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.util import await_only

from storage.engine.errors import DatabaseError, MigrationNeeded

BUSY_TIMEOUT_SECONDS = 30
LOCK_RETRY_SECONDS = 0.02  # seconds
READER_POOL_SIZE = 4
MIN_SQLITE_VERSION = (3, 35)  # the first with RETURNING

SMALL_DATABASE_BYTES = 8 * 1024 * 1024  # bytes, which are checked within a tenth of a second

_FILE_MODES = ("ro", "rw", "rwc")  # of a URI that SQLite reads itself (file:...?uri=true)

_BACKUP_REMEDY = "Stop Paperboy, restore a backup, and start it again."
_OTHER_FILE_REMEDY = "Check the permissions and the disk, or name another file in DATABASE_URL."


def path_of(url: URL) -> Path:
    """The database's file; raises :class:`DatabaseError` for a URL that names none."""
    if not url.database or url.database == ":memory:":
        raise DatabaseError("DATABASE_URL names no file.", "Write it like sqlite:///paperboy.db.")
    if url.query and not (url.database.startswith("file:") and url.query.get("mode", "rwc") in _FILE_MODES):
        raise DatabaseError(
            "DATABASE_URL takes no such parameters after a ?: it names a file.",
            "Write it like sqlite:///paperboy.db; a ? in the name of the file is written %3F.",
        )
    return Path(url.database.removeprefix("file:"))


def _create_engine(url: URL, begin: str, pragmas: tuple[str, ...], pool_size: int) -> AsyncEngine:
    engine = create_async_engine(
        url.set(drivername="sqlite+aiosqlite"),
        hide_parameters=True,  # people’s words and tokens, which errors would repeat
        pool_size=pool_size,
        max_overflow=0,
        connect_args={"timeout": BUSY_TIMEOUT_SECONDS},
    )

    @event.listens_for(engine.sync_engine, "connect")
    def prepare(connection: Any, _: object) -> None:
        connection.isolation_level = None  # the driver begins nothing by itself
        cursor = connection.cursor()
        for pragma in pragmas:
            _execute_with_retries(cursor, f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def begin_transaction(connection: Any) -> None:
        connection.exec_driver_sql(begin)

    return engine


def _execute_with_retries(cursor: Any, statement: str) -> None:
    """Processes that make a new file's journal a write-ahead log at once don't wait for each other, whatever the
    timeout: of three, one in twelve was refused."""
    until = monotonic() + BUSY_TIMEOUT_SECONDS
    while True:
        try:
            cursor.execute(statement)
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or monotonic() >= until:
                raise
            await_only(asyncio.sleep(LOCK_RETRY_SECONDS))
        else:
            return


def writer_engine(url: URL) -> AsyncEngine:
    """One connection, whose transactions have the file to themselves from their first statement."""
    return _create_engine(url, "BEGIN IMMEDIATE", ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"), 1)


def reader_engine(url: URL) -> AsyncEngine:
    """A few connections that can't write; each transaction sees one moment of the database."""
    return _create_engine(url, "BEGIN", ("query_only=ON",), READER_POOL_SIZE)


def migration_engine(url: URL) -> AsyncEngine:
    """Like the writer, but without foreign keys: a table that is rebuilt must not take its rows' dependants along."""
    return _create_engine(url, "BEGIN IMMEDIATE", ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=OFF"), 1)


def maintenance_engine(url: URL) -> Engine:
    """One connection outside a running loop, whose transaction has the file to itself from its beginning."""
    engine = create_engine(f"sqlite:///{path_of(url)}", hide_parameters=True)

    @event.listens_for(engine, "connect")
    def prepare(connection: sqlite3.Connection, _: object) -> None:
        connection.isolation_level = None  # transactions are begun below
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


def file_identity(file: Path) -> tuple[int, int] | None:
    """Which file it is, whatever its name; None where there is none."""
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def file_replaced_error(file: Path) -> DatabaseError:
    """What is wrong when the open file no longer stands under its name: what is written to it would be lost."""
    return DatabaseError(
        f"The database {file} was deleted or replaced while Paperboy was running.",
        "Stop Paperboy, put the right file back, and start it again.",
    )


def check_sound(file: Path) -> None:
    """Raises where what is on the disk is no longer the database: cut off, emptied, written over.

    By a connection of its own, since an open one goes on reading what it has in memory. Never by opening the file
    ourselves: closing it would give up SQLite's locks (https://www.sqlite.org/howtocorrupt.html#_posix_advisory_locks).
    """
    size = file.stat().st_size
    if not size:
        raise DatabaseError(f"The database {file} is empty.", _BACKUP_REMEDY)
    connection = sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True, timeout=BUSY_TIMEOUT_SECONDS)
    try:
        found = _damage(connection, size)
    finally:
        connection.close()
    if found:
        raise DatabaseError(f"The database {file} is damaged: {found}.", _BACKUP_REMEDY)


def _damage(connection: sqlite3.Connection, size: int) -> str:
    """What is wrong, '' for nothing: all of a small database is looked at, of a large one the ends of its tables."""
    if size <= SMALL_DATABASE_BYTES:
        found = str(connection.execute("PRAGMA quick_check(1)").fetchone()[0])
        return "" if found == "ok" else found
    tables = connection.execute(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND sql NOT LIKE '%WITHOUT ROWID%'"
    )
    for (name,) in tables.fetchall():
        connection.execute(f'SELECT * FROM "{name}" ORDER BY rowid DESC LIMIT 1').fetchone()  # noqa: S608 - our table
    return ""


def _is_writable(path: Path) -> bool:
    return os.access(path, os.W_OK, effective_ids=os.access in os.supports_effective_ids)


def check_location(file: Path, *, may_create: bool) -> None:
    """Raises :class:`DatabaseError` where the file can't be opened for writing, or does not exist and may not."""
    if sqlite3.sqlite_version_info < MIN_SQLITE_VERSION:
        raise DatabaseError(
            f"This Python comes with SQLite {sqlite3.sqlite_version}, which is too old.",
            "Use a Python with SQLite 3.35 or newer, or PostgreSQL.",
        )
    folder = file.parent
    if not folder.is_dir():
        raise DatabaseError(f"The folder {folder} for the database does not exist.", "Make it, or change DATABASE_URL.")
    if file.is_dir():
        raise DatabaseError(f"{file} is a folder, not a database.", "Name a file in DATABASE_URL.")
    if file.is_symlink() and not file.exists():
        raise DatabaseError(f"{file} is a link to something that does not exist.", "Name a file in DATABASE_URL.")
    if file.exists() and not file.is_file():
        raise DatabaseError(f"{file} is no ordinary file, so it can't be a database.", "Name a file in DATABASE_URL.")
    if file.exists() and not _is_writable(file):
        raise _read_only_error(file)
    if not _is_writable(folder):
        raise DatabaseError(
            f"The folder {folder} can't be written to, so the database can't work there.", _OTHER_FILE_REMEDY
        )
    if not file.exists() and not may_create:
        raise MigrationNeeded(f"There is no database at {file} yet.", "`paperboy migrate` makes it.")


def _read_only_error(file: Path) -> DatabaseError:
    return DatabaseError(
        f"The database {file} is read-only.",
        f"Make it writable for the user that runs Paperboy (chmod u+w {file}), or change DATABASE_URL.",
    )


def to_database_error(error: DBAPIError, file: Path) -> DatabaseError:
    """What an error of the driver means for the operator."""
    said = str(error.orig).lower()
    if "readonly" in said:
        return _read_only_error(file)
    if "not a database" in said or "malformed" in said:
        return DatabaseError(
            f"{file} is not a database, or it is damaged.", "Restore a backup, or name another file in DATABASE_URL."
        )
    if "locked" in said:
        return DatabaseError(
            f"The database {file} was busy for {BUSY_TIMEOUT_SECONDS} seconds.", "Is another process working on it?"
        )
    return DatabaseError(f"The database {file} can't be used: {error.orig}.", _OTHER_FILE_REMEDY)
