from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from adapters.search.fts_index import FtsIndex
from bot.chats import Chat, ChatAddress, ChatDefaults, ChatKind, Platform
from bot.commands.core.services import Services
from bot.commands.core.weekly_counts import WeekCounts
from bot.commands.dispatcher import Answers
from bot.matching.catalogue.catalogue import Catalogue, extended
from bot.papers import Paper
from bot.ports import Poll
from bot.topics.formatter import printed
from storage.database import Database
from tests.bot.commands.sample_archive import ARCHIVE, NOW, listed
from tests.bot.commands.simulated_user import Somebody

# A catalogue of the tests' own: what ships grows, and these conversations should not change with it.
CATALOGUE = extended(
    Catalogue(()),
    """
[[topic]]
name = "diffusion"
area = "generation"

[[topic]]
name = "image editing"
area = "generation"

[[topic]]
name = "sailing"
area = "at sea"
same = ["yachting"]
kinds = ["windsurfing"]
near = ["rowing"]
wider = ["boats", "ships"]

[[topic]]
name = "lighthouses"
area = "at sea"
label = "Lighthouses at sea"

[[topic]]
name = "LLM agents"
area = "agents"

[[topic]]
name = "clustering"
area = "learning"
""",
    "tests.toml",
)


@dataclass
class SetClock:
    """Stands still until it is moved."""

    moment: datetime = NOW

    def now(self) -> datetime:
        return self.moment

    async def sleep_until(self, moment: datetime) -> None:
        self.moment = max(self.moment, moment)

    def pass_by(self, **span: float) -> None:
        self.moment += timedelta(**span)


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
async def index(tmp_path: Path) -> AsyncIterator[FtsIndex]:
    index = FtsIndex(tmp_path / "index.db")
    yield index
    await index.close()


class World:
    """An archive that papers can be put into, and the services over it."""

    def __init__(self, storage: Database, index: FtsIndex, clock: SetClock) -> None:
        self.storage, self.index, self.clock = storage, index, clock
        self.woken = 0
        self.services = Services(
            storage,
            index,
            clock,
            version="0.1",
            database="sqlite",
            wake=self._wake,
            catalogue=CATALOGUE,
            week_counts=WeekCounts(patience=60),
        )

    def _wake(self) -> None:
        self.woken += 1

    async def lists(self, *papers: Paper) -> None:
        async with self.storage.write() as work:
            await work.papers.upsert(listed(papers), self.clock.now())
            days = {paper.listed_on for paper in papers}
            await work.papers.record_polls([Poll("huggingface", day, self.clock.now(), rows=1) for day in sorted(days)])
            revision = await work.papers.revision()
            await work.commit()
        await self.index.add(papers, revision)

    async def chat_of(self, somebody: Somebody) -> Chat:
        async with self.storage.read() as work:
            chat = await work.chats.find(somebody.chat)
        assert chat is not None
        return chat

    async def topics_of(self, somebody: Somebody) -> list[str]:
        chat = await self.chat_of(somebody)
        async with self.storage.read() as work:
            return [printed(each.topic) for each in await work.topics.of_chat(chat.id)]

    def person(self, **about: object) -> Somebody:
        return Somebody(Answers(self.services), **about)  # type: ignore[arg-type]  # any field of a call

    def group(self, **about: object) -> Somebody:
        chat = ChatAddress(Platform.TELEGRAM, "77", "-100200")
        return Somebody(Answers(self.services), chat=chat, kind=ChatKind.GROUP, **about)  # type: ignore[arg-type]  # likewise

    def with_defaults(self, defaults: ChatDefaults) -> World:
        world = World(self.storage, self.index, self.clock)
        world.services = Services(
            self.storage, self.index, self.clock, defaults=defaults, version="0.1", catalogue=CATALOGUE
        )
        return world


@pytest.fixture
async def empty_world(sqlite_storage: Database, index: FtsIndex, clock: SetClock) -> World:
    return World(sqlite_storage, index, clock)


@pytest.fixture
async def world(empty_world: World) -> World:
    await empty_world.lists(*ARCHIVE)
    return empty_world


@pytest.fixture
def anna(world: World) -> Somebody:
    """Someone in a private chat, whose zone nobody knows."""
    return world.person(name="Anna")
