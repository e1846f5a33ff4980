"""A backup as a file: whether it is one, whether it is whole, and a private copy of it."""

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from storage.engine.errors import DatabaseError
from storage.engine.schema_version import known_revisions

_SQLITE_MAGIC: Final = b"SQLite format 3\0"
_OTHER_BACKUP: Final = "Name a file that `paperboy backup` made; nothing was changed."
_PRIVATE: Final = 0o600


@dataclass(frozen=True, slots=True)
class BackupContent:
    """What a database file holds, for people: its revision, and how many rows of the tables that matter to them."""

    revision: str
    chats: int
    topics: int
    papers: int


def inspect_backup(file: Path) -> BackupContent:
    """What a backup holds, once it was looked through from end to end.

    Raises :class:`storage.engine.errors.DatabaseError` for what is no backup, is cut off or damaged, or comes from a
    newer version.
    """
    _check_is_sqlite(file)
    try:
        with closing(_open_read_only(file)) as connection:
            return _read_content(connection, file)
    except sqlite3.DatabaseError as error:
        raise _damaged(file, str(error)) from error


def _check_is_sqlite(file: Path) -> None:
    try:
        with file.open("rb") as opened:
            begins = opened.read(len(_SQLITE_MAGIC))
    except OSError as error:
        raise DatabaseError(f"{file} can't be read: {error.strerror}.", _OTHER_BACKUP) from error
    if begins != _SQLITE_MAGIC:
        raise DatabaseError(f"{file} is no backup of Paperboy.", _OTHER_BACKUP)


def _open_read_only(file: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)


def _damaged(file: Path, why: str) -> DatabaseError:
    return DatabaseError(f"{file} is damaged or cut off ({why}).", "Take another backup; nothing was changed.")


def _read_content(connection: sqlite3.Connection, file: Path) -> BackupContent:
    found = str(connection.execute("PRAGMA quick_check(1)").fetchone()[0])
    if found != "ok":
        raise _damaged(file, " ".join(found.split()))
    tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}
    if not {"alembic_version", "chat", "subscription", "paper"} <= tables:
        raise DatabaseError(f"{file} is a database of another program.", _OTHER_BACKUP)
    revision = str((connection.execute("SELECT version_num FROM alembic_version").fetchone() or ("",))[0])
    if revision not in (known := known_revisions()):
        raise DatabaseError(
            f"{file} is from a newer version of Paperboy (revision {revision}; this version knows {known[-1]}).",
            "Install that version or a later one; nothing was changed.",
        )
    chats, topics, papers = (
        int(connection.execute(f"SELECT count(*) FROM {name}").fetchone()[0])  # noqa: S608 - our own tables
        for name in ("chat", "subscription", "paper")
    )
    return BackupContent(revision, chats, topics, papers)


def make_private_file(file: Path) -> None:
    """An empty file that only this user may open; raises OSError where it can't be made, or stands there already."""
    os.close(os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, _PRIVATE))


def copy_private(source: Path, target: Path) -> None:
    """A copy that only this user may open; raises OSError."""
    target.unlink(missing_ok=True)
    make_private_file(target)
    shutil.copyfile(source, target)


def sync_to_disk(file: Path) -> None:
    """Waits until the file survives a power cut."""
    with file.open("rb+") as opened:
        os.fsync(opened.fileno())


def remove_database(file: Path) -> None:
    """The file and what SQLite keeps beside it, as far as they are there."""
    for suffix in ("", "-wal", "-shm", "-journal"):
        Path(f"{file}{suffix}").unlink(missing_ok=True)
