"""In what webhooks differ from other platforms."""

from __future__ import annotations

from secrets import token_hex
from typing import Final

from bot.chats import ChatAddress, Platform
from bot.ports import PlatformCapabilities

WEBHOOK: Final = Platform("webhook")
_ADDRESS_BYTES: Final = 8

CAPABILITIES: Final = PlatformCapabilities(cards_in_place=False, bare_commands=True)


def new_address() -> ChatAddress:
    """A random name: the URL may hold a secret, and the name of a chat stands in logs."""
    return ChatAddress(WEBHOOK, "", token_hex(_ADDRESS_BYTES))
