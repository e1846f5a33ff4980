"""Puts a backup in the place of the database; what stood there is put aside, and nothing changes until all is sound."""

from __future__ import annotations

import asyncio
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import URL, Connection, create_engine, event
from sqlalchemy.exc import DBAPIError

from storage.backup.backup_file import (
    BackupContent,
    copy_private,
    inspect_backup,
    remove_database,
    sync_to_disk,
)
from storage.backup.carry_over import CarriedOver, carry_over, is_same_history
from storage.backup.row_copy import RowProgress, copy_rows, no_progress
from storage.backup.snapshot import write_backup
from storage.database import Database, parse_url
from storage.engine import postgres, sqlite
from storage.engine.errors import DatabaseError, MigrationNeeded
from storage.engine.schema_version import check_revision, known_revisions

_BESIDE = ("-wal", "-shm")


@dataclass(frozen=True, slots=True)
class RestoreOutcome:
    """What was restored; ``put_aside`` is where that lies which stood there before (None: nothing did), and
    ``history`` says what was known of the time since: ``same`` (carried over from there), ``other`` (that database
    began anew), ``unknown`` (it does not open)."""

    content: BackupContent
    put_aside: Path | None
    history: str
    carried: CarriedOver


async def restore_backup(
    database_url: str,
    backup: Path,
    folder: Path,
    now: datetime,
    *,
    send_again: bool,
    progress: RowProgress = no_progress,
) -> RestoreOutcome:
    """Restores ``backup``; nobody else may use the database meanwhile (on SQLite: whoever calls holds the sender lock).

    PostgreSQL: the old state is put aside as a backup in ``folder``. Raises
    :class:`storage.engine.errors.DatabaseError`; then the database is as it was.
    """
    url = parse_url(database_url)
    content = await asyncio.to_thread(inspect_backup, backup)
    is_file = url.drivername == "sqlite"
    target = sqlite.path_of(url) if is_file else folder / "paperboy-postgresql.db"
    if is_file:
        sqlite.check_location(target, may_create=True)
        _check_other_file(backup, target)
    aside = target.with_name(f"{target.name}.before-{now.astimezone(UTC):%Y%m%dT%H%M%SZ}")
    working = target.with_name(f"{target.name}.restoring")
    try:
        await asyncio.to_thread(copy_private, backup, working)
        await _migrate_copy(working)
        if is_file:
            replaced = target if target.exists() else None
            history, carried = await asyncio.to_thread(_settle, working, replaced, now, send_again)
            await asyncio.to_thread(_swap_files, working, target, aside)
            return RestoreOutcome(content, aside if replaced else None, history, carried)
        kept = await _put_postgres_aside(url, database_url, aside, progress)
        history, carried = await asyncio.to_thread(_settle, working, kept, now, send_again)
        await Database(database_url).migrate()
        await asyncio.to_thread(_load_into_postgres, url, working, progress)
        return RestoreOutcome(content, kept, history, carried)
    except OSError as error:
        raise DatabaseError(f"The backup can't be put in place: {error.strerror}.", "Nothing was changed.") from error
    finally:
        remove_database(working)


def _check_other_file(backup: Path, target: Path) -> None:
    if target.exists() and backup.samefile(target):
        raise DatabaseError(f"{backup} is the database itself.", "Name a file that `paperboy backup` made.")


async def _migrate_copy(working: Path) -> None:
    database = Database(f"sqlite:///{working}")
    try:
        await database.migrate()
    finally:
        await database.close()


@contextmanager
def _transaction_on(file: Path, *, writing: bool) -> Iterator[Connection]:
    engine = create_engine(f"sqlite:///{file}", hide_parameters=True)

    @event.listens_for(engine, "connect")
    def prepare(connection: sqlite3.Connection, _: object) -> None:
        connection.execute("PRAGMA foreign_keys = ON" if writing else "PRAGMA query_only = ON")

    try:
        with engine.begin() as connection:
            yield connection
    finally:
        engine.dispose()


def _settle(working: Path, replaced: Path | None, now: datetime, send_again: bool) -> tuple[str, CarriedOver]:
    """Carries over into the working copy, and leaves it as one file on the disk."""
    history = _history(working, replaced)
    with _transaction_on(working, writing=True) as restored:
        if history == "same" and replaced is not None:
            with _transaction_on(replaced, writing=False) as old:
                carried = carry_over(restored, old, now, send_again=send_again)
        else:
            carried = carry_over(restored, None, now, send_again=send_again)
    sync_to_disk(working)
    inspect_backup(working)
    return history, carried


def _history(working: Path, replaced: Path | None) -> str:
    if replaced is None:
        return "unknown"
    try:
        if inspect_backup(replaced).revision != known_revisions()[-1]:
            return "unknown"
        with _transaction_on(working, writing=False) as restored, _transaction_on(replaced, writing=False) as old:
            return "same" if is_same_history(restored, old) else "other"
    except (DatabaseError, DBAPIError):
        return "unknown"


def _swap_files(working: Path, target: Path, aside: Path) -> None:
    """The new file takes the old one's place in one step; a log that belongs to the old file goes with it, or SQLite
    would write it into the new one (https://www.sqlite.org/howtocorrupt.html)."""
    for suffix in _BESIDE:
        if (beside := Path(f"{target}{suffix}")).exists():
            beside.rename(f"{aside}{suffix}")
    if target.exists():
        try:
            os.link(target, aside)
        except OSError:  # a file system without links
            target.rename(aside)
    working.replace(target)


async def _put_postgres_aside(url: URL, database_url: str, aside: Path, progress: RowProgress) -> Path | None:
    """A backup of what stands there; None where nothing does."""
    try:
        await asyncio.to_thread(_check_nobody_runs, url)
        await write_backup(database_url, aside, progress)
    except MigrationNeeded as problem:
        if await asyncio.to_thread(_has_tables, url):
            raise problem
        return None
    return aside


def _check_nobody_runs(url: URL) -> None:
    engine = postgres.snapshot_engine(url)
    try:
        with engine.connect() as connection:
            _refuse_if_running(connection)
            check_revision(connection)
    except DBAPIError as error:
        raise postgres.to_database_error(error, url) from error
    finally:
        engine.dispose()


def _has_tables(url: URL) -> bool:
    engine = postgres.snapshot_engine(url)
    try:
        with engine.connect() as connection:
            return bool(connection.dialect.has_table(connection, "alembic_version"))
    finally:
        engine.dispose()


def _refuse_if_running(connection: Connection) -> None:
    if running := postgres.count_running(connection):
        raise DatabaseError(
            f"Paperboy is running on this database (connections: {running}).", "Stop it everywhere, then restore."
        )


def _load_into_postgres(url: URL, working: Path, progress: RowProgress) -> None:
    """One transaction: what fails in it leaves everything as it was."""
    engine = postgres.replacing_engine(url)
    try:
        with engine.begin() as target, _transaction_on(working, writing=False) as source:
            _refuse_if_running(target)
            copy_rows(source, target, progress)
    except DBAPIError as error:
        raise postgres.to_database_error(error, url) from error
    finally:
        engine.dispose()
