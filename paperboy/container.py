"""Settings to parts, top to bottom, no logic."""

from __future__ import annotations

import os
import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex

import httpx
from sqlalchemy import make_url
from starlette.routing import BaseRoute
from tzlocal import get_localzone_name

from adapters.arxiv import ArxivSource
from adapters.clock import SystemClock
from adapters.embeddings.service import MiniLm
from adapters.huggingface import HuggingFaceSource
from adapters.huggingface.api import HuggingFaceApi
from adapters.huggingface.sample import sample_papers
from adapters.local import LocalChat
from adapters.search.fts_index import FtsIndex
from adapters.search.hybrid_index import IndexWithMeaning
from adapters.slack import SlackPlatform
from adapters.telegram import TelegramPlatform
from adapters.web import chat_routes
from bot.calls import CommandCall
from bot.chats import ChatDefaults, Platform
from bot.commands.core.services import Services
from bot.commands.dispatcher import Answers
from bot.commands.queries.suggestions import completed
from bot.commands.registry import TAKING_TOPICS, offered_on
from bot.delivery.dispatcher import Courier
from bot.ingest.ingestor import Gatherer
from bot.jobs import PaperRounds
from bot.ports import ChatPlatform, Clock, PaperIndex, PaperSource
from bot.views import View
from paperboy import platforms
from paperboy.catalogue import catalogue_of
from paperboy.leader_election import StandingBy
from paperboy.sender_lock import SenderLock
from paperboy.settings import Settings
from paperboy.version import VERSION
from storage.database import Database

USER_AGENT = f"paperboy/{VERSION}"


@dataclass(frozen=True, slots=True)
class Parts:
    """Everything that runs, wired."""

    settings: Settings
    clock: Clock
    storage: Database
    index: PaperIndex
    meaning: MiniLm | None
    gatherer: Gatherer
    courier: Courier
    services: Services
    answers: Answers
    local: LocalChat
    rounds: PaperRounds
    sender_lock: SenderLock
    platforms: dict[Platform, ChatPlatform]
    routes: list[BaseRoute]
    standing_by: StandingBy


@dataclass(frozen=True, slots=True)
class Sending:
    """What sends, and nothing that plans, gathers or receives."""

    clock: Clock
    courier: Courier
    platforms: dict[Platform, ChatPlatform]
    owner: str


@asynccontextmanager
async def open_parts(
    settings: Settings, *, with_platforms: bool = True, clock: Clock | None = None
) -> AsyncIterator[Parts]:
    """The parts with an open, migrated database; ``with_platforms`` False leaves Telegram and Slack out.

    ``clock`` takes the place of the machine's. Raises :class:`storage.engine.errors.StorageProblem` and
    :class:`bot.matching.catalogue.catalogue.CatalogueMistake`.
    """
    async with AsyncExitStack() as stack:
        clock = clock or SystemClock(settings.clock_start)
        storage = open_database(settings)
        stack.push_async_callback(storage.close)
        await storage.start(migrate=True)
        meaning = _meaning(settings)
        index = _index(settings, meaning, stack)
        client = await stack.enter_async_context(
            httpx.AsyncClient(timeout=httpx.Timeout(20, connect=8), headers={"User-Agent": USER_AGENT}, max_redirects=5)
        )
        gatherer = Gatherer(_sources(settings, client, clock), storage, index, clock, sample_papers)
        parts = _wire(settings, clock, storage, index, meaning, gatherer)
        if with_platforms:
            await _add_platforms(parts, stack)
        yield parts


@asynccontextmanager
async def open_sending(settings: Settings, *, clock: Clock | None = None) -> AsyncIterator[Sending]:
    """What a worker consists of, with an open, migrated database.

    Raises :class:`storage.engine.errors.StorageProblem`.
    """
    async with AsyncExitStack() as stack:
        clock = clock or SystemClock(settings.clock_start)
        storage = open_database(settings)
        stack.push_async_callback(storage.close)
        await storage.start(migrate=True)
        talking: dict[Platform, ChatPlatform] = {Platform.LOCAL: LocalChat(storage, clock, _nobody_asks, "UTC")}
        for platform in _with_tokens(settings, storage, clock):
            stack.push_async_callback(platform.close)
            talking[platform.platform] = platform
        owner = _owner()
        yield Sending(clock, _courier(settings, storage, talking, clock, owner, sole=False), talking, owner)


async def _nobody_asks(call: CommandCall) -> View:
    raise AssertionError(f"nobody talks with a worker: {call.name}")


