"""The column types every table shares."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, ClassVar, cast

from sqlalchemy import JSON, BigInteger, DateTime, Dialect, Integer, MetaData, String, Table, TypeDecorator, inspect
from sqlmodel import Field, SQLModel

NAMING_CONVENTION = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class TableRow(SQLModel):
    """What all tables are made from; constraints have names so that migrations can speak of them."""

    metadata: ClassVar[MetaData] = MetaData(naming_convention=NAMING_CONVENTION)


def table_of(model: type[TableRow]) -> Table:
    """The table of a model, to write statements against."""
    return cast(Table, inspect(model).local_table)


class UtcDateTime(TypeDecorator[datetime]):
    """A moment: binds only aware values, keeps them in UTC and returns aware values in UTC.

    SQLite has no moments; SQLAlchemy writes text of one length there, so that comparing text compares moments.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """The moment as the engine keeps it; raises ValueError for one without a zone."""
        if value is None:
            return None
        if value.tzinfo is None or value.utcoffset() is None:
            raise ValueError(f"a moment needs its zone: {value!r}")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


# Neither database keeps every string: PostgreSQL refuses NUL, and lone surrogates have no UTF-8.
_UNSTORABLE = {0: None, **dict.fromkeys(range(0xD800, 0xE000), None)}


class SanitizedText(TypeDecorator[str]):
    """Text from outside; characters that no database keeps are left out rather than refused."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        if value is None or (value.isascii() and "\0" not in value):
            return value
        return value.translate(_UNSTORABLE)


# SQLite numbers rows by itself only in a column that is exactly INTEGER.
BIG_INTEGER = BigInteger().with_variant(Integer(), "sqlite")
# No JSON value rather than the JSON value null.
OPTIONAL_JSON = JSON(none_as_null=True)


def sanitized_text(default: str = "") -> Any:
    """A column for text from outside."""
    return Field(default=default, sa_type=SanitizedText)


def moment_column(*, index: bool = False) -> Any:
    """A column for a moment that is always there."""
    return Field(sa_type=UtcDateTime, index=index)


def optional_moment_column() -> Any:
    """A column for a moment that may be missing."""
    return Field(default=None, sa_type=UtcDateTime, nullable=True)


def owning_foreign_key(column: str, *, primary_key: bool = False, index: bool = False) -> Any:
    """A foreign key; the row goes with the one it belongs to."""
    return Field(foreign_key=column, ondelete="CASCADE", primary_key=primary_key, index=index)
