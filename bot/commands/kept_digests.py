"""Digests that were sent, shown again from what is kept of them."""

from __future__ import annotations

from bot.commands.command import Asked
from bot.deliveries import Delivery, DigestContent
from bot.errors import UserMistake
from bot.sentences import say

_DIGITS = 18  # more, and no database has such a number


async def kept_delivery(asked: Asked, number: str) -> tuple[Delivery, DigestContent]:
    """The digest with this number and what it holds, if it is this chat's own. Raises UserMistake."""
    known = number.isascii() and number.isdecimal() and len(number) <= _DIGITS
    async with asked.services.storage.read() as work:
        delivery = await work.outbox.get(int(number)) if known else None
    if delivery is not None and delivery.chat_id == asked.chat.id and isinstance(delivery.content, DigestContent):
        return delivery, delivery.content
    raise UserMistake(
        say("I don’t have that digest any more. Its single papers I can still show and explain."),
        suggestions=("today", "topics"),
    )
