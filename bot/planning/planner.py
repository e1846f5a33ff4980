"""Plans what is due: once a local day for each chat, in one commit with everything that follows from it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import chain
from typing import Final

from bot.chats import Chat, EmptyDigestPolicy, Platform
from bot.decisions.materializer import materialize_decisions
from bot.decisions.most_voted import rank_complete_days
from bot.decisions.muting import without_muted
from bot.decisions.on_the_fly import find_matches
from bot.deliveries import DeliveryPlan
from bot.due import next_digest_at, resume_chat
from bot.papers import Paper
from bot.planning.edition import DueChat, WiderMatchEstimate, empty_notice, plan_edition
from bot.planning.empty_day_policy import EmptyNotice, is_last_day_of_week
from bot.planning.source_snapshot import SourceSnapshot, digest_day, load_snapshot, previous_digest_at, should_wait
from bot.planning.superseding import candidates_of_superseded, papers_of_unsent
from bot.planning.weekly_best import ROUNDUP_PERIOD, best_of_the_week
from bot.ports import PaperIndex, PlatformCapabilities, Storage, UnitOfWork
from bot.topics import MatchLevel, Topic
from bot.topics.formatter import format_topic

# Selecting and writing one page blocks the event loop only between chats' plans and statements; a page is also one
# write transaction, so it is kept small for other writers.
PAGE_SIZE: Final = 200
# How far ahead a chat's next moment can lie: it comes round once a week at least.
_EARLY_LOOKAHEAD: Final = timedelta(days=15)
_ESTIMATE_PERIOD: Final = timedelta(weeks=12)
_MAX_ESTIMATES: Final = 200


async def plan_due(
    storage: Storage,
    index: PaperIndex,
    now: datetime,
    capabilities: Mapping[Platform, PlatformCapabilities],
    *,
    early: bool = False,
    first_poll_pending: bool = False,
) -> int:
    """Plans every digest that is due at ``now`` (UTC); returns how many chats were planned.

    Planning the same moment again plans nothing. ``early``: today's digest of every chat that has not had one, without
    waiting for its hour; chats for which there is nothing keep their hour. ``first_poll_pending``: the sources are
    being asked for the first time, so a late one is waited for. Chats paused until now are resumed first.
    """
    await materialize_decisions(storage, now.date())
    await _resume_paused(storage, now)
    snapshot = await load_snapshot(storage, now, first_poll_pending=first_poll_pending)
    await rank_complete_days(storage, snapshot.complete_days, snapshot.day)
    planner = _Planner(
        storage,
        index,
        snapshot,
        capabilities,
        early=early,
    )
    planned, last = 0, 0
    while page := await _load_due_page(storage, now + _EARLY_LOOKAHEAD if early else now, last):
        planned += await planner.plan(page)
        last = page[-1].id
    return planned


class _Planner:
    """One run over all chats that are due; it caches what only depends on the topic or the day."""

    def __init__(
        self,
        storage: Storage,
        index: PaperIndex,
        snapshot: SourceSnapshot,
        capabilities: Mapping[Platform, PlatformCapabilities],
        *,
        early: bool,
    ) -> None:
        self._storage = storage
        self._index = index
        self._snapshot = snapshot
        self._capabilities = capabilities
        self._sample_platforms = frozenset(name for name, each in capabilities.items() if each.samples)
        self._early = early
        self._estimates: dict[str, WiderMatchEstimate] = {}
        self._listed_ids: dict[date, list[str]] = {}
        self._week_matches: dict[str, list[Paper]] = {}

    async def plan(self, chats: Sequence[Chat]) -> int:
        """Plans one page of chats in one commit. What was read for it may change before that: the outbox leaves out a
        plan that no longer fits, and the next run makes it anew."""
        planned_today = [chat for chat in chats if self._already_planned(chat)]
        ready = [
            chat
            for chat in chats
            if not self._already_planned(chat) and (self._early or not should_wait(chat, self._snapshot))
        ]
        async with self._storage.read() as work:
            due = await self._load_due_chats(work, ready)
        plans = [await self._plan(one) for one in due if one.subscriptions]
        if self._early:
            plans = [plan for plan in plans if plan.papers]
        async with self._storage.write() as work:
            planned = await work.outbox.store_plans(plans)
            await _reschedule(work, [] if self._early else planned_today, self._snapshot.now)
            await _unschedule(work, [one.chat for one in due if not one.subscriptions])
            await work.commit()
        return len(planned)

    async def _plan(self, due: DueChat) -> DeliveryPlan:
        await asyncio.sleep(0)  # yields to the event loop: answers to people go before
        due = replace(due, roundup=await self._roundup(due))
        return plan_edition(due, self._snapshot, await self._wider_matches(due))

    async def _roundup(self, due: DueChat) -> tuple[str, ...]:
        """The week's best, for a chat that wants them, on its last day of the week."""
        settings = due.chat.settings
        if (
            not settings.roundup
            or self._early
            or not is_last_day_of_week(due.chat, digest_day(due.chat, self._snapshot))
        ):
            return ()
        matched = [await self._matches_this_week(subscription.topic) for subscription in due.subscriptions]
        return best_of_the_week(settings, chain.from_iterable(matched))

    async def _matches_this_week(self, topic: Topic) -> list[Paper]:
        name, today = format_topic(topic), self._snapshot.day
        if name not in self._week_matches:
            found = await find_matches(self._storage, self._index, topic, today - ROUNDUP_PERIOD, today)
            self._week_matches[name] = [match.paper for match in found]
        return self._week_matches[name]

    def _already_planned(self, chat: Chat) -> bool:
        return chat.last_local_day is not None and digest_day(chat, self._snapshot) <= chat.last_local_day

    async def _load_due_chats(self, work: UnitOfWork, chats: Sequence[Chat]) -> list[DueChat]:
        """Everything the plans are made from, in a few queries for the whole page."""
        ids = [chat.id for chat in chats]
        subscriptions = await work.subscriptions.of_chats(ids)
        candidates = await work.subscriptions.candidates(ids, self._snapshot.day, self._sample_platforms)
        unsent = await work.outbox.unsent_digests(ids)
        papers = await papers_of_unsent(work, [old for olds in unsent.values() for old in olds])
        due = []
        for chat in chats:
            followed = tuple(subscriptions.get(chat.id, ()))
            topics = {format_topic(subscription.topic) for subscription in followed}
            superseded = [
                one for old in unsent.get(chat.id, ()) for one in candidates_of_superseded(old, papers, topics)
            ]
            due.append(
                DueChat(
                    chat,
                    followed,
                    without_muted(chat.settings, (*candidates.get(chat.id, ()), *superseded)),
                    tuple(old.id for old in unsent.get(chat.id, ())),
                    capabilities=self._capabilities.get(chat.address.platform, PlatformCapabilities()),
                )
            )
        return await self._load_history_of_empty(work, due)

    async def _load_history_of_empty(self, work: UnitOfWork, due: Sequence[DueChat]) -> list[DueChat]:
        """An empty digest must say why, so it needs to know what came before."""
        empty = [one.chat for one in due if not one.candidates]
        sent = await self._already_sent(work, empty)
        before = await work.outbox.latest_editions([chat.id for chat in empty if self._may_notify_empty(chat)])
        return [
            one
            if one.candidates
            else replace(one, already_sent=one.chat.id in sent, recent_editions=tuple(before.get(one.chat.id, ())))
            for one in due
        ]

    def _may_notify_empty(self, chat: Chat) -> bool:
        """Whether the notice of a chat's empty day depends on the days before."""
        return chat.kind.personal and (
            not chat.first_empty_notified
            or chat.settings.empty_digest_policy is EmptyDigestPolicy.DAILY
            or self._snapshot.source_late
            or is_last_day_of_week(chat, digest_day(chat, self._snapshot))
        )

    async def _already_sent(self, work: UnitOfWork, chats: Sequence[Chat]) -> set[int]:
        """The chats to which papers came after their last digest that were listed since."""
        since = {chat.id: previous_digest_at(chat, self._snapshot) for chat in chats}
        with_listings = [chat for chat in chats if self._snapshot.listed_since(since[chat.id])]
        found: set[int] = set()
        for first in {since[chat.id].date() for chat in with_listings}:
            same_day = [chat for chat in with_listings if since[chat.id].date() == first]
            days = await work.outbox.last_sent(
                [chat.id for chat in same_day], await self._ids_listed_since(work, first)
            )
            found |= {chat.id for chat in same_day if _is_after(days.get(chat.id), chat.last_local_day)}
        return found

    async def _ids_listed_since(self, work: UnitOfWork, first: date) -> list[str]:
        if first not in self._listed_ids:
            self._listed_ids[first] = [
                paper.id for paper in await work.papers.listed_between(first, self._snapshot.day)
            ]
        return self._listed_ids[first]

    async def _wider_matches(self, due: DueChat) -> WiderMatchEstimate | None:
        """For a chat that is notified of an empty week: what its topic would bring if it counted mentions too."""
        topic = due.only_topic
        if (
            due.candidates
            or topic is None
            or empty_notice(due, self._snapshot) not in (EmptyNotice.FIRST, EmptyNotice.WEEKLY)
        ):
            return None
        name = format_topic(topic)
        if name not in self._estimates and len(self._estimates) < _MAX_ESTIMATES:
            self._estimates[name] = await self._estimate_wider_matches(topic)
        return self._estimates.get(name)

    async def _estimate_wider_matches(self, topic: Topic) -> WiderMatchEstimate:
        since, today = self._snapshot.day - _ESTIMATE_PERIOD, self._snapshot.day
        matches = await find_matches(self._storage, self._index, topic, since, today)
        last_match_day = matches[0].paper.list_day(today) if matches else None
        if topic.level is not MatchLevel.NORMAL:
            return WiderMatchEstimate(0, last_match_day)
        wide = await find_matches(self._storage, self._index, replace(topic, level=MatchLevel.WIDE), since, today)
        return WiderMatchEstimate(len(wide) if len(wide) > len(matches) else 0, last_match_day)