def _owner() -> str:
    """Another one each time: a container that is restarted has its name and its process id again."""
    return f"{socket.gethostname()}:{os.getpid()}:{token_hex(3)}"


def _courier(
    settings: Settings,
    storage: Database,
    talking: dict[Platform, ChatPlatform],
    clock: Clock,
    owner: str,
    *,
    sole: bool,
) -> Courier:
    return Courier(storage, talking, clock, owner, on_uncertain=settings.on_uncertain, sole=sole, leases=storage.leases)


def _with_tokens(settings: Settings, storage: Database, clock: Clock) -> list[TelegramPlatform | SlackPlatform]:
    """The platforms whose tokens are set; to be made inside the running loop."""
    made = (make(settings, storage, clock, storage.pace) for make in (platforms.telegram, platforms.slack))
    return [platform for platform in made if platform]


def open_database(settings: Settings) -> Database:
    """The database of the settings, not yet opened."""
    return Database(settings.database_url)


def database_kind(url: str) -> str:
    """``sqlite`` or ``postgresql``; never more of the address."""
    return "sqlite" if make_url(url).drivername.startswith("sqlite") else "postgresql"


def database_file(url: str) -> Path | None:
    """The SQLite file, None for PostgreSQL."""
    address = make_url(url)
    return Path(address.database or "") if address.drivername.startswith("sqlite") else None


def _meaning(settings: Settings) -> MiniLm | None:
    return MiniLm(settings.data_dir / "paperboy-meaning.db") if settings.meaning == "on" else None


def _index(settings: Settings, meaning: MiniLm | None, stack: AsyncExitStack) -> PaperIndex:
    index = FtsIndex(settings.data_dir / "paperboy-index.db")
    stack.push_async_callback(index.close)
    if meaning is None:
        return index
    stack.push_async_callback(meaning.close)
    return IndexWithMeaning(index, meaning)


def _sources(settings: Settings, client: httpx.AsyncClient, clock: Clock) -> list[PaperSource]:
    api = HuggingFaceApi(client, settings.hf_endpoint, clock, settings.hf_token.get_secret_value())
    sources: list[PaperSource] = [HuggingFaceSource(api)]
    if settings.arxiv_categories:
        sources.append(ArxivSource(client, settings.arxiv_rss_url, sorted(settings.arxiv_categories), clock))
    return sources


def _wire(
    settings: Settings,
    clock: Clock,
    storage: Database,
    index: PaperIndex,
    meaning: MiniLm | None,
    gatherer: Gatherer,
) -> Parts:
    services = Services(
        storage=storage,
        index=index,
        clock=clock,
        defaults=_chat_defaults(settings),
        version=VERSION,
        database=database_kind(settings.database_url),
        wake=lambda: courier.wake(),
        progress=lambda: gatherer.progress,
        indexing=lambda: gatherer.indexing,
        traits=platforms.TRAITS,
        catalogue=catalogue_of(settings.catalogue),
    )
    answers = Answers(services)
    local = LocalChat(storage, clock, answers, settings.timezone or get_localzone_name())
    talking: dict[Platform, ChatPlatform] = {Platform.LOCAL: local}
    sender_lock = SenderLock(database_file(settings.database_url))
    owner = _owner()
    courier = _courier(settings, storage, talking, clock, owner, sole=sender_lock.exclusive)
    password = settings.web_password.get_secret_value()
    return Parts(
        settings=settings,
        clock=clock,
        storage=storage,
        index=index,
        meaning=meaning,
        gatherer=gatherer,
        courier=courier,
        services=services,
        answers=answers,
        local=local,
        rounds=PaperRounds(gatherer, storage, index, talking, courier),
        sender_lock=sender_lock,
        platforms=talking,
        routes=chat_routes(
            local,
            password=password,
            commands=offered_on(Platform.LOCAL),
            suggest=lambda typed: completed(typed, services.catalogue, TAKING_TOPICS),
        ),
        standing_by=StandingBy(storage.leases, owner),
    )


async def _add_platforms(parts: Parts, stack: AsyncExitStack) -> None:
    """Those whose tokens are set; made here since they need the running loop."""
    for platform in _with_tokens(parts.settings, parts.storage, parts.clock):
        stack.push_async_callback(platform.close)
        parts.platforms[platform.platform] = platform
        parts.routes.extend(platform.routes())


def _chat_defaults(settings: Settings) -> ChatDefaults:
    return ChatDefaults(
        hour=settings.digest_time,
        zone=settings.timezone,
        max_topics=settings.max_topics,
        admin_chats=settings.admin_chats,
        allowed_chats=settings.allowed_chats,
    )
