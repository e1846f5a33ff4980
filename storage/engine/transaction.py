"""One transaction, as the repositories see it: what differs between the two databases is said here once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeVar

from sqlalchemy import Column, ColumnElement, Executable, Row, Select, Table, and_, func
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import CursorResult
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.engine.values_table import bind_values, values_cte

T = TypeVar("T")

# What a statement binds by name: once, or a row for each time it runs. No rows, no run.
BoundValues = Mapping[str, Any] | Sequence[Mapping[str, Any]] | None

# Below every limit on bound values (SQLite 32,766, PostgreSQL 65,535), and small enough for its plan to be kept.
CHUNK_SIZE = 900


def chunks(items: Sequence[T], size: int = CHUNK_SIZE) -> Iterator[Sequence[T]]:
    """The items, ``size`` at a time; nothing for none."""
    for start in range(0, len(items), size):
        yield items[start : start + size]


class Transaction:
    """A connection in a transaction; ``writing`` says whether it may change anything."""

    def __init__(self, connection: AsyncConnection, *, writing: bool) -> None:
        self._connection = connection
        self.writing = writing
        self.sqlite = connection.dialect.name == "sqlite"

    async def commit(self) -> None:
        await self._connection.commit()

    async def execute(self, statement: Executable, values: BoundValues = None) -> int:
        """Runs a change, once for each row of values; returns how many rows it changed, where it ran once."""
        if values is not None and not values:
            return 0
        result: CursorResult[Any] = await self._connection.execute(statement, values)
        return 0 if isinstance(values, Sequence) else result.rowcount

    async def fetch_all(self, statement: Executable, values: BoundValues = None) -> Sequence[Row[Any]]:
        """All rows of a query, or of a change that returns them."""
        if values is not None and not values:
            return ()
        return (await self._connection.execute(statement, values)).all()

    async def fetch_first(self, statement: Executable) -> Row[Any] | None:
        """The first row, if there is one."""
        return (await self._connection.execute(statement)).first()

    async def fetch_scalar(self, statement: Executable, values: Mapping[str, Any] | None = None) -> Any:
        """The first column of the first row, if there is one."""
        return (await self._connection.execute(statement, values)).scalar()

    async def fetch_where_in(
        self, statement: Select[Any], column: ColumnElement[Any], values: Sequence[Any]
    ) -> list[Row[Any]]:
        """The rows of a query whose ``column`` holds one of ``values``, however many those are."""
        found: list[Row[Any]] = []
        for part in chunks(list(dict.fromkeys(values))):
            found += await self.fetch_all(statement.where(column.in_(part)))
        return found

    async def fetch_where_tuples_in(
        self, statement: Select[Any], columns: Sequence[Column[Any]], values: Sequence[tuple[Any, ...]]
    ) -> Sequence[Row[Any]]:
        """The rows of a query whose ``columns`` hold one of ``values`` together, however many those are."""
        if not values:
            return ()
        looked_for = values_cte(columns, sqlite=self.sqlite)
        together = and_(*(column == looked_for.c[f"v{place}"] for place, column in enumerate(columns)))
        return await self.fetch_all(statement.join(looked_for, together), bind_values(values))

    async def execute_where_in(self, statement: Any, column: ColumnElement[Any], values: Sequence[Any]) -> None:
        """Runs an update or delete on the rows whose ``column`` holds one of ``values``."""
        for part in chunks(list(dict.fromkeys(values))):
            await self.execute(statement.where(column.in_(part)))

    def insert(self, table: Table) -> sqlite.Insert | postgresql.Insert:
        """An insert that can say what to do ON CONFLICT."""
        return sqlite.insert(table) if self.sqlite else postgresql.insert(table)

    def upsert(self, table: Table, *, keep: Sequence[str] = ()) -> sqlite.Insert | postgresql.Insert:
        """An insert that replaces the row with the same primary key, except its columns in ``keep``."""
        insert = self.insert(table)
        key = [column.name for column in table.primary_key]
        new = {c.name: insert.excluded[c.name] for c in table.c if c.name not in key and c.name not in keep}
        return insert.on_conflict_do_update(index_elements=key, set_=new)

    def for_update(self, statement: Select[Any], *tables: Table, skip_locked: bool = False) -> Select[Any]:
        """Holds the rows until the end of a writing transaction, so that what was read may be written back.

        On SQLite a writing transaction has the whole database to itself already. New rows that refer to a held one can
        still be added beside it.
        """
        if self.sqlite or not self.writing:
            return statement
        return statement.with_for_update(key_share=True, of=tables or None, skip_locked=skip_locked)

    def greatest(self, *moments: ColumnElement[Any]) -> ColumnElement[Any]:
        """The latest of several moments of a row, none of them NULL."""
        kind = moments[0].type
        return func.max(*moments, type_=kind) if self.sqlite else func.greatest(*moments, type_=kind)
