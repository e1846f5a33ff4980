"""Papers, chats and plans for the contract tests."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from adapters.huggingface.capabilities import HUGGING_FACE
from adapters.telegram.capabilities import TELEGRAM
from bot.chats import Chat, ChatAddress, ChatDefaults, ChatKind, Platform
from bot.deliveries import (
    DeliveryKind,
    DeliveryPlan,
    DigestContent,
    Edition,
    PlannedMessage,
    SelectedPaper,
    TopicReasons,
)
from bot.matching import Decision, MatchLocation, MatchReason, Verdict
from bot.papers import Paper, PaperListing
from bot.ports import Storage, StoredDecision
from bot.topics.parser import parse
from paperboy.platforms import CAPABILITIES

TODAY = date(2026, 8, 18)
NOW = datetime(2026, 8, 18, 7, 0, tzinfo=UTC)
LEASE = NOW + timedelta(seconds=60)


def make_paper(paper_id: str = "2608.00001", **facts: Any) -> Paper:
    """A paper with the facts a test cares about."""
    given = {"title": f"Paper {paper_id}", "abstract": "We show something.", "listed_on": TODAY, **facts}
    return Paper(id=paper_id, **given)


def make_listing(paper: Paper, source: str = HUGGING_FACE, day: date | None = None) -> PaperListing:
    return PaperListing(paper, source, day or paper.listed_on)


def make_address(chat: str = "42", platform: Platform = TELEGRAM, thread: str = "") -> ChatAddress:
    return ChatAddress(platform, "7", chat, thread)


async def store_chat(
    storage: Storage,
    address: ChatAddress | None = None,
    *,
    kind: ChatKind = ChatKind.PRIVATE,
    at: datetime = NOW - timedelta(days=30),
    **changes: Any,
) -> Chat:
    """A stored chat, with the fields a test cares about changed."""
    address = address or make_address()
    defaults = ChatDefaults(days=CAPABILITIES[address.platform].default_days)
    async with storage.write() as work:
        opened = await work.chats.get_or_create(address, kind, "A chat", defaults, at)
        chat = replace(opened, **changes)
        await work.chats.save(chat)
        await work.commit()
    return chat


async def store_papers(storage: Storage, *papers: Paper, source: str = HUGGING_FACE) -> None:
    async with storage.write() as work:
        await work.papers.upsert([make_listing(paper, source) for paper in papers], NOW)
        await work.commit()


async def follow_topics(storage: Storage, chat: Chat, *topics: str, day: date = TODAY) -> list[int]:
    """The chat follows the topics from ``day``; returns the ids of the subscriptions."""
    async with storage.write() as work:
        added = [await work.subscriptions.follow(chat.id, parse(topic), day=day, at=NOW) for topic in topics]
        await work.commit()
    return [subscription.id for subscription, _ in added]


REASONS = (MatchReason("diffusion", MatchLocation.TITLE, "diffusion"),)


def make_decision(
    topic_id: int, paper_id: str, verdict: Verdict = Verdict.YES, *, rose: bool = False
) -> StoredDecision:
    reasons = () if verdict is Verdict.NO else REASONS
    return StoredDecision(topic_id, paper_id, Decision(verdict, reasons), rule_version=1, late_match=rose)


async def store_decisions(storage: Storage, *decisions: StoredDecision, revision: int = 100) -> None:
    async with storage.write() as work:
        await work.subscriptions.store_decisions(
            decisions, {each.topic_id: revision for each in decisions}, rule_version=1
        )
        await work.commit()


def make_content(papers: Sequence[str], *, first_number: int = 1, parts: int = 1) -> DigestContent:
    chosen = tuple(SelectedPaper(paper, (TopicReasons("diffusion", REASONS),)) for paper in papers)
    return DigestContent(TODAY, chosen, topic_count=1, first_number=first_number, message_count=parts, listed_count=20)


def make_plan(
    chat: Chat, papers: Sequence[str] = (), *, day: date = TODAY, message_count: int = 1, **changes: Any
) -> DeliveryPlan:
    """The digest of one local day."""
    edition = Edition(chat.id, day, NOW, paper_count=len(papers))
    plan = DeliveryPlan(
        chat_id=chat.id,
        kind=DeliveryKind.DIGEST,
        key=day.isoformat(),
        messages=tuple(
            PlannedMessage(make_content(papers, parts=message_count), part) for part in range(message_count)
        ),
        papers=tuple(papers),
        planned_at=NOW,
        edition=edition,
        next_digest_at=NOW + timedelta(days=1),
        last_local_day=day,
    )
    return replace(plan, **changes)


async def write_plans(storage: Storage, *plans: DeliveryPlan) -> list[int]:
    async with storage.write() as work:
        chats = await work.outbox.store_plans(plans)
        await work.commit()
    return chats
