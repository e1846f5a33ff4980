"""What only one process may do at a time, by the database's clock."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

_ACQUIRE: Final = text(
    """
    INSERT INTO lease (name, owner, until)
    VALUES (:name, :owner, clock_timestamp() + CAST(:seconds AS float8) * interval '1 second')
    ON CONFLICT (name) DO UPDATE SET owner = excluded.owner, until = excluded.until
    WHERE lease.owner = excluded.owner OR lease.until <= clock_timestamp()
    RETURNING owner
    """
)
_RELEASE: Final = text("DELETE FROM lease WHERE name = :name AND owner = :owner")


class DatabaseLeases:
    """Implements :class:`bot.ports.Leases` on PostgreSQL."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def acquire(self, name: str, owner: str, duration: timedelta) -> bool:
        values = {"name": name, "owner": owner, "seconds": duration.total_seconds()}
        async with self._engine.connect() as connection:
            return (await connection.execute(_ACQUIRE, values)).first() is not None

    async def release(self, name: str, owner: str) -> None:
        async with self._engine.connect() as connection:
            await connection.execute(_RELEASE, {"name": name, "owner": owner})


class LocalLeases:
    """Implements :class:`bot.ports.Leases` where the sender lock sees to it that there is one process only."""

    async def acquire(self, name: str, owner: str, duration: timedelta) -> bool:
        return True

    async def release(self, name: str, owner: str) -> None:
        """Nobody waits for it."""
