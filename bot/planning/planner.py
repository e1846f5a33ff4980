"""Planning what is due: once a day for each chat, written in one commit with everything that follows from it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import chain
from typing import Final

from bot.chats import Chat, Platform
from bot.decisions.materializer import decide_followed
from bot.decisions.muting import let_through
from bot.decisions.on_the_fly import matches
from bot.deliveries import Plan
from bot.due import next_digest_at, resumed
from bot.papers import Paper
from bot.planning.edition import DueChat, Widening, plan_edition, tells
from bot.planning.empty_day_policy import Telling, ends_week
from bot.planning.source_snapshot import Today, edition_day, last_digest_at, look_at_today, waits
from bot.planning.superseding import candidates_of, waiting_papers
from bot.planning.weekly_best import DAYS, best_of_the_week
from bot.ports import PaperIndex, Storage, Traits, UnitOfWork
from bot.topics import MatchLevel, Topic
from bot.topics.formatter import printed

# A page is chosen and written while nobody else gets a word in: small enough for that to pass unnoticed.
PAGE: Final = 200
# How far ahead a chat's next moment can lie: it comes round once a week at least.
_FURTHEST: Final = timedelta(days=15)
_REACH: Final = timedelta(weeks=12)
_WIDENINGS: Final = 200


async def plan_due(
    storage: Storage,
    index: PaperIndex,
    now: datetime,
    traits: Mapping[Platform, Traits],
    *,
    early: bool = False,
    asking: bool = False,
) -> int:
    """Plans every digest that is due at ``now`` (UTC); returns how many chats were planned.

    Planning the same moment again plans nothing. ``early``: today's digest of every chat that has not had one, without
    waiting for its hour; chats for which there is nothing keep their hour. ``asking``:
    the sources are being asked for the first time, so a late one is waited for. Chats paused until now begin anew.
    """
    await decide_followed(storage, now.date())
    await _resume(storage, now)
    planner = _Planner(storage, index, await look_at_today(storage, now, asking=asking), traits, early=early)
    planned, last = 0, 0
    while page := await _due(storage, now + _FURTHEST if early else now, last):
        planned += await planner.plan(page)
        last = page[-1].id
    return planned


class _Planner:
    """One run over all chats that are due; it remembers what a widened topic would bring."""

    def __init__(
        self, storage: Storage, index: PaperIndex, today: Today, traits: Mapping[Platform, Traits], *, early: bool
    ) -> None:
        self._storage = storage
        self._index = index
        self._today = today
        self._traits = traits
        self._early = early
        self._widenings: dict[str, Widening] = {}
        self._listed: dict[date, list[str]] = {}
        self._weeks: dict[str, list[Paper]] = {}

    async def plan(self, chats: Sequence[Chat]) -> int:
        """Plans one page of chats in one commit."""
        had_it = [chat for chat in chats if self._had_it(chat)]
        ready = [chat for chat in chats if not self._had_it(chat) and (self._early or not waits(chat, self._today))]
        async with self._storage.read() as work:
            due = await self._look(work, ready)
        plans = [await self._plan(one) for one in due if one.subscriptions]
        if self._early:
            plans = [plan for plan in plans if plan.papers]
        async with self._storage.write() as work:
            planned = await work.outbox.plan(plans)
            await _move_on(work, [] if self._early else had_it, self._today.now)
            await _stop(work, [one.chat for one in due if not one.subscriptions])
            await work.commit()
        return len(planned)

    async def _plan(self, due: DueChat) -> Plan:
        await asyncio.sleep(0)  # answers to people go before
        due = replace(due, roundup=await self._roundup(due))
        return plan_edition(due, self._today, await self._widening(due))

    async def _roundup(self, due: DueChat) -> tuple[str, ...]:
        """The week's best, for a chat that wants them, on its last day of the week."""
        settings = due.chat.settings
        if not settings.roundup or self._early or not ends_week(due.chat, edition_day(due.chat, self._today)):
            return ()
        matched = [await self._week_of(subscription.topic) for subscription in due.subscriptions]
        return best_of_the_week(settings, chain.from_iterable(matched))

    async def _week_of(self, topic: Topic) -> list[Paper]:
        name, today = printed(topic), self._today.day
        if name not in self._weeks:
            found = await matches(self._storage, self._index, topic, today - DAYS, today)
            self._weeks[name] = [match.paper for match in found]
        return self._weeks[name]

    def _had_it(self, chat: Chat) -> bool:
        return chat.last_local_day is not None and edition_day(chat, self._today) <= chat.last_local_day

    async def _look(self, work: UnitOfWork, chats: Sequence[Chat]) -> list[DueChat]:
        """Everything the plans are made from, in a few questions for the whole page."""
        ids = [chat.id for chat in chats]
        subscriptions = await work.topics.of_chats(ids)
        candidates = await work.topics.candidates(ids, self._today.day)
        unsent = await work.outbox.unsent_digests(ids)
        papers = await waiting_papers(work, [old for olds in unsent.values() for old in olds])
        due = []
        for chat in chats:
            followed = tuple(subscriptions.get(chat.id, ()))
            topics = {printed(subscription.topic) for subscription in followed}
            taken = [one for old in unsent.get(chat.id, ()) for one in candidates_of(old, papers, topics)]
            due.append(
                DueChat(
                    chat,
                    followed,
                    let_through(chat.settings, (*candidates.get(chat.id, ()), *taken)),
                    tuple(old.id for old in unsent.get(chat.id, ())),
                    traits=self._traits.get(chat.address.platform, Traits()),
                )
            )
        return await self._look_closer(work, due)

    async def _look_closer(self, work: UnitOfWork, due: Sequence[DueChat]) -> list[DueChat]:
        """An empty digest must say why, so it needs to know what came before."""
        empty = [one.chat for one in due if not one.candidates]
        sent = await self._already_sent(work, empty)
        before = await work.outbox.latest_editions([chat.id for chat in empty if self._may_tell(chat)])
        return [
            one
            if one.candidates
            else replace(one, already_sent=one.chat.id in sent, before=tuple(before.get(one.chat.id, ())))
            for one in due
        ]

    def _may_tell(self, chat: Chat) -> bool:
        """Whether what a chat hears of its empty day depends on the days before."""
        return chat.kind.personal and (self._today.late or ends_week(chat, edition_day(chat, self._today)))

    async def _already_sent(self, work: UnitOfWork, chats: Sequence[Chat]) -> set[int]:
        """The chats to which papers came after their last digest that were listed since."""
        since = {chat.id: last_digest_at(chat, self._today) for chat in chats}
        asked = [chat for chat in chats if self._today.listed_since(since[chat.id])]
        found: set[int] = set()
        for first in {since[chat.id].date() for chat in asked}:
            alike = [chat for chat in asked if since[chat.id].date() == first]
            days = await work.outbox.last_sent([chat.id for chat in alike], await self._listed_since(work, first))
            found |= {chat.id for chat in alike if _after(days.get(chat.id), chat.last_local_day)}
        return found

    async def _listed_since(self, work: UnitOfWork, first: date) -> list[str]:
        if first not in self._listed:
            self._listed[first] = [paper.id for paper in await work.papers.listed_between(first, self._today.day)]
        return self._listed[first]

    async def _widening(self, due: DueChat) -> Widening | None:
        """For a chat that hears of its empty week: what its topic would bring if it counted mentions too."""
        topic = due.only_topic
        if due.candidates or topic is None or tells(due, self._today) not in (Telling.FIRST, Telling.WEEKLY):
            return None
        name = printed(topic)
        if name not in self._widenings and len(self._widenings) < _WIDENINGS:
            self._widenings[name] = await self._widened(topic)
        return self._widenings.get(name)

    async def _widened(self, topic: Topic) -> Widening:
        since, today = self._today.day - _REACH, self._today.day
        came = await matches(self._storage, self._index, topic, since, today)
        last_came = came[0].paper.listed_on if came else None
        if topic.level is not MatchLevel.NORMAL:
            return Widening(0, last_came)
        wide = await matches(self._storage, self._index, replace(topic, level=MatchLevel.WIDE), since, today)
        return Widening(len(wide) if len(wide) > len(came) else 0, last_came)


