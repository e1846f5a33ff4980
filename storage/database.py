"""The database: opened, checked, migrated, and one transaction at a time handed out."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, nullcontext

from sqlalchemy import URL, make_url
from sqlalchemy.engine import Connection
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.ports import Leases, Pace
from bot.rate_limit import OneProcessPace
from storage.coordination.leases import SharedLeases, SoleLeases
from storage.coordination.rate_limit import SharedPace
from storage.engine import postgres, schema_version, sqlite
from storage.engine.errors import StorageProblem
from storage.engine.transaction import Transaction
from storage.unit_of_work import SqlUnitOfWork

_SQLITE = "sqlite"
_POSTGRES = ("postgresql", "postgres")


def _url(text: str) -> URL:
    """The URL without a driver; raises :class:`StorageProblem` for anything but the two databases."""
    try:
        url = make_url(text)
    except (ArgumentError, ValueError):  # ValueError: a port that is no number
        url = URL.create("")
    backend = url.drivername.partition("+")[0]
    if backend not in (_SQLITE, *_POSTGRES):
        raise StorageProblem(
            "DATABASE_URL is not understood.", "Write it like sqlite:///paperboy.db or postgresql://user@host/paperboy."
        )
    return url.set(drivername=_SQLITE if backend == _SQLITE else _POSTGRES[0])


class Database:
    """Implements :class:`bot.ports.Storage` on SQLite (``sqlite:///file``) or PostgreSQL (``postgresql://...``).

    Units of work are transactions of their own; never keep one open over an await to the network. Raises
    :class:`storage.engine.errors.StorageProblem` for a URL that is not understood.

    ``pace`` and ``leases`` are shared with every process on the same PostgreSQL; on SQLite, where one process sends,
    they are its own.
    """

    def __init__(self, url: str) -> None:
        self._url = _url(url)
        if self._url.drivername == _SQLITE:
            self._file = sqlite.file_of(self._url)
            self._opened: tuple[int, int] | None = None
            self._writer, self._reader = sqlite.writer(self._url), sqlite.reader(self._url)
            # One writer of this process at a time, in the order they came; SQLite's own waiting is not fair.
            self._turn: asyncio.Lock | nullcontext[None] = asyncio.Lock()
            self._sharer: AsyncEngine | None = None
            self.pace: Pace = OneProcessPace()
            self.leases: Leases = SoleLeases()
        else:
            self._writer, self._reader = postgres.writer(self._url), postgres.reader(self._url)
            self._turn = nullcontext()
            self._sharer = postgres.sharer(self._url)
            self.pace, self.leases = SharedPace(self._sharer), SharedLeases(self._sharer)

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

        Raises :class:`storage.engine.errors.StorageProblem`, and its kind :class:`storage.engine.errors.NeedsMigration`
        where migrating would help. Without ``migrate`` nothing is made or changed.
        """
        if migrate:
            await self.migrate()
            return
        self._check_place(may_create=False)
        await self._in_writer(self._writer, schema_version.check)

    async def migrate(self) -> None:
        """Makes the tables, or brings those of an older version to ours, all in one transaction.

        Raises :class:`storage.engine.errors.StorageProblem`.
        """
        self._check_place(may_create=True)
        migrator = sqlite.migrator(self._url) if self._url.drivername == _SQLITE else postgres.writer(self._url)
        try:
            await self._in_writer(migrator, schema_version.upgrade)
        finally:
            await migrator.dispose()

    def _check_place(self, *, may_create: bool) -> None:
        if self._url.drivername == _SQLITE:
            sqlite.check_place(self._file, may_create=may_create)

    def _check_same(self) -> None:
        """A file that was deleted stays open and takes everything, and all of it is lost at the next start."""
        if self._url.drivername == _SQLITE:
            found = sqlite.identity(self._file)
            self._opened = self._opened or found
            if found != self._opened:
                raise sqlite.replaced(self._file)

    async def _in_writer(self, engine: AsyncEngine, work: Callable[[Connection], None]) -> None:
        """Does ``work`` in a writing transaction; a failure of the database itself is told kindly."""
        try:
            async with engine.begin() as connection:
                await connection.run_sync(work)
        except DBAPIError as error:
            if self._url.drivername == _SQLITE:
                raise sqlite.problem_of(error, self._file) from error
            raise postgres.problem_of(error, self._url) from error

    @asynccontextmanager
    async def write(self) -> AsyncIterator[SqlUnitOfWork]:
        """A unit of work that may commit; on SQLite it begins IMMEDIATE and one at a time."""
        async with self._turn:
            self._check_same()
            async with self._writer.connect() as connection:
                yield SqlUnitOfWork(Transaction(connection, writing=True))

    @asynccontextmanager
    async def read(self) -> AsyncIterator[SqlUnitOfWork]:
        """A unit of work that only reads, beside writers, and sees one moment of the database."""
        self._check_same()
        async with self._reader.connect() as connection:
            yield SqlUnitOfWork(Transaction(connection, writing=False))

    async def try_writing(self) -> None:
        """Writes a little that nobody reads; raises whatever the driver does where nothing can be kept any more."""
        async with self.write() as work:
            await work.note_a_try()
            await work.commit()

    async def close(self) -> None:
        """Closes every connection; the database can be started again afterwards."""
        self._opened = None
        if self._sharer is not None:
            await self._sharer.dispose()
        await self._reader.dispose()
        await self._writer.dispose()
