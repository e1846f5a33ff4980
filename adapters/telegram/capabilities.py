"""In what Telegram differs from other platforms."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from bot.chats import ChatAddress, Platform
from bot.errors import UnavailableReason
from bot.ports import PlatformCapabilities

TELEGRAM: Final = Platform("telegram")


def _spell_address(address: ChatAddress) -> tuple[str, ...]:
    """Without the bot, which settings never name; a chat without its thread means all of its threads."""
    chat = f"{address.platform}:{address.chat}"
    return (f"{chat}/{address.thread}", chat) if address.thread else (chat,)


CAPABILITIES: Final = PlatformCapabilities(
    # One message a second in a private chat, 20 a minute in a group: core.telegram.org/bots/faq
    private_interval=timedelta(seconds=1.05),
    shared_interval=timedelta(seconds=3.2),
    announced_ends=frozenset(
        {
            UnavailableReason.KICKED,
            UnavailableReason.NOT_A_MEMBER,
            UnavailableReason.NO_RIGHT_TO_POST,
            UnavailableReason.THREAD_CLOSED,
        }
    ),
    pictures=True,
    rich_messages=True,
    chat_links=True,
    remote_management=True,
    spell_address=_spell_address,
)