def _after(day: date | None, last: date | None) -> bool:
    return day is not None and (last is None or day > last)


async def _due(storage: Storage, until: datetime, after_id: int) -> list[Chat]:
    async with storage.read() as work:
        return await work.chats.due(until, PAGE, after_id)


async def _resume(storage: Storage, now: datetime) -> None:
    """Chats whose pause is over: the clock starts anew, and what was listed meanwhile is not owed."""
    async with storage.write() as work:
        for chat in await work.chats.resumable(now):
            follows = bool(await work.topics.of_chat(chat.id))
            await work.chats.save(resumed(chat, now, follows=follows))
        await work.commit()


async def _move_on(work: UnitOfWork, had_it: Sequence[Chat], now: datetime) -> None:
    """Chats that are due on a local day they had a digest on (their zone changed): next on the day after."""
    for old in had_it:
        chat = await work.chats.get(old.id)
        if chat is not None and chat.next_digest_at == old.next_digest_at:
            await work.chats.save(replace(chat, next_digest_at=next_digest_at(chat.settings, now, chat.last_local_day)))


async def _stop(work: UnitOfWork, without_topics: Sequence[Chat]) -> None:
    """Chats that follow nothing any more are not asked for again until they do."""
    for old in without_topics:
        chat = await work.chats.get(old.id)
        if chat is not None and not await work.topics.of_chat(chat.id):
            await work.chats.save(replace(chat, next_digest_at=None))
