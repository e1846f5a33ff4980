"""One moment of a database as one file, while Paperboy goes on running.

SQLite: ``VACUUM INTO`` (https://www.sqlite.org/lang_vacuum.html). It reads one moment and never begins anew, while the
backup API in steps begins anew whenever another connection writes (https://www.sqlite.org/backup.html) and in one step
keeps the writer waiting for longer; erased rows are not in it. PostgreSQL: our own tables in one REPEATABLE READ
transaction, into the same kind of file; ``pg_dump`` must be installed and not be older than the server, and its file
could be neither looked into nor restored without it.
"""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy import URL, create_engine, text
from sqlalchemy.exc import DBAPIError

from storage.backup.backup_file import (
    BackupContent,
    inspect_backup,
    make_private_file,
    remove_database,
    sync_to_disk,
)
from storage.backup.row_copy import RowProgress, copy_rows, no_progress
from storage.database import Database, parse_url
from storage.engine import postgres, schema_version, sqlite
from storage.engine.errors import DatabaseError

_ANOTHER_NAME = "Name another file, in a folder that exists and has room."


def partial_file(file: Path) -> Path:
    """Where a backup grows until it is whole."""
    return file.with_name(f"{file.name}.part")


async def write_backup(database_url: str, file: Path, progress: RowProgress = no_progress) -> BackupContent:
    """Writes a backup of the database, readable for this user alone, and looks it through.

    ``file`` appears when it is whole and on the disk. Raises :class:`storage.engine.errors.DatabaseError`, also where
    ``file`` is there already.
    """
    url, part = parse_url(database_url), partial_file(file)
    _check_free(file)
    try:
        part.unlink(missing_ok=True)
        make_private_file(part)
        if url.drivername == "sqlite":
            await asyncio.to_thread(_vacuum_into, sqlite.path_of(url), part)
        else:
            await Database(f"sqlite:///{part}").migrate()
            await asyncio.to_thread(_copy_from_postgres, url, part, progress)
        content = await asyncio.to_thread(_check_and_sync, part)
        _check_free(file)
        part.rename(file)
    except OSError as error:
        raise DatabaseError(f"{file} can't be written: {error.strerror}.", _ANOTHER_NAME) from error
    finally:
        remove_database(part)
    return content


def _check_free(file: Path) -> None:
    if file.exists() or file.is_symlink():
        raise DatabaseError(f"{file} is there already and stays as it is.", "Name a file that is not there yet.")


def _check_and_sync(part: Path) -> BackupContent:
    sync_to_disk(part)
    return inspect_backup(part)


def _vacuum_into(database: Path, part: Path) -> None:
    """The target may be there as long as it is empty, so its rights are set before anything is in it."""
    sqlite.check_location(database, may_create=False)
    address = f"{database.absolute().as_uri()}?mode=rw"
    try:
        with closing(
            sqlite3.connect(address, uri=True, timeout=sqlite.BUSY_TIMEOUT_SECONDS, isolation_level=None)
        ) as connection:
            connection.execute("VACUUM INTO ?", (str(part),))
    except sqlite3.DatabaseError as error:
        raise DatabaseError(
            f"No backup could be made: {error}.", "Is the disk full, or the database damaged?"
        ) from error


def _copy_from_postgres(url: URL, part: Path, progress: RowProgress) -> None:
    source, target = postgres.snapshot_engine(url), create_engine(f"sqlite:///{part}", hide_parameters=True)
    try:
        with source.connect() as read, target.begin() as written:
            schema_version.check_revision(read)
            written.execute(text("PRAGMA synchronous = OFF"))  # it is synced once, when it is whole
            copy_rows(read, written, progress)
        with target.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("PRAGMA journal_mode = DELETE"))
    except DBAPIError as error:
        raise postgres.to_database_error(error, url) from error
    finally:
        source.dispose()
        target.dispose()
