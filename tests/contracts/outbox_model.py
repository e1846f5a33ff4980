"""A story of one outbox: what happens to its deliveries, what really arrived, and what must hold all the while.

The real outbox writes it down, a made-up platform knows what really arrived. The rules for the ends of tries are the
product's own (:mod:`bot.delivery.results`).
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Coroutine, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import delete, select

from adapters.slack.capabilities import SLACK
from adapters.telegram.capabilities import TELEGRAM
from bot.chats import Chat, ChatStatus, MessageRef, Platform
from bot.deliveries import AttemptResult, Delivery, DeliveryState, DigestContent
from bot.delivery import results
from bot.delivery.dispatcher import SEND_LEASE
from bot.delivery.reconciler import FIRST_LOOKUP_DELAY
from bot.errors import ErrorScope, RetryLater
from paperboy.platforms import CAPABILITIES
from storage.database import Database
from storage.outbox.rows import delivery_from_row, select_deliveries
from storage.tables import METADATA, sent_paper
from tests.contracts.factories import (
    NOW,
    TODAY,
    make_address,
    make_paper,
    make_plan,
    store_chat,
    store_papers,
    write_plans,
)

PAPERS = [f"2608.{number:05}" for number in range(1, 13)]
PLATFORMS = (TELEGRAM, SLACK)
OWNERS = ("one", "two")
EXPIRES_AFTER = timedelta(hours=20)
CALM_ROUNDS = 40

Value = TypeVar("Value")


class Step(NamedTuple):
    """One thing that happens in a story: a method of it, and how."""

    name: str
    how: dict[str, Any]


@dataclass(frozen=True, slots=True)
class ArrivedMessage:
    """A message that stands in its chat."""

    key: str
    day: str
    part: int
    papers: tuple[str, ...]


@dataclass
class InFlightDelivery:
    """A claimed delivery in somebody's hands; ``landed``: the platform took it."""

    delivery: Delivery
    accepted: bool


@dataclass
class ActualState:
    """What really happened, whatever anybody has written down."""

    now: datetime = NOW
    arrived: dict[int, list[ArrivedMessage]] = field(default_factory=dict)
    in_flight: dict[str, list[InFlightDelivery]] = field(default_factory=lambda: {owner: [] for owner in OWNERS})
    held: dict[tuple[Platform, str], datetime] = field(default_factory=dict)
    rests: dict[int, datetime] = field(default_factory=dict)
    in_doubt: Counter[str] = field(default_factory=Counter)

    def accept(self, delivery: Delivery, papers: tuple[str, ...]) -> None:
        arrived = ArrivedMessage(delivery.client_key, delivery.key, delivery.part, papers)
        self.arrived.setdefault(delivery.chat_id, []).append(arrived)

    def copy_counts(self, chat_id: int) -> Counter[str]:
        return Counter(arrived.key for arrived in self.arrived.get(chat_id, []))

    def delivered_papers(self, chat_id: int) -> Counter[str]:
        first = {arrived.key: arrived.papers for arrived in self.arrived.get(chat_id, []) if arrived.part == 0}
        return Counter(paper for papers in first.values() for paper in papers)


