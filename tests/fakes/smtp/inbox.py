"""A real mail server library with a mailbox for everybody."""

from __future__ import annotations

import asyncio
import email
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import default
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session


@dataclass
class MailInbox:
    """What arrived, in order. ``lose_reply``: so many mails are taken and the connection breaks before anybody is
    told. ``refused``: what is said to mail for an address."""

    envelopes: list[Envelope] = field(default_factory=list)
    lose_reply: int = 0
    refused: dict[str, str] = field(default_factory=dict)
    port: int = 0

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address in self.refused:
            return self.refused[address]
        envelope.rcpt_tos.append(address)
        return "250 ok"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        self.envelopes.append(envelope)
        if self.lose_reply:
            self.lose_reply -= 1
            server.transport.abort()  # type: ignore[union-attr]  # connected
        return "250 taken"

    @property
    def mails(self) -> list[EmailMessage]:
        return [read_mail(envelope.content) for envelope in self.envelopes]

    def to(self, address: str) -> list[EmailMessage]:
        return [mail for mail in self.mails if mail["To"] == address]


def read_mail(content: Any) -> EmailMessage:
    """The mail as a reader's program takes it apart."""
    found = email.message_from_bytes(content, policy=default)
    assert isinstance(found, EmailMessage)
    return found


def text_of(mail: EmailMessage) -> str:
    """The plain text, lines unwrapped."""
    part = mail.get_body(("plain",))
    assert part is not None
    return " ".join(part.get_content().split())


def html_of(mail: EmailMessage) -> str:
    part = mail.get_body(("html",))
    assert part is not None
    return str(part.get_content())


@asynccontextmanager
async def open_inbox() -> AsyncIterator[MailInbox]:
    """On a free port of loopback."""
    inbox, loop = MailInbox(), asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(inbox, hostname="relay.test", loop=loop), "127.0.0.1", 0)
    inbox.port = server.sockets[0].getsockname()[1]
    try:
        yield inbox
    finally:
        server.close()
