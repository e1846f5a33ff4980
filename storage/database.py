"""The database: opened, checked, migrated, and one transaction at a time handed out."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, nullcontext

from sqlalchemy import URL, make_url
from sqlalchemy.engine import Connection
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.ports import Leases, RateLimiter
from bot.rate_limit import InMemoryRateLimiter
from storage.coordination.leases import DatabaseLeases, LocalLeases
from storage.coordination.rate_limit import DatabaseRateLimiter
from storage.engine import postgres, schema_version, sqlite
from storage.engine.errors import DatabaseError
from storage.engine.transaction import Transaction
from storage.unit_of_work import SqlUnitOfWork

_SQLITE = "sqlite"
_POSTGRES = ("postgresql", "postgres")


def parse_url(text: str) -> URL:
    """The URL without a driver; raises :class:`DatabaseError` for anything but the two databases."""
    try:
        url = make_url(text)
    except (ArgumentError, ValueError):  # ValueError: a port that is no number
        url = URL.create("")
    backend = url.drivername.partition("+")[0]
    if backend not in (_SQLITE, *_POSTGRES):
        raise DatabaseError(
            "DATABASE_URL is not understood.", "Write it like sqlite:///paperboy.db or postgresql://user@host/paperboy."
        )
    return url.set(drivername=_SQLITE if backend == _SQLITE else _POSTGRES[0])


class Database:
    """Implements :class:`bot.ports.Storage` on SQLite (``sqlite:///file``) or PostgreSQL (``postgresql://...``).

    Units of work are transactions of their own; never keep one open over an await to the network. Raises
    :class:`storage.engine.errors.DatabaseError` for a URL that is not understood.

    ``rate_limiter`` and ``leases`` are shared with every process on the same PostgreSQL; on SQLite, where one process
    sends, they are its own.
    """

    def __init__(self, url: str) -> None:
        self._url = parse_url(url)
        if self._url.drivername == _SQLITE:
            self._file = sqlite.path_of(self._url)
            self._opened_file_identity: tuple[int, int] | None = None
            self._writer, self._reader = sqlite.writer_engine(self._url), sqlite.reader_engine(self._url)
            # One writer of this process at a time, in the order they came; SQLite's own waiting is not fair.
            self._write_lock: asyncio.Lock | nullcontext[None] = asyncio.Lock()
            self._coordination_engine: AsyncEngine | None = None
            self.rate_limiter: RateLimiter = InMemoryRateLimiter()
            self.leases: Leases = LocalLeases()
        else:
            self._writer, self._reader = postgres.writer_engine(self._url), postgres.reader_engine(self._url)
            self._write_lock = nullcontext()
            self._coordination_engine = postgres.coordination_engine(self._url)
            self.rate_limiter, self.leases = (
                DatabaseRateLimiter(self._coordination_engine),
                DatabaseLeases(self._coordination_engine),
            )

    @property
    def engine(self) -> AsyncEngine:
        """For libraries that keep tables of their own: each transaction of it may write, on SQLite one at a time."""
        return self._writer

    @property
    def name(self) -> str:
        """Where it is, for people: without a password."""
        return self._url.render_as_string(hide_password=True)

    async def start(self, *, migrate: bool = False) -> None:
        """Looks whether the database can be used as it is; with ``migrate`` an empty or older one is made ready.

        Raises :class:`storage.engine.errors.DatabaseError`, and its kind :class:`storage.engine.errors.MigrationNeeded`
        where migrating would help. Without ``migrate`` nothing is made or changed.
        """
        if migrate:
            await self.migrate()
            return
        self._check_location(may_create=False)
        await self._run_in_transaction(self._writer, schema_version.check_current)

    async def migrate(self) -> None:
        """Makes the tables, or brings those of an older version to ours, all in one transaction.

        Raises :class:`storage.engine.errors.DatabaseError`.
        """
        self._check_location(may_create=True)
        migrator = (
            sqlite.migration_engine(self._url) if self._url.drivername == _SQLITE else postgres.writer_engine(self._url)
        )
        try:
            await self._run_in_transaction(migrator, schema_version.upgrade)
        finally:
            await migrator.dispose()

    def _check_location(self, *, may_create: bool) -> None:
        if self._url.drivername == _SQLITE:
            sqlite.check_location(self._file, may_create=may_create)

    def _check_file_not_replaced(self) -> None:
        """A file that was deleted stays open and takes everything, and all of it is lost at the next start."""
        if self._url.drivername == _SQLITE:
            found = sqlite.file_identity(self._file)
            self._opened_file_identity = self._opened_file_identity or found
            if found != self._opened_file_identity:
                raise sqlite.file_replaced_error(self._file)

    async def _run_in_transaction(self, engine: AsyncEngine, work: Callable[[Connection], None]) -> None:
        """Does ``work`` in a writing transaction; an error of the driver becomes a :class:`DatabaseError`."""
        try:
            async with engine.begin() as connection:
                await connection.run_sync(work)
        except DBAPIError as error:
            if self._url.drivername == _SQLITE:
                raise sqlite.to_database_error(error, self._file) from error
            raise postgres.to_database_error(error, self._url) from error

    @asynccontextmanager
    async def write(self) -> AsyncIterator[SqlUnitOfWork]:
        """A unit of work that may commit; on SQLite it begins IMMEDIATE and one at a time."""
        async with self._write_lock:
            self._check_file_not_replaced()
            async with self._writer.connect() as connection:
                yield SqlUnitOfWork(Transaction(connection, writing=True))

    @asynccontextmanager
    async def read(self) -> AsyncIterator[SqlUnitOfWork]:
        """A unit of work that only reads, beside writers, and sees one moment of the database."""
        self._check_file_not_replaced()
        async with self._reader.connect() as connection:
            yield SqlUnitOfWork(Transaction(connection, writing=False))

    async def check_readable(self) -> None:
        """Reads what is really on the disk; raises where that is no longer the database that was opened."""
        async with self.read() as work:
            await work.papers.latest_revision()
        if self._url.drivername == _SQLITE:
            await asyncio.to_thread(sqlite.check_sound, self._file)

    async def check_writable(self) -> None:
        """Writes a little that nobody reads; raises whatever the driver does where nothing can be kept any more."""
        async with self.write() as work:
            await work.write_probe()
            await work.commit()

    async def close(self) -> None:
        """Closes every connection; the database can be started again afterwards."""
        self._opened_file_identity = None
        if self._coordination_engine is not None:
            await self._coordination_engine.dispose()
        await self._reader.dispose()
        await self._writer.dispose()
