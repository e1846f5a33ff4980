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

VALUES_PARAMETER = "given"


def bind_values(values: Sequence[tuple[Any, ...]]) -> dict[str, str]:
    """What is bound to a statement with :func:`values_cte`."""
    return {VALUES_PARAMETER: json.dumps(values, default=str)}


def values_cte(columns: Sequence[Column[Any]], *, sqlite: bool) -> CTE:
    """A row for each of the values, with the types of ``columns``; its columns are ``v0``, ``v1`` and so on."""
    part = _sqlite_field if sqlite else _postgres_field
    text = bindparam(VALUES_PARAMETER, type_=String)
    each = func.json_each(text) if sqlite else func.json_array_elements(cast(text, JSON))
    value = each.table_valued(column("value"), name="each").c.value
    return select(*(part(value, place, c).label(f"v{place}") for place, c in enumerate(columns))).cte(VALUES_PARAMETER)


def _sqlite_field(value: ColumnElement[Any], place: int, like: Column[Any]) -> ColumnElement[Any]:
    return type_coerce(func.json_extract(value, literal_column(f"'$[{place}]'")), like.type)


def _postgres_field(value: ColumnElement[Any], place: int, like: Column[Any]) -> ColumnElement[Any]:
    return cast(value.op("->>")(literal_column(str(place))), like.type)
