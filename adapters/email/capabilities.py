"""In what mail differs from other platforms."""

from __future__ import annotations

from typing import Final

from bot.chats import ChatAddress, PersonAddress, Platform
from bot.ports import PlatformCapabilities

EMAIL: Final = Platform("email")
# More connections gain nothing, and a relay may count them.
MAX_CONNECTIONS: Final = 4


def chat_address(address: str) -> ChatAddress:
    """The chat of an address, as :class:`adapters.email.addresses.MailAddress` spells it for comparing."""
    return ChatAddress(EMAIL, "", address)


def person_address(address: str) -> PersonAddress:
    """Whoever reads there."""
    return PersonAddress(EMAIL, "", address)


def _spell_address(address: ChatAddress) -> tuple[str, ...]:
    return (f"{address.platform}:{address.chat}",)


def _hide_address(address: ChatAddress) -> str:
    """Until the installation's key is known; with it there is a name for each."""
    return f"{address.platform}:(hidden)"


CAPABILITIES: Final = PlatformCapabilities(
    max_in_flight=MAX_CONNECTIONS,
    cards_in_place=False,
    bare_commands=True,
    spell_address=_spell_address,
    log_address=_hide_address,
)
