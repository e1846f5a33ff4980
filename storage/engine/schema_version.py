"""Which version a database has, and bringing it to ours.

A migration's file begins with its revision (``0001_first.py``), so that looking at a database at every start needs only
the names of those files and not Alembic itself.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import inspect, text
from sqlalchemy.engine import Connection

from storage.engine.errors import DatabaseError, MigrationNeeded

if TYPE_CHECKING:
    from alembic.config import Config

MIGRATIONS = Path(__file__).parents[1] / "migrations"
# Any number that no other program on the same server is likely to lock.
_LOCK = 7_412_905_530_018


def known_revisions() -> list[str]:
    """All revisions this version knows, oldest first."""
    return sorted(file.name.partition("_")[0] for file in (MIGRATIONS / "versions").glob("[0-9]*.py"))


def revision_of(connection: Connection) -> str:
    """The revision a database has; '' where nothing was ever made."""
    if not inspect(connection).has_table("alembic_version"):
        return ""
    return str(connection.execute(text("SELECT version_num FROM alembic_version")).scalar() or "")


def check_revision(connection: Connection) -> None:
    """Raises :class:`storage.engine.errors.DatabaseError` unless the database has exactly our version."""
    found, known = revision_of(connection), known_revisions()
    if not found:
        raise MigrationNeeded("The database is empty.", "`paperboy migrate` makes its tables.")
    if found not in known:
        raise DatabaseError(
            f"The database is from a newer version of Paperboy (revision {found}; this version knows {known[-1]}).",
            "Install that version or a later one; nothing was changed.",
        )
    if found != known[-1]:
        raise MigrationNeeded(
            f"The database is from an older version of Paperboy (revision {found}, needed: {known[-1]}).",
            "Make a copy of it, then run `paperboy migrate`.",
        )


def check_current(connection: Connection) -> None:
    """As :func:`check_revision`; raises an error of the driver unless the database is writable."""
    check_revision(connection)
    # Changes nothing, but fails where nothing may be changed; SQLite begins a transaction on a read-only file gladly.
    connection.execute(text("DELETE FROM alembic_version WHERE 1 = 0"))


def alembic_config() -> Config:
    """Alembic's view of our migrations."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    return config


def upgrade(connection: Connection) -> None:
    """Brings the database to our version, within the transaction that is open; two at once wait for each other."""
    from alembic import command

    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
    found = revision_of(connection)
    if found and found not in known_revisions():
        check_current(connection)
    if not found and connection.dialect.name == "sqlite" and (tables := inspect(connection).get_table_names()):
        raise DatabaseError(
            f"The file is a database of another program (it has a table {tables[0]}).",
            "Name another file in DATABASE_URL; nothing was changed.",
        )
    config = alembic_config()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
    _check_references(connection)


def _check_references(connection: Connection) -> None:
    """SQLite migrates without foreign keys, so what they hold is looked at before the commit."""
    if connection.dialect.name == "sqlite":
        broken = connection.execute(text("PRAGMA foreign_key_check")).first()
        if broken is not None:
            raise DatabaseError(f"The migration would leave broken references in {broken[0]}.", "Nothing was changed.")
