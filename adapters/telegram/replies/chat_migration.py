"""Groups that became supergroups, which have a new id then."""

from __future__ import annotations

from telegram import Bot

from adapters.telegram.events.events import ChatRef
from bot.chats import ChatKind
from bot.ports import ChatEvents


class ChatMigrations:
    """Reports migrations, and remembers the new ids: a migrated group was greeted under its old id."""

    def __init__(self, bot: Bot, chat_events: ChatEvents) -> None:
        self._bot = bot
        self._chat_events = chat_events
        self._migrated: set[int] = set()

    async def record(self, old: int, new: int) -> None:
        """The chat ``old`` goes on as ``new``, with all that was set for it."""
        self._migrated.add(new)
        await self._chat_events.on_migrated(
            *(ChatRef(each, ChatKind.GROUP).address(self._bot.id) for each in (old, new))
        )

    def is_migrated(self, chat_id: int) -> bool:
        return chat_id in self._migrated
