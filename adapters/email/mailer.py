"""Composes, signs and hands over one mail at a time; whether it arrived is told in the core's errors."""

from __future__ import annotations

import asyncio

from adapters.email.client.connection import Envelope, MailRefused
from adapters.email.client.connection_pool import SmtpConnectionPool
from adapters.email.client.refusals import RefusalCounter
from adapters.email.message.dkim_signature import DkimSigner
from adapters.email.message.mail_message import MailHead, mail_bytes
from adapters.email.rendering.mail_content import MailContent
from bot.ports import Clock


class Mailer:
    """The one way out."""

    def __init__(self, pool: SmtpConnectionPool, clock: Clock, signer: DkimSigner | None = None) -> None:
        self._pool = pool
        self._refusals = RefusalCounter(clock)
        self._signer = signer

    async def send(self, head: MailHead, content: MailContent, return_path: str) -> None:
        """Returns once the server took it. Raises ChatUnavailable, RetryLater, NotAuthorised, MessageRejected or
        OutcomeUnknown."""
        raw = await asyncio.to_thread(mail_bytes, head, content, self._signer)
        try:
            await self._pool.send(Envelope(return_path, head.recipient, raw))
        except MailRefused as refused:
            raise self._refusals.error_of(refused.reply, head.key, head.recipient) from None
        self._refusals.accepted(head.key)

    async def check(self) -> str:
        """What is wrong with the way to the server, '' where nothing is."""
        try:
            await self._pool.check()
        except MailRefused as refused:
            return f"The mail server does not take mail from here: {refused.reply}"
        return ""

    async def close(self) -> None:
        await self._pool.close()
