"""Beginning anew after a pause: the clock starts at now, and what was listed meanwhile is not owed."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.chats import Chat, ChatStatus
from bot.digests.due import next_digest_at


def resumed(chat: Chat, now: datetime, *, follows: bool) -> Chat:
    """The chat as active again; ``follows``: it has a topic, so there is a next digest."""
    return replace(
        chat,
        status=ChatStatus.ACTIVE,
        paused_because="",
        paused_until=None,
        counting_from=now.date(),
        next_digest_at=next_digest_at(chat.settings, now, chat.last_local_day) if follows else None,
    )
