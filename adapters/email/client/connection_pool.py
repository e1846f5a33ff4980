"""Connections to the mail server, each used for many mails."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Final

import aiosmtplib
from aiosmtplib import SMTP

from adapters.email.client.connection import Envelope, MailRefused, begin_mail, hand_over, open_connection
from adapters.email.client.error_table import Reply, Stage
from adapters.email.client.server_url import SmtpServer

# Together shorter than a send may take (bot.delivery.attempt): what hangs before DATA was surely not sent.
SECONDS_BEFORE_DATA: Final = 15.0
SECONDS_FOR_DATA: Final = 22.0
_SECONDS_TO_TIDY_UP: Final = 1.0
_LOST_CODES: Final = frozenset({0, 421})


class SmtpConnectionPool:
    """As many connections as mails are under way; idle ones are kept for the next."""

    def __init__(
        self,
        server: SmtpServer,
        greeting_name: str,
        *,
        before_data: float = SECONDS_BEFORE_DATA,
        for_data: float = SECONDS_FOR_DATA,
    ) -> None:
        self._server = server
        self._greeting_name = greeting_name
        self._before_data = before_data
        self._for_data = for_data
        self._idle: list[SMTP] = []

    async def send(self, envelope: Envelope) -> None:
        """Returns once the server took responsibility (RFC 5321 6.1). Raises
        :class:`adapters.email.client.connection.MailRefused` where it surely did not, and OutcomeUnknown."""
        connection = await self._begin(envelope)
        try:
            await hand_over(connection, envelope, self._for_data)
        except MailRefused as refused:
            await self._after_refusal(connection, refused)
            raise
        except BaseException:
            connection.close()
            raise
        self._idle.append(connection)

    async def check(self) -> None:
        """Connects, protects the way and logs in, and says goodbye. Raises as :meth:`send` does."""
        try:
            async with asyncio.timeout(self._before_data):
                connection = await open_connection(self._server, self._greeting_name)
        except TimeoutError:
            raise MailRefused(Reply(Stage.CONNECT)) from None
        await _say_goodbye(connection)

    async def close(self) -> None:
        """Ends what is open."""
        idle, self._idle = self._idle, []
        await asyncio.gather(*map(_say_goodbye, idle))

    async def _begin(self, envelope: Envelope) -> SMTP:
        """A connection that waits for the mail. One that lay idle may be gone, so there is a second try with a new
        one."""
        try:
            async with asyncio.timeout(self._before_data):
                while self._idle:
                    try:
                        return await self._begin_on(self._idle.pop(), envelope)
                    except MailRefused as refused:
                        if refused.reply.stage is Stage.RECIPIENT or refused.reply.code not in _LOST_CODES:
                            raise
                return await self._begin_on(await open_connection(self._server, self._greeting_name), envelope)
        except TimeoutError:
            raise MailRefused(Reply(Stage.CONNECT)) from None

    async def _begin_on(self, connection: SMTP, envelope: Envelope) -> SMTP:
        try:
            await begin_mail(connection, envelope)
        except MailRefused as refused:
            await self._after_refusal(connection, refused)
            raise
        except BaseException:
            connection.close()
            raise
        return connection

    async def _after_refusal(self, connection: SMTP, refused: MailRefused) -> None:
        """Kept where only this mail was refused; the next one begins anew."""
        if refused.reply.code in _LOST_CODES or refused.reply.stage is Stage.SENDER:
            connection.close()
            return
        try:
            await connection.rset(timeout=_SECONDS_TO_TIDY_UP)
        except (aiosmtplib.SMTPException, OSError, TimeoutError):
            connection.close()
        else:
            self._idle.append(connection)


async def _say_goodbye(connection: SMTP) -> None:
    with suppress(aiosmtplib.SMTPException, OSError, TimeoutError):
        await connection.quit(timeout=_SECONDS_TO_TIDY_UP)
    connection.close()
