"""What is kept out of a chat's digests, in words."""

from __future__ import annotations

from bot.chats import Chat
from bot.digests.muting import muted_topics
from bot.sentences import listing, say
from bot.topics.printed import named
from bot.views import Block, SmallPrint


def still_muted(chat: Chat) -> list[Block]:
    """For the list of topics: what is kept out of them."""
    if not chat.settings.muted:
        return []
    names = [named(topic) for _, topic in muted_topics(chat.settings.muted)]
    return [SmallPrint(say("Muted: {topics}", topics=listing(names)))]
