"""Waiting for a moment on a machine whose clock is set while somebody waits."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

import pytest

from adapters import clock
from adapters.clock import SystemClock

DAY = timedelta(days=1)
SOON = timedelta(seconds=0.1)


class ShiftableClock(SystemClock):
    """``moved``: how far it was set forward since it was made."""

    shift = timedelta(0)

    def now(self) -> datetime:
        return super().now() + self.shift


async def test_a_clock_that_is_set_back_keeps_nobody_waiting() -> None:
    machine = ShiftableClock()
    waiting = asyncio.create_task(machine.sleep_until(machine.now() + SOON))
    await asyncio.sleep(0)
    machine.shift = -DAY
    await asyncio.wait_for(waiting, 120)


async def test_a_machine_that_was_suspended_or_set_forward_wakes_whoever_waited(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(clock, "MAX_SLEEP_SECONDS", 0.05)
    machine = ShiftableClock()
    waiting = asyncio.create_task(machine.sleep_until(machine.now() + DAY))
    await asyncio.sleep(0)
    machine.shift = DAY
    await asyncio.wait_for(waiting, 120)


async def test_a_moment_that_is_past_is_not_waited_for() -> None:
    machine = ShiftableClock()
    await asyncio.wait_for(machine.sleep_until(machine.now() - DAY), 120)
