"""*Send me today's now*: a digest on demand, entered in the ledger like any other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from bot.chats import Chat, Subscription
from bot.decisions.muting import without_muted
from bot.decisions.on_the_fly import find_matches
from bot.deliveries import DeliveryKind, DeliveryPlan, EmptyReason
from bot.due import local_day
from bot.matching import MatchReason
from bot.papers import Paper
from bot.planning.edition import DIGEST_EXPIRES_AFTER, DueChat, digest_messages
from bot.planning.superseding import candidates_of_superseded, papers_of_unsent
from bot.ports import Candidate, PaperIndex, PlatformCapabilities, Storage, UnitOfWork
from bot.topics.formatter import format_topic


@dataclass(frozen=True, slots=True)
class OnDemandResult:
    """What was planned: how many papers of which list day (UTC), of how many that were listed; or why none."""

    paper_count: int
    day: date | None = None
    listed_count: int = 0
    empty_reason: EmptyReason | None = None


async def plan_on_demand(
    storage: Storage, index: PaperIndex, chat: Chat, now: datetime, capabilities: PlatformCapabilities
) -> OnDemandResult:
    """Plans a digest of the newest list day that has papers, whenever the topics were added; what the chat got before
    is left out, and a digest that still waits to be sent is superseded. Idempotent: a second call finds nothing new."""
    async with storage.read() as work:
        subscriptions = await work.subscriptions.of_chat(chat.id)
        newest = await work.papers.days_with_papers(now.date(), 1)
    if not newest or not subscriptions:
        return OnDemandResult(
            0, empty_reason=EmptyReason.NOT_LISTED_YET if subscriptions else EmptyReason.NOTHING_MATCHED
        )
    day = newest[0]
    found = await _find_candidates(storage, index, subscriptions, day, samples=capabilities.samples)
    async with storage.write() as work:
        listed = (await work.papers.count_listed(day, day)).get(day, 0)
        due = await _without_already_sent(work, chat, subscriptions, found, capabilities)
        if not due.candidates:
            return OnDemandResult(0, day, listed, EmptyReason.NOTHING_NEW if found else EmptyReason.NOTHING_MATCHED)
        planned = await work.outbox.store_plans([_delivery_plan(due, now, {day: listed})])
        await work.commit()
    return OnDemandResult(
        len(due.candidates) if planned else 0, day, listed, None if planned else EmptyReason.NOTHING_NEW
    )


async def _find_candidates(
    storage: Storage, index: PaperIndex, subscriptions: Sequence[Subscription], day: date, *, samples: bool
) -> list[Candidate]:
    """The day's papers with every topic of the chat that matches them."""
    papers: dict[str, Paper] = {}
    reasons: dict[str, list[tuple[str, tuple[MatchReason, ...]]]] = {}
    for subscription in subscriptions:
        for match in await find_matches(storage, index, subscription.topic, day, day):
            if match.paper.sample and not samples:
                continue
            papers[match.paper.id] = match.paper
            reasons.setdefault(match.paper.id, []).append((format_topic(subscription.topic), match.decision.reasons))
    return [Candidate(paper, tuple(reasons[paper.id])) for paper in papers.values()]


async def _without_already_sent(
    work: UnitOfWork,
    chat: Chat,
    subscriptions: Sequence[Subscription],
    found: Sequence[Candidate],
    capabilities: PlatformCapabilities,
) -> DueChat:
    """What the chat has not got, together with what is planned for it but not yet being sent."""
    unsent = (await work.outbox.unsent_digests([chat.id])).get(chat.id, [])
    sent = await work.outbox.sent_papers(chat.id, [candidate.paper.id for candidate in found])
    new = without_muted(chat.settings, [candidate for candidate in found if candidate.paper.id not in sent])
    if not new:
        return DueChat(chat, tuple(subscriptions), capabilities=capabilities)
    topics = {format_topic(subscription.topic) for subscription in subscriptions}
    papers = await papers_of_unsent(work, unsent)
    superseded = [candidate for old in unsent for candidate in candidates_of_superseded(old, papers, topics)]
    every = (*new, *without_muted(chat.settings, superseded))
    return DueChat(chat, tuple(subscriptions), every, tuple(old.id for old in unsent), capabilities=capabilities)


def _delivery_plan(due: DueChat, now: datetime, listed: Mapping[date, int]) -> DeliveryPlan:
    parts = digest_messages(due, local_day(due.chat.settings, now), listed, on_demand=True)
    papers = tuple(candidate.paper.id for candidate in due.candidates)
    return DeliveryPlan(
        due.chat.id,
        DeliveryKind.DIGEST,
        f"asked:{now.isoformat()}",
        parts,
        papers,
        now,
        supersedes=due.supersedes,
        expires_at=now + DIGEST_EXPIRES_AFTER,
    )
