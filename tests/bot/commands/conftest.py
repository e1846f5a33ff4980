from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from adapters.search.fts_index import FtsIndex
from adapters.telegram.capabilities import TELEGRAM
from bot.chats import Chat, ChatAddress, ChatDefaults, ChatKind
from bot.commands.core.services import Services
from bot.commands.core.weekly_counts import WeeklyCounts
from bot.commands.dispatcher import CommandDispatcher
from bot.matching.catalogue.catalogue import Catalogue, extend_catalogue
from bot.papers import Paper
from bot.ports import PollRecord
from bot.topics.formatter import format_topic
from paperboy.platforms import CAPABILITIES
from storage.database import Database
from tests.bot.commands.sample_archive import ARCHIVE, NOW, make_listings
from tests.bot.commands.simulated_user import SimulatedUser

# A catalogue of the tests' own: what ships grows, and these conversations should not change with it.
CATALOGUE = extend_catalogue(
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
kinds = ["windsurfing", "rowing"]
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
class SteppedClock:
    """Stands still until it is moved."""

    moment: datetime = NOW

    def now(self) -> datetime:
        return self.moment

    async def sleep_until(self, moment: datetime) -> None:
        self.moment = max(self.moment, moment)

    def pass_by(self, **span: float) -> None:
        self.moment += timedelta(**span)


@pytest.fixture
def clock() -> SteppedClock:
    return SteppedClock()


@pytest.fixture
async def index(tmp_path: Path) -> AsyncIterator[FtsIndex]:
    index = FtsIndex(tmp_path / "index.db")
    yield index
    await index.close()


class CommandEnvironment:
    """An archive that papers can be put into, and the services over it."""

    def __init__(self, storage: Database, index: FtsIndex, clock: SteppedClock) -> None:
        self.storage, self.index, self.clock = storage, index, clock
        self.wake_count = 0
        self.services = Services(
            storage,
            index,
            clock,
            version="0.1",
            database="sqlite",
            wake_dispatcher=self._count_wake,
            capabilities=CAPABILITIES,
            catalogue=CATALOGUE,
            weekly_counts=WeeklyCounts(max_wait=60),
        )

    def _count_wake(self) -> None:
        self.wake_count += 1

    async def list_papers(self, *papers: Paper) -> None:
        async with self.storage.write() as work:
            await work.papers.upsert(make_listings(papers), self.clock.now())
            days = {paper.listed_on for paper in papers}
            await work.papers.record_polls(
                [PollRecord("huggingface", day, self.clock.now(), rows=1) for day in sorted(days)]
            )
            revision = await work.papers.latest_revision()
            await work.commit()
        await self.index.add(papers, revision)

    async def chat_of(self, somebody: SimulatedUser) -> Chat:
        async with self.storage.read() as work:
            chat = await work.chats.find(somebody.chat)
        assert chat is not None
        return chat

    async def topics_of(self, somebody: SimulatedUser) -> list[str]:
        chat = await self.chat_of(somebody)
        async with self.storage.read() as work:
            return [format_topic(each.topic) for each in await work.subscriptions.of_chat(chat.id)]

    def person(self, **about: object) -> SimulatedUser:
        return SimulatedUser(CommandDispatcher(self.services), **about)  # type: ignore[arg-type]  # any field of a call

    def group(self, **about: object) -> SimulatedUser:
        chat = ChatAddress(TELEGRAM, "77", "-100200")
        return SimulatedUser(CommandDispatcher(self.services), chat=chat, kind=ChatKind.GROUP, **about)  # type: ignore[arg-type]  # likewise

    def with_defaults(self, defaults: ChatDefaults) -> CommandEnvironment:
        world = CommandEnvironment(self.storage, self.index, self.clock)
        world.services = Services(
            self.storage,
            self.index,
            self.clock,
            defaults=defaults,
            version="0.1",
            capabilities=CAPABILITIES,
            catalogue=CATALOGUE,
        )
        return world


@pytest.fixture
async def empty_world(sqlite_storage: Database, index: FtsIndex, clock: SteppedClock) -> CommandEnvironment:
    return CommandEnvironment(sqlite_storage, index, clock)


@pytest.fixture
async def world(empty_world: CommandEnvironment) -> CommandEnvironment:
    await empty_world.list_papers(*ARCHIVE)
    return empty_world


@pytest.fixture
def anna(world: CommandEnvironment) -> SimulatedUser:
    """Someone in a private chat, whose zone nobody knows."""
    return world.person(name="Anna")
