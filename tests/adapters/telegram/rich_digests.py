"""Digests as rich messages, checked as the server checks them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from adapters.telegram.capabilities import CAPABILITIES
from adapters.telegram.rendering.keyboard import NO_DEEP_LINKS, DeepLinkPolicy
from adapters.telegram.rendering.outgoing_messages import OutgoingMessage, outgoing_messages
from bot.chats import Chat, ChatKind, ChatSettings, Look
from bot.deliveries import DigestContent
from bot.papers import Paper
from bot.planning.selection import select_papers
from bot.rendering.digest import render_content
from bot.views import View
from tests.bot.factories import TUESDAY, make_candidate, make_chat
from tests.fakes.telegram.rich import RichContent, rich_content

RICH = replace(CAPABILITIES, rich_messages=True)
BOT_API = (10, 5)


def rich_chat(kind: ChatKind = ChatKind.PRIVATE, **settings: Any) -> Chat:
    chosen: dict[str, Any] = {"zone": "Europe/Berlin", "look": Look.RICH, "look_since": date(2026, 8, 1)} | settings
    return make_chat(kind, settings=ChatSettings(**chosen))


def rich_digest_view(papers: Sequence[Paper], chat: Chat, *topics: str, delivery_id: int = 12) -> View:
    """The digest of these papers, spread over the topics."""
    named = topics or ("diffusion",)
    candidates = [make_candidate(paper, named[place % len(named)]) for place, paper in enumerate(papers)]
    selected = select_papers(candidates, chat.settings.summary_count)
    content = DigestContent(TUESDAY, selected, len(named), listed_count=len(papers) + 3)
    return render_content(content, {one.id: one for one in papers}, chat, delivery_id, capabilities=RICH)


async def no_room(command: str) -> str:
    return ""


async def sent_parts(view: View, kind: ChatKind = ChatKind.PRIVATE) -> list[OutgoingMessage]:
    links = NO_DEEP_LINKS if kind.personal else DeepLinkPolicy("PaperboyBot", in_own_chat=True)
    return await outgoing_messages(view, no_room, links)


async def checked(view: View, kind: ChatKind = ChatKind.PRIVATE) -> RichContent:
    """What the stand-in makes of it; raises its refusal, and AssertionError where it was not rich at all."""
    parts = await sent_parts(view, kind)
    assert len(parts) == 1
    assert parts[0].rich is not None, "rendered plain"
    return rich_content(parts[0].rich.message, BOT_API)
