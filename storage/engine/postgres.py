"""PostgreSQL: its engines, and what can be wrong with reaching it."""

from __future__ import annotations

from typing import Literal

from sqlalchemy import URL, Connection, Engine, create_engine, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from storage.engine.errors import DatabaseError

CONNECT_TIMEOUT_SECONDS = 10
WRITER_POOL_SIZE = 10
READER_POOL_SIZE = 5
COORDINATION_POOL_SIZE = 2
# What the server shows of our connections, so that whoever would replace everything sees that Paperboy is running.
APPLICATION_NAME = "paperboy"
_MAINTENANCE_NAME = "paperboy maintenance"


def writer_engine(url: URL) -> AsyncEngine:
    """Connections for units of work that may write."""
    return create_async_engine(
        url.set(drivername="postgresql+psycopg"),
        hide_parameters=True,  # people’s words and tokens, which errors would repeat
        pool_size=WRITER_POOL_SIZE,
        max_overflow=0,
        pool_pre_ping=True,
        connect_args={"connect_timeout": CONNECT_TIMEOUT_SECONDS, "application_name": APPLICATION_NAME},
    )


def reader_engine(url: URL) -> AsyncEngine:
    """Connections that can't write; each transaction sees one moment of the database, as SQLite's do."""
    return create_async_engine(
        url.set(drivername="postgresql+psycopg"),
        hide_parameters=True,  # people’s words and tokens, which errors would repeat
        pool_size=READER_POOL_SIZE,
        max_overflow=0,
        pool_pre_ping=True,
        isolation_level="REPEATABLE READ",
        connect_args={
            "connect_timeout": CONNECT_TIMEOUT_SECONDS,
            "application_name": APPLICATION_NAME,
            "options": "-c default_transaction_read_only=on",
        },
    )


def coordination_engine(url: URL) -> AsyncEngine:
    """A few connections for what processes agree upon: each statement is a transaction of its own.

    It needs not survive a power cut of the server: no process does what was agreed upon before it.
    """
    return create_async_engine(
        url.set(drivername="postgresql+psycopg"),
        hide_parameters=True,  # people’s words and tokens, which errors would repeat
        pool_size=COORDINATION_POOL_SIZE,
        max_overflow=0,
        isolation_level="AUTOCOMMIT",
        pool_pre_ping=True,
        connect_args={
            "connect_timeout": CONNECT_TIMEOUT_SECONDS,
            "application_name": APPLICATION_NAME,
            "options": "-c synchronous_commit=off",
        },
    )


def snapshot_engine(url: URL) -> Engine:
    """One connection that sees one moment for as long as it reads, for backups."""
    return _maintenance_engine(url, "REPEATABLE READ", "-c default_transaction_read_only=on")


def replacing_engine(url: URL) -> Engine:
    """One connection that writes over everything, for restoring."""
    return _maintenance_engine(url, "READ COMMITTED", "-c lock_timeout=10s")


def _maintenance_engine(url: URL, isolation: Literal["REPEATABLE READ", "READ COMMITTED"], options: str) -> Engine:
    return create_engine(
        url.set(drivername="postgresql+psycopg"),
        hide_parameters=True,
        pool_size=1,
        max_overflow=0,
        isolation_level=isolation,
        connect_args={
            "connect_timeout": CONNECT_TIMEOUT_SECONDS,
            "application_name": _MAINTENANCE_NAME,
            "options": options,
        },
    )


def count_running(connection: Connection) -> int:
    """How many connections running processes of Paperboy have to this database."""
    query = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name = :name"
    return int(connection.execute(text(query), {"name": APPLICATION_NAME}).scalar_one())


def to_database_error(error: DBAPIError, url: URL) -> DatabaseError:
    """What an error of the driver means for the operator; its text never holds the password."""
    said = next(iter(str(error.orig).strip().splitlines()), "no answer")
    return DatabaseError(
        f"PostgreSQL can't be used at {url.render_as_string(hide_password=True)}: {said}",
        "Is the server running, and are host, user, password and database in DATABASE_URL right?",
    )
