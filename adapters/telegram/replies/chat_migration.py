"""Groups that became supergroups, which have a new id then."""

from __future__ import annotations

from telegram import Bot

from adapters.telegram.events.events import ChatRef
from bot.chats import ChatKind
from bot.ports import ChatEvents


class ChatMigrations:
    """Tells of moves, and remembers who is an heir: it was introduced to already."""

    def __init__(self, bot: Bot, news: ChatEvents) -> None:
        self._bot = bot
        self._news = news
        self._heirs: set[int] = set()

    async def record(self, old: int, new: int) -> None:
        """The chat ``old`` goes on as ``new``, with all that was set for it."""
        self._heirs.add(new)
        await self._news.on_migrated(*(ChatRef(each, ChatKind.GROUP).address(self._bot.id) for each in (old, new)))

    def is_migrated(self, chat_id: int) -> bool:
        return chat_id in self._heirs
