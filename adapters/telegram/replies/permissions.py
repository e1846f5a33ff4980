"""Who may change what a chat follows: everyone in their own chat, elsewhere admins."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import Final

from cachetools import TTLCache
from telegram import Bot, ChatMember
from telegram.error import TelegramError

from adapters.telegram.client.errors import safe_cause
from adapters.telegram.events.events import Actor, ChatRef
from bot.ports import Clock

log = logging.getLogger(__name__)

REMEMBERED: Final = timedelta(seconds=60)
MAX_REMEMBERED: Final = 10_000


class PermissionChecker:
    """Asks Telegram for a person's membership in a chat and remembers the answer for a minute."""

    def __init__(self, bot: Bot, clock: Clock) -> None:
        self._bot = bot
        self._known: TTLCache[tuple[int, int], bool, datetime] = TTLCache(MAX_REMEMBERED, REMEMBERED, timer=clock.now)

    async def may_change(self, chat: ChatRef, actor: Actor) -> bool:
        """Whether ``actor`` may change this chat; no while Telegram gives no answer."""
        if chat.kind.personal:
            return True
        if actor.admin is not None:
            return actor.admin
        return await self.is_admin(chat.chat_id, actor.id)

    async def is_admin(self, chat_id: int, user_id: int) -> bool:
        """Whether this account is an admin there; no while Telegram gives no answer."""
        known = self._known.get((chat_id, user_id))
        if known is not None:
            return known
        try:
            member = await self._bot.get_chat_member(chat_id, user_id)
        except TelegramError as error:
            log.warning("can't find out who is an admin: %s", safe_cause(error))
            return False
        admin = member.status in (ChatMember.OWNER, ChatMember.ADMINISTRATOR)
        self._known[chat_id, user_id] = admin
        return admin
