"""What many ask for at the same time is done in one go: a commit costs the same for one message as for fifty."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Final, Generic, TypeVar

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
