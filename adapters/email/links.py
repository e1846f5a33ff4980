"""Links that lead from a mail to a chat, signed with the installation's key; and what the key is used for besides.

A link's token is the chat's public id, its generation and an HMAC over its purpose, both and further arguments: 128
bits that nobody can guess, made without asking whether the chat exists.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from bot.chats import ChatAddress
from bot.ports import ChatLink, Storage

_MAC_BYTES: Final = 16
_ID_BYTES: Final = 12
_GENERATION_BYTES: Final = 2
_TOKEN_BYTES: Final = _ID_BYTES + _GENERATION_BYTES + _MAC_BYTES


class LinkPurpose(StrEnum):
    """What a link is for; one of another purpose is void there."""

    SETTINGS = "settings"
    UNSUBSCRIBE = "unsubscribe"
    UNDO = "undo"
    PAPER = "paper"
    BOUNCE = "bounce"
    FORM = "form"
    LOG = "log"
    QUOTA = "quota"


@dataclass(frozen=True, slots=True)
class LinkSigner:
    """Signs and checks with one key."""

    key: bytes

    def mac(self, purpose: LinkPurpose, *parts: str) -> bytes:
        """HMAC-SHA256 over the purpose and the parts, none of which can be shifted into another."""
        message = b"".join(len(part.encode()).to_bytes(4, "big") + part.encode() for part in (purpose.value, *parts))
        return hmac.new(self.key, message, hashlib.sha256).digest()[:_MAC_BYTES]

    def token(self, purpose: LinkPurpose, link: ChatLink, *arguments: str) -> str:
        """What stands in a link."""
        raw = bytes.fromhex(link.public_id) + link.generation.to_bytes(_GENERATION_BYTES, "big")
        mac = self.mac(purpose, link.public_id, str(link.generation), *arguments)
        return base64.urlsafe_b64encode(raw + mac).decode()

    def public_id(self, purpose: LinkPurpose, token: str, *arguments: str) -> tuple[str, int] | None:
        """Whose token it is, and of which generation; None for any that was not made by :meth:`token`."""
        raw = _decoded(token)
        if raw is None:
            return None
        public_id = raw[:_ID_BYTES].hex()
        generation = int.from_bytes(raw[_ID_BYTES:-_MAC_BYTES], "big")
        right = self.mac(purpose, public_id, str(generation), *arguments)
        return (public_id, generation) if hmac.compare_digest(right, raw[-_MAC_BYTES:]) else None

    def hashed(self, purpose: LinkPurpose, text: str) -> str:
        """A name for something that must not be written down: 12 hexadecimal digits."""
        return self.mac(purpose, text).hex()[:12]

    def log_address(self, address: ChatAddress) -> str:
        """How logs call an address."""
        return f"{address.platform}:{self.hashed(LinkPurpose.LOG, address.chat)}"


def _decoded(token: str) -> bytes | None:
    try:
        raw = base64.b64decode(token.encode("ascii"), altchars=b"-_", validate=True)
    except (ValueError, binascii.Error):
        return None
    # One spelling each: the last letter has bits to spare.
    known = len(raw) == _TOKEN_BYTES and base64.urlsafe_b64encode(raw).decode() == token
    return raw if known else None


class ChatLinks:
    """The links of stored chats; the key is read once."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage
        self._signer: LinkSigner | None = None

    async def signer(self) -> LinkSigner:
        """With the installation's key, which is made now if it is the first time."""
        if self._signer is None:
            async with self._storage.write() as work:
                self._signer = LinkSigner(await work.signups.installation_key())
                await work.commit()
        return self._signer

    def log_address(self, address: ChatAddress) -> str:
        """How logs call an address; hidden wholly before the key was read."""
        return self._signer.log_address(address) if self._signer else f"{address.platform}:(hidden)"

    async def link_of(self, chat_id: int) -> ChatLink:
        """The chat's link, made at the first time."""
        async with self._storage.read() as work:
            known = await work.signups.known_link(chat_id)
        if known is not None:
            return known
        async with self._storage.write() as work:
            made = await work.signups.link_of(chat_id)
            await work.commit()
        return made

    async def chat_of(self, purpose: LinkPurpose, token: str, *arguments: str) -> ChatLink | None:
        """Whose link it is; None for a wrong, foreign or void one, or where the chat is gone."""
        found = (await self.signer()).public_id(purpose, token, *arguments)
        if found is None:
            return None
        async with self._storage.read() as work:
            link = await work.signups.find_link(found[0])
        return link if link is not None and link.generation == found[1] else None
