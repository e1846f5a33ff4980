"""All rows of one database into another of the same revision, whatever their engines."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import Connection, Integer, MetaData, Table, delete, func, insert, inspect, select, text

from storage.tables import METADATA

_CHUNK_ROWS = 2000  # rows of one statement
_VERSION_TABLE = "alembic_version"

RowProgress = Callable[[str, int], None]
"""Told the table and how many of its rows are copied."""


def no_progress(table: str, rows: int) -> None:
    """For whoever shows none."""


def copy_rows(source: Connection, target: Connection, progress: RowProgress = no_progress) -> None:
    """Empties every table of ``target`` and fills it with the rows of ``source``; commits nothing.

    Libraries keep tables of their own in the database, so what is there is looked at rather than what we define.
    """
    pairs = [*((table, table) for table in METADATA.sorted_tables), *_tables_of_libraries(source, target)]
    for _, table in reversed(pairs):
        target.execute(delete(table))
    for read, written in pairs:
        _copy_table(source, read, target, written, progress)
    if target.dialect.name == "postgresql":
        for _, table in pairs:
            _continue_numbering(target, table)


def _tables_of_libraries(source: Connection, target: Connection) -> list[tuple[Table, Table]]:
    names = (set(inspect(source).get_table_names()) & set(inspect(target).get_table_names())) - {_VERSION_TABLE}
    others = sorted(names - set(METADATA.tables))
    read, written = MetaData(), MetaData()
    read.reflect(source, only=others)
    written.reflect(target, only=others)
    return [(read.tables[name], written.tables[name]) for name in others]


def _copy_table(source: Connection, read: Table, target: Connection, written: Table, progress: RowProgress) -> None:
    copied = 0
    rows = source.execution_options(yield_per=_CHUNK_ROWS).execute(select(read)).mappings()
    for part in rows.partitions():
        target.execute(insert(written), [dict(row) for row in part])
        copied += len(part)
        progress(read.name, copied)


def _continue_numbering(connection: Connection, table: Table) -> None:
    """PostgreSQL counts ids apart from the rows."""
    column = table.autoincrement_column
    if column is None or not isinstance(column.type, Integer):
        return
    sequence = connection.execute(
        text("SELECT pg_get_serial_sequence(:name, :column)"), {"name": f'"{table.name}"', "column": column.name}
    ).scalar()
    if sequence:
        highest = connection.execute(select(func.max(column))).scalar()
        connection.execute(
            text("SELECT setval(CAST(:sequence AS regclass), :value, :used)"),
            {"sequence": sequence, "value": highest or 1, "used": highest is not None},
        )
