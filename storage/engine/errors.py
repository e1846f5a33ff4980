"""What can be wrong with the database before any work begins, in words for the operator."""

from __future__ import annotations


class DatabaseError(Exception):
    """The database can't be used as it is.

    ``what`` says what is wrong and ``mend`` what to do about it, both whole sentences without secrets.
    """

    def __init__(self, what: str, mend: str) -> None:
        super().__init__(f"{what} {mend}")
        self.reason = what
        self.remedy = mend


class MigrationNeeded(DatabaseError):
    """The database is empty or from an older version; migrating it mends that."""
