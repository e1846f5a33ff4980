"""The rate limits of bots, shared by every process through one row each, by the database's clock.

A turn is reserved in one statement: the row holds when the bucket is free again, which is the theoretical arrival time
of the generic cell rate algorithm (ITU-T I.371), so that nobody waits holding a lock and a process that dies loses one
turn at most.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Row, TextClause, select, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.ports import Cooldown, RateLimit, Reservation
from bot.rate_limit import COOLDOWN_MEMORY, MAX_THROTTLE_FACTOR, THROTTLE_DURATION, InMemoryRateLimiter
from storage.tables import cooldown

log = logging.getLogger(__name__)

_CURRENT_SLOWNESS: Final = "(CASE WHEN lane.slow_until > clock_timestamp() THEN lane.slowness ELSE 1 END)"
_INTERVAL: Final = f"({_CURRENT_SLOWNESS} * CAST(:gap AS float8) * interval '1 second')"

_RESERVE: Final = text(
    f"""
    INSERT INTO lane AS lane (name, free_at, slowness)
    VALUES (:name, clock_timestamp() + CAST(:turns AS int) * CAST(:gap AS float8) * interval '1 second', 1)
    ON CONFLICT (name) DO UPDATE
    SET free_at = greatest(lane.free_at, clock_timestamp()) + CAST(:turns AS int) * {_INTERVAL}
    RETURNING extract(epoch FROM lane.free_at - CAST(:turns AS int) * {_INTERVAL} - clock_timestamp())::float8 AS wait,
              extract(epoch FROM {_INTERVAL})::float8 AS gap
    """  # noqa: S608 - constants of this file
)
_TRY_ACQUIRE: Final = text(
    f"""
    INSERT INTO lane AS lane (name, free_at, slowness)
    VALUES (:name, clock_timestamp() + CAST(:gap AS float8) * interval '1 second', 1)
    ON CONFLICT (name) DO UPDATE
    SET free_at = greatest(lane.free_at, clock_timestamp()) + {_INTERVAL}
    WHERE lane.free_at - (CAST(:burst AS int) - 1) * {_INTERVAL} <= clock_timestamp()
    RETURNING 0
    """  # noqa: S608 - likewise
)
_SECONDS_UNTIL_FREE: Final = text(
    f"""
    SELECT extract(epoch FROM free_at - (CAST(:burst AS int) - 1) * {_INTERVAL} - clock_timestamp())::float8
    FROM lane WHERE name = :name
    """  # noqa: S608 - likewise
)
_THROTTLE: Final = text(
    f"""
    INSERT INTO lane AS lane (name, free_at, slowness, slow_until)
    VALUES (:name, clock_timestamp(), 2, clock_timestamp() + CAST(:length AS float8) * interval '1 second')
    ON CONFLICT (name) DO UPDATE
    SET slowness = least(2 * {_CURRENT_SLOWNESS}, :slowest),
        slow_until = clock_timestamp() + CAST(:length AS float8) * interval '1 second'
    """  # noqa: S608 - likewise
)
_UPSERT_COOLDOWN: Final = text(
    """
    INSERT INTO pause (bot, chat, at, until) VALUES (:bot, :chat, :at, :until)
    ON CONFLICT (bot, chat) DO UPDATE SET at = excluded.at, until = greatest(pause.until, excluded.until)
    """
)
_PRUNE: Final = (
    text("DELETE FROM lane WHERE greatest(free_at, slow_until) < clock_timestamp() - interval '1 day'"),
    text("DELETE FROM pause WHERE until < clock_timestamp() - interval '1 day'"),
)
_UNAVAILABLE_ERRORS: Final = (SQLAlchemyError, TimeoutError)
_TIMEOUT_SECONDS: Final = 3.0  # seconds
_MIN_WAIT_SECONDS: Final = 0.01  # seconds; a wait of nothing would mean that there is room
# Alone, each of a handful of processes must leave room for the others, and for what was sent together just before.
_FALLBACK_SLOWDOWN: Final = 8
_FALLBACK_EXTRA_WAIT_SECONDS: Final = 0.5  # seconds


class DatabaseRateLimiter:
    """Implements :class:`bot.ports.RateLimiter` on PostgreSQL.

    While the database does not answer, this process keeps rate limits of its own, an eighth of the shared ones: nothing
    can be claimed then, but what is claimed has to leave, and people who ask shall at least hear that something is
    wrong.
    """

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._local_fallback = InMemoryRateLimiter()
        self._pruned = False

    async def reserve(self, limit: RateLimit, turns: int = 1) -> Reservation:
        try:
            row = await self._fetch_first(_RESERVE, {"name": limit.name, "gap": limit.interval, "turns": turns})
        except _UNAVAILABLE_ERRORS as problem:
            _log_unavailable(problem)
            reserved = await self._local_fallback.reserve(
                replace(limit, interval=limit.interval * _FALLBACK_SLOWDOWN), turns
            )
            return Reservation(reserved.wait + _FALLBACK_EXTRA_WAIT_SECONDS, reserved.interval)
        return Reservation(max(row.wait, 0.0), row.gap)

    async def try_acquire(self, limit: RateLimit) -> float:
        values = {"name": limit.name, "gap": limit.interval, "burst": limit.burst}
        try:
            if await self._fetch_first(_TRY_ACQUIRE, values) is not None:
                return 0.0
            row = await self._fetch_first(_SECONDS_UNTIL_FREE, values)
        except _UNAVAILABLE_ERRORS as problem:
            _log_unavailable(problem)
            return await self._local_fallback.try_acquire(limit)
        return max(row[0], _MIN_WAIT_SECONDS) if row is not None else _MIN_WAIT_SECONDS

    async def throttle(self, limit: RateLimit) -> None:
        await self._local_fallback.throttle(limit)
        values = {
            "name": limit.name,
            "gap": limit.interval,
            "length": THROTTLE_DURATION.total_seconds(),
            "slowest": MAX_THROTTLE_FACTOR,
        }
        await self._execute_best_effort(_THROTTLE, values)

    async def start_cooldown(self, bot: str, cooldown: Cooldown) -> None:
        await self._local_fallback.start_cooldown(bot, cooldown)
        await self._execute_best_effort(
            _UPSERT_COOLDOWN, {"bot": bot, "chat": cooldown.chat, "at": cooldown.at, "until": cooldown.until}
        )

    async def cooldowns(self, bot: str, now: datetime) -> Sequence[Cooldown]:
        recent = (cooldown.c.until > now) | (cooldown.c.at > now - COOLDOWN_MEMORY)
        try:
            async with asyncio.timeout(_TIMEOUT_SECONDS), self._engine.connect() as connection:
                rows = (await connection.execute(select(cooldown).where(cooldown.c.bot == bot, recent))).all()
        except _UNAVAILABLE_ERRORS as problem:
            _log_unavailable(problem)
            return await self._local_fallback.cooldowns(bot, now)
        return [Cooldown(row.chat, row.at, row.until) for row in rows]

    async def _execute_best_effort(self, statement: TextClause, values: Mapping[str, Any]) -> None:
        """Without waiting for a database that is away: processes that miss a 429 here are answered one themselves."""
        try:
            async with asyncio.timeout(_TIMEOUT_SECONDS), self._engine.connect() as connection:
                await connection.execute(statement, values)
        except _UNAVAILABLE_ERRORS as problem:
            _log_unavailable(problem)

    async def _fetch_first(self, statement: TextClause, values: Mapping[str, Any]) -> Row[Any] | Any:
        async with asyncio.timeout(_TIMEOUT_SECONDS), self._engine.connect() as connection:
            if not self._pruned:
                self._pruned = True
                for forget in _PRUNE:
                    await connection.execute(forget)
            return (await connection.execute(statement, values)).first()


def _log_unavailable(problem: Exception) -> None:
    log.warning("the pace can't be shared now (%s); this process keeps its own", type(problem).__name__)