class OutboxModel:
    """One outbox, two processes that send, a chat of Telegram's and one of Slack's."""

    def __init__(self, storage: Database, runner: asyncio.Runner) -> None:
        self.storage = storage
        self._runner = runner
        self.world = ActualState()
        self.days: dict[int, date] = {}
        self.run_async(self._begin())

    def run_async(self, work: Coroutine[Any, Any, Value]) -> Value:
        return self._runner.run(work)

    async def _begin(self) -> None:
        async with self.storage._writer.begin() as connection:
            for table in reversed(METADATA.sorted_tables):
                if table.name != "counter":
                    await connection.execute(delete(table))
        await store_papers(self.storage, *map(make_paper, PAPERS))
        places = (make_address("1"), make_address("C1", SLACK))
        self.chats = [await store_chat(self.storage, place) for place in places]
        self.days = {chat.id: TODAY for chat in self.chats}

    def goes_on(self, step: Step) -> None:
        getattr(self, step.name)(**step.how)
        rows, brings = self.run_async(self._written())
        self.check_paper_assignments(rows, brings)
        self.check_no_duplicates()
        self.check_order()

    # --- planning

    def plan(self, place: int, wanted: set[str], parts: int) -> None:
        """The next digest of a chat: what is new to it, and what an unsent one would have brought."""
        chat = self.chats[place]
        unsent, brought = self.run_async(self._unsent(chat))
        waiting = [paper for old in unsent for paper in papers_of(old)]
        new = sorted(wanted - brought)
        if not (papers := [*new, *waiting]):
            return
        self.days[chat.id] += timedelta(days=1)
        plan = make_plan(chat, papers, day=self.days[chat.id], message_count=parts)
        plan = replace(
            plan,
            planned_at=self.world.now,
            supersedes=tuple(old.id for old in unsent),
            expires_at=self.world.now + EXPIRES_AFTER,
        )
        assert self.run_async(write_plans(self.storage, plan)) == [chat.id]
        left, _ = self.run_async(self._unsent(chat))
        assert [one.key for one in left] == [plan.key], "at most one unsent digest of a chat"
        assert self.run_async(write_plans(self.storage, plan)) == [], "a day is planned once"

    async def _unsent(self, chat: Chat) -> tuple[Sequence[Delivery], set[str]]:
        async with self.storage.read() as work:
            unsent = (await work.outbox.unsent_digests([chat.id])).get(chat.id, [])
            return unsent, set(await work.outbox.sent_papers(chat.id, PAPERS))

    # --- sending

    def claim(self, owner: str, after: timedelta, lands: bool) -> None:
        """Marked as being sent; and the platform takes it, or never hears of it."""
        self.world.now += after
        for platform in PLATFORMS:
            for claimed in self.run_async(self._claim(owner, platform, limit=2)):
                self._may_be_sent(claimed)
                self.world.in_flight[owner].append(InFlightDelivery(claimed, lands))
                if lands:
                    self.world.accept(claimed, papers_of(claimed))

    async def _claim(self, owner: str, platform: Platform, limit: int) -> list[Delivery]:
        now = self.world.now
        async with self.storage.write() as work:
            claimed = await work.outbox.claim(platform, owner=owner, now=now, lease_until=now + SEND_LEASE, limit=limit)
            await work.commit()
        return claimed

    def _may_be_sent(self, delivery: Delivery) -> None:
        now, address = self.world.now, delivery.address
        assert self._chat(delivery).status is ChatStatus.ACTIVE
        assert self.world.rests.get(delivery.chat_id, now) <= now
        assert self.world.held.get((address.platform, ""), now) <= now
        assert self.world.held.get((address.platform, address.workspace), now) <= now
        assert delivery.expires_at is None or delivery.expires_at > now
        assert self.run_async(self._parts_sent(delivery)) == [True] * delivery.part, (
            "a part never goes before the one before"
        )

    async def _parts_sent(self, delivery: Delivery) -> list[bool]:
        """Whether each of the parts before it is known to have arrived."""
        rows, _ = await self._written()
        before = [row for row in rows if (row.chat_id, row.key) == (delivery.chat_id, delivery.key)]
        return [row.state is DeliveryState.SENT for row in before if row.part < delivery.part]

    def _chat(self, delivery: Delivery) -> Chat:
        return next(chat for chat in self.chats if chat.id == delivery.chat_id)

    def _flights(self) -> list[tuple[str, InFlightDelivery]]:
        return [(owner, flight) for owner, flights in self.world.in_flight.items() for flight in flights]

    def answered(self, which: int, answer: str) -> None:
        """The process hears how it ended, in its own time: perhaps after others took it for dead."""
        if not (flights := self._flights()):
            return
        owner, flight = flights[which % len(flights)]
        self.world.in_flight[owner].remove(flight)
        delivery, now = flight.delivery, self.world.now
        if flight.accepted and answer != "unknown":
            result = results.sent(delivery, MessageRef(delivery.client_key), now, self._interval(delivery))
        else:
            result = self._unsent_result(delivery, answer)
        self.run_async(self._settle(result, owner, delivery, answer if not flight.accepted else ""))

    def _interval(self, delivery: Delivery) -> timedelta:
        chat = self._chat(delivery)
        return CAPABILITIES[chat.address.platform].message_interval(chat.kind)

    def _unsent_result(self, delivery: Delivery, answer: str) -> AttemptResult:
        now = self.world.now
        match answer:
            case "later":
                return results.retry_later(
                    delivery, RetryLater(now + timedelta(minutes=2), ErrorScope.CHAT, "429"), now
                )
            case "soon":
                return results.retry_later(delivery, RetryLater(now, ErrorScope.CHAT, "no connection"), now)
            case "refused" | "gone":
                return results.failed(delivery, now, answer)
            case "held":
                return results.on_hold(delivery, now, "401")
        self.world.in_doubt[delivery.client_key] += 1
        return results.uncertain(delivery, now, "no answer")

    async def _settle(self, result: AttemptResult, owner: str, delivery: Delivery, answer: str) -> None:
        chat = self._chat(delivery)
        async with self.storage.write() as work:
            before = await work.outbox.get(delivery.id)
            await work.outbox.record_results([result], owner)
            if answer == "held":
                until = self.world.now + timedelta(minutes=10)
                await work.outbox.suspend(chat.address.platform, chat.address.workspace, until)
                self.world.held[chat.address.platform, chat.address.workspace] = until
            if answer == "gone":
                await self._write_status(work, chat, ChatStatus.PAUSED)
            await work.commit()
            after = await work.outbox.get(delivery.id)
        if result.not_before and before != after:
            self.world.rests[chat.id] = max(result.not_before, self.world.rests.get(chat.id, result.not_before))

    async def _write_status(self, work: Any, chat: Chat, status: ChatStatus) -> None:
        stored = await work.chats.get(chat.id)
        assert stored
        await work.chats.save(replace(stored, status=status))
        self.chats = [replace(one, status=status) if one.id == chat.id else one for one in self.chats]

    # --- crashing and finding out

    def crash(self, owner: str) -> None:
        """Whatever it was sending, it will never write down how that ended."""
        for flight in self.world.in_flight[owner]:
            self.world.in_doubt[flight.delivery.client_key] += 1
        self.world.in_flight[owner] = []

    def look(self, looks: bool) -> None:
        """Expired leases are found, and what is in doubt is looked for."""
        for uncertain in self.run_async(self._overdue("")):
            if looks and uncertain.sending_at and self.world.now >= uncertain.sending_at + FIRST_LOOKUP_DELAY:
                self.run_async(self._reconcile(uncertain))

    def restart_alone(self) -> None:
        """The only sender starts, and knows that everybody else is dead."""
        for owner in OWNERS:
            self.crash(owner)
        self.run_async(self._overdue("three"))

    async def _overdue(self, owner: str) -> list[Delivery]:
        async with self.storage.write() as work:
            uncertain = await work.outbox.mark_expired_leases(self.world.now, owner)
            await work.commit()
        self.world.in_doubt.update(one.client_key for one in uncertain)
        return uncertain

    async def _reconcile(self, delivery: Delivery) -> None:
        """By rule: Slack is asked, Telegram is sent to once more."""
        now = self.world.now
        stands = delivery.client_key in self.world.copy_counts(delivery.chat_id)
        if delivery.address.platform == SLACK:
            found = results.sent(delivery, MessageRef(delivery.client_key), now, self._interval(delivery))
            result = found if stands else results.resend_not_found(delivery, now)
        elif delivery.possible_duplicate:
            result = results.failed(delivery, now, "outcome unknown twice")
        else:
            result = results.resend_once(delivery, now)
        await self._settle(result, "whoever looks", delivery, "")

    # --- people and time

    def pauses(self, place: int) -> None:
        """Nothing is sent meanwhile; then it goes on."""
        chat = self.chats[place]
        self.run_async(self._save(chat, ChatStatus.PAUSED))
        self.claim("one", timedelta(0), lands=True)
        self.run_async(self._save(chat, ChatStatus.ACTIVE))

    async def _save(self, chat: Chat, status: ChatStatus) -> None:
        async with self.storage.write() as work:
            await self._write_status(work, chat, status)
            await work.commit()

    def time_passes(self, by: timedelta) -> None:
        """And whoever was away is back."""
        self.world.now += by
        for chat in self.chats:
            if chat.status is not ChatStatus.ACTIVE:
                self.run_async(self._save(chat, ChatStatus.ACTIVE))

    # --- what always holds

    async def _written(self) -> tuple[list[Delivery], dict[tuple[int, str], int | None]]:
        """Every delivery there ever was, and which one brought or brings each chat's papers."""
        async with self.storage._reader.connect() as connection:
            rows = (await connection.execute(select_deliveries())).all()
            sent_rows = (await connection.execute(select(sent_paper))).all()
        return [delivery_from_row(row) for row in rows], {
            (row.chat_id, row.paper_id): row.delivery_id for row in sent_rows
        }

    def check_paper_assignments(self, rows: Sequence[Delivery], brings: Mapping[tuple[int, str], int | None]) -> None:
        """Papers are with the one delivery that may still bring them, or brought them; given back by any other."""
        for row in rows:
            given = {paper for (chat, paper), by in brings.items() if by == row.id}
            unsent = row.state in (DeliveryState.FAILED, DeliveryState.EXPIRED)
            assert given == (set() if unsent or row.part else set(papers_of(row))), row
            if row.state is DeliveryState.SENT:
                assert self.world.copy_counts(row.chat_id)[row.client_key], "nothing is believed sent that is not"
        sending = Counter(row.chat_id for row in rows if row.state is DeliveryState.SENDING)
        assert not sending or max(sending.values()) == 1, "never two of one chat at a time"

    def check_no_duplicates(self) -> None:
        for chat in self.chats:
            can_ask = chat.address.platform == SLACK
            for key, copies in self.world.copy_counts(chat.id).items():
                assert copies == 1 or (self.world.in_doubt[key] and not can_ask and copies == 2), key
            doubtful = {each.papers for each in self.world.arrived.get(chat.id, []) if self.world.in_doubt[each.key]}
            for paper, times in self.world.delivered_papers(chat.id).items():
                assert times <= 1 + sum(paper in papers for papers in doubtful), paper

    def check_order(self) -> None:
        for chat in self.chats:
            sure = [each for each in self.world.arrived.get(chat.id, []) if not self.world.in_doubt[each.key]]
            assert sure == sorted(sure, key=lambda each: (each.day, each.part))

    def ends(self) -> None:
        """In the end all is calm: whatever was promised arrives, whatever did not is free to be planned again."""
        for owner in OWNERS:
            self.crash(owner)
        rounds = 0
        while self.run_async(self._unfinished()):
            rounds += 1
            assert rounds < CALM_ROUNDS
            self.time_passes(timedelta(minutes=11))
            self.look(looks=True)
            self.claim("one", timedelta(0), lands=True)
            while flights := self._flights():
                self.answered(0, "later")
                assert len(self._flights()) < len(flights)
        rows, brings = self.run_async(self._written())
        for chat_id, paper in brings:
            assert self.world.delivered_papers(chat_id)[paper], "nothing is lost"
        self.check_paper_assignments(rows, brings)
        self.check_no_duplicates()

    async def _unfinished(self) -> int:
        async with self.storage.read() as work:
            return await work.outbox.unfinished_count()


def papers_of(row: Delivery) -> tuple[str, ...]:
    assert isinstance(row.content, DigestContent)
    return tuple(one.paper_id for one in row.content.selected)
