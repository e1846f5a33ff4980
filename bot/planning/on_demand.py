"""*Send me today's now*: a digest on demand, entered in the ledger like any other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from bot.chats import Chat, Platform, Subscription
from bot.decisions.muting import let_through
from bot.decisions.on_the_fly import matches
from bot.deliveries import DeliveryKind, EmptyReason, Plan
from bot.due import local_day
from bot.matching import Reason
from bot.papers import Paper
from bot.planning.edition import EXPIRES_AFTER, DueChat, digest_parts
from bot.planning.superseding import candidates_of, waiting_papers
from bot.ports import Candidate, PaperIndex, Storage, Traits, UnitOfWork
from bot.topics.formatter import printed


@dataclass(frozen=True, slots=True)
class PlannedNow:
    """What was planned: how many papers of which list day (UTC), of how many that were listed; or why none."""

    papers: int
    day: date | None = None
    listed: int = 0
    empty: EmptyReason | None = None


async def plan_now(
    storage: Storage, index: PaperIndex, chat: Chat, now: datetime, traits: Traits | None = None
) -> PlannedNow:
    """Plans a digest of the newest list day that has papers, whenever the topics were added; what the chat got before
    is left out, and a digest that still waits to be sent goes with it. Asked twice, the second finds nothing new."""
    async with storage.read() as work:
        subscriptions = await work.topics.of_chat(chat.id)
        newest = await work.papers.days_with_papers(now.date(), 1)
    if not newest or not subscriptions:
        return PlannedNow(0, empty=EmptyReason.NOT_LISTED_YET if subscriptions else EmptyReason.NOTHING_MATCHED)
    day = newest[0]
    found = await _found(storage, index, chat, subscriptions, day)
    async with storage.write() as work:
        listed = (await work.papers.count_listed(day, day)).get(day, 0)
        due = await _new_to_chat(work, chat, subscriptions, found, traits or Traits())
        if not due.candidates:
            return PlannedNow(0, day, listed, EmptyReason.NOTHING_NEW if found else EmptyReason.NOTHING_MATCHED)
        planned = await work.outbox.plan([_plan(due, now, {day: listed})])
        await work.commit()
    return PlannedNow(len(due.candidates) if planned else 0, day, listed, None if planned else EmptyReason.NOTHING_NEW)


async def _found(
    storage: Storage, index: PaperIndex, chat: Chat, subscriptions: Sequence[Subscription], day: date
) -> list[Candidate]:
    """The day's papers with every topic of the chat that matches them."""
    papers: dict[str, Paper] = {}
    reasons: dict[str, list[tuple[str, tuple[Reason, ...]]]] = {}
    for subscription in subscriptions:
        for match in await matches(storage, index, subscription.topic, day, day):
            if match.paper.sample and chat.address.platform is not Platform.LOCAL:
                continue
            papers[match.paper.id] = match.paper
            reasons.setdefault(match.paper.id, []).append((printed(subscription.topic), match.decision.reasons))
    return [Candidate(paper, tuple(reasons[paper.id])) for paper in papers.values()]


async def _new_to_chat(
    work: UnitOfWork, chat: Chat, subscriptions: Sequence[Subscription], found: Sequence[Candidate], traits: Traits
) -> DueChat:
    """What the chat has not got, together with what is on its way to it but not yet being sent."""
    unsent = (await work.outbox.unsent_digests([chat.id])).get(chat.id, [])
    sent = await work.outbox.sent_papers(chat.id, [candidate.paper.id for candidate in found])
    new = let_through(chat.settings, [candidate for candidate in found if candidate.paper.id not in sent])
    if not new:
        return DueChat(chat, tuple(subscriptions), traits=traits)
    topics = {printed(subscription.topic) for subscription in subscriptions}
    papers = await waiting_papers(work, unsent)
    taken = [candidate for old in unsent for candidate in candidates_of(old, papers, topics)]
    every = (*new, *let_through(chat.settings, taken))
    return DueChat(chat, tuple(subscriptions), every, tuple(old.id for old in unsent), traits=traits)


def _plan(due: DueChat, now: datetime, listed: Mapping[date, int]) -> Plan:
    parts = digest_parts(due, local_day(due.chat.settings, now), listed, asked_for=True)
    papers = tuple(candidate.paper.id for candidate in due.candidates)
    return Plan(
        due.chat.id,
        DeliveryKind.DIGEST,
        f"asked:{now.isoformat()}",
        parts,
        papers,
        now,
        takes_over=due.takes_over,
        expires_at=now + EXPIRES_AFTER,
    )
