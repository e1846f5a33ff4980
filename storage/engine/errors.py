"""What can be wrong with the database before any work begins, in words for the operator."""

from __future__ import annotations


class DatabaseError(Exception):
    """The database can't be used as it is.

    ``reason`` says what is wrong and ``remedy`` what to do about it, both whole sentences without secrets.
    """

    def __init__(self, reason: str, remedy: str) -> None:
        super().__init__(f"{reason} {remedy}")
        self.reason = reason
        self.remedy = remedy


class MigrationNeeded(DatabaseError):
    """The database is empty or from an older version; migrating it mends that."""
