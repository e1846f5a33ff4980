"""In a private chat with the bot, by the real library."""

from __future__ import annotations

from itertools import chain

from tests.e2e.journeys.reader import find_label
from tests.fakes.telegram import PrivateChat, TelegramMessage


class TelegramReader:
    """Implements :class:`tests.e2e.journeys.reader.Reader`."""

    def __init__(self, chat: PrivateChat) -> None:
        self._chat = chat
        self._read: set[int] = set()

    async def ask(self, line: str) -> str:
        return self._show(await self._chat.ask(line))

    async def press(self, label: str) -> str:
        offering = (each for each in reversed(self._chat.messages) if find_label(_labels(each), label))
        message = next(offering, None)
        assert message, f"no button {label!r}, only {[_labels(each) for each in self._chat.messages]}"
        happened = len(self._chat.room.activity)
        said = await self._chat.press(find_label(_labels(message), label), on=message)
        if said.text and len(self._chat.room.activity) == happened:
            return said.text
        return self._show(await self._chat.reply())

    async def came(self) -> str:
        return "\n".join(self._show(each) for each in self._chat.messages if each.id not in self._read)

    def _show(self, message: TelegramMessage) -> str:
        self._read.add(message.id)
        file = [message.document.name] if message.document else []
        return "\n".join([message.text, *file, *_labels(message)])


def _labels(message: TelegramMessage) -> list[str]:
    return list(chain.from_iterable(message.buttons))
