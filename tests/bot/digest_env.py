"""A small Paperboy for the digest tests: a real database, and fakes for everything outside."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from adapters.slack.capabilities import SLACK
from adapters.telegram.capabilities import TELEGRAM
from bot.chats import Chat, ChatDefaults, ChatKind, Platform
from bot.deliveries import Delivery, DeliveryState
from bot.delivery.dispatcher import OutboxDispatcher
from bot.due import next_digest_at
from bot.ingest.ingestor import Ingestor
from bot.papers import Paper
from bot.planning.planner import plan_due
from bot.ports import PollRecord
from bot.topics.parser import parse
from bot.views import PaperList, PaperSummary
from paperboy.platforms import CAPABILITIES
from tests.bot.factories import make_address, make_listings
from tests.fakes.ports import ActivityTrackingStorage, FakeChatPlatform, FakeClock, FakePaperIndex, FakePaperSource


@dataclass
class DigestEnvironment:
    """Everything a digest passes through, on one clock."""

    storage: ActivityTrackingStorage
    clock: FakeClock
    index: FakePaperIndex = field(default_factory=FakePaperIndex)
    source: FakePaperSource = field(default_factory=FakePaperSource)
    telegram: FakeChatPlatform = field(init=False)
    slack: FakeChatPlatform = field(init=False)

    def __post_init__(self) -> None:
        self.telegram = FakeChatPlatform(TELEGRAM, self.clock, CAPABILITIES[TELEGRAM])
        self.slack = FakeChatPlatform(SLACK, self.clock, CAPABILITIES[SLACK], finds_sent=True)

    def ingestor(self, **more: Any) -> Ingestor:
        return Ingestor([self.source], self.storage, self.index, self.clock, **more)

    def dispatcher(self, owner: str = "me", **more: Any) -> OutboxDispatcher:
        platforms = {TELEGRAM: self.telegram, SLACK: self.slack}
        return OutboxDispatcher(self.storage, platforms, self.clock, owner, **more)

    async def chat(
        self,
        *topics: str,
        platform: Platform = TELEGRAM,
        kind: ChatKind = ChatKind.PRIVATE,
        name: str = "42",
        since: date | None = None,
        zone: str = "Europe/Berlin",
        **settings: Any,
    ) -> Chat:
        """A chat that follows the topics since a day, due at 09:00 in its zone."""
        now = self.clock.now()
        day = since or now.date()
        async with self.storage.write() as work:
            chat = await work.chats.get_or_create(
                make_address(platform, name),
                kind,
                "somewhere",
                ChatDefaults(days=CAPABILITIES[platform].default_days),
                datetime(day.year, day.month, day.day, tzinfo=UTC),
            )
            wanted = replace(chat.settings, zone=zone, **settings)
            due = next_digest_at(wanted, now, None) if topics else None
            chat = replace(chat, settings=wanted, next_digest_at=due)
            await work.chats.save(chat)
            for topic in topics:
                await work.subscriptions.follow(chat.id, parse(topic), day=day, at=now)
            await work.commit()
        return chat

    async def list_papers(self, *papers: Paper, polled: bool = True) -> None:
        """The papers are listed, and the source was read just now."""
        now = self.clock.now()
        async with self.storage.write() as work:
            new = (await work.papers.upsert(make_listings(*papers), now)).new
            if polled:
                rows = sum(paper.listed_on == now.date() for paper in papers)
                await work.papers.record_polls([PollRecord("huggingface", now.date(), now, rows, len(new))])
            await work.commit()

    async def plan(self, at: datetime | None = None, *, answers: bool = True, **more: Any) -> int:
        """The planning job at this moment (default: now), just after a good poll unless the source is silent."""
        if at is not None:
            self.clock.move_to(at)
            if answers:
                await self.list_papers()
        return await plan_due(self.storage, self.index, self.clock.now(), CAPABILITIES, **more)

    async def deliver(self, **more: Any) -> bool:
        """Sends until nothing is left."""
        async with self.advancing_while_idle():
            return await self.dispatcher(**more).drain(timedelta(hours=21))

    def advancing_while_idle(self) -> AbstractAsyncContextManager[None]:
        """Time passes as fast as everybody can follow."""
        return self.clock.advancing_while_idle(self.storage)

    async def reload_chat(self, chat: Chat) -> Chat:
        async with self.storage.read() as work:
            found = await work.chats.get(chat.id)
        assert found is not None
        return found

    async def change_chat(self, chat: Chat, **fields: Any) -> Chat:
        async with self.storage.write() as work:
            found = await work.chats.get(chat.id)
            assert found is not None
            changed = replace(found, **fields)
            await work.chats.save(changed)
            await work.commit()
        return changed

    async def delivery(self, delivery_id: int = 1) -> Delivery:
        async with self.storage.read() as work:
            found = await work.outbox.get(delivery_id)
        assert found is not None
        return found

    async def counts(self) -> dict[DeliveryState, int]:
        async with self.storage.read() as work:
            return {state: n for state, n in (await work.outbox.count_by_state()).items() if n}

    async def sent_papers(self, chat: Chat, *papers: Paper) -> set[str]:
        async with self.storage.read() as work:
            return set(await work.outbox.sent_papers(chat.id, [paper.id for paper in papers]))


def paper_ids_in(messenger: FakeChatPlatform, place: int = -1) -> Sequence[str]:
    """The ids of the papers in a message, in their order."""
    view = messenger.sent[place].view
    ids = [block.paper.id for block in view.blocks if isinstance(block, PaperSummary)]
    return ids + [line.paper.id for block in view.blocks if isinstance(block, PaperList) for line in block.items]
