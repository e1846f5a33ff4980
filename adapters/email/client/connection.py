"""One connection to the mail server, opened, and one mail over it, stage by stage.

aiosmtplib's ``sendmail`` hides how far a mail came, and ``send_message`` writes the headers anew and breaks long ones,
so bytes are handed over here command by command.
"""

from __future__ import annotations

import ssl
from collections.abc import Awaitable
from dataclasses import dataclass
from typing import Final, TypeVar

import aiosmtplib
from aiosmtplib import SMTP

from adapters.email.client.error_table import Reply, Stage, parse_enhanced
from adapters.email.client.server_url import Protection, SmtpServer
from bot.errors import OutcomeUnknown

COMMAND_SECONDS: Final = 14.0

T = TypeVar("T")


class MailRefused(Exception):
    """Surely not taken; ``reply`` says at which stage and why."""

    def __init__(self, reply: Reply) -> None:
        super().__init__(str(reply))
        self.reply = reply


@dataclass(frozen=True, slots=True)
class Envelope:
    """A mail as it is handed over: one recipient, and the bytes as they are."""

    sender: str
    recipient: str
    content: bytes


async def open_connection(server: SmtpServer, greeting_name: str) -> SMTP:
    """A connection that is protected and logged in as the operator asked for. Raises :class:`MailRefused`."""
    connection = SMTP(
        hostname=server.host,
        port=server.port,
        username=server.user or None,
        password=server.password or None,
        local_hostname=greeting_name,
        timeout=COMMAND_SECONDS,
        use_tls=server.protection is Protection.TLS,
        # None, the library's default, goes on in the clear: right only where nothing has to be protected.
        start_tls={Protection.STARTTLS: True, Protection.OPPORTUNISTIC: None}.get(server.protection, False),
        # Where TLS is taken as it comes, a relay's own certificate is better than none.
        validate_certs=server.protection is not Protection.OPPORTUNISTIC,
    )
    try:
        await _at_stage(Stage.CONNECT, connection.connect())
    except BaseException:
        connection.close()
        raise
    return connection


async def begin_mail(connection: SMTP, envelope: Envelope) -> None:
    """Everything before the mail itself. Raises :class:`MailRefused`."""
    await _at_stage(Stage.SENDER, connection.mail(envelope.sender))
    await _at_stage(Stage.RECIPIENT, connection.rcpt(envelope.recipient))


async def hand_over(connection: SMTP, envelope: Envelope, seconds: float) -> None:
    """The mail itself. Raises :class:`MailRefused`, or OutcomeUnknown where no reply came: the server may have it."""
    try:
        await connection.data(envelope.content, timeout=seconds)
    except aiosmtplib.SMTPResponseException as error:
        raise MailRefused(_reply(Stage.DATA, error)) from None
    except (aiosmtplib.SMTPException, OSError, TimeoutError) as error:
        raise OutcomeUnknown(f"{type(error).__name__} after DATA") from None


async def _at_stage(stage: Stage, step: Awaitable[T]) -> T:
    """The library's errors as ours; a lost connection is no reply."""
    try:
        return await step
    except aiosmtplib.SMTPAuthenticationError as error:
        raise MailRefused(_reply(Stage.LOGIN, error)) from None
    except aiosmtplib.SMTPResponseException as error:
        raise MailRefused(_reply(stage, error)) from None
    except (OSError, TimeoutError) as error:
        about_tls = isinstance(error, ssl.SSLError) or isinstance(error.__cause__, ssl.SSLError)
        raise MailRefused(Reply(Stage.LOGIN if about_tls else Stage.CONNECT)) from None
    except aiosmtplib.SMTPException:  # no STARTTLS, or no way to log in
        raise MailRefused(Reply(Stage.LOGIN)) from None


def _reply(stage: Stage, error: aiosmtplib.SMTPResponseException) -> Reply:
    return Reply(stage, error.code, parse_enhanced(error.message))
