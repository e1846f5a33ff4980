"""The allowances of bots, shared by every process through one row each, by the database's clock.

A turn is booked in one statement: the row holds when the lane is free again, which is the theoretical arrival time of
the generic cell rate algorithm (ITU-T I.371), so that nobody waits holding a lock and a process that dies loses one
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

from bot.ports import Booking, Lane, Pause
from bot.rate_limit import REMEMBERED, SLOW_FOR, SLOWEST, OneProcessPace
from storage.tables import pause

log = logging.getLogger(__name__)

_SLOWNESS: Final = "(CASE WHEN lane.slow_until > clock_timestamp() THEN lane.slowness ELSE 1 END)"
_GAP: Final = f"({_SLOWNESS} * CAST(:gap AS float8) * interval '1 second')"

_RESERVE: Final = text(
    f"""
    INSERT INTO lane AS lane (name, free_at, slowness)
    VALUES (:name, clock_timestamp() + CAST(:turns AS int) * CAST(:gap AS float8) * interval '1 second', 1)
    ON CONFLICT (name) DO UPDATE
    SET free_at = greatest(lane.free_at, clock_timestamp()) + CAST(:turns AS int) * {_GAP}
    RETURNING extract(epoch FROM lane.free_at - CAST(:turns AS int) * {_GAP} - clock_timestamp())::float8 AS wait,
              extract(epoch FROM {_GAP})::float8 AS gap
    """  # noqa: S608 - constants of this file
)
_ENTER: Final = text(
    f"""
    INSERT INTO lane AS lane (name, free_at, slowness)
    VALUES (:name, clock_timestamp() + CAST(:gap AS float8) * interval '1 second', 1)
    ON CONFLICT (name) DO UPDATE
    SET free_at = greatest(lane.free_at, clock_timestamp()) + {_GAP}
    WHERE lane.free_at - (CAST(:burst AS int) - 1) * {_GAP} <= clock_timestamp()
    RETURNING 0
    """  # noqa: S608 - likewise
)
_ROOM_IN: Final = text(
    f"""
    SELECT extract(epoch FROM free_at - (CAST(:burst AS int) - 1) * {_GAP} - clock_timestamp())::float8
    FROM lane WHERE name = :name
    """  # noqa: S608 - likewise
)
_SLOW_DOWN: Final = text(
    f"""
    INSERT INTO lane AS lane (name, free_at, slowness, slow_until)
    VALUES (:name, clock_timestamp(), 2, clock_timestamp() + CAST(:length AS float8) * interval '1 second')
    ON CONFLICT (name) DO UPDATE
    SET slowness = least(2 * {_SLOWNESS}, :slowest),
        slow_until = clock_timestamp() + CAST(:length AS float8) * interval '1 second'
    """  # noqa: S608 - likewise
)
_PAUSE: Final = text(
    """
    INSERT INTO pause (bot, chat, at, until) VALUES (:bot, :chat, :at, :until)
    ON CONFLICT (bot, chat) DO UPDATE SET at = excluded.at, until = greatest(pause.until, excluded.until)
    """
)
_FORGET: Final = (
    text("DELETE FROM lane WHERE greatest(free_at, slow_until) < clock_timestamp() - interval '1 day'"),
    text("DELETE FROM pause WHERE until < clock_timestamp() - interval '1 day'"),
)
_DOWN: Final = (SQLAlchemyError, TimeoutError)
_WITHIN: Final = 3.0  # seconds
_AT_LEAST: Final = 0.01  # seconds; a wait of nothing would mean that there is room
# Alone, each of a handful of processes must leave room for the others, and for what was sent together just before.
_ALONE_SLOWER: Final = 8
_ALONE_AFTER: Final = 0.5  # seconds


class SharedPace:
    """Implements :class:`bot.ports.Pace` on PostgreSQL.

    While the database does not answer, this process keeps a pace of its own, an eighth of what all may: nothing can be
    claimed then, but what is claimed has to leave, and people who ask shall at least hear that something is wrong.
    """

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._alone = OneProcessPace()
        self._tidied = False

    async def reserve(self, lane: Lane, turns: int = 1) -> Booking:
        try:
            row = await self._first(_RESERVE, {"name": lane.name, "gap": lane.gap, "turns": turns})
        except _DOWN as problem:
            _tell(problem)
            alone = await self._alone.reserve(replace(lane, gap=lane.gap * _ALONE_SLOWER), turns)
            return Booking(alone.wait + _ALONE_AFTER, alone.gap)
        return Booking(max(row.wait, 0.0), row.gap)

    async def enter(self, lane: Lane) -> float:
        values = {"name": lane.name, "gap": lane.gap, "burst": lane.burst}
        try:
            if await self._first(_ENTER, values) is not None:
                return 0.0
            row = await self._first(_ROOM_IN, values)
        except _DOWN as problem:
            _tell(problem)
            return await self._alone.enter(lane)
        return max(row[0], _AT_LEAST) if row is not None else _AT_LEAST

    async def slow_down(self, lane: Lane) -> None:
        await self._alone.slow_down(lane)
        values = {"name": lane.name, "gap": lane.gap, "length": SLOW_FOR.total_seconds(), "slowest": SLOWEST}
        await self._told(_SLOW_DOWN, values)

    async def pause(self, bot: str, pause: Pause) -> None:
        await self._alone.pause(bot, pause)
        await self._told(_PAUSE, {"bot": bot, "chat": pause.chat, "at": pause.at, "until": pause.until})

    async def pauses(self, bot: str, now: datetime) -> Sequence[Pause]:
        recent = (pause.c.until > now) | (pause.c.at > now - REMEMBERED)
        try:
            async with asyncio.timeout(_WITHIN), self._engine.connect() as connection:
                rows = (await connection.execute(select(pause).where(pause.c.bot == bot, recent))).all()
        except _DOWN as problem:
            _tell(problem)
            return await self._alone.pauses(bot, now)
        return [Pause(row.chat, row.at, row.until) for row in rows]

    async def _told(self, statement: TextClause, values: Mapping[str, Any]) -> None:
        """What the others did not hear they find out for themselves."""
        try:
            async with asyncio.timeout(_WITHIN), self._engine.connect() as connection:
                await connection.execute(statement, values)
        except _DOWN as problem:
            _tell(problem)

    async def _first(self, statement: TextClause, values: Mapping[str, Any]) -> Row[Any] | Any:
        async with asyncio.timeout(_WITHIN), self._engine.connect() as connection:
            if not self._tidied:
                self._tidied = True
                for forget in _FORGET:
                    await connection.execute(forget)
            return (await connection.execute(statement, values)).first()


def _tell(problem: Exception) -> None:
    log.warning("the pace can't be shared now (%s); this process keeps its own", type(problem).__name__)
