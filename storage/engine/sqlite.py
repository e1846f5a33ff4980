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

from sqlalchemy import URL, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.util import await_only

from storage.engine.errors import NeedsMigration, StorageProblem

WAIT_SECONDS = 30
ASK_AGAIN = 0.02  # seconds
READERS = 4
OLDEST = (3, 35)  # the first with RETURNING

_OTHER_FILE = "Check the permissions and the disk, or name another file in DATABASE_URL."


def file_of(url: URL) -> Path:
    """The database's file; raises :class:`StorageProblem` for a URL that names none."""
    if not url.database or url.database == ":memory:":
        raise StorageProblem("DATABASE_URL names no file.", "Write it like sqlite:///paperboy.db.")
    return Path(url.database.removeprefix("file:"))


def _engine(url: URL, begin: str, pragmas: tuple[str, ...], connections: int) -> AsyncEngine:
    engine = create_async_engine(
        url.set(drivername="sqlite+aiosqlite"),
        hide_parameters=True,  # people’s words and tokens, which errors would repeat
        pool_size=connections,
        max_overflow=0,
        connect_args={"timeout": WAIT_SECONDS},
    )

    @event.listens_for(engine.sync_engine, "connect")
    def prepare(connection: Any, _: object) -> None:
        connection.isolation_level = None  # the driver begins nothing by itself
        cursor = connection.cursor()
        for pragma in pragmas:
            _patiently(cursor, f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def begin_transaction(connection: Any) -> None:
        connection.exec_driver_sql(begin)

    return engine


def _patiently(cursor: Any, statement: str) -> None:
    """Processes that make a new file's journal a write-ahead log at once don't wait for each other, whatever the
    timeout: of three, one in twelve was refused."""
    until = monotonic() + WAIT_SECONDS
    while True:
        try:
            cursor.execute(statement)
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or monotonic() >= until:
                raise
            await_only(asyncio.sleep(ASK_AGAIN))
        else:
            return


def writer(url: URL) -> AsyncEngine:
    """One connection, whose transactions have the file to themselves from their first statement."""
    return _engine(url, "BEGIN IMMEDIATE", ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"), 1)


def reader(url: URL) -> AsyncEngine:
    """A few connections that can't write; each transaction sees one moment of the database."""
    return _engine(url, "BEGIN", ("query_only=ON",), READERS)


def migrator(url: URL) -> AsyncEngine:
    """Like the writer, but without foreign keys: a table that is rebuilt must not take its rows' dependants along."""
    return _engine(url, "BEGIN IMMEDIATE", ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=OFF"), 1)


def identity(file: Path) -> tuple[int, int] | None:
    """Which file it is, whatever its name; None where there is none."""
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def replaced(file: Path) -> StorageProblem:
    """What is wrong when the open file no longer stands under its name: what is written to it would be lost."""
    return StorageProblem(
        f"The database {file} was deleted or replaced while Paperboy was running.",
        "Stop Paperboy, put the right file back, and start it again.",
    )


def _writable(path: Path) -> bool:
    return os.access(path, os.W_OK, effective_ids=os.access in os.supports_effective_ids)


def check_place(file: Path, *, may_create: bool) -> None:
    """Raises :class:`StorageProblem` where the file can't be opened for writing, or does not exist and may not."""
    if sqlite3.sqlite_version_info < OLDEST:
        raise StorageProblem(
            f"This Python comes with SQLite {sqlite3.sqlite_version}, which is too old.",
            "Use a Python with SQLite 3.35 or newer, or PostgreSQL.",
        )
    folder = file.parent
    if not folder.is_dir():
        raise StorageProblem(
            f"The folder {folder} for the database does not exist.", "Make it, or change DATABASE_URL."
        )
    if file.is_dir():
        raise StorageProblem(f"{file} is a folder, not a database.", "Name a file in DATABASE_URL.")
    if file.exists() and not _writable(file):
        raise _read_only(file)
    if not _writable(folder):
        raise StorageProblem(f"The folder {folder} can't be written to, so the database can't work there.", _OTHER_FILE)
    if not file.exists() and not may_create:
        raise NeedsMigration(f"There is no database at {file} yet.", "`paperboy migrate` makes it.")


def _read_only(file: Path) -> StorageProblem:
    return StorageProblem(
        f"The database {file} is read-only.",
        f"Make it writable for the user that runs Paperboy (chmod u+w {file}), or change DATABASE_URL.",
    )


def problem_of(error: DBAPIError, file: Path) -> StorageProblem:
    """What an error of the driver means for the operator."""
    said = str(error.orig).lower()
    if "readonly" in said:
        return _read_only(file)
    if "not a database" in said or "malformed" in said:
        return StorageProblem(
            f"{file} is not a database, or it is damaged.", "Restore a backup, or name another file in DATABASE_URL."
        )
    if "locked" in said:
        return StorageProblem(
            f"The database {file} was busy for {WAIT_SECONDS} seconds.", "Is another process working on it?"
        )
    return StorageProblem(f"The database {file} can't be used: {error.orig}.", _OTHER_FILE)
