"""Rich messages to servers that have them; everything has a plain form for where one can't be shown."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import TYPE_CHECKING

from telegram import Message

from adapters.telegram.client.rate_limiter import TurnState
from adapters.telegram.rendering.outgoing_messages import OutgoingMessage
from adapters.telegram.replies.rich_refusals import RichRejected
from bot.errors import DeliveryError

if TYPE_CHECKING:
    from adapters.telegram.replies.sender import MessageSender, Target, TelegramMessageRef

log = logging.getLogger(__name__)


class RichSender:
    """Sends rich messages; a server that was found to have none is not asked again until the next start."""

    def __init__(self, sender: MessageSender) -> None:
        self._sender = sender
        self._missing = False

    async def post(self, target: Target, outgoing: OutgoingMessage, turn: TurnState) -> Message:
        """The message, and what follows it. Raises :class:`RichRejected` where it has to go in its plain form."""
        if self._missing or target.ephemeral is not None:
            raise RichRejected("no rich messages here", by_server=self._missing)
        try:
            message = await self._sender.send_rich(target, outgoing, turn)
        except RichRejected as refusal:
            self._note(refusal)
            raise
        if outgoing.rich is not None and outgoing.rich.below is not None:
            await self._post_below(replace(target, silent=True, reply_to=0), outgoing.rich.below)
        return message

    async def edit(self, posted: TelegramMessageRef, outgoing: OutgoingMessage) -> bool:
        """In place, in the plain form where the rich one can't be shown; False where neither can."""
        try:
            if not self._missing and not posted.ephemeral_id:
                return await self._sender.edit_rich(posted, outgoing)
        except RichRejected as refusal:
            self._note(refusal)
        plain = outgoing.rich.plain if outgoing.rich else ()
        return len(plain) == 1 and await self._sender.edit(posted, plain[0])

    def _note(self, refusal: RichRejected) -> None:
        if refusal.by_server and not self._missing:
            log.warning("this Bot API server has no rich messages: everything goes in its plain form")
        self._missing = self._missing or refusal.by_server

    async def _post_below(self, target: Target, outgoing: OutgoingMessage) -> None:
        """Where this fails it is left out: the message stands there and is never sent again."""
        try:
            await self._sender.post(target, outgoing)
        except DeliveryError as error:
            log.warning("the way back below a rich message was left out: %s", error.reason)
