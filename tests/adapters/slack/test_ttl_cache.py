"""What Slack told a while ago is not kept for ever: a process may serve thousands of workspaces for months."""

from __future__ import annotations

import gc
import weakref
from datetime import UTC, datetime, timedelta

from adapters.slack.directory.ttl_cache import TTL, TtlCache
from tests.fakes.ports import FakeClock


class CachedAnswer:
    """An answer of Slack's."""


async def test_what_is_old_is_forgotten_when_something_new_is_asked() -> None:
    clock = FakeClock(datetime(2026, 8, 24, tzinfo=UTC))

    async def ask(key: str) -> CachedAnswer:
        return CachedAnswer()

    remembered = TtlCache(ask, clock)
    old, bot = weakref.ref(await remembered.get("U1")), weakref.ref(await remembered.get(""))
    clock.move_to(clock.now() + TTL / 2)
    assert await remembered.get("U1") is old()
    clock.move_to(clock.now() + TTL / 2 + timedelta(seconds=1))
    await remembered.get("U2")
    gc.collect()
    assert (old(), bot()) == (None, None)
