"""A test's clock leaps when its own loop waits for nothing but time, whatever other loops left behind."""

from __future__ import annotations

import asyncio

from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from tests.fakes.idle import Idle

A_MOMENT = 0.01


async def leave_a_connection_open(kept: list[object]) -> None:
    engine = create_async_engine("sqlite+aiosqlite://")
    connection = await engine.connect()
    await connection.execute(text("SELECT 1"))
    kept += [engine, connection]


async def idle_after_a_while() -> bool:
    idle = Idle.of_this_loop()
    async with asyncio.timeout(60):
        while not await idle.for_a_while(A_MOMENT):
            pass
    return True


def test_a_connection_that_another_loop_never_gave_back_holds_up_no_clock() -> None:
    kept: list[object] = []
    asyncio.run(leave_a_connection_open(kept))
    assert asyncio.run(idle_after_a_while())


async def test_a_transaction_of_this_loop_does() -> None:
    engine = create_async_engine("sqlite+aiosqlite://")
    async with engine.connect() as connection:
        await connection.execute(text("SELECT 1"))
        assert not any([await Idle.of_this_loop().for_a_while(A_MOMENT) for _ in range(5)])
    assert await idle_after_a_while()
    await engine.dispose()