def _is_after(day: date | None, last: date | None) -> bool:
    return day is not None and (last is None or day > last)


async def _load_due_page(storage: Storage, until: datetime, after_id: int) -> list[Chat]:
    async with storage.read() as work:
        return await work.chats.due_chats(until, PAGE_SIZE, after_id)


async def _resume_paused(storage: Storage, now: datetime) -> None:
    """Chats whose pause is over: their next digest is scheduled anew, and what was listed meanwhile stays out."""
    async with storage.write() as work:
        for chat in await work.chats.resumable_chats(now):
            follows = bool(await work.subscriptions.of_chat(chat.id))
            await work.chats.save(resume_chat(chat, now, follows=follows))
        await work.commit()


async def _reschedule(work: UnitOfWork, planned_today: Sequence[Chat], now: datetime) -> None:
    """Chats that are due on a local day they had a digest on (their zone changed): next on the day after."""
    for old in planned_today:
        chat = await work.chats.get(old.id)
        if chat is not None and chat.next_digest_at == old.next_digest_at:
            await work.chats.save(replace(chat, next_digest_at=next_digest_at(chat.settings, now, chat.last_local_day)))


async def _unschedule(work: UnitOfWork, without_topics: Sequence[Chat]) -> None:
    """Chats that follow nothing any more are not asked for again until they do."""
    for old in without_topics:
        chat = await work.chats.get(old.id)
        if chat is not None and not await work.subscriptions.of_chat(chat.id):
            await work.chats.save(replace(chat, next_digest_at=None))
