"""What was sent is written and what comes next is taken, for everybody who asks at the same time, in one commit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from bot.chats import Chat, Platform
from bot.deliveries import Delivery, Result
from bot.digests.together import Together
from bot.ports import Clock, Storage, UnitOfWork

# Longer than a send may take with everything around it: who is still sending then is no longer there.
LEASE: Final = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Somebody took a turn in this workspace and would send a delivery."""

    platform: Platform
    workspace: str


@dataclass(frozen=True, slots=True)
class Taken:
    """A delivery that is marked as being sent, with the chat it goes to; None for one that was erased just now."""

    delivery: Delivery
    chat: Chat | None


Asked = Wanted | Result


class Books:
    """The outbox of one process, which is known there as ``owner``."""

    def __init__(self, storage: Storage, clock: Clock, owner: str) -> None:
        self._storage = storage
        self._clock = clock
        self._owner = owner
        self._together: Together[Asked, Taken | None] = Together(self._do)

    async def take(self, wanted: Wanted) -> Taken | None:
        """The next delivery, marked as being sent; None where there is none to be had."""
        return await self._together.ask(wanted)

    async def write(self, result: Result) -> None:
        """Writes how a try ended."""
        await self._together.ask(result)

    async def _do(self, asked: Sequence[Asked]) -> Sequence[Taken | None]:
        # What was known of a delivery first was known for sure; that it was broken off after that changes nothing.
        results = {each.delivery_id: each for each in reversed(asked) if isinstance(each, Result)}
        wanted = Counter(each for each in asked if isinstance(each, Wanted))
        async with self._storage.write() as work:
            if results:
                await work.outbox.settle(list(results.values()), self._owner)
            taken = {each: await self._take(work, each, turns) for each, turns in wanted.items()}
            await work.commit()
        return [taken[each].pop(0) if isinstance(each, Wanted) and taken[each] else None for each in asked]

    async def _take(self, work: UnitOfWork, wanted: Wanted, turns: int) -> list[Taken]:
        now = self._clock.now()
        claimed = await work.outbox.claim(
            wanted.platform,
            owner=self._owner,
            now=now,
            lease_until=now + LEASE,
            limit=turns,
            workspace=wanted.workspace,
        )
        chats: Mapping[int, Chat] = {}
        if claimed:
            chats = await work.chats.several([delivery.chat_id for delivery in claimed])
        return [Taken(delivery, chats.get(delivery.chat_id)) for delivery in claimed]
