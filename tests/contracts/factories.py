"""Papers, chats and plans for the contract tests."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from bot.chats import Chat, ChatAddress, ChatDefaults, ChatKind, Platform
from bot.deliveries import Chosen, DeliveryKind, DigestContent, Edition, Plan, PlannedPart, TopicReasons
from bot.matching import Decision, Place, Reason, Verdict
from bot.papers import HUGGING_FACE, Listed, Paper
from bot.ports import Decided, Storage
from bot.topics.parser import parse

TODAY = date(2026, 8, 18)
NOW = datetime(2026, 8, 18, 7, 0, tzinfo=UTC)
LEASE = NOW + timedelta(seconds=60)


def a_paper(paper_id: str = "2608.00001", **facts: Any) -> Paper:
    """A paper with the facts a test cares about."""
    given = {"title": f"Paper {paper_id}", "abstract": "We show something.", "listed_on": TODAY, **facts}
    return Paper(id=paper_id, **given)


def listed(paper: Paper, source: str = HUGGING_FACE, day: date | None = None) -> Listed:
    return Listed(paper, source, day or paper.listed_on)


def an_address(chat: str = "42", platform: Platform = Platform.TELEGRAM, thread: str = "") -> ChatAddress:
    return ChatAddress(platform, "7", chat, thread)


async def a_chat(
    storage: Storage,
    address: ChatAddress | None = None,
    *,
    kind: ChatKind = ChatKind.PRIVATE,
    at: datetime = NOW - timedelta(days=30),
    **changes: Any,
) -> Chat:
    """A stored chat, with the fields a test cares about changed."""
    async with storage.write() as work:
        opened = await work.chats.open(address or an_address(), kind, "A chat", ChatDefaults(), at)
        chat = replace(opened, **changes)
        await work.chats.save(chat)
        await work.commit()
    return chat


async def some_papers(storage: Storage, *papers: Paper, source: str = HUGGING_FACE) -> None:
    async with storage.write() as work:
        await work.papers.upsert([listed(paper, source) for paper in papers], NOW)
        await work.commit()


async def following(storage: Storage, chat: Chat, *topics: str, day: date = TODAY) -> list[int]:
    """The chat follows the topics from ``day``; returns the ids of the subscriptions."""
    async with storage.write() as work:
        added = [await work.topics.follow(chat.id, parse(topic), day=day, at=NOW) for topic in topics]
        await work.commit()
    return [subscription.id for subscription, _ in added]


REASONS = (Reason("diffusion", Place.TITLE, "diffusion"),)


def decided(topic_id: int, paper_id: str, verdict: Verdict = Verdict.YES, *, rose: bool = False) -> Decided:
    reasons = () if verdict is Verdict.NO else REASONS
    return Decided(topic_id, paper_id, Decision(verdict, reasons), rule=1, rose=rose)


async def record(storage: Storage, *decisions: Decided, revision: int = 100) -> None:
    async with storage.write() as work:
        await work.topics.record(decisions, {each.topic_id: revision for each in decisions}, rule=1)
        await work.commit()


def content(papers: Sequence[str], *, first_number: int = 1, parts: int = 1) -> DigestContent:
    chosen = tuple(Chosen(paper, (TopicReasons("diffusion", REASONS),)) for paper in papers)
    return DigestContent(TODAY, chosen, topics=1, first_number=first_number, parts=parts, listed=20)


def a_plan(chat: Chat, papers: Sequence[str] = (), *, day: date = TODAY, messages: int = 1, **changes: Any) -> Plan:
    """The digest of one local day."""
    edition = Edition(chat.id, day, NOW, papers=len(papers))
    plan = Plan(
        chat_id=chat.id,
        kind=DeliveryKind.DIGEST,
        key=day.isoformat(),
        parts=tuple(PlannedPart(content(papers, parts=messages), part) for part in range(messages)),
        papers=tuple(papers),
        planned_at=NOW,
        edition=edition,
        next_digest_at=NOW + timedelta(days=1),
        last_local_day=day,
    )
    return replace(plan, **changes)


async def planned(storage: Storage, *plans: Plan) -> list[int]:
    async with storage.write() as work:
        chats = await work.outbox.plan(plans)
        await work.commit()
    return chats
