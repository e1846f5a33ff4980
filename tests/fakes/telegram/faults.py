"""Scripted faults: what a network or a tired server does to the next requests of a method."""

from __future__ import annotations

import asyncio
import dataclasses
from typing import Literal

from tests.fakes.telegram.parameters import BotApiCall
from tests.fakes.telegram.refusals import TelegramRefusal

FaultKind = Literal["status", "garbage", "cut", "drop", "hold", "refuse"]
GARBAGE = "<html><head><title>502 Bad Gateway</title></head><body><center>nginx</center></body></html>"


class HeldAnswer:
    """A request whose answer waits until the test lets it go."""

    def __init__(self) -> None:
        self._arrived = asyncio.Event()
        self._released = asyncio.Event()

    async def arrived(self, timeout: float = 60) -> None:
        """Wait until the request is here."""
        async with asyncio.timeout(timeout):
            await self._arrived.wait()

    def release(self) -> None:
        self._released.set()

    async def wait(self, longest: float | None = None) -> None:
        """The server's side: say that the request is here and wait to be let go."""
        self._arrived.set()
        try:
            async with asyncio.timeout(longest):
                await self._released.wait()
        except TimeoutError:
            pass


@dataclasses.dataclass(slots=True)
class TelegramFault:
    """What happens to the next `times` requests of `method` (`*` for any but polls).

    With `accepted` the request is carried out first, so that a message stands in the chat although the bot
    never hears of it.
    """

    method: str
    what: FaultKind
    times: int = 1
    accepted: bool = False
    chat_id: int | None = None
    status: int = 500
    refusal: TelegramRefusal | None = None
    hold: HeldAnswer = dataclasses.field(default_factory=HeldAnswer)
    seconds: float | None = None
    """Longest time that a held answer waits."""

    def concerns(self, call: BotApiCall) -> bool:
        method = call.method if self.method != "*" or call.method == "getUpdates" else "*"
        in_chat = self.chat_id is None or str(call.value("chat_id")) == str(self.chat_id)
        return self.times > 0 and method == self.method and in_chat


class TelegramFaults:
    """The faults that a test has scripted, taken in the order in which they were scripted."""

    def __init__(self) -> None:
        self._scripted: list[TelegramFault] = []

    def add(self, fault: TelegramFault) -> TelegramFault:
        self._scripted.append(fault)
        return fault

    def take(self, call: BotApiCall) -> TelegramFault | None:
        """The fault for this request, used up by one."""
        fault = next((each for each in self._scripted if each.concerns(call)), None)
        if fault is not None:
            fault.times -= 1
        return fault

    def clear(self) -> None:
        """Forget all that is still scripted and let held requests go."""
        for fault in self._scripted:
            fault.hold.release()
        self._scripted.clear()
