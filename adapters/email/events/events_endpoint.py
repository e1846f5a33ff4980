"""``POST /mail/events``: a mail server hands over a report as it came, with the secret of ``MAIL_EVENTS_SECRET``."""

from __future__ import annotations

import asyncio
import hmac
from typing import Final

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from adapters.email.events.reports import Bounce, Complaint, parse_report
from adapters.email.links import LinkPurpose
from adapters.email.pages.chat_pages import ChatPages
from adapters.email.subscribing.signups import command_call
from bot.errors import UnavailableReason
from bot.ports import ChatEvents, CommandHandler

MAX_REPORT_BYTES: Final = 1_000_000


class EventsEndpoint:
    """A mailbox that is not there pauses its mails with the reason; a complaint ends them at once."""

    def __init__(self, secret: str, chats: ChatPages, events: ChatEvents, handler: CommandHandler) -> None:
        self._authorization = f"Bearer {secret}".encode() if secret else b""
        self._chats = chats
        self._events = events
        self._handler = handler

    async def answer(self, request: Request) -> Response:
        """204 whatever the report says, so that no server sends it again."""
        given = request.headers.get("Authorization", "").encode()
        if not self._authorization or not hmac.compare_digest(given, self._authorization):
            return PlainTextResponse("Not with that secret.", 403)
        raw = b""
        async for piece in request.stream():
            raw += piece
            if len(raw) > MAX_REPORT_BYTES:
                return PlainTextResponse("That is too long.", 413)
        await self._take(await asyncio.to_thread(parse_report, raw))
        return Response(status_code=204)

    async def _take(self, report: Bounce | Complaint | None) -> None:
        match report:
            case Bounce(token):
                _, chat = await self._chats.chat_of(LinkPurpose.BOUNCE, token)
                if chat is not None:
                    await self._events.on_unavailable(chat.address, UnavailableReason.NO_MAILBOX)
            case Complaint(token):
                _, chat = await self._chats.chat_of(LinkPurpose.UNSUBSCRIBE, token)
                if chat is not None:
                    await self._handler(command_call(chat.address.chat, "unsubscribe", "all"))
