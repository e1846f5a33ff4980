"""In what the local chat differs from other platforms."""

from __future__ import annotations

from typing import Final

from bot.chats import ChatAddress, PersonAddress, Platform
from bot.ports import PlatformCapabilities

LOCAL: Final = Platform("local")
LOCAL_CHAT: Final = ChatAddress(LOCAL, "", "local")
LOCAL_PERSON: Final = PersonAddress(LOCAL, "", "local")


def _spell_address(address: ChatAddress) -> tuple[str, ...]:
    """There is one."""
    return (address.platform,)


CAPABILITIES: Final = PlatformCapabilities(samples=True, keeps_conversation=True, spell_address=_spell_address)
