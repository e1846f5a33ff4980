"""Many values looked for together, in one statement.

They are bound as one JSON text, so the statement is always the same and its plan begins with the values; SQLite reads a
whole table for ``(a, b) IN (VALUES ...)`` (measured on 900,000 rows).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    CTE,
    JSON,
    Column,
    ColumnElement,
    String,
    bindparam,
    cast,
    column,
    func,
    literal_column,
    select,
    type_coerce,
)

GIVEN = "given"


def bound(values: Sequence[tuple[Any, ...]]) -> dict[str, str]:
    """What is bound to a statement with :func:`given`."""
    return {GIVEN: json.dumps(values, default=str)}


def given(columns: Sequence[Column[Any]], *, sqlite: bool) -> CTE:
    """A row for each of the values, with the types of ``columns``; its columns are ``v0``, ``v1`` and so on."""
    part = _part_sqlite if sqlite else _part_postgres
    text = bindparam(GIVEN, type_=String)
    each = func.json_each(text) if sqlite else func.json_array_elements(cast(text, JSON))
    value = each.table_valued(column("value"), name="each").c.value
    return select(*(part(value, place, c).label(f"v{place}") for place, c in enumerate(columns))).cte(GIVEN)


def _part_sqlite(value: ColumnElement[Any], place: int, like: Column[Any]) -> ColumnElement[Any]:
    return type_coerce(func.json_extract(value, literal_column(f"'$[{place}]'")), like.type)


def _part_postgres(value: ColumnElement[Any], place: int, like: Column[Any]) -> ColumnElement[Any]:
    return cast(value.op("->>")(literal_column(str(place))), like.type)
