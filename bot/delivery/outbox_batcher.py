"""What was sent is written and what comes next is taken, for everybody who asks at the same time, in one commit."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, Generic, TypeVar

from bot.chats import Chat, Platform
from bot.deliveries import Delivery, Result
from bot.ports import Clock, Storage, UnitOfWork

Asked = TypeVar("Asked")
Got = TypeVar("Got")

MOST: Final = 64
ROUNDS: Final = 4


class Together(Generic[Asked, Got]):
    """Calls ``work`` with everything asked for while it was busy, and gives each caller its own part of the answer, or
    the error of the whole."""

    def __init__(self, work: Callable[[Sequence[Asked]], Awaitable[Sequence[Got]]], most: int = MOST) -> None:
        self._work = work
        self._most = most
        self._waiting: list[tuple[Asked, asyncio.Future[Got]]] = []
        self._busy: asyncio.Task[None] | None = None

    async def ask(self, what: Asked) -> Got:
        answer: asyncio.Future[Got] = asyncio.get_running_loop().create_future()
        self._waiting.append((what, answer))
        if self._busy is None or self._busy.done():
            self._busy = asyncio.create_task(self._serve())
        return await answer

    async def _serve(self) -> None:
        while self._waiting:
            for _ in range(ROUNDS):  # whoever is ready in this moment comes along
                await asyncio.sleep(0)
            now, self._waiting = self._waiting[: self._most], self._waiting[self._most :]
            await self._serve_some(now)

    async def _serve_some(self, asked: Sequence[tuple[Asked, asyncio.Future[Got]]]) -> None:
        try:
            got = await self._work([what for what, _ in asked])
        except Exception as problem:
            for _, answer in asked:
                if not answer.done():
                    answer.set_exception(problem)
            return
        for (_, answer), part in zip(asked, got, strict=True):
            if not answer.done():
                answer.set_result(part)


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


Request = Wanted | Result


class Books:
    """The outbox of one process, which is known there as ``owner``."""

    def __init__(self, storage: Storage, clock: Clock, owner: str) -> None:
        self._storage = storage
        self._clock = clock
        self._owner = owner
        self._together: Together[Request, Taken | None] = Together(self._do)

    async def take(self, wanted: Wanted) -> Taken | None:
        """The next delivery, marked as being sent; None where there is none to be had."""
        return await self._together.ask(wanted)

    async def write(self, result: Result) -> None:
        """Writes how a try ended."""
        await self._together.ask(result)

    async def _do(self, asked: Sequence[Request]) -> Sequence[Taken | None]:
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
